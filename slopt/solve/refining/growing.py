"""New offers as columns of a problem, those that are far from the prices left out again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from slopt.economics.generated import GeneratedOffers, Terms
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.generated.columns import Made
from slopt.problem.generated.joining import with_offers
from slopt.problem.generated.merging import chained, kept, taken, without_repeats
from slopt.problem.generated.terms import Asked

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
FEWEST = 16
"""Offers that each of many deciders keeps; where there are few deciders they keep more."""
MOST_COLUMNS = 60
"""Tiers and offers together: the exact core takes 63."""
MANY = 2_000
"""Deciders of a source from which each keeps few."""
HAIR = 1e-12
"""Of a mixture: less than that is rounding."""


def grown(
    problem: ChoiceProblem,
    asked: Sequence[Asked],
    further: Sequence[Sequence[GeneratedOffers]],
    needed: Flags,
) -> ChoiceProblem:
    """The problem with further offers (U, 1) of each source, in the order of `asked`.

    `needed` (S, K) are pairs that stay whatever they are worth. The columns of offers change their
    places, so that a choice of the old problem says nothing of the new one.
    """
    assert problem.generated is not None
    by_source = {id(its.made): (its, new) for its, new in zip(asked, further, strict=True)}
    offers = []
    for made in problem.generated.made:
        if id(made) not in by_source:
            offers.append(made.offers)
            continue
        its, new = by_source[id(made)]
        offers.append(_with(made, its.terms, new, needed[made.rows, problem.menu_size :], problem))
    return with_offers(problem, offers)


def _with(
    made: Made, terms: Terms, new: Sequence[GeneratedOffers], needed: Flags, problem: ChoiceProblem
) -> GeneratedOffers:
    offers = made.offers
    width = offers.service_level.shape[1]
    needed = needed[:, :width].copy()
    for one in new:
        fresh = without_repeats(one, offers)
        if fresh.allowed.any():
            offers = chained(offers, [fresh])
            needed = np.append(needed, fresh.allowed, axis=1)
    if offers.today is not None:
        has = np.flatnonzero(offers.today >= 0)
        needed[has, offers.today[has]] = True
    most = FEWEST if len(made.rows) > MANY else max(FEWEST, MOST_COLUMNS - problem.menu_size)
    return kept(offers, terms.value(offers), most, needed)


def chosen_pairs(problem: ChoiceProblem, choice: Choice | None) -> Flags:
    """(S, K): the pairs of a choice; none without one."""
    flags = np.zeros(problem.admissible.shape, dtype=np.bool_)
    if choice is not None:
        flags[np.arange(len(choice)), choice] = True
    return flags


def better_offers(asked: Asked) -> GeneratedOffers:
    """The best offers of those deciders for whom they are better than all that is listed."""
    offers = asked.best.offers
    return replace(offers, allowed=offers.allowed & asked.is_better[:, None])


def blends(
    problem: ChoiceProblem, made: Made, mixture: Numbers, along: Sequence[float] = ()
) -> Iterator[GeneratedOffers]:
    """One offer in place of each mixture of offers, where the source knows what lies between.

    With `along` also those that lie these shares of the way from the larger part to the next: where
    costs or losses are not convex, a mixture says little of what lies between its parts.
    """
    own = mixture[made.rows, problem.menu_size :][:, : made.offers.service_level.shape[1]]
    own = np.where(own > HAIR, own, 0.0)
    mixed = (own > 0).sum(axis=1)
    if not np.any(mixed > 1):
        return
    order = np.argsort(-own, axis=1, kind="stable")
    share = np.take_along_axis(own, order, axis=1)
    so_far, weight = taken(made.offers, order[:, :1]), share[:, 0]
    for step in range(1, int(mixed.max())):
        other = taken(made.offers, order[:, step : step + 1])
        total = weight + share[:, step]
        part = np.where(total > 0, share[:, step] / np.where(total > 0, total, 1.0), 0.0)
        between = made.source.between(so_far, other, part)
        if between is None:
            return
        so_far, weight = _either(share[:, step] > 0, between, so_far), total
    is_mixed = (mixed > 1)[:, None]
    yield replace(so_far, allowed=so_far.allowed & is_mixed)
    for way in along:
        low, high = taken(made.offers, order[:, :1]), taken(made.offers, order[:, 1:2])
        inside = made.source.between(low, high, np.full(len(mixed), way))
        if inside is not None:
            yield replace(inside, allowed=inside.allowed & is_mixed)


def _either(which: Flags, first: GeneratedOffers, other: GeneratedOffers) -> GeneratedOffers:
    """(U, 1): of some deciders the first offer, of the others the other."""
    return taken(chained(first, [other]), np.where(which, 0, 1)[:, None])
