"""The route by prices: shared rows, answered by the exact core or by the price method.

What couples segments beyond shared rows is decided by branching; every node is shared rows again.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np

from slopt import __version__
from slopt.errors import SolverTrouble
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.evaluate import evaluate
from slopt.problem.shared_rows import SharedRowProblem
from slopt.problem.sharing import Sharing, share
from slopt.sayings import say
from slopt.solve.branching import solve_coupled
from slopt.solve.by_program import options_for_ties
from slopt.solve.core import is_available
from slopt.solve.coupling import Coupling, coupling_of, with_open_tiers
from slopt.solve.highs import Options
from slopt.solve.outcome import Outcome, PricedAnswer, Relaxation
from slopt.solve.relaxation import relax
from slopt.solve.route import Route
from slopt.solve.start import Start
from slopt.solve.tie_break import ROOM, break_ties
from slopt.vocabulary import Goal, Method, Status

NOTHING = 1e-10
"""A gap below this is what rounding leaves of a gap of 0."""


def by_prices(
    problem: ChoiceProblem, options: Options, route: Route, start: Start | None = None
) -> Outcome:
    """Solve to the requested gap; a small problem to gap 0. `start` is over the problem's segments.

    Raises ValueError where `obstacle` says why this route cannot take the problem.
    """
    begin = time.perf_counter()
    outcome = Outcome(
        Status.INFEASIBLE, route.method, priced_by(route.method), options.seed, 0.0, why=route.why
    )
    if not problem.admissible.any(axis=1).all():
        return outcome
    exact = replace(options, gap=0.0 if problem.is_small else options.gap)
    sharing = share(problem)
    coupling = coupling_of(problem, sharing)
    if start is not None and start.choice is not None:
        start = replace(start, choice=sharing.gather(start.choice))
    answer = solve_rows(sharing.rows, coupling, exact, route.method, start)
    sign = -1.0 if problem.goal.maximises else 1.0
    outcome = outcome.replace(
        status=answer.status,
        bound=None if answer.bound is None else sign * answer.bound,
        relaxation=_relaxation(problem, sharing, answer, options),
        seconds=time.perf_counter() - begin,
    )
    if answer.choice is None or answer.objective is None:
        return outcome
    _require_tiers(sharing.rows, answer.choice)
    choice = sharing.spread(answer.choice)
    outcome = outcome.replace(choice=choice, objective=sign * answer.objective)
    if answer.status is Status.FEASIBLE and outcome.reached(options.gap):
        outcome = outcome.replace(status=Status.OPTIMAL)
    if answer.status is Status.OPTIMAL and outcome.reached(NOTHING):
        outcome = outcome.replace(bound=outcome.objective)
    if answer.status is Status.INTERRUPTED:
        return outcome

    def cheapest(problem: ChoiceProblem, choice: Choice, options: Options) -> Choice:
        return _cheapest(problem, choice, options, route.method)

    first = choice
    choice = break_ties(problem, choice, options_for_ties(exact, begin), cheapest)
    if not np.array_equal(choice, first):
        # Within the gap it may be the better one for the goal, too.
        outcome = outcome.replace(objective=evaluate(problem, choice).objective)
    return outcome.replace(choice=choice, seconds=time.perf_counter() - begin)


def _require_tiers(rows: SharedRowProblem, choice: Choice) -> None:
    """SolverTrouble where a choice does not name one tier for each segment."""
    segments, tiers = rows.allowed.shape
    if choice.shape != (segments,) or np.any((choice < 0) | (choice >= tiers)):
        raise SolverTrouble(
            say(
                "The route answered with a plan that does not give every segment a "
                "tier. Try another one, such as --method highs, and report the case."
            )
        )


def priced_by(method: Method) -> str:
    """What answers, by name and version, as `solver_name` says of HiGHS."""
    compiled = "compiled" if is_available() else "NumPy"
    return f"slopt {__version__} {method.value} ({compiled})"


def solve_rows(
    rows: SharedRowProblem,
    coupling: Coupling | None,
    options: Options,
    method: Method,
    start: Start | None = None,
) -> PricedAnswer:
    """Answer shared rows, under a coupling if there is one. `method` is `core` or `prices`."""
    if coupling is None or coupling.is_empty:
        return _solve(rows, options, method, start, math.inf)

    def solver(
        rows: SharedRowProblem, options: Options, start: Start | None, cutoff: float
    ) -> PricedAnswer:
        if not rows.allowed.any(axis=1).all():
            return PricedAnswer(Status.INFEASIBLE)
        return _solve(rows, options, method, start, cutoff)

    return solve_coupled(rows, coupling, options, solver, start)


def _solve(
    rows: SharedRowProblem, options: Options, method: Method, start: Start | None, cutoff: float
) -> PricedAnswer:
    if method is Method.CORE:
        from slopt.solve.core import solve_core

        return solve_core(rows, options, start, cutoff=cutoff)
    from slopt.solve.prices import solve_prices

    return solve_prices(rows, options, start)


def _relaxation(
    problem: ChoiceProblem, sharing: Sharing, answer: PricedAnswer, options: Options
) -> Relaxation | None:
    """Prices by name; of a small problem from its linear program, which later questions take."""
    if problem.is_small and answer.choice is not None:
        from slopt.problem.matrix import assemble

        return relax(assemble(problem), options)
    if answer.prices is None:
        return None
    return Relaxation(dict(zip(sharing.rows.names, answer.prices.tolist(), strict=True)))


def _cheapest(problem: ChoiceProblem, choice: Choice, options: Options, method: Method) -> Choice:
    """Of the choices as good for the goal, the one of least total cost that is found in the time.

    The goal becomes one more row, its limit what `choice` reaches.
    """
    first = share(problem)
    second = share(problem.replace(goal=Goal.MIN_TOTAL_COST))
    goal, rows = coupling_of(problem, first), second.rows
    gathered = first.gather(choice)
    reached, _ = with_open_tiers(goal, first.rows, gathered).value(gathered)
    limit = reached - first.rows.offset + ROOM * max(1.0, abs(reached))
    coupling = coupling_of(problem.replace(goal=Goal.MIN_TOTAL_COST), second)
    answer = solve_rows(
        rows.replace(
            use=(*rows.use, first.rows.cost),
            limit=np.append(rows.limit, limit),
            names=(*rows.names, "goal"),
            floor=np.append(rows.floor, False),
            extra_use=np.vstack([rows.extra_use, first.rows.extra_cost]),
        ),
        replace(coupling, open_use=np.vstack([coupling.open_use, goal.open_cost])),
        options,
        method,
        Start(None, gathered),
    )
    return choice if answer.choice is None else first.spread(answer.choice)
