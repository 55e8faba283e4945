"""What every tier would cost, lose and use in every segment, before any optimisation."""

from __future__ import annotations

from typing import Any

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.problem.choice import ChoiceProblem
from slopt.problem.evaluate import BARRED_BY
from slopt.report.numbers import amount, percent, unit_for_rows
from slopt.report.screen import BOOKED, EXPECTED
from slopt.report.table import Col, table
from slopt.report.words import counted
from slopt.vocabulary import LOSSES

MOST_ROWS = 120


def offer_rows(problem: ChoiceProblem) -> list[dict[str, Any]]:
    """One row a pair of segment and tier, in the case's order; money per period.

    `barred` names what forbids the pair, "" where nothing does; `use:RESOURCE` are units.
    """
    rows: list[dict[str, Any]] = []
    for s, segment in enumerate(problem.segments):
        for k, tier in enumerate(problem.tiers):
            barred = [name for bar, name in BARRED_BY.items() if problem.barred[s, k] & bar]
            unsplit = problem.lost_unsplit[s, k] != 0
            losses = {
                name: None if unsplit else float(getattr(problem, name)[s, k]) for name in LOSSES
            }
            cost, lost = float(problem.service_cost[s, k]), float(problem.lost_sales[s, k])
            rows.append(
                {
                    "segment": segment,
                    "tier": tier,
                    "barred": " ".join(barred),
                    "service_level": float(problem.service_level[s, k]),
                    "service_cost": cost,
                    **losses,
                    "lost_sales": lost,
                    "total_cost": cost + lost,
                    **{
                        f"use:{name}": float(problem.use[r, s, k])
                        for r, name in enumerate(problem.resources)
                    },
                }
            )
    return rows


def offers_lines(case: PlanningCase, problem: ChoiceProblem, width: int) -> list[Text]:
    """The offers as a table by segment, those that nothing forbids."""
    words, info = case.settings.words, case.settings.case
    rows = [row for row in offer_rows(problem) if not row["barred"]]
    shown = rows[:MOST_ROWS]
    unit = unit_for_rows([row[name] for row in shown for name in ("service_cost", "lost_sales")])
    today = {
        (problem.segments[s], problem.tiers[k]) for s, k in enumerate(problem.current) if k >= 0
    }
    cells: list[list[str | Text]] = []
    last = None
    for row in shown:
        mark = "○ " if (row["segment"], row["tier"]) in today else "  "
        cells.append(
            [
                row["segment"] if row["segment"] != last else "",
                mark + row["tier"],
                percent(row["service_level"], 1),
                unit.plain(row["service_cost"]),
                *(unit.plain(row[name]) for name in (*LOSSES, "lost_sales", "total_cost")),
                *(amount(row[f"use:{name}"]) for name in problem.resources),
            ]
        )
        last = row["segment"]
    columns = [
        Col(words.segment, right=False, shorten=True),
        Col(words.tier, right=False),
        Col("level, %"),
        Col(words.service_cost, style=BOOKED),
        Col("orders", drop=2),
        Col("customers", drop=2),
        Col("prospects", drop=2),
        Col("lost", style=EXPECTED),
        Col("total", style="bold"),
        *(Col(name, drop=3 + r) for r, name in enumerate(problem.resources)),
    ]
    sizes = f"{counted(len(rows), 'offer')} to {counted(len(problem.segments), words.segment)}"
    lines = [Text(f"{info.name} · {sizes}; nothing is optimised here"), Text("")]
    lines += table(columns, cells, width)
    if len(rows) > MOST_ROWS:
        lines.append(Text(f"... and {len(rows) - MOST_ROWS:,} more: --out DIR or --json has all."))
    forbidden = len(problem.segments) * len(problem.tiers) - len(rows)
    note = f" {counted(forbidden, 'pair')} not offered or ruled out." if forbidden else ""
    lines += [
        Text(""),
        Text(
            f"{unit.head(info.currency, info.period)}, whole {words.segment}. "
            f"○ today.{note} Lost sales are expected, not booked."
        ),
    ]
    return lines
