"""What a report says of a plan if the numbers are wrong: bands, other plans, where to learn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from slopt.case.case import PlanningCase
from slopt.errors import SloptError
from slopt.plan.plan import Plan
from slopt.sayings import Saying, later, say
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

MOST_IN_HINDSIGHT = 10_000
"""Such pairs up to which the best plan of every future is found too, for the least regret."""


@dataclass(frozen=True)
class LeftOut:
    """Why a report says nothing of futures, though the case has some."""

    why: Saying


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
) -> InFutures | LeftOut | None:
    """The part of a report that is about futures; None where nothing in the case is uncertain.

    Why it is left out where the case cannot be planned for them, is too large, or a future makes no
    case: a report has to come all the same.
    """
    from slopt.problem.scenarios.inputs import is_uncertain

    case, problem = plan.case, plan.problem
    if case.has_periods or not is_uncertain(case):
        return None
    if problem.generated is not None or not is_shipped(case.settings.plan.model):
        return LeftOut(say(NOT_PRICED))
    if is_too_large(case, problem.barred.size):
        return LeftOut(too_large(case))
    try:
        return _found(plan, by_budget, is_brought)
    except SloptError:
        return LeftOut(say(NOT_PRICED))


NOT_PRICED = later(
    "Some of its numbers may turn out otherwise; how the plan fares then cannot be priced here, "
    "and slopt risk says what is in the way."
)


def is_too_large(case: PlanningCase, pairs: int) -> bool:
    """True where so many pairs of segment and tier in all futures keep one waiting for too long."""
    return pairs * _count(case) > MOST_FIGURES


def too_large(case: PlanningCase) -> Saying:
    """That the case is too large for its futures here, and who takes the time."""
    return say(
        "Some of its numbers may turn out otherwise; the case is too large to price the plan in "
        "{n} futures here, which slopt risk does.",
        n=f"{_count(case):,}",
    )


def _count(case: PlanningCase) -> int:
    return min(case.settings.risk.samples, MOST_FUTURES)


def _found(plan: Plan, by_budget: Frontier | None, is_brought: bool) -> InFutures:
    from slopt.engine.risk_plans import risk_plans_of
    from slopt.study.frontier.bands import frontier_bands
    from slopt.study.risk.bands import bands
    from slopt.study.risk.study import study_plan

    case = _hurried(plan.case)
    brought, known = (plan.choice, None) if is_brought else (None, plan)
    in_hindsight = plan.problem.barred.size * _count(case) <= MOST_IN_HINDSIGHT
    plans = risk_plans_of(case, brought, in_hindsight=in_hindsight, known=known, by_prices=True)
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
    risk = replace(settings.risk, samples=_count(case))
    return case.replace(settings=replace(settings, solve=solve, risk=risk))
