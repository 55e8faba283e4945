"""Which figures of a frontier its chart shows.

Along the budget: expected lost sales over booked service cost. Along any other limit: the value of
the goal over the limit.
"""

from __future__ import annotations

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.problem.evaluate import Evaluation
from slopt.report.frontier_words import AxisWords, goal_measure
from slopt.report.language import ENGLISH, Language
from slopt.report.table import sentence
from slopt.report.text_chart import Curve, Mark, Panel, Upright, chart_lines
from slopt.study.frontier import Frontier
from slopt.study.frontier.bands import FrontierBands, PointBands
from slopt.study.spread import Spread
from slopt.vocabulary import Goal

MOST = 400
"""Points that are drawn; a screen has fewer columns than that."""
EDGE = "░"
"""The sign of the two edges of a band."""


class _Plane:
    """Where plans lie, and how the two directions are called."""

    def __init__(self, found: Frontier, case: PlanningCase, axis: AxisWords, _: Language) -> None:
        self.found, self.axis, info = found, axis, case.settings.case
        goal, words = found.problem.goal, _.words(case.settings.words)
        self.by_cost = axis.name == "budget" and goal is not Goal.MAX_SERVICE
        plans = [p.evaluation for p in found.points if p.evaluation is not None]
        plans += [found.today.evaluation] if found.today else []
        self.x_size = self.y_size = 0.01
        x, y = axis.head, _("{level}, %", level=words.service_level)
        if axis.is_money:
            unit = axis.unit
            self.x_size = unit.size
            name = _("{cost}, booked", cost=words.service_cost) if self.by_cost else axis.label
            x = _("{what}, {unit}", what=name, unit=_.unit_head(unit, info))
        elif not axis.is_level:
            self.x_size = 1.0
        if goal is not Goal.MAX_SERVICE:
            unit = _.totals_unit([self._money(plan) for plan in plans])
            self.y_size = unit.size
            name = goal_measure(found, case, _)
            if self.by_cost:
                name = _("{lost}, expected", lost=words.lost_sales)
            y = _("{what}, {unit}", what=name, unit=_.unit_head(unit, info))
        self.titles = x, y

    def mark(self, value: float, plan: Evaluation, sign: str, word: str = "") -> Mark:
        x = plan.service_cost if self.by_cost else value
        is_level = self.found.problem.goal is Goal.MAX_SERVICE
        y = plan.service_level if is_level else self._money(plan)
        return Mark(x / self.x_size, y / self.y_size, sign, word)

    def edges(self, value: float, plan: Evaluation, its: PointBands) -> tuple[Mark, Mark]:
        """The lower and the upper end of the band at the place of a plan."""
        spread = self._spread(its)
        x = (plan.service_cost if self.by_cost else value) / self.x_size
        low, high = (end / self.y_size for end in (spread.low, spread.high))
        return Mark(x, low, EDGE), Mark(x, high, EDGE)

    def _spread(self, its: PointBands) -> Spread:
        return its.lost_sales if self.by_cost else its.value

    def _money(self, plan: Evaluation) -> float:
        if self.by_cost:
            return plan.lost_sales
        return {
            Goal.MIN_TOTAL_COST: plan.total_cost,
            Goal.MIN_LOST_SALES: plan.lost_sales,
            Goal.MIN_BUDGET: plan.service_cost,
            Goal.MAX_SERVICE: 0.0,
        }[self.found.problem.goal]


def plot_lines(
    found: Frontier,
    case: PlanningCase,
    axis: AxisWords,
    width: int,
    language: Language = ENGLISH,
    bands: FrontierBands | None = None,
) -> list[Text]:
    """The chart of a frontier; nothing where it has too few points or there is no room.

    With `bands` the ends between which nine of ten futures lie are drawn above and below.
    """
    _, plane = language, _Plane(found, case, axis, language)
    drawn = [point for point in found.points if point.evaluation is not None][:MOST]
    if len(drawn) < 3:
        return []
    plans = [plane.mark(p.value, p.evaluation, "") for p in drawn if p.evaluation is not None]
    marks = []
    knee = None if found.knee is None else found.points[found.knee]
    if knee is not None and knee.evaluation is not None:
        marks.append(plane.mark(knee.value, knee.evaluation, "◇", _("knee")))
    if found.today is not None:
        marks.append(plane.mark(found.today.value, found.today.evaluation, "○", _("today")))
    own = axis.own
    if found.chosen is not None and found.chosen.evaluation is not None:
        # A limit beyond what gains anything is drawn at the end of the points.
        value = min(max(found.chosen.value, drawn[0].value), drawn[-1].value)
        marks.append(plane.mark(value, found.chosen.evaluation, "●", _("plan")))
    line = None if own is None else Upright(own / plane.x_size, f"{axis.label} {axis.number(own)}")
    curves = [] if bands is None else _edges(found, bands, plane)
    curves.append(Curve([(each.x, each.y) for each in plans]))
    lines = chart_lines([Panel(plane.titles[1], curves, marks)], plane.titles[0], width, line)
    if lines and bands is not None:
        said = _(
            "{mark} marks the two ends between which nine of ten futures lie; an end that falls on "
            "the curve is hidden by it.",
            mark=EDGE,
        )
        lines += sentence(said, width)
    return lines


def _edges(found: Frontier, bands: FrontierBands, plane: _Plane) -> list[Curve]:
    """The two edges of the band, from the first plan to the last."""
    ends = [
        plane.edges(point.value, point.evaluation, its)
        for point, its in zip(found.points, bands.points, strict=True)
        if point.evaluation is not None and its is not None
    ][:MOST]
    return [Curve([(end.x, end.y) for end in edge], EDGE) for edge in zip(*ends, strict=True)]
