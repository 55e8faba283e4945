"""One future as an ordinary choice problem: what would be best if it were known beforehand.

Whoever knows the future still has to keep the limits, contracts and rules as they are at the case's
own numbers, which every plan keeps for sure, and pays for late units as any plan does. So no plan
that may be made fares better in a future than the best one for it. The problem has the value of
each pair in that future as its lost sales, the limits at own numbers as rows without extra, and
units that the future needs beyond its capacity as rows with extra units at their premium.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import ChoiceProblem
from slopt.problem.prospect_pools import ProspectPool
from slopt.problem.rules import Rule
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.vocabulary import Goal, RuleKind

Numbers = NDArray[np.float64]

BUDGET = "budget at own numbers"
"""What the names of rows of the budget have in them."""
MOST_TOGETHER = 4
"""Resources with extra units up to which the budget is stated for each set of them, 15 rows; of
more it is stated for each alone and for all, and a plan is checked afterwards."""


@dataclass(frozen=True, eq=False)
class OneFuture:
    """The problem of one future, always of least total cost; its value is a loss.

    `exact` is false where it allows plans that break a limit at own numbers, so that its bound
    holds all the same and its plan has to be checked.
    """

    problem: ChoiceProblem
    exact: bool


@dataclass(frozen=True, eq=False)
class _Row:
    """Units (S, K) up to a limit, and `extra` of them beyond it for `premium` each."""

    name: str
    use: Numbers
    limit: float
    extra: float = 0.0
    premium: float = 0.0


def one_future(problem: ScenarioProblem, future: int) -> OneFuture:
    """The problem of one future, from its position."""
    there = problem.problem(future)
    loss = -there.values if there.goal.maximises else there.values
    return apart(problem.base, there, loss, np.fmin(there.extra_premium, problem.reserve_cost))


def apart(base: ChoiceProblem, there: ChoiceProblem, loss: Numbers, premium: Numbers) -> OneFuture:
    """The limits of `base` as rows, and the losses of pairs (S, K) and late units of `there`.

    `premium` (R,) is money per late unit, which counts where service cost does.
    """
    premium = premium if base.counts_service_cost else np.zeros(base.size[2])
    rules = tuple(rule for rule in base.rules if rule.kind is not RuleKind.MAX_LOST_SALES)
    rows = [
        *_resources(base, there, premium),
        *_budget(base),
        *_lost_sales(base),
        *(_rule_row(base, rule) for rule in base.rules if rule.kind is RuleKind.MAX_LOST_SALES),
    ]
    _, k, _ = base.size
    nothing = np.zeros_like(loss)
    return OneFuture(
        base.replace(
            goal=Goal.MIN_TOTAL_COST,
            budget=None,
            max_lost_sales=None,
            rules=rules,
            lost_orders=nothing,
            lost_customers=nothing,
            lost_prospects=nothing,
            lost_unsplit=loss - base.service_cost,
            open_cost=there.open_cost if base.counts_service_cost else np.zeros(k),
            pools=_pools(there),
            resources=tuple(f"{place}: {row.name}" for place, row in enumerate(rows)),
            use=np.array([row.use for row in rows]).reshape(len(rows), *loss.shape),
            capacity=np.array([row.limit for row in rows]),
            extra_capacity=np.array([row.extra for row in rows]),
            extra_premium=np.array([row.premium for row in rows]),
        ),
        _is_exact(base),
    )


def _resources(base: ChoiceProblem, there: ChoiceProblem, premium: Numbers) -> Iterator[_Row]:
    """Each resource at own numbers, without end in money, and in the future, without end in units.

    One row where both are the same but for the premium.
    """
    for r, name in enumerate(base.resources):
        own, then = base.use[r], there.use[r]
        limit, extra = float(base.capacity[r]), float(base.extra_capacity[r])
        late = max(float(then.max(axis=1).sum()) - float(there.capacity[r]), 0.0)
        pays = premium[r] != 0 and late > 0
        same = there.capacity[r] == limit and np.array_equal(own, then)
        if same and (pays or extra == 0):
            yield _Row(name, own, limit, extra, float(premium[r]))
            continue
        yield _Row(name, own, limit + extra)
        if pays:
            yield _Row(f"{name}, late", then, float(there.capacity[r]), late, float(premium[r]))


def _budget(base: ChoiceProblem) -> Iterator[_Row]:
    """The budget at own numbers with the extra units it has to pay.

    Units beyond a capacity cost their premium or nothing, whichever is more, so the budget holds
    where it holds for every set of resources whose premium is paid.
    """
    if base.budget is None:
        return
    pays = np.flatnonzero((base.extra_premium > 0) & (base.extra_capacity > 0)).tolist()
    gains = np.minimum(base.extra_premium, 0.0) @ base.extra_capacity
    sizes = range(len(pays) + 1) if len(pays) <= MOST_TOGETHER else (0, 1, len(pays))
    for size in sizes:
        for paid in combinations(pays, size):
            chosen = list(paid)
            prices = base.extra_premium[chosen]
            use = base.service_cost + np.tensordot(prices, base.use[chosen], axes=1)
            limit = base.budget - float(gains) + float(prices @ base.capacity[chosen])
            yield _Row(", ".join([BUDGET, *(base.resources[r] for r in paid)]), use, limit)


def _lost_sales(base: ChoiceProblem) -> Iterator[_Row]:
    if base.max_lost_sales is not None:
        yield _Row("max_lost_sales", base.lost_sales, base.max_lost_sales)


def _rule_row(base: ChoiceProblem, rule: Rule) -> _Row:
    """A limit on the lost sales of members; each unit beyond it at its penalty if it is soft."""
    use = np.zeros(base.barred.shape)
    members = list(rule.members)
    use[members] = base.lost_sales[members]
    if rule.penalty is None:
        return _Row(rule.name, use, rule.value)
    beyond = max(float(use.max(axis=1).sum()) - rule.value, 0.0)
    return _Row(rule.name, use, rule.value, beyond, rule.penalty)


def _pools(there: ChoiceProblem) -> tuple[ProspectPool, ...]:
    counts = there.goal in (Goal.MIN_TOTAL_COST, Goal.MIN_LOST_SALES)
    return there.pools if counts else ()


def _is_exact(base: ChoiceProblem) -> bool:
    """False where the budget or the limit of lost sales is stated with more room than it has."""
    opens = bool(np.any(base.open_cost != 0))
    extras = base.extra_capacity > 0
    gains = bool(np.any((base.extra_premium < 0) & extras))
    many = np.count_nonzero(extras & (base.extra_premium > 0)) > MOST_TOGETHER
    if base.budget is not None and (opens or gains or many):
        return False
    return base.max_lost_sales is None or not base.pools
