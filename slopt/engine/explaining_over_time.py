"""Why one segment has its tiers in a plan over periods, and what others would cost."""

from __future__ import annotations

import time
from dataclasses import dataclass

from slopt.case.case import PlanningCase
from slopt.engine.explaining import require_segment
from slopt.engine.horizons import SolvedHorizon, model_of, solve_over_time
from slopt.engine.solving import options_of
from slopt.plan.horizon.check import check_horizon
from slopt.problem.horizon.evaluate import evaluate_horizon
from slopt.problem.horizon.problem import HorizonProblem
from slopt.solve.horizon.outcome import HorizonOutcome
from slopt.solve.horizon.solve import solve_horizon
from slopt.solve.model_file import is_shipped
from slopt.study.over_time.other_tiers import SegmentOverTime, other_tiers
from slopt.vocabulary import Method, Status


@dataclass(frozen=True, eq=False)
class ExplainedOverTime:
    """The answer to a case over periods, and one segment of its plan where there is one."""

    solved: SolvedHorizon
    found: SegmentOverTime | None
    seconds: float


def explain_segment_over_time(
    case: PlanningCase, segment: str, method: Method = Method.AUTO
) -> ExplainedOverTime:
    """Solve a case over periods, and what else the segment could have.

    What is solved anew takes about the time limit of the case once more: no question is begun
    after it. Raises UsageError for an unknown segment, and what solve_over_time raises.
    """
    begin = time.perf_counter()
    require_segment(case.segments, segment)
    solved = solve_over_time(case, method)
    if solved.plan is None or solved.outcome.choice is None:
        return ExplainedOverTime(solved, None, time.perf_counter() - begin)
    options, model = options_of(case), model_of(case)
    until = time.perf_counter() + case.settings.solve.time_limit_s

    def solve(problem: HorizonProblem) -> HorizonOutcome:
        outcome = solve_horizon(problem, options, method, model)
        if outcome.status is Status.INTERRUPTED:
            raise KeyboardInterrupt
        if outcome.choice is not None:
            value = evaluate_horizon(problem, outcome.choice)
            check_horizon(problem.goal, outcome, value, is_shipped(model))
        return outcome

    found = other_tiers(
        solved.problem,
        solved.outcome.choice,
        list(case.segments).index(segment),
        solve,
        lambda: time.perf_counter() < until,
    )
    return ExplainedOverTime(solved, found, time.perf_counter() - begin)
