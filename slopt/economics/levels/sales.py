"""Sales that follow a curve as terms of lost orders, and lines between points as one form."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.economics.curves import Curve, Exponential, Kinked, Line, Logistic
from slopt.economics.levels.curves import LOST_ORDERS, Term
from slopt.economics.levels.shapes import Decay, Points, SShape, Straight

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


class SalesTerms:
    """Terms of lost orders, collected curve by curve; U deciders with orders worth (U,)."""

    def __init__(self, worth: Numbers) -> None:
        self._worth, count = worth, len(worth)
        self._constant = np.zeros(count)
        self._logistic, self._decay = np.zeros(count), np.zeros(count)
        self._steepness, self._middle = np.ones(count), np.zeros(count)
        self._rate, self._start = np.ones(count), np.zeros(count)
        self._lines: list[tuple[Places, Numbers, Numbers]] = []

    def add(self, its: Places, curve: Curve) -> None:
        """The deciders `its` lose 1 - R / R(end) of this curve."""
        top, worth = float(curve.value(curve.last)), self._worth[its]
        match curve:
            case Logistic():
                span = curve.high - curve.low
                self._constant[its] = worth * (1 - curve.low / top)
                self._logistic[its] = -worth * span / top
                self._steepness[its], self._middle[its] = curve.steepness, curve.middle
            case Exponential():
                self._constant[its] = worth * (1 - curve.high / top)
                self._decay[its] = worth * (curve.high - curve.low) / top
                self._rate[its], self._start[its] = curve.rate, curve.start
            case Kinked():
                inside = curve.first < curve.corner < curve.last
                at = np.array([curve.first, *[curve.corner] * inside, curve.last])
                self._lines.append((its, at, np.asarray(1 - curve.value(at) / top)))
            case Line():
                at = np.array(curve.at)
                self._lines.append((its, at, np.asarray(1 - curve.value(at) / top)))

    def terms(self) -> list[Term]:
        """What was collected."""
        terms = [
            Term(LOST_ORDERS, self._constant, Straight(len(self._worth), rises=False)),
            Term(LOST_ORDERS, self._logistic, SShape(self._steepness, self._middle)),
            Term(LOST_ORDERS, self._decay, Decay(self._rate, self._start)),
        ]
        if self._lines:
            form, has = joined(len(self._worth), self._lines)
            terms.append(Term(LOST_ORDERS, np.where(has, self._worth, 0.0), form))
        return [term for term in terms if term.amount.any()]


def joined(
    count: int, curves: list[tuple[Places, Numbers, Numbers]]
) -> tuple[Points, NDArray[np.bool_]]:
    """Lines between points as one form of `count` deciders, and which of these have one.

    Each curve is (the deciders that have it, levels, heights).
    """
    most = max(len(at) for _, at, _ in curves)
    row, has = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.bool_)
    levels, heights = np.empty((len(curves), most)), np.empty((len(curves), most))
    for place, (its, at, height) in enumerate(curves):
        row[its], has[its] = place, True
        levels[place], heights[place] = at[-1], height[-1]
        levels[place, : len(at)], heights[place, : len(at)] = at, height
    return Points(row, levels, heights), has
