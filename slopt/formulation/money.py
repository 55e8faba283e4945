"""The money lines of a plan, each a named expression; objective and limits are sums of them.

    segment_cost = sum_sk c[s,k] x[s,k]          open_cost = sum_k F[k] y[k]
    extra_cost   = sum_r g[r] e[r]               service_cost = the three together
    lost_sales   = sum_sk l[s,k] x[s,k] + pool_loss
    total_cost   = service_cost + lost_sales
    mean_level   = sum_s w[s] q[s,k] x[s,k] / sum_s w[s]

Booked money and expected money stay apart; only total_cost adds them.
"""

from __future__ import annotations

import pyomo.environ as pyo

from slopt.formulation.choose import chosen_sum
from slopt.formulation.prospect_pools import prospects_told
from slopt.problem.choice import ChoiceProblem


def money_lines(model: pyo.ConcreteModel, problem: ChoiceProblem) -> None:
    """Add the expressions; `open` and `extra` must be there already.

    Pools of prospects are stated here where a model file did not do so.
    """
    if model.component("pool_loss") is None:
        prospects_told(model, problem)
    at = {name: r for r, name in enumerate(problem.resources)}
    model.segment_cost = pyo.Expression(expr=chosen_sum(model, problem, problem.service_cost))
    model.open_cost = pyo.Expression(
        expr=sum(
            float(problem.open_cost[k]) * model.open[name]
            for k, name in enumerate(problem.tiers[: problem.menu_size])
        )
        if problem.has_menu
        else 0
    )
    model.extra_cost = pyo.Expression(
        expr=sum(
            float(problem.extra_premium[at[name]]) * model.extra[name] for name in model.BUYABLE
        )
    )
    model.service_cost = pyo.Expression(
        expr=model.segment_cost + model.open_cost + model.extra_cost
    )
    model.lost_sales = pyo.Expression(
        expr=chosen_sum(model, problem, problem.lost_sales) + model.pool_loss
    )
    model.total_cost = pyo.Expression(expr=model.service_cost + model.lost_sales)
    model.mean_level = pyo.Expression(
        expr=chosen_sum(model, problem, problem.mean_weight[:, None] * problem.service_level)
    )
