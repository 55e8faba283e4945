"""What it would be worth to know the future before planning, in total and input by input.

All is for who plans for the mean. In total: how much less the best plan of each future loses on
average than the one best plan (expected value of perfect information). Of one input: how much less
is lost if the plan may follow it, all else as unknown as before (of partial perfect information).

The second is had from the same futures without solving anew. What each candidate plan loses at a
number of the input is a regression of its losses (Strong, Oakley and Brennan 2014, Medical Decision
Making 34(3), 311-326), from which what other inputs add is taken out before. As the least of
several noisy means is too low, the fit that chooses the plan has not seen the future that it is
judged by: an input that tells nothing comes out at about 0, and a useful one slightly low.
Candidates are plans that are the best of some future.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from slopt.study.risk.additive import Additive
from slopt.study.risk.drivers import columns_of
from slopt.study.risk.estimates import Estimate, mean_of
from slopt.study.risk.sample import Sample, orthonormal

Numbers = NDArray[np.float64]

FOLDS = 10
SPLITS = 5
"""How often the futures are split anew; the gains are the means of all splits."""
QUICK_SPLITS = 2
"""How often where no interval is asked for."""
PLANS = 8
"""Candidates that a plan may follow an input by, at the most: those that serve futures best."""
ENOUGH = 0.01
"""One more candidate is taken while it gains at least this share of what knowing all is worth."""
COLUMNS_PER_FUTURE = 0.1
"""Columns of a fit for each future, at the most."""
RIDGE = 1e-9
"""Of columns whose mean square is 1."""


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
    high.
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
    sample: Sample, losses: Numbers, least: Numbers, groups: Sequence[Group], seed: int = 0
) -> tuple[Estimate, tuple[WorthKnowing, ...]]:
    """What knowing everything is worth, and what knowing each group is, in the order of groups.

    `losses` (W, C) are those of candidate plans, less is better, `least` (W,) those of the best
    plan of each future.
    """
    least = np.minimum(least, losses.min(axis=1))
    best = int(np.argmin(sample.probability @ losses))
    perfect = _floored(mean_of(sample, losses[:, best] - least), np.inf)
    few = losses[:, _few(sample.probability, losses, best, perfect.value)]
    few = few - few[:, :1]  # what the best plan loses does not tell plans apart
    if not few.any():
        nothing = Estimate(0.0, 0.0, 0.0)
        return perfect, tuple(WorthKnowing(one, nothing) for one in groups)
    if not sample.drawn:
        return perfect, tuple(WorthKnowing(one, perfect) for one in groups)
    folds = _folds(sample.count, seed)
    added = Additive(sample, few)
    found: dict[tuple[int, ...], Estimate] = {}
    for group in sorted(groups, key=lambda one: len(one.inputs)):
        if group.inputs in found:
            continue
        basis = _basis(sample, group.inputs)
        calm = added.without_others(group.inputs)
        gains = _gains(sample.probability, calm[:, None], basis, folds)[:, 0]
        unsplit = min(_unsplit(sample.probability, calm, basis), perfect.value)
        worth = _floored(mean_of(sample, gains), perfect.value)
        worth = Estimate(worth.value, worth.low, max(worth.high, unsplit))
        # Knowing several inputs is worth no less than knowing one of them.
        of_parts = [found[d,] for d in group.inputs if (d,) in found]
        found[group.inputs] = max([worth, *of_parts], key=lambda one: one.value)
    return perfect, tuple(WorthKnowing(one, found[one.inputs]) for one in groups)


def worth_by_input(sample: Sample, losses: Numbers, seed: int = 0) -> Numbers:
    """(D, N): what knowing each input is worth, for N decisions apart from each other.

    `losses` (W, N, J) are those of the J things that each may do. Without intervals, and so quick.
    """
    inputs = sample.values.shape[1]
    found = np.zeros((inputs, losses.shape[1]))
    if not sample.drawn:
        return found
    apart = losses - losses[:, :, :1]
    folds = _folds(sample.count, seed)[:QUICK_SPLITS]
    added = Additive(sample, apart.reshape(len(apart), -1))
    for number in range(inputs):
        calm = added.without_others([number]).reshape(apart.shape)
        gains = _gains(sample.probability, calm, _basis(sample, [number]), folds)
        found[number] = np.maximum(sample.probability @ gains, 0.0)
    return found


def _floored(found: Estimate, most: float) -> Estimate:
    """Knowing never costs anything, and nothing is worth more than knowing everything."""
    value, low = (min(max(one, 0.0), most) for one in (found.value, found.low))
    return Estimate(value, low, max(found.high, 0.0))


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


def _folds(count: int, seed: int) -> NDArray[np.int64]:
    """(SPLITS, W): the fold of each future."""
    rng = np.random.default_rng(seed)
    parts = np.arange(count) % min(FOLDS, count)
    return np.array([rng.permutation(parts) for _ in range(SPLITS)])


def _basis(sample: Sample, inputs: Sequence[int]) -> Numbers:
    """(W, P): what a fit by these inputs is made of, the constant first; products of two inputs
    where the sample carries them.
    """
    ones = np.ones((sample.count, 1))
    if not len(inputs):
        scenario = np.unique(sample.scenario, return_inverse=True)[1]
        return np.eye(scenario.max() + 1)[scenario]
    room = max(COLUMNS_PER_FUTURE * sample.count, 2.0)
    for degree in (3, 2, 1):
        parts = [columns_of(sample.values[:, d], sample.places[:, d], degree) for d in inputs]
        columns = np.hstack([ones, *parts])
        if columns.shape[1] <= room or (degree == 1 and len(inputs) == 1):
            break
    else:
        columns = np.hstack([ones, sample.places[:, list(inputs)] - 0.5])
    centred = sample.places[:, list(inputs)] - 0.5
    first, second = np.triu_indices(len(inputs), 1)
    if columns.shape[1] + len(first) <= room:
        columns = np.hstack([columns, centred[:, first] * centred[:, second]])
    return np.asarray(orthonormal(columns) * np.sqrt(sample.count))


def _gains(
    probability: Numbers, losses: Numbers, basis: Numbers, folds: NDArray[np.int64]
) -> Numbers:
    """(W, N): what following the fit saves in each future, by fits that have not seen it.

    Of N decisions apart from each other, with losses (W, N, J) of the J things each may do.
    """
    count, decisions, options = losses.shape
    flat = losses.reshape(count, -1)
    weighted = basis * probability[:, None]
    gains = np.zeros((count, decisions))
    for split in folds:
        parts = [np.flatnonzero(split == fold) for fold in range(int(split.max()) + 1)]
        lefts = np.array([weighted[part].T @ basis[part] for part in parts])
        rights = np.array([weighted[part].T @ flat[part] for part in parts])
        sums = np.array([probability[part] @ flat[part] for part in parts])
        left, right, total = lefts.sum(axis=0), rights.sum(axis=0), sums.sum(axis=0)
        room = RIDGE * np.eye(basis.shape[1])
        for number, part in enumerate(parts):
            fit = np.linalg.solve(left - lefts[number] + room, right - rights[number])
            told = (basis[part] @ fit).reshape(len(part), decisions, options)
            calm = (total - sums[number]).reshape(decisions, options).argmin(axis=1)
            there = losses[part]
            follows = np.take_along_axis(there, told.argmin(axis=2)[:, :, None], axis=2)[:, :, 0]
            gains[part] += there[:, np.arange(decisions), calm] - follows
    return gains / len(folds)


def _unsplit(probability: Numbers, losses: Numbers, basis: Numbers) -> float:
    """What following the fit saves by the fit itself, of losses (W, C)."""
    weighted = basis.T * probability
    left = weighted @ basis + RIDGE * np.eye(basis.shape[1])
    fitted = basis @ np.linalg.solve(left, weighted @ losses)
    return max(float((probability @ losses).min() - probability @ fitted.min(axis=1)), 0.0)
