"""Where numbers come from: the sources table, asked for one offer or for whole columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.schema import ANY, BY_NAME
from slopt.vocabulary import SourceKind


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


@dataclass(frozen=True)
class Origin:
    """A column that figures rest on: the least sure way in which its numbers came about."""

    table: str
    column: str
    kind: SourceKind


def origins(case: PlanningCase, tables: Iterable[str]) -> list[Origin]:
    """Of every number column of these tables that says something, in their order.

    What has no row in sources is assumed, and so is a column of which only some segments or tiers
    have one.
    """
    rows = case.table("sources")
    columns = (rows.texts(name) for name in ("table", "column", "segment", "tier", "kind"))
    kinds: dict[tuple[str, str], set[SourceKind]] = {}
    tiers: dict[tuple[str, str], set[str]] = {}
    for table, column, segment, tier, kind in zip(*columns, strict=True):
        kinds.setdefault((table, column), set()).add(SourceKind(kind))
        if segment == ANY:
            tiers.setdefault((table, column), set()).add(tier)
    worst = list(SourceKind)
    found = []
    for name in tables:
        for column in BY_NAME[name].columns:
            if not column.is_number or not _says_something(case.table(name).numbers(column.name)):
                continue
            key = (name, column.name)
            its = set(kinds.get(key, ()))
            of_all = tiers.get(key, set())
            if ANY not in of_all and not of_all.issuperset(case.tiers):
                its.add(SourceKind.ASSUMED)
            found.append(Origin(*key, max(its, key=worst.index)))
    return found


def _says_something(values: NDArray[np.float64]) -> bool:
    return bool(np.any(np.nan_to_num(values) != 0))
