"""More offers for deciders, and fewer: each keeps those that are good at the prices of the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from slopt.economics.generated import GeneratedOffers

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Each = TypeVar("Each")
FIGURES = ("service_level", "service_cost", "lost_orders", "lost_customers", "lost_prospects")


def taken(offers: GeneratedOffers, order: NDArray[np.int64]) -> GeneratedOffers:
    """Of each decider, the offers at the positions `order` (U, H), in that order."""
    today = offers.today
    if today is not None:
        here = (order == today[:, None]) & (today[:, None] >= 0)
        today = np.where(here.any(axis=1), here.argmax(axis=1), -1)
    return GeneratedOffers(
        **{name: np.take_along_axis(getattr(offers, name), order, axis=1) for name in FIGURES},
        use=np.take_along_axis(offers.use, order[None], axis=2),
        allowed=np.take_along_axis(offers.allowed, order, axis=1),
        labels=_picked(offers.labels, order),
        details=_picked(offers.details, order),
        today=today,
    )


def _picked(
    values: tuple[tuple[Each, ...], ...] | None, order: NDArray[np.int64]
) -> tuple[tuple[Each, ...], ...] | None:
    if values is None:
        return None
    return tuple(
        tuple(own[place] for place in places)
        for own, places in zip(values, order.tolist(), strict=True)
    )


def chained(first: GeneratedOffers, further: Sequence[GeneratedOffers]) -> GeneratedOffers:
    """All offers of each decider, the first ones first; `today` is that of the first."""
    sets = (first, *further)
    return GeneratedOffers(
        **{name: np.concatenate([getattr(its, name) for its in sets], axis=1) for name in FIGURES},
        use=np.concatenate([its.use for its in sets], axis=2),
        allowed=np.concatenate([its.allowed for its in sets], axis=1),
        labels=_end_to_end([its.labels for its in sets]),
        details=_end_to_end([its.details for its in sets]),
        today=first.today,
    )


def _end_to_end(
    parts: Sequence[tuple[tuple[Each, ...], ...] | None],
) -> tuple[tuple[Each, ...], ...] | None:
    """Of each decider what the parts hold, one after the other; None where one has nothing."""
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return tuple(tuple(chain.from_iterable(own)) for own in zip(*known, strict=True))


def without_repeats(new: GeneratedOffers, known: GeneratedOffers) -> GeneratedOffers:
    """The new offers (U, 1), those that are known already no longer allowed."""
    same = known.allowed.copy()
    for name in FIGURES:
        same &= getattr(known, name) == getattr(new, name)
    same &= np.all(known.use == new.use, axis=0)
    return replace(new, allowed=new.allowed & ~same.any(axis=1, keepdims=True))


def kept(offers: GeneratedOffers, value: Numbers, most: int, needed: Flags) -> GeneratedOffers:
    """Of each decider at most so many offers: those `needed` (U, G), and the best by `value`."""
    rank = np.where(needed, -np.inf, value)
    rank = np.where(offers.allowed, rank, np.inf)
    order = np.argsort(rank, axis=1, kind="stable")
    counts = offers.allowed.sum(axis=1)
    width = int(min(most, counts.max(initial=0)))
    return taken(offers, np.sort(order[:, :width], axis=1))


def nothing(offers: GeneratedOffers) -> GeneratedOffers:
    """One offer of each decider that costs, loses and uses nothing."""
    figures = np.zeros((len(offers.service_level), 1))
    return GeneratedOffers(
        service_level=figures,
        service_cost=figures,
        lost_orders=figures,
        lost_customers=figures,
        lost_prospects=figures,
        use=np.zeros((len(offers.use), *figures.shape)),
        allowed=np.ones(figures.shape, dtype=np.bool_),
    )
