"""A choice problem whose pairs lose more by the goal, while its limits stay what they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import ChoiceProblem
from slopt.solve.risk.one_future import OneFuture, apart
from slopt.vocabulary import Goal, RuleKind

Numbers = NDArray[np.float64]


def with_added_losses(base: ChoiceProblem, added: Numbers) -> OneFuture:
    """The least loss by the goal of `base` with `added` (S, K) on top, under the limits of `base`.

    Limits on lost sales become rows of their own, as they do not count what is added.
    """
    losses = (RuleKind.MAX_LOST_SALES,)
    if any(rule.kind in losses and rule.is_soft for rule in base.rules):
        own = -base.values if base.goal.maximises else base.values
        return apart(base, base, own + added, base.extra_premium)
    capped = [rule for rule in base.rules if rule.kind in losses]
    names = list(base.resources)
    use, capacity = list(base.use), base.capacity.tolist()
    if base.max_lost_sales is not None:
        use.append(base.lost_sales)
        capacity.append(base.max_lost_sales)
    for rule in capped:
        members = np.isin(np.arange(len(base.segments)), rule.members)
        use.append(np.where(members[:, None], base.lost_sales, 0.0))
        capacity.append(rule.value)
    further = len(capacity) - len(names)
    nothing = np.zeros_like(added)
    problem = base.replace(
        goal=Goal.MIN_TOTAL_COST if base.counts_service_cost else Goal.MIN_LOST_SALES,
        lost_orders=nothing,
        lost_customers=nothing,
        lost_prospects=nothing,
        lost_unsplit=added + _own_losses(base),
        max_lost_sales=None,
        rules=tuple(rule for rule in base.rules if rule not in capped),
        pools=base.pools if base.goal in (Goal.MIN_TOTAL_COST, Goal.MIN_LOST_SALES) else (),
        resources=(*names, *(f"lost sales {n + 1}" for n in range(further))),
        use=np.array(use).reshape(len(capacity), *added.shape),
        capacity=np.array(capacity),
        extra_capacity=np.append(base.extra_capacity, np.zeros(further)),
        extra_premium=np.append(base.extra_premium, np.zeros(further)),
    )
    return OneFuture(problem, exact=not (base.pools and further))


def _own_losses(base: ChoiceProblem) -> Numbers:
    """What pairs lose by the goal beside service cost, which the problem has already."""
    match base.goal:
        case Goal.MIN_TOTAL_COST | Goal.MIN_LOST_SALES:
            return base.lost_sales
        case Goal.MIN_BUDGET:
            return np.zeros_like(base.service_cost)
        case Goal.MAX_SERVICE:
            return -base.values
