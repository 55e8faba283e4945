"""The saturating reach of a pool of prospects as straight pieces, for a mixed-integer program.

f(x) = M (1 - e^(-x / M)) is concave: chords between its points lie below it, tangents above. Both
are exact where they touch, and how far they are off in between is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from slopt.economics.arguments import Numbers, not_negative, positive
from slopt.economics.bisection import increasing_root
from slopt.economics.word_of_mouth import prospects_reached, prospects_reached_slope

_MOST_CHORDS = 1000


@dataclass(frozen=True, eq=False)
class Chords:
    """Points on the curve, joined by straight lines: f - `largest_error` <= chords <= f."""

    messages: Numbers
    reached: Numbers
    largest_error: float


@dataclass(frozen=True, eq=False)
class Tangents:
    """Lines intercept + slope x, each at least f; shapes (lines,)."""

    intercepts: Numbers
    slopes: Numbers


def chords(pool: float, most_messages: float, tolerance: float) -> Chords:
    """The fewest points from 0 to `most_messages` with chords within the tolerance, to rounding.

    Each chord is as long as the tolerance allows; the last ends at `most_messages`.

    Args:
        pool: M, above 0. most_messages: end of the range, above 0.
        tolerance: largest difference to f in prospects, above 0; one that needs more than a
            thousand chords is refused.
    """
    size, end = float(positive("pool", pool)), float(positive("most_messages", most_messages))
    allowed = float(positive("tolerance", tolerance))
    points = [0.0]
    while points[-1] < end:
        start = points[-1]
        if _chord_error(size, start, end) <= allowed:
            points.append(end)
            continue
        if len(points) >= _MOST_CHORDS:
            raise ValueError(f"tolerance needs more than {_MOST_CHORDS} pieces; allow a larger one")
        points.append(_chord_end(size, start, end, allowed))
    at = np.array(points)
    errors = [_chord_error(size, a, b) for a, b in pairwise(points)]
    return Chords(at, prospects_reached(size, at), max(errors))


def tangents(pool: float, at: Numbers) -> Tangents:
    """The tangents of f at the places `at` (0 or more, shape (lines,))."""
    places = not_negative("at", at)
    slopes = prospects_reached_slope(pool, places)
    return Tangents(prospects_reached(pool, places) - slopes * places, slopes)


def _chord_end(pool: float, start: float, last: float, allowed: float) -> float:
    """How far a chord from `start` may go until it is off by `allowed`, to rounding."""

    def excess(end: Numbers) -> Numbers:
        return np.asarray(_chord_error(pool, start, float(end)) - allowed)

    return float(increasing_root(excess, np.array(start), np.array(last)))


def _chord_error(pool: float, start: float, end: float) -> float:
    """Largest f - chord between two places: where f has the slope of the chord."""
    if end <= start:
        return 0.0
    # In units of the pool and relative to the start, f is e^(-start) (1 - e^(-u)).
    width = (end - start) / pool
    slope = -np.expm1(-width) / width
    touch = -np.log(slope)
    return float(pool * np.exp(-start / pool) * max(1 - slope - slope * touch, 0.0))
