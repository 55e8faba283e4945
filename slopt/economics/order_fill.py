"""How completely orders were filled: units, lines, whole orders; on time; perfect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from slopt.economics.arguments import Numbers, not_negative, share


@dataclass(frozen=True)
class FillRates:
    """Shares of units (cases), of order lines and of whole orders that were filled."""

    units: float
    lines: float
    orders: float


def fill_rates(order: ArrayLike, ordered: ArrayLike, delivered: ArrayLike) -> FillRates:
    """Fill of order lines, all from one table with a row a line.

    Args:
        order: which order a line belongs to, shape (lines,).
        ordered: units asked for, above 0 in at least one line; shape (lines,).
        delivered: units delivered, 0 .. ordered; shape (lines,).

    Source: 80 A and 20 B ordered, 75 A and 20 B on hand: 95 % of units, 50 % of lines, 0 % of
    orders.
    """
    names = np.asarray(order)
    wanted, given = not_negative("ordered", ordered), not_negative("delivered", delivered)
    if not names.shape == wanted.shape == given.shape or names.ndim != 1:
        raise ValueError("order, ordered and delivered must be columns of the same length")
    if wanted.sum() == 0:
        raise ValueError("ordered must hold some units")
    if np.any(given > wanted):
        raise ValueError("delivered must not exceed ordered in any line")
    full = given == wanted
    incomplete = np.unique(names[~full]).size
    return FillRates(
        units=float(given.sum() / wanted.sum()),
        lines=float(full.mean()),
        orders=1 - incomplete / np.unique(names).size,
    )


def on_time_in_full(on_time: NDArray[np.bool_], in_full: NDArray[np.bool_]) -> float:
    """OTIF: share of orders that were both on time and complete; one entry an order."""
    early, whole = np.asarray(on_time, dtype=bool), np.asarray(in_full, dtype=bool)
    if early.shape != whole.shape or not early.size:
        raise ValueError("on_time and in_full must have one entry for each order, and one order")
    return float((early & whole).mean())


def perfect_order_share(*shares: ArrayLike) -> Numbers:
    """Product of the shares on time, complete, undamaged, well documented ...

    Right only where the faults are independent of each other; where orders are recorded one by
    one, count the perfect ones instead.
    """
    if not shares:
        raise ValueError("at least one share is needed")
    product = np.ones(())
    for each in shares:
        product = product * share("shares", each)
    return np.asarray(product)
