"""If the numbers are wrong: bands of the totals, other plans, limits, inputs; bands by segment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from slopt.engine.in_futures import InFutures
from slopt.plan.rows import tidy
from slopt.report.limit_words import limit_label
from slopt.report.offer_words import offer_words
from slopt.report.page.for_risk import own_amount
from slopt.report.page.if_wrong import if_wrong, left_out
from slopt.report.risk_screen import plan_name
from slopt.report.risk_words import tail_words
from slopt.report.workbook.book import Book, Sheet, field_of_texts
from slopt.report.workbook.grid import Field, Grid
from slopt.report.workbook.layout import Layout
from slopt.report.workbook.offers_sheet import unit_words

COLUMNS, LETTERS = 7, 110
WIDTHS = (34, 17, 17, 17, 17, 14, 14)
DIGITS = 4
"""Of figures whose unit is not known to be money."""
Row = Mapping[str, Any]


def write_futures(book: Book, layout: Layout) -> None:
    """Both sheets; nothing where nothing in the case is uncertain."""
    found = layout.dossier.futures
    said = if_wrong(layout.dossier, layout.language)
    if found is None or said is None:
        return
    sheet = book.sheet(layout.titles.futures)
    for column, width in enumerate(WIDTHS):
        sheet.its.set_column(column, column, width)
    sheet.wide_text(0, said.title, "headline", COLUMNS, 80, 21)
    sheet.wide_text(1, said.text, "lede", COLUMNS, LETTERS)
    sheet.wide_text(2, said.drawn, "caption", COLUMNS, LETTERS)
    row = _totals(sheet, layout, found, 4)
    row = _plans(sheet, layout, found, row + 2)
    row = _limits(sheet, layout, found, row + 2)
    _drivers(sheet, layout, found, row + 2)
    _write_segments(book, layout, found)


def _table(
    sheet: Sheet, layout: Layout, row: int, title: str, fields: Sequence[Field], rows: Sequence[Row]
) -> int:
    """A table with its title; the first free row below it."""
    sheet.text(row, 0, title, "title")
    grid = Grid(layout.titles.futures, tuple(fields), row + 1, len(rows))
    sheet.head(grid, sets_widths=False)
    for place, values in enumerate(rows, start=grid.first):
        sheet.cells(grid, place, values)
    return grid.first + len(rows)


def _totals(sheet: Sheet, layout: Layout, found: InFutures, row: int) -> int:
    _, plan = layout.language, layout.dossier.plan
    names = {
        "service_cost": layout.words.service_cost,
        "lost_sales": _("expected {lost}", lost=layout.words.lost_sales),
        **{kind: layout.kind_name(kind) for kind in layout.kinds if kind in found.bands.totals},
        "total_cost": _("total"),
    }
    rows = [
        {
            "name": label,
            "own": own_amount(plan, name),
            "mean": found.bands.totals[name].mean,
            "low": found.bands.totals[name].low,
            "high": found.bands.totals[name].high,
        }
        for name, label in names.items()
    ]
    fields = [Field("name", unit_words(layout), "text"), *_ends(layout)]
    return _table(sheet, layout, row, _("The plan as made"), fields, rows)


def _ends(layout: Layout) -> list[Field]:
    _ = layout.language
    return [
        Field("own", _("own numbers"), "money"),
        Field("mean", _("mean"), "money"),
        Field("low", _("5 %"), "money"),
        Field("high", _("95 %"), "money"),
    ]


def _plans(sheet: Sheet, layout: Layout, found: InFutures, row: int) -> int:
    """The plans over the same futures, in the unit of the goal."""
    _, beside = layout.language, found.plans.beside
    style = "share" if layout.problem.goal.maximises else "money"
    fields = [
        Field("name", _("plan"), "text"),
        Field("mean", _("mean"), style),
        Field("tail", tail_words(beside.aim.tail, _), style),
        Field("low", _("5 %"), style),
        Field("high", _("95 %"), style),
        Field("broken", _("breaks a limit"), "share"),
        Field("level", layout.words.service_level, "share"),
    ]
    rows = [
        {
            "name": plan_name(plan.kind, beside, _),
            "mean": plan.mean,
            "tail": plan.tail_mean,
            "low": plan.low,
            "high": plan.high,
            "broken": plan.broken,
            "level": plan.level,
        }
        for plan in beside.plans
    ]
    title = _("The plan beside others, over the same futures")
    row = _table(sheet, layout, row, title, fields, rows)
    for said in left_out(found, _):
        sheet.wide_text(row, said, "caption", COLUMNS, LETTERS)
        row += 1
    return row


def _limits(sheet: Sheet, layout: Layout, found: InFutures, row: int) -> int:
    """In how many futures the plan breaks each limit, and by how much then."""
    _ = layout.language
    fields = [
        Field("name", _("limit"), "text"),
        Field("chance", _("broken in"), "small share"),
        Field("low", _("95 % sure, from"), "small share"),
        Field("high", _("to"), "small share"),
        Field("amount", _("then by, mean"), "number"),
        Field("worst", _("at most"), "number"),
    ]
    rows = [
        {
            "name": limit_label(its.name, _)
            if its.penalty is None
            else _("{limit} (soft)", limit=limit_label(its.name, _)),
            "chance": its.chance.value,
            "low": its.chance.low,
            "high": its.chance.high,
            "amount": None if its.amount is None else tidy(its.amount.value, DIGITS),
            "worst": tidy(its.worst, DIGITS) if its.broken_in else None,
        }
        for its in found.study.plan.limits
    ]
    if not rows:
        return row - 2
    return _table(sheet, layout, row, _("What the plan may break"), fields, rows)


def _drivers(sheet: Sheet, layout: Layout, found: InFutures, row: int) -> int:
    """What the bad futures have in common, the inputs that tell them best first."""
    _ = layout.language
    fields = [
        Field("name", _("input or scenario"), "text"),
        Field("bad", _("in the bad futures"), "number"),
        Field("rest", _("in the others"), "number"),
        Field("explains", _("explains of the spread"), "share"),
    ]
    rows = [
        {"name": one.name, "bad": one.in_bad, "rest": one.in_rest, "explains": one.explained.value}
        for one in found.study.drivers
        if one.is_clear
    ]
    if not rows:
        return row - 2
    return _table(sheet, layout, row, _("What makes futures bad"), fields, rows)


def _write_segments(book: Book, layout: Layout, found: InFutures) -> None:
    """A row a segment: its lost sales with their band, its tier in every plan, what is at stake."""
    _, words, problem = layout.language, layout.words, layout.problem
    beside, names = found.plans.beside, layout.dossier.names[: problem.segment_count]
    chosen, bands = beside.chosen, found.bands
    by_segment = {one.segment: one for one in beside.segments}
    inputs, is_level = found.plans.futures.inputs, problem.goal.maximises
    grid = Grid(
        layout.titles.segments_in_futures,
        (
            field_of_texts("segment", words.segment, list(names)),
            Field("tier", words.tier, "text", 16),
            Field("cost", words.service_cost, "money", 16),
            Field("cost_low", _("5 %"), "money", 14),
            Field("cost_high", _("95 %"), "money", 14),
            Field("lost", _("expected {lost}", lost=words.lost_sales), "money", 16),
            Field("lost_low", _("5 %"), "money", 14),
            Field("lost_high", _("95 %"), "money", 14),
            *(
                Field(f"plan {place}", plan_name(plan.kind, beside, _), "note", 16)
                for place, plan in enumerate(chosen)
            ),
            Field("safe", _("safe to decide now"), "note", 12),
            Field("stake", _("at stake"), "small share" if is_level else "money", 14),
            Field("hangs", _("hangs most on"), "note", 34),
        ),
        2,
        problem.segment_count,
    )
    sheet = book.sheet(grid.sheet)
    sheet.text(0, 0, _("The plan as made, over what its numbers may be"), "title")
    caption = _(
        "{unit}. Nine of ten futures lie between 5 % and 95 %. Safe: all plans give the same "
        "{tier}.",
        unit=unit_words(layout),
        tier=words.tier,
    )
    sheet.text(1, 0, caption, "caption")
    sheet.head(grid)
    for s in range(problem.segment_count):
        tier = int(layout.dossier.plan.choice[s])
        cost, lost = bands.of_segment("service_cost", s), bands.of_segment("lost_sales", s)
        values: dict[str, Any] = {
            "segment": names[s],
            "tier": offer_words(problem, s, tier, _),
            "cost": float(problem.service_cost[s, tier]),
            "cost_low": cost.low,
            "cost_high": cost.high,
            "lost": float(problem.lost_sales[s, tier]),
            "lost_low": lost.low,
            "lost_high": lost.high,
        }
        one = by_segment.get(s)
        if one is not None:
            values |= {
                f"plan {place}": offer_words(problem, s, k, _) for place, k in enumerate(one.tiers)
            }
            values["safe"] = _("yes") if one.is_safe else _("no")
            values["stake"] = None if one.is_safe else one.at_stake
            values["hangs"] = "" if one.decides is None else inputs[one.decides].name
        sheet.cells(grid, grid.first + s, values)
    sheet.freeze(grid, 1)
