"""How surely a trial tells its input: the standard error of its estimate, by size and length.

With m customers in each arm of each stratum, gap e between the exposures of the arms and v the
variance of a customer's mean a period, of what is left of an outcome when the effect of its
exposure is taken off,

    estimate = sum m d / sum m e,   variance = sum m (v1 + v2) / (sum m e)^2

where d are the differences of outcomes (the strata weigh as Mantel and Haenszel have them).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from slopt.study.trials.asked import Lots, Wanted
from slopt.study.trials.lessons import FEWEST_ORDERS, Lesson
from slopt.study.trials.sizes import design_effect, difference_factor
from slopt.study.trials.strata import Stratum

Numbers = NDArray[np.float64]

FEWEST_GROUPS = 4
"""Whole segments that a comparison of drawn ones needs: two of each arm."""


@dataclass(frozen=True, eq=False)
class Layout:
    """Which strata, and how the customers of each are told apart. `lots` is not AUTO.

    `in_turn`: customers are taken of the first strata as long as there are some, not of all alike.
    """

    lesson: Lesson
    strata: tuple[Stratum, ...]
    wanted: Wanted
    lots: Lots
    in_turn: bool = False

    @property
    def is_whole(self) -> bool:
        """True where whole segments are served otherwise, and none need be as planned: what is
        learnt is how well they are served."""
        return self.lots is Lots.SEGMENTS and self.lesson is Lesson.LEVEL

    @cached_property
    def most(self) -> Numbers:
        """(strata,): the most customers of each arm; half of them where whole segments are drawn,
        which are in one arm or the other.
        """
        its = np.array([one.customers for one in self.strata], dtype=np.float64)
        if not self.wanted.design.has_control or self.is_whole:
            return its
        return its / 2 if self.lots is Lots.SEGMENTS else np.floor(its / 2)

    def arms(self, share: float) -> Numbers:
        """(strata,): customers of each arm with this share, 0 .. 1, of the most there can be.

        Of whole segments the first ones, an even number of them.
        """
        if self.lots is Lots.SEGMENTS:
            count = max(FEWEST_GROUPS, 2 * math.ceil(share * len(self.strata) / 2))
            if self.is_whole or not self.wanted.design.has_control:
                count = math.ceil(share * len(self.strata))
            return np.where(np.arange(len(self.strata)) < count, self.most, 0.0)
        if self.in_turn:
            left = share * self.most.sum() - (np.cumsum(self.most) - self.most)
            return np.asarray(np.clip(np.ceil(left), 0.0, self.most))
        return np.clip(np.ceil(share * self.most), np.minimum(1.0, self.most), self.most)

    def tells(self, arms: Numbers, length: float) -> bool:
        """Whether there are orders enough to tell a service level; of the other lessons always."""
        if self.lesson is not Lesson.LEVEL:
            return True
        orders = arms * np.array([one.orders for one in self.strata])
        return float(orders.sum()) * length >= FEWEST_ORDERS

    def freedom(self, arms: Numbers) -> float:
        """Degrees of freedom of its test: whole segments that were drawn count as one case each."""
        if self.lots is Lots.CUSTOMERS or self.lesson is Lesson.LEVEL:
            return math.inf
        return max(float((arms > 0).sum()) - (2.0 if self.wanted.design.has_control else 1.0), 1.0)

    def price(self, place: int, cells: Numbers) -> float:
        """What learning costs in a stratum, where the cells of the input hold (C,): the cost of a
        customer by how much it tells.
        """
        one = self.strata[place]
        variance = float(self._variance(one, cells[[one.cell]], 1.0)[0])
        return (max(one.extra_cost, 0.0) + max(one.extra_loss, 0.0)) * variance / one.gap**2

    def value(self, cells: Numbers, arms: Numbers) -> Numbers:
        """(M,): what the trial estimates where the cells of the input hold (M, C)."""
        weights = arms * np.array([one.gap for one in self.strata])
        its = cells[:, [one.cell for one in self.strata]]
        return np.asarray(its @ (weights / weights.sum()))

    def errors(self, cells: Numbers, arms: Numbers, length: float) -> Numbers:
        """(M,): the standard error of the estimate where the cells of the input hold (M, C)."""
        total = np.zeros(len(cells))
        reach = 0.0
        for one, arm in zip(self.strata, arms.tolist(), strict=True):
            value = cells[:, one.cell]
            total += arm * self._variance(one, value, length)
            reach += arm * one.gap
        return np.sqrt(total * self._factor(arms, length)) / reach

    def _variance(self, one: Stratum, value: Numbers, length: float) -> Numbers:
        """Of both arms together, of the mean a period of one customer."""
        if self.lesson is Lesson.LEVEL:
            return np.asarray(one.orders * value * (1 - value)) / length
        if self.lesson is Lesson.ORDERS:
            return np.asarray(sum(one.exposures) * value * (1 - value)) / length
        total = np.zeros(len(value))
        for failing in one.failing:
            after = np.clip(one.churn + value, 0.0, 1.0)
            total += (1 - failing) * one.churn * (1 - one.churn) + failing * after * (1 - after)
        return total / length

    def _factor(self, arms: Numbers, length: float) -> float:
        design = self.wanted.design
        factor = 1.0
        if self.lesson is not Lesson.LEVEL:
            # Who has left is not there after, and failures befall orders: nobody is like himself.
            factor = difference_factor(design.has_before, 0.0, design.has_control)
        if self.lots is Lots.SEGMENTS and not (self.strata[0].alone and (arms > 0).sum() == 1):
            whole = 2 * arms if design.has_control and not self.is_whole else arms
            size = float((whole**2).sum() / whole.sum()) * length
            if self.lesson is Lesson.LEVEL:
                size *= float(np.mean([one.orders for one in self.strata]))
            factor *= design_effect(size, self.wanted.alike)
        return factor


def layouts(
    lesson: Lesson, strata: Sequence[Stratum], undecided: NDArray[np.bool_], wanted: Wanted,
    lots: Lots, now: Numbers,
) -> list[Layout]:  # fmt: skip
    """The segments whose tier is undecided, all that the input speaks of, and of these those in
    which it costs least, `now` (C,) being what the cells of the input hold.
    """
    if lots is Lots.SEGMENTS and lesson is not Lesson.LEVEL:
        strata = _one_way(strata)
    open_ones = tuple(one for one in strata if undecided[one.segment])
    found = [open_ones] if open_ones else []
    if len(open_ones) < len(strata):
        found.append(tuple(strata))
    if lots is Lots.SEGMENTS and wanted.design.has_control and lesson is not Lesson.LEVEL:
        found = [its for its in found if len(its) >= FEWEST_GROUPS]
    all_alike = [Layout(lesson, its, wanted, lots) for its in found]
    if lots is Lots.SEGMENTS or len(strata) < 2:
        return all_alike
    priced = Layout(lesson, tuple(strata), wanted, lots)
    order = sorted(range(len(strata)), key=lambda place: (priced.price(place, now), place))
    cheapest = tuple(strata[place] for place in order)
    return [*all_alike, Layout(lesson, cheapest, wanted, lots, in_turn=True)]


def _one_way(strata: Sequence[Stratum]) -> Sequence[Stratum]:
    """Those in which the treated are served better, or those in which worse: where more is learnt.

    Whole segments are compared with each other, so that all must go the same way.
    """
    better = [one for one in strata if one.exposures[1] < one.exposures[0]]
    worse = [one for one in strata if one.exposures[1] > one.exposures[0]]
    return max(better, worse, key=lambda its: sum(one.customers * one.gap for one in its))
