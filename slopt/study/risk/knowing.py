"""What it would be worth to know the future before planning, in total and input by input.

All is for who plans for the mean. In total: how much less the best plan of each future loses on
average than the one best plan (expected value of perfect information). Of one input: how much less
is lost if the plan may follow it, all else as unknown as before (of partial perfect information).

The second is had from the same futures. What each plan loses at a number of the input is a
regression of its losses (Strong, Oakley and Brennan 2014, Medical Decision Making 34(3), 311-326),
from which what other inputs add is taken out before. As the least of several noisy means is too
low, the fit that chooses the plan has not seen the future that it is judged by: an input that tells
nothing comes out at about 0, and a useful one slightly low. Plans to choose from are those that are
the best of some future and those made for the input; where segments share nothing, each chooses its
tier for itself (`following.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from slopt.study.risk.additive import AddedApart
from slopt.study.risk.estimates import Estimate, mean_of
from slopt.study.risk.fitting import RIDGE, basis_of, folds_of, gains_of
from slopt.study.risk.following import Following
from slopt.study.risk.sample import Sample

Numbers = NDArray[np.float64]

QUICK_SPLITS = 2
"""How often where no interval is asked for."""
PLANS = 8
"""Candidates that a plan may follow an input by, at the most: those that serve futures best."""
ENOUGH = 0.01
"""One more candidate is taken while it gains at least this share of what knowing all is worth."""
LEFT = 0.1
"""Where the candidates leave more than this share of what knowing all is worth, other plans may
follow an input better, and how much it is worth at the most is not told."""
ROUNDING = 1e-12
"""What is saved below this share of the largest loss is rounding."""


class Known(StrEnum):
    """What is known beforehand: one input, all inputs of a column, the listed scenario."""

    INPUT = "input"
    COLUMN = "column"
    SCENARIO = "scenario"


@dataclass(frozen=True)
class Group:
    """Inputs that are known together, by position; none of them where it is the scenario."""

    name: str
    known: Known
    inputs: tuple[int, ...] = ()


@dataclass(frozen=True)
class WorthKnowing:
    """What knowing a group before planning is worth, in the goal's unit, 0 or more.

    The upper end is no lower than the figure without a split of the sample, which is rather too
    high; NaN where candidates are too few to tell.
    """

    group: Group
    worth: Estimate

    @property
    def name(self) -> str:
        """The path of the input or column."""
        return self.group.name


@dataclass(frozen=True, eq=False)
class Knowing:
    """The worth of knowing for a planner who has C candidate plans, `choices` (C, S).

    `perfect` is the worth of knowing everything, `worth` that of each group, by falling worth.
    `best` is the candidate that is the best without knowing more, whose mean loss is `planned`.
    """

    choices: NDArray[np.int64]
    best: int
    planned: Estimate
    perfect: Estimate
    worth: tuple[WorthKnowing, ...]

    @property
    def by_input(self) -> tuple[WorthKnowing, ...]:
        """Each input alone, and the scenario."""
        return tuple(one for one in self.worth if one.group.known is not Known.COLUMN)

    @property
    def by_column(self) -> tuple[WorthKnowing, ...]:
        """All inputs of a column together."""
        return tuple(one for one in self.worth if one.group.known is Known.COLUMN)


def worth_of_knowing(
    sample: Sample,
    losses: Numbers,
    least: Numbers,
    groups: Sequence[Group],
    seed: int = 0,
    follows: Following | None = None,
) -> tuple[Estimate, tuple[WorthKnowing, ...]]:
    """What knowing everything is worth, and what knowing each group is, in the order of groups.

    `losses` (W, C) are those of candidate plans, less is better, `least` (W,) those of the best
    plan of each future. `follows` is what a plan may do besides.
    """
    follows = Following() if follows is None else follows
    least = np.minimum(least, losses.min(axis=1))
    best = int(np.argmin(sample.probability @ losses))
    saved = losses[:, best] - least
    saved = np.where(saved <= ROUNDING * np.abs(losses).max(initial=0.0), 0.0, saved)
    perfect = _floored(mean_of(sample, saved), np.inf)
    few = losses[:, _few(sample.probability, losses, best, perfect.value)]
    left = float(sample.probability @ (few.min(axis=1) - least))
    is_enough = left <= LEFT * perfect.value
    few = few - few[:, :1]  # what the best plan loses does not tell plans apart
    if perfect.value <= 0:
        nothing = Estimate(0.0, 0.0, 0.0)
        return perfect, tuple(WorthKnowing(one, nothing) for one in groups)
    if not sample.drawn:
        return perfect, tuple(WorthKnowing(one, perfect) for one in groups)
    follower = _Follower(sample, few, losses[:, best], follows, seed)
    found: dict[tuple[int, ...], Estimate] = {}
    for group in sorted(groups, key=lambda one: len(one.inputs)):
        if group.inputs in found:
            continue
        gains, unsplit = follower.of(group.inputs)
        told = is_enough or follows.apart is not None
        worth = _within(mean_of(sample, gains), unsplit if told else np.nan, perfect)
        # Knowing several inputs is worth no less than knowing one of them.
        of_parts = [found[d,] for d in group.inputs if (d,) in found]
        found[group.inputs] = max([worth, *of_parts], key=lambda one: one.value)
    return perfect, tuple(WorthKnowing(one, found[one.inputs]) for one in groups)


class _Follower:
    """Who follows what is known by the candidates, and by what may follow it besides."""

    def __init__(
        self, sample: Sample, few: Numbers, planned: Numbers, follows: Following, seed: int
    ) -> None:
        """`few` (W, C) are the losses of candidates above those `planned` (W,)."""
        self._sample, self._few, self._planned, self._follows = sample, few, planned, follows
        self._folds = folds_of(sample.count, seed)
        self._added = AddedApart(sample, few[:, None])
        self._apart: Numbers | None = None
        if follows.apart is not None:
            self._apart = differences(follows.apart)
            self._added = AddedApart(sample, self._apart)

    def of(self, inputs: tuple[int, ...]) -> tuple[Numbers, float]:
        """(W,): what is saved in each future, and in the mean without a split of the sample."""
        basis = basis_of(self._sample, inputs)
        if self._apart is not None:
            return self._gains(self._apart, self._added, inputs, basis)
        if inputs not in self._follows.plans:
            return self._gains(self._few[:, None], self._added, inputs, basis)
        gains, unsplit = np.zeros(self._sample.count), 0.0
        for side, plans in enumerate(self._follows.plans[inputs]):
            losses = np.hstack([self._few, plans - self._planned[:, None]])
            added = AddedApart(self._sample, losses[:, None])
            its, most = self._gains(losses[:, None], added, inputs, basis)
            judged = self._follows.halves == (side == 0)
            gains[judged] = its[judged]
            unsplit = max(unsplit, most)
        return gains, unsplit

    def _gains(
        self, losses: Numbers, added: AddedApart, inputs: tuple[int, ...], basis: Numbers
    ) -> tuple[Numbers, float]:
        """Of decisions apart from each other, with losses (W, N, J)."""
        probability = self._sample.probability
        calm = added.without_others(inputs)
        gains = gains_of(probability, calm, basis, self._folds).sum(axis=1)
        return gains, _unsplit(probability, calm, basis)


def differences(apart: Numbers) -> Numbers:
    """(W, N, K): what tiers lose above one that may be taken, for segments that have a choice.

    A barred tier loses more than any other.
    """
    can = np.asarray(np.isfinite(apart).all(axis=0))
    chosen = can.sum(axis=1) > 1
    its = apart[:, chosen]
    can = can[chosen]
    first = can.argmax(axis=1)
    found = its - its[:, np.arange(len(can)), first][:, :, None]
    most = 2 * np.abs(np.where(can, found, 0.0)).max(initial=1.0)
    return np.where(can, found, most)


def worth_by_input(sample: Sample, losses: Numbers, seed: int = 0) -> Numbers:
    """(D, N): what knowing each input is worth, for N decisions apart from each other.

    `losses` (W, N, J) are those of the J things that each may do. Without intervals, and so quick.
    """
    inputs = sample.values.shape[1]
    found = np.zeros((inputs, losses.shape[1]))
    if not sample.drawn:
        return found
    apart = losses - losses[:, :, :1]
    folds = folds_of(sample.count, seed)[:QUICK_SPLITS]
    added = AddedApart(sample, apart)
    for number in range(inputs):
        calm = added.without_others([number])
        gains = gains_of(sample.probability, calm, basis_of(sample, [number]), folds)
        found[number] = np.maximum(sample.probability @ gains, 0.0)
    return found


def _floored(found: Estimate, most: float) -> Estimate:
    """Knowing never costs anything, and nothing is worth more than knowing everything."""
    value, low = (min(max(one, 0.0), most) for one in (found.value, found.low))
    return Estimate(value, low, max(found.high, 0.0))


def _within(found: Estimate, unsplit: float, perfect: Estimate) -> Estimate:
    """Nothing is worth more than knowing everything, nor are the ends of its interval beyond those
    of that; the upper end is NaN where `unsplit` is.
    """
    low, value = min(found.low, perfect.low), min(found.value, perfect.value)
    high = min(np.fmax(found.high, unsplit), np.fmax(perfect.high, perfect.value))
    high = np.nan if np.isnan(unsplit) else max(high, value, 0.0)
    return Estimate(max(value, 0.0), max(min(low, value), 0.0), float(high))


def _few(probability: Numbers, losses: Numbers, best: int, perfect: float) -> list[int]:
    """The best plan, then one by one that which most lowers the mean of the least loss."""
    chosen, least = [best], losses[:, best]
    while len(chosen) < min(PLANS, losses.shape[1]):
        means = probability @ np.minimum(losses, least[:, None])
        following = int(np.argmin(means))
        if float(probability @ least) - float(means[following]) <= ENOUGH * perfect:
            break
        chosen.append(following)
        least = np.minimum(least, losses[:, following])
    return chosen


def _unsplit(probability: Numbers, losses: Numbers, basis: Numbers) -> float:
    """What following the fit saves by the fit itself, of losses (W, N, J)."""
    weighted = basis.T * probability
    left = weighted @ basis + RIDGE * np.eye(basis.shape[1])
    flat = losses.reshape(len(losses), -1)
    fitted = (basis @ np.linalg.solve(left, weighted @ flat)).reshape(losses.shape)
    calm = (probability @ flat).reshape(losses.shape[1:]).min(axis=1)
    return max(float(calm.sum() - probability @ fitted.min(axis=2).sum(axis=1)), 0.0)
