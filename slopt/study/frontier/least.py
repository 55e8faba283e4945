"""The least of a limit: with which there is a plan at all, or one that reaches a value of the goal.

That is a choice problem itself. The limit's row becomes the goal, and the goal a row: by a linear
program, or on the shared rows where those are the faster route.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from slopt.errors import UsageError
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.evaluate import Evaluation, evaluate
from slopt.problem.matrix import assemble
from slopt.problem.program import LinearProgram
from slopt.problem.sharing import ROOM, Sharing, share
from slopt.sayings import say
from slopt.solve.by_prices import solve_rows
from slopt.solve.coupling import Coupling, coupling_of
from slopt.solve.highs import Options, run
from slopt.solve.model_file import build_model, find_model, is_shipped
from slopt.solve.outcome import PricedAnswer, relative_gap
from slopt.solve.route import choose_route
from slopt.solve.tie_break import read_choice
from slopt.study.frontier.axis import Axis
from slopt.vocabulary import Method, Status

FINE = 1e-6
"""The gap of a least by shared rows."""
FINE_SHARE = 0.2
"""Of the time limit, which that may take."""
WHOLE = 1e-6
"""A bound on a whole number is raised to the next one unless it is nearer to the one below."""


@dataclass(frozen=True, eq=False)
class Least:
    """The least of a limit: `bound` is proven, `value` has the plan `choice`.

    For a floor it is the greatest, and the bound lies above. value, choice and evaluation (at that
    value) are None without a plan.
    """

    status: Status
    value: float | None = None
    bound: float | None = None
    choice: Choice | None = None
    evaluation: Evaluation | None = None

    @property
    def gap(self) -> float | None:
        """Relative, 0 where the two are equal."""
        return relative_gap(self.value, self.bound)

    def with_plan(self, axis: Axis, value: float, choice: Choice, problem: ChoiceProblem) -> Least:
        """The same with a plan at a tighter value, found by other means."""
        evaluation = evaluate(axis.at(problem, value), choice)
        bound = self.bound
        if bound is not None:
            bound = axis.relief * min(axis.relief * bound, axis.relief * value)
        return replace(self, value=value, bound=bound, choice=choice, evaluation=evaluation)


@dataclass(frozen=True)
class Way:
    """How to solve: what `solve` takes besides the problem."""

    options: Options
    method: Method = Method.AUTO
    model: str = "tier_plan"

    def within(self, seconds: float) -> Way:
        """The same with other seconds."""
        return replace(self, options=replace(self.options, time_limit_s=seconds))

    def exact(self, problem: ChoiceProblem) -> Options:
        """The options, with gap 0 for small problems, as everywhere."""
        return replace(self.options, gap=0.0) if problem.is_small else self.options


def least(problem: ChoiceProblem, axis: Axis, way: Way, cap: float | None = None) -> Least:
    """The tightest value of a limit that leaves a plan, whatever value the problem gives it.

    With `cap` a plan whose goal is at most that (at least, where it is maximised), penalties
    included. Raises UsageError where a model of the user's own has no such limit.
    """
    loose = axis.at(axis.firm(problem) if axis.is_soft(problem) else problem, axis.loosest(problem))
    if not loose.admissible.any(axis=1).all():
        return Least(Status.INFEASIBLE)
    route = choose_route(loose, way.method, way.model).method
    if route.needs_shared_rows:
        sharing = share(loose)
        if _is_own_row(axis, sharing):
            return _by_rows(loose, axis, sharing, way, route, cap)
    return _by_program(loose, axis, way, cap)


def _by_program(loose: ChoiceProblem, axis: Axis, way: Way, cap: float | None) -> Least:
    program = _program(loose, way.model)
    if program is None:
        return Least(Status.INFEASIBLE)
    if axis.name not in program.shared:
        raise UsageError(
            say(
                'The model {model} has no limit "{axis}" of that name.',
                model=way.model,
                axis=axis.name,
            )
        )
    row = program.shared[axis.name]
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    lower[row], upper[row] = -np.inf, np.inf
    costs = np.flatnonzero(program.cost)
    if cap is not None:
        limit = program.sign * cap - program.offset
        limit += ROOM * max(1.0, abs(limit))
        program = program.with_row(costs, program.cost[costs], -np.inf, limit)
        lower, upper = np.append(lower, -np.inf), np.append(upper, limit)
    asked = program.replace(
        cost=axis.relief * program.coefficients(row),
        row_lower=lower,
        row_upper=upper,
        offset=0.0,
        sign=1.0,
    )
    answer = run(asked, way.exact(loose))
    bound = None if answer.bound is None else axis.relief * answer.bound
    if answer.values is None or answer.objective is None:
        return Least(answer.status, bound=bound)
    choice = read_choice(program, answer.values, len(loose.segments))
    return _least(loose, axis, answer.status, choice, axis.relief * answer.objective, bound)


def _program(problem: ChoiceProblem, model: str) -> LinearProgram | None:
    if is_shipped(model):
        return assemble(problem)
    from slopt.solve.pyomo_program import TriviallyInfeasibleError, program_of

    try:
        return program_of(build_model(find_model(model), problem), problem)
    except TriviallyInfeasibleError:
        return None


def _is_own_row(axis: Axis, sharing: Sharing) -> bool:
    """True where the limit is a row that nothing can be bought for."""
    rows = sharing.rows
    if axis.name not in rows.names:
        return False
    return bool(np.all(rows.extra_use[rows.names.index(axis.name)] >= 0))


def _by_rows(
    loose: ChoiceProblem, axis: Axis, sharing: Sharing, way: Way, route: Method, cap: float | None
) -> Least:
    rows, coupling = sharing.rows, coupling_of(loose, sharing)
    own = rows.names.index(axis.name)
    others = [r for r in range(len(rows.names)) if r != own]
    use = [rows.use[r] for r in others]
    limit, extra_use = rows.limit[others], rows.extra_use[others]
    open_use = coupling.open_use[others]
    names, floor = [rows.names[r] for r in others], rows.floor[others]
    if cap is not None:
        most = (-cap if loose.goal.maximises else cap) - rows.offset
        use.append(rows.cost)
        limit = np.append(limit, most + ROOM * max(1.0, abs(most)))
        extra_use = np.vstack([extra_use, rows.extra_cost])
        open_use = np.vstack([open_use, coupling.open_cost])
        names.append("goal")
        floor = np.append(floor, False)
    asked = rows.replace(
        cost=rows.use[own],
        use=tuple(use),
        limit=limit,
        names=tuple(names),
        floor=floor,
        extra_cost=rows.extra_use[own],
        extra_use=extra_use,
        offset=0.0,
    )
    coupled: Coupling = replace(
        coupling, open_cost=coupling.open_use[own].copy(), open_use=open_use
    )
    options = way.exact(loose)
    # A least is an answer by itself: where that costs little it is told more finely than plans.
    fine = replace(
        options, gap=min(options.gap, FINE), time_limit_s=options.time_limit_s * FINE_SHARE
    )
    answer = solve_rows(asked, coupled, fine, route)
    if answer.status in (Status.FEASIBLE, Status.NO_PLAN) and not _reached(answer, options.gap):
        answer = solve_rows(asked, coupled, options, route)
    if answer.status is Status.FEASIBLE and _reached(answer, options.gap):
        answer = replace(answer, status=Status.OPTIMAL)
    bound = None if answer.bound is None else axis.relief * answer.bound
    if answer.choice is None or answer.objective is None:
        return Least(answer.status, bound=bound)
    choice = sharing.spread(answer.choice)
    return _least(loose, axis, answer.status, choice, axis.relief * answer.objective, bound)


def _reached(answer: PricedAnswer, wanted: float) -> bool:
    gap = relative_gap(answer.objective, answer.bound)
    return gap is not None and gap <= wanted


def _least(
    loose: ChoiceProblem,
    axis: Axis,
    status: Status,
    choice: Choice,
    value: float,
    bound: float | None,
) -> Least:
    """The answer, its value taken from the plan itself where the plan says it."""
    if not axis.moves_the_value(loose):
        value = axis.used(evaluate(loose, choice))
    if axis.is_whole:
        value = float(round(value))
        if bound is not None:
            bound = axis.relief * math.ceil(axis.relief * bound - WHOLE)
    if bound is not None:
        bound = axis.relief * min(axis.relief * bound, axis.relief * value)
    return Least(status, value, bound, choice, evaluate(axis.at(loose, value), choice))
