"""What the plan costs, loses and serves in every future, and what it is worth as a loss.

    service_cost[w] = sum_sk c[w,s,k] x[s,k] + sum_k F[w,k] y[k]
                      + sum_r f[r] h[r] + sum_r g[w,r] late[w,r]
    lost_sales[w]   = sum_sk l[w,s,k] x[s,k]
    mean_level[w]   = sum_s v[w,s] q[w,s,k] x[s,k] / sum_s v[w,s]

    Z[w] = service_cost[w] + lost_sales[w]   min_total_cost       lost_sales[w]   min_lost_sales
           service_cost[w]                   min_budget          -mean_level[w]   max_service

f is the cost of a reserved unit, g the premium of a late one, v the weight of a segment. Where
tiers may be changed later, sums are mixed and moves cost money as later_change.py says.
"""

from __future__ import annotations

import pyomo.environ as pyo

from slopt.formulation.risk.sums import sum_in_future
from slopt.problem.scenarios.question import RiskQuestion
from slopt.vocabulary import Goal


def money_lines_of_futures(model: pyo.ConcreteModel, question: RiskQuestion) -> None:
    """Add `future_cost`, `future_lost`, `future_level` and `loss`, by future."""
    base, futures, later = question.problem.base, question.futures, question.later
    menu = base.tiers[: base.menu_size]

    def service_cost(model: pyo.ConcreteModel, w: int) -> pyo.Expression:
        cost = sum_in_future(model, question, w, futures[w].service_cost)
        if model.component("open") is not None:
            opened = model.open if later is None else {k: model.opened[w, k] for k in menu}
            cost += sum(float(futures[w].open_cost[k]) * opened[n] for k, n in enumerate(menu))
        if later is not None:
            cost += later.cost * sum(model.moved[w, s] for s in model.SEGMENTS)
        return cost + model.reserve_cost + model.late_cost[w]

    def lost_sales(model: pyo.ConcreteModel, w: int) -> pyo.Expression:
        return sum_in_future(model, question, w, futures[w].lost_sales)

    def mean_level(model: pyo.ConcreteModel, w: int) -> pyo.Expression:
        weight = futures[w].mean_weight[:, None]
        return sum_in_future(model, question, w, weight * futures[w].service_level)

    def loss(model: pyo.ConcreteModel, w: int) -> pyo.Expression:
        match base.goal:
            case Goal.MIN_TOTAL_COST:
                return model.future_cost[w] + model.future_lost[w]
            case Goal.MIN_LOST_SALES:
                return model.future_lost[w]
            case Goal.MIN_BUDGET:
                return model.future_cost[w]
            case Goal.MAX_SERVICE:
                return -model.future_level[w]

    model.future_cost = pyo.Expression(model.FUTURES, rule=service_cost)
    model.future_lost = pyo.Expression(model.FUTURES, rule=lost_sales)
    model.future_level = pyo.Expression(model.FUTURES, rule=mean_level)
    model.loss = pyo.Expression(model.FUTURES, rule=loss)
