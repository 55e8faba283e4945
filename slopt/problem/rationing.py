"""A stock that is bought once and shared by classes of customers, stated over scenarios of demand.

Numbers only: `models/rationing.py` makes a program of it, `price` values any policy without one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]


def _blank() -> Numbers:
    return np.zeros(0)


class Allocation(Enum):
    """When units are given out.

    POOREST_FIRST: the poorer class asks first and is served until the reserve is reached, before
    anybody knows what the better ones will ask for. AFTER_DEMAND: orders are gathered, and units
    are given out once all demand is known.
    """

    POOREST_FIRST = "poorest_first"
    AFTER_DEMAND = "after_demand"


@dataclass(frozen=True, eq=False)
class RationingProblem:
    """W scenarios of the demand of C classes, the best class first, and what units cost.

    Args:
        classes: names, (C,).
        demand: units, 0 or more, (W, C).
        chance: of each scenario, adding up to 1, (W,); blank where all are alike.
        short_cost: money per unit short, 0 or more, not rising, (C,).
        unit_cost, left_over_cost: money per unit bought, and per unit left over, 0 or more.
        fill_targets: least share of expected demand that is served, 0 .. 1, (C,); blank for none.
        reserves: K, (C,), the first 0, not falling, where they are given; blank where they are
            decided.
        most_stock: the largest stock; blank for all demand of the largest scenario.
    """

    classes: tuple[str, ...]
    demand: Numbers
    short_cost: Numbers
    unit_cost: float = 0.0
    left_over_cost: float = 0.0
    chance: Numbers = field(default_factory=_blank)
    fill_targets: Numbers = field(default_factory=_blank)
    reserves: Numbers | None = None
    most_stock: float = np.inf
    allocation: Allocation = Allocation.POOREST_FIRST

    def __post_init__(self) -> None:
        """Fill in what was left blank, and check all.

        Raises:
            ValueError: shapes that do not fit, numbers out of range.
        """
        demand = np.asarray(self.demand, dtype=float)
        count = len(self.classes)
        if demand.ndim != 2 or demand.shape[1] != count or not demand.size:
            raise ValueError(f"demand must have one column for each of the {count} classes")
        chance = np.full(len(demand), 1 / len(demand))
        settled = {
            "demand": demand,
            "short_cost": np.asarray(self.short_cost, dtype=float),
            "chance": np.asarray(self.chance if len(self.chance) else chance, dtype=float),
            "fill_targets": np.asarray(
                self.fill_targets if len(self.fill_targets) else np.zeros(count), dtype=float
            ),
        }
        for name, values in settled.items():
            object.__setattr__(self, name, values)
            if not np.all(np.isfinite(values)) or np.any(values < 0):
                raise ValueError(f"{name} must hold finite numbers of 0 or more")
        if np.isinf(self.most_stock):
            object.__setattr__(self, "most_stock", float(demand.sum(axis=1).max()))
        if self.short_cost.shape != (count,) or self.fill_targets.shape != (count,):
            raise ValueError(f"short_cost and fill_targets must hold {count} numbers")
        if self.chance.shape != (len(demand),) or abs(self.chance.sum() - 1) > 1e-9:
            raise ValueError("chance must hold a number for each scenario and add up to 1")
        if min(self.unit_cost, self.left_over_cost, self.most_stock) < 0:
            raise ValueError("unit_cost, left_over_cost and most_stock must be 0 or more")
        if np.any(np.diff(self.short_cost) > 0):
            raise ValueError("no class may cost more than a better one")
        if np.any(self.fill_targets > 1):
            raise ValueError("fill_targets must be at most 1")
        if self.reserves is not None:
            held = np.asarray(self.reserves, dtype=float)
            if held.shape != (count,) or held[0] != 0 or np.any(np.diff(held) < 0):
                raise ValueError("reserves must begin with 0 and not fall, one for each class")
            object.__setattr__(self, "reserves", held)

    @property
    def mean_demand(self) -> Numbers:
        """Expected units of each class, (C,)."""
        return np.asarray(self.chance @ self.demand)


@dataclass(frozen=True, eq=False)
class RationingPolicy:
    """A stock, the reserve of each class (C,), and what they cost and give.

    `short` are expected units short by class, (C,), `fill_rates` the shares that are served, 1 of
    a class that asks for nothing.
    """

    stock: float
    reserves: Numbers
    cost: float
    short: Numbers
    fill_rates: Numbers

    def keeps(self, problem: RationingProblem) -> bool:
        """True where every fill target is kept, up to rounding."""
        return bool(np.all(self.fill_rates >= problem.fill_targets - 1e-9))


def price(problem: RationingProblem, stock: float, reserves: ArrayLike) -> RationingPolicy:
    """What a stock with reserves costs, by giving it out in every scenario.

    Poorest first, a class gets what it asks for as long as more than its reserve is there. After
    demand is known, the best class gets its units first, and the poorer ones together never more
    than what exceeds their reserve; fill targets may ask for another division (`value`).
    """
    held = np.asarray(reserves, dtype=float)
    served = np.zeros_like(problem.demand)
    room = np.zeros_like(served) + np.maximum(stock - held, 0)
    classes = range(len(problem.classes))
    if problem.allocation is Allocation.POOREST_FIRST:
        for j in reversed(classes):
            served[:, j] = np.minimum(problem.demand[:, j], room[:, j])
            room[:, :j] = np.maximum(room[:, :j] - served[:, j, None], 0)
    else:
        for j in classes:
            served[:, j] = np.minimum(problem.demand[:, j], room[:, : j + 1].min(axis=1))
            room[:, : j + 1] -= served[:, j, None]
    return value(problem, stock, held, served)


def value(
    problem: RationingProblem, stock: float, reserves: ArrayLike, served: Numbers
) -> RationingPolicy:
    """What a stock costs and gives if so much is served in each scenario, (W, C)."""
    mean = problem.mean_demand
    short = problem.chance @ (problem.demand - served)
    fill = np.divide(mean - short, mean, out=np.ones_like(mean), where=mean > 0)
    left_over = stock - problem.chance @ served.sum(axis=1)
    money = problem.unit_cost * stock + problem.left_over_cost * left_over
    return RationingPolicy(
        stock=float(stock),
        reserves=np.asarray(reserves, dtype=float),
        cost=float(money + problem.short_cost @ short),
        short=np.asarray(short),
        fill_rates=fill,
    )


def poisson_scenarios(means: ArrayLike, count: int, seed: int) -> Numbers:
    """Demand of independent Poisson classes in so many scenarios, (W, C); the same for a seed."""
    rates = np.asarray(means, dtype=float)
    drawn = np.random.default_rng(seed).poisson(rates, (count, rates.size))
    return np.asarray(drawn, dtype=float)
