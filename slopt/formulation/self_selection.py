"""Customers choose from the menu what is worth most to them beyond its price.

    u[s,k]                              worth less price of tier k to a customer of segment s
    y[k] <= sum over j with u[s,j] >= u[s,k] of x[s,j]
                                        where k is open, who may take it has one as good
    sum of y[k] over the prices of one service <= 1
    y[outside] = 1                      one may always take none of the tiers

The first is stated for every segment s that chooses and every tier k that is offered to it. It
needs no large numbers (Wagner and Falkson 1975 let customers go to their nearest open facility so),
and it leaves ties to the business. Pairs worth less than taking none are no offers at all.
"""

from __future__ import annotations

import pyomo.environ as pyo

from slopt.formulation.choose import tiers_by_segment
from slopt.problem.choice import ChoiceProblem


def customers_choose(model: pyo.ConcreteModel, problem: ChoiceProblem) -> None:
    """Add the rules where customers of some segments choose; `open` must be there already."""
    selection = problem.selection
    if selection is None:
        return
    tiers, tiers_of = problem.tiers[: problem.menu_size], tiers_by_segment(problem)
    as_good = {
        (problem.segments[s], tiers[k]): {name for name, it in zip(tiers, good, strict=True) if it}
        for s in selection.choosers
        for k, good in selection.demands(s)
    }
    prices = {name: [tiers[k] for k in its] for name, its in selection.same_service}
    model.WANTED = pyo.Set(initialize=list(as_good), dimen=2)
    model.SERVICES = pyo.Set(initialize=list(prices))

    @model.Constraint(model.WANTED)
    def customers_take_what_is_worth_most(
        model: pyo.ConcreteModel, s: str, k: str
    ) -> pyo.Expression:
        good = as_good[s, k]
        return sum(model.choose[s, j] for j in tiers_of[s] if j in good) >= model.open[k]

    @model.Constraint(model.SERVICES)
    def one_price_of_a_service(model: pyo.ConcreteModel, service: str) -> pyo.Expression:
        return sum(model.open[k] for k in prices[service]) <= 1

    if selection.outside is not None:
        model.none_may_be_taken = pyo.Constraint(expr=model.open[tiers[selection.outside]] == 1)
