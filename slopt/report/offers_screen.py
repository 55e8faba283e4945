"""What every tier would cost, lose and use in every segment, before any optimisation."""

from __future__ import annotations

import numpy as np
from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.problem.choice import ChoiceProblem
from slopt.report.assumed import assumed_lines
from slopt.report.losses import loss_cells, loss_columns
from slopt.report.numbers import amount, percent, unit_for_rows
from slopt.report.screen import BOOKED
from slopt.report.table import Col, sentence, table
from slopt.report.words import counted

MOST_ROWS = 120


def offers_lines(case: PlanningCase, problem: ChoiceProblem, width: int) -> list[Text]:
    """The offers as a table by segment, those that nothing forbids."""
    words, info = case.settings.words, case.settings.case
    pairs = [(int(s), int(k)) for s, k in np.argwhere(problem.admissible)]
    shown = pairs[:MOST_ROWS]
    total = problem.service_cost + problem.lost_sales
    unit = unit_for_rows(float(total[pair]) for pair in shown)
    rows: list[list[str | Text]] = []
    for s, k in shown:
        first = not rows or shown[len(rows) - 1][0] != s
        rows.append(
            [
                problem.segments[s] if first else "",
                ("○ " if problem.current[s] == k else "  ") + problem.tiers[k],
                percent(problem.service_level[s, k], 1),
                unit.plain(problem.service_cost[s, k]),
                *loss_cells(problem, s, k, unit),
                unit.plain(total[s, k]),
                *(amount(units) for units in problem.use[:, s, k]),
            ]
        )
    columns = [
        Col(words.segment, right=False, shorten=True),
        Col(words.tier, right=False),
        Col("level, %"),
        Col(words.service_cost, style=BOOKED),
        *loss_columns(words),
        Col("total", style="bold"),
        *(Col(name, drop=3, told=True) for name in problem.resources),
    ]
    sizes = f"{counted(len(pairs), 'offer')} to {counted(len(problem.segments), words.segment)}"
    lines = sentence(f"{info.name} · {sizes}; nothing is optimised here", width)
    lines += [Text(""), *table(columns, rows, width)]
    if len(pairs) > MOST_ROWS:
        lines.append(Text(f"... and {len(pairs) - MOST_ROWS:,} more: --out DIR or --json has all."))
    lines += [Text(""), *_legend(case, problem, unit.head(info.currency, info.period), width)]
    return [*lines, *assumed_lines(case, width)]


def _legend(case: PlanningCase, problem: ChoiceProblem, unit: str, width: int) -> list[Text]:
    """Unit, marks, and what is left out."""
    words = case.settings.words
    parts = [f"{unit}, whole {words.segment}; expected {words.lost_sales} are not booked."]
    if np.any(problem.current >= 0):
        parts.append("○ today.")
    forbidden = int((~problem.admissible).sum())
    if forbidden:
        parts.append(f"{counted(forbidden, 'pair')} not offered or ruled out by contract.")
    if problem.pools:
        shared = ", ".join(pool.name for pool in problem.pools)
        parts.append(f"Prospects in {shared} are shared: a plan counts them, no offer does.")
    return sentence(" ".join(parts), width)
