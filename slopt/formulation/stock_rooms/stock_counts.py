"""What items cost, lose and use counts with what tiers cost, lose and use.

    stock_cost    = orders  +  sum of h[i] held[i] + b[i] short[i] + (sum_r w[r,i] c[r]) stock[i]
    stock_loss    = sum of l[i] short[i]
    stock_used[r] = sum of w[r,i] stock[i]

One budget, one cap on lost sales and one capacity hold for all.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from slopt.economics.stock_rooms.rooms import StockRooms
from slopt.formulation.counted import count_with_tiers
from slopt.problem.choice import ChoiceProblem

Numbers = NDArray[np.float64]


def stock_counts(model: pyo.ConcreteModel, problem: ChoiceProblem, rooms: StockRooms) -> None:
    """Add the lines of stock to those of tiers; `items_in_stock` and `money_lines` come before."""
    costs = rooms.costs
    model.stock_cost = pyo.Expression(
        expr=float(costs.ordering.sum())
        + _sum(model.held, costs.held)
        + _sum(model.short, costs.booked)
        + _sum(model.stock, rooms.unit_cost @ rooms.weight)
    )
    model.stock_loss = pyo.Expression(expr=_sum(model.short, costs.lost))
    used = {r: _sum(model.stock, weight) for r, weight in enumerate(rooms.weight) if weight.any()}
    count_with_tiers(model, problem, model.stock_cost, model.stock_loss, used)


def _sum(variable: pyo.Var, per_unit: Numbers) -> pyo.Expression:
    return pyo.quicksum(
        float(each) * variable[item] for item, each in enumerate(per_unit) if each != 0
    )
