"""The menu: a tier is offered only if it is opened, and at most so many are.

    y[k] in {0,1}
    x[s,k] <= y[k]                      a tier that any segment has is open
    sum_k y[k] <= P                     max_tiers; taking no tier, where one may, is none

The price of `max_tiers` is what one more tier on the menu would gain in the relaxation.
"""

from __future__ import annotations

import pyomo.environ as pyo

from slopt.formulation.shared import name_limit
from slopt.problem.choice import ChoiceProblem


def tiers_on_the_menu(model: pyo.ConcreteModel, problem: ChoiceProblem) -> None:
    """Add `open` and its rules where opening costs money or the number of tiers is limited."""
    if not problem.has_menu:
        return
    menu = problem.tiers[: problem.menu_size]
    model.open = pyo.Var(menu, domain=pyo.Binary)

    @model.Constraint([(s, k) for s, k in model.OFFERS if k in set(menu)])
    def chosen_tier_is_open(model: pyo.ConcreteModel, s: str, k: str) -> pyo.Expression:
        return model.choose[s, k] <= model.open[k]

    if problem.max_tiers is not None:
        model.tiers_within_menu = pyo.Constraint(
            expr=pyo.quicksum(
                model.open[k] for k, counts in zip(menu, problem.on_menu, strict=False) if counts
            )
            <= problem.max_tiers
        )
        name_limit(model, "max_tiers", model.tiers_within_menu)
