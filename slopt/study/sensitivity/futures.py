"""Futures: inputs at other places than today's, the best plan there, and what any plan is worth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from slopt.errors import InvalidInput
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.evaluate import Evaluation, evaluate
from slopt.solve.outcome import relative_gap
from slopt.study.sensitivity.inputs import Input
from slopt.study.sensitivity.move import Place
from slopt.vocabulary import Status

TODAY: Place = ()
ROUNDING = 1e-9
"""Plans whose values differ by no more than this share of them are worth the same."""
HELD = 64
"""Problems that are kept built."""


@dataclass(frozen=True, eq=False)
class Best:
    """The answer at a place: the choice (S,) and its goal's value, None where there is no plan.

    `status` is None where the values make no case; `bound` is proven; `reason` says why there is
    no plan.
    """

    status: Status | None
    choice: Choice | None = None
    objective: float | None = None
    bound: float | None = None
    reason: str = ""

    @property
    def is_proven(self) -> bool:
        """True where the plan is proven within the gap asked for, or that there is none."""
        return self.status in (Status.OPTIMAL, Status.INFEASIBLE)


Solve = Callable[[Sequence[Place]], Sequence[Best]]
"""The best plans at places, in the order of the question."""
Build = Callable[[Place], ChoiceProblem]
"""The problem at a place; raises InvalidInput where its values make no sense together."""


class Futures:
    """The best plan at any place, asked once each, and the value of any plan there.

    `gap` is the relative gap that is asked of plans, `plan` the best choice of today: the
    recommendation. Losses are the goal's value, negative where the goal is maximised.
    Raises ValueError where there is no plan today.
    """

    def __init__(
        self,
        problem: ChoiceProblem,
        inputs: Sequence[Input],
        today: Best,
        solve: Solve,
        build: Build,
        gap: float,
    ) -> None:
        if today.choice is None:
            raise ValueError("there is no plan today")
        self.inputs = tuple(inputs)
        self.plan = today.choice
        self.is_small = problem.is_small
        self.gap = 0.0 if problem.is_small else gap
        self.sense = -1.0 if problem.goal.maximises else 1.0
        self._solve, self._build = solve, build
        self._known: dict[Place, Best] = {TODAY: today}
        self._problems: dict[Place, ChoiceProblem | None] = {TODAY: problem}
        self._kept: dict[Place, float] = {}

    @property
    def today(self) -> Best:
        """The answer today."""
        return self._known[TODAY]

    @property
    def solved(self) -> int:
        """Places whose best plan was asked for, today's included."""
        return len(self._known)

    @property
    def unproven(self) -> int:
        """Places whose answer is not proven within the gap, or failed."""
        return sum(not best.is_proven for best in self._known.values())

    @property
    def worst_gap(self) -> float | None:
        """The largest relative gap of all plans; None where one is unknown."""
        plans = [best for best in self._known.values() if best.choice is not None]
        gaps = [relative_gap(best.objective, best.bound) for best in plans]
        known = [gap for gap in gaps if gap is not None]
        return max(known) if len(known) == len(gaps) else None

    def at(self, number: int, place: float) -> Place:
        """One input elsewhere, all others as today."""
        return TODAY if place == self.inputs[number].today else ((number, place),)

    def best(self, places: Sequence[Place]) -> list[Best]:
        """The best plan at each place; those not known are asked for together."""
        new = [place for place in dict.fromkeys(places) if place not in self._known]
        if new:
            answers = self._solve(new)
            self._known.update(zip(new, answers, strict=True))
        return [self._known[place] for place in places]

    def problem(self, place: Place) -> ChoiceProblem | None:
        """The problem at a place; None where these values make no case."""
        if place not in self._problems:
            while len(self._problems) > HELD:
                self._problems.pop(next(p for p in self._problems if p != TODAY))
            try:
                self._problems[place] = self._build(place)
            except InvalidInput:
                self._problems[place] = None
        return self._problems[place]

    def evaluation(self, choice: Choice, place: Place) -> Evaluation | None:
        """The value of a choice at a place; None where the values make no case."""
        problem = self.problem(place)
        return None if problem is None else evaluate(problem, choice)

    def loss(self, choice: Choice, place: Place) -> float:
        """What a choice is worth at a place, the less the better; infinite where it breaks a limit.

        A choice that the solver calls the best there breaks none, whatever rounding says.
        """
        best = self._known.get(place)
        if best is not None and best.choice is not None and np.array_equal(best.choice, choice):
            assert best.objective is not None
            return self.sense * best.objective
        found = self.evaluation(choice, place)
        if found is None or found.violations:
            return np.inf
        return self.sense * found.objective

    def least(self, place: Place) -> float:
        """The loss of the best plan that is known at a place: the solver's, or today's kept."""
        best = self.best([place])[0]
        own = np.inf if best.objective is None else self.sense * best.objective
        return min(own, self.kept(place))

    def kept(self, place: Place) -> float:
        """The loss of today's recommendation at a place."""
        if place not in self._kept:
            self._kept[place] = self.loss(self.plan, place)
        return self._kept[place]

    def room(self, place: Place) -> float:
        """Losses that differ by no more are not told apart at a place: the gap, or rounding."""
        least = self.least(place)
        return max(self.gap, ROUNDING) * abs(least) if np.isfinite(least) else 0.0

    def regret(self, place: Place) -> float:
        """What keeping today's recommendation costs at a place; infinite where it cannot be kept.

        0 where there is no plan at all, and where it is as good as the best within the room.
        """
        least = self.least(place)
        if not np.isfinite(least):
            return 0.0
        worse = self.kept(place) - least
        return worse if worse > self.room(place) else 0.0

    def moved(self, place: Place) -> list[int] | None:
        """Segments to which the best plan gives another tier than the recommendation does.

        Nobody where the recommendation is as good; None where there is no plan.
        """
        best = self.best([place])[0]
        if not np.isfinite(self.least(place)):
            return None
        if best.choice is None or self.regret(place) == 0:
            return []
        return [int(s) for s in np.flatnonzero(best.choice != self.plan)]
