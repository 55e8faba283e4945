"""Published knapsack instances (MMKP), where they lie beside the repository, and others alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from slopt.case.mmkp import read_instance
from slopt.problem.choice import Bar, ChoiceProblem
from slopt.vocabulary import Goal

INSTANCES = Path(__file__).resolve().parents[2] / "shared" / "data" / "mmkp"


def instance_files() -> list[Path]:
    """The instances that are there, smallest first."""
    files = [path for path in INSTANCES.glob("I*") if path.is_file()]
    return sorted(files, key=lambda path: path.stat().st_size)


def published_problem(path: Path) -> ChoiceProblem:
    """An instance as a choice problem: value is negative loss, missing items are barred."""
    instance = read_instance(path)
    groups, width = len(instance.items), int(instance.items.max())
    there = np.arange(width) < instance.items[:, None]
    lost = np.zeros((groups, width))
    lost[there] = -instance.value
    use = np.zeros((len(instance.capacity), groups, width))
    use[:, there] = instance.use.T
    return knapsack(lost, use, instance.capacity, there)


def like_published(groups: int, seed: int) -> ChoiceProblem:
    """Made as Khan made his: 10 items and 10 resources, values that follow the uses.

    Uses are 0 to 9, capacities half of the most that all groups could use.
    """
    rng = np.random.default_rng([groups, seed, 2])
    use = rng.integers(0, 10, size=(10, groups, 10)).astype(np.float64)
    use.sort(axis=2)
    worth = np.einsum("r,rsk->sk", rng.integers(1, 11, size=10), use)
    value = np.rint(worth + rng.uniform(0.0, 30.0, size=worth.shape))
    capacity = np.full(10, 5.0 * groups)
    return knapsack(-value, use, capacity, np.ones(value.shape, dtype=np.bool_))


def knapsack(
    lost: np.ndarray, use: np.ndarray, capacity: np.ndarray, there: np.ndarray
) -> ChoiceProblem:
    """A choice problem whose goal is the least loss, (S, K), under capacities alone."""
    (groups, width), resources = lost.shape, len(capacity)
    none = np.zeros((groups, width))
    return ChoiceProblem(
        segments=tuple(f"g{g}" for g in range(1, groups + 1)),
        tiers=tuple(f"i{k}" for k in range(width)),
        rank=np.arange(width),
        open_cost=np.zeros(width),
        weight=np.ones(groups),
        current=np.full(groups, -1),
        service_level=none + 1.0,
        service_cost=none.copy(),
        lost_orders=none.copy(),
        lost_customers=none.copy(),
        lost_prospects=none.copy(),
        lost_unsplit=lost,
        barred=np.where(there, 0, int(Bar.NOT_OFFERED)).astype(np.int8),
        resources=tuple(f"r{r}" for r in range(1, resources + 1)),
        use=use,
        capacity=capacity,
        extra_capacity=np.zeros(resources),
        extra_premium=np.zeros(resources),
        goal=Goal.MIN_LOST_SALES,
    )
