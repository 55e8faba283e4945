"""Where numbers come from: the sources table, asked for one offer or for whole columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase, Table
from slopt.case.schema import ANY, BY_NAME
from slopt.vocabulary import SourceKind, ValueBasis

OFFER_INPUTS = (
    "segments",
    "tiers",
    "resources",
    "usage",
    "response",
    "prospect_pools",
    "stock_outs",
    "sales_curves",
    "sales_points",
    "quality",
    "queues",
    "stocks",
    "season_stocks",
    "promises",
    "attainments",
    "willingness",
    "offers",
    "cost_lines",
    "allocation",
    "pools",
    "activities",
    "drivers",
    "call_types",
    "call_volumes",
    "agent_pools",
    "pool_skills",
    "desk_designs",
    "shifts",
    "contact_channels",
    "level_costs",
    "level_curves",
    "items",
    "item_demand",
)
"""Tables whose numbers the offers rest on."""
NO_ESTIMATES = {
    "rank",
    "weight",
    "capacity",
    "extra_capacity",
    "priority",
    "least_agents",
    "most_agents",
    "most_people",
    "seats",
    "steps",
    "min_level",
    "max_level",
    "level",
    "min_fill_rate",
    "max_fill_rate",
    "review_time",
    "order_quantity",
}
"""Columns that say what is wanted or what there is, and are no estimates."""


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
        """How many observations the level of this offer rests on; None where nothing says so.

        Nothing does of what is no tier.
        """
        if tier >= len(self._tiers):
            return None
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

    What has no row in sources is assumed, and so is a column of which only some entries have one.
    """
    given = _given_sources(case)
    worst = list(SourceKind)
    found = []
    for name in tables:
        table = case.table(name)
        for column in BY_NAME[name].columns:
            if not column.is_number or not _says_something(table.numbers(column.name)):
                continue
            its = given.get((name, column.name), _Sources())
            kinds = set(its.kinds)
            if not its.covers(table, column.name, case.tiers):
                kinds.add(SourceKind.ASSUMED)
            found.append(Origin(name, column.name, max(kinds, key=worst.index)))
    return found


@dataclass
class _Sources:
    """The rows of sources of one column: how its numbers came about, and of which entries."""

    kinds: set[SourceKind] = field(default_factory=set)
    segments: set[str] = field(default_factory=set)
    tiers: set[str] = field(default_factory=set)
    pairs: set[tuple[str, str]] = field(default_factory=set)
    of_all: bool = False

    def add(self, segment: str, tier: str, kind: SourceKind) -> None:
        """One row; * stands for all segments, all tiers."""
        self.kinds.add(kind)
        if segment == ANY and tier == ANY:
            self.of_all = True
        elif tier == ANY:
            self.segments.add(segment)
        elif segment == ANY:
            self.tiers.add(tier)
        else:
            self.pairs.add((segment, tier))

    def covers(self, table: Table, column: str, tiers: Iterable[str]) -> bool:
        """True where every entry of the column that says something has a row."""
        if self.of_all or (self.tiers and self.tiers.issuperset(tiers)):
            return True
        told = ~np.isnan(table.numbers(column))
        names = list(table)
        if "segment" in names:
            told &= ~table.texts("segment").is_in(self.segments)
        if "tier" in names:
            told &= ~table.texts("tier").is_in(self.tiers)
        left = np.flatnonzero(told)
        if not len(left) or "segment" not in names or "tier" not in names:
            return not len(left)
        segment, tier = table.texts("segment"), table.texts("tier")
        return len(left) <= len(self.pairs) and all(
            (segment[row], tier[row]) in self.pairs for row in left.tolist()
        )


def _given_sources(case: PlanningCase) -> dict[tuple[str, str], _Sources]:
    """The sources of a case by table and column."""
    rows = case.table("sources")
    columns = (rows.texts(name) for name in ("table", "column", "segment", "tier", "kind"))
    found: dict[tuple[str, str], _Sources] = {}
    for table, column, segment, tier, kind in zip(*columns, strict=True):
        found.setdefault((table, column), _Sources()).add(segment, tier, SourceKind(kind))
    return found


def assumed_inputs(case: PlanningCase) -> list[str]:
    """`table.column` of every number that offers rest on and that is only assumed."""
    names = [
        f"{its.table}.{its.column}"
        for its in origins(case, OFFER_INPUTS)
        if its.kind is SourceKind.ASSUMED and its.column not in NO_ESTIMATES
    ]
    return names + ["settings.case.discount_rate"] * _assumes_the_discount_rate(case)


def _assumes_the_discount_rate(case: PlanningCase) -> bool:
    """True where values of whole lives are discounted at a rate that nobody gave a source for."""
    lifetime = ~case.table("response").texts("value_basis").is_in([ValueBasis.PERIOD])
    if case.settings.case.discount_rate == 0 or not lifetime.any():
        return False
    given = _given_sources(case)
    its = given.get(("settings", "case.discount_rate"))
    return its is None or SourceKind.ASSUMED in its.kinds


def _says_something(values: NDArray[np.float64]) -> bool:
    return bool(np.any(np.nan_to_num(values) != 0))
