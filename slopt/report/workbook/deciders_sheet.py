"""Stock rooms and desks as planned: numbers that the totals of the plan take in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from slopt.problem.generated.columns import Part
from slopt.report.offer_words import offer_words
from slopt.report.workbook.book import Book
from slopt.report.workbook.layout import Layout
from slopt.report.workbook.offers_sheet import unit_words


def write_deciders(book: Book, layout: Layout) -> None:
    """A row a stock room or desk; nothing where a case has none."""
    _, grid, problem = layout.language, layout.deciders, layout.problem
    if not grid.count:
        return
    sheet = book.sheet(grid.sheet)
    sheet.text(0, 0, _("Stock rooms and desks as planned"), "title")
    sheet.text(
        1,
        0,
        _(
            "{unit}. These rows do not change in the workbook; the totals of the sheet {sheet} "
            "have them in.",
            unit=unit_words(layout),
            sheet=layout.titles.segments,
        ),
        "caption",
    )
    sheet.head(grid)
    for place in range(grid.count):
        sheet.cells(grid, grid.first + place, _cells(layout, problem.segment_count + place))
    sheet.freeze(grid, 1)


def _cells(layout: Layout, row: int) -> Mapping[str, Any]:
    """What stands in the row of a stock room or a desk."""
    _, problem, choice = layout.language, layout.problem, layout.dossier.plan.choice
    column, current = int(choice[row]), int(problem.current[row])
    is_stock = problem.part_of_row(row) is Part.STOCK
    cost, lost = problem.service_cost[row], problem.lost_sales[row]
    found: dict[str, Any] = {
        "name": problem.segments[row],
        "kind": _("stock room") if is_stock else _("desk of agents"),
        "what": offer_words(problem, row, column, _),
        "service_cost": cost[column],
        **{kind: getattr(problem, kind)[row, column] for kind in layout.kinds},
        "lost_sales": lost[column],
        "total": cost[column] + lost[column],
        **{f"use {r}": problem.use[r, row, column] for r in range(len(problem.resources))},
        "moved": int(problem.changed[row, column]),
    }
    if current >= 0:
        found["d_cost"] = cost[column] - cost[current]
        found["d_lost"] = lost[column] - lost[current]
        found["d_total"] = found["d_cost"] + found["d_lost"]
    return {key: float(its) if isinstance(its, np.floating) else its for key, its in found.items()}
