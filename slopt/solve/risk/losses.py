"""What choices lose in each future, as arrays that routes can add up, and as an ordinary problem.

    Z_w(x, v) = sum of pairs + tiers opened + sum_r premium_wr max(0, use_wr(x) - capacity_wr - v_r)
                + reserve cost of v

over merged segments (a firm `same_tier` rule makes one of its members). W futures, S merged
segments, K tiers, R resources whose late units cost the goal something.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.problem.shared_rows import SharedRowProblem
from slopt.problem.sharing import Sharing, share
from slopt.solve.coupling import Coupling, coupling_of
from slopt.vocabulary import Goal

Numbers = NDArray[np.float64]
SAFELY = 1.0 - 1e-12
"""Of what reserving costs is what late units may be worth, so that rounding of their sum does not
make a unit reserved worth more than it costs."""


@dataclass(frozen=True, eq=False)
class FuturePrices:
    """How much futures count, `counts` (W,), and what late units are worth in them, `late` (W, R).

    `late` lies between 0 and counts times the premium, and adds up over the futures to no more than
    reserving a unit costs. R are the resources of `Losses`.
    """

    counts: Numbers
    late: Numbers


@dataclass(frozen=True, eq=False)
class FurtherRow:
    """sum of use (S, K) + opened (K,) of the tiers open <= limit, over merged segments."""

    name: str
    use: Numbers
    opened: Numbers
    limit: float


@dataclass(frozen=True, eq=False)
class Losses:
    """pair (W, S, K), opened (W, K); use (W or 1, R, S, K), capacity, premium (W or 1, R).

    `rows` are the shared rows at the case's own numbers, where extra units cost the budget alone;
    `coupling` its menu and orderings. `resources` (R,) are the positions of those whose late units
    cost something. `reserve_cost` (R,) is infinite where nothing can be reserved.
    """

    sharing: Sharing
    rows: SharedRowProblem
    coupling: Coupling
    pair: Numbers
    opened: Numbers
    use: Numbers
    capacity: Numbers
    premium: Numbers
    reserve_cost: Numbers
    resources: NDArray[np.int64]
    all_resources: int

    @classmethod
    def of(cls, problem: ScenarioProblem) -> Losses:
        """Raises ValueError where `obstacle` says why prices cannot take the base problem."""
        base, count = problem.base, problem.count
        sharing = share(base)
        first = 0 if base.budget is None else 1
        of_resource = (sharing.rows.relieved >= first) & (
            sharing.rows.relieved < first + len(base.resources)
        )
        rows = sharing.rows.replace(
            cost=np.zeros_like(sharing.rows.cost),
            extra_cost=np.where(of_resource, 0.0, sharing.rows.extra_cost),
        )
        pair = summed(sharing, pair_losses(problem))
        late = np.zeros(0, dtype=np.int64)
        opened = np.zeros((count, len(base.tiers)))
        if base.counts_service_cost:
            late = np.flatnonzero((problem.extra_premium > 0).any(axis=0))
            opened = opened + np.where(base.on_menu, problem.open_cost, 0.0)
        cost = problem.reserve_cost[late]
        use = problem.use if len(late) == len(base.resources) else problem.use[:, late]
        return cls(
            sharing=sharing,
            rows=rows,
            coupling=coupling_of(base, sharing),
            pair=np.broadcast_to(pair, (count, *pair.shape[1:])),
            opened=opened,
            use=summed(sharing, use),
            capacity=problem.capacity[:, late],
            premium=problem.extra_premium[:, late],
            reserve_cost=np.where(np.isnan(cost), np.inf, cost),
            resources=late,
            all_resources=len(base.resources),
        )

    @property
    def count(self) -> int:
        """How many futures there are, W."""
        return len(self.pair)

    @property
    def can_reserve(self) -> NDArray[np.bool_]:
        """(R,): resources of which units can be reserved."""
        return np.isfinite(self.reserve_cost)

    def plain(self, choice: Choice) -> Numbers:
        """(W,): what a choice (S,) loses without late units."""
        row = np.arange(len(choice))
        used = np.unique(choice)
        total = self.pair[:, row, choice].sum(axis=1) + self.opened[:, used].sum(axis=1)
        return np.asarray(total)

    def need(self, choice: Choice) -> Numbers:
        """(W, R): units used beyond capacity, negative where some are left."""
        row = np.arange(len(choice))
        used = self.use[:, :, row, choice].sum(axis=2)
        shape = (self.count, len(self.resources))
        return np.asarray(np.broadcast_to(used - self.capacity, shape))

    def late_cost(self, need: Numbers, reserve: Numbers) -> Numbers:
        """(W,): what late units and reserved ones cost together."""
        if not len(self.resources):
            return np.zeros(self.count)
        paid = float(np.where(self.can_reserve, self.reserve_cost, 0.0) @ reserve)
        return np.asarray((np.maximum(need - reserve, 0.0) * self.premium).sum(axis=1) + paid)

    def of_choice(self, choice: Choice, reserve: Numbers) -> Numbers:
        """(W,): what a choice loses with units reserved (R,)."""
        return self.plain(choice) + self.late_cost(self.need(choice), reserve)

    def prices_at(self, counts: Numbers, need: Numbers, reserve: Numbers) -> FuturePrices:
        """Late units at what they cost where they are bought, within what reserving costs."""
        late = np.where(need > reserve, counts[:, None] * self.premium, 0.0)
        return FuturePrices(counts, self.affordable(late))

    def affordable(self, late: Numbers) -> Numbers:
        """Prices of late units lowered to what reserving units costs."""
        total = late.sum(axis=0)
        over = total > self.reserve_cost * SAFELY
        part = SAFELY * self.reserve_cost / np.where(over, total, 1.0)
        return np.where(over, late * np.where(over, part, 1.0), late)

    def averaged(self, prices: FuturePrices) -> tuple[SharedRowProblem, Coupling]:
        """The ordinary problem whose every plan costs no more than the plan is worth by the aim."""
        counted = np.flatnonzero(prices.counts)
        cost = np.tensordot(prices.counts[counted], self.pair[counted], axes=1)
        offset = 0.0
        for r in range(len(self.resources)):
            late = prices.late[:, r]
            if not late.any():
                continue
            offset -= float(late @ np.broadcast_to(self.capacity[:, r], late.shape))
            if len(self.use) == 1:
                cost = cost + late.sum() * self.use[0, r]
            else:
                some = np.flatnonzero(late)
                cost = cost + np.tensordot(late[some], self.use[some, r], axes=1)
        rows = self.rows.replace(cost=np.ascontiguousarray(cost), offset=offset)
        return rows, replace(self.coupling, open_cost=prices.counts @ self.opened)

    def with_rows(self, further: Sequence[FurtherRow]) -> Losses:
        """The same under more shared rows, which no extra units relieve."""
        if not further:
            return self
        rows, coupling = self.rows, self.coupling
        nothing = np.zeros((len(further), rows.extra_use.shape[1]))
        return replace(
            self,
            rows=rows.replace(
                use=(*rows.use, *(row.use for row in further)),
                limit=np.append(rows.limit, [row.limit for row in further]),
                names=(*rows.names, *(row.name for row in further)),
                floor=np.append(rows.floor, np.zeros(len(further), dtype=np.bool_)),
                extra_use=np.vstack([rows.extra_use, nothing]),
            ),
            coupling=replace(
                coupling, open_use=np.vstack([coupling.open_use, *(row.opened for row in further)])
            ),
        )

    def full_reserve(self, reserve: Numbers) -> Numbers:
        """(all resources,): the reserve of those of the problem."""
        full = np.zeros(self.all_resources)
        full[self.resources] = reserve
        return full

    def full_late(self, late: Numbers) -> Numbers:
        """(W, all resources): prices of late units of those of the problem."""
        full = np.zeros((self.count, self.all_resources))
        full[:, self.resources] = late
        return full


def pair_losses(problem: ScenarioProblem) -> Numbers:
    """(W or 1, S, K): what a pair adds to the goal, as a loss, without open costs and extras."""
    match problem.base.goal:
        case Goal.MIN_TOTAL_COST:
            return np.asarray(problem.service_cost + problem.lost_sales)
        case Goal.MIN_LOST_SALES:
            return problem.lost_sales
        case Goal.MIN_BUDGET:
            return problem.service_cost
        case Goal.MAX_SERVICE:
            total = problem.weight.sum(axis=1, keepdims=True)
            even = 1 / max(problem.weight.shape[1], 1)
            share = np.where(total > 0, problem.weight / np.where(total > 0, total, 1.0), even)
            return np.asarray(-share[:, :, None] * problem.service_level)


def summed(sharing: Sharing, values: Numbers) -> Numbers:
    """Sums over the members of each merged segment, of arrays (..., S, K)."""
    if sharing.merged is None:
        return values
    merged = sharing.rows.cost.shape[0]
    sums = np.zeros((*values.shape[:-2], merged, values.shape[-1]))
    for segment, place in enumerate(sharing.merged.tolist()):
        sums[..., place, :] += values[..., segment, :]
    return sums
