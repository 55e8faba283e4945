"""The plan: a row a segment, its tier to be chosen from what is allowed, its figures looked up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from slopt.case.raw import column_letters
from slopt.problem.evaluate import Evaluation
from slopt.report.offer_words import offer_words
from slopt.report.workbook.book import EDITED_GROUND, Book, Sheet
from slopt.report.workbook.grid import sum_of
from slopt.report.workbook.layout import MADE_ROW, NOW_ROW, TODAY_ROW, Layout
from slopt.report.workbook.lists_sheet import offered, set_numbers, tier_number
from slopt.report.workbook.offers_sheet import unit_words

CHANGES = {"d_cost": "service_cost", "d_lost": "lost_sales", "d_total": "total_cost"}
ROW = "#"
"""Stands for the number of a row in formulas that are the same in all rows."""


def write_segments(book: Book, layout: Layout) -> None:
    """The table, three rows of totals above it, the drop-downs, and what marks an edited row."""
    _, grid = layout.language, layout.segments
    sheet = book.sheet(grid.sheet)
    sheet.text(0, 0, _("The plan, and what another one would be worth"), "title")
    sheet.text(1, 0, _caption(layout), "caption")
    _write_totals(sheet, layout)
    sheet.head(grid)
    _write_rows(sheet, layout)
    sheet.freeze(grid, 1)
    if not layout.places.is_free.any():
        return
    place = grid.place("tier")
    sheet.its.data_validation(
        grid.first,
        place,
        grid.last,
        place,
        {
            "validate": "list",
            "source": offered(layout, grid.beside("list", grid.first)),
            "error_title": _("Not on the list"),
            "error_message": _("Choose one that this row may have, from the list."),
            "error_type": "stop",
        },
    )
    changed = f"={grid.beside('tier no', grid.first)}<>{grid.beside('made no', grid.first)}"
    sheet.its.conditional_format(
        grid.first,
        grid.left,
        grid.last,
        grid.right,
        {"type": "formula", "criteria": changed, "format": book.ground(EDITED_GROUND)},
    )


def _caption(layout: Layout) -> str:
    """What can be changed here, and how it is checked."""
    _, tier, unit = layout.language, layout.words.tier, unit_words(layout)
    if not layout.places.is_free.any():
        return _("{unit}. All stand as planned: slopt solve plans them anew.", unit=unit)
    if layout.has_held:
        return _(
            "{unit}. Choose another {tier} in the blue column: its row and the totals follow at "
            "once. Levels, stock rooms and desks stand as planned.",
            unit=unit,
            tier=tier,
        )
    return _(
        "{unit}. Choose another {tier} in the blue column: its row and the totals follow at "
        "once. To have the plan priced and checked: slopt evaluate CASE --plan FILE.xlsx",
        unit=unit,
        tier=tier,
    )


def _offer(layout: Layout, segment: int, column: int) -> str:
    return offer_words(layout.problem, segment, column, layout.language)


def _write_totals(sheet: Sheet, layout: Layout) -> None:
    """Today, the plan as made (both as they were computed), and the plan as it stands (a sum)."""
    _, grid, plan = layout.language, layout.segments, layout.dossier.plan
    for row, name, its in (
        (TODAY_ROW, _("Today"), plan.current),
        (MADE_ROW, _("Plan as made"), plan.evaluation),
    ):
        if its is not None:
            sheet.text(row, 0, name, "strong plain")
            for key, (value, style) in totals(layout, its).items():
                sheet.number(row, grid.place(key), value, style)
    sheet.line(NOW_ROW, 1, grid.place("weight") - 1, "sum plain")
    sheet.text(NOW_ROW, 0, _("Plan as it stands here"), "sum plain")
    sums = _sums(layout)
    for key, (value, style) in totals(layout, plan.evaluation).items():
        sheet.formula(NOW_ROW, grid.place(key), sums[key], value, f"sum {style}")


def totals(layout: Layout, its: Evaluation) -> dict[str, tuple[float, str]]:
    """Totals of a plan by the column that they stand over, with their style."""
    found = {
        **({"level": (its.service_level, "share")} if layout.has_levels else {}),
        "service_cost": (its.service_cost, "money"),
        **{kind: (getattr(its, kind), "money") for kind in layout.kinds},
        "lost_sales": (its.lost_sales, "money"),
        "total": (its.total_cost, "money"),
    }
    now = layout.dossier.plan.current
    if now is not None:
        for key, name in CHANGES.items():
            found[key] = (getattr(its, name) - getattr(now, name), "signed money")
    for r in range(len(layout.problem.resources)):
        found[f"use {r}"] = (float(its.used[r]), "units")
    return found


def _sums(layout: Layout) -> dict[str, str]:
    """The formulas of the plan as it stands: sums of rows, and what is no sum over segments."""
    grid, resources, tiers, pools = layout.segments, layout.resources, layout.tiers, layout.pools
    money = ("service_cost", *layout.kinds, "lost_sales", "total")
    here = {key: grid.cell(key, NOW_ROW) for key in money}
    then = {key: grid.cell(key, TODAY_ROW) for key in here}
    sums = {key: f"={layout.rows_summed(key)}" for key in ("service_cost", *layout.kinds)}
    if tiers.count:
        sums["service_cost"] += f"+SUM({tiers.span('paid')})"
    if resources.count:
        sums["service_cost"] += f"+SUM({resources.span('extra_cost')})"
    if pools.count:
        sums["lost_prospects"] += f"+SUM({pools.span('loss')})"
    sums["lost_sales"] = sum_of([here[kind] for kind in layout.kinds])
    sums["total"] = sum_of([here["service_cost"], here["lost_sales"]])
    if layout.has_levels:
        sums["level"] = f"=SUMPRODUCT({grid.span('weight')},{grid.span('level')})"
    for key, name in (("d_cost", "service_cost"), ("d_lost", "lost_sales"), ("d_total", "total")):
        sums[key] = f"={here[name]}-{then[name]}"
    for r in range(len(layout.problem.resources)):
        sums[f"use {r}"] = f"={layout.rows_summed(f'use {r}')}"
    return sums


def _write_rows(sheet: Sheet, layout: Layout) -> None:
    """The rows: what is given as values, what follows from the tier as formulas."""
    grid = layout.segments
    formulas = _formulas(layout)
    given, followed = _given(layout), _followed(layout)
    for s in range(grid.count):
        row = grid.first + s
        sheet.cells(grid, row, {key: its[s] for key, its in given.items()})
        if not layout.places.is_free[s]:
            sheet.text(row, grid.place("tier"), given["tier"][s])
        for column, its in enumerate(grid.fields, start=grid.left):
            if its.key in formulas:
                formula = formulas[its.key].replace(ROW, str(row + 1))
                sheet.formula(row, column, formula, followed[its.key][s], its.style)


def _given(layout: Layout) -> dict[str, Sequence[Any]]:
    """What stands in the rows as it is, by column."""
    problem = layout.problem
    table = layout.dossier.case.table("segments")
    places = layout.places
    made = [places.words[number - 1] for number in places.tier]
    return {
        "segment": problem.segments[: len(made)],
        "name": table.texts("name").tolist(),
        "group": table.texts("group").tolist(),
        "today": [_offer(layout, s, k) for s, k in enumerate(places.current)],
        "tier": made,
        "made": [_offer(layout, s, k) for s, k in enumerate(places.choice)],
        "weight": problem.mean_weight[: len(made)].tolist(),
        "before": places.before.tolist(),
        "list": set_numbers(layout).tolist(),
        "today no": places.today.tolist(),
        "made no": places.tier.tolist(),
    }


def _followed(layout: Layout) -> dict[str, list[Any]]:
    """What the formulas of each row give for the plan as it was made, by column."""
    problem, places = layout.problem, layout.places
    choice, current = places.choice, places.current
    row = np.arange(len(choice))
    levels = problem.service_level[row, choice].tolist()
    level = ["" if none else its for none, its in zip(places.is_served, levels, strict=True)]
    found: dict[str, Any] = {}
    for name in ("service_cost", *layout.kinds, "lost_sales"):
        found[name] = getattr(problem, name)[row, choice]
    found["total"] = found["service_cost"] + found["lost_sales"]
    if layout.has_today:
        found["d_cost"] = found["service_cost"] - problem.service_cost[row, current]
        found["d_lost"] = found["lost_sales"] - problem.lost_sales[row, current]
        found["d_total"] = found["d_cost"] + found["d_lost"]
        found["today offer"] = places.before + places.today
    found |= {f"use {r}": problem.use[r, row, choice] for r in range(len(problem.resources))}
    found |= {f"told {p}": its.messages[row, choice] for p, its in enumerate(problem.pools)}
    found |= {"tier no": places.tier, "offer": places.before + places.tier}
    barred = layout.language("not allowed")
    allowed = problem.admissible[row, choice].tolist()
    return {
        "level": [
            "" if blank else float(its) for blank, its in zip(places.is_served, level, strict=True)
        ],
        **{key: its.tolist() for key, its in found.items()},
        "check": ["" if its else barred for its in allowed],
    }


def _formulas(layout: Layout) -> dict[str, str]:
    """What follows from the tier of a row, by column, with ROW in place of the row's number."""
    _, grid, offers = layout.language, layout.segments, layout.offers
    cell = {its.key: f"${column_letters(grid.place(its.key))}{ROW}" for its in grid.fields}

    def looked_up(key: str, offer: str = "offer") -> str:
        return f"INDEX({offers.span(key)},{cell[offer]})"

    def offer(tier: str) -> str:
        """The row of an offer: at its own place, found anew once the offers are sorted."""
        numbers = offers.span("offer")
        wanted = f"{cell['before']}+{cell[tier]}"
        here = f"INDEX({numbers},{wanted})={wanted}"
        return f"=IF({cell[tier]}=0,NA(),IF({here},{wanted},MATCH({wanted},{numbers},0)))"

    unknown, barred = (words.replace('"', '""') for words in (_("unknown"), _("not allowed")))
    looked = ["service_cost", *layout.kinds]
    looked += [key for its in grid.fields for key in [its.key] if key.startswith(("use ", "told "))]
    found = {key: f"={looked_up(key)}" for key in looked}
    found |= {
        "check": f'=IF({cell["tier no"]}=0,"{unknown}",IF({looked_up("allowed")}=0,"{barred}",""))',
        "lost_sales": sum_of([cell[kind] for kind in layout.kinds]),
        "total": sum_of([cell["service_cost"], cell["lost_sales"]]),
        "tier no": tier_number(layout, cell["tier"]),
        "offer": offer("tier no"),
    }
    if grid.has("level"):
        level = looked_up("level")
        some_blank = layout.places.is_served.any()
        found["level"] = f'=IF({level}="","",{level})' if some_blank else f"={level}"
    if layout.has_today:
        found |= {
            "d_cost": f"={cell['service_cost']}-{looked_up('service_cost', 'today offer')}",
            "d_lost": f"={cell['lost_sales']}-{looked_up('lost_sales', 'today offer')}",
            "d_total": sum_of([cell["d_cost"], cell["d_lost"]]),
            "today offer": offer("today no"),
        }
    return found
