"""A proven bound from prices alone, in one pass over the segments, however many there are.

    bound(p) = -p'limit + sum_s min_k (cost[s, k] + p'use[s, k]) + what extras can save

Each float operation is off by at most 2^-53 of its result (Higham 2002, section 2.2), so a priced
offer of n terms is at least its computed value less (n + 1) 2^-53 (|cost| + sum |p use|). More than
that is taken off every offer before the minimum; the minima are then added up exactly. The bound is
thus a proof although it is computed in floats, for any prices of 0 or more.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import ChoiceProblem
from slopt.problem.shared_rows import BLOCK, SharedRowProblem
from slopt.problem.sharing import Sharing, share

Numbers = NDArray[np.float64]
ULP = 2.0**-53
MADE_OF = 8
"""Roundings in the numbers of an offer before prices come to it."""
MENU_WORK = 200_000_000
"""Segments x menus up to which every menu is tried; above, its rules are left out of the bound,
which is then weaker and still a proof."""


def priced_bound(problem: ChoiceProblem, prices: Mapping[str, float]) -> float:
    """A number that no plan beats: in the goal's unit and sense, rounded to the safe side.

    `prices` are by name of limit, resource or rule; missing ones count as 0. Rules that compare
    segments are left out (fewer rules, better plans, a bound all the same); of `same_tier` rules
    the segments decide together. Raises ValueError where `obstacle` does not allow prices.
    """
    sharing = share(problem, room=0.0)
    counted = 1 if problem.counts_service_cost else 0
    bound = rounded_down(_bound(problem, sharing, sharing.rows, prices, counted))
    return -bound if problem.goal.maximises else bound


def prove_infeasible(
    problem: ChoiceProblem, prices: Mapping[str, float], unlisted: float = 0.0
) -> bool:
    """True where the prices prove that no plan exists: at them, all that is used costs more than
    all that there is, whatever is chosen. Limits have their usual room.

    `unlisted` is what offers that the problem does not list could use less at the prices.
    """
    sharing = share(problem)
    rows, nothing = sharing.rows, np.zeros_like(sharing.rows.cost)
    free = rows.replace(cost=nothing, extra_cost=np.zeros_like(rows.extra_cost), offset=0.0)
    return _bound(problem, sharing, free, prices, 0) > Fraction(unlisted)


def rounded_down(bound: Fraction) -> float:
    """The largest float that is no larger."""
    rounded = float(bound)
    return math.nextafter(rounded, -math.inf) if Fraction(rounded) > bound else rounded


def _bound(
    problem: ChoiceProblem,
    sharing: Sharing,
    rows: SharedRowProblem,
    prices: Mapping[str, float],
    counted: int,
) -> Fraction:
    """The formula of the module; `counted` is 1 where opening a tier counts for the goal."""
    opening = [counted * Fraction(cost) for cost in problem.open_cost.tolist()]
    return bound_of_rows(problem, replace(sharing, rows=rows), prices, opening)


def bound_of_rows(
    problem: ChoiceProblem,
    sharing: Sharing,
    prices: Mapping[str, float],
    opening: Sequence[Fraction],
) -> Fraction:
    """The formula of the module for rows whose costs may be others than those of the problem.

    `opening` (K,) is what opening each tier adds to the goal.
    """
    rows = sharing.rows
    price = np.array([max(0.0, float(prices.get(name, 0.0))) for name in rows.names])
    members = 1 if sharing.merged is None else int(np.bincount(sharing.merged).max(initial=1))
    return _menu_bound(problem, rows, price, members, opening) + limits_bound(rows, price)


def limits_bound(rows: SharedRowProblem, price: Numbers) -> Fraction:
    """-p'limit and what the extras can save, exactly: the part of the bound without segments."""
    total = Fraction(rows.offset)
    for p, limit in zip(price.tolist(), rows.limit.tolist(), strict=True):
        total -= Fraction(p) * Fraction(limit)
    for j, most in enumerate(rows.extra_most.tolist()):
        reduced = Fraction(float(rows.extra_cost[j]))
        for p, use in zip(price.tolist(), rows.extra_use[:, j].tolist(), strict=True):
            reduced += Fraction(p) * Fraction(use)
        total += min(reduced, Fraction(0)) * Fraction(most)
    return total


