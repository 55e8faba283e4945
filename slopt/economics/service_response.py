"""Sales as a function of the service level q (a share, 0..1), measured against the rivals'.

Each shape is a curve of `curves` on the range of levels that it was made for. What is lost at a
level is the sales there against those at the best level in view.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from slopt.economics.arguments import Numbers, share, within
from slopt.economics.curves import Curve, Exponential, Kinked, Line, Logistic


def around_rivals(rivals_level: float, sales: float, gain: float, loss: float) -> Kinked:
    """R = R_0 + b+ (q - q_0)+ - b- (q_0 - q)+: service below the rivals' costs more than it gains.

    Args:
        rivals_level: q_0, 0..1. sales: R_0 at that level. gain: b+, loss: b-, sales per full
            point (1.0) of level, 0 <= b+ <= b-.

    Source of the shape: the sales-service relationship of Ballou, Business Logistics.
    """
    share("rivals_level", rivals_level)
    return Kinked(rivals_level, sales, gain, loss, first=0.0, last=1.0)


def two_points(low_level: float, low_sales: float, high_level: float, high_sales: float) -> Line:
    """The line between two levels at which sales are known; it says nothing beyond them."""
    return through_points([low_level, high_level], [low_sales, high_sales])


def through_points(levels: ArrayLike, sales: ArrayLike) -> Line:
    """Straight pieces between any number of levels (0..1, increasing) with known sales."""
    at, heights = share("levels", levels), within("sales", sales)
    return Line(tuple(at.tolist()), tuple(heights.tolist()))


def s_shaped(low: float, high: float, steepness: float, middle: float) -> Logistic:
    """Logistic sales between `low` and `high`, steepest at the level `middle` (0..1)."""
    share("middle", middle)
    return Logistic(low, high, steepness, middle, first=0.0, last=1.0)


def diminishing(low: float, high: float, rate: float) -> Exponential:
    """Sales that start at `low` for level 0 and near `high`, each point gaining less."""
    return Exponential(low, high, rate, start=0.0, last=1.0)


def sales_lost(response: Curve, level: ArrayLike, best_level: ArrayLike) -> Numbers:
    """R(best) - R(q): sales not made because service is below `best_level`.

    Raises ValueError where q is above `best_level`: choose the best level of the whole menu.
    """
    given, best = share("level", level), share("best_level", best_level)
    if np.any(given > best):
        raise ValueError("best_level must be at least level")
    return np.asarray(response.value(best) - response.value(given))


def response_from_two_levels(
    low_level: ArrayLike, low_sales: ArrayLike, high_level: ArrayLike, high_sales: ArrayLike
) -> Numbers:
    """b = (R_2 - R_1) / (q_2 - q_1): sales per full point of level.

    An association of the two, not an effect of service on sales.
    """
    step = share("high_level", high_level) - share("low_level", low_level)
    if np.any(step <= 0):
        raise ValueError("high_level must be above low_level")
    return np.asarray((within("high_sales", high_sales) - within("low_sales", low_sales)) / step)


def response_with_control(
    level_change: ArrayLike,
    treated_before: ArrayLike,
    treated_after: ArrayLike,
    control_before: ArrayLike,
    control_after: ArrayLike,
) -> Numbers:
    """b = [(R_T1 - R_T0) - (R_C1 - R_C0)] / dq: before and after, less what changed anyway.

    Right where both groups would have changed alike without the new service.

    Args:
        level_change: dq of the treated group, -1..1, not 0. The four others: mean sales of each
            group before and after, in the same unit.
    """
    change = within("level_change", level_change, -1, 1)
    if np.any(change == 0):
        raise ValueError("level_change must not be 0")
    treated = within("treated_after", treated_after) - within("treated_before", treated_before)
    control = within("control_after", control_after) - within("control_before", control_before)
    return np.asarray((treated - control) / change)
