"""Among plans equally good for the goal, the one of least total cost.

With any goal but least total cost, many plans can tie: the least lost sales are often reached
with or without waste. A second program keeps the goal where it is and minimises total cost.
"""

from __future__ import annotations

import numpy as np

from slopt.errors import SolverTrouble
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.evaluate import evaluate
from slopt.problem.matrix import assemble
from slopt.problem.program import LinearProgram
from slopt.solve.highs import Options, run
from slopt.vocabulary import Goal

ROOM = 1e-9
"""Relative room for the goal in the second program; the first choice stays where it is used."""


def break_tie(
    problem: ChoiceProblem, program: LinearProgram, choice: Choice, options: Options
) -> Choice:
    """A choice as good as `choice` for the goal and no dearer; `choice` itself if none is found."""
    first = evaluate(problem, choice)
    by_cost = problem.replace(goal=Goal.MIN_TOTAL_COST)
    reached = program.sign * first.objective - program.offset
    columns = np.flatnonzero(program.cost)
    second = assemble(by_cost).with_row(
        columns, program.cost[columns], -np.inf, reached + ROOM * max(1.0, abs(reached))
    )
    try:
        answer = run(second, options)
    except SolverTrouble:
        return choice
    if answer.values is None:
        return choice
    found = read_choice(second, answer.values, len(problem.segments))
    better = evaluate(problem, found)
    worse_goal = program.sign * (better.objective - first.objective) > 0
    return choice if worse_goal or better.violations else found


def read_choice(program: LinearProgram, values: np.ndarray, segments: int) -> Choice:
    """The tier of each segment: the choose column that is 1."""
    choice = np.full(segments, -1, dtype=np.int64)
    taken = program.choose[values[: len(program.choose)] > 0.5]
    choice[taken[:, 0]] = taken[:, 1]
    return choice
