"""What another budget would do, and the least total at every service level: tables with charts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from slopt.problem.evaluate import Evaluation
from slopt.report.workbook.book import BOOKED, EXPECTED, INK, RULE, SECOND, Book, Sheet, span
from slopt.report.workbook.grid import Field, Grid
from slopt.report.workbook.layout import NOW_ROW, TODAY_ROW, Layout
from slopt.report.workbook.offers_sheet import unit_words

Mark = tuple[str, Evaluation, int | None]
"""A plan on a chart: its name, its figures, and the row of totals that it follows, if any."""
SIZE = {"width": 900, "height": 420}
GRID_LINES = {"visible": True, "line": {"color": "#ECEEF1"}}


def write_frontier(book: Book, layout: Layout) -> None:
    """The least lost sales for every budget; nothing where there is no such curve."""
    found, _, words = layout.dossier.by_budget, layout.language, layout.words
    if found is None:
        return
    points = [point for point in found.points if point.evaluation is not None]
    grid = Grid(
        layout.titles.frontier,
        (
            Field("name", "", "text", 30),
            Field("budget", _("budget"), "money", 16),
            *_money_fields(layout),
            Field("price", _("price of one more unit of budget"), "price", 16),
            Field("gap", _("proven within"), "small share", 12),
        ),
        2,
        len(points),
    )
    sheet = book.sheet(grid.sheet)
    sheet.text(0, 0, _("What another budget would do"), "title")
    sheet.text(
        1,
        0,
        _(
            "{unit}. Each row is the plan of least {lost} for its budget, all other limits kept.",
            unit=unit_words(layout),
            lost=words.lost_sales,
        ),
        "caption",
    )
    sheet.head(grid)
    for row, point in enumerate(points, start=grid.first):
        assert point.evaluation is not None
        _write_money(sheet, layout, grid, row, point.evaluation)
        sheet.number(row, grid.place("budget"), point.value, "money")
        sheet.number(row, grid.place("price"), point.price, "price")
        sheet.number(row, grid.place("gap"), point.certified_gap, "small share")
    sheet.freeze(grid)
    knee = None if found.knee is None else found.points[found.knee].evaluation
    more: list[Mark] = [] if knee is None else [(_("knee"), knee, None)]
    marks = _marks(layout) + more
    below = grid.last + 2
    _write_marks(sheet, layout, grid, below, marks)
    last = below + len(marks)
    limit = layout.problem.budget
    plans = [*(point.evaluation for point in points), *(its for _name, its, _row in marks)]
    highest = max(its.lost_sales for its in plans if its is not None)
    if limit is not None:
        for place, lost in enumerate((0.0, highest)):
            sheet.text(last + place, 0, _("budget"))
            sheet.number(last + place, grid.place("service_cost"), limit, "money")
            sheet.number(last + place, grid.place("lost_sales"), lost, "money")
    chart = book.chart("scatter", "straight_with_markers")
    chart.add_series(
        _line(grid, "service_cost", "lost_sales", INK)
        | {
            "marker": {
                "type": "circle",
                "size": 3,
                "fill": {"color": INK},
                "border": {"color": INK},
            }
        }
    )
    if limit is not None:
        chart.add_series(
            {
                "categories": span(grid.sheet, grid.place("service_cost"), last, last + 1),
                "values": span(grid.sheet, grid.place("lost_sales"), last, last + 1),
                "line": {"color": SECOND, "width": 1.25, "dash_type": "dash"},
                "marker": {"type": "none"},
                "name": f"={grid.cell('name', last)}",
                "data_labels": {
                    "series_name": True,
                    "position": "right",
                    "custom": [{"delete": True}, {}],
                },
            }
        )
    _add_marks(chart, grid, "lost_sales", below, marks)
    _set_axes(chart, grid, "service_cost", "lost_sales")
    _insert(sheet, chart, last + 3, _("Least lost sales for every budget."))


def write_by_level(book: Book, layout: Layout) -> None:
    """The least total at every mean service level; nothing where there is no such curve."""
    plans, _ = layout.dossier.by_level, layout.language
    if not plans or not layout.has_levels:
        return
    grid = Grid(
        layout.titles.by_level,
        (Field("name", "", "text", 30), *_money_fields(layout)),
        2,
        len(plans),
    )
    sheet = book.sheet(grid.sheet)
    sheet.text(0, 0, _("The least total at every level"), "title")
    sheet.text(
        1,
        0,
        _("{unit}. Each row is the plan of least total at its level, whatever the budget.",
          unit=unit_words(layout)),
        "caption",
    )  # fmt: skip
    sheet.head(grid)
    for row, its in enumerate(plans, start=grid.first):
        _write_money(sheet, layout, grid, row, its)
    sheet.freeze(grid)
    marks = _marks(layout)
    below = grid.last + 2
    _write_marks(sheet, layout, grid, below, marks)
    chart = book.chart("scatter", "straight")
    for key, color, dash, side in (
        ("total", INK, "solid", "above"),
        ("service_cost", BOOKED, "solid", "below"),
        ("lost_sales", EXPECTED, "dash", "above"),
    ):
        only: list[dict[str, bool]] = [{}, *[{"delete": True}] * (len(plans) - 1)]
        chart.add_series(
            _line(grid, "level", key, color, dash)
            | {
                "name": f"={grid.cell(key, grid.head)}",
                "data_labels": {"series_name": True, "position": side, "custom": only},
            }
        )
    _add_marks(chart, grid, "total", below, marks, x="level")
    _set_axes(chart, grid, "level", "total")
    _insert(sheet, chart, below + len(marks) + 2, _("Least total by service level."))


def _money_fields(layout: Layout) -> list[Field]:
    _, words = layout.language, layout.words
    return [
        *([Field("level", words.service_level, "share", 12)] if layout.has_levels else []),
        Field("service_cost", words.service_cost, "money", 16),
        *(Field(kind, layout.kind_name(kind), "money", 14) for kind in layout.kinds),
        Field("lost_sales", _("expected {lost}", lost=words.lost_sales), "money", 16),
        Field("total", _("total"), "money", 16),
        *([Field("changes", _("moves"), "count", 10)] if layout.has_today else []),
    ]


def _write_money(sheet: Sheet, layout: Layout, grid: Grid, row: int, its: Evaluation) -> None:
    """The figures of a plan; the sums in it are formulas."""
    values: dict[str, Any] = {
        "level": its.service_level,
        "service_cost": its.service_cost,
        **{kind: getattr(its, kind) for kind in layout.kinds},
        "changes": its.changes,
    }
    sheet.cells(grid, row, values)
    parts = "+".join(grid.beside(kind, row) for kind in layout.kinds)
    sheet.formula(row, grid.place("lost_sales"), f"={parts}", its.lost_sales, "money")
    both = f"={grid.beside('service_cost', row)}+{grid.beside('lost_sales', row)}"
    sheet.formula(row, grid.place("total"), both, its.total_cost, "money")


def _marks(layout: Layout) -> list[Mark]:
    """Today and the plan as they stand in the sheet of segments."""
    _, plan = layout.language, layout.dossier.plan
    found: list[Mark] = []
    if plan.current is not None:
        found.append((_("today"), plan.current, TODAY_ROW))
    return [*found, (_("plan"), plan.evaluation, NOW_ROW)]


def _write_marks(sheet: Sheet, layout: Layout, grid: Grid, row: int, marks: Sequence[Mark]) -> None:
    """A row a mark, below the table: those of today and the plan follow the sheet of segments."""
    for place, (name, its, totals) in enumerate(marks, start=row):
        sheet.text(place, grid.place("name"), name)
        if totals is None:
            _write_money(sheet, layout, grid, place, its)
            continue
        for key, value, style in (
            *([("level", its.service_level, "share")] if layout.has_levels else []),
            ("service_cost", its.service_cost, "money"),
            *((kind, getattr(its, kind), "money") for kind in layout.kinds),
            ("lost_sales", its.lost_sales, "money"),
            ("total", its.total_cost, "money"),
        ):
            sheet.formula(place, grid.place(key), f"={layout.total(key, totals)}", value, style)


def _line(grid: Grid, x: str, y: str, color: str, dash: str = "solid") -> dict[str, Any]:
    return {
        "categories": span(grid.sheet, grid.place(x), grid.first, grid.last),
        "values": span(grid.sheet, grid.place(y), grid.first, grid.last),
        "line": {"color": color, "width": 1.75, "dash_type": dash},
    }


def _add_marks(
    chart: Any, grid: Grid, y: str, row: int, marks: Sequence[Mark], x: str = "service_cost"
) -> None:
    """Today pale, the plan dark, others pale diamonds; each with its name beside it."""
    for place, (_name, _its, totals) in enumerate(marks, start=row):
        fill = {"color": INK if totals == NOW_ROW else RULE}
        kind = "diamond" if totals is None else "circle"
        chart.add_series(
            {
                "categories": span(grid.sheet, grid.place(x), place, place),
                "values": span(grid.sheet, grid.place(y), place, place),
                "name": f"={grid.cell('name', place)}",
                "line": {"none": True},
                "marker": {"type": kind, "size": 9, "fill": fill, "border": {"color": INK}},
                "data_labels": {
                    "series_name": True,
                    "value": False,
                    "position": "above" if totals == TODAY_ROW else "below",
                },
            }
        )


def _set_axes(chart: Any, grid: Grid, x: str, y: str) -> None:
    """Axes named after the columns they show; a level as a percentage."""
    plain = {"bold": False, "color": SECOND}
    number = "0.0%" if x == "level" else "#,##0"
    chart.set_x_axis(
        {"name": f"={grid.cell(x, grid.head)}", "name_font": plain, "num_format": number,
         "major_gridlines": GRID_LINES}
    )  # fmt: skip
    chart.set_y_axis(
        {"name": f"={grid.cell(y, grid.head)}", "name_font": plain, "num_format": "#,##0",
         "major_gridlines": GRID_LINES}
    )  # fmt: skip
    chart.set_title({"none": True})
    chart.set_size(SIZE)


def _insert(sheet: Sheet, chart: Any, row: int, description: str) -> None:
    sheet.its.insert_chart(row, 0, chart, {"description": description})
