"""What a figure rests on that nobody measured: told wherever the figure is."""

from __future__ import annotations

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.plan.provenance import assumed_inputs
from slopt.report.language import ENGLISH, Language
from slopt.report.table import sentence

MOST_NAMED = 8


def assumed_lines(case: PlanningCase, width: int, language: Language = ENGLISH) -> list[Text]:
    """One sentence; nothing where every number has a source."""
    _, names = language, assumed_inputs(case)
    if not names:
        return []
    if not len(case.table("sources")):
        return sentence(_("No number has a source: all of them count as assumed."), width)
    by_table: dict[str, list[str]] = {}
    for name in names[:MOST_NAMED]:
        table, column = name.split(".", 1)
        by_table.setdefault(table, []).append(column)
    told = _("; ").join(f"{table} {_.listed(columns)}" for table, columns in by_table.items())
    more = len(names) - MOST_NAMED
    if more <= 0:
        return sentence(_("Assumed, not measured: {columns}.", columns=told), width)
    said = _.count(
        "Assumed, not measured: {columns}; and one more column.",
        "Assumed, not measured: {columns}; and {n} more columns.",
        more,
        columns=told,
    )
    return sentence(said, width)
