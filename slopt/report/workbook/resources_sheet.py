"""What segments share, and the limits: how much the plan uses, what is left, what more is worth."""

from __future__ import annotations

import numpy as np

from slopt.plan.plan import Price
from slopt.report.page.names import limit_name
from slopt.report.workbook.book import Book, Sheet
from slopt.report.workbook.layout import Layout

LEVEL = "min_service_level"
COUNTS = ("max_tiers", "max_changes")


def write_resources(book: Book, layout: Layout) -> None:
    """Resources, limits, the menu and pools of prospects, each a table where there is any."""
    _ = layout.language
    sheet = book.sheet(layout.titles.resources)
    sheet.text(0, 0, _("Resources, limits and the menu"), "title")
    sheet.text(
        1,
        0,
        _(
            "Uses follow the sheet {sheet}. A price is what one unit more would gain if tiers "
            "could be mixed; the next step is the least relief that really makes a better plan "
            "possible. Prices are those of the plan as made.",
            sheet=layout.titles.segments,
        ),
        "caption",
    )
    for column, its in enumerate(layout.resources.fields):
        widest = max(
            grid.fields[column].width
            for grid in (layout.resources, layout.limits, layout.tiers, layout.pools)
            if column < len(grid.fields)
        )
        sheet.its.set_column(column, column, max(widest, its.width))
    _write_resources(sheet, layout)
    _write_limits(sheet, layout)
    _write_menu(sheet, layout)
    _write_pools(sheet, layout)


def _write_resources(sheet: Sheet, layout: Layout) -> None:
    grid, problem, plan = layout.resources, layout.problem, layout.dossier.plan
    if not grid.count:
        return
    sheet.head(grid, sets_widths=False)
    prices = {price.name: price for price in plan.prices}
    for r, name in enumerate(problem.resources):
        row = grid.first + r
        used, capacity = float(plan.evaluation.used[r]), float(problem.capacity[r])
        available, extra = float(problem.extra_capacity[r]), float(plan.evaluation.extra[r])
        premium = float(problem.extra_premium[r])
        at = {its.key: grid.beside(its.key, row) for its in grid.fields}
        sheet.cells(
            grid,
            row,
            {
                "resource": name,
                "today": None if plan.current is None else float(plan.current.used[r]),
                "capacity": capacity,
                "available": available,
                "premium": premium,
                **_priced(prices.get(name)),
            },
        )
        for key, formula, value, style in (
            ("used", f"={layout.total(f'use {r}')}", used, "units"),
            ("extra", f"=MAX(0,{at['used']}-{at['capacity']})", extra, "units"),
            ("extra_cost", f"={at['extra']}*{at['premium']}", extra * premium, "money"),
            ("room", f"={at['capacity']}+{at['available']}-{at['used']}",
             capacity + available - used, "units"),
        ):  # fmt: skip
            sheet.formula(row, grid.place(key), formula, value, style)
        _write_kept(sheet, layout, row, at["room"], at["used"], capacity + available - used, used)


def _write_kept(
    sheet: Sheet, layout: Layout, row: int, room: str, used: str, left: float, uses: float
) -> None:
    """Whether a limit is kept, but for rounding."""
    _ = layout.language
    yes, no = _("kept"), _("broken")
    kept = left >= -2e-9 * max(1.0, abs(uses))
    formula = f'=IF({room}>=-0.000000002*MAX(1,ABS({used})),"{yes}","{no}")'
    sheet.formula(row, layout.resources.place("kept"), formula, yes if kept else no, "note")


def _priced(price: Price | None) -> dict[str, float | None]:
    """What is known of the worth of one unit more."""
    if price is None:
        return {}
    return {"price": price.relaxation, "next": price.next_step, "gain": price.next_gain}


