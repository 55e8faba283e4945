"""What was moved on the page, and what the answers are, as values that travel between processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from slopt.case.amounts import Amount
from slopt.problem.choice import Choice
from slopt.problem.evaluate import Evaluation
from slopt.study.sweep.point import RiskFigures
from slopt.vocabulary import Status

BUDGET = "limits.budget"


@dataclass(frozen=True)
class State:
    """What differs from the case: amounts by path, and a tier by segment that is pinned.

    `saved` is the plan to compare with, the place of a tier for every segment; None for that of
    the case itself.
    """

    amounts: Mapping[str, Amount] = field(default_factory=dict)
    pins: Mapping[int, int] = field(default_factory=dict)
    saved: tuple[int, ...] | None = None

    def with_amount(self, path: str, amount: Amount | None) -> State:
        """With another amount at a path; None for what the case says."""
        amounts = {key: value for key, value in self.amounts.items() if key != path}
        return replace(self, amounts=amounts if amount is None else {**amounts, path: amount})

    def with_pin(self, segment: int, tier: int | None) -> State:
        """With a segment pinned to a tier; None to let it go."""
        pins = {key: value for key, value in self.pins.items() if key != segment}
        return replace(self, pins=pins if tier is None else {**pins, segment: tier})

    @property
    def without_budget(self) -> State:
        """All that the curves depend on: neither the budget nor what is compared with."""
        return replace(self.with_amount(BUDGET, None), saved=None)

    @property
    def changes(self) -> int:
        """Values and pins that differ from the case."""
        return len(self.amounts) + len(self.pins)


@dataclass(frozen=True, eq=False)
class Reply:
    """The plan at a state, beside today's tiers and the saved plan, all at the same assumptions.

    Without a plan `choice` and `plan` are None and `reason` says why. `service_cost`, `lost_sales`,
    `service_level`, `admissible` (S, K) are those of the problem. `prices` are those of the
    relaxation by name of limit. `certified_gap` is proven without the solver, None where unknown.
    `risk` is there where the plan is the best over the futures; `gap` is that of its aim then.
    """

    status: Status | None
    reason: str
    choice: Choice | None
    plan: Evaluation | None
    today: Evaluation | None
    saved_choice: Choice | None
    saved: Evaluation | None
    gap: float | None
    certified_gap: float | None
    prices: Mapping[str, float]
    service_cost: NDArray[np.float64]
    lost_sales: NDArray[np.float64]
    service_level: NDArray[np.float64]
    admissible: NDArray[np.bool_]
    seconds: float
    risk: RiskFigures | None = None


@dataclass(frozen=True)
class Refusal:
    """A state that makes no sense: a value out of range, or two that do not go together."""

    messages: tuple[str, ...]


@dataclass(frozen=True)
class Mark:
    """A plan on a chart: booked cost, expected lost sales, mean service level."""

    cost: float
    lost: float
    level: float

    @classmethod
    def of(cls, plan: Evaluation) -> Mark:
        """The place of a plan."""
        return cls(plan.service_cost, plan.lost_sales, plan.service_level)

    @property
    def total(self) -> float:
        """Both together."""
        return self.cost + self.lost


@dataclass(frozen=True)
class Curves:
    """What other budgets and other levels would do; each is empty where there is no trade-off, in
    which case `is_weighed` is False, or where there was no time.

    `by_budget` is the least lost sales by rising budget, `knee` a place of it. `by_level` is the
    least total, whatever the budget, by rising level. `relief` is, by name of a limit, the least
    relief that helps and what it gains, found by solving; for small cases only. `bands` are, by
    name of a figure, between what and what it lies in nine of ten futures; empty without futures.
    """

    by_budget: tuple[Mark, ...] = ()
    knee: Mark | None = None
    by_level: tuple[Mark, ...] = ()
    relief: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    bands: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    is_weighed: bool = False
