"""What the plan is best at over the futures, as a loss, penalties of soft rules included.

    mean      min  sum_w p[w] Z[w] + penalties
    cvar      min  (1 - weight) sum_w p[w] Z[w] + weight CVaR + penalties         worst_futures.py
    regret    min  regret + penalties                                             regret.py

Penalties are those at the case's own numbers, whatever the future.
"""

from __future__ import annotations

import pyomo.environ as pyo

from slopt.formulation.risk.regret import regret_of_every_future
from slopt.formulation.risk.worst_futures import mean_of_the_worst
from slopt.problem.scenarios.question import RiskQuestion
from slopt.vocabulary import RiskMeasure


def set_aim(model: pyo.ConcreteModel, question: RiskQuestion) -> None:
    """Add the objective `goal`. Raises ValueError for an aim that looks at no future."""
    weight = question.aim.weight
    model.mean_loss = pyo.Expression(
        expr=pyo.quicksum(
            float(chance) * model.loss[w] for w, chance in enumerate(question.problem.probability)
        )
    )
    match question.aim.measure:
        case RiskMeasure.MEAN:
            worth = model.mean_loss
        case RiskMeasure.CVAR:
            mean_of_the_worst(model, question)
            worth = (1 - weight) * model.mean_loss + weight * model.cvar
        case RiskMeasure.REGRET:
            regret_of_every_future(model, question)
            worth = model.regret
        case RiskMeasure.ROBUST:
            raise ValueError("the robust aim has a program of its own, models/robust_plan.py")
    model.goal = pyo.Objective(expr=worth + model.penalties)


def ask_for_the_least_mean(model: pyo.ConcreteModel, reached: float) -> None:
    """Of the plans that are as good by the aim, within `reached`, the one of the least mean.

    An aim that looks at the worst futures alone says nothing of all others.
    """
    model.aim_reached = pyo.Constraint(expr=model.goal.expr <= reached)
    model.goal.deactivate()
    model.least_mean = pyo.Objective(expr=model.mean_loss + model.penalties)
