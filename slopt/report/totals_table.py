"""Booked cost, the three kinds of lost sales and their total: today against a plan."""

from __future__ import annotations

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.problem.evaluate import Evaluation
from slopt.report.numbers import (
    Unit,
    amount,
    percent,
    signed_percent,
    signed_points,
    unit_for_totals,
)
from slopt.report.screen import BOOKED, EXPECTED
from slopt.report.table import Col, sentence, table
from slopt.report.words import capital, plural
from slopt.vocabulary import LOSSES


def totals_lines(
    case: PlanningCase, then: Evaluation, now: Evaluation | None, width: int, title: str = "plan"
) -> list[Text]:
    """Booked cost, the three kinds of lost sales under their sum, total; today against plan."""
    words, info = case.settings.words, case.settings.case
    unit = totals_unit(then, now)
    lines = [
        ("service_cost", words.service_cost, BOOKED, "█"),
        ("lost_sales", f"{words.lost_sales}, expected", EXPECTED, "░"),
    ]
    if then.knows_kinds:
        lines += [(name, "  " + getattr(words, name), EXPECTED, "░") for name in LOSSES]
        if then.lost_unsplit or (now and now.lost_unsplit):
            lines.append(("lost_unsplit", "  not told apart", EXPECTED, "░"))
    longest = max(then.total_cost, 1e-300)
    bar_width = 33 if width >= 96 else 22
    rows: list[list[str | Text]] = []
    for name, label, style, sign in lines:
        rows.append(
            _money_row(
                label,
                name,
                then,
                now,
                unit,
                style,
                Text(sign * _bar(getattr(then, name), longest, bar_width), style),
            )
        )
    total_bar = Text("█" * _bar(then.service_cost, longest, bar_width), BOOKED)
    total_bar.append("░" * _bar(then.lost_sales, longest, bar_width), EXPECTED)
    foot = _money_row("total", "total_cost", then, now, unit, "bold", total_bar)
    columns = [
        Col(unit.head(info.currency, info.period), right=False),
        Col("today"),
        Col(title),
        Col("change"),
        Col("%", drop=1),
        Col(f"{title}, █ booked ░ expected", right=False, drop=2),
    ]
    if now is None:
        columns = [columns[0], Col(title), Col("█ booked ░ expected", right=False, drop=1)]
        rows = [[row[0], row[2], row[5]] for row in rows]
        foot = [foot[0], foot[2], foot[5]]
    return table(columns, rows, width, foot)


def totals_unit(then: Evaluation, now: Evaluation | None) -> Unit:
    """One unit for the whole table, fine enough that the changes of its sums can be added up."""
    if now is None:
        return unit_for_totals([then.total_cost])
    names = ("service_cost", "lost_sales", "total_cost")
    changes = [getattr(then, name) - getattr(now, name) for name in names]
    return unit_for_totals([then.total_cost, now.total_cost], changes)


def _money_row(
    label: str,
    name: str,
    then: Evaluation,
    now: Evaluation | None,
    unit: Unit,
    style: str,
    bar: Text,
) -> list[str | Text]:
    value = getattr(then, name)
    before = getattr(now, name) if now else None
    change = None if before is None else value - before
    return [
        label,
        unit.plain(before),
        Text(unit.plain(value), style),
        unit.signed(change),
        signed_percent(change, before),
        bar,
    ]


def _bar(value: float, longest: float, width: int) -> int:
    return max(0, round(width * value / longest))


def level_lines(
    case: PlanningCase,
    then: Evaluation,
    now: Evaluation | None,
    width: int,
    title: str = "the plan",
) -> list[Text]:
    """The mean service level, and what today's tiers would break."""
    words = case.settings.words
    level = f"{words.service_level}, weighted mean: "
    if now is None:
        return [Text(f"{capital(level)}{percent(then.service_level, 1)} %")]
    points = signed_points(then.service_level - now.service_level)
    text = (
        f"{capital(level)}{percent(now.service_level, 1)} % today, "
        f"{percent(then.service_level, 1)} % in {title} ({points} points)"
    )
    lines = sentence(text, width)
    if now.violations:
        broken = ", ".join(f"{v.rule} by {amount(v.amount)}" for v in now.violations[:4])
        if len(now.violations) > 4:
            broken += f" and {len(now.violations) - 4} more"
        lines += sentence(f"Today's {plural(words.tier, 2)} would break: {broken}.", width)
    return lines
