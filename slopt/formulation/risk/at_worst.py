"""So many segments turn out at their worst at once, whichever these are.

    p + z[s] >= sum_k d[s,k] x[s,k]              for every segment s
    p, z[s] >= 0
    min  value at the case's own numbers + G p + sum_s z[s] + penalties

d[s,k] is by how much the pair is worse in its worst future than by the case's own numbers, G the
number of segments. By duality G p + sum_s z[s] is the sum of the G largest d of the pairs chosen
(Bertsimas and Sim 2004, Operations Research 52(1), 35-53).
"""

from __future__ import annotations

import pyomo.environ as pyo

from slopt.formulation.choose import tiers_by_segment
from slopt.problem.scenarios.aim import deviations
from slopt.problem.scenarios.question import RiskQuestion
from slopt.vocabulary import Goal


def segments_at_their_worst(model: pyo.ConcreteModel, question: RiskQuestion) -> None:
    """Add `edge` (p), `beyond_edge` (z), their rule, and the objective `goal` as a loss."""
    base = question.problem.base
    worse = deviations(question.problem)
    tiers_of = tiers_by_segment(base)
    place = {name: k for k, name in enumerate(base.tiers)}
    row = {name: s for s, name in enumerate(base.segments)}
    model.edge = pyo.Var(domain=pyo.NonNegativeReals)
    model.beyond_edge = pyo.Var(model.SEGMENTS, domain=pyo.NonNegativeReals)

    @model.Constraint(model.SEGMENTS)
    def deviation_beyond_the_edge(model: pyo.ConcreteModel, s: str) -> pyo.Expression:
        chosen = sum(float(worse[row[s], place[k]]) * model.choose[s, k] for k in tiers_of[s])
        return model.edge + model.beyond_edge[s] >= chosen

    at_worst = question.aim.at_worst * model.edge + pyo.quicksum(
        model.beyond_edge[s] for s in model.SEGMENTS
    )
    own = {
        Goal.MIN_TOTAL_COST: model.total_cost,
        Goal.MIN_LOST_SALES: model.lost_sales,
        Goal.MIN_BUDGET: model.service_cost,
        Goal.MAX_SERVICE: -model.mean_level,
    }[base.goal]
    model.goal = pyo.Objective(expr=own + at_worst + model.penalties)
