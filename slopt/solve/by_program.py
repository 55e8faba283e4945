"""The route by a linear program: stated as arrays or through Pyomo, answered by HiGHS."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from slopt.errors import SolverTrouble
from slopt.problem.choice import ChoiceProblem
from slopt.problem.evaluate import evaluate
from slopt.problem.matrix import assemble
from slopt.problem.program import LinearProgram
from slopt.sayings import say
from slopt.solve.highs import Options, run, solver_name
from slopt.solve.menu_search import best_menu
from slopt.solve.model_file import build_model, find_model, is_shipped
from slopt.solve.outcome import Outcome
from slopt.solve.relaxation import relax
from slopt.solve.route import Route
from slopt.solve.tie_break import break_ties, cheapest_by_program, read_choice
from slopt.vocabulary import Method, Status

MENU_SHARE = 0.2
"""Of the time limit, what a search for a menu may take on top where the program found no plan."""
A_SECOND = 1.0
"""The least that choosing between equals is given; small problems need a hundredth of it."""


def by_program(problem: ChoiceProblem, options: Options, route: Route, model: str) -> Outcome:
    """Solve to the requested gap; a small problem to gap 0, whatever was asked for.

    Raises UsageError for a bad model file, SolverTrouble where the answer makes no sense.
    """
    begin = time.perf_counter()
    outcome = Outcome(
        Status.INFEASIBLE, route.method, solver_name(), options.seed, seconds=0.0, why=route.why
    )
    program = _state(problem, route.method, model)
    if program is None:
        return outcome
    exact = replace(options, gap=0.0 if problem.is_small else options.gap)
    answer = run(program, exact)
    seconds = time.perf_counter() - begin
    outcome = outcome.replace(status=answer.status, bound=answer.bound, seconds=seconds)
    if answer.values is None:
        return _with_a_menu(problem, outcome, options) if is_shipped(model) else outcome
    choice = read_choice(program, answer.values, len(problem.segments))
    if np.any(choice < 0):
        raise SolverTrouble(say("The solver's answer leaves a segment without a tier."))
    outcome = outcome.replace(choice=choice, objective=answer.objective)
    if is_shipped(model) and answer.status is not Status.OPTIMAL:
        outcome = outcome.replace(objective=_without_slack(problem, outcome))
        outcome = _with_a_menu(problem, outcome, options)
        choice = choice if outcome.choice is None else outcome.choice
    if answer.status is Status.FEASIBLE and outcome.reached(options.gap):
        outcome = outcome.replace(status=Status.OPTIMAL)
    if outcome.status is Status.INTERRUPTED:
        return outcome
    if is_shipped(model):
        first = choice
        choice = break_ties(problem, choice, options_for_ties(exact, begin), cheapest_by_program)
        if problem.pools or not np.array_equal(choice, first):
            # Within the gap it may be the better one for the goal, too; and pools of prospects
            # are straight pieces in the program, a little below what they lose.
            outcome = outcome.replace(objective=evaluate(problem, choice).objective)
    spent = time.perf_counter() - begin
    relaxation = relax(program, replace(options, time_limit_s=max(options.time_limit_s, spent)))
    return outcome.replace(
        choice=choice, relaxation=relaxation, seconds=time.perf_counter() - begin
    )


def _with_a_menu(problem: ChoiceProblem, outcome: Outcome, options: Options) -> Outcome:
    """Where time was over and customers choose: the plan of a menu, if it is the better one."""
    if outcome.status not in (Status.NO_PLAN, Status.FEASIBLE):
        return outcome
    choice = best_menu(problem, MENU_SHARE * options.time_limit_s)
    if choice is None:
        return outcome
    objective, sense = evaluate(problem, choice).objective, -1 if problem.goal.maximises else 1
    if outcome.objective is not None and sense * outcome.objective <= sense * objective:
        return outcome
    return outcome.replace(status=Status.FEASIBLE, choice=choice, objective=objective)


def _without_slack(problem: ChoiceProblem, outcome: Outcome) -> float | None:
    """What the choice is worth, if that is better than the solver says.

    A search that is cut short may still pay for soft rules and extra units that its choice does
    not need. A choice that is worth less than was said is not touched, so that it is refused.
    """
    said, sense = outcome.objective, -1 if problem.goal.maximises else 1
    if outcome.choice is None or said is None:
        return said
    worth = evaluate(problem, outcome.choice).objective
    return worth if sense * (said - worth) > 0 else said


def options_left(options: Options, begin: float) -> Options:
    """The options with what is left of the time."""
    spent = time.perf_counter() - begin
    return replace(options, time_limit_s=max(0.1, options.time_limit_s - spent))


def time_is_up(options: Options, begin: float) -> bool:
    """True where nothing more should be begun; `options_left` still leaves a moment to end."""
    return time.perf_counter() - begin >= options.time_limit_s


def options_for_ties(options: Options, begin: float) -> Options:
    """The options for choosing between equals: as much time again as was spent, or a second."""
    left = options_left(options, begin)
    spent = time.perf_counter() - begin
    return replace(left, time_limit_s=min(left.time_limit_s, max(A_SECOND, spent)))


def _state(problem: ChoiceProblem, method: Method, model: str) -> LinearProgram | None:
    """The program, by the route that the method and the model ask for.

    None where it is plain without a solver that no plan exists: a segment has no tier it may
    have, or a constraint of the user's model is false whatever is chosen.
    """
    path = find_model(model)
    if not problem.admissible.any(axis=1).all():
        return None
    if method is Method.PYOMO:
        from slopt.solve.pyomo_program import TriviallyInfeasibleError, program_of

        try:
            return program_of(build_model(path, problem), problem)
        except TriviallyInfeasibleError:
            return None
    return assemble(problem)
