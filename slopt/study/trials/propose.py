"""The trial of one input that is worth most, and the one that has the power wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import ChoiceProblem
from slopt.study.trials.asked import Lots, Wanted
from slopt.study.trials.lessons import Lesson
from slopt.study.trials.precision import Layout, layouts
from slopt.study.trials.sizes import error_for, power_of
from slopt.study.trials.strata import Stratum
from slopt.study.trials.value_curve import ValueCurve
from slopt.study.trials.worth import Result, annuity, results_of, worth_of_trial

Numbers = NDArray[np.float64]

SHARES = np.geomspace(0.01, 1.0, 13)
"""Of the customers there are, in an arm: the sizes looked at."""
LENGTHS = (0.25, 0.5, 1.0, 2.0, 3.0)
"""Lengths looked at, in periods; who leaves is counted by whole ones."""
STEPS = 60
"""Sizes at which it is looked for the power wanted."""
NEAR = 0.1
"""A switch nearer to today's value than this share of the range makes no effect to look for."""


@dataclass(frozen=True, eq=False)
class Trial:
    """A trial in numbers. Money in all, over its time; customers of each arm by stratum.

    `error`: standard error of the estimate at today's value. `power`: of seeing the effect that
    would change the decision. `worth`: what it is worth over the periods in which the decision
    stands afterwards; `worth_a_period` before that. `booked` is the extra service cost of those who
    are treated, `risked` the extra losses expected of them; either may be below 0. `cost` is what
    of both is above 0 in each segment, with the setup: what a trial saves is not counted on.
    """

    layout: Layout
    arms: Numbers
    length: float
    error: float
    power: float
    worth_a_period: float
    worth: float
    booked: float
    risked: float
    cost: float

    @property
    def net(self) -> float:
        """What it is worth less what it costs."""
        return self.worth - self.cost

    @property
    def treated(self) -> float:
        """Customers who are served otherwise."""
        return float(self.arms.sum())


@dataclass(frozen=True, eq=False)
class Proposal:
    """What is found of one input.

    `today`, `low`, `high` and `switch` are values of what the trial estimates; `switch` is None
    where no value in the range calls for another plan. `best` is worth most, `powered` the cheapest
    with the power wanted, None where there are too few customers. `curve`: the sizes looked at of
    the best one's layout and length. `results`: what would be decided after the proposed one.
    `needed`: customers to treat for the power wanted: of the trial that has it; where there are
    too few of them, as if there were more, in the segments and the length of the best.
    """

    value_curve: ValueCurve
    lesson: Lesson
    today: float
    low: float
    high: float
    switch: float | None
    effect: float
    needed: float
    best: Trial
    powered: Trial | None
    curve: tuple[Trial, ...]

    @property
    def proposed(self) -> Trial:
        """The one with the power wanted where it pays, else the one that is worth most."""
        powered = self.powered
        return powered if powered is not None and powered.net > 0 else self.best

    @property
    def needed_length(self) -> float:
        """For how many periods those that are needed for the power would be treated."""
        return self.best.length if self.powered is None else self.powered.length

    @property
    def pays(self) -> bool:
        """Whether it is worth more than it costs."""
        return self.proposed.net > 0

    @property
    def results(self) -> tuple[Result, ...]:
        """Which estimates call for which plan, after the proposed trial."""
        trial, curve = self.proposed, self.value_curve
        values = trial.layout.value(curve.cells, trial.arms)
        errors = trial.layout.errors(curve.cells, trial.arms, trial.length)
        return results_of(values, errors, curve.fine_losses, curve.planned)


def propose(
    problem: ChoiceProblem,
    curve: ValueCurve,
    lesson: Lesson,
    strata: Sequence[Stratum],
    wanted: Wanted,
    lots: Lots,
    rate: float,
) -> Proposal | None:
    """The trials of one input; None where no segments make one.

    `rate` is the discount rate a period.
    """
    found: list[_Looked] = []
    for layout in layouts(lesson, strata, curve.undecided(), wanted, lots, curve.input.now):
        for length in lengths(lesson, wanted):
            found.append(_Looked(problem, curve, layout, length, wanted, rate))
    found = [one for one in found if one.sizes]
    if not found:
        return None
    best = max((trial for one in found for trial in one.sizes), key=lambda trial: trial.net)
    powered = max(
        (trial for one in found if (trial := one.powered()) is not None),
        key=lambda trial: trial.net,
        default=None,
    )
    looked = next(one for one in found if best in one.sizes)
    return Proposal(
        curve, lesson, looked.today, looked.low, looked.high, looked.switch, looked.effect,
        looked.needed() if powered is None else powered.treated, best, powered, looked.sizes,
    )  # fmt: skip


def lengths(lesson: Lesson, wanted: Wanted) -> list[float]:
    """How long a trial may be, in periods: the one asked for, else those that leave some time."""
    usual = LENGTHS if wanted.length is None else (wanted.length,)
    return [
        length
        for length in usual
        if length < wanted.periods and (lesson is not Lesson.LEAVING or length == int(length))
    ]