def _write_limits(sheet: Sheet, layout: Layout) -> None:
    grid, plan = layout.limits, layout.dossier.plan
    if not grid.count:
        return
    _, tiers = layout.language, layout.tiers
    sheet.head(grid, sets_widths=False)
    uses = {
        "budget": f"={layout.total('service_cost')}",
        "max_tiers": f'=COUNTIF({tiers.span("count")},">0")' if tiers.count else "=0",
        "max_changes": moves_formula(layout),
        LEVEL: f"={layout.total('level')}" if layout.has_levels else "=0",
        "max_lost_sales": f"={layout.total('lost_sales')}",
    }
    prices = {price.name: price for price in plan.prices}
    today = {} if plan.current is None else {its.name: its.used for its in plan.current.limits}
    for row, name in enumerate(layout.own_limits, start=grid.first):
        price = prices[name]
        used, limit = price.use.used, price.use.limit
        style = "small share" if name == LEVEL else "count" if name in COUNTS else "money"
        sheet.text(row, 0, limit_name(name, _))
        for key, value in (("today", today.get(name)), ("capacity", limit)):
            if grid.has(key):
                sheet.number(row, grid.place(key), value, style)
        sheet.formula(row, grid.place("used"), uses[name], used, style)
        at = {key: grid.beside(key, row) for key in ("used", "capacity", "room")}
        more, less = (at["used"], at["capacity"]) if name == LEVEL else (at["capacity"], at["used"])
        room = used - limit if name == LEVEL else limit - used
        sheet.formula(row, grid.place("room"), f"={more}-{less}", room, style)
        _write_kept(sheet, layout, row, at["room"], at["used"], room, used)
        its = _priced(price)
        sheet.number(row, grid.place("price"), its.get("price"), "price")
        sheet.number(row, grid.place("next"), its.get("next"), style)
        sheet.number(row, grid.place("gain"), its.get("gain"), "money")
    if layout.problem.rules:
        sheet.text(
            grid.first + grid.count,
            0,
            _("Rules are not followed here; slopt evaluate checks them all."),
            "caption",
        )


def moves_formula(layout: Layout) -> str:
    """How many segments have another tier than today, of the plan as it stands."""
    now, tier = layout.segments.span("today no"), layout.segments.span("tier no")
    further = f"+SUM({layout.deciders.span('moved')})" if layout.deciders.count else ""
    return f"=SUMPRODUCT(({now}>0)*({now}<>{tier})){further}"


def _write_menu(sheet: Sheet, layout: Layout) -> None:
    grid, problem, plan = layout.tiers, layout.problem, layout.dossier.plan
    if not grid.count:
        return
    sheet.head(grid, sets_widths=False)
    for k, tier in enumerate(problem.tiers[: grid.count]):
        row = grid.first + k
        count = int(np.count_nonzero(plan.choice == k))
        cost = float(problem.open_cost[k])
        today = int(np.count_nonzero(problem.current == k))
        sheet.cells(grid, row, {"tier": tier, "today": today, "open": cost})
        formula = f"=COUNTIF({layout.segments.span('tier no')},{k + 1})"
        sheet.formula(row, grid.place("count"), formula, count, "count")
        paid = f"=IF({grid.beside('count', row)}>0,{grid.beside('open', row)},0)"
        sheet.formula(row, grid.place("paid"), paid, cost if count else 0.0, "money")


def _write_pools(sheet: Sheet, layout: Layout) -> None:
    grid, problem, plan = layout.pools, layout.problem, layout.dossier.plan
    if not grid.count:
        return
    sheet.head(grid, sets_widths=False)
    for p, pool in enumerate(problem.pools):
        row = grid.first + p
        sheet.cells(
            grid, row, {"pool": pool.name, "prospects": pool.prospects, "value": pool.value}
        )
        told = pool.told(plan.choice)
        at = {its.key: grid.beside(its.key, row) for its in grid.fields}
        total = f"=SUM({layout.segments.span(f'told {p}')})"
        sheet.formula(row, grid.place("told"), total, told, "units")
        loss = f"={at['value']}*{at['prospects']}*(1-EXP(-{at['told']}/{at['prospects']}))"
        sheet.formula(row, grid.place("loss"), loss, pool.loss(told), "money")
