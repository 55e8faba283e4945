"""What desks cost, lose and use counts with what tiers cost, lose and use.

    staff_cost    = sum of cost[w] y  +  sum of wage[j,p] n  +  sum of cost[e] u
    staff_loss    = sum of the three kinds of lost sales of the ways taken
    staff_used[r] = sum of use[r,w] y  +  sum of use[r,j,p] n

They are added to the money lines and to the use of resources that tiers have, so that one budget,
one cap on lost sales and one capacity hold for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pyomo.environ as pyo

from slopt.economics.desks.desk import Desk, Numbers, Pool, Shift
from slopt.formulation.counted import count_with_tiers
from slopt.formulation.staffing.ways import taken_sum
from slopt.problem.choice import ChoiceProblem


def staff_lines(model: pyo.ConcreteModel, desks: tuple[Desk, ...]) -> None:
    """Add the expressions `staff_cost`, `staff_loss` and `staff_used`, which is by resource."""
    designs = pyo.quicksum(
        float(cost) * model.design[desk.name, name]
        for desk in desks
        for name, cost in zip(desk.designs, desk.design_cost, strict=True)
    )
    ways = _of_ways(model, desks, lambda pool: pool.cost)
    wages = _of_people(model, desks, lambda shift: shift.cost)
    model.staff_cost = pyo.Expression(expr=ways + wages + designs)
    model.staff_loss = pyo.Expression(expr=_of_ways(model, desks, lambda pool: pool.lost_sales))
    resources = desks[0].resources if desks else ()
    model.STAFF_RESOURCES = pyo.Set(initialize=resources)
    model.staff_used = pyo.Expression(model.STAFF_RESOURCES)
    for r, resource in enumerate(resources):
        model.staff_used[resource] = _used(model, desks, r)


def staff_counts(model: pyo.ConcreteModel, problem: ChoiceProblem, desks: tuple[Desk, ...]) -> None:
    """Add the lines of staff to those of tiers; `money_lines` and resources must be there."""
    staff_lines(model, desks)
    used = {
        r: model.staff_used[name]
        for r, name in enumerate(problem.resources)
        if any(_uses(desk, r) for desk in desks)
    }
    count_with_tiers(model, problem, model.staff_cost, model.staff_loss, used)


def _used(model: pyo.ConcreteModel, desks: tuple[Desk, ...], resource: int) -> pyo.Expression:
    ways = _of_ways(model, desks, lambda pool: pool.use[resource])
    return ways + _of_people(model, desks, lambda shift: shift.use[resource])


def _uses(desk: Desk, resource: int) -> bool:
    of_ways = any(np.any(pool.use[resource]) for pool in desk.pools)
    return of_ways or any(np.any(shift.use[resource]) for shift in desk.shifts)


def _of_ways(
    model: pyo.ConcreteModel, desks: tuple[Desk, ...], amounts: Callable[[Pool], Numbers]
) -> pyo.Expression:
    return pyo.quicksum(
        taken_sum(model, desk.name, p, pool, amounts(pool))
        for desk in desks
        for p, pool in enumerate(desk.pools)
    )


def _of_people(
    model: pyo.ConcreteModel, desks: tuple[Desk, ...], amounts: Callable[[Shift], Numbers]
) -> pyo.Expression:
    def terms() -> Iterator[pyo.Expression]:
        for desk in desks:
            for j, shift in enumerate(desk.shifts):
                each = amounts(shift)
                for p in np.flatnonzero(shift.pools & (each != 0)):
                    yield float(each[p]) * model.people[desk.name, int(p), j]

    return pyo.quicksum(terms())
