"""The plan over periods as a value: what is decided when, what it is worth, how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from slopt.case.case import PlanningCase
from slopt.plan.certificate import Certificate
from slopt.plan.horizon.actual import Actuals
from slopt.plan.horizon.check import check_horizon, check_no_horizon_plan
from slopt.plan.horizon.rest import joined
from slopt.plan.plan import NOISE, Price
from slopt.problem.evaluate import Breach
from slopt.problem.horizon.evaluate import HorizonEvaluation, evaluate_horizon
from slopt.problem.horizon.problem import NEVER, Flags, HorizonChoice, HorizonProblem, Places
from slopt.solve.horizon.outcome import HorizonOutcome
from slopt.solve.outcome import relative_gap
from slopt.vocabulary import Basis, Goal, Status


@dataclass(frozen=True, eq=False)
class Settled:
    """What was decided before the period `first`, and what of it is known to have happened.

    `choice` is the locked plan of all periods with actual tiers in the place of planned ones, and
    `problem` the horizon problem in which the actuals happened. `kept` is what comes of keeping to
    that plan to the end, None where that is not known any more, and `breaks` what that breaks from
    `first` on. `unused` are the periods from `first` on of which actuals were given that do not
    count. `locked` is the name of its run.
    """

    first: int
    problem: HorizonProblem
    choice: HorizonChoice
    actuals: Actuals
    kept: HorizonEvaluation | None = None
    breaks: tuple[Breach, ...] = ()
    unused: tuple[str, ...] = ()
    locked: str = ""


@dataclass(frozen=True, eq=False)
class HorizonPlan:
    """A checked plan over periods.

    `choice` and `evaluation` are of all periods, those before `first` as they were settled.
    `objective` and `bound` are of all periods too: those of the solver, which saw the periods from
    `first` on, and what is settled before. `today` is the value of keeping today's tiers and staff
    and starting no project, None where a segment has no tier. `certified_bound` is proven without
    the solver, None where nobody proved one. `prices` are those of the limits by period.
    """

    case: PlanningCase
    problem: HorizonProblem
    outcome: HorizonOutcome
    choice: HorizonChoice
    evaluation: HorizonEvaluation
    today: HorizonEvaluation | None
    objective: float
    bound: float | None
    certified_bound: float | None
    prices: tuple[Price, ...] = ()
    settled: Settled | None = None

    @property
    def gap(self) -> float | None:
        """Relative gap between plan and bound."""
        return relative_gap(self.objective, self.bound)

    @property
    def certificate(self) -> Certificate | None:
        """What is proven without the solver."""
        gap = relative_gap(self.objective, self.certified_bound)
        if self.certified_bound is None or gap is None:
            return None
        return Certificate(self.certified_bound, gap, 0.0)

    @property
    def status(self) -> Status:
        """How the solve ended."""
        return self.outcome.status

    @property
    def first(self) -> int:
        """The first period that was planned; those before it were settled."""
        return 0 if self.settled is None else self.settled.first

    @cached_property
    def tiers(self) -> Places:
        """(S, T): the place of the tier of each segment in each period."""
        return np.asarray(self.problem.mode_tier[self.choice.modes])

    @cached_property
    def basis(self) -> list[list[Basis]]:
        """By period and segment: is it planned, decided before, or what happened?"""
        return bases(self.problem, self.settled)


@dataclass(frozen=True, eq=False)
class EvaluatedHorizon:
    """A plan over periods that the user brought, priced: nothing is optimised, nothing refused."""

    case: PlanningCase
    problem: HorizonProblem
    choice: HorizonChoice
    evaluation: HorizonEvaluation
    today: HorizonEvaluation | None
    prices: tuple[Price, ...] = ()

    @property
    def basis(self) -> list[list[Basis]]:
        """By period and segment: all is planned."""
        return bases(self.problem, None)


def todays_choice(problem: HorizonProblem) -> HorizonChoice | None:
    """Today's tiers and staff kept in all periods, no project started; None without a tier."""
    s, t, *_ = problem.size
    if np.any(problem.current < 0):
        return None
    none = np.zeros((len(problem.staff), t))
    started = [NEVER if one.started is None else one.started for one in problem.projects]
    return HorizonChoice(
        np.broadcast_to(problem.current[:, None], (s, t)).copy(),
        none,
        none.copy(),
        np.array(started, dtype=np.int64),
    )


def evaluate_today(problem: HorizonProblem) -> HorizonEvaluation | None:
    """The value of today's tiers and staff over the horizon, None where a segment has no tier."""
    choice = todays_choice(problem)
    return None if choice is None else evaluate_horizon(problem, choice)


def make_horizon_plan(
    case: PlanningCase,
    problem: HorizonProblem,
    outcome: HorizonOutcome,
    settled: Settled | None = None,
    certified_bound: float | None = None,
    own_objective: bool = True,
) -> HorizonPlan | None:
    """The checked plan of an outcome, None where there is none; raises VerificationFailed.

    `problem` is the one that was solved: of the periods that were not `settled`. Its
    `certified_bound`, as that of the outcome, is carried over to the whole horizon.
    """
    if outcome.choice is None:
        if outcome.status is Status.INFEASIBLE and own_objective:
            check_no_horizon_plan(evaluate_today(problem))
        return None
    evaluation = evaluate_horizon(problem, outcome.choice)
    check_horizon(problem.goal, outcome, evaluation, own_objective)
    objective = evaluation.objective if own_objective else float(outcome.objective or 0.0)
    bound = _behind(problem.goal, outcome.bound, objective)
    certified_bound = _behind(problem.goal, certified_bound, objective)
    whole, choice, of_rest = problem, outcome.choice, evaluation
    if settled is not None:
        whole, choice = settled.problem, joined(settled.choice, choice, settled.first)
        evaluation = evaluate_horizon(whole, choice)
        share = 1.0
        if problem.goal is Goal.MAX_SERVICE:
            share = len(problem.periods) / len(whole.periods)
        constant = evaluation.objective - share * of_rest.objective
        objective = constant + share * objective
        bound = None if bound is None else constant + share * bound
        if certified_bound is not None:
            certified_bound = constant + share * certified_bound
    # A limit that a shipped program has no row for cannot bind; one that is settled has no price.
    known = dict(outcome.prices)
    if known and own_objective:
        known = {**dict.fromkeys((use.name for use in of_rest.limits), 0.0), **known}
    prices = tuple(Price(use, known.get(use.name)) for use in evaluation.limits)
    return HorizonPlan(
        case,
        whole,
        outcome,
        choice,
        evaluation,
        evaluate_today(whole),
        objective,
        bound,
        certified_bound,
        prices,
        settled,
    )


def _behind(goal: Goal, bound: float | None, objective: float) -> float | None:
    """A bound that only rounding parts from the plan is the plan's own value."""
    if bound is None:
        return None
    if abs(bound - objective) <= NOISE * abs(objective):
        return objective
    return max(bound, objective) if goal.maximises else min(bound, objective)


def bases(problem: HorizonProblem, settled: Settled | None) -> list[list[Basis]]:
    """By period and segment: planned, decided before, or what happened."""
    s, t, *_ = problem.size
    if settled is None:
        return [[Basis.PLAN] * s for _period in range(t)]
    known: Flags = settled.actuals.known
    return [
        [Basis.PLAN] * s
        if p >= settled.first
        else [Basis.ACTUAL if known[i, p] else Basis.DECIDED for i in range(s)]
        for p in range(t)
    ]
