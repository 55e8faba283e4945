"""The block `risk` of result.json: what a plan is best at over the futures, and what it gives."""

from __future__ import annotations

from typing import Any

import numpy as np

from slopt.case.case import PlanningCase
from slopt.plan.plan import Plan
from slopt.plan.risk import FEW, MANY, PlanRisk
from slopt.plan.rows import tidy
from slopt.problem.scenarios.fares import Fares
from slopt.problem.scenarios.measures import mean, quantile, tail_weights
from slopt.problem.scenarios.scenario_problem import ScenarioProblem


def risk_entry(plan: Plan) -> dict[str, Any]:
    """The block, of a plan that has `risk`. Amounts are in the goal's unit and sense."""
    risk = plan.risk
    assert risk is not None
    certificate = risk.certificate
    return {
        **asked_entry(plan.case),
        "value": tidy(risk.value),
        "bound": tidy(risk.bound),
        "gap": tidy(risk.gap),
        "certified_bound": risk.in_goal(certificate.bound) if certificate else None,
        "certified_gap": certificate.gap if certificate else None,
        **fares_entry(risk.problem, risk.fares, risk.aim.tail),
        "caution": tidy(risk.caution),
        "reserve": reserve_entries(risk),
        **later_entry(plan, risk),
    }


def later_entry(plan: Plan, risk: PlanRisk) -> dict[str, Any]:
    """`later`, where tiers may be changed once the future is seen: who changes how often."""
    then = risk.found.then
    if then is None:
        return {}
    changed, chance = then != plan.choice, risk.fares.probability
    share = chance @ changed
    segments = plan.problem.segments
    return {
        "later": {
            "changes": tidy(float(share.sum())),
            "most_changes": int(changed.sum(axis=1).max()),
            "segments": [
                {"segment": segments[s], "chance": tidy(float(share[s]))}
                for s in np.flatnonzero(share > 0).tolist()
            ],
        }
    }


def fares_entry(problem: ScenarioProblem, its: Fares, tail: float) -> dict[str, Any]:
    """What a plan gives over the futures: the goal's value, means of the totals, chances."""
    sense = -1.0 if problem.base.goal.maximises else 1.0
    value, chance = its.value, its.probability
    names = ("service_cost", "lost_sales", "total_cost", "service_level")
    return {
        "futures": problem.count,
        "mean": tidy(mean(value, chance)),
        "cvar": tidy(float(value @ tail_weights(sense * value, chance, tail))),
        "low": tidy(quantile(value, chance, FEW)),
        "high": tidy(quantile(value, chance, MANY)),
        **{name: tidy(mean(getattr(its, name), chance)) for name in names},
        "chances": [
            {"name": limit.name, "chance": tidy(float(chance @ (limit.breach > 0)))}
            for limit in its.limits
        ],
    }


def asked_entry(case: PlanningCase) -> dict[str, Any]:
    """What was asked for; also where there is no plan."""
    asked = case.settings.risk
    return {
        "measure": None if asked.measure is None else asked.measure.value,
        "tail": asked.tail,
        "weight": asked.weight,
        "at_worst": asked.at_worst,
        "chance": asked.chance,
        "sampling": asked.sampling.value,
        "seed": case.settings.solve.seed,
    }


def reserve_entries(risk: PlanRisk) -> list[dict[str, Any]]:
    """What is reserved of each resource of which units can be: units, money, chance of use."""
    problem, its = risk.problem, risk.fares
    entries = []
    for r in np.flatnonzero(problem.can_reserve).tolist():
        units = float(its.reserve[r])
        used = (its.extra[:, r] >= units) & (units > 0)
        entries.append(
            {
                "resource": problem.base.resources[r],
                "units": tidy(units),
                "cost": tidy(units * float(problem.reserve_cost[r])),
                "late_units": tidy(mean(its.late[:, r], its.probability)),
                "used_up": tidy(float(its.probability @ used)),
            }
        )
    return entries
