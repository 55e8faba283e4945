"""The trade-off in plain text: the total by service level above, its two parts from zero below."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from slopt.plan.plan import Plan
from slopt.problem.evaluate import Evaluation
from slopt.report.language import ENGLISH, Language
from slopt.report.numbers import percent
from slopt.report.screen import BOOKED, EXPECTED
from slopt.report.table import sentence
from slopt.report.text_chart import Curve, Mark, Panel, chart_lines

NEAR_BEST = 5e-3
"""The band in which the total is as good as least: half a percent."""
ABOVE, BELOW = 9, 9
"""Rows of the two panels."""


def level_lines(
    plan: Plan, plans: Sequence[Evaluation], width: int, language: Language = ENGLISH
) -> list[Text]:
    """The least total at every service level, at most `width` cells wide; nothing without it."""
    if len(plans) < 2:
        return []
    _, info = language, plan.case.settings.case
    words = _.words(plan.case.settings.words)
    then, now = plan.evaluation, plan.current
    shown = [*plans, then, *([now] if now is not None else [])]
    unit = _.totals_unit([each.total_cost for each in shown])

    def line(name: str, sign: str, style: str = "") -> Curve:
        return Curve(
            [(100 * each.service_level, getattr(each, name) / unit.size) for each in plans],
            sign,
            style,
        )

    def mark(each: Evaluation, sign: str, word: str) -> Mark:
        return Mark(100 * each.service_level, each.total_cost / unit.size, sign, word)

    marks = [mark(now, "○", _("today"))] if now is not None and plan.moves else []
    best = min(plans, key=lambda each: each.total_cost)
    if best.total_cost < then.total_cost:
        marks.append(mark(best, "◇", _("least")))
    marks.append(mark(then, "●", _("plan")))
    money = _.unit_head(unit, info)
    above = _("total, {money}", money=money)
    below = _(
        "█ {cost}, booked   ░ {lost}, expected", cost=words.service_cost, lost=words.lost_sales
    )
    panels = [
        Panel(above, [line("total_cost", "·")], marks, ABOVE),
        Panel(
            below,
            [line("lost_sales", "░", EXPECTED), line("service_cost", "█", BOOKED)],
            height=BELOW,
            from_zero=True,
        ),
    ]
    across = _("{level}, %", level=words.service_level)
    lines = chart_lines(panels, across, width)
    if not lines:
        return []
    held = (
        _("Each place is the best plan at that level.")
        if plan.problem.budget is None
        else _("Each place is the best plan at that level, whatever the budget.")
    )
    return [
        *sentence(finding(plans, language), width, "bold"),
        *sentence(held, width),
        Text(""),
        *lines,
    ]


def finding(plans: Sequence[Evaluation], language: Language) -> str:
    """What the curve says, in a sentence."""
    _ = language
    least = min(plan.total_cost for plan in plans)
    near = [
        plan.service_level for plan in plans if plan.total_cost <= least + NEAR_BEST * abs(least)
    ]
    low, high = percent(min(near), 1), percent(max(near), 1)
    if least in (plans[0].total_cost, plans[-1].total_cost):
        return _("The total by level: the least one is at the end of the curve.")
    if low == high:
        return _("The total is least at {low} %.", low=low)
    return _(
        "The total is within half a percent of the least from {low} to {high} %.",
        low=low,
        high=high,
    )
