"""How a plan over periods fares in many futures of its case, period by period.

Every future is a case with other numbers, priced by `evaluate_horizon`; the plan keeps its tiers,
staff and projects in all of them. What is settled stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.plan.horizon.actual import with_actuals
from slopt.plan.horizon.plan import EvaluatedHorizon, HorizonPlan, Settled, todays_choice
from slopt.problem.evaluate import LimitUse
from slopt.problem.horizon.evaluate import HorizonEvaluation, evaluate_horizon
from slopt.problem.horizon.problem import HorizonChoice, HorizonProblem
from slopt.problem.scenarios.measures import tail_weights
from slopt.study.spread import Spread, spread_of
from slopt.vocabulary import Goal

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class LimitOverTime:
    """One limit of one period: its name without the period, the place of the period.

    `is_broken_by_own` at the case's own numbers; `chance` is the probability that a future breaks
    it, `mean_breach` the mean number of units beyond it in those that do, 0 where none does.
    """

    name: str
    period: int
    is_broken_by_own: bool
    chance: float
    mean_breach: float


@dataclass(frozen=True, eq=False)
class HorizonFares:
    """A plan in W futures over T periods.

    `own` is its value at the case's own numbers. Money by period, (W, T), is that of the period;
    totals (W,) are present values; `value` is the goal's without penalties. `use` (W, R, T) are
    units of each resource, `breaches` (W, L) units beyond each limit of `limits`, 0 where it holds.
    `today` (W,) is the goal's value of keeping today's tiers and staff, None where that is not
    known.
    """

    periods: tuple[str, ...]
    resources: tuple[str, ...]
    first: int
    probability: Numbers
    tail_share: float
    own: HorizonEvaluation
    goal: Goal
    value: Numbers
    service_cost: Numbers
    lost_sales: Numbers
    npv: Numbers
    spent: Numbers
    lost: Numbers
    level: Numbers
    use: Numbers
    names: tuple[tuple[str, int], ...]
    breaches: Numbers
    today: Numbers | None = None

    @property
    def count(self) -> int:
        """How many futures there are, W."""
        return len(self.probability)

    @cached_property
    def totals(self) -> dict[str, Spread]:
        """Present values by name: service_cost, lost_sales, total_cost, npv."""
        own = self.own
        return {
            "service_cost": self._spread(own.service_cost, self.service_cost),
            "lost_sales": self._spread(own.lost_sales, self.lost_sales),
            "total_cost": self._spread(own.total_cost, self.service_cost + self.lost_sales),
            "npv": self._spread(own.npv, self.npv, more_is_better=True),
        }

    @cached_property
    def by_period(self) -> tuple[dict[str, Spread], ...]:
        """By period: booked cost, lost sales, service level and the use of each resource.

        Uses are under `use` and the name of the resource, `use fitters`.
        """
        own, found = self.own, []
        lost = np.sum(list(own.lost.values()), axis=0)
        for p in range(len(self.periods)):
            its = {
                "booked": self._spread(float(own.spent[p]), self.spent[:, p]),
                "lost_sales": self._spread(float(lost[p]), self.lost[:, p]),
                "service_level": self._spread(
                    float(own.service_level[p]), self.level[:, p], more_is_better=True
                ),
            }
            for r, name in enumerate(self.resources):
                its[f"use {name}"] = self._spread(float(own.used[r, p]), self.use[:, r, p])
            found.append(its)
        return tuple(found)

    @cached_property
    def limits(self) -> tuple[LimitOverTime, ...]:
        """Every limit of every planned period, by period, with the chance of breaking it."""
        broken = {breach.rule for breach in self.own.violations}
        found = []
        for place, (name, period) in enumerate(self.names):
            beyond = self.breaches[:, place]
            weight = self.probability * (beyond > 0)
            chance = float(weight.sum())
            mean = float(weight @ beyond) / chance if chance else 0.0
            is_broken = f"{name} {self.periods[period]}" in broken
            found.append(LimitOverTime(name, period, is_broken, chance, mean))
        return tuple(found)

    @property
    def chance_of_gain(self) -> float | None:
        """The probability that the plan is better than keeping today's tiers; None if not known."""
        if self.today is None:
            return None
        better = self.today < self.value if self.goal.maximises else self.today > self.value
        return float(self.probability @ better)

    @property
    def breaks(self) -> NDArray[np.bool_]:
        """(W,): whether a future breaks some limit of some planned period."""
        return np.asarray((self.breaches > 0).any(axis=1))

    @property
    def chance_of_any(self) -> float:
        """The probability that some limit of some planned period is broken."""
        return float(self.probability @ self.breaks)

    def chance_of(self, name: str, period: int) -> float | None:
        """The chance that a limit of a period is broken; None where there is no such limit."""
        return next(
            (each.chance for each in self.limits if (each.name, each.period) == (name, period)),
            None,
        )

    @cached_property
    def counts(self) -> Numbers:
        """(W,): how much each future counts in the worst share of them: of the least net present
        value, as futures with more customers cost more and are worth more.
        """
        return tail_weights(-self.npv, self.probability, self.tail_share)

    def share_explained(self, places: Numbers) -> float:
        """The share of the variance of the net present value that an input explains by ranks.

        `places` (W,) are those of the input: the squared correlation of ranks (Spearman), 0 .. 1.
        """
        ranks = [np.argsort(np.argsort(values)).astype(np.float64) for values in (places, self.npv)]
        x, y = (rank - self.probability @ rank for rank in ranks)
        spread = float(self.probability @ x**2) * float(self.probability @ y**2)
        return float(self.probability @ (x * y)) ** 2 / spread if spread > 0 else 0.0

    def drivers(self, places: Numbers) -> list[int]:
        """The positions of (W, D) inputs, first those that explain most."""
        shares = [self.share_explained(places[:, place]) for place in range(places.shape[1])]
        return sorted(range(len(shares)), key=lambda place: -shares[place])

    def _spread(self, own: float, values: Numbers, more_is_better: bool = False) -> Spread:
        return spread_of(own, values, self.probability, self.tail_share, more_is_better)


