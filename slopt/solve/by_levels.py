"""Tiers and service levels by the model service_levels, with points where the plan lies.

    state the model with lines below the true curves     -> a bound on every plan, and its levels
    price these and levels beside them on the true curves -> offers, and the best plan of them
    gap small enough: done; else put points where the levels lie, so that the lines touch there

The lines touch the curves at the points, so that the bound rises to what the plan is worth. What is
left of the gap is the approximation error, which is thereby known and below what was asked for.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from slopt.economics.generated import GeneratedOffers
from slopt.economics.levels.bounds import lines_below
from slopt.economics.levels.curves import LOST_ORDERS, SERVICE_COST, USE, LevelCurves
from slopt.economics.levels.source import LevelSource
from slopt.errors import UsageError
from slopt.problem.choice import ChoiceProblem
from slopt.problem.generated.columns import Made, Part
from slopt.problem.generated.one_part import made_by, plans_others, with_offers_of
from slopt.sayings import say
from slopt.solve.by_program import options_left
from slopt.solve.conflict import smallest_conflict
from slopt.solve.highs import Options, run
from slopt.solve.model_file import build_model, find_model
from slopt.solve.outcome import Answer, Outcome
from slopt.solve.solve import solve
from slopt.vocabulary import Method, Status

Numbers = NDArray[np.float64]

MODEL = "service_levels"
FIRST_CELLS = 4
"""Even steps between floor and ceiling that points begin with, besides corners of the curves."""
MOST_ROUNDS = 20
MOST_OFFERS = 48
"""Levels of a segment that a plan is sought among: the last ones that were found, and the ends."""
INNER_GAP = 0.1
"""Of the gap that is left, or asked for, that a search for a bound or a plan may leave."""
ROUGH = 0.01
"""The gap that the first search for a bound goes by."""
NEAR = 1e-6
"""Of the range of a segment: points nearer to each other are one, but for corners and today's."""
HALVINGS = 50
"""Of the range in which a level is looked for that costs, or loses, no more than some line."""


@dataclass(frozen=True, eq=False)
class LevelPlan:
    """The problem with the levels that its plan is made of, and how it was answered.

    `error` is how far the lines of the model lay below the true curves at the levels from which the
    plan was made, money of all segments that choose one; `points` is how many points they had.
    """

    problem: ChoiceProblem
    outcome: Outcome
    error: float
    points: int


def solve_by_levels(problem: ChoiceProblem, options: Options) -> LevelPlan:
    """Solve a problem with levels by the model, to the gap asked for.

    Raises UsageError for a problem with stock rooms or desks, whose offers are not on curves.
    """
    if plans_others(problem, Part.LEVEL):
        raise UsageError(
            say(
                "The model service_levels answers for segments with tiers and levels; this case "
                "plans stock or staff too. Solve it without --model."
            )
        )
    made = made_by(problem, Part.LEVEL)
    if made is None:
        return LevelPlan(problem, solve(problem, options, Method.PYOMO, MODEL), 0.0, 0)
    assert isinstance(made.source, LevelSource)
    return _Refinement(problem, options, made, made.source).run()


