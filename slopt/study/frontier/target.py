"""The frontier the other way round: the least of a limit that reaches a target."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from enum import StrEnum

from slopt.case.columns import CellError, read_number, suggest
from slopt.errors import UsageError
from slopt.plan.check import check
from slopt.problem.choice import EDGE, ChoiceProblem
from slopt.problem.evaluate import Evaluation, evaluate
from slopt.sayings import in_a_row, later, say
from slopt.solve.outcome import Outcome
from slopt.solve.solve import solve
from slopt.study.frontier.axis import Axis
from slopt.study.frontier.least import Least, Way, least
from slopt.vocabulary import Goal, Method, Status

AT_LEAST_S = 0.1
"""Seconds for the plan at the least, however long that took."""


class Measure(StrEnum):
    """What a target is set for."""

    LOST_SALES = "lost_sales"
    SERVICE_LEVEL = "service_level"
    TOTAL_COST = "total_cost"

    @property
    def goal(self) -> Goal:
        """The goal of which it is the value."""
        return {
            Measure.LOST_SALES: Goal.MIN_LOST_SALES,
            Measure.SERVICE_LEVEL: Goal.MAX_SERVICE,
            Measure.TOTAL_COST: Goal.MIN_TOTAL_COST,
        }[self]

    @property
    def limit(self) -> str | None:
        """The limit that asks for the same, None where there is none."""
        return {
            Measure.LOST_SALES: "max_lost_sales",
            Measure.SERVICE_LEVEL: "min_service_level",
            Measure.TOTAL_COST: None,
        }[self]


@dataclass(frozen=True)
class Target:
    """At most so much lost sales or total cost, or at least such a mean service level."""

    measure: Measure
    value: float

    def imposed(self, problem: ChoiceProblem) -> ChoiceProblem:
        """The problem with the target as a limit, where a limit says the same."""
        if self.measure is Measure.LOST_SALES:
            own = problem.max_lost_sales
            return problem.replace(
                max_lost_sales=self.value if own is None else min(own, self.value)
            )
        if self.measure is Measure.SERVICE_LEVEL:
            own = problem.min_service_level
            return problem.replace(
                min_service_level=self.value if own is None else max(own, self.value)
            )
        return problem

    def is_reached(self, evaluation: Evaluation) -> bool:
        """True where a plan is as good as was asked for, within rounding."""
        value: float = getattr(evaluation, self.measure.value)
        room = EDGE * max(1.0, abs(self.value))
        if self.measure.goal.maximises:
            return value >= self.value - room
        return value <= self.value + room


@dataclass(frozen=True, eq=False)
class Reached:
    """The least of the limit with a plan that reaches the target, or the best that can be had.

    `problem` has the limit at that least; `best` is the best value of the target's measure whatever
    the limit is, known where the target cannot be reached, None where no plan is.
    """

    problem: ChoiceProblem
    axis: Axis
    target: Target
    least: Least
    best: float | None = None
    seconds: float = 0.0


def target_of(text: str) -> Target:
    """`lost_sales=2.1e6` -> Target. Raises UsageError, which names what can be asked for."""
    name, _, number = (part.strip() for part in text.partition("="))
    words = [measure.value for measure in Measure]
    if name not in words:
        raise UsageError(
            in_a_row(
                say('--target {text}: there is no target "{name}".', text=text, name=name),
                suggest(name, words, later("Targets are: {known}.")),
            )
        )
    try:
        value = read_number(number)
    except CellError as error:
        raise UsageError(
            say("--target {text}: write {name} and a number, {name}=...", text=text, name=name)
        ) from error
    if name == Measure.SERVICE_LEVEL and not 0 <= value <= 1:
        raise UsageError(
            say("--target {text}: a service level is between 0 and 1. Write 0.95.", text=text)
        )
    return Target(Measure(name), value)


def reach(problem: ChoiceProblem, axis: Axis, target: Target, way: Way) -> Reached:
    """Solve for the least of the limit with which a plan reaches the target; soft rules may break.

    Raises UsageError where limit and target are the same thing.
    """
    begin = time.perf_counter()
    if target.measure.limit == axis.name:
        raise UsageError(
            say(
                "--target {measure} is what the limit {axis} says itself. Choose "
                "another limit with --along.",
                measure=target.measure,
                axis=axis.name,
            )
        )
    goal = target.measure.goal
    asked = target.imposed(axis.firm(problem).replace(goal=goal))
    cap = target.value if target.measure.limit is None else None
    found = least(asked, axis, way, cap)
    best = None
    if found.value is None:
        if found.status is Status.INFEASIBLE:
            best = _best(problem.replace(goal=goal), axis, way)
        return Reached(problem, axis, target, found, best, time.perf_counter() - begin)
    at = axis.at(problem, found.value)
    left = way.options.time_limit_s - (time.perf_counter() - begin)
    found = _best_plan(at, target, found, way.within(max(left, AT_LEAST_S)))
    return Reached(at, axis, target, found, None, time.perf_counter() - begin)


def _best(problem: ChoiceProblem, axis: Axis, way: Way) -> float | None:
    """The best value of the goal, whatever the limit; penalties of soft rules aside."""
    free = axis.at(problem, axis.loosest(problem))
    rules = tuple(rule for rule in free.rules if not rule.is_soft)
    outcome = solve(free.replace(rules=rules), way.options, way.method, way.model)
    return outcome.objective


def _best_plan(at: ChoiceProblem, target: Target, found: Least, way: Way) -> Least:
    """The least with the plan that is best for the goal among those that reach the target there.

    For total cost as a target the goal is total cost. The plan that proves the least stays where no
    better one is found. Raises VerificationFailed where that one breaks a firm rule or the target.
    """
    asked = target.imposed(at)
    if target.measure is Measure.TOTAL_COST:
        asked = asked.replace(goal=Goal.MIN_TOTAL_COST)
    outcome = solve(asked, way.options, way.method, way.model)
    if outcome.choice is not None:
        evaluation = evaluate(at, outcome.choice)
        if not evaluation.violations and target.is_reached(evaluation):
            return replace(found, choice=outcome.choice, evaluation=evaluation)
    if found.choice is not None:
        proof = Outcome(found.status, Method.AUTO, "", way.options.seed, 0.0, found.choice)
        check(asked, proof, evaluate(asked, found.choice), own_objective=False)
    return found
