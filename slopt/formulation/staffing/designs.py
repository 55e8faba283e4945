"""Every desk has exactly one design.

u[d,e] in {0,1}                     design e is chosen for desk d
sum_e u[d,e] = 1                    for every desk d
"""

from __future__ import annotations

import pyomo.environ as pyo

from slopt.economics.desks.desk import Desk


def one_design_per_desk(model: pyo.ConcreteModel, desks: tuple[Desk, ...]) -> None:
    """Add DESKS, DESIGNS, the variable `design` and its rule."""
    designs = {desk.name: desk.designs for desk in desks}
    model.DESKS = pyo.Set(initialize=list(designs))
    pairs = [(name, design) for name, its in designs.items() for design in its]
    model.DESIGNS = pyo.Set(initialize=pairs, dimen=2)
    model.design = pyo.Var(model.DESIGNS, domain=pyo.Binary)

    @model.Constraint(model.DESKS)
    def one_design_per_desk(model: pyo.ConcreteModel, d: str) -> pyo.Expression:
        return sum(model.design[d, e] for e in designs[d]) == 1
