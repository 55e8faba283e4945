"""A horizon problem -> an outcome: the route, the plan, the conflict where there is none."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from slopt.errors import UsageError
from slopt.problem.horizon.problem import HorizonChoice, HorizonProblem
from slopt.sayings import say
from slopt.solve.by_program import options_left
from slopt.solve.highs import Options
from slopt.solve.horizon.by_program import by_program
from slopt.solve.horizon.conflict import smallest_conflict
from slopt.solve.horizon.known_plan import with_known_plan
from slopt.solve.horizon.outcome import HorizonOutcome
from slopt.solve.model_file import is_shipped
from slopt.vocabulary import Method, Status

MODEL = "horizon_plan"
MANY = 2_000
"""Modes of segments in periods from which paths with prices are the faster route."""
CONFLICT_S, CONFLICT_TIMES = 10.0, 10.0
"""Seconds, and times the proof, that a conflict is looked for."""


def solve_horizon(
    problem: HorizonProblem,
    options: Options | None = None,
    method: Method = Method.AUTO,
    model: str = MODEL,
    known: HorizonChoice | None = None,
) -> HorizonOutcome:
    """Solve a problem over periods to the requested gap; a small one to gap 0.

    Where `known` keeps every limit it is a plan, and the answer of a shipped model is no worse.

    `pyomo` and `highs` both state the program of models/horizon_plan.py in Pyomo and hand it to
    HiGHS; `prices` works with paths; `auto` takes the faster of the two. A model file of the user's
    own goes through Pyomo. Raises UsageError for a bad model file or a method that cannot take the
    problem, SolverTrouble where the solver's answer makes no sense.
    """
    options = options or Options()
    begin = time.perf_counter()
    outcome = _answer(problem, options, method, model)
    if known is not None and is_shipped(model):
        outcome = with_known_plan(
            problem,
            known,
            outcome,
            lambda wider: _answer(wider, options_left(options, begin), method, model),
        )
    if outcome.status is Status.INFEASIBLE and is_shipped(model):
        enough = max(CONFLICT_S, CONFLICT_TIMES * (time.perf_counter() - begin))
        left = options_left(options, begin)
        limited = replace(left, time_limit_s=min(left.time_limit_s, enough))
        outcome = outcome.replace(conflict=smallest_conflict(problem, limited))
    return outcome.replace(seconds=time.perf_counter() - begin)


def _answer(
    problem: HorizonProblem, options: Options, method: Method, model: str
) -> HorizonOutcome:
    """As solve_horizon, without asking what contradicts what."""
    if not is_shipped(model):
        if method.needs_shared_rows:
            raise UsageError(
                say(
                    "--method {method} answers the shipped models only. Leave the method out for a "
                    "model of your own.",
                    method=method,
                )
            )
        return by_program(problem, options, model, say("a model file of your own"))
    if model != MODEL:
        raise UsageError(
            say(
                "The model {model} knows no periods. A case with periods takes horizon_plan.",
                model=model,
            )
        )
    match method:
        case Method.CORE:
            raise UsageError(
                say("--method core knows no periods. Use prices, pyomo or auto for this case.")
            )
        case Method.PYOMO | Method.HIGHS:
            return by_program(problem, options, model, say("asked for"))
    if method is Method.AUTO and np.count_nonzero(~problem.barred) <= MANY:
        return by_program(problem, options, model, say("small"))
    from slopt.solve.horizon.by_paths import by_paths, path_obstacle

    reason = path_obstacle(problem)
    if method is Method.PRICES:
        if reason is not None:
            raise UsageError(
                say(
                    "--method {method} cannot answer this case: {reason}. Use pyomo or auto.",
                    method=method,
                    reason=reason,
                )
            )
        return by_paths(problem, options, say("asked for"))
    if reason is not None:
        return by_program(problem, options, model, reason)
    return by_paths(problem, options, say("many segments in many periods"))
