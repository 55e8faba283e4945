"""Checks of pools of agents: who answers which calls in which design of which desk."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase, Table
from slopt.case.cost_checks import at
from slopt.case.desk_rows import DeskRows
from slopt.case.few import flagged
from slopt.case.raw import RawCase
from slopt.errors import Problem, Severity
from slopt.sayings import say

MOST_ERLANGS = 20_000
"""Busy agents of one pool up to which numbers of agents can be looked at; no pool has more."""
UNLIKE = 5.0
"""Handle times of one pool that differ by more make its figures rough."""
ONE = 1e-9


def check_pools(case: PlanningCase, raw: RawCase, rows: DeskRows) -> Iterator[Problem]:
    """Every problem of agent_pools, pool_skills and desk_designs."""
    checks = [_agents, _designs, _patience, _sizes]
    if np.all(rows.skill_pool >= 0) and np.all(rows.skill_type >= 0):
        checks += [_idle, _who_answers]
    for check in checks:
        yield from check(case, raw, rows)


def _agents(case: PlanningCase, raw: RawCase, rows: DeskRows) -> Iterator[Problem]:
    table, source = rows.pools, raw.tables["agent_pools"]
    yield from flagged(
        table.numbers("least_agents") > table.numbers("most_agents"),
        at(
            source,
            table,
            "least_agents",
            say("least_agents is above most_agents."),
            say("Exchange the two."),
        ),
    )


def _idle(case: PlanningCase, raw: RawCase, rows: DeskRows) -> Iterator[Problem]:
    table, source = rows.pools, raw.tables["agent_pools"]
    idle = ~np.isin(np.arange(len(table)), rows.skill_pool)
    yield from flagged(
        idle,
        at(
            source,
            table,
            "pool",
            say("pool_skills has no row for this pool, so that it takes no calls."),
            say("Add the types of calls that it takes, or delete the pool."),
        ),
    )


def _designs(case: PlanningCase, raw: RawCase, rows: DeskRows) -> Iterator[Problem]:
    """Pools name designs that their desk has, each design has pools, and one is today's."""
    pools, source = rows.pools, raw.tables["agent_pools"]
    unknown = np.zeros(len(pools), dtype=np.bool_)
    for desk in rows.desks:
        known = ["", *rows.designs_of(desk)]
        for row in rows.pools_of(desk):
            unknown[row] = pools.texts("design")[row] not in known
    yield from flagged(
        unknown,
        at(
            source,
            pools,
            "design",
            say("desk_designs has no such design of this desk."),
            say("Add it there, or leave design empty for a pool that works in every design."),
        ),
    )
    if "desk_designs" not in case.tables:
        return
    table, source = case.table("desk_designs"), raw.tables["desk_designs"]
    lone = ~table.texts("desk").is_in(rows.desks)
    yield from flagged(
        lone,
        at(
            source,
            table,
            "desk",
            say("No pool of agents belongs to this desk."),
            say("Write the desk of a pool of agent_pools."),
        ),
    )
    empty = np.array([not rows.pools_in(d, n) for d, n in _each(table)], dtype=np.bool_)
    yield from flagged(
        empty & ~lone,
        at(
            source,
            table,
            "design",
            say("No pool works in this design."),
            say("Write it as the design of a pool, or delete the row."),
        ),
    )
    today = table.flags("today").copy()
    for desk in rows.desks:
        its = [row for row in rows.design_rows(desk) if today[row]]
        today[its[:1]] = False
    yield from flagged(
        today,
        at(
            source,
            table,
            "today",
            say("Another design of this desk is today's already."),
            say("Write true for one of them."),
        ),
    )


def _each(table: Table) -> Iterator[tuple[str, str]]:
    return zip(table.texts("desk"), table.texts("design"), strict=True)