def segments_bound(rows: SharedRowProblem, prices: Numbers) -> Fraction:
    """What the segments of some rows cost at least, at prices (M,): a part of the bound.

    Very large where a segment may have no tier. The numbers of the rows may have been scaled, by
    one more rounding.
    """
    everything = frozenset(range(rows.cost.shape[1]))
    return _least(rows, np.maximum(prices, 0.0), [everything], 2)[everything]


def _menu_bound(
    problem: ChoiceProblem,
    rows: SharedRowProblem,
    price: Numbers,
    members: int,
    opening: Sequence[Fraction],
) -> Fraction:
    """The least over all menus of their opening costs and what the segments choose from them."""
    tiers = problem.menu_size
    everything = frozenset(range(len(problem.tiers)))
    generated = everything - frozenset(range(tiers))
    has_menu = problem.has_menu or any(opening)
    if not has_menu or len(rows.cost) << tiers > MENU_WORK:
        return _least(rows, price, [everything], members)[everything]
    most = tiers if problem.max_tiers is None else min(problem.max_tiers, tiers)
    # Free tiers may as well be open, as long as the menu has room for them.
    menus = [
        generated | {t for t in range(tiers) if bits >> t & 1}
        for bits in range(0 if generated else 1, 1 << tiers)
        if bits.bit_count() <= most
    ]
    open_cost = _open_cost(problem, rows, price, opening)
    sums = _least(rows, price, menus, members)
    return min(sums[menu] + sum((open_cost[t] for t in menu), Fraction(0)) for menu in menus)


def _open_cost(
    problem: ChoiceProblem, rows: SharedRowProblem, price: Numbers, opening: Sequence[Fraction]
) -> list[Fraction]:
    """What opening each tier adds to the goal and, at its price, to the budget."""
    if "budget" not in rows.names:
        return list(opening)
    factor = Fraction(float(price[rows.names.index("budget")]))
    costs = problem.open_cost.tolist()
    return [own + factor * Fraction(cost) for own, cost in zip(opening, costs, strict=True)]


@dataclass
class _Sum:
    """A sum of floats, at most 2^-106 of it too small."""

    total: Fraction = Fraction(0)

    def add(self, values: Numbers) -> None:
        parts = values.tolist()
        # fsum rounds the exact sum once; what it rounded off is at least this.
        rounded = math.fsum(parts)
        rest = math.nextafter(math.fsum([*parts, -rounded]), -math.inf)
        self.total += Fraction(rounded) + Fraction(rest)


def _least(
    rows: SharedRowProblem, price: Numbers, menus: list[frozenset[int]], members: int
) -> dict[frozenset[int], Fraction]:
    """For each menu: a lower bound on the sum of what the segments choose from it.

       `members` is the most segments that one rule makes one.
    Where no tier of a menu may serve a
       segment, the sum is a very large number.
    """
    sums = {menu: _Sum() for menu in menus}
    barred = dict.fromkeys(menus, False)
    # Additions and products behind one priced offer: of the rows, of the kinds of lost sales, of
    # weights and levels, and of the members that one rule makes one.
    terms = 2 * int(np.count_nonzero(price)) + MADE_OF + members
    for begin in range(0, len(rows.cost), BLOCK):
        block = slice(begin, begin + BLOCK)
        value = rows.priced(price, block)
        size = np.abs(rows.cost[block])
        for p, use in zip(price.tolist(), rows.use, strict=True):
            if p:
                size += p * np.abs(use[block])
        # The bound on the error is computed in floats itself, hence twice as much.
        value -= 2 * terms * ULP * size
        for menu in menus:
            least = value[:, sorted(menu)].min(axis=1)
            if np.isinf(least).any():
                barred[menu] = True
            else:
                sums[menu].add(least)
    impossible = Fraction(10) ** 300
    return {menu: impossible if barred[menu] else sums[menu].total for menu in menus}
