"""How a plan of a case fares over what its uncertain numbers may turn out to be.

study = risk_of(load_case("cases/parts-2027"))
study.plan.value.tail_mean, study.plan.limits, study.drivers, study.knowing.by_input
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from slopt.engine.solving import Solved, options_of, solve_case

if TYPE_CHECKING:
    from slopt.case.case import PlanningCase
    from slopt.problem.choice import Choice
    from slopt.problem.scenarios.drawn import Futures
    from slopt.study.risk.study import RiskStudy

Numbers = NDArray[np.float64]


def risk_of(
    case: PlanningCase,
    choice: Choice | None = None,
    reserve: Numbers | None = None,
    futures: Futures | None = None,
    in_hindsight: bool = True,
) -> RiskStudy | Solved:
    """How a choice (S,) fares, or the plan that slopt finds for the case; the answer to the case
    itself where that has no plan.

    `reserve` (R,) are extra units secured beforehand. `futures` are drawn as the case says where
    none are given. `in_hindsight`: also solve every future, for regret and what knowing is worth.
    Raises UsageError where nothing of the case is uncertain, or it is of a kind that cannot be
    priced so, InvalidInput where the numbers of a future make no case.
    """
    from slopt.problem.scenarios.build import draw_futures
    from slopt.solve.risk.best_of_futures import best_of_futures
    from slopt.study.risk.study import study_plan

    if futures is None:
        futures = draw_futures(case)
    problem = futures.problem
    then = None
    if choice is None:
        solved = solve_case(case, next_steps=False)
        if solved.plan is None:
            return solved
        choice, risk = solved.plan.choice, solved.plan.risk
        if risk is not None:
            reserve, then = risk.found.reserve, risk.found.then
    best = best_of_futures(problem, options_of(case)) if in_hindsight else None
    return study_plan(futures, choice, reserve, best, _today(problem.base.current), then)


def _today(current: Choice) -> Sequence[tuple[Choice, None]]:
    """Today's tiers as a plan that may be kept, where every segment has one."""
    return [(current, None)] if len(current) and bool(np.all(current >= 0)) else []