class _Refinement:
    """What is known so far. `levels` (U, G) are the points at which lines touch the curves."""

    def __init__(
        self, problem: ChoiceProblem, options: Options, made: Made, source: LevelSource
    ) -> None:
        self.problem, self.options, self.made, self.source = problem, options, made, source
        self.begin = time.perf_counter()
        self.sign = -1.0 if problem.goal.maximises else 1.0
        first = made.offers.service_level
        low, high = source.curves.lowest, source.curves.highest
        is_known = (source.today >= low) & (source.today <= high)
        today = np.where(is_known, source.today, low)[:, None]
        kept = np.concatenate([source.curves.grid(FIRST_CELLS), today], axis=1)
        self.levels = _rising(kept, [first], source.curves)
        self.found: list[Numbers] = [first[:, [place]] for place in range(first.shape[1])]
        self.bound = -np.inf
        self.gap = ROUGH

    def run(self) -> LevelPlan:
        """Bound and plan in turns."""
        best: LevelPlan | None = None
        for _ in range(MOST_ROUNDS):
            answer, levels, below, points = self._relaxed()
            if answer.bound is not None:
                self.bound = max(self.bound, self.sign * answer.bound)
            if levels is None or below is None:
                if answer.status is Status.INFEASIBLE:
                    return self._proven_impossible()
                break
            self._add(levels, below)
            plan = self._plan(levels, below, points)
            if best is None or self._is_better(plan.outcome, best.outcome):
                best = plan
            best = replace(best, outcome=self._with_bound(best.outcome))
            if best.outcome.gap is not None:
                self.gap = max(min(self.gap, best.outcome.gap), self.options.gap)
            if best.outcome.reached(self.options.gap) or self._is_late():
                break
        if best is None:
            return self._without_plan()
        return self._told(best)

    def _is_late(self) -> bool:
        return time.perf_counter() - self.begin >= self.options.time_limit_s

    def _is_better(self, one: Outcome, other: Outcome) -> bool:
        if one.objective is None or other.objective is None:
            return one.objective is not None
        return self.sign * one.objective < self.sign * other.objective

    def _relaxed(self) -> tuple[Answer, Numbers | None, Numbers | None, int]:
        """The answer of the model with lines below; its levels (U, 1), and the figures that the
        lines have there, (F, U, 1).
        """
        from slopt.solve.pyomo_program import TriviallyInfeasibleError, compiled

        points, heights, counts = lines_below(self.source.curves, self.levels)
        lowered = with_offers_of(self.problem, self.made, self._offers(points, heights, counts))
        model = build_model(find_model(MODEL), lowered)
        try:
            found = compiled(model)
        except TriviallyInfeasibleError:
            return Answer(Status.INFEASIBLE), None, None, int(counts.sum())
        options = options_left(self.options, self.begin)
        answer = run(found.program, replace(options, gap=INNER_GAP * self.gap))
        if answer.values is None:
            return answer, None, None, int(counts.sum())
        column = found.columns_of(model.level)
        curves = self.source.curves
        levels = np.array(
            [
                answer.values[column[name]] if name in column else low
                for name, low in zip(curves.names, curves.lowest, strict=True)
            ]
        )[:, None]
        levels = np.clip(levels, curves.lowest[:, None], curves.highest[:, None])
        return answer, levels, _on_lines(points, heights, levels), int(counts.sum())

    def _add(self, levels: Numbers, below: Numbers) -> None:
        """Levels of the bound, those beside them that keep limits, and points around."""
        self.found += [levels, *_safe(self.source.curves, levels, below)]
        place = np.array(
            [np.searchsorted(own, at) for own, at in zip(self.levels, levels[:, 0], strict=True)]
        )
        last = self.levels.shape[1] - 1
        row = np.arange(len(self.levels))
        left = self.levels[row, np.clip(place - 1, 0, last)][:, None]
        right = self.levels[row, np.clip(place, 0, last)][:, None]
        around = [levels, 0.5 * (left + levels), 0.5 * (levels + right)]
        self.levels = _rising(self.levels, around, self.source.curves)

    def _plan(self, levels: Numbers, below: Numbers, points: int) -> LevelPlan:
        """The best plan of the levels found, priced on the true curves."""
        ends = self.source.curves.lowest[:, None], self.source.curves.highest[:, None]
        recent = self.found[-(MOST_OFFERS - 3) :]
        today = self.made.offers.service_level[:, :1]
        offers = self.source.at(*_each_once(np.concatenate([today, *ends, *recent], axis=1)))
        had = self.made.offers.today
        offers = replace(offers, today=None if had is None else np.where(had == 0, 0, -1))
        problem = with_offers_of(self.problem, self.made, offers)
        options = options_left(self.options, self.begin)
        outcome = solve(problem, replace(options, gap=INNER_GAP * self.options.gap))
        return LevelPlan(problem, outcome, self._error(levels, below), points)

    def _error(self, levels: Numbers, below: Numbers) -> float:
        """How far the lines lie below service cost and losses, all segments together."""
        true = self.source.curves.at(np.arange(len(levels)), levels)
        return float((true - below)[SERVICE_COST:USE].sum())

    def _offers(
        self, points: Numbers, heights: Numbers, counts: NDArray[np.bool_]
    ) -> GeneratedOffers:
        today = self.source.today
        same = (points == today[:, None]) & counts
        return GeneratedOffers(
            service_level=points,
            service_cost=heights[SERVICE_COST],
            lost_orders=heights[LOST_ORDERS],
            lost_customers=heights[LOST_ORDERS + 1],
            lost_prospects=heights[LOST_ORDERS + 2],
            use=heights[USE:],
            allowed=counts,
            today=np.where(same.any(axis=1), same.argmax(axis=1), -1),
        )

    def _with_bound(self, outcome: Outcome) -> Outcome:
        """The outcome with the best bound known, its status as the gap then says."""
        bound = self.sign * self.bound if np.isfinite(self.bound) else None
        return outcome.bounded(bound, self.options.gap, self.problem.goal.maximises)

    def _told(self, best: LevelPlan) -> LevelPlan:
        why = say(
            "the model service_levels, with {points} points on its curves and an approximation "
            "error of {error} at the plan",
            points=f"{best.points:,}",
            error=f"{best.error:.3g}",
        )
        seconds = time.perf_counter() - self.begin
        outcome = best.outcome.replace(method=Method.PYOMO, why=why, seconds=seconds)
        return replace(best, outcome=outcome)

    def _proven_impossible(self) -> LevelPlan:
        """No levels on the lines, which lie below the curves: what contradicts each other."""
        found = self._without_plan()
        outcome = found.outcome
        if outcome.status is not Status.NO_PLAN:
            return found
        conflict = smallest_conflict(self.problem, options_left(self.options, self.begin))
        seconds = time.perf_counter() - self.begin
        outcome = outcome.replace(status=Status.INFEASIBLE, contradiction=conflict, seconds=seconds)
        return replace(found, outcome=outcome)

    def _without_plan(self) -> LevelPlan:
        """No plan: what the other route says of that, with its proof and its conflict."""
        outcome = solve(self.problem, options_left(self.options, self.begin))
        outcome = outcome.replace(seconds=time.perf_counter() - self.begin)
        return LevelPlan(self.problem, outcome, 0.0, 0)


