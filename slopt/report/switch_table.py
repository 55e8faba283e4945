"""Switch points as text: how far each input may move before another plan is the best."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from slopt.report.input_words import InputWords, place_cells
from slopt.report.language import ENGLISH, Language
from slopt.report.numbers import NONE
from slopt.report.table import Col, sentence, table
from slopt.study.sensitivity import Sensitivity
from slopt.study.sensitivity.switch_rows import sides
from slopt.study.sensitivity.switches import Switch, Switches

SHOWN = 15


def switch_lines(
    study: Sensitivity, names: InputWords, width: int, language: Language = ENGLISH
) -> list[Text]:
    """The table, the nearest switch first, and the inputs that have none."""
    _ = language
    turning = sorted(
        (found for found in study.switches if found.turns), key=lambda found: _nearness(found)
    )
    steady = [names.label(found.input) for found in study.switches if not found.turns]
    lines: list[Text] = []
    if turning:
        text = _("Switch points: how far one input may move before another plan is the best")
        lines += sentence(text, width)
        columns = [
            Col(_("input"), right=False, shorten=True),
            Col(_("today"), drop=1),
            Col(_("holds from")),
            Col(_("to")),
            Col(_("changes below"), right=False, shorten=True),
            Col(_("above"), right=False, shorten=True),
        ]
        rows = [_row(study, found, names, _) for found in turning[:SHOWN]]
        lines += table(columns, rows, width, language=_)
        unproven = sum(not s.is_proven for found in turning for s in found.found)
        lines += sentence(_note(turning, unproven, _), width)
        if len(turning) > SHOWN:
            text = _.count(
                "{n} input with switch points further away: --out DIR or --json.",
                "{n} inputs with switch points further away: --out DIR or --json.",
                len(turning) - SHOWN,
            )
            lines += sentence(text, width)
    if steady:
        text = _.count(
            "Nothing changes within the whole range of {n} input: {inputs}.",
            "Nothing changes within the whole range of {n} inputs: {inputs}.",
            len(steady),
            inputs=_.listed(steady),
        )
        lines += sentence(text, width)
    return lines


def _nearness(found: Switches) -> float:
    """The way from today to the nearest switch, as a share of the way to that end."""
    one, ways = found.input, []
    least = found.reach[0] if found.down is None else found.down.above.where
    most = found.reach[1] if found.up is None else found.up.below.where
    if one.low < one.today:
        ways.append((one.today - least) / (one.today - one.low))
    if one.high > one.today:
        ways.append((most - one.today) / (one.high - one.today))
    return min(ways)


def _note(turning: Sequence[Switches], unproven: int, _: Language) -> str:
    said = [_("+1: and one more; --json has all, with their tiers.")]
    if any(found.is_complete and not (found.down and found.up) for found in turning):
        said.append(_("–: no other plan is better up to that end of the range."))
    if unproven:
        said.append(
            _.count(
                "At {n} switch a plan beside it is not proven the best.",
                "At {n} switches a plan beside it is not proven the best.",
                unproven,
            )
        )
    else:
        said.append(_("The plans on both sides of every switch are proven."))
    if any(not found.is_complete for found in turning):
        said.append(
            _(
                "≤ and ≥: not searched any further. Some inputs have more switches; --json says "
                "how far they were searched."
            )
        )
    return _.sentences(said)


def _row(study: Sensitivity, found: Switches, names: InputWords, _: Language) -> list[str | Text]:
    one, down, up = found.input, found.down, found.up
    least = found.reach[0] if down is None else down.above.where
    most = found.reach[1] if up is None else up.below.where
    today, begin, end = place_cells(one, (one.today, least, most), _)
    if down is None:
        begin = NONE if least == one.low else f"≤ {begin}"
    if up is None:
        end = NONE if most == one.high else f"≥ {end}"
    return [
        names.label(one),
        today,
        begin,
        end,
        NONE if down is None else _who(study, down, "below", _),
        NONE if up is None else _who(study, up, "above", _),
    ]


def _who(study: Sensitivity, switch: Switch, side: str, _: Language) -> str:
    """The first segment that changes, and how many more."""
    first = sides(switch, side)[1]
    if first.choice is None:
        return _("no plan")
    moved = switch.moved
    more = f" +{len(moved) - 1}" if len(moved) > 1 else ""
    return f"{study.problem.segments[moved[0]]}{more}"
