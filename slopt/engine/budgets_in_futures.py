"""What less and more budget is worth in the futures of a case, each against the proposed plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slopt.case.case import PlanningCase
from slopt.errors import UsageError
from slopt.plan.rows import tidy
from slopt.sayings import say
from slopt.study.over_time.bought import Answer
from slopt.study.over_time.budget_request import BudgetRequest

if TYPE_CHECKING:
    from slopt.study.risk.estimates import Estimate


@dataclass(frozen=True)
class GainInFutures:
    """What another budget gains over the futures, below 0 where it loses; without penalties.

    `mean` has the interval of 95 % of the mean; nine of ten futures lie between `low` and `high`.
    `better` is the probability that it gains. `amount` is by how much the budget is changed,
    None where there is none.
    """

    mean: Estimate
    low: float
    high: float
    better: float
    amount: float | None


@dataclass(frozen=True)
class BudgetInFutures:
    """Both over the same `futures`, drawn by `seed`; None where there is no such plan."""

    futures: int
    seed: int
    less: GainInFutures | None
    more: GainInFutures | None


def require_one_period_for_futures(case: PlanningCase) -> None:
    """Refuse a case over periods, whose budgets are not priced in futures."""
    if case.has_periods:
        raise UsageError(
            say(
                "--futures prices the budgets of a case of one period; over periods slopt risk "
                "shows how the proposed plan fares in its futures. Leave --futures out."
            )
        )


def budget_in_futures(case: PlanningCase, request: BudgetRequest) -> BudgetInFutures:
    """Price the three plans of a request of one period in the very same futures.

    Raises UsageError where nothing in the case is uncertain, or futures cannot be drawn of it.
    """
    from slopt.problem.scenarios.build import draw_futures
    from slopt.study.compare.in_futures import paired_fares
    from slopt.study.risk.estimates import Estimate

    require_one_period_for_futures(case)
    futures, proposed = draw_futures(case), request.proposed
    budget = request.budgets[0]
    amount = None if budget != budget else request.step * float(budget)

    def gain(answer: Answer) -> GainInFutures | None:
        other = answer.bought
        if other is None:
            return None
        reserves = (proposed.reserve, other.reserve)
        found = paired_fares(futures, proposed.tiers[:, 0], other.tiers[:, 0], reserves)
        mean, band = found.mean_difference, found.difference
        if found.maximises:
            return GainInFutures(mean, band.low, band.high, found.better.value, amount)
        turned = Estimate(-mean.value, -mean.high, -mean.low)
        return GainInFutures(turned, -band.high, -band.low, found.better.value, amount)

    return BudgetInFutures(
        futures.count, case.settings.solve.seed, gain(request.less), gain(request.more)
    )


def budget_futures_document(found: BudgetInFutures) -> dict[str, Any]:
    """The part of budget_request.json that is about futures."""
    return {
        "count": found.futures,
        "seed": found.seed,
        "less": _entry(found.less),
        "more": _entry(found.more),
    }


def _entry(its: GainInFutures | None) -> dict[str, float | None] | None:
    if its is None:
        return None
    figures = {
        "gain_mean": its.mean.value,
        "gain_mean_from": its.mean.low,
        "gain_mean_to": its.mean.high,
        "gain_q05": its.low,
        "gain_q95": its.high,
        "better": its.better,
        "budget_changed_by": its.amount,
    }
    return {name: tidy(value) for name, value in figures.items()}
