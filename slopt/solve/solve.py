"""A choice problem -> an outcome: the route, the plan, the conflict where there is none."""

from __future__ import annotations

import time
from dataclasses import replace

from slopt.errors import SolverTrouble
from slopt.problem.choice import ChoiceProblem
from slopt.problem.evaluate import evaluate
from slopt.sayings import say
from slopt.solve.by_prices import by_prices
from slopt.solve.by_program import by_program, options_left
from slopt.solve.conflict import smallest_conflict
from slopt.solve.highs import Options
from slopt.solve.model_file import is_shipped
from slopt.solve.outcome import Outcome, Relaxation
from slopt.solve.price_proof import price_proof
from slopt.solve.refining.all_offers import over_all_offers
from slopt.solve.route import Route, choose_route
from slopt.solve.start import Start
from slopt.solve.trials import find_plan
from slopt.vocabulary import Method, Status

CONFLICT_S, CONFLICT_TIMES = 5.0, 10.0
"""Seconds, and times the proof, that a conflict is looked for; `slopt diagnose` takes longer."""
DOUBT_S = 1.0
"""Seconds for a second opinion where no conflict was found."""


def solve(
    problem: ChoiceProblem,
    options: Options | None = None,
    method: Method = Method.AUTO,
    model: str = "tier_plan",
    start: Start | None = None,
) -> Outcome:
    """Solve a choice problem to the requested gap; a small one to gap 0, whatever was asked for.

    `auto` takes the route that route.py finds the best; `highs` and `pyomo` state the linear
    program, as arrays or through Pyomo; `core` and `prices` work on the shared rows. A model file
    of the user's own goes through Pyomo. `start` is what is known from a problem like this one.
    Raises UsageError for a bad model file or a method that cannot take the problem, SolverTrouble
    where the solver's answer makes no sense.
    """
    options = options or Options()
    begin = time.perf_counter()
    outcome = answer(problem, options, method, model, start)
    if outcome.status is Status.INFEASIBLE and is_shipped(model):
        found = smallest_conflict(problem, _for_conflict(options, begin), outcome.relaxation)
        if not found.demands:
            _refuse_where_there_is_a_plan(problem, options_left(options, begin))
        outcome = outcome.replace(contradiction=found)
    return outcome.replace(seconds=time.perf_counter() - begin)


def _refuse_where_there_is_a_plan(problem: ChoiceProblem, options: Options) -> None:
    """Where no limits contradict each other the word that there is no plan is in doubt.

    Raises SolverTrouble where one is found in a moment.
    """
    moment = replace(options, time_limit_s=min(options.time_limit_s, DOUBT_S))
    try:
        choice = find_plan(problem, moment)
    except (TimeoutError, KeyboardInterrupt):
        return
    if choice is not None and not evaluate(problem, choice).violations:
        raise SolverTrouble(
            say(
                "The solver says that there is no plan, but one that keeps every limit "
                "and rule was found on the way. Try another route, such as --method "
                "pyomo, and report the case."
            )
        )


def _for_conflict(options: Options, begin: float) -> Options:
    """A few seconds, or as many times again as the proof took; what is left at the most."""
    left = options_left(options, begin)
    enough = max(CONFLICT_S, CONFLICT_TIMES * (time.perf_counter() - begin))
    return replace(left, time_limit_s=min(left.time_limit_s, enough))


def answer(
    problem: ChoiceProblem,
    options: Options,
    method: Method = Method.AUTO,
    model: str = "tier_plan",
    start: Start | None = None,
) -> Outcome:
    """As `solve`, but where there is no plan it is not asked which rules are in conflict.

    That takes solving many times; prices that prove it, where there are such, take next to nothing.
    Where offers are made as they are needed the answer is the best of those listed, and its bound
    holds for all.
    """
    begin = time.perf_counter()
    route = choose_route(problem, method, model)
    if not route.method.needs_shared_rows:
        outcome = by_program(problem, options, route, model)
    elif method is Method.AUTO and route.method is Method.CORE:
        outcome = _core_then_highs(problem, options, route, start)
    else:
        outcome = by_prices(problem, options, route, start)
    if outcome.status is Status.INFEASIBLE and is_shipped(model) and outcome.relaxation is None:
        prices = price_proof(problem, options_left(options, begin))
        outcome = outcome.replace(relaxation=None if prices is None else Relaxation(prices))
    if problem.has_sources and is_shipped(model):
        outcome = over_all_offers(problem, outcome, options.gap)
    return outcome.replace(seconds=time.perf_counter() - begin)


def _core_then_highs(
    problem: ChoiceProblem, options: Options, route: Route, start: Start | None
) -> Outcome:
    """The core for half of the time; what it does not prove by then, HiGHS may.

    The better plan and the better bound count, wherever they come from.
    """
    begin = time.perf_counter()
    half = replace(options, time_limit_s=options.time_limit_s / 2)
    first = by_prices(problem, half, route, start)
    if first.status not in (Status.FEASIBLE, Status.NO_PLAN):
        return first
    why = say("the exact core did not reach the gap in half of the time")
    second_route = Route(Method.HIGHS, why)
    second = by_program(problem, options_left(options, begin), second_route, "tier_plan")
    return better_of(first, second, options.gap, problem.goal.maximises)


def better_of(first: Outcome, second: Outcome, gap: float, maximises: bool) -> Outcome:
    """Two outcomes of one problem as one: the better plan, the better bound, the gap between."""
    sign = -1.0 if maximises else 1.0
    if second.status in (Status.INFEASIBLE, Status.INTERRUPTED) and first.choice is None:
        return second
    plans = [o for o in (second, first) if o.choice is not None and o.objective is not None]
    bounds = [o.bound for o in (first, second) if o.bound is not None]
    if not plans:
        return second
    best = min(plans, key=lambda o: sign * (o.objective or 0.0))
    bound = sign * max(sign * b for b in bounds) if bounds else None
    best = best.replace(bound=bound, relaxation=best.relaxation or first.relaxation)
    if second.status is Status.INTERRUPTED:
        return best.replace(status=Status.INTERRUPTED)
    return best.replace(status=Status.OPTIMAL if best.reached(gap) else Status.FEASIBLE)
