"""Switch points as text: how far each input may move before another plan is the best."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from slopt.report.input_words import InputWords, place_cells
from slopt.report.numbers import NONE
from slopt.report.table import Col, sentence, table
from slopt.report.words import counted, listed
from slopt.study.sensitivity import Sensitivity
from slopt.study.sensitivity.switch_rows import sides
from slopt.study.sensitivity.switches import Switch, Switches

SHOWN = 15


def switch_lines(study: Sensitivity, names: InputWords, width: int) -> list[Text]:
    """The table, the nearest switch first, and the inputs that have none."""
    turning = sorted(
        (found for found in study.switches if found.turns), key=lambda found: _nearness(found)
    )
    steady = [names.label(found.input) for found in study.switches if not found.turns]
    lines: list[Text] = []
    if turning:
        text = "Switch points: how far one input may move before another plan is the best"
        lines += sentence(text, width)
        columns = [
            Col("input", right=False, shorten=True),
            Col("today", drop=1),
            Col("holds from"),
            Col("to"),
            Col("changes below", right=False, shorten=True),
            Col("above", right=False, shorten=True),
        ]
        rows = [_row(study, found, names) for found in turning[:SHOWN]]
        lines += table(columns, rows, width)
        unproven = sum(not s.is_proven for found in turning for s in found.found)
        lines += sentence(_note(turning, unproven), width)
        if len(turning) > SHOWN:
            more = counted(len(turning) - SHOWN, "input")
            lines += sentence(
                f"{more} with switch points further away: --out DIR or --json.", width
            )
    if steady:
        lines += sentence(
            f"Nothing changes within the whole range of {counted(len(steady), 'input')}: "
            f"{listed(steady)}.",
            width,
        )
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


def _note(turning: Sequence[Switches], unproven: int) -> str:
    parts = "+1: and one more; --json has all, with their tiers."
    if any(found.is_complete and not (found.down and found.up) for found in turning):
        parts += f" {NONE}: no other plan is better up to that end of the range."
    if unproven:
        parts += f" At {counted(unproven, 'switch')} a plan beside it is not proven the best."
    else:
        parts += " The plans on both sides of every switch are proven."
    if any(not found.is_complete for found in turning):
        parts += (
            " ≤ and ≥: not searched any further. Some inputs have more switches; --json says how "
            "far they were searched."
        )
    return parts


def _row(study: Sensitivity, found: Switches, names: InputWords) -> list[str | Text]:
    one, down, up = found.input, found.down, found.up
    least = found.reach[0] if down is None else down.above.where
    most = found.reach[1] if up is None else up.below.where
    today, begin, end = place_cells(one, (one.today, least, most))
    if down is None:
        begin = NONE if least == one.low else f"≤ {begin}"
    if up is None:
        end = NONE if most == one.high else f"≥ {end}"
    return [
        names.label(one),
        today,
        begin,
        end,
        NONE if down is None else _who(study, down, "below"),
        NONE if up is None else _who(study, up, "above"),
    ]


def _who(study: Sensitivity, switch: Switch, side: str) -> str:
    """The first segment that changes, and how many more."""
    _, first = sides(switch, side)
    if first.choice is None:
        return "no plan"
    moved = switch.moved
    more = f" +{len(moved) - 1}" if len(moved) > 1 else ""
    return f"{study.problem.segments[moved[0]]}{more}"
