"""The money from today to the plan, in steps that follow the sheet of segments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from slopt.report.workbook.book import (
    BOOKED,
    EXPECTED,
    EXPECTED_GROUND,
    INK,
    Book,
    Sheet,
    clean,
    span,
)
from slopt.report.workbook.grid import Field, Grid
from slopt.report.workbook.layout import NOW_ROW, TODAY_ROW, Layout
from slopt.report.workbook.offers_sheet import unit_words

LONGEST_LABEL = 40
SUM_OF_DEARER, SUM_OF_CHEAPER = 'SUMIF({},">0")', 'SUMIF({},"<0")'


@dataclass(frozen=True)
class _Step:
    name: str
    formula: str
    amount: float
    is_booked: bool


def bridge_grid(layout: Layout) -> Grid:
    """Where the steps stand: today, a row a step, the plan."""
    _, words = layout.language, layout.words
    fields = (
        Field("step", _("step"), "text", 34),
        Field("label", _("on the chart"), "text", 40),
        Field("amount", _("amount"), "signed money", 16),
        Field("begin", _("from"), "money", 16),
        Field("end", _("to"), "money", 16),
        Field("base", _("below the bar"), "money", 16),
        Field("booked", words.service_cost, "money", 16),
        Field("expected", _("expected {lost}", lost=words.lost_sales), "money", 16),
    )
    return Grid(layout.titles.bridge, fields, 2, len(_steps(layout)) + 2)


def write_bridge(book: Book, layout: Layout) -> None:
    """The table and its chart."""
    _, grid, plan = layout.language, bridge_grid(layout), layout.dossier.plan
    assert plan.current is not None
    sheet = book.sheet(grid.sheet)
    sheet.text(0, 0, _("From today to the plan"), "title")
    sheet.text(
        1,
        0,
        _("{unit}. Solid: booked. Hatched: expected, booked nowhere.", unit=unit_words(layout)),
        "caption",
    )
    sheet.head(grid)
    _write_end(sheet, layout, grid, grid.first, _("Today"), TODAY_ROW)
    level = plan.current.total_cost
    for row, step in enumerate(_steps(layout), start=grid.first + 1):
        at = {its.key: grid.beside(its.key, row) for its in grid.fields}
        sheet.text(row, 0, step.name)
        _write_label(sheet, grid, row, step.name, "amount", step.amount, "text")
        begin, end = level, level + step.amount
        bar, none = ("booked", "expected") if step.is_booked else ("expected", "booked")
        for key, formula, value, style in (
            ("amount", step.formula, step.amount, "signed money"),
            ("begin", f"={grid.beside('end', row - 1)}", begin, "money"),
            ("end", f"={at['begin']}+{at['amount']}", end, "money"),
            ("base", f"=MIN({at['begin']},{at['end']})", min(begin, end), "money"),
            (bar, f"=ABS({at['amount']})", abs(step.amount), "money"),
        ):
            sheet.formula(row, grid.place(key), formula, value, style)
        sheet.number(row, grid.place(none), 0.0, "money")
        level = end
    _write_end(sheet, layout, grid, grid.last, _("Plan"), NOW_ROW)
    sheet.its.freeze_panes(grid.first, 1)
    sheet.its.repeat_rows(grid.head)
    insert_bridge(book, sheet, layout, grid.last + 2, 0)


def _write_end(sheet: Sheet, layout: Layout, grid: Grid, row: int, name: str, totals: int) -> None:
    """Today or the plan: its two parts, stacked."""
    plan = layout.dossier.plan
    its = plan.current if totals == TODAY_ROW else plan.evaluation
    assert its is not None
    sheet.line(row, 0, grid.right, style := "strong plain" if totals == TODAY_ROW else "sum plain")
    emphasis = style.split()[0]
    sheet.text(row, 0, name, style)
    _write_label(sheet, grid, row, name, "end", its.total_cost, style)
    for key, total, value in (
        ("end", "total", its.total_cost),
        ("booked", "service_cost", its.service_cost),
        ("expected", "lost_sales", its.lost_sales),
    ):
        formula = f"={layout.total(total, totals)}"
        sheet.formula(row, grid.place(key), formula, value, f"{emphasis} money")
    sheet.number(row, grid.place("base"), 0.0, f"{emphasis} money")


def _steps(layout: Layout) -> list[_Step]:
    """Dearer and cheaper moves apart, what is no sum over segments, each kind of lost sales."""
    _, words = layout.language, layout.words
    problem, plan = layout.problem, layout.dossier.plan
    then, now = plan.evaluation, plan.current
    assert now is not None
    row = np.arange(len(plan.choice))
    change = problem.service_cost[row, plan.choice] - problem.service_cost[row, problem.current]
    found = [
        _Step(
            _("{cost}: dearer moves", cost=words.service_cost),
            f"={layout.rows_summed('d_cost', SUM_OF_DEARER)}",
            float(change[change > 0].sum()),
            True,
        ),
        _Step(
            _("{cost}: cheaper moves", cost=words.service_cost),
            f"={layout.rows_summed('d_cost', SUM_OF_CHEAPER)}",
            float(change[change < 0].sum()),
            True,
        ),
    ]
    shared = then.open_cost + then.extra_cost - now.open_cost - now.extra_cost
    if problem.open_cost.any() or problem.extra_premium.any():
        found.append(
            _Step(
                _("open tiers, extra units"),
                f"={layout.total('d_cost')}-({layout.rows_summed('d_cost')})",
                shared,
                True,
            )
        )
    for kind in layout.kinds:
        formula = f"={layout.total(kind)}-{layout.total(kind, TODAY_ROW)}"
        amount = getattr(then, kind) - getattr(now, kind)
        found.append(_Step(layout.kind_name(kind), formula, amount, False))
    return found


def insert_bridge(book: Book, sheet: Sheet, layout: Layout, row: int, column: int) -> None:
    """The steps as stacked bars, the first at the top; the amounts stand at the bars."""
    grid = bridge_grid(layout)
    chart = book.chart("bar", "stacked")
    names = span(grid.sheet, grid.place("label"), grid.first, grid.last)

    def series(key: str, look: dict[str, Any]) -> None:
        values = span(grid.sheet, grid.place(key), grid.first, grid.last)
        chart.add_series({"categories": names, "values": values, "gap": 45, **look})

    series("base", {"fill": {"none": True}, "border": {"none": True}})
    series("booked", {"fill": {"color": BOOKED}, "border": {"none": True}})
    hatched = {"pattern": "wide_upward_diagonal", "fg_color": EXPECTED, "bg_color": EXPECTED_GROUND}
    series("expected", {"pattern": hatched, "border": {"color": EXPECTED}})
    chart.set_y_axis(
        {
            "reverse": True,
            "num_font": {"color": INK, "size": 10},
            "line": {"color": INK},
            "major_tick_mark": "none",
        }
    )
    chart.set_x_axis(
        {
            "num_format": "#,##0",
            "major_gridlines": {"visible": True, "line": {"color": "#ECEEF1"}},
            "min": 0,
            "label_position": "high",
            "line": {"none": True},
            "major_tick_mark": "none",
        }
    )
    chart.set_title({"none": True})
    chart.set_size({"width": 900, "height": 60 + 34 * grid.count})
    sheet.its.insert_chart(
        row,
        column,
        chart,
        {"description": layout.language("The steps of the money from today to the plan.")},
    )


def _write_label(
    sheet: Sheet, grid: Grid, row: int, name: str, key: str, amount: float, style: str
) -> None:
    """What the chart calls a step: its name with its amount, which follows the cells."""
    cell, step = grid.beside(key, row), grid.beside("step", row)
    decimals = 0 if "." not in sheet.book.digits else 2
    sign = f'IF({cell}>0,"+","")&' if key == "amount" else ""
    formula = f'=LEFT({step},{LONGEST_LABEL})&"   "&{sign}FIXED({cell},{decimals})'
    plus = "+" if key == "amount" and amount > 0 else ""
    value = f"{clean(name)[:LONGEST_LABEL]}   {plus}{amount:,.{decimals}f}"
    sheet.formula(row, grid.place("label"), formula, value, style)
