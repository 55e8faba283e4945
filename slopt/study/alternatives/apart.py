"""The best plan that differs from given plans in so many segments: a question of the same shape.

That two plans differ in at least D segments is one row more: of the S tiers that the first gives,
the second keeps at most S - D. So the routes that answer a case answer this too. Where segments are
alike, a kind keeps as many of a tier as the lesser of both counts; that lesser is a column of its
own with a yes or no beside it, which only a linear program can have:

    kept >= taken - size * other    kept >= given - size * (1 - other)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from slopt.plan.plan import Plan
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.evaluate import evaluate
from slopt.problem.matrix import assemble
from slopt.problem.program import LinearProgram
from slopt.problem.sharing import row_count, share
from slopt.solve.by_prices import solve_rows
from slopt.solve.coupling import coupling_of
from slopt.solve.highs import Options, run
from slopt.solve.model_file import build_model, find_model, is_shipped
from slopt.solve.outcome import PricedAnswer
from slopt.solve.route import MOST_ROWS, choose_route
from slopt.solve.start import Start
from slopt.solve.tie_break import read_choice
from slopt.study.frontier.least import Way
from slopt.vocabulary import Method, Status

Group = NDArray[np.int64]
MOST_PAIRS = 60_000
"""Pairs of segment and tier up to which a linear program tells alike segments apart."""
HALF = 0.5
"""Room of a row that counts segments."""


@dataclass(frozen=True, eq=False)
class Apart:
    """Differ from this plan in at least so many segments."""

    choice: Choice
    least: int


@dataclass(frozen=True, eq=False)
class Found:
    """The best plan apart from others; objective and bound in the unit and sense of the goal."""

    status: Status
    choice: Choice | None = None
    objective: float | None = None
    bound: float | None = None


class Asker(Protocol):
    """A way to ask for the best plan apart from others.

    `tells_alike` is false where exchanges of alike segments count as differences.
    """

    tells_alike: bool

    def best(self, apart: Sequence[Apart], options: Options) -> Found:
        """The best plan; raises KeyboardInterrupt on Ctrl-C."""


def asker_for(plan: Plan, way: Way, groups: Sequence[Group], most: int) -> Asker:
    """The asker for a plan's problem, for up to `most` plans to be apart from."""
    problem = plan.problem
    route = choose_route(problem, way.method, way.model).method
    pairs = int(np.count_nonzero(problem.admissible))
    too_many = route is Method.CORE and row_count(problem) + most > MOST_ROWS
    told_apart = len(groups) > 0 and pairs <= MOST_PAIRS
    if not route.needs_shared_rows or too_many or told_apart:
        return ByProgram(plan, way.model, list(groups))
    return ByRows(problem, route, plan)


