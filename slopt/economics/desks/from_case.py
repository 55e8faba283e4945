"""From the tables of calls to desks as numbers.

One of the files of economics that know the planning case.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.columns import plainly
from slopt.case.desk_rows import NO_DESIGN, DeskRows
from slopt.case.schema import ANY
from slopt.economics.desks.call_losses import CallLosses, call_losses
from slopt.economics.desks.channels import mixes_of
from slopt.economics.desks.desk import Desk, Pool, Shift
from slopt.economics.desks.ways import PoolPlan, make_pool
from slopt.errors import InvalidInput, Problem
from slopt.sayings import say

Numbers = NDArray[np.float64]
SECONDS = 3600.0
MOST_TOLD = 5
"""Blocks at fault that are told for each pool."""


def make_desks(case: PlanningCase) -> tuple[Desk, ...]:
    """Every desk of a case; none where it has no call types.

    Raises InvalidInput that names call type, pool and block where a queue would grow for ever, or
    a promise is beyond the most agents that there may be.
    """
    if "call_types" not in case.tables:
        return ()
    rows, problems, desks = DeskRows(case), [], []
    losses = call_losses(case)
    for name in rows.desks:
        pools, wrong = _pools(case, rows, name, losses)
        problems += wrong
        if not wrong:
            desks.append(_desk(case, rows, name, pools))
    if problems:
        raise InvalidInput(problems)
    return tuple(desks)


def _pools(
    case: PlanningCase, rows: DeskRows, desk: str, losses: CallLosses
) -> tuple[list[Pool], list[Problem]]:
    """The pools of a desk, one for each design whose channels make it another one."""
    designs, pools, problems = rows.designs_of(desk), [], []
    types = rows.types_of(desk).tolist()
    of_design = rows.pools.texts("design")
    for row in rows.pools_of(desk):
        own = of_design[row]
        opened = {rows.channels.texts("design")[ch] for t in types for ch in rows.channels_of(t)}
        differ = own == NO_DESIGN and bool(opened - {NO_DESIGN})
        works_in = designs if differ else [own]
        for design in works_in:
            place = designs.index(design) if design in designs and (own or differ) else None
            plan = _plan(case, rows, desk, row, place, losses)
            try:
                pool = make_pool(plan)
            except ValueError as error:
                problems.append(_unanswerable(rows, row, error))
                continue
            problems += _troubles(rows, row, plan, pool)
            pools.append(pool)
    return pools, problems


def _plan(
    case: PlanningCase, rows: DeskRows, desk: str, row: int, design: int | None, losses: CallLosses
) -> PoolPlan:
    """What the pool of a row of agent_pools has to do."""
    skills = rows.skills_of([row])
    its = rows.skill_type[skills]
    types, pools, blocks = rows.types, rows.pools, rows.blocks
    share = rows.skills.numbers("share")[skills]
    own_priority = rows.skills.numbers("priority")[skills]
    patience, within = types.numbers("patience")[its], types.numbers("answer_within")[its]
    promised = types.numbers("answered_share")[its]
    by_block = ~types.texts("promise_over").is_in(["period"])[its]
    designs = rows.designs_of(desk)
    use, unit_cost = _hourly_use(case, rows, row)
    hired = bool(_shift_rows(case, rows, desk))
    wage = float(pools.numbers("wage")[row]) + float(unit_cost @ use)
    most = pools.numbers("most_agents")[row]
    return PoolPlan(
        name=pools.texts("pool")[row],
        design=design,
        types=np.searchsorted(rows.types_of(desk), its),
        wage=0.0 if hired else wage,
        use=np.zeros(len(use)) if hired else use,
        shrinkage=float(pools.numbers("shrinkage")[row]),
        least=int(pools.numbers("least_agents")[row]),
        most=np.inf if np.isnan(most) else float(most),
        calls=rows.calls[its] * share[:, None],
        seconds=blocks.numbers("hours") * blocks.numbers("times") * SECONDS,
        handle_time=types.numbers("handle_time")[its]
        * rows.skills.numbers("handle_factor")[skills],
        patience=np.where(np.isnan(patience), np.inf, patience),
        priority=np.where(np.isnan(own_priority), types.numbers("priority")[its], own_priority),
        within=np.where(np.isnan(within), np.inf, within),
        share=np.where(by_block, promised, np.nan),
        most_share=float(np.nanmax(np.append(promised, 0.0))),
        lost_orders=losses.lost_orders[its],
        lost_customers=losses.lost_customers[its],
        lost_prospects=losses.lost_prospects[its],
        booked=losses.booked[its],
        sale=losses.sale[its],
        mixes=mixes_of(rows, row, its.tolist(), None if design is None else designs[design]),
    )


def _hourly_use(case: PlanningCase, rows: DeskRows, row: int) -> tuple[Numbers, Numbers]:
    """Units of each resource for a paid hour of a pool, and what a unit costs, (R,)."""
    by_name = rows.pools.use_columns
    use = np.zeros(len(case.resources))
    for place, resource in enumerate(case.resources):
        if resource in by_name:
            use[place] = np.nan_to_num(by_name[resource][row])
    return use, case.table("resources").numbers("unit_cost")


def _shift_rows(case: PlanningCase, rows: DeskRows, desk: str) -> list[int]:
    """Rows of shifts that somebody of the desk may work."""
    names = [ANY, *(rows.pools.texts("pool")[row] for row in rows.pools_of(desk))]
    return np.flatnonzero(case.table("shifts").texts("pool").is_in(names)).tolist()


def _desk(case: PlanningCase, rows: DeskRows, name: str, pools: list[Pool]) -> Desk:
    types = rows.types_of(name)
    designs = rows.designs_of(name)
    table = case.table("desk_designs")
    promised = rows.types.numbers("answered_share")[types]
    over_all = rows.types.texts("promise_over").is_in(["period"])[types]
    cost, labels, today = np.zeros(len(designs)), list(designs), None
    seats = np.full(len(designs), np.inf)
    for place, row in enumerate(rows.design_rows(name)):
        cost[place] = table.numbers("cost")[row]
        labels[place] = table.texts("name")[row] or designs[place]
        if not np.isnan(table.numbers("seats")[row]):
            seats[place] = table.numbers("seats")[row]
        if table.flags("today")[row]:
            today = place
    blocks = rows.blocks
    return Desk(
        name=name,
        designs=tuple(designs),
        pools=tuple(pools),
        blocks=tuple(blocks.texts("block")),
        hours=blocks.numbers("hours") * blocks.numbers("times"),
        call_types=tuple(rows.types.texts("call_type")[int(row)] for row in types),
        resources=tuple(case.resources),
        shifts=_shifts(case, rows, name, pools),
        promise=np.where(over_all, promised, np.nan),
        most_agents=np.repeat(seats[:, None], len(blocks), axis=1),
        design_cost=cost,
        design_labels=tuple(labels),
        today=today,
    )


def _shifts(case: PlanningCase, rows: DeskRows, desk: str, pools: list[Pool]) -> tuple[Shift, ...]:
    """The shifts that the pools of a desk may work, priced for each pool."""
    table, covers = case.table("shifts"), case.table("shift_blocks")
    hours, times = rows.blocks.numbers("hours"), rows.blocks.numbers("times")
    of_shift = covers.texts("shift").places_in(table.texts("shift"))
    block = covers.texts("block").places_in(rows.blocks.texts("block"))
    names = rows.pools.texts("pool").tolist()
    found = []
    for row in _shift_rows(case, rows, desk):
        at_work = np.zeros(len(hours), dtype=np.bool_)
        at_work[block[(of_shift == row) & (block >= 0)]] = True
        whose = table.texts("pool")[row]
        paid, wage = table.numbers("paid_hours")[row], table.numbers("wage")[row]
        paid = hours[at_work].sum() if np.isnan(paid) else paid
        in_period = float(paid * times[at_work].max(initial=0.0))
        cost, use = np.zeros(len(pools)), np.zeros((len(case.resources), len(pools)))
        for p, pool in enumerate(pools):
            place = names.index(pool.name)
            hourly, unit_cost = _hourly_use(case, rows, place)
            own = rows.pools.numbers("wage")[place] if np.isnan(wage) else wage
            cost[p] = (own + unit_cost @ hourly) * in_period
            use[:, p] = hourly * in_period
        most = table.numbers("most_people")[row]
        found.append(
            Shift(
                name=table.texts("shift")[row],
                covers=at_work,
                pools=np.array([whose in (ANY, pool.name) for pool in pools]),
                cost=cost,
                use=use,
                most=None if np.isnan(most) else int(most),
            )
        )
    return tuple(found)


def _troubles(rows: DeskRows, row: int, plan: PoolPlan, pool: Pool) -> list[Problem]:
    """Blocks in which no way is left, and why."""
    blocks = np.flatnonzero(~pool.allowed.any(axis=1))[:MOST_TOLD].tolist()
    return [_trouble(rows, row, plan, pool, block) for block in blocks]


def _trouble(rows: DeskRows, row: int, plan: PoolPlan, pool: Pool, block: int) -> Problem:
    its = rows.skill_type[rows.skills_of([row])]
    names = [rows.types.texts("call_type")[int(each)] for each in its]
    answered = pool.answered_in_time[:, block]
    where = {"pool": plan.name, "block": rows.blocks.texts("block")[block]}
    load = min(float(plan.load(mix)[block]) for mix in plan.mixes)
    if plan.is_patient and plan.most <= load:
        busiest = int(np.argmax(plan.handle_time * plan.calls[:, block]))
        message = say(
            'In pool "{pool}" and block "{block}" calls ("{call_type}" most of all) keep {load} '
            "agents busy all the time, and there may be {most} at most: the queue would grow for "
            "ever.",
            call_type=names[busiest],
            load=f"{load:.4g}",
            most=plainly(plan.most),
            **where,
        )
        remedy = say("Raise most_agents, or give patience, so that callers may hang up.")
    else:
        calls = plan.calls[:, block]
        reached = np.where(calls[:, None] > 0, answered, 0.0)
        share = reached.max(axis=1) / np.where(calls > 0, calls, 1.0)
        short = np.where((calls > 0) & ~np.isnan(plan.share), plan.share - share, -np.inf)
        worst = int(np.argmax(short))
        if np.isinf(plan.most):
            return _beyond_channels(rows, row, names[worst], plan, share[worst], worst, where)
        message = say(
            'Of the calls "{call_type}" in pool "{pool}" and block "{block}" {best} % are answered '
            "in time with {most} agents, the most there may be, and {promised} % are promised.",
            call_type=names[worst],
            best=f"{100 * share[worst]:.2f}",
            most=plainly(plan.most),
            promised=plainly(round(100 * plan.share[worst], 6)),
            **where,
        )
        remedy = say("Raise most_agents, or lower answered_share.")
    return _problem(rows, row, message, remedy)


def _beyond_channels(
    rows: DeskRows,
    row: int,
    call_type: str,
    plan: PoolPlan,
    best: float,
    worst: int,
    where: dict[str, str],
) -> Problem:
    """A promise that no number of agents keeps, because other channels take calls that fail."""
    message = say(
        'Of the calls "{call_type}" in pool "{pool}" and block "{block}" {best} % can be answered '
        "in time however many agents there are, and {promised} % are promised: the rest gives up "
        "in other channels.",
        call_type=call_type,
        best=f"{100 * best:.2f}",
        promised=plainly(round(100 * plan.share[worst], 6)),
        **where,
    )
    remedy = say("Lower answered_share, or least_share and gives_up in contact_channels.")
    return _problem(rows, row, message, remedy)


def _unanswerable(rows: DeskRows, row: int, error: ValueError) -> Problem:
    return _problem(
        rows,
        row,
        say('Pool "{pool}": {reason}.', pool=rows.pools.texts("pool")[row], reason=str(error)),
        say("Check the patience, handle times and volumes of the calls that it takes."),
    )


def _problem(rows: DeskRows, row: int, message: str, remedy: str) -> Problem:
    table = rows.pools
    most = float(table.numbers("most_agents")[row])
    return Problem(
        message,
        remedy,
        table=table.name,
        file=table.file or None,
        row=table.rows[row],
        column="most_agents",
        value=None if np.isnan(most) else plainly(most),
    )
