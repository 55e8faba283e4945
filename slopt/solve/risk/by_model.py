"""Small plans for uncertain numbers by their program: exact, and the judge of the other routes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from slopt.errors import SolverTrouble, UsageError
from slopt.problem.scenarios.aim import Aim, AimValue
from slopt.problem.scenarios.question import RiskQuestion
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.sayings import say
from slopt.solve.by_program import A_SECOND, options_left
from slopt.solve.conflict import quick_xplain, smallest_conflict
from slopt.solve.highs import Options, run, solver_name
from slopt.solve.outcome import Answer, Outcome
from slopt.solve.relaxation import relax
from slopt.solve.risk.best_of_futures import best_of_futures
from slopt.solve.risk.least_mean import least_reserve, looks_at_some_futures, of_the_least_mean
from slopt.solve.risk.outcome import RiskOutcome, bound_of
from slopt.solve.risk.stated_question import Decided, decided_in, state
from slopt.vocabulary import Method, RiskMeasure, Status

Numbers = NDArray[np.float64]

PROVEN = 1e-9
"""Relative distance of value and bound up to which a best plan of a future counts as proven."""
SAME = 1e-6
"""Relative difference between the program's goal and what the judge says that is rounding."""


def solve_by_model(
    problem: ScenarioProblem,
    aim: Aim,
    options: Options | None = None,
    best: Numbers | None = None,
    gap: float = 0.0,
    known: RiskOutcome | None = None,
) -> RiskOutcome:
    """The best plan for an aim by models/risk_plan.py or models/robust_plan.py, to `gap`.

    One that the time does not prove so far but to the gap of the options is optimal as well. `best`
    (W,) are the best values of the futures; where regret needs them and they are not given,
    each future is solved. `known` is an answer of another route, whose plan the search begins with.
    Cut short, the outcome is what was found by then. Raises UsageError for problems that the
    programs do not state, SolverTrouble where program and judge differ.
    """
    options = options or Options()
    begin = time.perf_counter()
    refuse_what_is_not_stated(problem)
    outcome = Outcome(
        Status.INFEASIBLE,
        Method.PYOMO,
        solver_name(),
        options.seed,
        seconds=0.0,
        why=say("the plan for risk is small enough for its program"),
    )
    nothing = np.zeros(problem.base.size[2])
    found = RiskOutcome(aim, outcome, nothing, problem.probability.copy(), best)
    try:
        if aim.measure is RiskMeasure.REGRET and best is None:
            found = replace(found, best=best_values(problem, options))
        question = RiskQuestion(problem, aim, found.best)
        found = _answered(question, found, options_left(options, begin), gap, known)
    except TimeoutError:
        found = replace(found, outcome=outcome.replace(status=Status.NO_PLAN))
    except KeyboardInterrupt:
        found = replace(found, outcome=outcome.replace(status=Status.INTERRUPTED))
    seconds = time.perf_counter() - begin
    return replace(found, outcome=found.outcome.replace(seconds=seconds))


def best_of_one_future(problem: ScenarioProblem, future: int, options: Options) -> float | None:
    """The value of the best plan where one future is known beforehand, in the goal's sense.

    Penalties at the case's own numbers are part of it. None where no plan keeps what it must.
    Raises TimeoutError where the time ran out.
    """
    alone = ScenarioProblem.of(
        problem.base, [problem.problem(future)], np.ones(1), reserve_cost=problem.reserve_cost
    )
    found = solve_by_model(alone, Aim(), options).outcome
    if found.status is Status.INFEASIBLE:
        return None
    if found.status is not Status.OPTIMAL or found.objective is None:
        raise TimeoutError
    return -found.objective if problem.base.goal.maximises else found.objective


def refuse_what_is_not_stated(problem: ScenarioProblem) -> None:
    """Raise UsageError for problems that the programs of plans for risk do not state."""
    if problem.base.has_sources:
        raise UsageError(
            say(
                "The program of plans for risk works on tiers that are listed, and the levels, "
                "stocks or desks of this case are made as they are needed."
            )
        )
    if problem.base.pools:
        raise UsageError(
            say("The program of plans for risk does not know prospects that segments share.")
        )
    if problem.base.selection is not None and problem.later is not None:
        raise UsageError(
            say(
                "Where customers choose from a menu their tiers cannot be changed once the future "
                "is seen. Set risk.change_share to 0."
            )
        )


