"""What a figure rests on that nobody measured: told wherever the figure is."""

from __future__ import annotations

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.plan.provenance import assumed_inputs
from slopt.report.table import sentence
from slopt.report.words import listed

MOST_NAMED = 8


def assumed_lines(case: PlanningCase, width: int) -> list[Text]:
    """One sentence; nothing where every number has a source."""
    names = assumed_inputs(case)
    if not names:
        return []
    if not len(case.table("sources")):
        return sentence("No number has a source: all of them count as assumed.", width)
    by_table: dict[str, list[str]] = {}
    for name in names[:MOST_NAMED]:
        table, _, column = name.partition(".")
        by_table.setdefault(table, []).append(column)
    told = [f"{table} {listed(columns)}" for table, columns in by_table.items()]
    more = len(names) - MOST_NAMED
    if more > 0:
        told.append("and one more column" if more == 1 else f"and {more} more columns")
    return sentence(f"Assumed, not measured: {'; '.join(told)}.", width)
