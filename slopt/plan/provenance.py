"""Where the numbers of a plan come from: the sources table, asked for one offer."""

from __future__ import annotations

import numpy as np

from slopt.case.case import PlanningCase
from slopt.case.schema import ANY


class Provenance:
    """Sample sizes behind the service levels of offers."""

    def __init__(self, case: PlanningCase) -> None:
        sources = case.table("sources")
        self._segments, self._tiers = case.segments, case.tiers
        self._n: dict[tuple[str, str], float] = {}
        columns = (sources.texts(name) for name in ("table", "column", "segment", "tier"))
        for table, column, segment, tier, n in zip(*columns, sources.numbers("n"), strict=True):
            if table in ("offers", "tiers") and column == "service_level" and not np.isnan(n):
                self._n[segment, tier] = float(n)

    def sample(self, segment: int, tier: int) -> float | None:
        """How many observations the level of this offer rests on; None where nothing says so."""
        name, its = self._segments[segment], self._tiers[tier]
        for key in ((name, its), (name, ANY), (ANY, its)):
            if key in self._n:
                return self._n[key]
        return None