def best_values(problem: ScenarioProblem, options: Options) -> Numbers:
    """(W,): the best values of the futures, 0 where no plan keeps what it must.

    Those that the ordinary routes do not prove are found by the program. Raises TimeoutError where
    the time ran out.
    """
    begin = time.perf_counter()
    values, still_open = np.zeros(problem.count), list(range(problem.count))
    try:
        known = best_of_futures(problem, options)
        if known is None:
            return values
        if known.interrupted:
            raise KeyboardInterrupt
        values = known.values
        room = PROVEN * np.maximum(1.0, np.abs(values))
        still_open = np.flatnonzero(~(np.abs(values - known.bounds) <= room)).tolist()
    except TimeoutError:
        pass
    for future in still_open:
        best = best_of_one_future(problem, future, options_left(options, begin))
        if best is None:
            return values
        values[future] = best
    return values


def _answered(
    question: RiskQuestion,
    found: RiskOutcome,
    options: Options,
    gap: float,
    known: RiskOutcome | None,
) -> RiskOutcome:
    """The program's answer, judged; where there is no plan, why."""
    begin = time.perf_counter()
    stated = state(question)
    answer = Answer(Status.INFEASIBLE)
    if stated is not None:
        first = None if known is None else decided_in(known)
        program = stated.program if first is None else stated.beginning_with(first)
        answer = run(program, replace(options_left(options, begin), gap=gap))
    outcome = found.outcome.replace(status=answer.status, bound=answer.bound)
    found = replace(found, outcome=outcome)
    if answer.status is Status.INFEASIBLE:
        return _contradicted(question, found, options_left(options, begin))
    if stated is None or answer.values is None or answer.objective is None:
        return found
    decided = least_reserve(question, stated.decided(answer.values))
    judged = _checked(question, decided, answer.objective, answer.status is Status.OPTIMAL)
    if answer.status is Status.OPTIMAL and looks_at_some_futures(question.aim):
        decided, judged = of_the_least_mean(stated, decided, judged, options, begin)
    found = _told(found, decided, judged, options)
    has_prices = known is not None and known.outcome.relaxation is not None
    if answer.status is Status.INTERRUPTED or has_prices:
        return found
    some = replace(options, time_limit_s=max(time.perf_counter() - begin, A_SECOND))
    relaxation = relax(stated.program, some)
    return replace(found, outcome=found.outcome.replace(relaxation=relaxation))


def _told(found: RiskOutcome, decided: Decided, judged: AimValue, options: Options) -> RiskOutcome:
    """The outcome with what was decided and what it is worth."""
    outcome = found.outcome
    bound = None if outcome.bound is None else bound_of(judged, outcome.bound)
    outcome = outcome.replace(choice=decided.choice, objective=judged.loss, bound=bound)
    if outcome.status is Status.FEASIBLE and outcome.reached(options.gap):
        outcome = outcome.replace(status=Status.OPTIMAL)
    return replace(found, outcome=outcome, reserve=decided.reserve, then=decided.then)


def _checked(question: RiskQuestion, decided: Decided, said: float, is_optimal: bool) -> AimValue:
    """What the judge says of a plan; SolverTrouble where the program said something else.

    A search that is cut short may still pay for units that its plan does not need.
    """
    judged = decided.judged(question)
    if judged.violations:
        raise SolverTrouble(
            say(
                "The solver's plan breaks {rule} by {amount}. Please report the case.",
                rule=judged.violations[0].rule,
                amount=f"{judged.violations[0].amount:g}",
            )
        )
    worse = judged.loss - said
    off = SAME * max(1.0, float(np.abs(judged.fares.value).max(initial=0.0)))
    if worse > off or (is_optimal and worse < -off):
        raise SolverTrouble(
            say(
                "The solver's plan is worth {judged} and not {told}, as the solver says. Please "
                "report the case.",
                judged=f"{judged.loss:.9g}",
                told=f"{said:.9g}",
            )
        )
    return judged


def _contradicted(question: RiskQuestion, found: RiskOutcome, options: Options) -> RiskOutcome:
    """Why there is no plan: demands at the case's own numbers, or chances that are too small."""
    begin = time.perf_counter()
    conflict = smallest_conflict(question.problem.base, options)
    names = question.limits_with_a_chance
    if conflict.demands or not names:
        return replace(found, outcome=found.outcome.replace(contradiction=conflict))

    def possible(limits: Sequence[str]) -> bool:
        stated = state(question.only(frozenset(limits)))
        if stated is None:
            return False
        any_plan = replace(options_left(options, begin), gap=1.0)
        status = run(stated.program, any_plan).status
        if status in (Status.NO_PLAN, Status.INTERRUPTED):
            raise TimeoutError
        return status is not Status.INFEASIBLE

    try:
        chances = quick_xplain(names, possible) if possible(()) else ()
        return replace(found, chances=tuple(chances))
    except TimeoutError:
        return replace(found, chances=names)
