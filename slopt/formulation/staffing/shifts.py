"""Whole people on shifts cover the agents of every block.

    n[d,p,j] in {0,1,2,...}                                  people of pool p on shift j
    sum_j covers[j,b] n[d,p,j] >= sum_w people[w] y[d,p,b,w]
    sum_p n[d,p,j] <= most[j]

people[w] is the fewest who give the agents of a way once some are away: with a third of the paid
time away from the phones, 2 agents take 3 people.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from slopt.economics.desks.desk import Desk
from slopt.economics.desks.roster import people_for


def shifts_cover_agents(model: pyo.ConcreteModel, desks: tuple[Desk, ...]) -> None:
    """Add ROSTERED, the variable `people` and the rules of shifts, where there are any."""
    keys = [
        (desk.name, int(p), j)
        for desk in desks
        for j, shift in enumerate(desk.shifts)
        for p in np.flatnonzero(shift.pools)
    ]
    model.ROSTERED = pyo.Set(initialize=keys, dimen=3)
    model.people = pyo.Var(model.ROSTERED, domain=pyo.NonNegativeIntegers)
    model.shifts_cover_agents = pyo.ConstraintList()
    model.most_people_on_shift = pyo.ConstraintList()
    for desk in desks:
        if desk.shifts:
            _cover(model, desk)
        for j, shift in enumerate(desk.shifts):
            if shift.most is not None:
                people = [model.people[desk.name, int(p), j] for p in np.flatnonzero(shift.pools)]
                if people:
                    model.most_people_on_shift.add(sum(people) <= shift.most)


def _cover(model: pyo.ConcreteModel, desk: Desk) -> None:
    for p, pool in enumerate(desk.pools):
        needed = people_for(pool, pool.agents)
        for b in range(len(desk.blocks)):
            ways = np.flatnonzero(pool.allowed[b] & (needed[b] > 0)).tolist()
            if not ways:
                continue
            on_shift = sum(
                model.people[desk.name, p, j]
                for j, shift in enumerate(desk.shifts)
                if shift.covers[b] and shift.pools[p]
            )
            wanted = pyo.quicksum(int(needed[b, w]) * model.take[desk.name, p, b, w] for w in ways)
            model.shifts_cover_agents.add(on_shift - wanted >= 0)
