"""Promises over all blocks, and seats.

    sum_pbw answered[c,p,b,w] y[d,p,b,w] >= promise[c] sum_e calls[c,e] u[d,e]
    sum_pw agents[w] y[d,p,b,w] <= sum_e seats[e,b] u[d,e]                 in every block b

Promises that hold in each block by itself only thin the ways.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from slopt.economics.desks.desk import Desk, Pool
from slopt.formulation.staffing.ways import taken_sum


def promises_kept(model: pyo.ConcreteModel, desks: tuple[Desk, ...]) -> None:
    """Add the rules `promises` and `seats`, where anything is promised and seats are few."""
    model.promises = pyo.ConstraintList()
    model.seats = pyo.ConstraintList()
    for desk in desks:
        for c in np.flatnonzero(~np.isnan(desk.promise)).tolist():
            _promise(model, desk, c)
        for b in np.flatnonzero(np.isfinite(desk.most_agents).any(axis=0)).tolist():
            _seats(model, desk, b)


def _promise(model: pyo.ConcreteModel, desk: Desk, call_type: int) -> None:
    answered = sum(
        taken_sum(model, desk.name, p, pool, pool.answered_in_time[pool.own(call_type)].sum(axis=0))
        for p, pool in enumerate(desk.pools)
    )
    calls = [
        sum(_calls(desk.pools[p], call_type) for p in desk.pools_of(e))
        for e in range(len(desk.designs))
    ]
    if max(calls) > 0:
        wanted = sum(
            float(desk.promise[call_type]) * count * model.design[desk.name, name]
            for name, count in zip(desk.designs, calls, strict=True)
        )
        model.promises.add(answered - wanted >= 0)


def _calls(pool: Pool, call_type: int) -> float:
    return float(pool.calls[pool.own(call_type)].sum())


def _seats(model: pyo.ConcreteModel, desk: Desk, block: int) -> None:
    agents = pyo.quicksum(
        int(pool.agents[block, w]) * model.take[desk.name, p, block, int(w)]
        for p, pool in enumerate(desk.pools)
        for w in np.flatnonzero(pool.allowed[block])
    )
    unlimited = sum(float(pool.agents[block].max()) for pool in desk.pools)
    seats = np.minimum(desk.most_agents[:, block], unlimited)
    at_hand = sum(
        float(count) * model.design[desk.name, name]
        for name, count in zip(desk.designs, seats, strict=True)
    )
    model.seats.add(agents - at_hand <= 0)
