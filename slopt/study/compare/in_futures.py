"""Two plans over the same futures: by how much one is better in each, in the mean and at the end.

Both are priced in the very same futures, so that what a future does to both does not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.plan.rows import tidy
from slopt.problem.choice import Choice
from slopt.problem.scenarios.drawn import Futures
from slopt.problem.scenarios.fares import Fares, fares
from slopt.problem.scenarios.measures import mean, tail_weights
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.study.risk.estimates import Estimate, chance_of, mean_of
from slopt.study.risk.study import sample_of
from slopt.study.spread import Spread, spread_of

Numbers = NDArray[np.float64]
SAME = 1e-9
"""Values that differ by less, relative, are the same."""


@dataclass(frozen=True, eq=False)
class PlanInFutures:
    """One of the two: the mean of the goal's value, its mean in its own worst futures, how often
    a firm limit is broken."""

    mean: float
    tail: float
    breaks: float


@dataclass(frozen=True, eq=False)
class PairedFares:
    """A and B over the futures of B's case.

    `difference` is that of the goal's value, B less A, its tail that of the futures in which B is
    worse by most; `mean_difference` has the interval of 95 % of its mean. `better` is the
    probability that B is better, `equal` that both are the same.
    """

    futures: int
    seed: int
    tail_share: float
    maximises: bool
    a: PlanInFutures
    b: PlanInFutures
    difference: Spread
    mean_difference: Estimate
    service_cost: Spread
    lost_sales: Spread
    better: Estimate
    equal: float


def paired_fares(
    futures: Futures,
    a: Choice,
    b: Choice,
    reserves: tuple[Numbers | None, Numbers | None] = (None, None),
) -> PairedFares:
    """Price two choices (S,) in the same futures, with the units (R,) that each reserves."""
    problem, sample = futures.problem, sample_of(futures)
    tail, seed = futures.case.settings.risk.tail, futures.case.settings.solve.seed
    maximises = problem.base.goal.maximises
    first, second = (
        fares(problem, choice, reserve) for choice, reserve in zip((a, b), reserves, strict=True)
    )
    own = _own(futures, a, b, reserves)
    change = second.value - first.value
    room = SAME * np.maximum(np.abs(first.value), np.abs(second.value))
    is_better = change > room if maximises else change < -room
    probability = problem.probability
    return PairedFares(
        problem.count,
        seed,
        tail,
        maximises,
        _alone(first, tail, maximises),
        _alone(second, tail, maximises),
        spread_of(own["value"], change, probability, tail, maximises),
        mean_of(sample, change),
        spread_of(own["service_cost"], second.service_cost - first.service_cost, probability, tail),
        spread_of(own["lost_sales"], second.lost_sales - first.lost_sales, probability, tail),
        chance_of(sample, is_better),
        float(probability @ (np.abs(change) <= room)),
    )


def _own(
    futures: Futures, a: Choice, b: Choice, reserves: tuple[Numbers | None, Numbers | None]
) -> dict[str, float]:
    """The differences at the case's own numbers."""
    base = futures.problem.base
    now = ScenarioProblem.of(base, [base], np.ones(1), reserve_cost=futures.problem.reserve_cost)
    first, second = (
        fares(now, choice, reserve) for choice, reserve in zip((a, b), reserves, strict=True)
    )
    names = ("value", "service_cost", "lost_sales")
    return {name: float(getattr(second, name)[0] - getattr(first, name)[0]) for name in names}


def _alone(its: Fares, tail: float, maximises: bool) -> PlanInFutures:
    sign = -1.0 if maximises else 1.0
    broken = np.zeros(len(its.probability))
    for limit in its.limits:
        if limit.penalty is None:
            broken = np.maximum(broken, limit.breach > 0)
    return PlanInFutures(
        mean(its.value, its.probability),
        float(its.value @ tail_weights(sign * its.value, its.probability, tail)),
        float(its.probability @ broken),
    )


def paired_document(found: PairedFares) -> dict[str, Any]:
    """The part of compare.json that is about futures."""
    ends = ("own", "mean", "low", "high", "tail")
    names = {"own": "own", "mean": "mean", "low": "q05", "high": "q95", "tail": "tail"}

    def entry(spread: Spread) -> dict[str, float | None]:
        return {names[end]: tidy(getattr(spread, end)) for end in ends}

    def alone(plan: PlanInFutures) -> dict[str, float | None]:
        return {name: tidy(getattr(plan, name)) for name in ("mean", "tail", "breaks")}

    return {
        "count": found.futures,
        "seed": found.seed,
        "tail": found.tail_share,
        "a": alone(found.a),
        "b": alone(found.b),
        "difference": entry(found.difference),
        "mean_from": tidy(found.mean_difference.low),
        "mean_to": tidy(found.mean_difference.high),
        "service_cost": entry(found.service_cost),
        "lost_sales": entry(found.lost_sales),
        "b_is_better": tidy(found.better.value),
        "b_is_better_from": tidy(found.better.low),
        "b_is_better_to": tidy(found.better.high),
        "both_the_same": tidy(found.equal),
    }
