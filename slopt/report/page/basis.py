"""Page three, what it rests on: assumptions with their sources, data checks, the whole plan."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

import numpy as np

from slopt import __version__
from slopt.case.case import Table
from slopt.case.schema import ANY, BY_NAME
from slopt.engine.reporting import Dossier
from slopt.plan.provenance import assumed_inputs
from slopt.report.language import Language
from slopt.report.numbers import Unit, percent
from slopt.report.page.names import middle_cut
from slopt.vocabulary import SourceKind

MOST_SOURCES = 16
MOST_CHECKS = 12
LONGEST_SOURCE = 120
LONGEST_CHECK = 300
MOST_PRINTED = 400
"""Segments up to which the whole plan is printed; beyond, it is on the screen only."""
MOST_ROWS = 10_000
"""Segments up to which it is on the page at all."""


@dataclass(frozen=True)
class SourceRow:
    """A number that the plan rests on, how it came about, and what it may be."""

    name: str
    value: str
    kind: str
    span: str
    source: str


@dataclass(frozen=True)
class PlanRow:
    """A segment of the plan; `is_only` where it had one tier to choose from."""

    segment: str
    tier: str
    level: str
    cost: str
    lost: str
    moved: bool
    is_only: bool


@dataclass(frozen=True)
class Basis:
    """Page three, ready to be set."""

    sources: tuple[SourceRow, ...]
    sources_more: str
    assumed: str
    checks: tuple[str, ...]
    checks_more: str
    no_checks: str
    plan: tuple[PlanRow, ...]
    plan_unit: str
    is_printed: bool
    not_shown: str
    record: str


def basis_of(dossier: Dossier, _: Language) -> Basis:
    """Page three of a dossier."""
    unit, rows = _plan(dossier, _)
    checks = [middle_cut(str(problem), LONGEST_CHECK) for problem in dossier.warnings]
    more = len(checks) - MOST_CHECKS
    sources = _sources(dossier, _)
    rest = len(sources) - MOST_SOURCES
    return Basis(
        sources[:MOST_SOURCES],
        _.count("{n} more column with a source.", "{n} more columns with sources.", rest)
        if rest > 0
        else "",
        _assumed(dossier, _),
        tuple(checks[:MOST_CHECKS]),
        _.count("{n} more", "{n} more", more) if more > 0 else "",
        _("The run has the numbers as they were read.")
        if dossier.is_recorded
        else _("Every table was read without a warning."),
        rows,
        _.unit_head(unit, dossier.case.settings.case),
        len(rows) <= MOST_PRINTED,
        _not_shown(dossier, len(rows), _),
        _record(dossier, _),
    )


def kind_name(kind: SourceKind, _: Language) -> str:
    """How a number came about, in words."""
    return {
        SourceKind.MEASURED: _("measured"),
        SourceKind.FITTED: _("fitted"),
        SourceKind.PUBLISHED: _("published"),
        SourceKind.ASSUMED: _("assumed"),
    }[kind]


def _sources(dossier: Dossier, _: Language) -> tuple[SourceRow, ...]:
    """A row for each column with a source, the least sure first; rows of single cells together."""
    table = dossier.case.table("sources")
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
        found.append(
            (
                -kinds.index(kind),
                SourceRow(
                    f"{name}: {column}",
                    _value(dossier, name, column, _),
                    kind_name(kind, _),
                    _span(table, rows[0], _) if whole else "",
                    textwrap.shorten(source, LONGEST_SOURCE, placeholder=" …"),
                ),
            )
        )
    found.sort(key=lambda pair: pair[0])
    return tuple(row for _rank, row in found)


def _span(table: Table, row: int, _: Language) -> str:
    low, high = table.numbers("low")[row], table.numbers("high")[row]
    if np.isnan(low) or np.isnan(high):
        return ""
    return _("{low} to {high}", low=_.amount(float(low)), high=_.amount(float(high)))


def _value(dossier: Dossier, name: str, column: str, _: Language) -> str:
    """The number where the case has one only for all rows, else their range."""
    schema = BY_NAME.get(name)
    known = schema is not None and any(its.name == column for its in schema.columns)
    if schema is None or not known or not schema.column(column).is_number:
        return ""
    values = dossier.case.table(name).numbers(column)
    values = values[~np.isnan(values)]
    if not len(values):
        return ""
    low, high = float(values.min()), float(values.max())
    if low == high:
        return _.amount(low)
    return _("{low} to {high}", low=_.amount(low), high=_.amount(high))


def _assumed(dossier: Dossier, _: Language) -> str:
    """Columns without a source, which count as assumed."""
    named = {
        f"{table}.{column}"
        for table, column in zip(
            dossier.case.table("sources").texts("table"),
            dossier.case.table("sources").texts("column"),
            strict=True,
        )
    }
    names = [name for name in assumed_inputs(dossier.case) if name not in named]
    if not names:
        return ""
    return _(
        "No source is given for {columns}: they count as assumed.", columns=_(", ").join(names)
    )


def _plan(dossier: Dossier, _: Language) -> tuple[Unit, tuple[PlanRow, ...]]:
    plan, problem = dossier.plan, dossier.problem
    row = np.arange(len(plan.choice))
    cost, lost = problem.service_cost[row, plan.choice], problem.lost_sales[row, plan.choice]
    unit = _.rows_unit([float(cost.max(initial=0.0)), float(lost.max(initial=0.0))])
    if len(row) > MOST_ROWS:
        return unit, ()
    level = problem.service_level[row, plan.choice]
    only = problem.admissible.sum(axis=1) == 1
    moved = set(plan.moves) if plan.current is not None else set()
    return unit, tuple(
        PlanRow(
            problem.segments[s],
            problem.tiers[int(plan.choice[s])],
            percent(float(level[s])),
            unit.plain(float(cost[s])),
            unit.plain(float(lost[s])),
            s in moved,
            bool(only[s]),
        )
        for s in row.tolist()
    )


def _not_shown(dossier: Dossier, shown: int, _: Language) -> str:
    segments = len(dossier.problem.segments)
    words = _.words(dossier.case.settings.words)
    if not shown:
        return _(
            "The plan of {segments} is too long for a page: slopt solve with --out DIR writes it.",
            segments=_.counted(segments, words.segment),
        )
    return ""


def _record(dossier: Dossier, _: Language) -> str:
    plan, solve = dossier.plan, dossier.case.settings.solve
    if dossier.is_brought:
        return _(
            "Case {hash} (SHA-256, first 12), slopt {version}, plan brought and priced.",
            hash=dossier.case.hash[:12],
            version=__version__,
        )
    solved = _(
        "Case {hash} (SHA-256, first 12), slopt {version}, {route}, seed {seed}, gap asked {gap}, "
        "solved in {seconds} s.",
        hash=dossier.case.hash[:12],
        version=__version__,
        route=plan.outcome.method.value,
        seed=solve.seed,
        gap=f"{solve.gap:g}",
        seconds=f"{plan.outcome.seconds:.2f}",
    )
    if not dossier.is_recorded:
        return solved
    kept = _(
        "The plan is that of the run as it was; limits, alternatives and curves around it were "
        "worked out for this page from the inputs of the run."
    )
    return _.sentences([solved, kept])
