"""Other plans than the best: the next best ones, or those within a margin that differ most."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from slopt.engine.solving import Solved, options_of, solve_case
from slopt.problem.build import build_problem
from slopt.problem.generated.sources import require_listed
from slopt.solve.route import choose_route
from slopt.vocabulary import Method, Status

if TYPE_CHECKING:
    from slopt.case.case import PlanningCase
    from slopt.study.alternatives import Alternatives
    from slopt.study.anew import Tell

TO_THE_END_S = 0.25
"""Of the time limit, that proving the best plan to the very end may take."""


@dataclass(frozen=True, eq=False)
class Choices:
    """The best plan and the others; `alternatives` is None where there is no plan at all."""

    solved: Solved
    alternatives: Alternatives | None = None


def alternatives_of(
    case: PlanningCase,
    count: int = 5,
    within: float | None = None,
    method: Method = Method.AUTO,
    tell: Tell | None = None,
) -> Choices:
    """Solve a case, then for other plans, within the time limit of the case once more.

    The best plan is proven to the very end where that does not take long, so that none of the
    others is better. Raises what solve_case raises.
    """
    from slopt.study.alternatives import alternatives
    from slopt.study.anew import Anew
    from slopt.study.frontier.least import Way
    from slopt.study.risk.solving import require_own_numbers

    require_listed(case, "slopt alternatives")
    require_own_numbers(case, "slopt alternatives")
    solved = to_the_end(case, method)
    if solved.plan is None:
        return Choices(solved)
    way = Way(options_of(case), method, case.settings.plan.model)
    anew = Anew(way) if tell is None else Anew(way, tell)
    return Choices(solved, alternatives(solved.plan, count, anew, within))


def to_the_end(case: PlanningCase, method: Method) -> Solved:
    """The case solved to gap 0 in a share of its time limit, else as it asks for.

    The price method does not go to the very end, so that it is not asked to.
    """
    problem, solve = build_problem(case), case.settings.solve
    route = choose_route(problem, method, case.settings.plan.model).method
    if route is not Method.PRICES and not problem.is_small:
        short = replace(solve, gap=0.0, time_limit_s=solve.time_limit_s * TO_THE_END_S)
        settings = replace(case.settings, solve=short)
        fine = solve_case(case.replace(settings=settings), method, next_steps=False)
        if fine.plan is not None and fine.outcome.reached(solve.gap):
            outcome = fine.outcome
            if outcome.status is Status.FEASIBLE:
                outcome = outcome.replace(status=Status.OPTIMAL)
            plan = replace(fine.plan, case=case, outcome=outcome)
            return replace(fine, case=case, outcome=outcome, plan=plan)
    return solve_case(case, method, next_steps=False)