def _who_answers(case: PlanningCase, raw: RawCase, rows: DeskRows) -> Iterator[Problem]:
    """In every design of its desk each type of calls goes to pools whose shares add up to 1."""
    share, table, source = rows.skills.numbers("share"), rows.types, raw.tables["call_types"]
    desk_of: dict[int, str] = {}
    for desk in rows.desks:
        for call_type in rows.types_of(desk).tolist():
            if call_type in desk_of:
                yield source.problem(
                    say(
                        'Pools of two desks take "{call_type}": "{desk}" and "{other}".',
                        call_type=table.texts("call_type")[call_type],
                        desk=desk_of[call_type],
                        other=desk,
                    ),
                    say("Make it two types of calls, or one desk."),
                    table.rows[call_type],
                    "call_type",
                )
            desk_of.setdefault(call_type, desk)
    for call_type in np.flatnonzero(~np.isin(np.arange(len(table)), list(desk_of))).tolist():
        yield source.problem(
            say("No pool takes these calls."),
            say("Add a row of pool_skills for them."),
            table.rows[call_type],
            "call_type",
            table.texts("call_type")[call_type],
        )
    for desk, design, pools in rows.groups():
        if not pools:
            continue
        skills = rows.skills_of(pools)
        for call_type in [each for each, its in desk_of.items() if its == desk]:
            its = skills[rows.skill_type[skills] == call_type]
            total = float(share[its].sum())
            if abs(total - 1) > ONE:
                yield _shares(raw, rows, call_type, design, total, its)


def _shares(
    raw: RawCase, rows: DeskRows, call_type: int, design: str, total: float, its: NDArray[np.int64]
) -> Problem:
    name, source = rows.types.texts("call_type")[call_type], raw.tables["pool_skills"]
    where = (rows.skills.rows[int(its[-1])], "share") if len(its) else (1, None)
    percent = f"{round(100 * total, 6):g}"
    if not design:
        message = say(
            'The pools that take "{call_type}" take {percent} % of these calls together.',
            call_type=name,
            percent=percent,
        )
    else:
        message = say(
            'In design "{design}" the pools that take "{call_type}" take {percent} % of these '
            "calls together.",
            call_type=name,
            design=design,
            percent=percent,
        )
    return source.problem(
        message, say("Let the shares of every design add up to 100 %, that is 1."), *where
    )


def _patience(case: PlanningCase, raw: RawCase, rows: DeskRows) -> Iterator[Problem]:
    """Callers who never hang up and callers who do cannot stand in one queue."""
    types, endless = rows.types, np.isnan(rows.types.numbers("patience"))
    handle = types.numbers("handle_time")
    for pool in range(len(rows.pools)):
        skills = rows.skills_of([pool])
        its = rows.skill_type[skills]
        name = rows.pools.texts("pool")[pool]
        if len(set(endless[its].tolist())) > 1:
            without = int(its[endless[its]][0])
            yield raw.tables["call_types"].problem(
                say(
                    'Pool "{pool}" takes these calls, which have no patience, and "{other}", which '
                    "have.",
                    pool=name,
                    other=types.texts("call_type")[int(its[~endless[its]][0])],
                ),
                say("Give patience to all types of calls of a pool, or to none."),
                types.rows[without],
                "patience",
            )
        busy = handle[its] * rows.skills.numbers("handle_factor")[skills]
        if len(busy) > 1 and busy.min() > 0 and busy.max() > UNLIKE * busy.min():
            yield raw.tables["pool_skills"].problem(
                say(
                    'The calls of pool "{pool}" take from {low} to {high} seconds: with handle '
                    "times so unlike its waiting times are rough.",
                    pool=name,
                    low=f"{busy.min():g}",
                    high=f"{busy.max():g}",
                ),
                say("Check the plan by a simulation, or give long calls a pool of their own."),
                rows.skills.rows[int(skills[0])],
                "pool",
                name,
                severity=Severity.WARNING,
            )


def _sizes(case: PlanningCase, raw: RawCase, rows: DeskRows) -> Iterator[Problem]:
    hours = rows.blocks.numbers("hours") * rows.blocks.numbers("times")
    for pool in range(len(rows.pools)):
        skills = rows.skills_of([pool])
        its = rows.skill_type[skills]
        work = rows.types.numbers("handle_time")[its] * rows.skills.numbers("handle_factor")[skills]
        work = work * rows.skills.numbers("share")[skills]
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            load = np.where(hours > 0, work @ rows.calls[its] / (3600 * hours), 0.0)
        block = int(np.argmax(load))
        if load[block] > MOST_ERLANGS:
            yield raw.tables["agent_pools"].problem(
                say(
                    'Pool "{pool}" has calls for {load} agents in block "{block}", more than '
                    "{most}.",
                    pool=rows.pools.texts("pool")[pool],
                    load=f"{load[block]:,.0f}",
                    block=rows.blocks.texts("block")[block],
                    most=f"{MOST_ERLANGS:,}",
                ),
                say("Check call_volumes (calls per hour, or per block) and handle_time (seconds)."),
                rows.pools.rows[pool],
                "pool",
            )
