"""What a report says of a plan if the numbers are wrong: bands, other plans, where to learn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from slopt.case.case import PlanningCase
from slopt.errors import SloptError
from slopt.plan.plan import Plan
from slopt.solve.model_file import is_shipped

if TYPE_CHECKING:
    from slopt.engine.risk_plans import RiskPlans
    from slopt.study.frontier import Frontier
    from slopt.study.frontier.bands import FrontierBands
    from slopt.study.risk.bands import Bands
    from slopt.study.risk.study import RiskStudy

SECONDS = 4.0
"""For each of the plans that are put beside the plan, and for the best plans of the futures."""
MOST_FUTURES = 200
"""Enough for bands of nine in ten, few enough for a page."""
MOST_FIGURES = 12_000_000
"""Pairs of segment and tier in all futures up to which a page is kept waiting for them."""


@dataclass(frozen=True, eq=False)
class InFutures:
    """A plan over what its numbers may turn out to be.

    `plans` are others beside it over the same futures; `study` is how this one fares, `bands` are
    its figures with their bands, `frontier` those of the plans of every budget, None without them.
    """

    plans: RiskPlans
    study: RiskStudy
    bands: Bands
    frontier: FrontierBands | None = None


def in_futures(
    plan: Plan, by_budget: Frontier | None = None, is_brought: bool = False
) -> InFutures | None:
    """The part of a report that is about futures; None where nothing in the case is uncertain.

    And where a case cannot be planned for them, is too large, or a future makes no case: a report
    has to come all the same, and `slopt risk` says what is in the way.
    """
    from slopt.problem.scenarios.inputs import is_uncertain

    case, problem = plan.case, plan.problem
    plain = problem.generated is None and is_shipped(case.settings.plan.model)
    if not plain or case.has_periods or not is_uncertain(case):
        return None
    if problem.barred.size * MOST_FUTURES > MOST_FIGURES:
        return None
    try:
        return _found(plan, by_budget, is_brought)
    except SloptError:
        return None


def _found(plan: Plan, by_budget: Frontier | None, is_brought: bool) -> InFutures:
    from slopt.engine.risk_plans import risk_plans_of
    from slopt.study.frontier.bands import frontier_bands
    from slopt.study.risk.bands import bands
    from slopt.study.risk.study import study_plan

    case = _hurried(plan.case)
    brought = plan.choice if is_brought else None
    plans = risk_plans_of(case, brought, in_hindsight=False)
    reserve = None if plan.risk is None else plan.risk.found.reserve
    futures, study = plans.futures, plans.study
    if study is None or (study.plan.choice != plan.choice).any():
        study = study_plan(futures, plan.choice, reserve)
    along = None
    if by_budget is not None:
        settings = case.settings
        along = frontier_bands(by_budget, futures.problem, settings.risk.tail, settings.solve.seed)
    return InFutures(plans, study, bands(futures.problem, plan.choice, reserve), along)


def _hurried(case: PlanningCase) -> PlanningCase:
    """The case with little time for each plan, and no more futures than a page needs."""
    settings = case.settings
    solve = replace(settings.solve, time_limit_s=min(settings.solve.time_limit_s, SECONDS))
    risk = replace(settings.risk, samples=min(settings.risk.samples, MOST_FUTURES))
    return case.replace(settings=replace(settings, solve=solve, risk=risk))
