"""Why no roster of a desk keeps its promises and limits, told for one of its designs."""

from __future__ import annotations

import numpy as np

from slopt.economics.desks.desk import Desk, Pool
from slopt.errors import Problem
from slopt.sayings import say


def why_unstaffed(desk: Desk) -> Problem:
    """The first obstacle of today's design or, where that is not known, of the last one."""
    design = desk.today if desk.today is not None else len(desk.designs) - 1
    for pool in (desk.pools[p] for p in desk.pools_of(design)):
        found = _of_pool(desk, pool)
        if found is not None:
            return found
    obstacles = (_of_promises, _of_seats, _of_people)
    told = (obstacle(desk, design) for obstacle in obstacles)
    return next((found for found in told if found is not None), _together(desk))


def _of_pool(desk: Desk, pool: Pool) -> Problem | None:
    """A block where no way is allowed, or that no shift covers."""
    position = next(p for p, other in enumerate(desk.pools) if other is pool)
    for b, block in enumerate(desk.blocks):
        allowed = np.flatnonzero(pool.allowed[b])
        if len(allowed) == 0:
            return Problem(
                say(
                    'No number of agents of pool "{pool}" keeps its promises in block "{block}".',
                    pool=pool.name,
                    block=block,
                ),
                say("Allow more agents in the pool, or promise less."),
                table="agent_pools",
            )
        fewest = int(pool.agents[b, allowed].min())
        covered = any(s.covers[b] and s.pools[position] for s in desk.shifts)
        if desk.shifts and fewest > 0 and not covered:
            return Problem(
                say(
                    'Pool "{pool}" needs at least {agents} agents in block "{block}", and no shift '
                    "that it may work covers the block.",
                    pool=pool.name,
                    agents=fewest,
                    block=block,
                ),
                say("Add a shift that covers the block, or close the line there."),
                table="shift_blocks",
            )
    return None


def _of_promises(desk: Desk, design: int) -> Problem | None:
    """A promise over all blocks that no ways reach which the seats leave room for."""
    seats = desk.most_agents[design][:, None]
    for c in np.flatnonzero(~np.isnan(desk.promise)).tolist():
        calls = reached = 0.0
        for pool in (desk.pools[p] for p in desk.pools_of(design)):
            own = pool.own(c)
            seated = pool.allowed & (pool.agents <= seats)
            answered = np.where(seated, pool.answered_in_time[own].sum(axis=0), 0.0)
            calls += float(pool.calls[own].sum())
            reached += float(answered.max(axis=1).sum())
        if calls > 0 and reached < desk.promise[c] * calls:
            return Problem(
                say(
                    '{promised} of the calls of "{calls}" are promised an answer in time, and no '
                    "more than {reached} can be reached.",
                    promised=f"{desk.promise[c]:.1%}",
                    calls=desk.call_types[c],
                    reached=f"{reached / calls:.1%}",
                ),
                say("Allow more agents in the pool and more seats, or promise less."),
                table="call_types",
            )
    return None


def _of_seats(desk: Desk, design: int) -> Problem | None:
    """A block that needs more agents than may be at the phones at once."""
    for b in np.flatnonzero(np.isfinite(desk.most_agents[design])).tolist():
        fewest = sum(
            int(desk.pools[p].agents[b, desk.pools[p].allowed[b]].min())
            for p in desk.pools_of(design)
        )
        if fewest > desk.most_agents[design, b]:
            return Problem(
                say(
                    'Desk "{desk}" needs at least {agents} agents in block "{block}" and has '
                    "{seats} seats.",
                    desk=desk.name,
                    agents=fewest,
                    block=desk.blocks[b],
                    seats=f"{desk.most_agents[design, b]:g}",
                ),
                say("Give the desk more seats, or promise less."),
                table="desk_designs",
            )
    return None


def _of_people(desk: Desk, design: int) -> Problem | None:
    """A block that needs more agents than may be on the shifts that cover it."""
    pools = desk.pools_of(design)
    for b, block in enumerate(desk.blocks):
        covering = [s for s in desk.shifts if s.covers[b] and any(s.pools[p] for p in pools)]
        if not covering or any(shift.most is None for shift in covering):
            continue
        people = sum(shift.most or 0 for shift in covering)
        fewest = sum(
            int(desk.pools[p].agents[b, desk.pools[p].allowed[b]].min())
            for p in pools
            if desk.pools[p].allowed[b].any()
        )
        if fewest > people:
            return Problem(
                say(
                    'Desk "{desk}" needs at least {agents} agents in block "{block}", and no more '
                    "than {people} may be on the shifts that cover it.",
                    desk=desk.name,
                    agents=fewest,
                    block=block,
                    people=people,
                ),
                say("Raise most_people of these shifts, or promise less."),
                table="shifts",
            )
    return None


def _together(desk: Desk) -> Problem:
    """The rest: people on shifts and promises that can be kept one by one, not together."""
    return Problem(
        say(
            'No roster of desk "{desk}" keeps its promises, its seats and the most people on its '
            "shifts together.",
            desk=desk.name,
        ),
        say("Promise less, or allow more agents, seats or people on shifts."),
        table="agent_pools",
    )
