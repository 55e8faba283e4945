"""One choice under W futures as a value: the choice problem of the case's own numbers, and in
each future what is otherwise.

A future is what the uncertain numbers of a case may turn out to be; the field calls it a scenario.
W futures, S segments, K tiers, R resources. Arrays are by future first; what is the same in all
futures is held once, with 1 in place of W.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import LARGEST, ChoiceProblem
from slopt.problem.prospect_pools import ProspectPool

Numbers = NDArray[np.float64]

BY_PAIR = (
    "service_level",
    "service_cost",
    "lost_orders",
    "lost_customers",
    "lost_prospects",
    "lost_unsplit",
)
"""Fields of a choice problem that are (S, K), and here (W, S, K) or (1, S, K)."""
BY_ROW = ("weight", "open_cost", "capacity", "extra_capacity", "extra_premium")
"""Fields of a choice problem that are (S,), (K,) or (R,), and here have futures first."""
LIMITS = ("budget", "min_service_level", "max_lost_sales")
"""Limits that may be otherwise in a future: (W,) or (1,), NaN where there is none."""
CHANCES = 1e-9
"""How far the probabilities may be from adding up to 1: rounding of sums of up to 10^6 terms."""


@dataclass(frozen=True, eq=False)
class LaterChange:
    """The option to change tiers once, after the future is seen.

    `share` of the period (0 .. 1) is left then; a segment that changes costs `cost` (money), and at
    most `most` segments may change, None for any number.
    """

    share: float
    cost: float = 0.0
    most: int | None = None


@dataclass(frozen=True, eq=False)
class ScenarioProblem:
    """The same choice in W futures.

    `base` is the problem at the case's own numbers: its tiers, contracts, rules, menu and limits
    are what a choice keeps for sure. `probability` (W,) adds up to 1. The figures are those of
    `ChoiceProblem` with futures first. `reserve_cost` (R,) is money per extra unit that is reserved
    before the future is seen, NaN where none can be. Raises ValueError on wrong shapes or numbers.
    """

    base: ChoiceProblem
    probability: Numbers
    service_level: Numbers
    service_cost: Numbers
    lost_orders: Numbers
    lost_customers: Numbers
    lost_prospects: Numbers
    lost_unsplit: Numbers
    use: Numbers
    weight: Numbers
    open_cost: Numbers
    capacity: Numbers
    extra_capacity: Numbers
    extra_premium: Numbers
    budget: Numbers
    min_service_level: Numbers
    max_lost_sales: Numbers
    pools: tuple[tuple[ProspectPool, ...], ...] = ((),)
    names: tuple[str, ...] = ()
    reserve_cost: Numbers = field(default_factory=lambda: np.zeros(0))
    later: LaterChange | None = None

    def __post_init__(self) -> None:
        s, k, r = self.base.size
        pair = dict.fromkeys(BY_PAIR, (s, k))
        own = {"weight": (s,), "open_cost": (k,), "use": (r, s, k)}
        own |= dict.fromkeys(("capacity", "extra_capacity", "extra_premium"), (r,))
        shapes: dict[str, tuple[int, ...]] = {**pair, **own, **dict.fromkeys(LIMITS, ())}
        if not len(self.reserve_cost):
            object.__setattr__(self, "reserve_cost", np.full(r, np.nan))
        for name, shape in shapes.items():
            values = getattr(self, name)
            if values.shape not in ((1, *shape), (self.count, *shape)):
                raise ValueError(f"{name} has shape {values.shape}, expected futures x {shape}")
            if values.size and not np.nanmax(np.abs(values), initial=0.0) <= LARGEST:
                raise ValueError(f"{name} holds a number that is not finite or beyond {LARGEST:g}")
            values.setflags(write=False)
        if np.any(self.probability < 0) or abs(self.probability.sum() - 1) > CHANCES:
            raise ValueError("probabilities must be 0 or more and add up to 1")
        if len(self.pools) not in (1, self.count) or self.reserve_cost.shape != (r,):
            raise ValueError("pools are by future, and reserve_cost by resource")

    @property
    def count(self) -> int:
        """How many futures there are, W."""
        return len(self.probability)

    @cached_property
    def lost_sales(self) -> Numbers:
        """The sum of the three kinds, (W or 1, S, K)."""
        return np.asarray(
            self.lost_orders + self.lost_customers + self.lost_prospects + self.lost_unsplit
        )

    @property
    def can_reserve(self) -> NDArray[np.bool_]:
        """(R,): resources of which extra units can be reserved before the future is seen."""
        return ~np.isnan(self.reserve_cost)

    def problem(self, future: int) -> ChoiceProblem:
        """The choice problem of one future."""
        changes: dict[str, Any] = {
            name: at(getattr(self, name), future) for name in (*BY_PAIR, *BY_ROW, "use")
        }
        for name in LIMITS:
            limit = float(at(getattr(self, name), future))
            changes[name] = None if np.isnan(limit) else limit
        return self.base.replace(**changes, pools=self.pools[_place(len(self.pools), future)])

    @classmethod
    def of(
        cls,
        base: ChoiceProblem,
        problems: Sequence[ChoiceProblem],
        probability: Numbers,
        **further: Any,
    ) -> ScenarioProblem:
        """The futures whose choice problems are given, one each; they share contracts and rules."""
        arrays: dict[str, Any] = {
            name: _stacked([getattr(one, name) for one in problems])
            for name in (*BY_PAIR, *BY_ROW, "use")
        }
        for name in LIMITS:
            values = (getattr(one, name) for one in problems)
            arrays[name] = _stacked(
                [np.asarray(np.nan if value is None else value) for value in values]
            )
        pools = tuple(one.pools for one in problems) if base.pools else ((),)
        return cls(
            base, np.asarray(probability, dtype=np.float64), pools=pools, **arrays, **further
        )


def at(values: Numbers, future: int) -> Numbers:
    """The figures of one future, of an array that has futures first or holds them once."""
    return np.asarray(values[_place(len(values), future)])


def _place(count: int, future: int) -> int:
    return 0 if count == 1 else future


def _stacked(values: Sequence[Numbers]) -> Numbers:
    """By future; held once where all are the same."""
    first = values[0]
    if all(one is first or np.array_equal(one, first, equal_nan=True) for one in values[1:]):
        return np.array(first, dtype=np.float64)[None]
    return np.stack(values).astype(np.float64, copy=False)
