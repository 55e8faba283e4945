"""What a service level costs, loses and uses, as sums of terms, with how far chords may be off.

A cell is a range of levels between two neighbours in a list. In a cell without corners every term
is straight or bends one way, so that the straight line between its ends (the chord) is below a term
that bends downwards, and above one that bends upwards by no more than the `sag` computed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from slopt.economics.levels.shapes import Form

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]

SERVICE_COST, LOST_ORDERS, LOST_CUSTOMERS, LOST_PROSPECTS, USE = range(5)
"""The figures by position; those from USE on are units of the resources."""


@dataclass(frozen=True, eq=False)
class Term:
    """amount x form, a part of one figure; amount (U,) of any sign, 0 where it does not apply."""

    figure: int
    amount: Numbers
    form: Form


@dataclass(frozen=True, eq=False)
class LevelCurves:
    """The curves of U deciders, which choose a level between `lowest` and `highest` (U,).

    Money and units are per period, for the whole decider.
    """

    names: Sequence[str]
    lowest: Numbers
    highest: Numbers
    resources: int
    terms: tuple[Term, ...]

    @property
    def figures(self) -> int:
        """How many figures a level has: service cost, three kinds of lost sales, the resources."""
        return USE + self.resources

    @cached_property
    def by_form(self) -> tuple[tuple[Form, tuple[Term, ...]], ...]:
        """The terms by their forms, which are computed once for all terms that share them."""
        found: dict[int, list[Term]] = {}
        for term in self.terms:
            found.setdefault(id(term.form), []).append(term)
        return tuple((terms[0].form, tuple(terms)) for terms in found.values())

    def at(self, who: Places, levels: Numbers) -> Numbers:
        """(F, n, G): all figures at levels (n, G) of the deciders `who` (n,)."""
        values = np.zeros((self.figures, *levels.shape))
        for form, terms in self.by_form:
            its = _places(terms, who)
            value = form.value(who[its][:, None], levels[its])
            for term in terms:
                values[term.figure, its] += term.amount[who[its]][:, None] * value
        return values

    def with_sag(self, who: Places, levels: Numbers) -> tuple[Numbers, Numbers]:
        """As `at`, for levels that do not fall and have all corners of their range among them, and
        (F, n, G - 1): how far each figure may lie below the chord of the cell.

        A curve that bends upwards lies above its tangents at both ends, so that it is nowhere
        further below the chord than where these meet.
        """
        values = np.zeros((self.figures, *levels.shape))
        sags = np.zeros((self.figures, len(who), levels.shape[1] - 1))
        for form, terms in self.by_form:
            its = _places(terms, who)
            one, where = who[its][:, None], levels[its]
            value = form.value(one, where)
            bend = form.bend(one, 0.5 * (where[:, :-1] + where[:, 1:]))
            depth = None
            if bend.any():
                depth = _depth(value, form.slope(one, where, value), where, bend)
            for term in terms:
                amount = term.amount[one]
                values[term.figure, its] += amount * value
                if depth is not None:
                    sags[term.figure, its] += np.where(amount * bend > 0, np.abs(amount), 0) * depth
        return values, sags

    def corners(self) -> Numbers:
        """(U, n): all corners of the curves within floor and ceiling, NaN elsewhere."""
        if not self.terms:
            return np.empty((len(self.names), 0))
        found = [
            np.where(term.amount[:, None] != 0, term.form.corners(), np.nan) for term in self.terms
        ]
        corners = np.concatenate(found, axis=1)
        inside = (corners > self.lowest[:, None]) & (corners < self.highest[:, None])
        return np.where(inside, corners, np.nan)

    def grid(self, cells: int) -> Numbers:
        """(U, G): levels from floor to ceiling, at even steps and at every corner; sorted, some of
        them twice.
        """
        share = np.linspace(0.0, 1.0, cells + 1)
        even = self.lowest[:, None] + (self.highest - self.lowest)[:, None] * share
        even[:, -1] = self.highest
        corners = self.corners()
        corners = corners[:, ~np.isnan(corners).all(axis=0)]
        levels = np.concatenate([even, np.where(np.isnan(corners), even[:, -1:], corners)], axis=1)
        return np.sort(levels, axis=1)


def _places(terms: Sequence[Term], who: Places) -> Places | slice:
    """Where any of the terms applies, among `who`."""
    applies = np.any([term.amount[who] != 0 for term in terms], axis=0)
    return slice(None) if applies.all() else np.flatnonzero(applies)


def _depth(value: Numbers, slope: Numbers, levels: Numbers, bend: Numbers) -> Numbers:
    """How far the meeting point of the tangents at both ends is from the chord, (n, G - 1).

    `bend` says to which side a form bends in each cell; where it is straight the depth is 0.
    """
    width = np.diff(levels, axis=1)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        chord = np.diff(value, axis=1) / np.where(width > 0, width, 1.0)
        first = np.maximum(bend * (chord - slope[:, :-1]), 0.0)
        second = np.maximum(bend * (slope[:, 1:] - chord), 0.0)
        depth = first * second / (first + second)
    depth = np.where(np.isinf(first), second, np.where(np.isinf(second), first, depth))
    return np.where((bend != 0) & (width > 0) & (depth > 0), depth * width, 0.0)
