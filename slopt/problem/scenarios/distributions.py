"""Quantiles of what an uncertain number may be, many cells and many futures at once.

A cell has today's value m, and low and high between which it lies with probability `coverage`. At
the place u, 0 .. 1, it holds

    uniform      low + (high - low) (u - t) / coverage        t = (1 - coverage) / 2
    triangular   the quantile of a triangle with its peak at m, of which t lie below low and t above
                 high
    normal       m + (high - m) z(u) / z(1 - t) above the median, m + (m - low) z(u) / z(1 - t)
                 below it
    lognormal    the same of logarithms
    logitnormal  the same of log odds

z are quantiles of the standard normal distribution. The two halves of a normal one have a standard
deviation of their own, so that m is the median, and low and high are the quantiles t and 1 - t.
A cell with its value, low or high at the very edge of its scale (0, or for log odds 1) is drawn on
the plain scale. Nothing leaves the range of the column.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from slopt.vocabulary import Distribution

Numbers = NDArray[np.float64]
Ends = tuple[Numbers, Numbers, Numbers]
"""(low, today's value, high), (C,) each."""

HALVINGS = 60
"""Of the search for the ends of a triangle: to the last digit."""


def quantiles(distribution: Distribution, places: Numbers, ends: Ends, coverage: float) -> Numbers:
    """(W, C): what C cells with (low, today's value, high) hold at W places, 0 < place < 1."""
    at = places[:, None]
    beyond = (1 - coverage) / 2
    match distribution:
        case Distribution.UNIFORM:
            low, _, high = ends
            return np.asarray(low + (high - low) * ((at - beyond) / coverage))
        case Distribution.TRIANGULAR:
            return _triangular(at, *_triangle(ends, beyond))
        case Distribution.NORMAL:
            return _two_pieces(at, ends, beyond)
        case Distribution.LOGNORMAL:
            return _on_scale(at, ends, beyond, np.log, np.exp, np.inf)
        case Distribution.LOGITNORMAL:
            return _on_scale(at, ends, beyond, _logit, _expit, 1.0)


def _triangle(ends: Ends, beyond: float) -> Ends:
    """(bottom, peak, top) of the triangle that leaves `beyond` on either side of low and high.

    With p the share of the base below the peak, (p - sqrt(beyond p)) to its mirror image is as
    (peak - low) to (high - peak); p is found by halving.
    """
    low, peak, high = ends
    below, above = peak - low, high - peak
    if beyond == 0:
        return ends
    least, most = np.full(len(low), beyond), np.full(len(low), 1 - beyond)
    for _ in range(HALVINGS):
        p = (least + most) / 2
        short = _side(p, beyond) * above < _side(1 - p, beyond) * below
        least, most = np.where(short, p, least), np.where(short, most, p)
    p = (least + most) / 2
    base = (below + above) / (_side(p, beyond) + _side(1 - p, beyond))
    return peak - p * base, peak, peak + (1 - p) * base


def _side(share: Numbers, beyond: float) -> Numbers:
    return np.asarray(share - np.sqrt(beyond * share))


def _triangular(at: Numbers, bottom: Numbers, peak: Numbers, top: Numbers) -> Numbers:
    base = top - bottom
    rising = bottom + np.sqrt(at * base * (peak - bottom))
    falling = top - np.sqrt((1 - at) * base * (top - peak))
    return np.where(at * base < peak - bottom, rising, falling)


def _two_pieces(at: Numbers, ends: Ends, beyond: float) -> Numbers:
    from scipy.special import ndtri

    low, now, high = ends
    place = ndtri(at) / ndtri(1 - beyond)
    return np.asarray(now + place * np.where(place < 0, now - low, high - now))


def _on_scale(
    at: Numbers,
    ends: Ends,
    beyond: float,
    to: Callable[[Numbers], Numbers],
    back: Callable[[Numbers], Numbers],
    top: float,
) -> Numbers:
    """Two halves on another scale; on the plain one where an end is at the edge of that scale."""
    inside = np.logical_and.reduce([(end > 0) & (end < top) for end in ends])
    low, now, high = (to(np.where(inside, end, 0.5)) for end in ends)
    found = back(_two_pieces(at, (low, now, high), beyond))
    if not inside.all():
        found = np.where(inside, found, _two_pieces(at, ends, beyond))
    return found


def _logit(share: Numbers) -> Numbers:
    return np.asarray(np.log(share) - np.log1p(-share))


def _expit(odds: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-odds)))
