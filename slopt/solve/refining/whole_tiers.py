"""A bound that keeps tiers whole: what any plan costs at the least, as far as sources have told.

Each answer of a source at some terms is a cut: whatever its decider chooses, the figures of that
offer are worth no less at those terms than the bound that came with it. So with the tiers as whole
choices, and the figures of each decider as numbers of which only the cuts are known, the least of

    minimise    goal
    subject to  all limits and rules, on tiers and figures
                terms' figures[u] >= bound[u]         every decider u, every time it was asked

is a bound on every plan (the outer approximation of Duran and Grossmann, 1986, and of Benders).
Its tiers are those to look at next: asked at their prices, sources make it sharper there.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice, ChoiceProblem, shares
from slopt.problem.generated.columns import Made, Part
from slopt.problem.generated.joining import with_offers
from slopt.problem.generated.merging import nothing
from slopt.problem.generated.terms import Asked
from slopt.problem.matrix import assemble
from slopt.problem.program import LinearProgram
from slopt.solve.highs import Options, run
from slopt.solve.tie_break import read_choice
from slopt.vocabulary import Goal, RuleKind, Status

Numbers = NDArray[np.float64]
INF = float("inf")


@dataclass(frozen=True, eq=False)
class WholeTiers:
    """`bound` in the minimised sense, and a choice (S,) whose tiers reach it; None without any."""

    bound: float
    choice: Choice | None


def whole_tiers(
    problem: ChoiceProblem, told: Sequence[tuple[Asked, ...]], listed: Set[Part], options: Options
) -> WholeTiers | None:
    """The bound from all that sources have told; None where the solver found none in time.

    Of the parts that are `listed` the problem has all offers that count, so that they are whole
    choices as well. The bound is infinite where what was told proves that there is no plan.
    """
    program = _program(problem, told, listed | {Part.SERVED})
    answer = run(program, options)
    if answer.status is Status.INFEASIBLE:
        return WholeTiers(INF, None)
    if answer.bound is None:
        return None
    choice = None
    if answer.values is not None:
        choice = read_choice(program, answer.values, len(problem.segments))
    return WholeTiers(program.sign * answer.bound, choice)


def _program(
    problem: ChoiceProblem, told: Sequence[tuple[Asked, ...]], listed: Set[Part]
) -> LinearProgram:
    """The program with one offer of nothing for each decider, and its figures as columns."""
    generated = problem.generated
    assert generated is not None
    bare = with_offers(
        problem,
        [made.offers if made.part in listed else nothing(made.offers) for made in generated.made],
    )
    cuts = _Figures(bare, assemble(bare))
    for made in generated.made:
        if made.part not in listed:
            cuts.add(made)
    for answers in told:
        for asked in answers:
            if asked.made.part not in listed:
                cuts.cut(asked)
    return cuts.finish()


class _Figures:
    """Columns for the figures of deciders, in the order cost, loss, level, use of each resource."""

    def __init__(self, problem: ChoiceProblem, program: LinearProgram) -> None:
        self.problem, self.program = problem, program
        self.width = 3 + len(problem.resources)
        self.first: dict[int, int] = {}
        self.columns = len(program.cost)
        self.costs: list[Numbers] = []
        self.entries: list[tuple[NDArray[np.int64], NDArray[np.int64], Numbers]] = []
        self.limits: list[Numbers] = []
        self.rows = len(program.row_lower)

    def add(self, made: Made) -> None:
        """Columns of all deciders of a source, with what they add to goal, limits and rules."""
        problem, count = self.problem, len(made.rows)
        for row in made.rows.tolist():
            self.first[row] = self.columns
            self.columns += self.width
        weight = problem.mean_weight[made.rows]
        cost = np.zeros((count, self.width))
        cost[:, 0] = float(problem.counts_service_cost)
        cost[:, 1] = float(problem.goal in (Goal.MIN_TOTAL_COST, Goal.MIN_LOST_SALES))
        cost[:, 2] = -weight * float(problem.goal is Goal.MAX_SERVICE)
        self.costs.append(cost.ravel())
        ones = np.ones(count)
        self._to_row("budget", made.rows, 0, ones)
        self._to_row("max_lost_sales", made.rows, 1, ones)
        self._to_row("min_service_level", made.rows, 2, weight)
        for r, name in enumerate(problem.resources):
            self._to_row(name, made.rows, 3 + r, ones)
        own = set(made.rows.tolist())
        for rule in problem.rules:
            members = np.array(rule.members, dtype=np.int64)
            if rule.kind is RuleKind.MIN_SERVICE_LEVEL:
                figure, amounts = 2, shares(problem.weight[members])
            elif rule.kind in (RuleKind.MAX_SERVICE_COST, RuleKind.MAX_LOST_SALES):
                figure = 0 if rule.kind is RuleKind.MAX_SERVICE_COST else 1
                amounts = np.ones(len(members))
            else:
                continue
            here = np.array([member in own for member in rule.members], dtype=np.bool_)
            self._to_row(rule.name, members[here], figure, amounts[here])

    def _to_row(self, name: str, rows: NDArray[np.int64], figure: int, amounts: Numbers) -> None:
        at = self.program.shared.get(name)
        if at is None or len(rows) == 0:
            return
        columns = np.array([self.first[row] + figure for row in rows.tolist()], dtype=np.int64)
        self.entries.append((np.full(len(rows), at), columns, amounts))

    def cut(self, asked: Asked) -> None:
        """A row for each decider: its figures are worth no less than its bound."""
        terms, count = asked.terms, len(asked.made.rows)
        first = np.array([self.first[row] for row in asked.made.rows.tolist()], dtype=np.int64)
        columns = (first[:, None] + np.arange(self.width)).ravel()
        values = np.column_stack(
            [
                terms.service_cost,
                terms.lost_sales,
                -terms.service_level,
                np.broadcast_to(terms.use, (count, len(terms.use))),
            ]
        ).ravel()
        rows = np.repeat(np.arange(self.rows, self.rows + count), self.width)
        self.entries.append((rows, columns, values))
        self.limits.append(asked.best.bound)
        self.rows += count

    def finish(self) -> LinearProgram:
        """The program with these columns and rows behind its own."""
        program = self.program
        if not self.entries:
            return program
        further = self.columns - len(program.cost)
        row, column, value = (np.concatenate(parts) for parts in zip(*self.entries, strict=True))
        row = np.concatenate([program.row_of, row])
        column = np.concatenate([program.index, column])
        value = np.concatenate([program.value, value])
        there = value != 0
        order = np.flatnonzero(there)[np.argsort(row[there], kind="stable")]
        lengths = np.bincount(row[there], minlength=self.rows)
        cuts = np.concatenate(self.limits) if self.limits else np.zeros(0)
        return program.replace(
            cost=np.concatenate([program.cost, *self.costs]),
            lower=np.append(program.lower, np.full(further, -INF)),
            upper=np.append(program.upper, np.full(further, INF)),
            integral=np.append(program.integral, np.zeros(further, dtype=np.bool_)),
            start=np.concatenate([[0], np.cumsum(lengths)]),
            index=column[order],
            value=value[order],
            row_lower=np.append(program.row_lower, cuts),
            row_upper=np.append(program.row_upper, np.full(len(cuts), INF)),
        )
