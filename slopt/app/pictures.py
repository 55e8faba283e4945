"""The two charts of an answer: what is on them, and their words."""

from __future__ import annotations

from collections.abc import Callable

from slopt.app.drawing import BudgetLine, Named, frontier_svg, level_svg
from slopt.app.knobs import Knob
from slopt.app.state import Curves, Mark, Reply
from slopt.app.view import View
from slopt.problem.evaluate import Evaluation
from slopt.report.numbers import Unit, percent

NEAR_BEST = 5e-3
"""The band in which the total is as good as least: half a percent."""


def frontier(
    view: View, reply: Reply | None, curves: Curves | None, knob: Knob | None, budget: float | None
) -> str:
    """The frontier with its marks and the budget; "" where there is none."""
    if curves is None or not curves.by_budget:
        return ""
    _ = view.language
    unit = _chart_unit(view, reply, curves)
    named = []
    if reply is not None:
        named = _marks(view, reply, lambda mark: (mark.cost / unit.size, mark.lost / unit.size))
    if curves.knee is not None:
        knee = curves.knee
        named.append(Named("knee", _("knee"), knee.cost / unit.size, knee.lost / unit.size))
    line = None
    if knob is not None and budget is not None:
        line = BudgetLine(
            budget / unit.size,
            _("budget {amount}", amount=unit.plain(budget)),
            view.label(knob),
            knob.low,
            knob.high,
            unit.size,
        )
    head = _.unit_head(unit, view.info)
    first, last = curves.by_budget[0], curves.by_budget[-1]
    return frontier_svg(
        [(mark.cost / unit.size, mark.lost / unit.size) for mark in curves.by_budget],
        named,
        line,
        (
            _("{cost}, {unit} (booked)", cost=view.words.service_cost, unit=head),
            _("expected {lost}, {unit}", lost=view.words.lost_sales, unit=head),
        ),
        _("total {amount}", amount="{amount}"),
        _(
            "Least expected {lost} by {cost}: from {low} with {most} to {high} with {least}.",
            lost=view.words.lost_sales,
            cost=view.words.service_cost,
            low=unit.plain(first.cost),
            most=unit.plain(first.lost),
            high=unit.plain(last.cost),
            least=unit.plain(last.lost),
        ),
    )


def levels(view: View, reply: Reply | None, curves: Curves | None) -> str:
    """The least total by level; "" where there is none."""
    if curves is None or not curves.by_level:
        return ""
    _ = view.language
    unit = _chart_unit(view, reply, curves)
    named = []
    if reply is not None:
        named = _marks(view, reply, lambda mark: (100 * mark.level, mark.total / unit.size))
    least = min(mark.total for mark in curves.by_level)
    near = [100 * m.level for m in curves.by_level if m.total <= least * (1 + NEAR_BEST)]
    best = min(curves.by_level, key=lambda mark: mark.total)
    return level_svg(
        [
            (100 * mark.level, mark.cost / unit.size, mark.lost / unit.size)
            for mark in curves.by_level
        ],
        named,
        (min(near), max(near)) if len(near) > 1 else None,
        (
            _("{level}, %", level=view.words.service_level),
            _("total"),
            view.words.service_cost,
            view.words.lost_sales,
        ),
        _(
            "Least total by {level}: {least} at {best} %.",
            level=view.words.service_level,
            least=unit.plain(best.total),
            best=percent(best.level, 1),
        ),
    )


def level_note(view: View, reply: Reply | None, curves: Curves | None) -> str:
    """What the chart by level shows, and in which unit once it is drawn."""
    _ = view.language
    if curves is None or not curves.by_level:
        return _("Least total at each level, whatever the budget.")
    return _(
        "{unit}, least total at each level, whatever the budget",
        unit=_.unit_head(_chart_unit(view, reply, curves), view.info),
    )


def _chart_unit(view: View, reply: Reply | None, curves: Curves) -> Unit:
    totals = [mark.total for mark in (*curves.by_budget, *curves.by_level)]
    if reply is not None and reply.plan is not None:
        totals.append(reply.plan.total_cost)
    return view.language.totals_unit(totals)


def _marks(view: View, reply: Reply, place: Callable[[Mark], tuple[float, float]]) -> list[Named]:
    """This plan, today, the saved plan; the saved one only where it stands elsewhere."""
    _ = view.language
    found: list[tuple[str, str, Evaluation | None]] = [
        ("plan", _("this plan"), reply.plan), ("today", _("today"), reply.today),
    ]  # fmt: skip
    if not _same(reply.saved, reply.plan) and not _same(reply.saved, reply.today):
        found.append(("saved", _("saved plan"), reply.saved))
    named = []
    for kind, label, plan in found:
        if plan is not None:
            across, up = place(Mark.of(plan))
            named.append(Named(kind, label, across, up))
    return named


def _same(one: Evaluation | None, two: Evaluation | None) -> bool:
    if one is None or two is None:
        return one is two
    return (one.service_cost, one.lost_sales) == (two.service_cost, two.lost_sales)
