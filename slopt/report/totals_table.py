"""Booked cost, the three kinds of lost sales and their total: today against a plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.problem.evaluate import Breach
from slopt.report.language import ENGLISH, Language
from slopt.report.limit_words import limit_label
from slopt.report.numbers import Unit, percent, signed_percent, signed_points
from slopt.report.screen import BOOKED, EXPECTED
from slopt.report.table import Col, sentence, table
from slopt.vocabulary import LOSSES


class Totals(Protocol):
    """The totals of a plan: an Evaluation, or present values over periods."""

    @property
    def service_cost(self) -> float:
        """Booked cost."""

    @property
    def lost_sales(self) -> float:
        """Expected lost sales of all kinds."""

    @property
    def lost_unsplit(self) -> float:
        """Those of no known kind."""

    @property
    def total_cost(self) -> float:
        """Booked and lost."""

    @property
    def service_level(self) -> float:
        """The weighted mean."""

    @property
    def knows_kinds(self) -> bool:
        """Are the kinds of lost sales known apart?"""

    @property
    def violations(self) -> tuple[Breach, ...]:
        """The firm limits and rules that are broken."""


def totals_lines(
    case: PlanningCase,
    then: Totals,
    now: Totals | None,
    width: int,
    title: str = "",
    language: Language = ENGLISH,
    head: Callable[[Unit], str] | None = None,
) -> list[Text]:
    """Booked cost, the three kinds of lost sales under their sum, total; today against plan.

    `head` says what the amounts are; by default money per period.
    """
    _ = language
    words, info = _.words(case.settings.words), case.settings.case
    unit, title = totals_unit(then, now, _), title or _("plan")
    lines = [
        ("service_cost", words.service_cost, BOOKED, "█"),
        ("lost_sales", _("{lost}, expected", lost=words.lost_sales), EXPECTED, "░"),
    ]
    if then.knows_kinds:
        lines += [(name, "  " + getattr(words, name), EXPECTED, "░") for name in LOSSES]
        if then.lost_unsplit or (now and now.lost_unsplit):
            lines.append(("lost_unsplit", "  " + _("not told apart"), EXPECTED, "░"))
    # Fees may exceed the costs, so that a part is longer than the total.
    longest = max(then.total_cost, then.service_cost, then.lost_sales, 1e-300)
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
    foot = _money_row(_("total"), "total_cost", then, now, unit, "bold", total_bar)
    columns = [
        Col(head(unit) if head else _.unit_head(unit, info), right=False),
        Col(_("today")),
        Col(title),
        Col(_("change")),
        Col("%", drop=1),
        Col(_("{plan}, █ booked ░ expected", plan=title), right=False, drop=2),
    ]
    if now is None:
        columns = [columns[0], Col(title), Col(_("█ booked ░ expected"), right=False, drop=1)]
        rows = [[row[0], row[2], row[5]] for row in rows]
        foot = [foot[0], foot[2], foot[5]]
    return table(columns, rows, width, foot, _)


def totals_unit(then: Totals, now: Totals | None, language: Language = ENGLISH) -> Unit:
    """One unit for the whole table, fine enough that the changes of its sums can be added up."""
    if now is None:
        return language.totals_unit([then.total_cost])
    names = ("service_cost", "lost_sales", "total_cost")
    changes = [getattr(then, name) - getattr(now, name) for name in names]
    return language.totals_unit([then.total_cost, now.total_cost], changes)


def _money_row(
    label: str, name: str, then: Totals, now: Totals | None, unit: Unit, style: str, bar: Text
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
    then: Totals,
    now: Totals | None,
    width: int,
    title: str = "",
    language: Language = ENGLISH,
) -> list[Text]:
    """The mean service level, and what today's tiers would break."""
    _ = language
    words = _.words(case.settings.words)
    level = _.capital(words.service_level)
    share = percent(then.service_level, 1)
    if now is None:
        return sentence(_("{level}, weighted mean: {share} %", level=level, share=share), width)
    text = _(
        "{level}, weighted mean: {today} % today, {share} % in {plan} ({points} points)",
        level=level,
        today=percent(now.service_level, 1),
        share=share,
        plan=title or _("the plan"),
        points=signed_points(then.service_level - now.service_level),
    )
    lines = sentence(text, width)
    if now.violations:
        broken = _(", ").join(
            _("{rule} by {amount}", rule=limit_label(v.rule, _), amount=_.amount(v.amount))
            for v in now.violations[:4]
        )
        tiers = _.plural(words.tier)
        if len(now.violations) > 4:
            said = _(
                "Today's {tiers} would break: {limits} and {more} more.",
                tiers=tiers,
                limits=broken,
                more=len(now.violations) - 4,
            )
        else:
            said = _("Today's {tiers} would break: {limits}.", tiers=tiers, limits=broken)
        lines += sentence(said, width)
    return lines
