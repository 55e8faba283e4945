"""How a plan fares over the futures: every figure with its spread, every limit with its chance.

Each is an estimate from the futures that were drawn, with its interval.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice
from slopt.problem.evaluate import Evaluation, evaluate
from slopt.problem.scenarios.fares import Fares, LimitFare, fares
from slopt.problem.scenarios.later_fares import Choices, fares_of
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.study.risk.estimates import (
    Estimate,
    chance_of,
    deviation_of,
    mean_of,
    mean_where,
    quantile_of,
    tail_mean_of,
)
from slopt.study.risk.sample import Sample

Numbers = NDArray[np.float64]

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
"""The quantiles that are told."""
VALUE = "value"
"""The goal's own value."""
MONEY = (
    "service_cost",
    "open_cost",
    "extra_cost",
    "lost_orders",
    "lost_customers",
    "lost_prospects",
    "lost_sales",
    "total_cost",
)
LEVEL = "service_level"


@dataclass(frozen=True)
class Outlook:
    """One figure over the futures: `own` at the case's own numbers, the rest over the futures.

    `quantiles` belong to LEVELS. `tail_mean` is the mean of the worst tail of this figure: the
    least, where `more_is_better`.
    """

    name: str
    own: float
    mean: Estimate
    deviation: Estimate
    quantiles: tuple[Estimate, ...]
    tail_mean: Estimate
    more_is_better: bool = False

    def quantile(self, level: float) -> Estimate:
        """The estimate of one of LEVELS."""
        return self.quantiles[LEVELS.index(level)]


@dataclass(frozen=True)
class LimitOutlook:
    """One limit over the futures.

    `chance` is the probability that it is broken, `amount` the mean by which it is where it is, in
    units of the limit (None where it never is), `worst` the most. `penalty` per unit is None of a
    firm limit. `holds_now` is true where it holds at the case's own numbers. `spare` is the room
    left on average, negative where the limit is exceeded.
    """

    name: str
    at_least: bool
    penalty: float | None
    chance: Estimate
    amount: Estimate | None
    worst: float
    spare: Estimate
    broken_in: int
    holds_now: bool


@dataclass(frozen=True, eq=False)
class PlanOutlook:
    """How one plan fares: its figures by name (VALUE, MONEY, LEVEL, `used[..]`, `extra[..]`),
    its limits, and the chance that any firm one is broken. `tail` is the share that tails have.
    """

    choice: Choice
    reserve: Numbers
    sample: Sample
    tail: float
    own: Evaluation
    fares: Fares
    figures: Mapping[str, Outlook]
    limits: tuple[LimitOutlook, ...]
    any_broken: Estimate

    @property
    def value(self) -> Outlook:
        """The goal's own value."""
        return self.figures[VALUE]


def outlook(
    problem: ScenarioProblem,
    sample: Sample,
    choice: Choice,
    tail: float,
    reserve: Numbers | None = None,
    then: Choices | None = None,
) -> PlanOutlook:
    """How a choice (S,) fares; `reserve` (R,) are the extra units secured beforehand, `then` (W, S)
    the tiers after a later change.
    """
    base = problem.base
    now = ScenarioProblem.of(base, [base], np.ones(1), reserve_cost=problem.reserve_cost)
    own = fares(now, choice, reserve)
    found = fares_of(problem, choice, reserve, then)
    better = {VALUE: base.goal.maximises, LEVEL: True}
    figures = {
        name: figure_outlook(
            name,
            float(getattr(own, name)[0]),
            getattr(found, name),
            sample,
            tail,
            better.get(name, False),
        )
        for name in (VALUE, *MONEY, LEVEL)
    }
    for r, resource in enumerate(base.resources):
        for field in ("used", "extra"):
            name = f"{field}[{resource}]"
            its = float(getattr(own, field)[0, r]), getattr(found, field)[:, r]
            figures[name] = figure_outlook(name, *its, sample, tail)
    broken_now = {limit.name for limit in own.limits if limit.breach[0] > 0}
    limits = tuple(_limit(limit, sample, limit.name not in broken_now) for limit in found.limits)
    firm = [limit.breach > 0 for limit in found.limits if limit.penalty is None]
    broken = np.any(firm, axis=0) if firm else np.zeros(problem.count, dtype=np.bool_)
    return PlanOutlook(
        choice,
        found.reserve,
        sample,
        tail,
        evaluate(base, choice),
        found,
        figures,
        limits,
        chance_of(sample, broken),
    )


def figure_outlook(
    name: str,
    own: float,
    values: Numbers,
    sample: Sample,
    tail: float,
    more_is_better: bool = False,
) -> Outlook:
    """The spread of (W,) values of one figure."""
    sign = -1.0 if more_is_better else 1.0
    worst = tail_mean_of(sample, sign * values, tail)
    if more_is_better:
        worst = Estimate(-worst.value, -worst.high, -worst.low)
    return Outlook(
        name,
        own,
        mean_of(sample, values),
        deviation_of(sample, values),
        tuple(quantile_of(sample, values, level) for level in LEVELS),
        worst,
        more_is_better,
    )


def _limit(limit: LimitFare, sample: Sample, holds_now: bool) -> LimitOutlook:
    broken = limit.breach > 0
    beyond = limit.limit - limit.used if limit.at_least else limit.used - limit.limit - limit.extra
    spare = np.where(np.isnan(beyond), 0.0, -beyond)
    return LimitOutlook(
        limit.name,
        limit.at_least,
        limit.penalty,
        chance_of(sample, broken),
        mean_where(sample, limit.breach, broken),
        float(limit.breach.max(initial=0.0)),
        mean_of(sample, spare),
        int(broken.sum()),
        holds_now,
    )
