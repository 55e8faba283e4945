"""One point of a frontier: the best plan for one value of the limit, checked and certified."""

from __future__ import annotations

from dataclasses import dataclass, replace

from slopt.plan.certificate import certify
from slopt.plan.check import check
from slopt.plan.price_certificate import priced_bound
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.evaluate import Evaluation, evaluate
from slopt.solve.outcome import Outcome, relative_gap
from slopt.study.frontier.axis import Axis
from slopt.vocabulary import Status

EQUAL = 1e-12
"""Objectives closer than this, relative, are the same but for rounding."""


@dataclass(frozen=True, eq=False)
class Point:
    """The best plan with the limit at `value`; all but value and status are None without one.

    objective, bound and certified_bound are in the unit and sense of the goal; `bound` is the
    solver's, `certified_bound` is proven without it. `price` is what one unit more of the limit
    would gain in the relaxation.
    """

    value: float
    status: Status
    choice: Choice | None = None
    evaluation: Evaluation | None = None
    objective: float | None = None
    bound: float | None = None
    certified_bound: float | None = None
    price: float | None = None

    @property
    def gap(self) -> float | None:
        """The solver's relative gap."""
        return relative_gap(self.objective, self.bound)

    @property
    def certified_gap(self) -> float | None:
        """The proven relative gap."""
        return relative_gap(self.objective, self.certified_bound)

    def with_bounds(
        self, bound: float | None, certified: float | None, maximises: bool, wanted: float
    ) -> Point:
        """The same with bounds where they are tighter, never beyond the plan itself.

        What is proven without the solver bounds the plan, too.
        """
        proven = _tighter(self.certified_bound, certified, self.objective, maximises)
        known = _tighter(self.bound, bound, self.objective, maximises)
        new = replace(
            self, bound=_tighter(known, proven, self.objective, maximises), certified_bound=proven
        )
        reached = new.gap is not None and new.gap <= wanted
        if new.status in (Status.FEASIBLE, Status.NO_PLAN) and new.choice is not None:
            return replace(new, status=Status.OPTIMAL if reached else Status.FEASIBLE)
        return new


def _tighter(
    one: float | None, two: float | None, objective: float | None, maximises: bool
) -> float | None:
    bounds = [bound for bound in (one, two) if bound is not None]
    if not bounds:
        return None
    tight = min(bounds) if maximises else max(bounds)
    if objective is None:
        return tight
    return max(tight, objective) if maximises else min(tight, objective)


def point_of(
    problem: ChoiceProblem, axis: Axis, value: float, outcome: Outcome, own_objective: bool
) -> Point:
    """The point of an outcome of `problem`, in which the limit has that value.

    `own_objective` is false for a model file of the user's own, whose goal may be another. Raises
    VerificationFailed for a plan that breaks a firm rule.
    """
    if outcome.choice is None:
        return Point(value, outcome.status, bound=outcome.bound)
    evaluation = evaluate(problem, outcome.choice)
    check(problem, outcome, evaluation, own_objective)
    objective = evaluation.objective if own_objective else outcome.objective
    relaxation = outcome.relaxation
    price = certified = None
    if relaxation is not None:
        price = relaxation.prices.get(axis.name, 0.0 if own_objective else None)
        certified = _certified(problem, outcome, float(objective or 0.0))
    point = Point(
        value,
        outcome.status,
        outcome.choice,
        evaluation,
        objective,
        outcome.bound,
        certified,
        price,
    )
    return point.with_bounds(None, None, problem.goal.maximises, 0.0)


def _certified(problem: ChoiceProblem, outcome: Outcome, objective: float) -> float | None:
    relaxation = outcome.relaxation
    if relaxation is None or outcome.choice is None:
        return None
    if relaxation.program is None or relaxation.row_duals is None:
        return priced_bound(problem, relaxation.prices)
    certificate = certify(problem, outcome.choice, objective, relaxation)
    return None if certificate is None else certificate.bound


def share_plans(
    points: list[Point], problem: ChoiceProblem, axis: Axis, wanted: float
) -> list[Point]:
    """Points from the tightest to the loosest, each with the best of its own and its neighbours'.

    A plan for a tighter limit is one for every looser one, a plan for a looser one may happen to
    keep a tighter one, and what bounds a looser one bounds every tighter one. `wanted` is the gap
    from which on a plan counts as proven.
    """
    points = list(points)
    maximises = problem.goal.maximises
    for i in range(1, len(points)):
        points[i] = _better(points[i], points[i - 1], problem, axis)
    for i in reversed(range(len(points) - 1)):
        points[i] = _better(points[i], points[i + 1], problem, axis)
        looser = points[i + 1]
        points[i] = points[i].with_bounds(looser.bound, looser.certified_bound, maximises, wanted)
    return [point.with_bounds(None, None, maximises, wanted) for point in points]


def _better(point: Point, other: Point, problem: ChoiceProblem, axis: Axis) -> Point:
    """The point with the plan of another one, where that is better, or as good and steadier."""
    if other.choice is None or other.evaluation is None or other.objective is None:
        return point
    if point.status is Status.INFEASIBLE or point.choice is other.choice:
        return point
    evaluation, objective = other.evaluation, other.objective
    if axis.moves_the_value(problem):
        evaluation = evaluate(axis.at(problem, point.value), other.choice)
        objective = evaluation.objective
        if evaluation.violations:
            return point
    elif not axis.keeps(evaluation, point.value):
        return point
    if point.objective is not None and point.evaluation is not None:
        sense = -1.0 if problem.goal.maximises else 1.0
        gain = sense * (point.objective - objective)
        room = EQUAL * max(abs(point.objective), abs(objective))
        if gain <= room and not (gain >= -room and _steadier(evaluation, point.evaluation)):
            return point
    return replace(point, choice=other.choice, evaluation=evaluation, objective=objective)


def _steadier(one: Evaluation, two: Evaluation) -> bool:
    """True where a plan is no dearer in total, and moves no more segments than another."""
    room = EQUAL * max(abs(one.total_cost), abs(two.total_cost))
    return one.total_cost <= two.total_cost + room and one.changes <= two.changes