class _Looked:
    """One layout and length: its sizes, the switch and the effect to look for."""

    def __init__(
        self, problem: ChoiceProblem, curve: ValueCurve, layout: Layout, length: float,
        wanted: Wanted, rate: float,
    ) -> None:  # fmt: skip
        self._problem, self._curve, self._layout = problem, curve, layout
        self._length, self._wanted, self._rate = length, wanted, rate
        one, full = curve.input, layout.arms(1.0)

        def of_cells(cells: Numbers) -> float:
            return float(layout.value(np.atleast_2d(cells), full)[0])

        self.today = of_cells(one.now)
        self.low, self.high = of_cells(one.lows), of_cells(one.highs)
        self.switch = _switch(curve, layout.value(curve.cells, full), self.today)
        self.effect = _effect(self.today, self.low, self.high, self.switch)
        sizes = {tuple(layout.arms(float(share)).tolist()) for share in SHARES}
        self.sizes = tuple(
            self._trial(np.array(arms))
            for arms in sorted(sizes, key=sum)
            if layout.tells(np.array(arms), length)
        )

    def needed(self) -> float:
        """Customers to treat for the power wanted, as if there were as many as it takes."""
        wanted = error_for(self.effect, self._wanted.power, self._wanted.level)
        arms = self._layout.arms(1.0)
        return float(arms.sum()) * (self._error(arms) / wanted) ** 2

    def powered(self) -> Trial | None:
        """The smallest trial with the power wanted."""
        # More customers need not tell more, where those that are added differ little.
        shares = np.geomspace(1e-3, 1.0, STEPS)
        enough = [self._reaches(float(share)) for share in shares]
        if not any(enough):
            return None
        first = enough.index(True)
        least, most = float(shares[first - 1]) if first else 0.0, float(shares[first])
        for _ in range(40):
            middle = (least + most) / 2
            least, most = (least, middle) if self._reaches(middle) else (middle, most)
        arms = self._layout.arms(most)
        return self._trial(arms) if self._layout.tells(arms, self._length) else None

    def _reaches(self, share: float) -> bool:
        """Whether a trial of this size has the power wanted."""
        arms = self._layout.arms(share)
        return self._power(arms, self._error(arms)) >= self._wanted.power

    def _power(self, arms: Numbers, error: float) -> float:
        return power_of(self.effect, error, self._wanted.level, self._layout.freedom(arms))

    def _error(self, arms: Numbers) -> float:
        return float(self._layout.errors(self._curve.input.now[None, :], arms, self._length)[0])

    def _trial(self, arms: Numbers) -> Trial:
        curve, layout, wanted = self._curve, self._layout, self._wanted
        values = layout.value(curve.cells, arms)
        errors = layout.errors(curve.cells, arms, self._length)
        worth = worth_of_trial(values, errors, curve.fine_losses)
        during = annuity(self._length, self._rate)
        after = annuity(wanted.periods, self._rate) - during
        opened = during * self._opened(arms)
        booked = during * arms * np.array([one.extra_cost for one in layout.strata])
        risked = during * arms * np.array([one.extra_loss for one in layout.strata])
        cost = opened + float(np.maximum(booked, 0).sum() + np.maximum(risked, 0).sum())
        error = self._error(arms)
        return Trial(
            layout, arms, self._length, error, self._power(arms, error), worth,
            worth * after, float(booked.sum()) + opened, float(risked.sum()), cost + wanted.setup,
        )  # fmt: skip

    def _opened(self, arms: Numbers) -> float:
        """Open costs of tiers that nobody has in the plan."""
        have = set(self._curve.choices[self._curve.planned].tolist())
        used = {one.treated for one, arm in zip(self._layout.strata, arms, strict=True) if arm > 0}
        return float(sum(self._problem.open_cost[tier] for tier in used - have))


def _switch(curve: ValueCurve, values: Numbers, today: float) -> float | None:
    """The value nearest to today's at which another plan becomes the best; None without any."""
    losses = curve.fine_losses
    short = losses[curve.planned] - losses.min(axis=0)
    kept = short <= 1e-9 * np.maximum(1.0, np.abs(losses.min(axis=0)))
    turns = np.flatnonzero(kept[1:] != kept[:-1])
    if not len(turns):
        return None
    at = (values[turns] + values[turns + 1]) / 2
    return float(at[np.argmin(np.abs(at - today))])


def _effect(today: float, low: float, high: float, switch: float | None) -> float:
    """What a trial should be able to see: the way to the switch, or to the nearer end."""
    if switch is not None and abs(switch - today) >= NEAR * (high - low):
        return abs(switch - today)
    ends = [gap for gap in (today - low, high - today) if gap > 0]
    return min(ends, default=high - low)
