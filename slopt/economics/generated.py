"""Offers that are made as they are needed: levels between tiers, stocks, rosters of agents.

A *decider* is whoever has such offers: a segment whose service level is any number between its
floor and its ceiling, a stock room, a desk that answers calls. It chooses one offer, as a segment
chooses one tier, and shares budget, resources and limits with all others. There are too many offers
to list, so that a source makes the first ones and, at given prices, the best one that there is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class GeneratedOffers:
    """G offers of each of U deciders; money per period for the whole decider, (U, G).

    `use` (R, U, G) are units of the case's resources. Figures of pairs that are not `allowed` are
    finite and ignored. `labels[u][g]` says in a few words what the offer is, None where the service
    level says it all. `details[u][g]` is what the source made the offer of, for its own report.
    `today` (U,) is the offer that each decider has today, -1 where that is not known or not among
    these.
    """

    service_level: Numbers
    service_cost: Numbers
    lost_orders: Numbers
    lost_customers: Numbers
    lost_prospects: Numbers
    use: Numbers
    allowed: NDArray[np.bool_]
    labels: tuple[tuple[str, ...], ...] | None = None
    details: tuple[tuple[Any, ...], ...] | None = None
    today: NDArray[np.int64] | None = None

    @property
    def lost_sales(self) -> Numbers:
        """The sum of the three kinds."""
        return self.lost_orders + self.lost_customers + self.lost_prospects


@dataclass(frozen=True, eq=False)
class Terms:
    """What a decider pays at given prices of the limits that all share.

    An offer is worth service_cost x its service cost + lost_sales x its lost sales + use'its use -
    service_level x its level; all 0 or more, (U,) and `use` (R,). Without limits and for least
    total cost the first two are 1 and the others 0; the price of the budget adds to service_cost.
    Where it is asked whether there is any plan, what counts for the goal alone is 0.
    """

    service_cost: Numbers
    lost_sales: Numbers
    service_level: Numbers
    use: Numbers

    def value(self, offers: GeneratedOffers) -> Numbers:
        """(U, G): what each offer is worth at these terms."""
        return np.asarray(
            self.service_cost[:, None] * offers.service_cost
            + self.lost_sales[:, None] * offers.lost_sales
            - self.service_level[:, None] * offers.service_level
            + np.einsum("r,rug->ug", self.use, offers.use)
        )


@dataclass(frozen=True, eq=False)
class Best:
    """The best offer that was found for each decider at some terms, G = 1, and a proven bound (U,).

    No offer that a decider could have is worth less than its bound.
    """

    offers: GeneratedOffers
    bound: Numbers


@dataclass(frozen=True)
class PlanFile:
    """A table that is written beside plan.csv: its columns, and a row as values by column."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]


class OfferSource(Protocol):
    """Who makes the offers of some deciders; a plain object that can be pickled."""

    @property
    def names(self) -> Sequence[str]:
        """The deciders, (U,): ids of segments, or names of stock rooms and desks."""

    def first(self) -> GeneratedOffers:
        """A good set to begin with; the same for the same case, whatever was asked before.

        It holds what each decider can do at the least cost, at the least use of each resource and
        at the least loss, so that what limits allow at all is found among them.
        """

    def best(self, terms: Terms) -> Best:
        """The best offers at these terms. Raises SolverTrouble where it cannot be found."""

    def between(
        self, low: GeneratedOffers, high: GeneratedOffers, share: Numbers
    ) -> GeneratedOffers | None:
        """Offers (U, 1) that lie a share (U,) of the way from one (U, 1) to the other (U, 1).

        Where cost, losses and use are convex between the two, they are no more than the mixture of
        both. None where nothing lies between offers, as between rosters of whole people.
        """

    def plan_files(self, details: Sequence[Any]) -> Mapping[str, PlanFile]:
        """By name, the files of a plan with these details, (U,); none where plan.csv has it all."""


@runtime_checkable
class ListingSource(Protocol):
    """A source that can also list all offers near the best ones: as rosters, which do not mix."""

    def within(self, terms: Terms, slack: Numbers, most: int) -> GeneratedOffers | None:
        """All offers that are worth at most their decider's bound and `slack` (U,) at the terms.

        Offers that another listed one is at least as good as in every figure may be left out. None
        where some decider has more than `most`, or it cannot be told.
        """
