"""What stock rooms and desks are given: a row an item, a row a pool and block of time."""

from __future__ import annotations

from slopt.economics.generated import PlanFile
from slopt.plan.parts import files_of_sources
from slopt.report.column_words import headings
from slopt.report.workbook.book import MOST_ROWS, Book, field_of_texts
from slopt.report.workbook.grid import Field, Grid
from slopt.report.workbook.layout import Layout
from slopt.report.workbook.offers_sheet import unit_words

STOCK, STAFF = "stock.csv", "staff.csv"
NAMES = {STOCK: ("room", "item"), STAFF: ("desk", "design", "pool", "block")}
"""The columns of names, which come first."""
TABLES = {"room": "items", "item": "items", "desk": "agent_pools", "design": "agent_pools",
          "pool": "agent_pools", "block": "time_blocks"}  # fmt: skip
"""Where the word for a column of names stands."""


def write_parts(book: Book, layout: Layout) -> None:
    """A sheet for the stocks and one for the agents; nothing for what a case has not."""
    _, plan = layout.language, layout.dossier.plan
    files = files_of_sources(plan.problem, plan.choice)
    if STOCK in files:
        title = _("What each item is given")
        _write(book, layout, files[STOCK], layout.titles.stock, title, STOCK)
    if STAFF in files:
        title = _("How many agents each pool has, block by block")
        _write(book, layout, files[STAFF], layout.titles.staff, title, STAFF)


def _write(
    book: Book, layout: Layout, file: PlanFile, sheet_title: str, title: str, name: str
) -> None:
    """The columns that a planner reads; the files of --out have all."""
    _, rows = layout.language, file.rows[: MOST_ROWS - 10]
    named = [column for column in NAMES[name] if any(row.get(column) for row in rows)]
    fields = [
        field_of_texts(
            column,
            headings(TABLES[column], column, _)[1],
            [str(row.get(column) or "") for row in rows],
        )
        for column in named
    ]
    fields += [its for its in _figures(layout, name) if its.key in file.columns]
    grid = Grid(sheet_title, tuple(fields), 2, len(rows))
    sheet = book.sheet(grid.sheet)
    sheet.text(0, 0, title, "title")
    sheet.text(
        1, 0, _("{unit}. As planned; these rows do not change.", unit=unit_words(layout)), "caption"
    )
    sheet.head(grid)
    for place, row in enumerate(rows, start=grid.first):
        names = {column: str(row.get(column) or "") for column in named}
        sheet.cells(grid, place, {**row, **names})
    sheet.freeze(grid, len(named))


def _figures(layout: Layout, name: str) -> list[Field]:
    """The figures of a file by their columns."""
    _, words = layout.language, layout.words
    kinds = [Field(kind, layout.kind_name(kind), "money", 14) for kind in layout.kinds]
    if name == STOCK:
        return [
            Field("level", _("order point, order up to, or bought"), "units", 14),
            Field("order_quantity", _("order quantity"), "units", 14),
            Field("safety_stock", _("safety stock"), "units", 14),
            Field("mean_stock", _("stock on average"), "units", 14),
            Field("stock_value", _("value of the stock"), "money", 14),
            Field("fill_rate", _("units filled"), "share", 12),
            Field("units_short", _("units short"), "units", 12),
            Field("service_cost", words.service_cost, "money", 16),
            *kinds,
        ]
    return [
        Field("agents", _("agents"), "count", 12),
        Field("occupancy", _("busy"), "share", 12),
        Field("calls", _("calls"), "count", 14),
        Field("answered_in_time", _("answered in time"), "share", 12),
        Field("abandonment", _("abandoned"), "share", 12),
        Field("service_cost", words.service_cost, "money", 16),
        *kinds,
    ]
