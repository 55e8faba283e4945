"""A plan for uncertain futures as a value: checked by its aim, with what it gives over them.

Tiers, totals and limits of the `Plan` are those at the case's own numbers; what is here is over the
futures. `loss` figures are less-is-better; all others are in the sense of the case's goal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from slopt.plan.plan import Plan, Price, evaluate_current
from slopt.plan.refusals import no_plan_refused, refuse_broken, refuse_other_value
from slopt.plan.risk_certificate import RiskCertificate, RiskPrices, certify_risk
from slopt.problem.evaluate import evaluate
from slopt.problem.scenarios.aim import Aim, AimValue, aim_value
from slopt.problem.scenarios.drawn import Futures
from slopt.problem.scenarios.fares import Fares, fares
from slopt.problem.scenarios.measures import mean, quantile, tail_weights
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.solve.outcome import relative_gap
from slopt.solve.risk.outcome import RiskOutcome
from slopt.vocabulary import RiskMeasure, Status

Numbers = NDArray[np.float64]
FEW, MANY = 0.05, 0.95
"""The share of futures below and above which a span that is shown leaves out."""


@dataclass(frozen=True, eq=False)
class PlanRisk:
    """What a plan is best at over the futures, how near to the best, and what it gives there.

    `penalties` are those of soft rules, at own numbers. `mean_plan` is the loss in the mean, with
    penalties, of the plan where that is least: what the caution of this plan is measured against;
    None where it was not asked for.
    """

    futures: Futures
    found: RiskOutcome
    worth: AimValue
    penalties: float = 0.0
    certificate: RiskCertificate | None = None
    mean_plan: float | None = None

    @property
    def problem(self) -> ScenarioProblem:
        """The choice in all futures."""
        return self.futures.problem

    @property
    def aim(self) -> Aim:
        """What the plan is best at."""
        return self.found.aim

    @property
    def fares(self) -> Fares:
        """How the plan fares in every future."""
        return self.worth.fares

    @property
    def sense(self) -> float:
        """-1 where the goal is maximised, else 1."""
        return -1.0 if self.problem.base.goal.maximises else 1.0

    def in_goal(self, loss: float | None) -> float | None:
        """A loss in the sense of the goal; regret is a loss whatever the goal."""
        if loss is None or self.aim.measure is RiskMeasure.REGRET:
            return loss
        return self.sense * loss

    @property
    def value(self) -> float:
        """What the plan is worth by its aim."""
        value = self.in_goal(self.worth.loss)
        assert value is not None
        return value

    @property
    def bound(self) -> float | None:
        """What no plan is better than by the aim; None where that is not known."""
        bound = self.found.outcome.bound
        return None if bound is None else self.in_goal(min(bound, self.worth.loss))

    @property
    def gap(self) -> float | None:
        """The relative distance of the two."""
        return relative_gap(self.value, self.bound)

    @cached_property
    def mean(self) -> float:
        """The mean of the goal's value over the futures."""
        return mean(self.fares.value, self.fares.probability)

    @cached_property
    def tail_mean(self) -> float:
        """Its mean over the worst `tail` of them."""
        its = self.fares
        return float(
            its.value @ tail_weights(self.sense * its.value, its.probability, self.aim.tail)
        )

    def quantile(self, level: float) -> float:
        """The value that is not exceeded with probability `level`."""
        return quantile(self.fares.value, self.fares.probability, level)

    @cached_property
    def own(self) -> Fares:
        """How the plan fares at the case's own numbers with what it reserves: one future, (1,)."""
        base = self.problem.base
        now = ScenarioProblem.of(base, [base], np.ones(1), reserve_cost=self.problem.reserve_cost)
        assert self.found.outcome.choice is not None
        return fares(now, self.found.outcome.choice, self.fares.reserve)

    @property
    def reserved(self) -> list[float] | None:
        """(R,) units reserved; None where nothing of the case can be."""
        return self.fares.reserve.tolist() if self.problem.can_reserve.any() else None

    @property
    def caution(self) -> float | None:
        """By how much the mean is worse than that of the plan with the best mean, 0 or more.

        None where that plan is not known. Rounding, and a plan that is not proven, count as 0.
        """
        if self.mean_plan is None:
            return None
        return max(0.0, self.sense * self.mean + self.penalties - self.mean_plan)


def make_risk_plan(
    futures: Futures, found: RiskOutcome, proof: RiskOutcome | None = None
) -> Plan | None:
    """The checked plan of an outcome, None where there is none; raises VerificationFailed.

    The weights and prices of `proof` certify it where another route found it, without any.

    The plan's own outcome speaks of the case's own numbers, of which nothing is proven: its
    objective is what the plan is worth there, and it has no bound.
    """
    problem, outcome = futures.problem.base, found.outcome
    if outcome.choice is None:
        if outcome.status is Status.INFEASIBLE:
            _check_no_plan(futures.problem, found.aim)
        return None
    evaluation = evaluate(problem, outcome.choice)
    worth = aim_value(
        futures.problem, outcome.choice, found.aim, found.best, found.reserve, found.then
    )
    refuse_broken(worth.violations)
    if outcome.objective is not None:
        largest = float(np.abs(worth.fares.value).max(initial=abs(worth.loss)))
        refuse_other_value(outcome.objective, outcome.bound, worth.loss, largest, maximises=False)
    known = {} if outcome.relaxation is None else outcome.relaxation.prices
    prices = tuple(Price(use, known.get(use.name)) for use in evaluation.limits)
    certificate = _certificate(futures.problem, found, proof or found, worth)
    risk = PlanRisk(futures, found, worth, evaluation.penalties, certificate)
    return Plan(
        futures.case,
        problem,
        outcome.replace(objective=evaluation.objective, bound=None),
        outcome.choice,
        evaluation,
        evaluate_current(problem),
        evaluation.objective,
        None,
        None,
        prices,
        risk,
    )


def with_mean_plan(plan: Plan, loss: float) -> Plan:
    """The plan with the loss in the mean, with penalties, of the plan where that is least."""
    assert plan.risk is not None
    return replace(plan, risk=replace(plan.risk, mean_plan=loss))


def _certificate(
    problem: ScenarioProblem, found: RiskOutcome, proof: RiskOutcome, worth: AimValue
) -> RiskCertificate | None:
    """What the prices of an outcome prove; None where there are none."""
    choice = found.outcome.choice
    assert choice is not None
    if proof.late is None or found.then is not None:
        return None
    relaxation = proof.outcome.relaxation
    prices = {} if relaxation is None else dict(relaxation.prices)
    its = RiskPrices(proof.counts, proof.late, prices)
    return certify_risk(problem, found.aim, its, choice, worth.loss, found.best)


def _check_no_plan(problem: ScenarioProblem, aim: Aim) -> None:
    """Refuse the word that there is no plan, where today's tiers are one."""
    current = problem.base.current
    if len(current) == 0 or np.any(current < 0) or evaluate(problem.base, current).violations:
        return
    calm = replace(aim, measure=RiskMeasure.MEAN)
    if not aim_value(problem, current, calm).violations:
        raise no_plan_refused()
