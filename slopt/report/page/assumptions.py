"""The numbers that a plan rests on: their values, how each came about, and what it may be."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

import numpy as np

from slopt.case.case import PlanningCase, Table
from slopt.case.columns import Column
from slopt.case.schema import ANY, BY_NAME
from slopt.engine.reporting import Dossier
from slopt.plan.provenance import assumed_inputs
from slopt.report.column_words import column_words
from slopt.report.language import Language
from slopt.vocabulary import SourceKind

LONGEST_SOURCE = 120
LOSS_TABLES = {
    "response", "prospect_pools", "stock_outs", "sales_curves", "sales_points", "quality",
}  # fmt: skip
LOSS_COLUMNS = {
    ("segments", "margin"), ("segments", "base_churn"), ("settings", "case.discount_rate"),
}  # fmt: skip
"""What expected lost sales rest on: page one refers to it, so it stands first."""


@dataclass(frozen=True)
class SourceRow:
    """A number that the plan rests on, how it came about, and what it may be."""

    name: str
    value: str
    kind: str
    span: str
    source: str
    is_unsourced: bool = False


def kind_name(kind: SourceKind, _: Language) -> str:
    """How a number came about, in words."""
    return {
        SourceKind.MEASURED: _("measured"),
        SourceKind.FITTED: _("fitted"),
        SourceKind.PUBLISHED: _("published"),
        SourceKind.ASSUMED: _("assumed"),
    }[kind]


def assumptions_of(dossier: Dossier, _: Language) -> tuple[SourceRow, ...]:
    """A row a column: those of lost sales first, of these and of the others the least sure first.

    Sources of single cells stand together; what has no source counts as assumed.
    """
    case = dossier.case
    found = [*_with_source(case, _), *_without_source(case, _)]
    kinds = list(SourceKind)

    def place(entry: tuple[str, str, SourceKind, SourceRow]) -> tuple[bool, int]:
        table, column, kind, _row = entry
        is_loss = table in LOSS_TABLES or (table, column) in LOSS_COLUMNS
        return not is_loss, -kinds.index(kind)

    return tuple(row for *_place, row in sorted(found, key=place))


def _with_source(case: PlanningCase, _: Language) -> list[tuple[str, str, SourceKind, SourceRow]]:
    table = case.table("sources")
    kinds = list(SourceKind)
    groups: dict[tuple[str, str], list[int]] = {}
    for row, key in enumerate(zip(table.texts("table"), table.texts("column"), strict=True)):
        groups.setdefault(key, []).append(row)
    found = []
    for (name, column), rows in groups.items():
        kind = max((SourceKind(table.texts("kind")[row]) for row in rows), key=kinds.index)
        whole = len(rows) == 1 and table.texts("segment")[rows[0]] == ANY
        source = table.texts("source")[rows[0]]
        if len(rows) > 1:
            source = _.count("{n} entry, the first: {source}", "{n} entries, the first: {source}",
                             len(rows), source=source)  # fmt: skip
        told = SourceRow(
            column_words(name, column, _),
            value_of(case, name, column, _),
            kind_name(kind, _),
            _span(table, rows[0], _column(name, column), _) if whole else "",
            textwrap.shorten(source, LONGEST_SOURCE, placeholder=" …"),
        )
        found.append((name, column, kind, told))
    return found


def _without_source(
    case: PlanningCase, _: Language
) -> list[tuple[str, str, SourceKind, SourceRow]]:
    sources = case.table("sources")
    named = set(zip(sources.texts("table"), sources.texts("column"), strict=True))
    found = []
    for full in assumed_inputs(case):
        name, _dot, column = full.partition(".")
        if (name, column) in named:
            continue
        row = SourceRow(
            column_words(name, column, _),
            value_of(case, name, column, _),
            kind_name(SourceKind.ASSUMED, _),
            "",
            _("no source is given"),
            is_unsourced=True,
        )
        found.append((name, column, SourceKind.ASSUMED, row))
    return found


def value_of(
    case: PlanningCase, name: str, column: str, _: Language, segment: str = ANY, tier: str = ANY
) -> str:
    """The number where all rows have the same, else from the least to the largest one.

    Only the rows of a segment, or of a tier, where one is named.
    """
    if (name, column) == ("settings", "case.discount_rate"):
        return f"{_.amount(100 * case.settings.case.discount_rate)} %"
    its = _column(name, column)
    if its is None or not its.is_number:
        return ""
    table = case.table(name)
    rows = np.ones(len(table), dtype=np.bool_)
    for key, wanted in (("segment", segment), ("tier", tier)):
        if wanted not in ("", ANY) and key in list(table):
            rows &= table.texts(key).is_in([wanted])
    values = table.numbers(column)[rows]
    values = values[~np.isnan(values)]
    if not len(values):
        return ""
    return _range(float(values.min()), float(values.max()), its, _)


def _column(name: str, column: str) -> Column | None:
    schema = BY_NAME.get(name)
    return next((its for its in schema.columns if its.name == column), None) if schema else None


def _span(table: Table, row: int, column: Column | None, _: Language) -> str:
    low, high = float(table.numbers("low")[row]), float(table.numbers("high")[row])
    return "" if np.isnan(low) or np.isnan(high) else _range(low, high, column, _)


def _range(low: float, high: float, column: Column | None, _: Language) -> str:
    """One amount, or two; fractions in percent."""
    if column is not None and column.is_fraction:
        first, last = _.amount(100 * low), _.amount(100 * high)
        if first == last:
            return f"{last} %"
        return _("{low} to {high} %", low=first, high=last)
    if low == high:
        return _.amount(low)
    return _("{low} to {high}", low=_.amount(low), high=_.amount(high))
