"""Which columns and rows of a choice problem were made by sources of offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.economics.generated import Best, GeneratedOffers, OfferSource, PlanFile, Terms
from slopt.sayings import say

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


class Part(StrEnum):
    """What a row of a problem chooses: a tier, a level, nothing, a stock, a roster."""

    TIER = "tier"
    LEVEL = "level"
    SERVED = "served"
    STOCK = "stock"
    STAFF = "staff"

    @property
    def of_segments(self) -> bool:
        """True where the rows are segments of the case."""
        return self in (Part.TIER, Part.LEVEL, Part.SERVED)


@dataclass(frozen=True, eq=False)
class Made:
    """The deciders of one source, their rows in the problem (U,), and their offers so far.

    Offer g of a decider is the g-th generated column of its row.
    """

    part: Part
    rows: Places
    source: OfferSource
    offers: GeneratedOffers


@dataclass(frozen=True, eq=False)
class Generated:
    """`first` is the first generated column; the last `deciders` rows are no segments."""

    first: int
    deciders: int
    made: tuple[Made, ...] = ()

    @property
    def has_sources(self) -> bool:
        """True where there are more offers than are listed."""
        return any(its.part is not Part.SERVED for its in self.made)

    @property
    def width(self) -> int:
        """Generated columns."""
        return max((its.offers.service_level.shape[1] for its in self.made), default=0)

    def of_row(self, row: int) -> tuple[Made, int] | None:
        """The source that a row belongs to and its place there; None for one that has tiers."""
        for made in self.made:
            place = np.flatnonzero(made.rows == row)
            if len(place):
                return made, int(place[0])
        return None

    def part_of(self, row: int) -> Part:
        """What a row chooses."""
        found = self.of_row(row)
        return Part.TIER if found is None else found[0].part

    def label(self, row: int, column: int) -> str | None:
        """What an offer is in a few words; None where it is no generated one."""
        found = self.of_row(row)
        if found is None or column < self.first:
            return None
        made, place = found
        labels = made.offers.labels
        if labels is not None:
            return labels[place][column - self.first]
        if made.part is Part.SERVED:
            return say("by its items and calls")
        return say("level")


class ServedElsewhere:
    """Segments that rooms and desks serve and nothing else does: one offer, of no cost or loss."""

    def __init__(self, names: Sequence[str], resources: int) -> None:
        self.names = tuple(names)
        self.resources = resources

    def first(self) -> GeneratedOffers:
        """The only offer of each."""
        nothing = np.zeros((len(self.names), 1))
        return GeneratedOffers(
            service_level=np.ones_like(nothing),
            service_cost=nothing,
            lost_orders=nothing,
            lost_customers=nothing,
            lost_prospects=nothing,
            use=np.zeros((self.resources, *nothing.shape)),
            allowed=np.ones(nothing.shape, dtype=np.bool_),
        )

    def best(self, terms: Terms) -> Best:
        """Nothing better than the first."""
        first = self.first()
        return Best(first, terms.value(first)[:, 0])

    def between(
        self, low: GeneratedOffers, high: GeneratedOffers, share: Numbers
    ) -> GeneratedOffers | None:
        """Nothing."""
        return None

    def plan_files(self, details: Sequence[Any]) -> Mapping[str, PlanFile]:
        """None."""
        return {}


def least(offers: GeneratedOffers, terms: Terms) -> Numbers:
    """(U,): what the best of some offers is worth to each decider, infinite without any."""
    value = np.where(offers.allowed, terms.value(offers), np.inf)
    return np.asarray(value.min(axis=1, initial=np.inf))
