"""The figures of the page's charts: each as SVG, with its alternative text and its numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from slopt.engine.reporting import Dossier
from slopt.problem.evaluate import Evaluation
from slopt.report import charts
from slopt.report.charts import Chart
from slopt.report.language import Language
from slopt.report.numbers import Unit, percent
from slopt.report.page.bridge import Step
from slopt.report.page.totals import totals_unit

WIDE, HALF, THIRD = 688, 332, 230
"""Widths in px of the whole text, of half, of a third of it."""
FULL, LOW = 205, 150
"""Heights in px of a frontier, and of one beside a band."""
NEAR_BEST = 5e-3
"""The band in which the total is as good as least: half a percent."""
TOP = 0.2
MOST_POINTS = 400
MOST_DOTS = 60
MOST_TOTALS = 5
"""Lines of equal total."""


def bridge_chart(dossier: Dossier, steps: Sequence[Step], _: Language) -> Chart:
    """From today to the plan."""
    words = _.words(dossier.case.settings.words)
    then, now = dossier.plan.evaluation, dossier.plan.current
    unit = totals_unit(then, now, _)
    rows = [
        {
            "name": step.name, "begin": step.begin, "end": step.end, "kind": step.kind,
            "label": step.label, "booked": step.booked, "expected": step.expected,
            "booked_label": f"{words.service_cost} {unit.plain(step.booked)}",
            "expected_label": _("expected {lost} {amount}", lost=words.lost_sales,
                                amount=unit.plain(step.expected)),
        }
        for step in steps
    ]  # fmt: skip
    head = _.unit_head(unit, dossier.case.settings.case)
    alt = _(
        "From {today} today to {plan} in the plan, in {unit}.",
        today=steps[0].label,
        plan=steps[-1].label,
        unit=head,
    )
    heads = (("name", _("Step")), ("label", head))
    return Chart(charts.bridge(rows, WIDE), alt, tuple(rows), heads)


@dataclass(frozen=True)
class Curve:
    """A curve with its finding as a title, and the unit of all its money."""

    title: str
    unit: str
    chart: Chart
    note: str = ""


def level_chart(dossier: Dossier, _: Language) -> Curve | None:
    """The least total at every level; None without the curve."""
    plans = dossier.by_level
    if not plans:
        return None
    then, now = dossier.plan.evaluation, dossier.plan.current
    words = _.words(dossier.case.settings.words)
    unit = _one_unit([*plans, then, *([now] if now else [])], _)
    head = _.unit_head(unit, dossier.case.settings.case)
    points = [
        {
            "level": 100 * plan.service_level,
            "total": plan.total_cost / unit.size,
            "booked": plan.service_cost / unit.size,
            "expected": plan.lost_sales / unit.size,
        }
        for plan in plans
    ]
    marks = [_level_mark(then, "plan", _("plan {total}", total=unit.plain(then.total_cost)), unit)]
    if now is not None and dossier.plan.moves:
        label = _("today {total}", total=unit.plain(now.total_cost))
        marks.append(_level_mark(now, "today", label, unit))
    least = min(plan.total_cost for plan in plans)
    near = [
        plan.service_level for plan in plans if plan.total_cost <= least + NEAR_BEST * abs(least)
    ]
    low, high = min(near), max(near)
    is_flat = percent(high, 1) != percent(low, 1)
    band = {"low": 100 * low, "high": 100 * high} if is_flat else None
    svg = charts.total_by_level(
        points,
        marks,
        band,
        {
            "level": _("{level}, %", level=words.service_level),
            "total": _("total"),
            "booked": words.service_cost,
            "expected": words.lost_sales,
        },
        HALF,
        len(points) <= MOST_DOTS,
    )
    is_at_edge = least in (plans[0].total_cost, plans[-1].total_cost)
    if is_at_edge:
        title = _("The least total by {level}", level=words.service_level)
    elif band:
        ends = {"low": percent(low, 1), "high": percent(high, 1)}
        title = _("The total is flat from {low} to {high} %", **ends)
    else:
        title = _("The total is least at {low} %", low=percent(low, 1))
    alt = _(
        "Least total by {level}: {first} at {first_level} %, least {least} at {least_level} %, "
        "{last} at {last_level} %, in {unit}.",
        unit=head,
        level=words.service_level,
        first=unit.plain(plans[0].total_cost),
        first_level=percent(plans[0].service_level, 1),
        least=unit.plain(least),
        least_level=percent(min(plans, key=lambda p: p.total_cost).service_level, 1),
        last=unit.plain(plans[-1].total_cost),
        last_level=percent(plans[-1].service_level, 1),
    )
    heads = (
        ("level", _("{level}, %", level=_.capital(words.service_level))),
        ("booked", f"{_.capital(words.service_cost)}, {head}"),
        ("expected", f"{_.capital(_('expected {lost}', lost=words.lost_sales))}, {head}"),
        ("total", f"{_('Total')}, {head}"),
    )
    has_dots = len(points) <= MOST_DOTS
    note = _.sentences(
        [
            _("Every dot is a plan.") if has_dots else "",
            _("The band is within 0.5 % of the least.") if band else "",
        ]
    )
    return Curve(title, head, Chart(svg, alt, tuple(points), heads), note)


def _one_unit(plans: Sequence[Evaluation], _: Language) -> Unit:
    return _.totals_unit([plan.total_cost for plan in plans])


def _level_mark(plan: Evaluation, kind: str, label: str, unit: Unit) -> dict[str, object]:
    return {
        "level": 100 * plan.service_level, "total": plan.total_cost / unit.size, "label": label,
        "kind": kind,
    }  # fmt: skip


def has_frontier(dossier: Dossier) -> bool:
    """True where the budget makes a difference: a curve of one point is none."""
    points = () if dossier.by_budget is None else dossier.by_budget.points
    plans = [point.evaluation for point in points if point.evaluation is not None]
    return len({(plan.service_cost, plan.lost_sales) for plan in plans}) > 1


def banded_frontier(dossier: Dossier, _: Language) -> Curve | None:
    """The same curve with the band of each of its plans over the futures; None without bands."""
    bands = _bands_of(dossier)
    return frontier_chart(dossier, _, bands) if bands else None


Ends = Mapping[tuple[float, float], Mapping[str, float]]
"""By booked cost and expected loss of a plan: the ends of the band of its loss, low and high."""


def frontier_chart(dossier: Dossier, _: Language, bands: Ends | None = None) -> Curve | None:
    """Least lost sales for every budget; None without the curve."""
    found, bands = dossier.by_budget, bands or {}
    if found is None or not has_frontier(dossier):
        return None
    words = _.words(dossier.case.settings.words)
    info = dossier.case.settings.case
    then, now = dossier.plan.evaluation, dossier.plan.current
    plans = [point.evaluation for point in found.points if point.evaluation is not None]
    unit = _one_unit([*plans, then, *([now] if now else [])], _)
    head = _.unit_head(unit, info)
    distinct = {(plan.service_cost, plan.lost_sales): plan for plan in plans}
    points = [
        {
            "booked": plan.service_cost / unit.size,
            "expected": plan.lost_sales / unit.size,
            **{end: value / unit.size for end, value in bands.get(key, {}).items()},
        }
        for key, plan in list(distinct.items())[:MOST_POINTS]
    ]
    marks = [_place(then, "plan", _("plan"), unit)]
    if now is not None and dossier.plan.moves:
        marks.append(_place(now, "today", _("today"), unit))
    if found.knee is not None and (knee := found.points[found.knee].evaluation) is not None:
        marks.append(_place(knee, "knee", _("knee"), unit))
    limit = dossier.problem.budget
    budget = None
    if limit is not None:
        amount = unit.plain(limit)
        budget = {"booked": limit / unit.size, "label": _("budget {amount}", amount=amount)}
    svg = charts.frontier(
        points,
        marks,
        budget,
        [] if bands else _equal_totals([*points, *marks], _),
        {
            "booked": f"{words.service_cost}, {head}",
            "expected": f"{_('expected {lost}', lost=words.lost_sales)}, {head}",
        },
        HALF,
        LOW if bands else FULL,
    )
    title = _("What another budget would do")
    if now is not None and found.today is not None and found.today.same is not None:
        same = found.today.same.value
        spare = None if same is None else found.today.value - same
        if spare is not None and spare > 1e-6 * abs(found.today.value):
            title = _(
                "Today's {lost} could cost {spare} less {cost}",
                lost=words.lost_sales,
                spare=_.money(spare, info.currency),
                cost=words.service_cost,
            )
    alt = _(
        "Least expected {lost} by {cost}: from {low} with {most} to {high} with {least}, in "
        "{unit}.",
        unit=head,
        lost=words.lost_sales,
        cost=words.service_cost,
        low=unit.plain(plans[0].service_cost),
        most=unit.plain(plans[0].lost_sales),
        high=unit.plain(plans[-1].service_cost),
        least=unit.plain(plans[-1].lost_sales),
    )
    heads: tuple[tuple[str, str], ...] = (
        ("booked", f"{_.capital(words.service_cost)}, {head}"),
        ("expected", f"{_.capital(_('expected {lost}', lost=words.lost_sales))}, {head}"),
    )
    note = ""
    if bands:
        heads += (("low", f"5 %, {head}"), ("high", f"95 %, {head}"))
        note = _(
            "Least expected loss for every budget; pale: between what it lies in nine of ten "
            "futures."
        )
    return Curve(title, head, Chart(svg, alt, tuple(points), heads), note)


def _bands_of(dossier: Dossier) -> Ends:
    found, futures = dossier.by_budget, dossier.futures
    if found is None or futures is None or futures.frontier is None:
        return {}
    return {
        (point.evaluation.service_cost, point.evaluation.lost_sales): {
            "low": its.lost_sales.low,
            "high": its.lost_sales.high,
        }
        for point, its in zip(found.points, futures.frontier.points, strict=True)
        if point.evaluation is not None and its is not None
    }


def _place(plan: Evaluation, kind: str, label: str, unit: Unit) -> dict[str, object]:
    return {
        "booked": plan.service_cost / unit.size, "expected": plan.lost_sales / unit.size,
        "label": label, "kind": kind,
    }  # fmt: skip


def _equal_totals(rows: Sequence[Mapping[str, object]], _: Language) -> list[dict[str, object]]:
    """Round totals, a few of them, that lie between the least and the largest one."""
    sums = [float(str(row["booked"])) + float(str(row["expected"])) for row in rows]
    low, high = min(sums), max(sums)
    if not high > low:
        return []
    power = 10.0 ** math.floor(math.log10((high - low) / 2))
    step = next(
        s for s in (power, 2 * power, 5 * power, 10 * power) if (high - low) / s <= MOST_TOTALS
    )
    decimals = max(0, -math.floor(math.log10(step)))
    found: list[dict[str, object]] = []
    for k in range(math.ceil(low / step), math.floor(high / step + 0.5) + 1):
        amount = f"{k * step:,.{decimals}f}"
        found.append({"total": k * step, "label": _("total {amount}", amount=amount)})
    return found


def whale_chart(dossier: Dossier, _: Language) -> tuple[str, Chart] | None:
    """Who earns the money; None where it cannot be told."""
    accounts = dossier.accounts
    curve = None if accounts is None else accounts.whale
    if accounts is None or curve is None or len(accounts.choice) < 3:
        return None
    places = np.unique(np.linspace(0, len(curve.profit) - 1, MOST_POINTS).round().astype(int))
    places = np.union1d(places, [int(np.argmax(curve.profit))])
    points = [
        {"customers": 100 * float(curve.customers[p]), "contribution": 100 * float(curve.profit[p])}
        for p in places.tolist()
    ]
    share = curve.share_up_to(TOP)
    label = _("the best 20 % make {share} %", share=percent(share))
    top = {"customers": 100 * TOP, "contribution": 100 * share, "label": label}
    words = {"customers": _("customers, the best first, %"), "contribution": _("contribution, %")}
    losing = len(accounts.losers)
    title = _("Who earns the money")
    alt = _(
        "The best 20 % of customers make {share} % of the contribution, the peak is {peak} %, "
        "{losing} segments lose money.",
        share=percent(share),
        peak=percent(curve.peak),
        losing=losing,
    )
    heads = tuple(words.items())
    return title, Chart(charts.whale(points, top, words, THIRD), alt, tuple(points), heads)
