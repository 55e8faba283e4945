"""Every value of a limit at once, where that limit is all that segments share."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.evaluate import evaluate
from slopt.problem.shared_rows import SharedRowProblem
from slopt.problem.sharing import ROOM, Sharing, obstacle, share
from slopt.solve.by_prices import priced_by
from slopt.solve.coupling import coupling_of
from slopt.solve.hull import Hull, fits, hull_of
from slopt.solve.model_file import is_shipped
from slopt.solve.outcome import Outcome, Relaxation
from slopt.solve.start import Start
from slopt.study.frontier.axis import Axis
from slopt.study.frontier.least import Least, Way
from slopt.vocabulary import Goal, Method, Status

WHY = "one limit is all that is shared: every value of it at once"


@dataclass(frozen=True, eq=False)
class Curve:
    """The relaxation's optimum for every value of the limit, and plans of whole tiers on it."""

    problem: ChoiceProblem
    axis: Axis
    sharing: Sharing
    hull: Hull
    seed: int

    @property
    def least(self) -> Least:
        """The tightest value with a plan: every segment in its tier of least use."""
        choice = self._choice(0)
        value = self._used(choice)
        evaluation = evaluate(self.axis.at(self.problem, value), choice)
        return Least(Status.OPTIMAL, value, value, choice, evaluation)

    @property
    def enough(self) -> float:
        """The tightest value at which every segment has its best tier."""
        return self._used(self._choice(len(self.hull.rate)))

    def outcome(self, value: float, gap: float) -> Outcome | None:
        """The plan of whole steps at a value, its bound and price; optimal if within the gap.

        None where there is no such plan.
        """
        begin = time.perf_counter()
        limit = self.axis.relief * value
        limit += ROOM * max(1.0, abs(limit))
        rows = self.sharing.rows.replace(limit=np.array([limit]))
        steps = self.hull.steps_within(limit)
        choice, (objective, keeps) = self._whole_steps(rows, steps)
        # The running sums are rounded otherwise than the sum over the choice.
        while not keeps and steps > 0:
            steps -= 1
            choice, (objective, keeps) = self._whole_steps(rows, steps)
        if not keeps:
            return None
        sign = -1.0 if self.problem.goal.maximises else 1.0
        outcome = Outcome(
            Status.FEASIBLE,
            Method.PRICES,
            priced_by(Method.PRICES),
            self.seed,
            time.perf_counter() - begin,
            self.sharing.spread(choice),
            sign * objective,
            sign * self.hull.bound(limit),
            Relaxation({self.axis.name: self.hull.price(limit)}),
            why=WHY,
        )
        return outcome.replace(status=Status.OPTIMAL) if outcome.reached(gap) else outcome

    def start(self, outcome: Outcome) -> Start:
        """What the curve knows for the exact core to finish."""
        prices = None
        if outcome.relaxation is not None:
            prices = np.array([outcome.relaxation.prices[self.axis.name]])
        return Start(prices, outcome.choice)

    def _whole_steps(self, rows: SharedRowProblem, steps: int) -> tuple[Choice, tuple[float, bool]]:
        """The tiers after so many steps, what they are worth, and whether they keep the row."""
        choice = self.hull.choice(max(steps, 0))
        return choice, rows.value(choice)

    def _choice(self, steps: int) -> Choice:
        return self.sharing.spread(self.hull.choice(steps))

    def _used(self, choice: Choice) -> float:
        loose = self.axis.at(self.problem, self.axis.loosest(self.problem))
        return self.axis.used(evaluate(loose, choice))


def curve_of(problem: ChoiceProblem, axis: Axis, way: Way) -> Curve | None:
    """The curve of a problem; None where more is shared, or another way was asked for.

    A small problem is left to the reference route too, and so is one whose plans of equal worth
    differ in cost, which `solve` tells apart.
    """
    if way.method in (Method.HIGHS, Method.PYOMO) or not is_shipped(way.model):
        return None
    if problem.is_small or obstacle(problem) is not None:
        return None
    if problem.goal is not Goal.MIN_TOTAL_COST and axis.name != "budget":
        return None
    loose = axis.at(problem, axis.loosest(problem))
    sharing = share(loose)
    if sharing.rows.names != (axis.name,) or not fits(sharing.rows):
        return None
    if not coupling_of(loose, sharing).is_empty:
        return None
    hull = hull_of(sharing.rows)
    return None if hull is None else Curve(problem, axis, sharing, hull, way.options.seed)
