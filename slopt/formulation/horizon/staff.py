"""Staff and contracts: units that are held and paid, used or not; hired before they are needed.

    h[o,t] >= 0, d[o,t] >= 0            hired and released, whole numbers where units are
    held[o,t] = units[o] + past hires + sum over u <= t of (h[o,u] - d[o,u])  <= most_held[o]
    at_work[o,t] = units[o] + sum over all hires of at_work(age) hired - sum over u <= t of d[o,u]
    sum over u <= t of d[o,u] <= units[o] + hires that are `hold` periods old in t

`hold` is the term of the contract, and no less than what training and ramp-up take, so that only
who is fully productive is released. h[o,t] <= most_hired[o].
"""

from __future__ import annotations

import pyomo.environ as pyo

from slopt.formulation.horizon.named import name_demand
from slopt.problem.horizon.problem import HorizonProblem, StaffOption


def staff_held(model: pyo.ConcreteModel, problem: HorizonProblem) -> None:
    """Add `hire`, `release` and the rules of staff, where there is any."""
    options = {option.name: option for option in problem.staff}
    model.STAFF = pyo.Set(initialize=list(options))

    def domain(model: pyo.ConcreteModel, o: str, t: str) -> object:
        return pyo.NonNegativeIntegers if options[o].whole else pyo.NonNegativeReals

    model.hire = pyo.Var(
        model.STAFF,
        model.PERIODS,
        domain=domain,
        bounds=lambda model, o, t: (0, options[o].most_hired),
    )
    model.release = pyo.Var(model.STAFF, model.PERIODS, domain=domain)
    model.held_within_most = pyo.Constraint(model.STAFF, model.PERIODS)
    model.released_after_term = pyo.Constraint(model.STAFF, model.PERIODS)
    for o, option in options.items():
        for p, t in enumerate(problem.periods):
            if option.most_held is not None:
                row = _held(model, problem, option, p) <= option.most_held
                model.held_within_most[o, t] = row
                name_demand(model, f"{o} most_held {t}", [model.held_within_most[o, t]])
            free = option.units + sum(
                units for i, units in enumerate(option.past) if p + 1 + i >= option.hold
            )
            hired = sum(
                model.hire[o, problem.periods[u]] for u in range(max(0, p - option.hold + 1))
            )
            model.released_after_term[o, t] = _released(model, problem, option, p) <= free + hired


def _released(
    model: pyo.ConcreteModel, problem: HorizonProblem, option: StaffOption, period: int
) -> pyo.Expression:
    """Units released up to a period."""
    return sum(model.release[option.name, t] for t in problem.periods[: period + 1])


def _held(
    model: pyo.ConcreteModel, problem: HorizonProblem, option: StaffOption, period: int
) -> pyo.Expression:
    """Units held, and paid, in a period."""
    hired = sum(model.hire[option.name, t] for t in problem.periods[: period + 1])
    return option.units + sum(option.past) + hired - _released(model, problem, option, period)


def units_at_work(
    model: pyo.ConcreteModel, problem: HorizonProblem, resource: int, period: int
) -> pyo.Expression | float:
    """Units of a resource that staff gives in a period."""
    total = 0.0
    for option in problem.staff:
        if option.resource == resource:
            total += option.units - _released(model, problem, option, period)
            total += sum(
                units * option.at_work(period + 1 + i) for i, units in enumerate(option.past)
            )
            for u in range(period + 1):
                if option.at_work(period - u):
                    hired = model.hire[option.name, problem.periods[u]]
                    total += option.at_work(period - u) * hired
    return total


def staff_cost(
    model: pyo.ConcreteModel, problem: HorizonProblem, period: int
) -> pyo.Expression | float:
    """Wages, hiring and release in a period."""
    t = problem.periods[period]
    return sum(
        float(option.wage[period]) * _held(model, problem, option, period)
        + option.hire_cost * model.hire[option.name, t]
        + option.release_cost * model.release[option.name, t]
        for option in problem.staff
    )