def _rising(kept: Numbers, further: list[Numbers], curves: LevelCurves) -> Numbers:
    """(U, G): levels that are kept, and others that are not too near to them; rising.

    The ceiling stands as often as it takes to fill a row.
    """
    near = NEAR * (curves.highest - curves.lowest)[:, None]
    for one in np.concatenate(further, axis=1).T[:, :, None]:
        apart = np.abs(kept - one).min(axis=1, keepdims=True)
        kept = np.concatenate([kept, np.where(apart > near, one, np.inf)], axis=1)
    levels = np.sort(kept, axis=1)
    levels[:, 1:][levels[:, 1:] == levels[:, :-1]] = np.inf
    levels = np.sort(levels, axis=1)
    levels = levels[:, np.isfinite(levels).any(axis=0)]
    return np.where(np.isfinite(levels), levels, curves.highest[:, None])


def _each_once(levels: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
    """The levels, and which of them do not stand further to the left already."""
    order = np.argsort(levels, axis=1, kind="stable")
    sorted_levels = np.take_along_axis(levels, order, axis=1)
    is_new = np.ones(levels.shape, dtype=np.bool_)
    is_new[:, 1:] = np.diff(sorted_levels, axis=1) > 0
    counts = np.empty_like(is_new)
    np.put_along_axis(counts, order, is_new, axis=1)
    return levels, counts


def _on_lines(points: Numbers, heights: Numbers, levels: Numbers) -> Numbers:
    """(F, U, 1): the height of the lines at levels (U, 1)."""
    found = np.empty((len(heights), *levels.shape))
    for u, level in enumerate(levels[:, 0]):
        for figure, own in enumerate(heights[:, u]):
            found[figure, u, 0] = np.interp(level, points[u], own)
    return found


def _safe(curves: LevelCurves, levels: Numbers, below: Numbers) -> list[Numbers]:
    """Levels (U, 1) that cost and use no more than the lines say of `levels`, and levels that lose
    no more, as near as there are.
    """
    who = np.arange(len(levels))
    thrifty = np.array([SERVICE_COST, *range(USE, curves.figures)])
    careful = np.arange(LOST_ORDERS, USE)
    found = []
    for figures, end in ((thrifty, curves.lowest), (careful, curves.highest)):
        good, bad = end[:, None].copy(), levels.copy()
        for _ in range(HALVINGS):
            middle = 0.5 * (good + bad)
            holds = np.all(curves.at(who, middle)[figures] <= below[figures], axis=0)
            good, bad = np.where(holds, middle, good), np.where(holds, bad, middle)
        found.append(good)
    return found
