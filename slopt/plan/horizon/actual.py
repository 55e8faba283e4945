"""What happened in place of what was planned: actual tiers, customers, levels and money.

A horizon problem with actuals is one whose dynamics lead to them: joiners are what makes up the
actual customers, fixed cost what makes up the actual cost. So a plan in which some periods are over
is judged and cut like any other.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from slopt.problem.horizon.followed import follow
from slopt.problem.horizon.problem import Flags, HorizonChoice, HorizonProblem, Numbers, Places

FIGURES = ("customers", "service_level", "service_cost", "lost_orders")


class KnownByPeriod:
    """Tiers (S, T), -1 where not known, and `figures` (S, T), NaN where not known."""

    figures: ClassVar[tuple[str, ...]]
    tier: Places

    @classmethod
    def blank(cls, segments: int, periods: int) -> dict[str, Any]:
        """The fields where nothing is known."""
        tier = np.full((segments, periods), -1, dtype=np.int64)
        return {"tier": tier, **dict.fromkeys(cls.figures, np.full(tier.shape, np.nan))}

    @property
    def known(self) -> Flags:
        """(S, T): is anything known of that segment and period?"""
        figures = [~np.isnan(getattr(self, name)) for name in self.figures]
        return np.asarray((self.tier >= 0) | np.any(figures, axis=0))

    def filled(self, other: KnownByPeriod) -> dict[str, Any]:
        """The fields, and those of `other` where these say nothing."""
        figures = {
            name: np.where(np.isnan(getattr(self, name)), getattr(other, name), getattr(self, name))
            for name in self.figures
        }
        return {"tier": np.where(self.tier >= 0, self.tier, other.tier), **figures}


@dataclass(frozen=True, eq=False)
class Actuals(KnownByPeriod):
    """What is known of the segments by period, (S, T) each: tier, -1 where not known; the others
    NaN where not known. `customers` are those at the start of the period; `service_cost` and
    `lost_orders` are money of the whole segment, `service_level` is a share. `net` (S, T) are those
    who joined less those who left, until `with_joined_and_left` has made customers of them."""

    figures = FIGURES
    tier: Places
    customers: Numbers
    service_level: Numbers
    service_cost: Numbers
    lost_orders: Numbers
    net: Numbers | None = None

    @classmethod
    def none(cls, segments: int, periods: int) -> Actuals:
        """Nothing is known."""
        return cls(**cls.blank(segments, periods))

    @property
    def digest(self) -> str:
        """SHA-256 of all that is known, in hexadecimal."""
        parts = (self.tier, self.customers, self.service_level, self.service_cost, self.lost_orders)
        return hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()

    def over(self, other: Actuals) -> Actuals:
        """These, and those of `other` where these say nothing."""
        net = self.net if other.net is None else other.net
        if self.net is not None and other.net is not None:
            net = np.where(np.isnan(self.net), other.net, self.net)
        return Actuals(**self.filled(other), net=net)

    def until(self, first: int) -> Actuals:
        """What is known when the period `first` begins: the periods before, and its customers."""
        period = np.arange(self.tier.shape[1])
        before = (period < first)[None, :]
        return Actuals(
            np.where(before, self.tier, -1),
            np.where((period <= first)[None, :], self.customers, np.nan),
            *(
                np.where(before, figure, np.nan)
                for figure in (self.service_level, self.service_cost, self.lost_orders)
            ),
        )


def with_actuals(
    problem: HorizonProblem, choice: HorizonChoice, actuals: Actuals
) -> tuple[HorizonProblem, HorizonChoice]:
    """The problem and the choice in which what is known has happened.

    Actual tiers take the place of those chosen, without the lift of a project unless that was
    chosen for the very same tier.
    """
    s, t, *_ = problem.size
    other = (actuals.tier >= 0) & (problem.mode_tier[choice.modes] != actuals.tier)
    modes = np.where(other, actuals.tier, choice.modes)
    choice = HorizonChoice(modes, choice.hired, choice.released, choice.started)
    problem = _with_customers(problem, modes, actuals.customers)
    n = follow(problem, modes).customers[:, :t]
    at = (np.arange(s)[:, None], np.arange(t)[None, :], modes)
    changes = {}
    for name, figure, wanted in (
        ("service_level", actuals.service_level, actuals.service_level),
        ("fixed_cost", actuals.service_cost, actuals.service_cost - n * problem.cost[at]),
        ("lost_orders", actuals.lost_orders, actuals.lost_orders / np.where(n > 0, n, np.nan)),
    ):
        known = ~np.isnan(figure) & ~np.isnan(wanted)
        if known.any():
            values = getattr(problem, name).copy()
            values[at] = np.where(known, wanted, values[at])
            changes[name] = values
    return problem.replace(**changes), choice


def with_joined_and_left(
    problem: HorizonProblem, choice: HorizonChoice, actuals: Actuals
) -> Actuals:
    """The actuals with the customers that follow from who joined and left, where not given.

    They follow on the actual customers of the period, or on those that the plan leads to.
    """
    if actuals.net is None:
        return actuals
    customers = actuals.customers.copy()
    for p in np.flatnonzero((~np.isnan(actuals.net[:, :-1])).any(axis=0)).tolist():
        happened, its = with_actuals(problem, choice, replace(actuals, customers=customers))
        begun = follow(happened, its.modes).customers[:, p]
        followed = np.maximum(begun + actuals.net[:, p], 0.0)
        blank = np.isnan(customers[:, p + 1])
        customers[:, p + 1] = np.where(blank, followed, customers[:, p + 1])
    return replace(actuals, customers=customers, net=None)


def _with_customers(problem: HorizonProblem, modes: Places, actual: Numbers) -> HorizonProblem:
    """The problem in which so many join that the customers are the actual ones."""
    known = ~np.isnan(actual)
    if known[:, 0].any():
        start = np.where(known[:, 0], actual[:, 0], problem.customers)
        problem = problem.replace(customers=start)
    for p in range(1, actual.shape[1]):
        if known[:, p].any():
            missing = actual[:, p] - follow(problem, modes).customers[:, p]
            join = problem.join.copy()
            join[:, p - 1] += np.where(known[:, p], missing, 0.0)
            problem = problem.replace(join=join)
    return problem
