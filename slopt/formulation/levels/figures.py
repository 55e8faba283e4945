"""What a service level costs, loses and uses: piecewise-linear functions of one variable.

Through points (b_0, f_0) .. (b_n, f_n), for every figure f of a segment alike:

    q = b_0 + sum_i (b_i - b_(i-1)) d_i        f(q) = f_0 + sum_i (f_i - f_(i-1)) d_i
    0 <= d_i <= 1

Where all figures that count are convex, that is enough, as it is cheapest to fill the steps in
their order. Otherwise d_(i+1) > 0 only where d_i = 1, which takes a whole number for each point:
the incremental form (Markowitz and Manne, Econometrica 25, 1957) of Pyomo's `contrib.piecewise`,
which needs no special ordered sets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray
from pyomo.contrib.piecewise import PiecewiseLinearFunction

from slopt.problem.choice import ChoiceProblem
from slopt.vocabulary import RuleKind

Numbers = NDArray[np.float64]
STRAIGHT = 1e-9
"""Slopes that differ by a smaller share are one slope: the points were computed, and rounded."""


class LevelFigures:
    """Functions of `model.level` for the segments at the positions `rows`.

    The points of a segment are its generated columns.
    """

    def __init__(
        self, model: pyo.ConcreteModel, problem: ChoiceProblem, rows: Sequence[int]
    ) -> None:
        self.rows = frozenset(rows)
        self._points: dict[int, NDArray[np.int64]] = {}
        self._steps: dict[int, list[pyo.Var]] = {}
        model.step = pyo.VarList(bounds=(0, 1))
        model.level_by_steps = pyo.ConstraintList()
        model.curve = pyo.Block(pyo.Any)
        for s in rows:
            self._add(model, problem, s)

    def value(self, segment: int, amounts: Numbers) -> pyo.Expression:
        """The function of the level through amounts (K,) at the segment's points."""
        heights = amounts[self._points[segment]]
        rises = np.diff(heights)
        return float(heights[0]) + pyo.quicksum(
            float(rise) * step
            for rise, step in zip(rises, self._steps[segment], strict=True)
            if rise
        )

    def _add(self, model: pyo.ConcreteModel, problem: ChoiceProblem, segment: int) -> None:
        level = model.level[problem.segments[segment]]
        columns = np.flatnonzero(problem.admissible[segment])
        columns = columns[np.argsort(problem.service_level[segment, columns], kind="stable")]
        levels = problem.service_level[segment, columns]
        figures = np.array([its[segment, columns] for its in figures_that_count(problem)])
        kept, is_convex = corners(levels, figures)
        levels = levels[kept]
        self._points[segment] = columns[kept]
        level.setlb(float(levels[0]))
        level.setub(float(levels[-1]))
        if is_convex and not _must_be_exact(problem):
            steps = [model.step.add() for _ in levels[1:]]
            widths = zip(np.diff(levels), steps, strict=True)
            model.level_by_steps.add(
                level == float(levels[0]) + pyo.quicksum(float(w) * step for w, step in widths)
            )
        else:
            steps = _in_order(model.curve[segment], level, levels)
        self._steps[segment] = steps


def _in_order(block: pyo.Block, level: pyo.Var, levels: Numbers) -> list[pyo.Var]:
    """Steps of a level that are filled one after the other."""
    place = {float(at): float(i) for i, at in enumerate(levels)}
    block.function = PiecewiseLinearFunction(points=list(place), function=place.__getitem__)
    block.at = pyo.Var()
    call = block.function(level)
    block.on_curve = pyo.Constraint(expr=block.at == call)
    pyo.TransformationFactory("contrib.piecewise.incremental").apply_to(block)
    stated = block.function.get_transformation_var(call).parent_block()
    return [stated.delta[i, 1] for i in range(len(levels) - 1)]


def figures_that_count(problem: ChoiceProblem) -> Iterator[Numbers]:
    """(S, K) each: what the goal and the limits are made of, where it is not straight anyway."""
    kinds = {rule.kind for rule in problem.rules}
    yield problem.values
    if problem.budget is not None or RuleKind.MAX_SERVICE_COST in kinds:
        yield problem.service_cost
    if problem.max_lost_sales is not None or RuleKind.MAX_LOST_SALES in kinds:
        yield problem.lost_sales
    yield from problem.use


def _must_be_exact(problem: ChoiceProblem) -> bool:
    """True where more use may be worth while, so that a function must not be above its curve."""
    return bool(np.any((problem.extra_premium < 0) & (problem.extra_capacity > 0)))


def corners(levels: Numbers, figures: Numbers) -> tuple[list[int], bool]:
    """Points at which any of the figures (F, n) has a corner, and both ends; are all convex?"""
    kept, is_convex = [0], True
    for place in range(1, len(levels) - 1):
        since = figures[:, place] - figures[:, kept[-1]]
        before = since / (levels[place] - levels[kept[-1]])
        after = (figures[:, place + 1] - figures[:, place]) / (levels[place + 1] - levels[place])
        turn = (after - before) / np.maximum(np.abs(before) + np.abs(after), 1e-300)
        if np.any(np.abs(turn) > STRAIGHT):
            kept.append(place)
            is_convex &= bool(np.all(turn > -STRAIGHT))
    if len(levels) > 1:
        kept.append(len(levels) - 1)
    return kept, is_convex
