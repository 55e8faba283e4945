"""A good menu where customers choose, found without a program: one change of the menu at a time.

Whatever the menu is, what customers take of it is known, so that a plan is a menu. Where the
program of many who choose is too large for its time, this still finds a plan; it proves nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.evaluate import evaluate
from slopt.problem.self_selection import SelfSelection

Flags = NDArray[np.bool_]
Worth = tuple[float, float]
"""What is broken, in all, and the objective in the sense that is minimised."""


def best_menu(problem: ChoiceProblem, seconds: float) -> Choice | None:
    """The choice of customers from the best menu found; None where none keeps every limit.

    Starts from every tier alone and changes one tier, or the price of one service, as long as that
    is better.
    """
    selection = problem.selection
    if selection is None or problem.generated is not None:
        return None
    end = time.perf_counter() + seconds
    tiers = np.arange(selection.surplus.shape[1])
    best: tuple[Worth, Choice] | None = None
    starts = [tiers == tier for tier in tiers if tier != selection.outside]
    found = [(its, start) for start in starts if (its := _taken(problem, selection, start))]
    for (worth, choice), start in sorted(found, key=lambda entry: entry[0][0])[:3]:
        menu, now = start, (worth, choice)
        while time.perf_counter() < end:
            tried = [
                (its, other)
                for other in _changes(selection, menu)
                if time.perf_counter() < end and (its := _taken(problem, selection, other))
            ]
            if not tried:
                break
            its, other = min(tried, key=lambda entry: entry[0][0])
            if its[0] >= now[0]:
                break
            menu, now = other, its
        if best is None or now[0] < best[0]:
            best = now
    return None if best is None or best[0][0] > 0 else best[1]


def _changes(selection: SelfSelection, menu: Flags) -> Iterator[Flags]:
    """The menus with one tier more, one less, or a service at another price."""
    service = {tier: tiers for _, tiers in selection.same_service for tier in tiers}
    for tier in range(len(menu)):
        if tier == selection.outside:
            continue
        other = menu.copy()
        if not menu[tier]:
            other[list(service.get(tier, ()))] = False
        other[tier] = not menu[tier]
        yield other


def _taken(
    problem: ChoiceProblem, selection: SelfSelection, menu: Flags
) -> tuple[Worth, Choice] | None:
    """What a menu is worth and what everybody has of it; None where somebody finds nothing."""
    tiers = np.arange(len(menu))
    offered = np.where(menu | (tiers == selection.outside), selection.available, False)
    gains = np.where(offered, selection.surplus, -np.inf)
    open_to = problem.admissible & menu
    if selection.outside is not None:
        open_to[:, selection.outside] = problem.admissible[:, selection.outside]
    for segment in selection.choosers:
        if offered[segment].any():
            open_to[segment] &= selection.as_good(segment, int(gains[segment].argmax()))
    if not open_to.any(axis=1).all():
        return None
    sign = -1.0 if problem.goal.maximises else 1.0
    choice = np.where(open_to, sign * problem.values, np.inf).argmin(axis=1).astype(np.int64)
    evaluation = evaluate(problem, choice)
    broken = sum(breach.amount for breach in evaluation.violations)
    return (broken, sign * evaluation.objective), choice
