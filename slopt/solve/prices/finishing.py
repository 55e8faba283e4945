"""What prices leave open, by the exact core, or by HiGHS where the core was not built."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from slopt.problem.choice import Choice
from slopt.problem.shared_rows import Numbers, SharedRowProblem
from slopt.solve.highs import Options, run
from slopt.solve.shared_program import choice_of, program_of
from slopt.solve.start import Start
from slopt.vocabulary import Status

MOST_PAIRS = 500_000
"""Columns that HiGHS is asked to take; many more and it would still be reading when time is up."""
MOST_BINDING = 12
"""Rows; the core branches on as many ties at once, and with more of them HiGHS is the better."""
TIGHTER = 3e-9
"""Relative; by how much limits are moved when HiGHS has used the room that it gives itself."""


@dataclass(frozen=True, eq=False)
class Finish:
    """A choice, if one was found, and a bound on all choices below the cut-off.

    `bound` is infinite where there are none, `complete` where the gap was reached or nothing below
    the cut-off was left. `interrupted` where the user ended the search.
    """

    choice: Choice | None
    bound: float
    complete: bool = False
    nodes: int = 0
    interrupted: bool = False


def suits_core(prices: Numbers) -> bool:
    """Whether the exact core is there, and the rows that bind at the prices are few enough."""
    from slopt.solve import core

    return core.is_available() and int(np.count_nonzero(prices)) <= MOST_BINDING


def finish(problem: SharedRowProblem, options: Options, start: Start, cutoff: float) -> Finish:
    """The best choice below `cutoff` of what is left of a problem."""
    from slopt.solve import core

    many = int(np.count_nonzero(problem.allowed)) > MOST_PAIRS
    few_bind = start.prices is None or suits_core(start.prices)
    if core.is_available() and core.supports(problem) and (few_bind or many):
        return _by_core(problem, options, start, cutoff)
    if many:
        return Finish(None, -math.inf)
    return _by_program(problem, options)


def _by_core(problem: SharedRowProblem, options: Options, start: Start, cutoff: float) -> Finish:
    from slopt.solve import core

    if start.choice is not None and problem.value(start.choice)[1]:
        cutoff = math.inf  # the choice to beat says as much
    answer = core.solve_core(problem, options, start, cutoff=cutoff)
    bound = -math.inf if answer.bound is None else answer.bound
    if answer.status is Status.INFEASIBLE:
        bound = math.inf
    complete = answer.status in (Status.OPTIMAL, Status.INFEASIBLE) or bound >= cutoff
    interrupted = answer.status is Status.INTERRUPTED
    return Finish(answer.choice, bound, complete, answer.nodes, interrupted)


def _by_program(problem: SharedRowProblem, options: Options) -> Finish:
    """By HiGHS, whose choice may exceed a limit by its own room; then once more, more tightly."""
    found = _run(problem, options)
    if found.choice is None or found.interrupted or problem.value(found.choice)[1]:
        return found
    room = TIGHTER * abs(problem.limit).clip(min=1.0)
    again = _run(problem.replace(limit=problem.limit - room), options)
    return Finish(again.choice, found.bound, False, 0, again.interrupted)


def _run(problem: SharedRowProblem, options: Options) -> Finish:
    program = program_of(problem)
    answer = run(program, options)
    if answer.status is Status.INFEASIBLE:
        return Finish(None, math.inf, complete=True)
    bound = -math.inf if answer.bound is None else answer.bound
    choice = None
    if answer.values is not None:
        choice = choice_of(program, answer.values, len(problem.cost))
    complete = answer.status is Status.OPTIMAL
    return Finish(choice, bound, complete, 0, answer.status is Status.INTERRUPTED)
