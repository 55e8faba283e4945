"""What trials of a case teach: the list of its inputs, and why none teaches the others."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text

from slopt.report.language import Language
from slopt.report.table import Col, sentence, table
from slopt.study.trials.lessons import why_not
from slopt.study.trials.search import Looked, Search

SHOWN, SHOWN_NAMES = 10, 6


def input_lines(search: Search, width: int, _: Language) -> list[Text]:
    """The inputs that trials teach, and why they do not teach the others."""
    info = search.case.settings.case
    taught = [one for one in search.looked if one.lesson is not None]
    worth = [one for one in taught if one.worth_knowing > 0]
    lines: list[Text] = []
    if worth:
        money = [one.worth_knowing for one in worth]
        trials = [one.proposal.proposed for one in worth if one.proposal is not None]
        power = f"{100 * search.wanted.power:g} %"
        unit = _.totals_unit([*money, *(t.cost for t in trials), *(t.worth for t in trials)], money)
        columns = [
            Col(_("input"), right=False, shorten=True),
            Col(_("worth knowing")),
            Col(_("trial worth"), drop=1),
            Col(_("cost"), drop=1),
            Col(_("net")),
            Col(_("treated for a power of {power}", power=power), drop=2),
            Col(_("in periods"), drop=2),
        ]
        rows = [_row(one, unit, _) for one in worth[:SHOWN]]
        lines += table(columns, rows, width, language=_)
        note = _(
            "Worth knowing: for sure, {money}. The others for the whole of a trial.",
            money=_.unit_head(unit, info),
        )
        lines += sentence(note, width)
    idle = sum(one.worth_knowing == 0 and one.curve is not None for one in taught)
    if idle:
        text = _.count(
            "{n} more input, even if known for sure, would change no tier.",
            "{n} more inputs, even if known for sure, would change no tier.",
            idle,
        )
        lines += sentence(text, width)
    few = [one.input.name for one in taught if one.too_few]
    if few:
        text = _(
            "No {segment} has customers enough, or another tier to serve them at, for a trial of "
            "{inputs}.",
            segment=_.words(search.case.settings.words).segment,
            inputs=_some(few, _),
        )
        lines += sentence(text, width)
    unpaired = [one.input.name for one in taught if one.too_few_segments]
    if unpaired:
        text = _(
            "Whole {segments} cannot be drawn for {inputs}: it takes two of each arm, all of which "
            "can be served better, or all worse.",
            segments=_.plural(_.words(search.case.settings.words).segment),
            inputs=_some(unpaired, _),
        )
        lines += sentence(text, width)
    short = [one.input.name for one in taught if one.too_short]
    if short:
        text = _(
            "Not in this length: {inputs}. Who leaves is counted by whole periods, before the "
            "result is of no more use.",
            inputs=_some(short, _),
        )
        lines += sentence(text, width)
    tested = [one.input.name for one in taught if one.by_the_plan]
    if tested:
        text = _(
            "No trial is needed for {inputs}: the plan serves customers so, and its first "
            "{period} tells.",
            inputs=_some(tested, _),
            period=_.period(info.period),
        )
        lines += sentence(text, width)
    for one in taught:
        if one.by_the_best:
            text = _(
                "No trial is needed for {input}: the plan that is the best in the mean of what it "
                "may be, other than that of slopt solve, serves customers so, and would tell.",
                input=one.input.name,
            )
            lines += sentence(text, width)
    for reason, names in _reasons(search.looked).items():
        told = {"inputs": _some(names, _), "reason": _(reason)}
        lines += sentence(_("Not by a trial, {inputs}: {reason}", **told), width)
    return lines


def _row(one: Looked, unit: object, _: Language) -> list[str | Text]:
    trial = None if one.proposal is None else one.proposal.proposed
    plain, signed = unit.plain, unit.signed  # type: ignore[attr-defined]
    if trial is None:
        return [one.input.name, plain(one.worth_knowing), "–", "–", "–", "–", "–"]
    return [
        one.input.name,
        plain(one.worth_knowing),
        plain(trial.worth),
        plain(trial.cost),
        signed(trial.net),
        _.amount(one.proposal.needed) if one.proposal is not None else "–",
        f"{one.proposal.needed_length:g}" if one.proposal is not None else "–",
    ]


def _reasons(looked: Iterable[Looked]) -> dict[str, list[str]]:
    """Why no trial teaches them -> names of columns."""
    found: dict[str, list[str]] = {}
    for one in looked:
        if one.lesson is None:
            names = found.setdefault(why_not(one.input), [])
            if one.input.column.name not in names:
                names.append(one.input.column.name)
    return found


def _some(names: list[str], _: Language) -> str:
    shown = names[:SHOWN_NAMES]
    if len(names) > SHOWN_NAMES:
        shown = [*shown, _("{n} more", n=f"{len(names) - SHOWN_NAMES:,}")]
    return _.listed(shown)


def value(number: float | None) -> str:
    """A value of an input with three digits."""
    return "–" if number is None else f"{number:.3g}"
