"""The mean of the worst share `tail` of all futures, as a linear program.

    CVaR = min over eta of  eta + sum_w p[w] zeta[w] / tail
    zeta[w] >= Z[w] - eta,   zeta[w] >= 0                        for every future w

At its best eta is the loss that is exceeded in no more than `tail` of the futures (Rockafellar and
Uryasev 2000, Journal of Risk 2(3), 21-41; 2002 for futures that lie on the edge).
"""

from __future__ import annotations

import pyomo.environ as pyo

from slopt.problem.scenarios.question import RiskQuestion


def mean_of_the_worst(model: pyo.ConcreteModel, question: RiskQuestion) -> None:
    """Add `edge` (eta), `beyond_edge` (zeta) and the expression `cvar`."""
    model.edge = pyo.Var()
    model.beyond_edge = pyo.Var(model.FUTURES, domain=pyo.NonNegativeReals)

    @model.Constraint(model.FUTURES)
    def loss_beyond_the_edge(model: pyo.ConcreteModel, w: int) -> pyo.Expression:
        return model.beyond_edge[w] >= model.loss[w] - model.edge

    model.cvar = pyo.Expression(
        expr=model.edge
        + pyo.quicksum(
            float(chance / question.aim.tail) * model.beyond_edge[w]
            for w, chance in enumerate(question.problem.probability)
        )
    )
