"""In every block a pool at work takes one of its ways: agents at the phones, and channels.

y[d,p,b,w] in {0,1}                 way w is taken in block b of pool p, for allowed ways
sum_w y[d,p,b,w] = u[d,e]           pools of design e; 1 for pools that work in every design
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from slopt.economics.desks.desk import Desk, Pool


def one_way_per_block(model: pyo.ConcreteModel, desks: tuple[Desk, ...]) -> None:
    """Add WAYS, the variable `take` and its rule; pools and blocks are told by position."""
    keys = [
        (desk.name, p, int(b), int(w))
        for desk in desks
        for p, pool in enumerate(desk.pools)
        for b, w in np.argwhere(pool.allowed)
    ]
    model.WAYS = pyo.Set(initialize=keys, dimen=4)
    model.take = pyo.Var(model.WAYS, domain=pyo.Binary)
    model.one_way_per_block = pyo.ConstraintList()
    for desk in desks:
        for p, pool in enumerate(desk.pools):
            at_work = 1
            if pool.design is not None:
                at_work = model.design[desk.name, desk.designs[pool.design]]
            for b in range(len(desk.blocks)):
                ways = np.flatnonzero(pool.allowed[b]).tolist()
                taken = sum(model.take[desk.name, p, b, w] for w in ways)
                model.one_way_per_block.add(taken == at_work)


def taken_sum(
    model: pyo.ConcreteModel, desk: str, place: int, pool: Pool, amounts: NDArray[np.float64]
) -> pyo.Expression:
    """sum over b, w of amounts[b,w] y[b,w] of one pool."""
    return pyo.quicksum(
        float(amounts[b, w]) * model.take[desk, place, int(b), int(w)]
        for b, w in np.argwhere(pool.allowed & (amounts != 0))
    )
