"""Checks of contact channels: shares that can be, and designs that there are."""

from __future__ import annotations

from collections.abc import Iterator

from slopt.case.case import PlanningCase
from slopt.case.cost_checks import at
from slopt.case.desk_rows import DeskRows
from slopt.case.few import flagged
from slopt.case.raw import RawCase
from slopt.errors import Problem
from slopt.sayings import say

ONE = 1e-9


def check_channels(case: PlanningCase, raw: RawCase, rows: DeskRows) -> Iterator[Problem]:
    """Every problem of contact_channels."""
    if "contact_channels" not in case.tables:
        return
    table, source = rows.channels, raw.tables["contact_channels"]
    yield from flagged(
        table.numbers("least_share") > table.numbers("most_share"),
        at(
            source,
            table,
            "least_share",
            say("least_share is above most_share."),
            say("Exchange the two."),
        ),
    )
    yield from flagged(
        table.numbers("calls_anyway") + table.numbers("gives_up") > 1 + ONE,
        at(
            source,
            table,
            "gives_up",
            say("calls_anyway and gives_up add up to more than 1."),
            say("They are shares of the same contacts: lower one of them."),
        ),
    )
    designs = {name for desk in rows.desks for name in rows.designs_of(desk)}
    yield from flagged(
        table.texts("design").is_filled & ~table.texts("design").is_in(sorted(designs)),
        at(
            source,
            table,
            "design",
            say("No desk has such a design."),
            say("Write a design of desk_designs or agent_pools, or leave it empty."),
        ),
    )
    for call_type in range(len(rows.types)):
        its = rows.channels_of(call_type)
        least = float(table.numbers("least_share")[its].sum())
        if least > 1 + ONE:
            yield source.problem(
                say(
                    'The channels of "{call_type}" take {percent} % of its calls anyway.',
                    call_type=rows.types.texts("call_type")[call_type],
                    percent=f"{round(100 * least, 6):g}",
                ),
                say("Let least_share add up to 1 at most."),
                table.rows[its[-1]],
                "least_share",
            )
