"""Between what and what each figure of a plan lies over the futures: bands for reports and charts.

In nine futures of ten a figure lies within its band. That is how much the future may change it, and
not how exactly the sample tells: for that see `outlook.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice
from slopt.problem.scenarios.fares import fares
from slopt.problem.scenarios.measures import mean, quantile
from slopt.problem.scenarios.scenario_problem import BY_PAIR, ScenarioProblem
from slopt.study.risk.outlook import LEVEL, MONEY, VALUE

Numbers = NDArray[np.float64]

LOW, HIGH = 0.05, 0.95
"""The quantiles at which bands end."""


@dataclass(frozen=True)
class Band:
    """A figure over the futures: 5 % quantile, mean and 95 % quantile."""

    low: float
    mean: float
    high: float


@dataclass(frozen=True, eq=False)
class Bands:
    """Bands of the figures of a plan.

    `totals` by name as in result.json (`value` is the goal's, without penalties), `used` and
    `extra` by resource, `segments` by column of plan.csv: low, mean and high of each row (3, S).
    """

    totals: Mapping[str, Band]
    used: Mapping[str, Band]
    extra: Mapping[str, Band]
    segments: Mapping[str, Numbers]

    def of_segment(self, column: str, row: int) -> Band:
        """The band of one figure of one row."""
        return Band(*(float(one) for one in self.segments[column][:, row]))


def bands(problem: ScenarioProblem, choice: Choice, reserve: Numbers | None = None) -> Bands:
    """The bands of a choice (S,) with `reserve` (R,) units secured beforehand."""
    found, probability = fares(problem, choice, reserve), problem.probability

    def band(values: Numbers) -> Band:
        low, high = (quantile(values, probability, level) for level in (LOW, HIGH))
        return Band(low, mean(values, probability), high)

    row = np.arange(len(choice))
    by_segment = {name: getattr(problem, name)[:, row, choice] for name in BY_PAIR}
    unsplit = by_segment.pop("lost_unsplit")
    by_segment["lost_sales"] = unsplit + sum(
        by_segment[name] for name in ("lost_orders", "lost_customers", "lost_prospects")
    )
    by_segment["total_cost"] = by_segment["service_cost"] + by_segment["lost_sales"]
    resources = list(enumerate(problem.base.resources))
    return Bands(
        {name: band(getattr(found, name)) for name in (VALUE, *MONEY, LEVEL)},
        {name: band(found.used[:, r]) for r, name in resources},
        {name: band(found.extra[:, r]) for r, name in resources},
        {name: column_bands(values, probability) for name, values in by_segment.items()},
    )


def column_bands(values: Numbers, probability: Numbers) -> Numbers:
    """(3, N): low, mean and high of each column of (W, N) values, or (1, N) the same in all."""
    if len(values) == 1:
        return np.repeat(values, 3, axis=0)
    order = np.argsort(values, axis=0, kind="stable")
    reached = np.cumsum(probability[order], axis=0)
    found = [probability @ values] * 3
    for place, level in ((0, LOW), (2, HIGH)):
        first = np.minimum((reached < level - 1e-12).sum(axis=0), len(values) - 1)
        at = np.take_along_axis(order, first[None], axis=0)
        found[place] = np.take_along_axis(values, at, axis=0)[0]
    return np.asarray(found)
