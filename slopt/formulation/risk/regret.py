"""The most by which the plan is worse than the best plan of a future.

    regret >= Z[w] - Z*[w]                       for every future w

Z*[w] is the loss of the best plan of the future alone, known beforehand. Probabilities do not count
(Savage 1951, Journal of the American Statistical Association 46(253), 55-67).
"""

from __future__ import annotations

import pyomo.environ as pyo

from slopt.problem.scenarios.question import RiskQuestion


def regret_of_every_future(model: pyo.ConcreteModel, question: RiskQuestion) -> None:
    """Add the variable `regret` and its rule. Raises ValueError without the best values."""
    best = question.best
    if best is None:
        raise ValueError("regret needs the best value of every future")
    sign = -1.0 if question.problem.base.goal.maximises else 1.0
    model.regret = pyo.Var()

    @model.Constraint(model.FUTURES)
    def regret_of_every_future(model: pyo.ConcreteModel, w: int) -> pyo.Expression:
        return model.regret >= model.loss[w] - sign * float(best[w])
