"""The plan by its parts: tiers, levels, stock rooms and desks, in one total."""

from __future__ import annotations

from typing import Any

import numpy as np
from rich.text import Text

from slopt.plan.parts import has_levels
from slopt.plan.plan import Plan
from slopt.problem.generated.columns import Part
from slopt.report.language import ENGLISH, Language
from slopt.report.numbers import Unit, percent
from slopt.report.offer_words import offer_words
from slopt.report.screen import BOOKED, EXPECTED
from slopt.report.table import Col, sentence, table
from slopt.study.parts import PartOfPlan, parts_of

MOST_ROWS = 12
"""Segments, rooms or desks of a part that have a line of their own."""


def part_words(part: PartOfPlan, plan: Plan, language: Language = ENGLISH) -> str:
    """What a part is called."""
    _, n = language, len(part.rows)
    words = _.words(plan.case.settings.words)
    match part.part:
        case Part.TIER:
            return _("{segments} by {tier}", segments=_.counted(n, words.segment), tier=words.tier)
        case Part.LEVEL:
            return _("{segments} by level", segments=_.counted(n, words.segment))
        case Part.STOCK:
            return _.count("{n} stock room", "{n} stock rooms", n)
        case Part.STAFF:
            return _.count("{n} desk of agents", "{n} desks of agents", n)
        case _other:
            return _("open tiers, extra units, shared prospects")


def parts_words(plan: Plan, language: Language = ENGLISH) -> str:
    """The parts of a plan by name: `3 segments by tier, 2 stock rooms and 1 desk of agents`."""
    parts = parts_of(plan.problem, plan.choice, plan.evaluation)
    return language.listed([part_words(part, plan, language) for part in parts if part.part])


def parts_lines(plan: Plan, width: int, language: Language = ENGLISH) -> list[Text]:
    """A line a part, and below it a line for each level, room and desk; nothing for tiers alone."""
    parts, _ = parts_of(plan.problem, plan.choice, plan.evaluation), language
    if not parts:
        return []
    then, words, info = plan.evaluation, _.words(plan.case.settings.words), plan.case.settings.case
    unit = _.totals_unit([then.total_cost])
    rows: list[list[str | Text]] = []
    for part in parts:
        shared = (unit.signed(part.service_cost), unit.signed(part.lost_sales))
        if part.part is None and shared == ("0", "0"):
            continue
        rows.append(
            [
                Text(part_words(part, plan, _), "bold"),
                "",
                "" if part.service_level is None else percent(part.service_level, 1),
                *_money(unit, part.service_cost, part.lost_sales),
            ]
        )
        if part.part in (Part.LEVEL, Part.STOCK, Part.STAFF):
            rows += _of_part(plan, part, unit, _)
    foot: list[str | Text] = [
        _("total"),
        "",
        percent(then.service_level, 1) if has_levels(plan.problem) else "",
        *_money(unit, then.service_cost, then.lost_sales),
    ]
    columns = [
        Col(_.unit_head(unit, info), right=False, shorten=True),
        Col(_("what"), right=False, wrap=True),
        Col(_("level, %"), drop=1),
        Col(words.service_cost, style=BOOKED),
        Col(_("lost"), style=EXPECTED),
        Col(_("total"), style="bold"),
    ]
    for place in (2, 1):
        if not any(str(row[place]) for row in rows):
            columns, foot = _without(columns, place), _without(foot, place)
            rows = [_without(row, place) for row in rows]
    return [*sentence(_("The plan by part"), width), *table(columns, rows, width, foot, _)]


def _without(cells: list[Any], place: int) -> list[Any]:
    return cells[:place] + cells[place + 1 :]


def _of_part(plan: Plan, part: PartOfPlan, unit: Unit, _: Language) -> list[list[str | Text]]:
    """The rows of a part with the most money first, and how many more there are."""
    problem, its = plan.problem, plan.choice[part.rows]
    cost, lost = problem.service_cost[part.rows, its], problem.lost_sales[part.rows, its]
    order = np.argsort(-(cost + lost), kind="stable")
    rows: list[list[str | Text]] = []
    for place in order[:MOST_ROWS].tolist():
        row, column = int(part.rows[place]), int(its[place])
        is_level = part.part is Part.LEVEL
        level = percent(float(problem.service_level[row, column]), 1) if is_level else ""
        what = "" if is_level else offer_words(problem, row, column, _)
        rows.append(
            [f"  {problem.segments[row]}", what, level, *_money(unit, cost[place], lost[place])]
        )
    rest = order[MOST_ROWS:]
    if len(rest):
        more = "  " + _("{n} more", n=f"{len(rest):,}")
        rows.append([more, "", "", *_money(unit, cost[rest].sum(), lost[rest].sum())])
    return rows


def _money(unit: Unit, cost: float, lost: float) -> list[str | Text]:
    return [unit.plain(float(cost)), unit.plain(float(lost)), unit.plain(float(cost + lost))]
