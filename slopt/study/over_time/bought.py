"""What a budget buys: the plan that it allows, by period and as a whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from slopt.problem.horizon.evaluate import LOSS_LINES, HorizonEvaluation
from slopt.problem.horizon.problem import NEVER, HorizonChoice, HorizonProblem, Numbers, Places
from slopt.solve.horizon.outcome import HorizonOutcome
from slopt.vocabulary import Status


@dataclass(frozen=True, eq=False)
class Bought:
    """The best plan under some budgets.

    `spent` and `levels` are by period (T,), money in that of the period; `lost` by kind, like
    service_cost, lost_sales and total_cost in present value. `tiers` is (S, T). `prices` (T,) are
    what the goal gains from one unit more of the budget of each period, NaN where not known.
    `reserve` (R,) are extra units that a plan of one period for uncertain futures reserves.
    """

    spent: Numbers
    levels: Numbers
    lost: dict[str, float]
    service_cost: float
    lost_sales: float
    total_cost: float
    service_level: float
    changes: int
    objective: float
    tiers: Places
    choice: HorizonChoice
    prices: Numbers
    gap: float | None
    reserve: Numbers | None = None


@dataclass(frozen=True, eq=False)
class Answer:
    """How a question about budgets ended; `bought` is None without a plan, and `conflict` then
    names what contradicts what, where that is known."""

    status: Status
    bought: Bought | None = None
    conflict: tuple[str, ...] = ()


Ask = Callable[[Numbers], Answer]
"""Budgets by period (T,), NaN for none -> the best plan that keeps them."""


def bought_by(
    problem: HorizonProblem, outcome: HorizonOutcome, evaluation: HorizonEvaluation
) -> Bought:
    """What a solved problem comes to; the outcome must have a choice."""
    assert outcome.choice is not None
    known = outcome.prices
    prices = [known.get(f"budget {p}", 0.0 if known else np.nan) for p in problem.periods]
    return Bought(
        spent=evaluation.spent,
        levels=evaluation.service_level,
        lost={name: evaluation.present[name] for name in LOSS_LINES},
        service_cost=evaluation.service_cost,
        lost_sales=evaluation.lost_sales,
        total_cost=evaluation.total_cost,
        service_level=evaluation.mean_service_level,
        changes=evaluation.changes,
        objective=evaluation.objective,
        tiers=np.asarray(problem.mode_tier[outcome.choice.modes]),
        choice=outcome.choice,
        prices=np.array(prices, dtype=np.float64),
        gap=outcome.gap,
    )


@dataclass(frozen=True)
class Differences:
    """What another plan decides otherwise.

    `segments` get another tier in some period. `begun` and `dropped` are places of projects that
    it alone, or that it does not start; `moved` those that it starts in another period. `hired` is
    by how much more units of staff it hires.
    """

    segments: int
    begun: tuple[int, ...] = ()
    dropped: tuple[int, ...] = ()
    moved: tuple[int, ...] = ()
    hired: float = 0.0

    @property
    def are_none(self) -> bool:
        """True where nothing is decided otherwise."""
        return not (self.segments or self.begun or self.dropped or self.moved or self.hired)


UNITS = 1e-6
"""Units of staff below which a difference is rounding."""


def differences(plan: Bought, other: Bought) -> Differences:
    """What `other` decides otherwise than `plan`."""
    before, after = plan.choice.started, other.choice.started
    hired = float(other.choice.hired.sum() - plan.choice.hired.sum())
    return Differences(
        segments=int(np.any(plan.tiers != other.tiers, axis=1).sum()),
        begun=_places((before == NEVER) & (after != NEVER)),
        dropped=_places((before != NEVER) & (after == NEVER)),
        moved=_places((before != after) & (before != NEVER) & (after != NEVER)),
        hired=hired if abs(hired) > UNITS else 0.0,
    )


def _places(which: np.ndarray) -> tuple[int, ...]:
    return tuple(np.flatnonzero(which).tolist())
