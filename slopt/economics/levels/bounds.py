"""Piecewise-linear lines that lie nowhere above the curves of service levels, and touch them at
given levels.

In a cell between two given levels a term that bends downwards lies above its chord, and one that
bends upwards above its tangents at both ends. Chord, tangents and their sums meet the curve at the
ends, so that the lines are as near as one likes where levels are given.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.economics.levels.curves import LevelCurves

Numbers = NDArray[np.float64]
PLACES = 64
"""Places in a cell where a kink may be. A line with its kink a little aside of where two tangents
meet lies lower, by a small share of the distance to the curve; in turn no two points are so near to
each other that a solver could not tell them apart."""


def lines_below(curves: LevelCurves, levels: Numbers) -> tuple[Numbers, Numbers, NDArray[np.bool_]]:
    """Levels of points (U, B), figures there (F, U, B), and which points count (U, B).

    Between two points that count every figure is straight and nowhere above its curve. `levels`
    (U, G) rise from floor to ceiling, with every corner of the curves among them.
    """
    who = np.arange(len(curves.names))
    left, right = levels[:, :-1], levels[:, 1:]
    width = right - left
    values = np.zeros((curves.figures, len(who), levels.shape[1]))
    rise = np.zeros((curves.figures, *left.shape))  # slope at the left end of a cell
    fall = np.zeros_like(rise)  # and at its right end
    one = who[:, None]
    safe = np.where(width > 0, width, 1.0)
    for form, terms in curves.by_form:
        applies = np.any([term.amount != 0 for term in terms], axis=0)[:, None]
        with np.errstate(invalid="ignore", divide="ignore"):
            value = np.where(applies, form.value(one, levels), 0.0)
            slope = np.where(applies, form.slope(one, levels, value), 0.0)
        bend = form.bend(one, 0.5 * (left + right))
        straight = np.diff(value, axis=1) / safe
        for term in terms:
            amount = term.amount[:, None]
            upwards = (amount * bend > 0) & (width > 0)
            values[term.figure] += amount * value
            with np.errstate(invalid="ignore"):
                first, last = amount * slope[:, :-1], amount * slope[:, 1:]
            rise[term.figure] += np.where(upwards, first, amount * straight)
            fall[term.figure] += np.where(upwards, last, amount * straight)
    low, high = values[:, :, :-1], values[:, :, 1:]
    low = np.where(np.isfinite(rise), low, high - fall * width)
    with np.errstate(invalid="ignore", divide="ignore"):
        meet = (high - low - fall * width) / ((rise - fall) * width)
    is_bent = (rise < fall) & np.isfinite(rise) & np.isfinite(meet) & (width > 0)
    place = np.where(is_bent, np.clip(np.round(meet * PLACES), 1, PLACES - 1) / PLACES, 0.0)
    kink = np.minimum(
        low + np.where(is_bent, rise, 0.0) * place * width, high - fall * (1 - place) * width
    )
    return _points(levels, low, high, place, kink)


def _points(
    levels: Numbers, low: Numbers, high: Numbers, place: Numbers, kink: Numbers
) -> tuple[Numbers, Numbers, NDArray[np.bool_]]:
    """Ends of cells and kinks in one list for all figures, with the heights of all of them.

    low, high, place and kink (F, U, cells): heights at the ends, and where between 0 and 1 a figure
    has a kink of which height; place 0 for none.
    """
    figures, count, cells = low.shape
    along = np.concatenate([np.zeros((1, count, cells)), place]).transpose(1, 2, 0)
    along = np.sort(along, axis=2)
    here, kink_at, kink_height = along[None], place[..., None], kink[..., None]
    first, last = low[..., None], high[..., None]
    has = kink_at > 0
    before = first + (kink_height - first) * here / np.where(has, kink_at, 1.0)
    after = last + (kink_height - last) * (1 - here) / np.where(has, 1 - kink_at, 1.0)
    straight = first + (last - first) * here
    heights = np.where(has, np.where(here <= kink_at, before, after), straight)
    left, width = levels[:, :-1, None], np.diff(levels, axis=1)[..., None]
    points = (left + along * width).reshape(count, -1)
    counts = np.ones(along.shape, dtype=np.bool_)
    counts[:, :, 1:] = np.diff(along, axis=2) > 0
    counts &= width > 0
    end = np.ones((count, 1), dtype=np.bool_)
    return (
        np.concatenate([points, levels[:, -1:]], axis=1),
        np.concatenate([heights.reshape(figures, count, -1), high[:, :, -1:]], axis=2),
        np.concatenate([counts.reshape(count, -1), end], axis=1),
    )
