"""What a partition is asked, each as a function of the partition and of small values.

They run where the partition lies; what they return travels.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from slopt.cluster.partition import Partition
from slopt.cluster.whole import Summary, Whole
from slopt.plan.certificate import ExactSums, exact_sums
from slopt.plan.long_plan import write_parquet
from slopt.plan.price_certificate import segments_bound
from slopt.plan.rows import plan_columns
from slopt.problem.choice import Choice
from slopt.problem.evaluate import Tally, tally
from slopt.problem.shared_rows import Numbers, SharedRowProblem
from slopt.solve.prices.oracle import Sums
from slopt.solve.prices.reduction import Reduction


@dataclass(frozen=True, eq=False)
class At:
    """Prices (M,), a window around them, and how many at most of what is asked for."""

    whole: Whole
    prices: Numbers
    window: float = 0.0
    most: int = 0


@dataclass(frozen=True, eq=False)
class Decision:
    """A choice: what is preferred at the prices, but `tiers` (n,) at `places` (n,)."""

    whole: Whole
    prices: Numbers
    places: Choice
    tiers: Choice

    def choice(self, partition: Partition) -> Choice:
        """The tier of every segment of the partition."""
        choice = partition.choice_at(self.whole, self.prices)
        choice[self.places] = self.tiers
        return choice


def summarise(partition: Partition, _: None) -> Summary:
    """What the partition says of itself."""
    return partition.summary


def reach(partition: Partition, whole: Whole) -> Numbers:
    """(M,): the most that its segments can add to each row, in either direction."""
    rows = partition.stated(whole)[1].problem
    most = [np.where(rows.allowed, np.abs(use), 0.0).max(axis=1).sum() for use in rows.use]
    return np.array(most, dtype=np.float64)


def sample(partition: Partition, ask: tuple[Whole, int]) -> SharedRowProblem:
    """About so many of its segments, each with the weight of its share."""
    return partition.stated(ask[0])[1].sample(ask[1])


def price(partition: Partition, ask: At) -> Sums:
    """One pass at prices."""
    return partition.stated(ask.whole)[1].evaluate(ask.prices, ask.window)


def gaps(partition: Partition, ask: At) -> NDArray[np.float32]:
    """The smallest distances between best and second best tier within the window, in order."""
    oracle = partition.stated(ask.whole)[1]
    oracle.near_ties(ask.prices, 0.0, 1)
    found = oracle.gap[oracle.gap <= ask.window]
    if len(found) > ask.most:
        found = np.partition(found, ask.most - 1)[: ask.most]
    return np.sort(found)


def near_ties(partition: Partition, ask: At) -> Reduction:
    """Segments near a tie; limits are less what the others use, the offset is what they cost."""
    return partition.stated(ask.whole)[1].near_ties(ask.prices, ask.window, ask.most)


def add_up(partition: Partition, decision: Decision) -> Tally:
    """The sums of a choice, from the offers themselves, as parts of the sums over all."""
    return _tally(partition, decision.whole, decision.choice(partition))


def add_up_today(partition: Partition, whole: Whole) -> Tally | None:
    """The sums of today's tiers; None where a segment has none."""
    current = partition.problem.current
    return None if np.any(current < 0) else _tally(partition, whole, current)


def _tally(partition: Partition, whole: Whole, choice: Choice) -> Tally:
    problem, _ = partition.stated(whole)
    sums, scale = tally(problem, choice), partition.scales(whole)
    rules = (
        used * scale.get(rule.name, 1.0)
        for rule, used in zip(problem.rules, sums.rules, strict=True)
    )
    level = sums.service_level * scale["min_service_level"]
    return replace(sums, service_level=level, rules=tuple(rules))


def bound(partition: Partition, ask: At) -> Fraction:
    """A proven lower bound on what its segments cost at the prices."""
    return segments_bound(partition.stated(ask.whole)[1].problem, ask.prices)


def exactly(partition: Partition, decision: Decision) -> ExactSums:
    """The sums that the case's own limits are about, rounded once."""
    problem, _ = partition.stated(decision.whole)
    sums = exact_sums(problem, decision.choice(partition))
    scale = partition.scales(decision.whole)["min_service_level"]
    return replace(sums, service_level=sums.service_level * Fraction(scale))


def write(partition: Partition, ask: tuple[Decision, str]) -> None:
    """Write the plan of this part into a folder; the file is there whole or not at all."""
    decision, folder = ask
    problem, _ = partition.stated(decision.whole)
    place = Path(folder) / partition.source.part
    waiting = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        with waiting.open("wb") as file:
            write_parquet(file, plan_columns(problem, decision.choice(partition)))
        waiting.replace(place)
    finally:
        waiting.unlink(missing_ok=True)
