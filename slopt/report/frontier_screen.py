"""A frontier on the screen: a sentence, the chart, every point, who changes, how sure it is."""

from __future__ import annotations

from itertools import pairwise

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.report.assumed import assumed_lines
from slopt.report.frontier_plot import plot_lines
from slopt.report.frontier_words import AxisWords, sayings
from slopt.report.numbers import NONE, gap_words, percent, unit_for_totals
from slopt.report.table import Col, sentence, table
from slopt.report.words import counted, goal_words, plural
from slopt.study.frontier import Frontier
from slopt.vocabulary import Status

NAMED = 3
"""Segments that are named of those that change at a step."""


def frontier_lines(found: Frontier, case: PlanningCase, width: int) -> list[Text]:
    """Everything `slopt frontier` prints, at most `width` cells wide."""
    axis = AxisWords(found, case)
    lines = [*sentence(_headline(found, case), width), Text("")]
    for place, text in enumerate(sayings(found, case, axis)):
        lines += sentence(text, width, "" if place else "bold")
    if not found.points:
        return lines
    for part in (
        plot_lines(found, case, axis, width),
        _table(found, case, axis, width),
        _steps(found, case, axis, width),
        _sureness(found, case, axis, width),
    ):
        lines += [Text(""), *part] if part else []
    return [*lines, *assumed_lines(case, width)]


def _headline(found: Frontier, case: PlanningCase) -> str:
    info, words = case.settings.case, case.settings.words
    problem = found.problem
    parts = (
        info.name,
        f"{counted(len(problem.segments), words.segment)}, "
        f"{counted(len(found.points), 'point')} along {found.axis.name}",
        goal_words(problem.goal, words),
        f"{info.currency or 'money'} a {info.period}",
    )
    return " · ".join(parts)


def _table(found: Frontier, case: PlanningCase, axis: AxisWords, width: int) -> list[Text]:
    """Every point, the marked ones by name."""
    info, words = case.settings.case, case.settings.words
    totals = [p.evaluation.total_cost for p in found.points if p.evaluation is not None]
    steps = [b - a for a, b in pairwise(totals)]
    unit = unit_for_totals(totals, [max(map(abs, steps), default=0.0)])
    own_unit = axis.unit_beside(unit)
    rows = []
    for place, point in enumerate(found.points):
        name, plan = _name(found, place), point.evaluation
        cells = [axis.cell(point.value, own_unit), name]
        if plan is None:
            why = "no plan" if point.status is Status.INFEASIBLE else "none found"
            cells += [why, *[NONE] * 6]
        else:
            cells += [
                unit.plain(plan.service_cost),
                unit.plain(plan.lost_sales),
                unit.plain(plan.total_cost),
                percent(plan.service_level, 1),
                NONE if point.price is None else axis.price(point.price),
                gap_words(point.gap),
                f"{len(found.moves(place)):,}",
            ]
        rows.append([Text(cell, style="bold" if name else "") for cell in cells])
    columns = [
        Col(axis.head),
        Col("point", right=False),
        Col(words.service_cost),
        Col("lost"),
        Col("total"),
        Col("level, %", drop=3),
        Col("price"),
        Col("gap", drop=2),
        Col("changes", drop=1),
    ]
    note = unit.head(info.currency, info.period)
    if axis.is_money and own_unit != unit:
        note += f", {axis.name} in {own_unit.head(info.currency, info.period)}"
    note += (
        f". Price: what {axis.one_more} would gain if {plural(words.tier, 2)} could be mixed. "
        f"Changes: {plural(words.segment, 2)} with another {words.tier} than at the point before."
    )
    return [*table(columns, rows, width), *sentence(note, width)]


def _name(found: Frontier, place: int) -> str:
    """What a point is called: the plan, today's value, the knee, an end."""
    point, names = found.points[place], []
    if found.chosen is not None and point.value == found.chosen.value:
        names.append("plan")
    if found.today is not None and point.value == found.today.value:
        names.append("as today")
    if place == found.knee:
        names.append("knee")
    if point.value == found.least.value:
        names.append("least")
    elif point.value == found.enough:
        names.append("enough")
    return ", ".join(names)


def _steps(found: Frontier, case: PlanningCase, axis: AxisWords, width: int) -> list[Text]:
    """Who changes from each point to the next."""
    problem = found.problem
    lines: list[Text] = []
    for place, point in enumerate(found.points):
        moves = found.moves(place)
        if len(moves):
            named = ", ".join(
                f"{problem.segments[s]} {problem.tiers[a]} → {problem.tiers[b]}"
                for s, a, b in moves[:NAMED].tolist()
            )
            more = f" and {len(moves) - NAMED:,} more" if len(moves) > NAMED else ""
            first = f"  {axis.number(point.value)}: "
            lines += sentence(named + more, width, indent="    ", first=first)
    if not lines:
        return []
    head = f"Who changes at each step, {NAMED} of each; --json has all:"
    return [*sentence(head, width), *lines]


def _sureness(found: Frontier, case: PlanningCase, axis: AxisWords, width: int) -> list[Text]:
    """How near the plans are to the best possible, and what the names of points mean."""
    lines: list[Text] = []
    if any(point.choice is not None for point in found.points):
        lines += sentence(_proof(found, case), width, "bold")
    none = sum(point.status is Status.INFEASIBLE for point in found.points)
    if none and found.least.bound is not None:
        side = "above the greatest" if found.axis.is_floor else "below the least"
        lines += sentence(
            f"{counted(none, 'point')} {side} {found.axis.name} that has a plan, "
            f"{axis.number(found.least.bound)}.",
            width,
        )
    if found.knee is not None:
        text = "Knee: the point farthest from the straight line between the ends (Kneedle)."
        lines += sentence(text, width)
    return lines


def _proof(found: Frontier, case: PlanningCase) -> str:
    solve = case.settings.solve
    plans = [point for point in found.points if point.choice is not None]
    gaps = [point.gap for point in plans if point.gap is not None]
    worst = gap_words(max(gaps) if len(gaps) == len(plans) else None)
    if found.status is Status.INTERRUPTED:
        text = f"Interrupted. The largest gap of the plans so far is {worst}"
    elif found.status is not Status.OPTIMAL:
        late = sum(point.status in (Status.FEASIBLE, Status.NO_PLAN) for point in found.points)
        text = (
            f"{counted(late, 'point')} did not reach the gap asked for ({gap_words(solve.gap)}) "
            f"within {solve.time_limit_s:g} s for all; the largest gap is {worst}"
        )
    else:
        text = f"Every plan is proven within {worst} of the best possible"
    certified = [point.certified_gap for point in plans if point.certified_gap is not None]
    if certified:
        text += f"; without trusting the solver, within {gap_words(max(certified))}"
    return f"{text}."
