"""Prices of shared limits -> what each decider pays, and what is proven of offers not made yet."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.economics.generated import Best, Terms
from slopt.problem.choice import ChoiceProblem, shares
from slopt.problem.generated.columns import Made, Part, least
from slopt.vocabulary import Goal, RuleKind

Numbers = NDArray[np.float64]
ROUNDING = 2.0**-44
"""Relative to the terms of a value: more than sums of a few dozen of them lose to rounding."""


def terms_of(
    problem: ChoiceProblem, made: Made, prices: Mapping[str, float], for_goal: bool = True
) -> Terms:
    """What the deciders of a source pay at prices by name of limit, in the unit of the goal.

    Without `for_goal` the prices alone count, as in the proof that there is no plan.
    """
    rows, goal, counted = made.rows, problem.goal, float(for_goal)
    weight = problem.mean_weight[rows]
    of_cost = counted * problem.counts_service_cost + prices.get("budget", 0.0)
    of_loss = counted * (goal in (Goal.MIN_TOTAL_COST, Goal.MIN_LOST_SALES))
    of_loss += prices.get("max_lost_sales", 0.0)
    of_level = counted * (goal is Goal.MAX_SERVICE) + prices.get("min_service_level", 0.0)
    cost, loss = np.full(len(rows), of_cost), np.full(len(rows), of_loss)
    level = of_level * weight
    place = {row: here for here, row in enumerate(rows.tolist())}
    for rule in problem.rules:
        price = prices.get(rule.name, 0.0)
        if price == 0.0:
            continue
        here = [(i, place[row]) for i, row in enumerate(rule.members) if row in place]
        if not here:
            continue
        own, at = np.array(here, dtype=np.int64).T
        if rule.kind is RuleKind.MAX_SERVICE_COST:
            np.add.at(cost, at, price)
        elif rule.kind is RuleKind.MAX_LOST_SALES:
            np.add.at(loss, at, price)
        elif rule.kind is RuleKind.MIN_SERVICE_LEVEL:
            members = np.array(rule.members, dtype=np.int64)
            np.add.at(level, at, price * shares(problem.weight[members])[own])
    use = np.array([prices.get(name, 0.0) for name in problem.resources])
    return Terms(cost, loss, level, use)


def dearer(terms: Terms, own: Terms, by: Numbers) -> Terms:
    """The terms with all prices higher by a share for each decider, (U,), but for a factor.

    `own` are the terms without any prices. A factor changes no decider's best offer.
    """
    factor = 1.0 / (1.0 + by) - 1.0
    return Terms(
        terms.service_cost + factor * own.service_cost,
        terms.lost_sales + factor * own.lost_sales,
        terms.service_level + factor * own.service_level,
        terms.use,
    )


@dataclass(frozen=True, eq=False)
class Asked:
    """What a source answered at some prices: its terms, its best offers, and how much they gain.

    `gain` (U,) is what an offer not listed yet could be better by at the most, 0 where none is;
    `is_better` (U,) says whose best new offer is better than all of its listed ones.
    """

    made: Made
    terms: Terms
    best: Best
    gain: Numbers
    is_better: NDArray[np.bool_]


def ask(
    problem: ChoiceProblem,
    prices: Mapping[str, float],
    for_goal: bool = True,
    silent: Set[Part] = frozenset(),
) -> tuple[Asked, ...]:
    """Ask sources for their best offers at prices by name, all but those of some parts.

    Raises SolverTrouble where one cannot answer.
    """
    assert problem.generated is not None
    return tuple(
        _asked(problem, made, prices, for_goal)
        for made in problem.generated.made
        if made.part is not Part.SERVED and made.part not in silent
    )


def _asked(
    problem: ChoiceProblem, made: Made, prices: Mapping[str, float], for_goal: bool
) -> Asked:
    terms = terms_of(problem, made, prices, for_goal)
    best = made.source.best(terms)
    listed = least(made.offers, terms)
    found = least(best.offers, terms)
    room = ROUNDING * np.abs(_size(terms, made)) + ROUNDING * np.abs(best.bound)
    # Whoever moves away from today's offer may have to pay for the change: never less than nothing.
    gain = np.maximum(listed - best.bound, 0.0)
    return Asked(made, terms, best, np.where(gain > 0, gain + room, 0.0), found < listed - room)


def _size(terms: Terms, made: Made) -> Numbers:
    offers = made.offers
    size = (
        np.abs(terms.service_cost[:, None] * offers.service_cost)
        + np.abs(terms.lost_sales[:, None] * offers.lost_sales)
        + np.abs(terms.service_level[:, None] * offers.service_level)
        + np.einsum("r,rug->ug", np.abs(terms.use), np.abs(offers.use))
    )
    return np.asarray(np.where(offers.allowed, size, 0.0).max(axis=1, initial=0.0))


def unlisted(asked: tuple[Asked, ...]) -> float:
    """What all offers not listed yet could gain together at the prices, rounded up."""
    total = sum(float(its.gain.sum()) for its in asked)
    return total * (1.0 + ROUNDING * max(1, sum(len(its.gain) for its in asked)))
