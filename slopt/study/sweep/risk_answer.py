"""The answer to a point whose plan is to be the best over the futures of its case.

The futures of a point are drawn by the seed of its case, so that points which differ in nothing
else are held against the very same futures.
"""

from __future__ import annotations

import math

import numpy as np

from slopt.case.case import PlanningCase
from slopt.plan.result import totals
from slopt.plan.risk import PlanRisk
from slopt.plan.rows import tidy
from slopt.problem.scenarios.aim import aim_value
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.sayings import listed, say
from slopt.solve.highs import Options
from slopt.solve.outcome import Outcome
from slopt.solve.risk.outcome import RiskOutcome
from slopt.study.risk.solving import aim_of, futures_of, solve_for_futures
from slopt.study.sweep.point import FIGURES, Answer, RiskFigures
from slopt.vocabulary import LIMITS, Method, RiskMeasure, Status

SAME = 1e-9
"""Relative: figures that differ by less are the same, computed on another machine."""


def risk_answer(case: PlanningCase, options: Options, method: Method) -> Answer:
    """The best plan by the aim of a case over its futures; raises as solving it does."""
    found, _problem, plan = solve_for_futures(case, options, method, compared=False)
    outcome = found.outcome
    if plan is None or plan.risk is None:
        return Answer(outcome.status, _reason(found), method=outcome.method.value)
    figures = dict.fromkeys(FIGURES) | totals(plan.evaluation)
    figures["objective"] = tidy(plan.evaluation.objective)
    prices = {} if outcome.relaxation is None else outcome.relaxation.prices
    return Answer(
        outcome.status,
        "",
        figures,
        {name: float(price) for name, price in prices.items()},
        plan.choice,
        outcome.method.value,
        risk=_figures(plan.risk),
    )


def _figures(risk: PlanRisk) -> RiskFigures:
    its = risk.fares
    broken = np.zeros(len(its.probability))
    for limit in its.limits:
        if limit.penalty is None:
            broken = np.maximum(broken, limit.breach > 0)
    return RiskFigures(
        risk.aim.measure.value,
        risk.value,
        risk.bound,
        risk.gap,
        risk.mean,
        risk.quantile(0.05),
        risk.quantile(0.95),
        risk.tail_mean,
        float(its.probability @ broken),
        tuple(float(units) for units in its.reserve),
    )


def _reason(found: RiskOutcome) -> str:
    outcome: Outcome = found.outcome
    if found.chances:
        return say(
            "No plan breaks these limits as seldom as asked: {names}.", names=listed(found.chances)
        )
    called = [say(name) if name in LIMITS else name for name in outcome.conflict]
    if called:
        return say("No plan keeps these limits together: {names}.", names=listed(called))
    return {
        Status.INFEASIBLE: say("No plan keeps every limit."),
        Status.INTERRUPTED: say("Interrupted."),
    }.get(outcome.status, say("No plan was found; that none exists is not proven."))


def fares_so(case: PlanningCase, answer: Answer) -> bool:
    """True where the plan of an answer that was kept is worth what it says over the futures.

    False under regret, whose figures hang on the best plans of all futures.
    """
    if answer.choice is None:
        return answer.risk is None
    if answer.risk is None or answer.risk.measure == RiskMeasure.REGRET:
        return False
    problem, aim = futures_of(case).problem, aim_of(case)
    if len(answer.risk.reserve) != len(problem.base.resources):
        return False
    reserve = np.array(answer.risk.reserve)
    worth = aim_value(problem, answer.choice, aim, None, reserve)
    loss = _sign(problem) * answer.risk.value
    return not worth.violations and math.isclose(worth.loss, loss, rel_tol=SAME, abs_tol=SAME)


def _sign(problem: ScenarioProblem) -> float:
    return -1.0 if problem.base.goal.maximises else 1.0
