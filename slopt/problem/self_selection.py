"""Customers who choose for themselves: what each tier is worth to them beyond what they pay.

Who chooses takes, of the tiers on the menu that are offered to it, one of the greatest surplus
(worth less price). Between tiers of equal surplus the business may decide, so that a price may be
set at the very point where customers are indifferent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
EQUAL = 1e-9
"""Surpluses that differ by less, relative to the larger one, count as equal."""


@dataclass(frozen=True, eq=False)
class SelfSelection:
    """Who chooses, and by what.

    surplus (S, K): money per customer, worth less price; any number where `chooses` (S,) is false,
    there the business assigns the tier. available (S, K): tiers that are offered to the segment,
    which it may take if they are on the menu. outside: the tier that stands for taking none, which
    is always there; None where everybody has to be served. same_service: tiers of which one at
    most is on the menu, by the name of the service. known (S, K): pairs whose surplus is known, of
    those too who would choose but for a pin; None stands for all of those who choose.
    """

    surplus: Numbers
    chooses: Flags
    available: Flags
    outside: int | None = None
    same_service: tuple[tuple[str, tuple[int, ...]], ...] = ()
    known: Flags | None = None

    def __post_init__(self) -> None:
        if (
            self.surplus.shape != self.available.shape
            or self.chooses.shape != self.surplus.shape[:1]
        ):
            raise ValueError("surplus, available and chooses do not fit together")
        if not np.isfinite(self.surplus).all():
            raise ValueError("surplus holds a number that is not finite")
        for values in (self.surplus, self.chooses, self.available, self.known):
            if values is not None:
                values.setflags(write=False)

    def __eq__(self, other: object) -> bool:
        """True where all values are equal."""
        return isinstance(other, SelfSelection) and all(
            np.array_equal(getattr(self, f.name), getattr(other, f.name))
            if isinstance(getattr(self, f.name), np.ndarray)
            else getattr(self, f.name) == getattr(other, f.name)
            for f in fields(self)
        )

    __hash__ = None  # type: ignore[assignment]

    def of_segments(self, rows: NDArray[np.int64]) -> SelfSelection:
        """The same for some of the segments, by their positions."""
        return replace(
            self,
            surplus=self.surplus[rows],
            chooses=self.chooses[rows],
            available=self.available[rows],
            known=None if self.known is None else self.known[rows],
        )

    def under_contracts(self, offered: Flags, pinned: Flags) -> SelfSelection:
        """The same under other contracts: pairs that are offered (S, K), who is pinned (S,)."""
        known = self.known
        if known is None:
            known = np.repeat(self.chooses[:, None], self.surplus.shape[1], axis=1)
        chooses = known.any(axis=1) & ~pinned
        return replace(self, chooses=chooses, available=offered & known & chooses[:, None])

    @property
    def choosers(self) -> list[int]:
        """Positions of the segments that choose."""
        return [int(s) for s in np.flatnonzero(self.chooses)]

    def as_good(self, segment: int, tier: int) -> Flags:
        """(K,): the tiers that a segment takes as gladly as this one, itself included."""
        own = self.surplus[segment]
        room = EQUAL * np.maximum(1.0, np.maximum(np.abs(own), abs(own[tier])))
        return np.asarray(own >= own[tier] - room)

    def demands(self, segment: int) -> Iterator[tuple[int, Flags]]:
        """(tier, tiers as good) of the tiers that a segment would take if nothing better is there.

        Where the first is on the menu, the segment has one of the second; those that every tier is
        as good as demand nothing and are left out.
        """
        for tier in np.flatnonzero(self.available[segment]).tolist():
            good = self.as_good(segment, tier)
            if not good.all():
                yield tier, good

    def menu_of(self, choice: NDArray[np.int64]) -> Flags:
        """(K,): the tiers that somebody has, and the one outside."""
        tiers = np.arange(self.surplus.shape[1])
        return np.asarray(np.isin(tiers, choice) | (tiers == self.outside))

    def would_rather(self, choice: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
        """(segment, tier) where a segment would take another tier of the menu than it is given."""
        menu = self.menu_of(choice)
        for segment in self.choosers:
            options = menu & self.available[segment]
            if not options.any():
                continue
            own = np.where(options, self.surplus[segment], -np.inf)
            best = int(np.argmax(own))
            if not self.as_good(segment, best)[choice[segment]]:
                yield segment, best

    def sold_twice(self, choice: NDArray[np.int64]) -> Iterator[tuple[str, int]]:
        """(service, prices too many) of services that are on the menu at several prices."""
        menu = self.menu_of(choice)
        for name, tiers in self.same_service:
            open_at = int(menu[list(tiers)].sum())
            if open_at > 1:
                yield name, open_at - 1


def not_worth_it(selection: SelfSelection) -> Flags:
    """(S, K): pairs that nobody takes of their own will, being worth less than taking none.

    Without a tier outside taking none is worth 0. Who may not take none, by a contract floor or
    because it is not offered, may be better off without a tier.
    """
    surplus = selection.surplus
    none = np.zeros((len(surplus), 1))
    if selection.outside is not None:
        here = [selection.outside]
        none = np.where(selection.available[:, here], surplus[:, here], -np.inf)
    room = EQUAL * np.maximum(1.0, np.maximum(np.abs(surplus), np.abs(none)))
    return np.asarray(selection.chooses[:, None] & (surplus < none - room))