class ByProgram:
    """By HiGHS: one row for each plan, and columns for kinds of alike segments."""

    tells_alike = True

    def __init__(self, plan: Plan, model: str, groups: list[Group]) -> None:
        self.problem, self.groups = plan.problem, groups
        relaxation = plan.outcome.relaxation
        self.program = relaxation.program if relaxation and relaxation.program else None
        if self.program is None:
            self.program = _program(plan.problem, model)
        self.own_objective = is_shipped(model)
        grouped = np.zeros(len(plan.choice), dtype=np.bool_)
        for group in groups:
            grouped[group] = True
        self.single = np.flatnonzero(~grouped)
        self.column_at = np.full(plan.problem.admissible.shape, -1, dtype=np.int64)
        self.column_at[tuple(self.program.choose.T)] = np.arange(len(self.program.choose))

    def best(self, apart: Sequence[Apart], options: Options) -> Found:
        """Solve the program with its rows."""
        program = self.program
        assert program is not None
        for other in apart:
            program = self._with(program, other)
        answer = run(program, options)
        if answer.status is Status.INTERRUPTED:
            raise KeyboardInterrupt
        if answer.values is None:
            return Found(answer.status, bound=answer.bound)
        choice = read_choice(program, answer.values, len(self.problem.segments))
        objective = answer.objective
        if self.own_objective:
            objective = evaluate(self.problem, choice).objective
        return Found(answer.status, choice, objective, answer.bound)

    def _with(self, program: LinearProgram, apart: Apart) -> LinearProgram:
        """The program with the rows of one plan to be apart from."""
        choice = apart.choice
        kept = [self.column_at[self.single, choice[self.single]]]
        begin = len(program.cost)
        rows: list[tuple[NDArray[np.int64], NDArray[np.float64], float]] = []
        uppers: list[float] = []
        for group in self.groups:
            size = float(len(group))
            for tier, given in zip(*np.unique(choice[group], return_counts=True), strict=True):
                own, other = begin + len(uppers), begin + len(uppers) + 1
                uppers += [float(given), 1.0]
                takers = self.column_at[group, tier]
                takers = takers[takers >= 0]
                kept.append(np.array([own]))
                ones = np.ones(len(takers))
                rows.append((np.append(takers, [own, other]), np.append(ones, [-1.0, -size]), 0.0))
                rows.append((np.array([own, other]), np.array([-1.0, size]), size - float(given)))
        integral = np.zeros(len(uppers), dtype=np.bool_)
        integral[1::2] = True
        program = program.replace(
            cost=np.append(program.cost, np.zeros(len(uppers))),
            lower=np.append(program.lower, np.zeros(len(uppers))),
            upper=np.append(program.upper, uppers),
            integral=np.append(program.integral, integral),
        )
        for columns, values, upper in rows:
            program = program.with_row(columns, values, -np.inf, upper)
        columns = np.concatenate(kept)
        most = float(len(choice) - apart.least)
        return program.with_row(columns, np.ones(len(columns)), -np.inf, most)


class ByRows:
    """By the core or by prices: one shared row for each plan."""

    tells_alike = False

    def __init__(self, problem: ChoiceProblem, route: Method, plan: Plan) -> None:
        self.problem, self.route = problem, route
        self.sharing = share(problem)
        self.coupling = coupling_of(problem, self.sharing)
        relaxation = plan.outcome.relaxation
        names = self.sharing.rows.names
        known = {} if relaxation is None else relaxation.prices
        self.prices = np.array([known.get(name, 0.0) for name in names])

    def best(self, apart: Sequence[Apart], options: Options) -> Found:
        """Answer the rows with one more for each plan."""
        rows, extra = self.sharing.rows, len(apart)
        zeros = np.zeros((extra, len(rows.extra_cost)))
        asked = rows.replace(
            use=(*rows.use, *(self._kept(other.choice) for other in apart)),
            limit=np.append(rows.limit, [len(a.choice) - a.least + HALF for a in apart]),
            names=(*rows.names, *(f"apart {place}" for place in range(extra))),
            floor=np.append(rows.floor, np.zeros(extra, dtype=np.bool_)),
            extra_use=np.vstack([rows.extra_use, zeros]),
        )
        tiers = self.coupling.open_use.shape[1]
        coupling = replace(
            self.coupling, open_use=np.vstack([self.coupling.open_use, np.zeros((extra, tiers))])
        )
        start = Start(np.append(self.prices, np.zeros(extra)), None)
        answer = solve_rows(asked, coupling, options, self.route, start)
        if answer.status is Status.INTERRUPTED:
            raise KeyboardInterrupt
        return self._found(answer)

    def _found(self, answer: PricedAnswer) -> Found:
        sign = -1.0 if self.problem.goal.maximises else 1.0
        bound = None if answer.bound is None else sign * answer.bound
        if answer.choice is None:
            return Found(answer.status, bound=bound)
        choice = self.sharing.spread(answer.choice)
        objective = evaluate(self.problem, choice).objective
        return Found(answer.status, choice, objective, bound)

    def _kept(self, choice: Choice) -> NDArray[np.float64]:
        """How many segments of each merged one keep the tier that a plan gives, by tier."""
        kept = np.zeros(self.sharing.rows.cost.shape)
        merged = self.sharing.merged
        row = np.arange(len(choice)) if merged is None else merged
        np.add.at(kept, (row, choice), 1.0)
        return kept


def _program(problem: ChoiceProblem, model: str) -> LinearProgram:
    if is_shipped(model):
        return assemble(problem)
    from slopt.solve.pyomo_program import program_of

    return program_of(build_model(find_model(model), problem), problem)
