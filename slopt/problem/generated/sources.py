"""The sources of offers that a case has, each made once for tables that say the same.

What a source offers does not depend on limits, goals or rules, so that sweeps and studies, which
change those, do not pay for it again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from threading import Lock

import numpy as np

from slopt.case.case import PlanningCase
from slopt.case.digest import digest
from slopt.economics.generated import GeneratedOffers, OfferSource
from slopt.errors import UsageError
from slopt.problem.generated.columns import Part, ServedElsewhere
from slopt.problem.generated.desks import desk_source
from slopt.sayings import in_a_row, say

Found = tuple[Part, OfferSource, GeneratedOffers]
KEPT = 6
"""Cases whose sources are remembered."""
CHANGES_NO_OFFER = {
    "tiers": ("open_cost",),
    "resources": ("capacity", "extra_capacity", "extra_unit_cost"),
}
"""Columns that no source reads; nor does any read the tables `rules` and `sources`."""
_remembered: OrderedDict[str, tuple[Found, ...]] = OrderedDict()
_lock = Lock()


def _levels(case: PlanningCase) -> OfferSource:
    from slopt.economics.levels.source import LevelSource

    return LevelSource(case)


def _stocks(case: PlanningCase) -> OfferSource:
    from slopt.economics.stock_rooms.source import StockSource

    return StockSource(case)


SOURCES: tuple[tuple[Part, tuple[str, ...], Callable[[PlanningCase], OfferSource]], ...] = (
    (Part.LEVEL, ("level_curves", "level_costs"), _levels),
    (Part.STOCK, ("items",), _stocks),
    (Part.STAFF, ("call_types",), desk_source),
)
"""By part: the tables that ask for it, and who makes its offers."""
SERVE_SEGMENTS = ("item_demand", "call_types")
"""Tables whose column `segment` says which segments their rooms and desks serve."""


def has_sources(case: PlanningCase) -> bool:
    """True where some offers of a case are made as they are needed."""
    return any(name in case.tables for _, names, _ in SOURCES for name in names)


def require_listed(case: PlanningCase, what: str, instead: str = "") -> None:
    """Raise UsageError where some offers of a case are made as they are needed.

    `instead` says what answers a question like it.
    """
    if has_sources(case):
        said = say(
            "{what} works on offers that can be listed, and the levels, stocks or desks of "
            "this case are made as they are needed. slopt solve plans them and states how "
            "near its plan is to the best.",
            what=what,
        )
        raise UsageError(in_a_row(said, instead) if instead else said)


def sources_of(case: PlanningCase) -> tuple[Found, ...]:
    """Each source with its part and first offers, in a fixed order."""
    if not has_sources(case):
        return ()
    key = _key(case)
    with _lock:
        if key in _remembered:
            _remembered.move_to_end(key)
            return _remembered[key]
    found = tuple(_made(case))
    with _lock:
        _remembered[key] = found
        while len(_remembered) > KEPT:
            _remembered.popitem(last=False)
    return found


def _made(case: PlanningCase) -> Iterator[Found]:
    leveled: set[str] = set()
    for part, names, make in SOURCES:
        if any(name in case.tables for name in names):
            source = make(case)
            if part is Part.LEVEL:
                leveled = set(source.names)
            if source.names:
                yield part, source, source.first()
    if "tiers" not in case.tables:
        others = [segment for segment in case.segments if segment not in leveled]
        if others:
            elsewhere = ServedElsewhere(others, len(case.resources))
            yield Part.SERVED, elsewhere, elsewhere.first()


def _key(case: PlanningCase) -> str:
    """What the offers depend on, as one text."""
    tables = {}
    for name, table in case.tables.items():
        if name in ("rules", "sources"):
            continue
        silent = {
            column: np.zeros(len(table))
            for column in CHANGES_NO_OFFER.get(name, ())
            if column in table
        }
        tables[name] = (table.with_columns(silent) if silent else table).digest
    info = case.settings.case
    return digest({"discount_rate": info.discount_rate, "period": info.period.value}, tables)