def horizon_fares(
    plan: HorizonPlan | EvaluatedHorizon,
    problems: Iterable[HorizonProblem],
    probability: Numbers,
    tail_share: float,
    done: Callable[[int], None] = lambda count: None,
) -> HorizonFares:
    """How a plan fares in futures whose problems are given one after the other.

    `probability` (W,) adds up to 1; `done` is told how many futures are priced. Raises ValueError
    where there are fewer or more problems than probabilities.
    """
    settled = plan.settled if isinstance(plan, HorizonPlan) else None
    choice, first = plan.choice, 0 if settled is None else settled.first
    now = todays_choice(plan.problem) if settled is None else None
    rows, today = [], []
    for problem in problems:
        its, kept = _as_settled(problem, choice, settled)
        rows.append(_row(its, evaluate_horizon(its, kept), first))
        if now is not None:
            today.append(_value(problem, evaluate_horizon(problem, now)))
        done(len(rows))
    if len(rows) != len(probability):
        raise ValueError("there must be a problem for every probability")
    names = [(name, p) for name, p, _beyond in rows[0].limits]
    breaches = np.array([[beyond for _name, _p, beyond in row.limits] for row in rows])
    figures: dict[str, Any] = {
        name: np.stack([np.asarray(getattr(row, name)) for row in rows]) for name in FIGURES
    }
    return HorizonFares(
        periods=plan.problem.periods,
        resources=plan.problem.resources,
        first=first,
        probability=np.asarray(probability, dtype=np.float64),
        tail_share=tail_share,
        own=plan.evaluation,
        goal=plan.problem.goal,
        names=tuple(names),
        breaches=breaches.reshape(len(rows), len(names)),
        today=np.array(today) if today else None,
        **figures,
    )


FIGURES = ("value", "service_cost", "lost_sales", "npv", "spent", "lost", "level", "use")


@dataclass(frozen=True, eq=False)
class _Row:
    """A plan in one future."""

    value: float
    service_cost: float
    lost_sales: float
    npv: float
    spent: Numbers
    lost: Numbers
    level: Numbers
    use: Numbers
    limits: Sequence[tuple[str, int, float]]


def _row(problem: HorizonProblem, its: HorizonEvaluation, first: int) -> _Row:
    return _Row(
        _value(problem, its),
        its.service_cost,
        its.lost_sales,
        its.npv,
        its.spent,
        np.sum(list(its.lost.values()), axis=0),
        its.service_level,
        its.used,
        [
            (name, p, use.breach)
            for name, p, use in _by_period(problem, its.limits)
            if p >= first and use.penalty is None
        ],
    )


def _value(problem: HorizonProblem, its: HorizonEvaluation) -> float:
    """The goal's value, without penalties."""
    return its.objective + (its.penalties if problem.goal.maximises else -its.penalties)


def _by_period(
    problem: HorizonProblem, uses: Sequence[LimitUse]
) -> Iterable[tuple[str, int, LimitUse]]:
    """Limits with the place of their period, which stands at the end of their names."""
    places = {period: p for p, period in enumerate(problem.periods)}
    longest_first = sorted(problem.periods, key=len, reverse=True)
    for use in uses:
        period = next(its for its in longest_first if use.name.endswith(f" {its}"))
        yield use.name[: -len(period) - 1], places[period], use


def _as_settled(
    problem: HorizonProblem, choice: HorizonChoice, settled: Settled | None
) -> tuple[HorizonProblem, HorizonChoice]:
    """The problem in which what is settled is as it happened."""
    if settled is None:
        return problem, choice
    return with_actuals(problem, choice, settled.actuals)
