"""Prospects that segments share: the more are told already, the fewer hear anything new.

    loss(x) = V M (1 - e^(-x/M)) in straight pieces j = 1..J of width w[j] and height h[j]
    sum_sk m[s,k] x[s,k] <= sum_j w[j] d[j]      d[j] in [0,1]: the part of piece j that is told
    d[j+1] <= f[j] <= d[j]                       f[j] in {0,1}: piece j is full before the next
    pool_loss = sum_j h[j] d[j]

The loss is concave, so that without f the flattest pieces would be filled first. The pieces lie
below the curve by no more than the pool's `error`; a cap on lost sales keeps that much room. The
price of the first row is what one message more would lose.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from slopt.formulation.choose import chosen_sum
from slopt.formulation.shared import name_limit
from slopt.problem.choice import ChoiceProblem


def prospects_told(model: pyo.ConcreteModel, problem: ChoiceProblem) -> None:
    """Add a block for every pool, and `pool_loss`, 0 where there is none."""
    model.pool = pyo.Block([pool.name for pool in problem.pools])
    for pool in problem.pools:
        block, width, height = model.pool[pool.name], np.diff(pool.at), np.diff(pool.lost)
        last = len(width) - 1
        block.part = pyo.Var(range(last + 1), bounds=(0, 1))
        block.full = pyo.Var(range(last), domain=pyo.Binary)
        block.told = pyo.Constraint(
            expr=chosen_sum(model, problem, pool.messages)
            - pyo.quicksum(float(width[j]) * block.part[j] for j in range(last + 1))
            <= 0
        )
        name_limit(model, pool.row, block.told)
        block.full_first = pyo.Constraint(
            range(last), rule=lambda block, j: block.full[j] <= block.part[j]
        )
        block.then_next = pyo.Constraint(
            range(last), rule=lambda block, j: block.part[j + 1] <= block.full[j]
        )
        block.loss = pyo.Expression(
            expr=pyo.quicksum(float(height[j]) * block.part[j] for j in range(last + 1))
        )
    model.pool_loss = pyo.Expression(expr=sum(model.pool[p.name].loss for p in problem.pools))
