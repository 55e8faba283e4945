"""A desk that answers calls, as numbers: what every way of staffing it costs, answers and loses.

Symbols of shapes: P pools, B blocks of time, W ways, C types of calls, I of them in one pool, R
resources of the case.
All figures are per period.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Pool:
    """A group of agents with the same skills, and its ways: one is taken in each block.

    A way is a number of `agents` at the phones together with a mix of channels, `mixes[mix]`.
    `design` is the position of the design in which the pool works, None for every design. `cost`
    and `use` are those of the channels and, where the desk has no shifts, of the agents. Ways that
    break a promise which holds in each block are not `allowed`.
    """

    name: str
    design: int | None
    shrinkage: float
    agents: Places  # (B, W)
    allowed: Flags  # (B, W)
    cost: Numbers  # (B, W)
    lost_orders: Numbers  # (B, W)
    lost_customers: Numbers  # (B, W)
    lost_prospects: Numbers  # (B, W)
    use: Numbers  # (R, B, W)
    types: Places  # (I,), positions in Desk.call_types
    calls: Numbers  # (I, B)
    answered_in_time: Numbers  # (I, B, W), calls
    abandoned: Numbers  # (I, B, W), calls
    occupancy: Numbers  # (B, W)
    mix: Places  # (B, W)
    mixes: tuple[str, ...] = ("",)

    @property
    def lost_sales(self) -> Numbers:
        """The three kinds together, (B, W)."""
        return self.lost_orders + self.lost_customers + self.lost_prospects

    def own(self, call_type: int) -> Places:
        """The place of a type of calls of the desk among the pool's own, (1,); (0,) if none."""
        return np.flatnonzero(self.types == call_type)


@dataclass(frozen=True, eq=False)
class Shift:
    """Hours that a person works: the blocks that it covers and what a person costs and uses.

    `pools` says in which pools it may be worked; `most` limits the people on it over all pools.
    """

    name: str
    covers: Flags  # (B,)
    pools: Flags  # (P,)
    cost: Numbers  # (P,)
    use: Numbers  # (R, P)
    most: int | None = None


@dataclass(frozen=True, eq=False)
class Desk:
    """Pools, blocks, designs and shifts of one desk.

    Exactly one of D designs is chosen; `design_cost` is booked for it, `today` is the position of
    the one that is there now. `promise` is the share of the calls of a type that is answered in
    time over all blocks, NaN where none is promised; `most_agents` are at the phones at once in all
    pools of a design, inf where nothing limits them. What is left out promises, limits and costs
    nothing.
    """

    name: str
    designs: tuple[str, ...]
    pools: tuple[Pool, ...]
    blocks: tuple[str, ...]
    hours: Numbers  # (B,)
    call_types: tuple[str, ...]
    resources: tuple[str, ...]
    shifts: tuple[Shift, ...] = ()
    promise: Numbers = field(default_factory=lambda: np.zeros(0))  # (C,)
    most_agents: Numbers = field(default_factory=lambda: np.zeros((0, 0)))  # (D, B)
    design_cost: Numbers = field(default_factory=lambda: np.zeros(0))  # (D,)
    design_labels: tuple[str, ...] = ()
    today: int | None = None

    def __post_init__(self) -> None:
        """Fill in what was left out."""
        designs, blocks, types = len(self.designs), len(self.blocks), len(self.call_types)
        for name, default in (
            ("promise", np.full(types, np.nan)),
            ("most_agents", np.full((designs, blocks), np.inf)),
            ("design_cost", np.zeros(designs)),
            ("design_labels", self.designs),
        ):
            if len(getattr(self, name)) == 0:
                object.__setattr__(self, name, default)

    def pools_of(self, design: int) -> tuple[int, ...]:
        """Positions of the pools that work in a design."""
        return tuple(p for p, pool in enumerate(self.pools) if pool.design in (None, design))
