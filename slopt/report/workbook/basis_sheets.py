"""What the plan rests on: assumptions with their sources, checks of the data, the run's record."""

from __future__ import annotations

from dataclasses import asdict
from enum import Enum

from slopt import __version__
from slopt.case.case import Words
from slopt.case.schema import ANY
from slopt.plan.provenance import assumed_inputs
from slopt.report.column_words import headings
from slopt.report.page.assumptions import kind_name, value_of
from slopt.report.runs_screen import status_words
from slopt.report.workbook.book import Book, Sheet
from slopt.report.workbook.grid import Field, Grid
from slopt.report.workbook.layout import Layout
from slopt.vocabulary import SourceKind

MOST_LOOKED_UP = 2_000
"""Sources above which the value of a column is told for all rows, not for each entry."""


def write_assumptions(book: Book, layout: Layout) -> None:
    """A row a source, then the columns that have none: those count as assumed."""
    _, case = layout.language, layout.dossier.case
    sources = case.table("sources")
    told = {
        name: sources.texts(name).tolist()
        for name in ("table", "column", "segment", "tier", "kind", "source")
    }
    named = set(zip(told["table"], told["column"], strict=True))
    bare = [
        (table, column)
        for table, _dot, column in (name.partition(".") for name in assumed_inputs(case))
        if (table, column) not in named
    ]
    grid = Grid(
        layout.titles.assumptions,
        (
            Field("table", _("table"), "text", 14),
            Field("column", _("column"), "text", 26),
            Field("segment", layout.words.segment, "text", 20),
            Field("tier", layout.words.tier, "text", 16),
            Field("value", _("value"), "text", 20),
            Field("kind", _("how it came about"), "text", 18),
            Field("low", _("at least"), "number", 14),
            Field("high", _("at most"), "number", 14),
            Field("n", _("observed"), "count", 12),
            Field("source", _("source"), "wrap", 70),
        ),
        2,
        len(sources) + len(bare),
    )
    sheet = _table(book, grid, _("What the plan rests on"), case.settings.case.source)
    numbers = {name: sources.numbers(name) for name in ("low", "high", "n")}
    few = len(sources) <= MOST_LOOKED_UP
    for i in range(len(sources)):
        values = {name: its[i] for name, its in told.items()}
        only = {name: told[name][i] for name in ("segment", "tier")} if few else {}
        values["value"] = value_of(case, values["table"], values["column"], _, **only)
        for name in ("segment", "tier"):
            values[name] = _("all") if values[name] in ("", ANY) else values[name]
        values["table"], values["column"] = headings(values["table"], values["column"], _)
        values["kind"] = kind_name(SourceKind(told["kind"][i]), _)
        numbered = {name: float(its[i]) for name, its in numbers.items()}
        sheet.cells(grid, grid.first + i, {**values, **numbered})
    for row, (table, column) in enumerate(bare, start=grid.first + len(sources)):
        sheet.cells(
            grid,
            row,
            {
                **dict(zip(("table", "column"), headings(table, column, _), strict=True)),
                "segment": _("all"),
                "tier": _("all"),
                "value": value_of(case, table, column, _),
                "kind": kind_name(SourceKind.ASSUMED, _),
                "source": _("No source is given."),
            },
        )
    sheet.freeze(grid, 2)


def write_checks(book: Book, layout: Layout) -> None:
    """A row a warning of the data; nothing where there is none."""
    _, problems = layout.language, layout.dossier.warnings
    if not problems:
        return
    grid = Grid(
        layout.titles.checks,
        (
            Field("file", _("file"), "text", 22),
            Field("row", _("row"), "count", 8),
            Field("column", _("column"), "text", 22),
            Field("value", _("value"), "text", 22),
            Field("message", _("what was found"), "wrap", 60),
            Field("remedy", _("what to do"), "wrap", 60),
        ),
        2,
        len(problems),
    )
    sheet = _table(book, grid, _("What the checks of the data found"), "")
    for row, its in enumerate(problems, start=grid.first):
        values = {name: getattr(its, name) for name in ("file", "row", "column", "value")}
        said = {"message": _.tell(its.message), "remedy": _.tell(its.remedy)}
        sheet.cells(grid, row, {**values, **said})
    sheet.freeze(grid)


def write_record(book: Book, layout: Layout) -> None:
    """What was solved, by what, with which settings: enough to have it again."""
    _ = layout.language
    rows = _record(layout)
    grid = Grid(
        layout.titles.record,
        (Field("key", _("what"), "text", 34), Field("value", _("value"), "wrap", 90)),
        2,
        len(rows),
    )
    caption = _("The hash tells whether another case is the same one.")
    sheet = _table(book, grid, _("How this plan came about"), caption)
    for row, (key, value) in enumerate(rows, start=grid.first):
        sheet.cells(grid, row, {"key": key, "value": value})
    sheet.its.freeze_panes(grid.first, 0)
    sheet.its.repeat_rows(grid.head)


def _record(layout: Layout) -> list[tuple[str, str]]:
    _, dossier = layout.language, layout.dossier
    plan, case = dossier.plan, dossier.case
    certificate = plan.certificate
    rows = [
        (_("case"), case.settings.case.name),
        (_("case hash (SHA-256)"), case.hash),
        (_("run"), dossier.run or _("not recorded")),
        (_("made on"), dossier.made.isoformat(timespec="seconds")),
        (_("slopt version"), __version__),
        (_("solver"), plan.outcome.solver),
        (_("method"), plan.outcome.method.value),
        (_("why this method"), _.tell(plan.outcome.why)),
        (_("status"), status_words(plan.status.value, _)),
        (_("objective"), f"{plan.objective:.12g}"),
        (_("bound"), _written(plan.bound)),
        (_("gap"), _written(plan.gap)),
        (_("certified bound"), _written(certificate.bound if certificate else None)),
        (_("certified gap"), _written(certificate.gap if certificate else None)),
        (_("seconds of solving"), f"{plan.outcome.seconds:.3f}"),
        (_("If the numbers are wrong"), _.tell(dossier.no_futures)),
    ]
    settings = asdict(case.settings)
    usual = asdict(Words())
    for section, its in settings.items():
        for key, value in its.items():
            if value not in (None, "") and not (section == "words" and value == usual[key]):
                rows.append((f"{section}.{key}", _setting(value)))
    return [(key, value) for key, value in rows if value]


def _written(value: float | None) -> str:
    return "" if value is None else f"{value:.12g}"


def _setting(value: object) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _table(book: Book, grid: Grid, title: str, caption: str) -> Sheet:
    sheet = book.sheet(grid.sheet)
    sheet.text(0, 0, title, "title")
    if caption:
        sheet.text(1, 0, caption, "caption")
    sheet.head(grid)
    return sheet
