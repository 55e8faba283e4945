"""Checks of shifts: each covers blocks that come equally often, and each pool has one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from slopt.case.case import PlanningCase
from slopt.case.desk_rows import DeskRows
from slopt.case.raw import RawCase
from slopt.case.schema import ANY
from slopt.errors import Problem, Severity
from slopt.sayings import say


def check_shifts(case: PlanningCase, raw: RawCase, rows: DeskRows) -> Iterator[Problem]:
    """Every problem of the tables shifts and shift_blocks."""
    if "shifts" not in case.tables:
        if "shift_blocks" in case.tables and "shifts" not in raw.tables:
            yield raw.tables["shift_blocks"].problem(
                say("There are no shifts that could cover these blocks."),
                say("Add the table shifts, or take this one out."),
                1,
            )
        return
    yield from _blocks(case, raw, rows)
    yield from _pools(case, raw, rows)


def _blocks(case: PlanningCase, raw: RawCase, rows: DeskRows) -> Iterator[Problem]:
    table, covers, source = case.table("shifts"), case.table("shift_blocks"), raw.tables["shifts"]
    times = rows.blocks.numbers("times")
    of_shift = covers.texts("shift").places_in(table.texts("shift"))
    block = covers.texts("block").places_in(rows.blocks.texts("block"))
    for shift, name in enumerate(table.texts("shift")):
        its = block[(of_shift == shift) & (block >= 0)]
        if len(its) == 0:
            yield source.problem(
                say("The shift covers no block of time."),
                say("Add its blocks to shift_blocks, or delete it."),
                table.rows[shift],
                "shift",
                name,
            )
        elif len(set(times[its].tolist())) > 1:
            first, other = its[0], its[np.argmax(times[its] != times[its[0]])]
            yield source.problem(
                say(
                    'The shift covers blocks that do not come equally often: "{first}" {often} '
                    'times a period, "{other}" {seldom} times.',
                    first=rows.blocks.texts("block")[int(first)],
                    often=f"{times[first]:g}",
                    other=rows.blocks.texts("block")[int(other)],
                    seldom=f"{times[other]:g}",
                ),
                say("Make it two shifts."),
                table.rows[shift],
                "shift",
                name,
            )


def _pools(case: PlanningCase, raw: RawCase, rows: DeskRows) -> Iterator[Problem]:
    """Where one pool of a desk works in shifts, all of its pools do; and who covers which block."""
    table, covers = case.table("shifts"), case.table("shift_blocks")
    whose = table.texts("pool")
    of_shift = covers.texts("shift").places_in(table.texts("shift"))
    block = covers.texts("block").places_in(rows.blocks.texts("block"))
    for desk in rows.desks:
        pools = {row: rows.pools.texts("pool")[row] for row in rows.pools_of(desk)}
        if not whose.is_in([ANY, *pools.values()]).any():
            continue
        for row, name in pools.items():
            own = np.flatnonzero(whose.is_in([ANY, name]))
            if len(own) == 0:
                yield raw.tables["agent_pools"].problem(
                    say("Other pools of this desk work in shifts, and this one has none."),
                    say("Add a shift for it, or take out those of the others."),
                    rows.pools.rows[row],
                    "pool",
                    name,
                )
                continue
            covered = np.isin(np.arange(len(rows.blocks)), block[np.isin(of_shift, own)])
            types = rows.skill_type[rows.skills_of([row])]
            bare = np.flatnonzero(rows.calls[types].sum(axis=0) * ~covered > 0)
            if len(bare):
                yield raw.tables["agent_pools"].problem(
                    say(
                        'No shift of this pool covers block "{block}", in which it has calls.',
                        block=rows.blocks.texts("block")[int(bare[0])],
                    ),
                    say("Nothing to do if nobody is to answer then."),
                    rows.pools.rows[row],
                    "pool",
                    name,
                    severity=Severity.WARNING,
                )
