"""The offers table as places among segments x tiers: what it says in place of a computed figure."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.texts import Texts

Numbers = NDArray[np.float64]


class GivenOffers:
    """Figures of pairs, each by a column of the offers table; a blank cell says nothing."""

    def __init__(self, case: PlanningCase) -> None:
        self._table = case.table("offers")
        self.shape = (len(case.segments), len(case.tiers))
        segment = self._table.texts("segment").places_in(case.segments)
        tier = self._table.texts("tier").places_in(Texts.of(case.tiers))
        self._place = segment * len(case.tiers) + tier

    @cached_property
    def _is_all(self) -> bool:
        """True where the table has a row for every pair, in the case's order."""
        pairs = self.shape[0] * self.shape[1]
        return len(self._place) == pairs and bool(np.all(self._place == np.arange(pairs)))

    def allowed(self) -> NDArray[np.bool_]:
        """(S, K): false where the table forbids the pair."""
        allowed = np.ones(self.shape, dtype=np.bool_)
        allowed.reshape(-1)[self._place] = self._table.flags("allowed")
        return allowed

    def use(self, resource: str) -> Numbers | None:
        """The column of use of a resource; None where there is none."""
        return self._table.use_columns.get(resource)

    def column(self, name: str) -> Numbers | None:
        """A column of the table; None where it says nothing at all."""
        values = self._table.numbers(name)
        return None if len(values) == 0 or np.isnan(values).all() else values

    def whole(self, values: Numbers | None) -> Numbers | None:
        """A column as (S, K), shared and not copied; None where it does not name every pair."""
        if values is None or not self._is_all or np.isnan(values).any():
            return None
        return np.ascontiguousarray(values).reshape(self.shape)

    def put(self, values: Numbers | None, into: Numbers) -> None:
        """Write what a column says into (S, K), which is contiguous."""
        if values is None:
            return
        said = ~np.isnan(values)
        if said.all():
            into.reshape(-1)[self._place] = values
        else:
            into.reshape(-1)[self._place[said]] = values[said]

    def zero(self, values: Numbers, into: Numbers) -> None:
        """Write 0 into (S, K) wherever a column says anything."""
        into.reshape(-1)[self._place[~np.isnan(values)]] = 0.0
