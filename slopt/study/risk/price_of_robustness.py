"""What a guarantee costs: for more and more segments at their worst, the plan that guarantees most.

Each plan has what it comes to at the case's own numbers, what it guarantees as long as no more than
so many segments turn out at their worst, how often futures are worse than that in the sample, and
the most that this can happen if segments deviate independently and evenly to both sides (Bertsimas
and Sim 2004, Operations Research 52(1), 35-53, theorem 3).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice
from slopt.problem.scenarios.many_choices import losses_of
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.solve.highs import Options
from slopt.solve.outcome import relative_gap
from slopt.solve.risk.robust import RobustPlan, RobustSearch
from slopt.study.risk.estimates import Estimate, chance_of, mean_of
from slopt.study.risk.sample import Sample
from slopt.vocabulary import Method, Status

Numbers = NDArray[np.float64]

STEPS = (1, 2, 5)
"""Numbers of segments at worst that are tried in each decade, after none."""
SELDOM = 0.05
"""A guarantee counts as kept where no more of the futures are worse."""
SAME = 1e-9
"""Relative difference between a future and the guarantee that is rounding."""


@dataclass(frozen=True, eq=False)
class RobustPoint:
    """The plan that guarantees most with `at_worst` segments at their worst.

    `own`, `guaranteed` and `bound` (of the guarantee) are values of the goal, in its sense and
    unit, penalties included; `mean` is that over the futures, and `exceeded` the chance of a future
    that is worse than guaranteed. `promised` is the most that chance can be by theory, None where
    it says nothing. `exposed` segments can turn out worse than at own numbers. `choice` is None,
    and the figures NaN, where no plan was found.
    """

    at_worst: int
    status: Status
    choice: Choice | None
    own: float
    guaranteed: float
    bound: float
    mean: Estimate
    exceeded: Estimate
    promised: float | None
    exposed: int

    @property
    def gap(self) -> float | None:
        """Relative gap between what is guaranteed and the bound."""
        return None if self.choice is None else relative_gap(self.guaranteed, self.bound)


@dataclass(frozen=True, eq=False)
class RobustnessCurve:
    """The points in rising order of `at_worst`, the first with none at worst.

    `most` is from how many segments at worst on nothing changes any more.
    """

    problem: ScenarioProblem
    points: tuple[RobustPoint, ...]
    most: int

    @property
    def status(self) -> Status:
        """The worst of the points: optimal where all of them are."""
        return next(
            (p.status for p in self.points if p.status is not Status.OPTIMAL), Status.OPTIMAL
        )

    @property
    def plans(self) -> NDArray[np.int64]:
        """(points, S): the tiers; -1 where no plan was found."""
        none = np.full(len(self.problem.base.segments), -1, dtype=np.int64)
        return np.array([none if p.choice is None else p.choice for p in self.points])

    @property
    def plain(self) -> RobustPoint:
        """The plan at the case's own numbers."""
        return self.points[0]

    def price(self, point: RobustPoint) -> float:
        """What the plan is worse by at own numbers than the best plan there; 0 or more."""
        sign = -1.0 if self.problem.base.goal.maximises else 1.0
        return max(0.0, sign * (point.own - self.plain.own))

    def moves(self, point: RobustPoint) -> int:
        """Segments whose tier is another than in the plan at own numbers."""
        if point.choice is None or self.plain.choice is None:
            return 0
        return int(np.count_nonzero(point.choice != self.plain.choice))

    @property
    def kept(self) -> RobustPoint | None:
        """The first plan whose guarantee seldom fails in the futures; None where there is none."""
        found = (p for p in self.points if p.choice is not None and p.exceeded.value <= SELDOM)
        return next(found, None)


def price_of_robustness(
    problem: ScenarioProblem,
    sample: Sample,
    options: Options | None = None,
    method: Method = Method.AUTO,
    further: Iterable[int] = (),
) -> RobustnessCurve:
    """The curve; `further` numbers of segments at worst are points of it, too.

    Each point has the time limit for itself. What is found for one serves the next.
    """
    search = RobustSearch(problem, options or Options(), method)
    most = int(np.count_nonzero((search.deviation > 0).any(axis=1)))
    points: list[RobustPoint] = []
    for at_worst in _numbers(most, further):
        plan = search.best(at_worst)
        points.append(_point(problem, sample, search, plan))
        if plan.status in (Status.INFEASIBLE, Status.INTERRUPTED):
            break
    return RobustnessCurve(problem, tuple(points), most)


def promised_chance(at_worst: int, exposed: int) -> float:
    """The most that a guarantee fails if `exposed` segments deviate independently and evenly.

    With n of them and v = (at_worst + n) / 2 it is the probability that of n fair coins more than v
    show heads, that of exactly the whole part of v counted by 1 less the fraction of v.
    """
    from scipy.stats import binom

    if at_worst >= exposed:
        return 0.0
    middle = (at_worst + exposed) / 2
    whole = math.floor(middle)
    share = 1.0 - (middle - whole)
    chance = share * binom.pmf(whole, exposed, 0.5) + binom.sf(whole, exposed, 0.5)
    return min(1.0, float(chance))


def _numbers(most: int, further: Iterable[int]) -> list[int]:
    found = {0, most} | {min(max(int(number), 0), most) for number in further}
    size = 1
    while size < most:
        found |= {step * size for step in STEPS if step * size < most}
        size *= 10
    return sorted(found)


def _point(
    problem: ScenarioProblem, sample: Sample, search: RobustSearch, plan: RobustPlan
) -> RobustPoint:
    nothing = Estimate(math.nan, math.nan, math.nan)
    sign, choice = search.sign, plan.choice
    if choice is None:
        gone = math.nan
        return RobustPoint(
            plan.at_worst, plan.status, None, gone, gone, gone, nothing, nothing, None, 0
        )
    losses = losses_of(problem, choice[None])[:, 0]
    worse = losses > plan.loss + SAME * np.maximum(abs(plan.loss), np.abs(losses))
    exposed = int(np.count_nonzero(search.deviation[np.arange(len(choice)), choice] > 0))
    return RobustPoint(
        plan.at_worst,
        plan.status,
        choice,
        sign * plan.own_loss,
        sign * plan.loss,
        sign * plan.bound,
        mean_of(sample, sign * losses),
        chance_of(sample, worse),
        promised_chance(plan.at_worst, exposed),
        exposed,
    )
