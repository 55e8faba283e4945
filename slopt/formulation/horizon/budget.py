"""The budget of every period, with what earlier ones left over where it may be carried.

    spent[t] + c[t] <= budget[t] + c[t-1]         c[t] >= 0 only where carries[t], c[-1] = carry_in

What is carried into a period without a budget is gone. Savings of projects are spending below 0,
and fund later periods the same way. The price is what one more unit of money in the period would
gain in the relaxation, in present value.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from slopt.formulation.horizon.named import name_period_limit
from slopt.problem.horizon.problem import HorizonProblem


def spending_within_budgets(model: pyo.ConcreteModel, problem: HorizonProblem) -> None:
    """Add `carry` and the rule for the periods that have a budget."""
    given = ~np.isnan(problem.budget)
    carrying = problem.carries & given & np.append(given[1:], False)
    periods = problem.periods
    model.CARRYING = pyo.Set(initialize=[periods[p] for p in np.flatnonzero(carrying)])
    model.carry = pyo.Var(model.CARRYING, domain=pyo.NonNegativeReals)
    model.within_budget = pyo.Constraint(model.PERIODS)
    for p in np.flatnonzero(given).tolist():
        left_over = model.carry[periods[p]] if carrying[p] else 0.0
        before = problem.carry_in if p == 0 else 0.0
        if p > 0 and carrying[p - 1]:
            before = model.carry[periods[p - 1]]
        spent = model.spent[periods[p]] + left_over - before
        model.within_budget[periods[p]] = spent <= float(problem.budget[p])
        name_period_limit(model, f"budget {periods[p]}", model.within_budget[periods[p]])
