"""Whom customers warn off or win over by talking, when listeners are many and when they are few.

Symbols: n customers who talk, w listeners of each, phi share of listeners who are prospects, M
prospects in a pool, x = sum n w phi messages that reach the pool.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from slopt.economics.arguments import Numbers, not_negative, positive, share, whole, within


def unhappy_customers(complaints: ArrayLike, silent_per_complaint: ArrayLike) -> Numbers:
    """complaints (1 + x): for each who complains x are unhappy and silent.

    Args:
        complaints: 0 or more. silent_per_complaint: x, 0 or more; published figures go from 6 to
            26, so it has no default here.
    """
    silent = not_negative("silent_per_complaint", silent_per_complaint)
    return np.asarray(not_negative("complaints", complaints) * (1 + silent))


def listeners_in_all(listeners: ArrayLike, passed_on: ArrayLike) -> Numbers:
    """w / (1 - rho) = w (1 + rho + rho^2 + ...): listeners of listeners included.

    Args:
        listeners: w who hear it first hand, 0 or more.
        passed_on: rho, further listeners of each listener, 0 to below 1; from 1 on the story
            would reach everybody, and only a finite pool (`prospects_reached`) makes sense.
    """
    further = within("passed_on", passed_on, 0, 1, without_high=True)
    return np.asarray(not_negative("listeners", listeners) / (1 - further))


def people_who_know(listeners: ArrayLike, passed_on: ArrayLike, generations: ArrayLike) -> Numbers:
    """1 + w + w rho + ... + w rho^(g-1): all who know after g generations, the teller included.

    Args:
        listeners: w, 0 or more. passed_on: rho, 0 or more, also above 1.
        generations: g, whole numbers, 0 or more; with 11, 5 and 2 it is 67.
    """
    first, further = not_negative("listeners", listeners), not_negative("passed_on", passed_on)
    count = whole("generations", generations)
    with np.errstate(over="ignore"):
        power = further**count
    if not np.all(np.isfinite(power)):
        raise ValueError("so many generations reach more people than can be counted")
    series = np.where(further == 1, count, (power - 1) / np.where(further == 1, 1, further - 1))
    return np.asarray(1 + first * series)


def messages(talkers: ArrayLike, listeners: ArrayLike, prospect_share: ArrayLike) -> Numbers:
    """x = n w phi: how often a prospect is told, counting repeats. All 0 or more, phi 0..1."""
    told = not_negative("talkers", talkers) * not_negative("listeners", listeners)
    return np.asarray(told * share("prospect_share", prospect_share))


def prospects_reached(pool: ArrayLike, messages: ArrayLike) -> Numbers:
    """M (1 - e^(-x / M)): different prospects told when x messages fall on M prospects at random.

    Near x where x is small against M, never above x or M.

    Args:
        pool: M, above 0. messages: x, 0 or more, of all segments that talk to this pool.
    """
    size = positive("pool", pool)
    return np.asarray(-size * np.expm1(-not_negative("messages", messages) / size))


def prospects_reached_slope(pool: ArrayLike, messages: ArrayLike) -> Numbers:
    """e^(-x / M): share of the next message that reaches somebody new."""
    return np.asarray(np.exp(-not_negative("messages", messages) / positive("pool", pool)))


def reached_by_segment(pool: float, messages: ArrayLike) -> Numbers:
    """The prospects reached, split over segments by their messages; shape (segments,).

    The sum is `prospects_reached` of all messages: segments that share a pool reach fewer
    prospects together than each by itself would.
    """
    each = not_negative("messages", messages)
    total = each.sum()
    if total == 0:
        return np.zeros(each.shape)
    return np.asarray(prospects_reached(pool, total) * each / total)


def sales_by_talk(
    prospects_reached: ArrayLike, swayed_share: ArrayLike, prospect_value: ArrayLike
) -> Numbers:
    """Prospects x share swayed x value: money lost by warnings, or won by praise.

    The same formula for both signs of talk; a case keeps them apart, because praise is no
    negative loss but a sale.

    Args:
        prospects_reached: 0 or more. swayed_share: a, 0..1. prospect_value: V', 0 or more.
    """
    swayed = not_negative("prospects_reached", prospects_reached) * share(
        "swayed_share", swayed_share
    )
    return np.asarray(swayed * not_negative("prospect_value", prospect_value))
