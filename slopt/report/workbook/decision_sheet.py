"""The decision: one sentence, before and after, the bridge, who moves, how sure we are."""

from __future__ import annotations

import numpy as np

from slopt.report.page.decision import Decision, decision_of
from slopt.report.page.moves import MOST_MOVES
from slopt.report.workbook.book import A_ROW, Book, Sheet, lines_of
from slopt.report.workbook.bridge_sheet import bridge_grid, insert_bridge
from slopt.report.workbook.layout import Layout
from slopt.report.workbook.offers_sheet import unit_words
from slopt.report.workbook.resources_sheet import moves_formula

COLUMNS = 7
WIDTHS = (30, 26, 16, 16, 16, 12, 22)
LETTERS = 125
"""That fit beside each other in all columns together."""
PIXELS = 4 / 3
"""In a point; by the height of a row room is left for a chart."""
NOISE = 1e-9
"""Shares of the total below this are the rounding of sums."""
Line = tuple[str, str, str, float | None, float, str, str]


def write_decision(book: Book, layout: Layout) -> None:
    """All of it on one page."""
    dossier, _ = layout.dossier, layout.language
    decision = decision_of(dossier, _)
    sheet = book.sheet(layout.titles.decision)
    for column, width in enumerate(WIDTHS):
        sheet.its.set_column(column, column, width)
    sheet.wide_text(0, decision.headline, "headline", COLUMNS, 90, 21)
    sheet.wide_text(1, decision.lede, "lede", COLUMNS, LETTERS)
    _write_notice(sheet, layout, 2)
    row = _write_totals(sheet, layout, 4)
    for said in decision.soft_rules_broken:
        sheet.wide_text(row, said, "caption", COLUMNS, LETTERS)
        row += 1
    if decision.with_reserve:
        sheet.wide_text(row, decision.with_reserve, "caption", COLUMNS, LETTERS)
        row += 1
    if decision.broken_today:
        sheet.wide_text(row, decision.broken_today, "caption", COLUMNS, LETTERS)
        row += 1
    if decision.steps:
        sheet.text(row + 1, 0, _("From today to the plan"), "title")
        insert_bridge(book, sheet, layout, row + 2, 0)
        row += 4 + int((60 + 34 * bridge_grid(layout).count) / (A_ROW * PIXELS))
        row = _write_moves(sheet, layout, decision, row)
    _write_sureness(sheet, layout, decision, row + 1)
    sheet.its.set_portrait()
    sheet.its.fit_to_pages(1, 1)
    sheet.its.activate()


def _write_notice(sheet: Sheet, layout: Layout, row: int) -> None:
    """Says where the plan was edited that the sentence above is of the plan as it was made."""
    _, grid = layout.language, layout.segments
    words = _("The plan was edited in this workbook; the sentences above are of the plan as made.")
    edited = f"SUMPRODUCT(--({grid.span('made no')}<>{grid.span('tier no')}))"
    formula = f'=IF({edited}>0,"{words.replace(chr(34), chr(34) * 2)}","")'
    sheet.formula(row, 0, formula, "", "notice")


def _write_totals(sheet: Sheet, layout: Layout, head: int) -> int:
    """Before and after; the plan follows the sheet of segments. Returns the next free row."""
    _, plan = layout.language, layout.dossier.plan
    now = plan.current
    titles = [unit_words(layout), "", *([_("Today")] if now else []), _("Plan")]
    titles += [_("Change"), _("Change, %")] if now else []
    for column, title in enumerate(titles):
        sheet.text(head, column, title, "head" if column < 2 else "head right")
    row = head + 1
    for label, note, key, before, after, style, emphasis in _lines(layout):
        bold = f"{emphasis} " if emphasis else ""
        name_style = "sum plain" if emphasis else "part" if not note else "plain"
        sheet.text(row, 0, label, name_style)
        sheet.text(row, 1, note, "sum plain" if emphasis else "second")
        formula = moves_formula(layout) if key == "moves" else f"={layout.total(key)}"
        place = 3 if now else 2
        if now:
            sheet.number(row, 2, before, f"{bold}{style}")
        sheet.formula(row, place, formula, after, f"{bold}{style}")
        if now and before is not None and key != "moves":
            was, its, change = f"$C{row + 1}", f"$D{row + 1}", f"$E{row + 1}"
            sheet.formula(row, 4, f"={its}-{was}", after - before, f"{bold}signed {style}")
            if key != "level":
                relative = (after - before) / abs(before) if before else ""
                formula = f'=IF({was}=0,"",{change}/ABS({was}))'
                sheet.formula(row, 5, formula, relative, f"{bold}signed share")
        row += 1
    return row


