"""A plan that is known before the solve, such as the rest of a locked one: nobody ends worse.

What is settled comes as rounded figures: staff to nine digits, a budget that is spent to the last
cent. So a plan that keeps every limit as the check sees it may break rows of a program by a
trillionth, and the solver says that there is no plan. Limits then get the room of the check.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from slopt.errors import SolverTrouble
from slopt.problem.choice import EDGE
from slopt.problem.horizon.evaluate import HorizonEvaluation, evaluate_horizon
from slopt.problem.horizon.problem import HorizonChoice, HorizonProblem, Numbers
from slopt.solve.horizon.outcome import HorizonOutcome
from slopt.vocabulary import Status

ROOM = EDGE / 2
"""Relative room at a limit; what the solver oversteps comes on top."""
STAFF_ROOM = 1e-8
"""Relative room of what may be held; the check allows ten times as much."""
BETTER = 1e-9
"""Relative; plans whose values differ by less are equally good."""


def with_known_plan(
    problem: HorizonProblem,
    known: HorizonChoice,
    outcome: HorizonOutcome,
    solve: Callable[[HorizonProblem], HorizonOutcome],
) -> HorizonOutcome:
    """The outcome, or one with a better plan where the known one keeps every limit.

    `solve` answers the problem with room at its limits, where the solver found no plan in it.
    """
    evaluation = evaluate_horizon(problem, known)
    if evaluation.violations:
        return outcome
    if outcome.status is Status.INFEASIBLE:
        outcome = _answered_with_room(problem, evaluation, outcome, solve)
    reached = outcome.objective if outcome.choice is not None else None
    if reached is not None and not _is_better(problem, evaluation.objective, reached):
        return outcome
    bound = outcome.bound
    if bound is not None:
        better = max if problem.goal.maximises else min
        bound = better(bound, evaluation.objective)
    status = Status.FEASIBLE if outcome.status is Status.NO_PLAN else outcome.status
    return outcome.replace(status=status, choice=known, objective=evaluation.objective, bound=bound)


def _answered_with_room(
    problem: HorizonProblem,
    evaluation: HorizonEvaluation,
    outcome: HorizonOutcome,
    solve: Callable[[HorizonProblem], HorizonOutcome],
) -> HorizonOutcome:
    """The answer of the problem with room, as far as its plan keeps the limits without it."""
    try:
        answer = solve(with_room(problem, evaluation))
    except SolverTrouble:
        return outcome.replace(status=Status.NO_PLAN)
    if answer.choice is None:
        interrupted = answer.status is Status.INTERRUPTED
        return outcome.replace(status=Status.INTERRUPTED if interrupted else Status.NO_PLAN)
    judged = evaluate_horizon(problem, answer.choice)
    if judged.violations:
        return answer.replace(status=Status.NO_PLAN, choice=None, objective=None)
    return answer.replace(objective=judged.objective)


def with_room(problem: HorizonProblem, evaluation: HorizonEvaluation) -> HorizonProblem:
    """The problem with the check's room at its limits, or with what this plan of it needs.

    `evaluation` is of a plan that keeps the limits as the check sees them.
    """
    supply = evaluation.capacity + problem.extra_capacity
    carried = np.concatenate([[problem.carry_in], evaluation.carried[:-1]])
    return problem.replace(
        capacity=problem.capacity + _room(supply, evaluation.used),
        budget=problem.budget + _room(problem.budget + carried, evaluation.spent),
        max_lost_sales=problem.max_lost_sales + _room(problem.max_lost_sales, evaluation.caused),
        staff=tuple(
            option
            if option.most_held is None
            else replace(option, most_held=option.most_held + STAFF_ROOM * max(1.0, option.units))
            for option in problem.staff
        ),
    )


def _room(limit: Numbers, used: Numbers) -> Numbers:
    """Room at limits, NaN where there is none: ROOM, or what is used beyond the limit."""
    room = ROOM * np.maximum(1.0, np.maximum(np.abs(limit), np.abs(used)))
    return np.maximum(room, used - limit)


def _is_better(problem: HorizonProblem, value: float, than: float) -> bool:
    better = value - than if problem.goal.maximises else than - value
    return better > BETTER * max(1.0, abs(than))
