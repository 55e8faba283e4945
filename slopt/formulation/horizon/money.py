"""The money lines of a plan, by period and in present value; goal and limits are sums of them.

    spent[t]     = sum_sm (cost w + fixed_cost x)
                   + changes + open tiers + extra units + staff + projects
    caused[t]    = sum_sm caused[s,t,m] w[s,t,m]          lost sales that the service of t causes
    service_cost = sum_t discount[t] spent[t]
    lost_sales   = sum_t discount[t] (lost orders, customers, prospects of t) + after the horizon
    mean_level[t] = sum_sm weight[s] service_level[s,t,m] x[s,t,m] / sum_s weight[s]

One who leaves in t is missed from t + 1 on, which is a fixed amount of present value
(`HorizonProblem.worth_of_the_missing`), so that nobody needs to be carried along:

    lost_sales = sum_stm discount[t] (lost_orders + ..) w
                 + sum_st (L[s,t] left[s,t] + U[s,t] deterred[s,t])
                 + end_value of those who still leave after the last period

Booked money and expected money stay apart; only total_cost adds them.
"""

from __future__ import annotations

import pyomo.environ as pyo

from slopt.formulation.horizon.capacity import extra_cost
from slopt.formulation.horizon.choose import chosen_sum
from slopt.formulation.horizon.customers import left, served_sum
from slopt.formulation.horizon.menu import open_cost
from slopt.formulation.horizon.moves import change_cost
from slopt.formulation.horizon.projects import project_cost
from slopt.formulation.horizon.staff import staff_cost
from slopt.problem.horizon.problem import LOST, HorizonProblem


def money_lines(model: pyo.ConcreteModel, problem: HorizonProblem) -> None:
    """Add the expressions; all decisions must be there already."""
    at = {period: p for p, period in enumerate(problem.periods)}

    @model.Expression(model.PERIODS)
    def spent(model: pyo.ConcreteModel, t: str) -> pyo.Expression:
        p = at[t]
        return (
            served_sum(model, problem, p, problem.cost[:, p], problem.fixed_cost[:, p])
            + change_cost(model, problem, p)
            + open_cost(model, problem, p)
            + extra_cost(model, problem, p)
            + staff_cost(model, problem, p)
            + project_cost(model, problem, p)
        )

    @model.Expression(model.PERIODS)
    def caused(model: pyo.ConcreteModel, t: str) -> pyo.Expression:
        return served_sum(model, problem, at[t], problem.caused[:, at[t]])

    @model.Expression(model.PERIODS)
    def mean_level(model: pyo.ConcreteModel, t: str) -> pyo.Expression:
        weighted = problem.mean_weight[:, None] * problem.service_level[:, at[t]]
        return chosen_sum(model, problem, at[t], weighted)

    model.service_cost = pyo.Expression(
        expr=sum(float(problem.discount[p]) * model.spent[t] for t, p in at.items())
    )
    model.lost_sales = pyo.Expression(expr=_lost_sales(model, problem))
    model.total_cost = pyo.Expression(expr=model.service_cost + model.lost_sales)


def _lost_sales(model: pyo.ConcreteModel, problem: HorizonProblem) -> pyo.Expression:
    worth_of_left, worth_of_deterred = problem.worth_of_the_missing
    lost = sum(getattr(problem, name) for name in LOST) * problem.discount[None, :, None]
    lost = lost + problem.deter * worth_of_deterred[:, :, None]
    at_once = problem.lag == 0
    lost[at_once] += problem.leave[at_once] * worth_of_left[at_once][:, :, None]
    during = sum(served_sum(model, problem, p, lost[:, p]) for p in range(len(problem.periods)))
    later = sum(
        float(worth_of_left[s, p]) * left(model, problem, s, p)
        for s in range(len(problem.segments))
        if not at_once[s]
        for p in range(len(problem.periods))
    )
    return during + later + sum(_echo(model, problem, s) for s in range(len(problem.segments)))


def _echo(model: pyo.ConcreteModel, problem: HorizonProblem, segment: int) -> pyo.Expression:
    """Present value of those who leave after the last period for what was chosen before."""
    t, value = len(problem.periods), float(problem.discount[-1] * problem.end_value[segment])
    if value == 0:
        return 0.0
    return sum(
        value * problem.discount_step ** (j + 1) * left(model, problem, segment, t + j)
        for j in range(int(problem.lag[segment]))
    )