def _lines(layout: Layout) -> list[Line]:
    """The lines of the table: name, note, column, today, plan, style, emphasis."""
    _, words, plan = layout.language, layout.words, layout.dossier.plan
    then, now = plan.evaluation, plan.current
    at_own = "" if plan.risk is None else _("at the case's own numbers")
    names = [
        ("service_cost", words.service_cost, _("booked: in the accounts"), "service_cost", ""),
        ("lost_sales", _("expected {lost}", lost=words.lost_sales), _("estimate: in no account"),
         "lost_sales", ""),
        *((kind, layout.kind_name(kind), "", kind, "") for kind in layout.kinds),
        ("total", _("Total"), at_own, "total_cost", "sum"),
    ]  # fmt: skip
    found: list[Line] = [
        (label, note, key, None if now is None else getattr(now, name), getattr(then, name),
         "total" if emphasis else "money", emphasis)
        for key, label, note, name, emphasis in names
    ]  # fmt: skip
    if layout.has_levels:
        level = None if now is None else now.service_level
        mean = _("weighted mean")
        found.append((words.service_level, mean, "level", level, then.service_level, "share", ""))
    if now is not None:
        moves = _("{segments} that move", segments=_.plural(words.segment))
        found.append((moves, " ", "moves", None, float(then.changes), "count", ""))
    return found


def _write_moves(sheet: Sheet, layout: Layout, decision: Decision, row: int) -> int:
    """The largest moves of the plan as made, and their sum. Returns the next free row."""
    _, words, problem, plan = layout.language, layout.words, layout.problem, layout.dossier.plan
    sheet.text(row, 0, decision.moves_title, "title")
    sheet.text(
        row + 1, 0, _("{unit}, plan as made less today.", unit=unit_words(layout)), "caption"
    )
    lost_head = _("expected {lost}", lost=words.lost_sales)
    heads = (words.segment, words.tier, words.service_cost, lost_head, _("total"), _("level"),
             _("how sure"))  # fmt: skip
    for column, head in enumerate(heads):
        sheet.text(
            row + 2,
            column,
            head,
            "head right" if 1 < column < 6 else "head note" if column == 6 else "head",
        )
    sheet.its.set_row(row + 2, 15 * max(lines_of(head, 16) for head in heads) + 3)
    moves = np.array(plan.moves)
    before, after = problem.current[moves], plan.choice[moves]
    cost = problem.service_cost[moves, after] - problem.service_cost[moves, before]
    lost = problem.lost_sales[moves, after] - problem.lost_sales[moves, before]
    order = np.argsort(-np.abs(cost + lost), kind="stable")
    row += 3
    first = row
    shown = order[:MOST_MOVES].tolist()
    for place, said in zip(shown, decision.moves, strict=False):
        s = int(moves[place])
        sheet.text(row, 0, layout.dossier.names[s])
        tiers = _("{before} → {after}", before=said.before, after=said.after)
        sheet.text(row, 1, tiers)
        for column, amount in enumerate(
            (cost[place], lost[place], cost[place] + lost[place]), start=2
        ):
            sheet.number(row, column, float(amount), "signed money")
        sheet.text(row, 5, said.level, "plain right")
        sheet.text(row, 6, said.sure, "note")
        row += 1
    rest = order[MOST_MOVES:]
    if len(rest):
        name = _.count("{n} more, together", "{n} more, together", len(rest))
        row = _write_amounts(sheet, row, name, float(cost[rest].sum()), float(lost[rest].sum()))
    then, now = plan.evaluation, plan.current
    assert now is not None
    more_cost = (then.service_cost - now.service_cost) - float(cost.sum())
    more_lost = (then.lost_sales - now.lost_sales) - float(lost.sum())
    if max(abs(more_cost), abs(more_lost)) > NOISE * max(then.total_cost, now.total_cost):
        name = _("open tiers, extra units, shared prospects")
        row = _write_amounts(sheet, row, name, more_cost, more_lost)
    foot = _("All {moved}", moved=_.counted(len(moves), words.segment))
    sheet.line(row, 0, COLUMNS - 1, "sum plain")
    sheet.text(row, 0, foot, "sum plain")
    for letter, amount in (
        ("C", then.service_cost - now.service_cost),
        ("D", then.lost_sales - now.lost_sales),
        ("E", then.total_cost - now.total_cost),
    ):
        formula = f"=SUM({letter}{first + 1}:{letter}{row})"
        sheet.formula(row, "ABCDEFG".index(letter), formula, amount, "sum signed money")
    if decision.rest:
        sheet.wide_text(row + 1, decision.rest, "lede", COLUMNS, LETTERS)
    return row + 2


def _write_amounts(sheet: Sheet, row: int, name: str, cost: float, lost: float) -> int:
    """A line of several amounts together. Returns the next row."""
    sheet.text(row, 0, name)
    for column, amount in enumerate((cost, lost, cost + lost), start=2):
        sheet.number(row, column, amount, "signed money")
    return row + 1


def _write_sureness(sheet: Sheet, layout: Layout, decision: Decision, row: int) -> None:
    sheet.text(row, 0, layout.language("How sure we are"), "title")
    for tile in decision.tiles:
        row += 1
        sheet.text(row, 0, tile.title, "strong wrap")
        sheet.its.merge_range(row, 1, row, COLUMNS - 1, "", sheet.book.style("lede"))
        sheet.text(row, 1, tile.text, "lede")
        sheet.its.set_row(row, 15 * max(lines_of(tile.text, 95), lines_of(tile.title, 32)) + 3)
