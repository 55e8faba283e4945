"""The choice problem as a value: one frozen object that every route, check and test takes.

S segments, K tiers, R shared resources. Money is per period for the whole segment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from enum import IntFlag
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.problem.generated.columns import Generated, Part
from slopt.problem.prospect_pools import ProspectPool
from slopt.problem.rules import Rule
from slopt.problem.self_selection import SelfSelection
from slopt.vocabulary import Goal

Numbers = NDArray[np.float64]
Choice = NDArray[np.int64]
"""The tier of each segment, by position: shape (S,)."""

LARGEST = 1e15
"""Above this a float has no cents left, and HiGHS refuses it as a coefficient."""
SMALL = 150
"""Up to this many pairs of segment and tier a proof to the very end costs a fraction of a second,
so that questions about a plan can be answered by solving and not by prices alone."""
EDGE = 2e-9
"""Relative room at the edge of a limit: for limits that were rounded to nine digits, and for the
rounding of sums of floats (2^-52 x 10^6 terms). The solver is given half of it, in scaling.py, so
that what it finds passes the check, and what passes the check is found but for the last half."""


class Bar(IntFlag):
    """Why a pair of segment and tier may not be chosen; several reasons may hold at once."""

    NOT_OFFERED = 1
    MIN_TIER = 2
    MAX_TIER = 4
    FIXED_TIER = 8
    NOT_WORTH_IT = 16


@dataclass(frozen=True, eq=False)
class ChoiceProblem:
    """Offers as arrays, shared rows, rules and goal.

    Shapes: rank, open_cost (K,); weight, current (S,), current -1 where there is no tier today;
    service_level, service_cost, lost_* , barred (S, K); use (R, S, K); capacity, extra_capacity,
    extra_premium (R,). `extra_premium` is what an extra unit costs above a normal one.
    A limit that is None does not apply. What `pools` lose comes on top of lost_prospects.
    Where offers were `generated`, the last columns are no tiers but offers of their rows' own, and
    the last rows may be no segments of the case: `menu_size` and `segment_count` say how many are.
    With a `selection` the customers of some segments choose from the menu.
    Raises ValueError on wrong shapes or numbers.
    """

    segments: Sequence[str]
    tiers: tuple[str, ...]
    rank: NDArray[np.int64]
    open_cost: Numbers
    weight: Numbers
    current: NDArray[np.int64]
    service_level: Numbers
    service_cost: Numbers
    lost_orders: Numbers
    lost_customers: Numbers
    lost_prospects: Numbers
    lost_unsplit: Numbers
    barred: NDArray[np.int8]
    resources: tuple[str, ...] = ()
    use: Numbers = field(default_factory=lambda: np.zeros((0, 0, 0)))
    capacity: Numbers = field(default_factory=lambda: np.zeros(0))
    extra_capacity: Numbers = field(default_factory=lambda: np.zeros(0))
    extra_premium: Numbers = field(default_factory=lambda: np.zeros(0))
    goal: Goal = Goal.MIN_TOTAL_COST
    budget: float | None = None
    max_tiers: int | None = None
    max_changes: int | None = None
    min_service_level: float | None = None
    max_lost_sales: float | None = None
    rules: tuple[Rule, ...] = ()
    pools: tuple[ProspectPool, ...] = ()
    generated: Generated | None = None
    selection: SelfSelection | None = None

    def __post_init__(self) -> None:
        s, k, r = len(self.segments), len(self.tiers), len(self.resources)
        if r == 0:
            object.__setattr__(self, "use", np.zeros((0, s, k)))
        pair = (s, k)
        shapes = {
            "rank": (k,),
            "open_cost": (k,),
            "weight": (s,),
            "current": (s,),
            "service_level": pair,
            "service_cost": pair,
            "lost_orders": pair,
            "lost_customers": pair,
            "lost_prospects": pair,
            "lost_unsplit": pair,
            "barred": pair,
            "use": (r, s, k),
            "capacity": (r,),
            "extra_capacity": (r,),
            "extra_premium": (r,),
        }
        for pool in self.pools:
            if pool.messages.shape != pair:
                raise ValueError(f"{pool.row} has messages of shape {pool.messages.shape}")
        if self.selection is not None:
            choosing = self.segment_count, self.menu_size
            if self.selection.surplus.shape != choosing:
                raise ValueError(
                    f"selection has shape {self.selection.surplus.shape}, expected {choosing}"
                )
        for name, shape in shapes.items():
            values = getattr(self, name)
            if values.shape != shape:
                raise ValueError(f"{name} has shape {values.shape}, expected {shape}")
            if values.size and not (values.min() >= -LARGEST and values.max() <= LARGEST):
                raise ValueError(f"{name} holds a number that is not finite or beyond {LARGEST:g}")
            values.setflags(write=False)

    @property
    def size(self) -> tuple[int, int, int]:
        """Segments, tiers, resources."""
        return len(self.segments), len(self.tiers), len(self.resources)

    @property
    def menu_size(self) -> int:
        """How many columns are tiers of the menu; they are the first."""
        return len(self.tiers) if self.generated is None else self.generated.first

    @property
    def segment_count(self) -> int:
        """How many rows are segments of the case; they are the first."""
        return len(self.segments) - (0 if self.generated is None else self.generated.deciders)

    def part_of_row(self, row: int) -> Part:
        """What a row chooses: a tier, a level, a stock, a roster."""
        return Part.TIER if self.generated is None else self.generated.part_of(row)

    def offer_name(self, row: int, column: int) -> str:
        """An offer in the words of the business: its tier, or what a generated one is.

        "" for column -1, which stands for none today.
        """
        if column < 0:
            return ""
        label = None if self.generated is None else self.generated.label(row, column)
        return self.tiers[column] if label is None else label

    @cached_property
    def lost_sales(self) -> Numbers:
        """The sum of the three kinds, (S, K)."""
        return self.lost_orders + self.lost_customers + self.lost_prospects + self.lost_unsplit

    @cached_property
    def mean_weight(self) -> Numbers:
        """Weights of the mean service level, summing to 1; equal where all weights are 0.

        What is no segment of the case counts 0.
        """
        of_segments = shares(self.weight[: self.segment_count])
        further = len(self.segments) - len(of_segments)
        return np.append(of_segments, np.zeros(further)) if further else of_segments

    @property
    def is_small(self) -> bool:
        """True where everything one may ask about the problem can be solved outright.

        Never where it does not list all offers that there are.
        """
        if self.has_sources:
            return False
        return bool(np.count_nonzero(self.admissible) <= SMALL)

    @property
    def has_sources(self) -> bool:
        """True where there are more offers than the problem lists."""
        return self.generated is not None and self.generated.has_sources

    @property
    def has_menu(self) -> bool:
        """True where opening a tier costs money or the number of tiers is limited, and where
        customers choose from what is open.
        """
        if self.selection is not None:
            return True
        limited = self.max_tiers is not None and self.menu_size > 0
        return limited or bool(np.any(self.open_cost != 0))

    @property
    def on_menu(self) -> NDArray[np.bool_]:
        """(K,): tiers that count as offered where somebody has them: neither generated nor the one
        that stands for taking none.
        """
        tiers = np.arange(len(self.tiers))
        outside = None if self.selection is None else self.selection.outside
        return np.asarray((tiers < self.menu_size) & (tiers != outside))

    @cached_property
    def admissible(self) -> NDArray[np.bool_]:
        """Pairs that may be chosen: offered, and within the contract of the segment, (S, K)."""
        return np.asarray(self.barred == 0)

    @cached_property
    def changed(self) -> NDArray[np.bool_]:
        """(S, K): true where the tier differs from today's; never where there is none today."""
        known = self.current >= 0
        other = np.arange(len(self.tiers)) != self.current[:, None]
        return np.asarray(known[:, None] & other)

    @property
    def values(self) -> Numbers:
        """(S, K): what a pair adds to the goal, without open costs, extra units and penalties."""
        if self.goal is Goal.MIN_TOTAL_COST:
            return self.service_cost + self.lost_sales
        if self.goal is Goal.MIN_LOST_SALES:
            return self.lost_sales
        if self.goal is Goal.MIN_BUDGET:
            return self.service_cost.copy()
        return self.mean_weight[:, None] * self.service_level

    @property
    def counts_service_cost(self) -> bool:
        """True where open costs and extra units are part of the goal."""
        return self.goal in (Goal.MIN_TOTAL_COST, Goal.MIN_BUDGET)

    def replace(self, **changes: Any) -> ChoiceProblem:
        """A copy with other values, checked again."""
        return replace(self, **changes)

    def same_as(self, other: ChoiceProblem) -> bool:
        """True where all values are equal."""
        return all(
            np.array_equal(getattr(self, f.name), getattr(other, f.name))
            if isinstance(getattr(self, f.name), np.ndarray)
            else getattr(self, f.name) == getattr(other, f.name)
            for f in fields(self)
        )


def shares(weight: Numbers) -> Numbers:
    """Weights scaled to sum 1; equal shares where they sum to 0."""
    total = weight.sum()
    if total > 0:
        return np.asarray(weight / total)
    return np.full(len(weight), 1 / max(len(weight), 1))
