"""A choice problem -> an outcome: the route, the relaxation, the tie-break, the conflict."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from slopt.errors import SolverTrouble
from slopt.problem.choice import ChoiceProblem
from slopt.problem.matrix import assemble
from slopt.problem.program import LinearProgram
from slopt.solve.conflict import find_conflict
from slopt.solve.highs import Options, run, solver_name
from slopt.solve.model_file import build_model, find_model, is_shipped
from slopt.solve.outcome import Outcome
from slopt.solve.relaxation import relax
from slopt.solve.tie_break import break_ties, read_choice
from slopt.vocabulary import Method, Status


def solve(
    problem: ChoiceProblem,
    options: Options | None = None,
    method: Method = Method.AUTO,
    model: str = "tier_plan",
) -> Outcome:
    """Solve a choice problem to the requested gap; a small one to gap 0, whatever was asked for.

    `auto` and `highs` hand a shipped model straight to HiGHS as arrays; `pyomo`, and any model
    file of the user's own, goes through Pyomo. Raises UsageError for a bad model file,
    SolverTrouble where the solver's answer makes no sense.
    """
    options = options or Options()
    begin = time.perf_counter()
    route, program = _state(problem, method, model)
    outcome = Outcome(Status.INFEASIBLE, route, solver_name(), options.seed, seconds=0.0)
    if program is None:
        return _with_conflict(outcome, problem, model, options, begin)
    gap = 0.0 if problem.is_small else options.gap
    answer = run(program, replace(options, gap=gap))
    seconds = time.perf_counter() - begin
    outcome = outcome.replace(status=answer.status, bound=answer.bound, seconds=seconds)
    if answer.status is Status.INFEASIBLE:
        return _with_conflict(outcome, problem, model, options, begin)
    if answer.values is None:
        return outcome
    choice = read_choice(program, answer.values, len(problem.segments))
    if np.any(choice < 0):
        raise SolverTrouble("The solver's answer leaves a segment without a tier.")
    outcome = outcome.replace(choice=choice, objective=answer.objective)
    if answer.status is Status.FEASIBLE and _reached(outcome.gap, options.gap):
        outcome = outcome.replace(status=Status.OPTIMAL)
    if is_shipped(model) and outcome.status is not Status.INTERRUPTED:
        choice = break_ties(problem, choice, replace(_left(options, begin), gap=gap))
    relaxation = None
    if outcome.status is not Status.INTERRUPTED:
        relaxation = relax(
            program,
            replace(options, time_limit_s=max(options.time_limit_s, time.perf_counter() - begin)),
        )
    return outcome.replace(
        choice=choice, relaxation=relaxation, seconds=time.perf_counter() - begin
    )


def _with_conflict(
    outcome: Outcome, problem: ChoiceProblem, model: str, options: Options, begin: float
) -> Outcome:
    """The outcome with the conflict, where the rules are those of a shipped model."""
    conflict = find_conflict(problem, _left(options, begin)) if is_shipped(model) else ()
    return outcome.replace(conflict=conflict, seconds=time.perf_counter() - begin)


def _reached(gap: float | None, wanted: float) -> bool:
    """True where a gap is known and small enough."""
    return gap is not None and gap <= wanted


def _left(options: Options, begin: float) -> Options:
    """The options with what is left of the time."""
    return replace(
        options, time_limit_s=max(0.1, options.time_limit_s - (time.perf_counter() - begin))
    )


def _state(
    problem: ChoiceProblem, method: Method, model: str
) -> tuple[Method, LinearProgram | None]:
    """The program, by the route that the method and the model ask for.

    None where it is plain without a solver that no plan exists: a segment has no tier it may
    have, or a constraint of the user's model is false whatever is chosen.
    """
    path = find_model(model)
    if not problem.admissible.any(axis=1).all():
        return Method.HIGHS, None
    if method is Method.PYOMO or not is_shipped(model):
        from slopt.solve.pyomo_program import TriviallyInfeasibleError, program_of

        try:
            return Method.PYOMO, program_of(build_model(path, problem), problem)
        except TriviallyInfeasibleError:
            return Method.PYOMO, None
    return Method.HIGHS, assemble(problem)
