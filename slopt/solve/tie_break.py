"""Among plans equally good for the goal: the one of least total cost, then the nearest to today.

With any goal but least total cost, many plans can tie: the least lost sales are often reached
with or without waste. A second program keeps the goal where it is and minimises total cost. After
that, nobody is moved for nothing: a segment whose today's tier is as good keeps it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from slopt.errors import SolverTrouble
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.evaluate import Evaluation, evaluate
from slopt.problem.matrix import assemble
from slopt.problem.program import LinearProgram
from slopt.solve.highs import Options, run
from slopt.vocabulary import Goal

ROOM = 1e-9
"""Relative room for the goal in the second program; the first choice stays where it is used."""
SAME = 1e-12
"""Values closer than this, relative, are the same but for rounding."""
TRIES = 1_000
"""Groups of segments that are tried at today's tier; each takes a pass over all segments."""


Cheapest = Callable[[ChoiceProblem, Choice, Options], Choice]
"""(problem, choice, options) -> the cheapest choice found that is about as good for the goal."""


def break_ties(
    problem: ChoiceProblem, choice: Choice, options: Options, cheapest: Cheapest
) -> Choice:
    """A choice as good as `choice` for the goal, no dearer, and with no move that gains nothing."""
    if problem.goal is not Goal.MIN_TOTAL_COST:
        first, found = evaluate(problem, choice), cheapest(problem, choice, options)
        if _as_good(problem, evaluate(problem, found), first, room=0.0):
            choice = found
    return _stay_where_equal(problem, choice)


def cheapest_by_program(problem: ChoiceProblem, choice: Choice, options: Options) -> Choice:
    """The cheapest choice of the same goal, by HiGHS; `choice` itself if none is found in time."""
    first, program = evaluate(problem, choice), assemble(problem)
    reached = program.sign * first.objective - program.offset
    columns = np.flatnonzero(program.cost)
    second = assemble(problem.replace(goal=Goal.MIN_TOTAL_COST)).with_row(
        columns, program.cost[columns], -np.inf, reached + ROOM * max(1.0, abs(reached))
    )
    try:
        answer = run(second, options)
    except SolverTrouble:
        return choice
    if answer.values is None:
        return choice
    return read_choice(second, answer.values, len(problem.segments))


def _stay_where_equal(problem: ChoiceProblem, choice: Choice) -> Choice:
    """Segments for which today's tier is worth the same go back to it, where the rules allow.

    All at once if that keeps every rule, else half of them and then the other half, and so on.
    """
    row, now = np.arange(len(choice)), np.maximum(problem.current, 0)
    candidates = problem.changed[row, choice] & problem.admissible[row, now]
    if not candidates.any():
        return choice
    total = problem.service_cost + problem.lost_sales
    for values in (problem.values, total):
        before, after = values[row, now], values[row, choice]
        candidates &= np.abs(after - before) <= SAME * np.maximum(np.abs(after), np.abs(before))
    if not candidates.any():
        return choice
    best = evaluate(problem, choice)
    waiting, tries = [np.flatnonzero(candidates)], 0
    while waiting and tries < TRIES:
        segments = waiting.pop()
        if len(segments) == 0:
            continue
        tries += 1
        trial = choice.copy()
        trial[segments] = now[segments]
        value = evaluate(problem, trial)
        room = SAME * max(abs(best.total_cost), abs(value.total_cost))
        if _as_good(problem, value, best, SAME) and value.total_cost <= best.total_cost + room:
            choice, best = trial, value
        elif len(segments) > 1:
            half = len(segments) // 2
            waiting += [segments[half:], segments[:half]]
    return choice


def _as_good(problem: ChoiceProblem, new: Evaluation, old: Evaluation, room: float) -> bool:
    """True where `new` keeps every rule and is no worse for the goal, within relative room."""
    sense = -1.0 if problem.goal.maximises else 1.0
    worse = sense * (new.objective - old.objective)
    return not new.violations and worse <= room * max(abs(new.objective), abs(old.objective))


def read_choice(program: LinearProgram, values: np.ndarray, segments: int) -> Choice:
    """The tier of each segment: the choose column that is 1."""
    choice = np.full(segments, -1, dtype=np.int64)
    taken = program.choose[values[: len(program.choose)] > 0.5]
    choice[taken[:, 0]] = taken[:, 1]
    return choice
