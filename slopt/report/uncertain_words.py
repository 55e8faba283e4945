"""What of a case is uncertain, in a sentence."""

from __future__ import annotations

from slopt.case.case import PlanningCase
from slopt.case.uncertain import UncertainCells, uncertain_cells
from slopt.report.language import Language
from slopt.sayings import later
from slopt.vocabulary import SourceKind

KINDS = {
    SourceKind.MEASURED: later("{n} measured"),
    SourceKind.FITTED: later("{n} fitted"),
    SourceKind.PUBLISHED: later("{n} published"),
    SourceKind.ASSUMED: later("{n} assumed"),
}


def uncertain_words(case: PlanningCase, language: Language) -> str:
    """How many inputs are uncertain, by kind, and how many scenarios there are; "" if none."""
    _ = language
    inputs, scenarios = uncertain_cells(case), len(case.table("scenarios"))
    listed = _.count("{n} scenario", "{n} scenarios", scenarios)
    if not inputs:
        return _("Uncertain: {scenarios}.", scenarios=listed) if scenarios else ""
    words = _.count("{n} input", "{n} inputs", len(inputs))
    kinds = _kinds(inputs, language)
    if scenarios:
        return _(
            "Uncertain: {inputs} ({kinds}), {scenarios}.",
            inputs=words,
            kinds=kinds,
            scenarios=listed,
        )
    return _("Uncertain: {inputs} ({kinds}).", inputs=words, kinds=kinds)


def _kinds(inputs: tuple[UncertainCells, ...], language: Language) -> str:
    counts = {kind: sum(one.kind is kind for one in inputs) for kind in KINDS}
    return language(", ").join(
        language(KINDS[kind], n=f"{count:,}") for kind, count in counts.items() if count
    )
