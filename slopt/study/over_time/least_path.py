"""The least budgets, period by period, that reach a service level from some period on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from slopt.problem.horizon.evaluate import carried_and_limits, evaluate_horizon
from slopt.problem.horizon.problem import HorizonProblem, Numbers
from slopt.solve.highs import Options
from slopt.solve.horizon.outcome import HorizonOutcome
from slopt.study.over_time.bought import Answer, Bought, bought_by
from slopt.study.over_time.relief import ReliefProgram, Relieved
from slopt.vocabulary import Goal, Status

Solve = Callable[[HorizonProblem], HorizonOutcome]


@dataclass(frozen=True, eq=False)
class LeastPath:
    """The plan of least booked cost, in present value, that reaches a target.

    `target` holds from the period `by` (a place) on. `budgets` (T,) are today's, which do not bind
    here, NaN where there is none; `may_spend` (T,) is what they would let each period spend: with
    what this plan leaves of earlier ones where the case carries it over. Where the target is out of
    reach, `reachable` is the highest level that is not, None where not even today's demands are or
    where it was not found in the time.
    """

    periods: tuple[str, ...]
    target: float
    by: int
    budgets: Numbers
    answer: Answer
    may_spend: Numbers
    reachable: float | None = None

    @property
    def found(self) -> Bought | None:
        """The plan, None where there is none."""
        return self.answer.bought

    @property
    def over(self) -> Numbers:
        """(T,): what the plan spends beyond today's budgets, below 0 where it leaves some."""
        assert self.found is not None
        return self.found.spent - self.may_spend


def least_path(
    problem: HorizonProblem, target: float, by: int, solve: Solve, options: Options
) -> LeastPath:
    """Lift all budgets, ask for least booked cost, and hold the target from `by` on."""
    answer = _at(problem, target, by, solve)
    reachable = None
    if answer.status is Status.INFEASIBLE:
        reachable = _reachable(problem, target, by, options)
    may_spend = problem.budget
    if answer.bought is not None:
        _carried, may_spend = carried_and_limits(problem, answer.bought.spent)
    return LeastPath(problem.periods, target, by, problem.budget, answer, may_spend, reachable)


def _at(problem: HorizonProblem, target: float, by: int, solve: Solve) -> Answer:
    asked = without_budgets(problem, target, by)
    outcome = solve(asked)
    if outcome.choice is None:
        return Answer(outcome.status, None, outcome.conflict)
    return Answer(
        outcome.status, bought_by(asked, outcome, evaluate_horizon(asked, outcome.choice))
    )


def without_budgets(problem: HorizonProblem, target: float, by: int) -> HorizonProblem:
    """The problem of least booked cost: no budget, and the target in place of the case's own."""
    t = len(problem.periods)
    floor = problem.min_service_level.copy()
    floor[by:] = target
    return problem.replace(
        goal=Goal.MIN_BUDGET,
        budget=np.full(t, np.nan),
        carries=np.zeros(t, dtype=bool),
        carry_in=0.0,
        min_service_level=floor,
    )


def _reachable(problem: HorizonProblem, target: float, by: int, options: Options) -> float | None:
    """The target less the points that it has to give way by."""
    asked = without_budgets(problem, target, by)
    floors = tuple(f"min_service_level {period}" for period in problem.periods[by:])
    amounts = ReliefProgram(asked, options).least([Relieved(floors)])
    return None if amounts is None else max(0.0, target - float(amounts[0]))
