"""Page three, what it rests on: assumptions with their sources, data checks, the whole plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopt import __version__
from slopt.engine.reporting import Dossier
from slopt.errors import Problem
from slopt.problem.generated.columns import Part
from slopt.report.charts.labels import text_width
from slopt.report.language import Language
from slopt.report.numbers import Unit, percent
from slopt.report.offer_words import offer_words
from slopt.report.page.assumptions import SourceRow, assumptions_of
from slopt.report.page.groups import MOST_IN_FULL, Group, groups_of
from slopt.report.page.moves import knows_moves
from slopt.report.page.names import decimals_of_levels, middle_cut
from slopt.report.words import capital
from slopt.sayings import in_a_row
from slopt.study.parts import part_by_row

MOST_SOURCES = 16
FEW_UNSOURCED = 3
"""Numbers without a source from which on they share one line."""
MOST_CHECKS = 12
LONGEST_CHECK = 300
FEW_ROWS = 8
TEXT_PX, GUTTER, BETWEEN = 688, 12, 20
"""Px of the text, of the space that a column of it gives up, and between its cells."""
WIDEST_LETTERS = 5.5
"""Px by which the widest letters are wider than others."""
SHORT_NAME = 72
SMALL = 0.82
"""Of the width of the text of charts: that of the whole plan."""
ON_ONE_LINE = 0.7
"""The share of rows at least that should take one line."""
MOST_PRINTED = 400
"""Segments up to which the whole plan is printed; beyond, it is on the screen only."""


@dataclass(frozen=True)
class PlanRow:
    """A segment of the plan; `is_only` where it had one tier to choose from."""

    segment: str
    id: str
    tier: str
    level: str
    cost: str
    lost: str
    moved: bool
    is_only: bool

    @property
    def is_short(self) -> bool:
        """True where the name stays on one line."""
        return _width(self.segment) <= SHORT_NAME


@dataclass(frozen=True)
class Basis:
    """Page three, ready to be set."""

    sources: tuple[SourceRow, ...]
    unsourced: str
    sources_more: str
    checks: tuple[str, ...]
    checks_more: str
    no_checks: str
    plan: tuple[PlanRow, ...]
    plan_unit: str
    columns: int
    is_printed: bool
    groups: tuple[Group, ...]
    groups_unit: str
    groups_say: str
    record: str
    no_futures: str

    @property
    def has_spans(self) -> bool:
        """True where a source says what its number may be."""
        return any(row.span for row in self.sources)


def basis_of(dossier: Dossier, _: Language) -> Basis:
    """Page three of a dossier."""
    unit, rows = _plan(dossier, _)
    totals, groups = groups_of(dossier, _)
    checks = [middle_cut(_check(problem, _), LONGEST_CHECK) for problem in dossier.warnings]
    more = len(checks) - MOST_CHECKS
    sources, unsourced = _apart(assumptions_of(dossier, _), _)
    rest = len(sources) - MOST_SOURCES
    words = _.words(dossier.case.settings.words)
    return Basis(
        sources[:MOST_SOURCES],
        unsourced,
        _.count(
            "{n} more number: the workbook has all of them.",
            "{n} more numbers: the workbook has all of them.",
            rest,
        )
        if rest > 0
        else "",
        tuple(checks[:MOST_CHECKS]),
        _.count("{n} more", "{n} more", more) if more > 0 else "",
        _("The run has the numbers as they were read.")
        if dossier.is_recorded
        else _("Every table was read without a warning."),
        rows,
        _.unit_head(unit, dossier.case.settings.case),
        _columns(rows, (capital(words.service_cost), capital(words.lost_sales))),
        len(rows) <= MOST_PRINTED,
        groups,
        _.unit_head(totals, dossier.case.settings.case),
        _groups_say(dossier, groups, _),
        _record(dossier, _),
        _.tell(dossier.no_futures),
    )


def _apart(rows: tuple[SourceRow, ...], _: Language) -> tuple[tuple[SourceRow, ...], str]:
    """Rows of the table, and in one line the numbers that have no source where they are many."""
    bare = [row for row in rows if row.is_unsourced]
    if len(bare) < FEW_UNSOURCED:
        return rows, ""
    named = [f"{capital(row.name)} {row.value}".rstrip() for row in bare]
    return tuple(row for row in rows if not row.is_unsourced), _("; ").join(named)


def _plan(dossier: Dossier, _: Language) -> tuple[Unit, tuple[PlanRow, ...]]:
    plan, problem = dossier.plan, dossier.problem
    row = np.arange(len(plan.choice))
    cost, lost = problem.service_cost[row, plan.choice], problem.lost_sales[row, plan.choice]
    unit = _.rows_unit([float(cost.max(initial=0.0)), float(lost.max(initial=0.0))])
    if len(row) > MOST_IN_FULL:
        return unit, ()
    level = problem.service_level[row, plan.choice]
    places = decimals_of_levels(dossier)
    only, kinds = problem.admissible.sum(axis=1) == 1, part_by_row(problem)
    moved = set(plan.moves) if knows_moves(plan) else set()
    return unit, tuple(
        PlanRow(
            dossier.names[s],
            problem.segments[s],
            offer_words(problem, s, int(plan.choice[s]), _),
            "" if kinds[s] is Part.SERVED else percent(float(level[s]), places),
            unit.plain(float(cost[s])),
            unit.plain(float(lost[s])),
            s in moved,
            bool(only[s]),
        )
        for s in row.tolist()
    )


def _columns(rows: tuple[PlanRow, ...], heads: tuple[str, str]) -> int:
    """Columns of the whole plan beside each other; `heads` are those of the two amounts.

    As many as leave room for the longest word of each cell and for most rows on one line; a few
    rows need no second column.
    """
    if len(rows) <= FEW_ROWS:
        return 1
    cost, lost = heads
    amounts = max(_widest(cost), *(_width(row.cost) for row in rows))
    amounts += max(_widest(lost), *(_width(row.lost) for row in rows))
    names = [(middle_cut(row.segment), middle_cut(row.tier, 12)) for row in rows]
    word = max(_widest(tier) for _name, tier in names)
    word += max(
        _width(row.segment) if row.is_short else _widest(name)
        for row, (name, _tier) in zip(rows, names, strict=True)
    )
    whole = sorted(_width(name) + _width(tier) for name, tier in names)
    line = whole[int(ON_ONE_LINE * (len(whole) - 1))]
    wide = SMALL * (max(word, line) + amounts + _width("100.0")) + BETWEEN
    return next((count for count in (3, 2) if wide <= TEXT_PX / count - GUTTER), 1)


def _width(text: str) -> float:
    """Px of a text in which the widest letters count as such."""
    return text_width(text) + WIDEST_LETTERS * sum(text.count(sign) for sign in "MW@")


def _widest(text: str) -> float:
    """Px of the longest word."""
    return max((_width(word) for word in text.split()), default=0.0)


def _check(problem: Problem, _: Language) -> str:
    """A warning with its place, as `slopt check` says it."""
    text = _.tell(in_a_row(problem.message, problem.remedy)).strip()
    row = _("row {row}", row=problem.row) if problem.row else None
    place = " ".join(part for part in (problem.file, row, problem.column) if part)
    return _("{place}: {text}", place=place, text=text) if place else text


def _groups_say(dossier: Dossier, groups: tuple[Group, ...], _: Language) -> str:
    """Where the figures of each segment are, and their names where not even these are here."""
    if not groups:
        return ""
    words = _.words(dossier.case.settings.words)
    if groups[0].names:
        return _(
            "The workbook has the figures of each {segment}: slopt report --xlsx FILE.xlsx writes "
            "it. On the screen all names stand below; the browser finds them.",
            segment=words.segment,
        )
    return _(
        "The plan of {segments} is too long for a page: slopt solve with --out DIR writes it, and "
        "slopt report --xlsx FILE.xlsx makes a workbook of it.",
        segments=_.counted(dossier.problem.segment_count, words.segment),
    )


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
