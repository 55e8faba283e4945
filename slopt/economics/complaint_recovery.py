"""Who stays after a problem: complaining, and being made good, fast or slowly or not at all.

Symbols: kappa share of customers with a problem who complain; of those who complain sigma_f are
made good quickly, sigma_o made good but slowly, the rest not. R_0, R_u, R_o, R_f are the shares
who stay: silent, complained in vain, made good, made good quickly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from slopt.economics.arguments import Numbers, not_negative, share


@dataclass(frozen=True, eq=False)
class LoyaltyAfterProblem:
    """Shares of customers who stay after a problem, each 0..1; numbers or arrays over segments."""

    silent: Numbers
    not_satisfied: Numbers
    satisfied: Numbers
    satisfied_quickly: Numbers

    def __post_init__(self) -> None:
        for name in ("silent", "not_satisfied", "satisfied", "satisfied_quickly"):
            object.__setattr__(self, name, share(name, getattr(self, name)))


def published_loyalty(large_loss: bool) -> LoyaltyAfterProblem:
    """TARP's table of who buys again, for a loss above USD 100 or below USD 5.

    A published default to be named as such wherever it is used, not a law: it was surveyed in
    the United States in the 1970s. Source: TARP (Goodman), as quoted by Fast Company, 2003.
    """
    values = (0.09, 0.19, 0.54, 0.82) if large_loss else (0.37, 0.46, 0.70, 0.95)
    return LoyaltyAfterProblem(*(np.asarray(each) for each in values))


@dataclass(frozen=True, eq=False)
class Recovery:
    """How problems are handled: kappa, sigma_f and sigma_o, each 0..1, sigma_f + sigma_o <= 1."""

    complaint_rate: Numbers
    resolved_quickly: Numbers
    resolved_slowly: Numbers

    def __post_init__(self) -> None:
        for name in ("complaint_rate", "resolved_quickly", "resolved_slowly"):
            object.__setattr__(self, name, share(name, getattr(self, name)))
        if np.any(self.resolved_quickly + self.resolved_slowly > 1 + 1e-12):
            raise ValueError("resolved_quickly and resolved_slowly must add up to at most 1")


def retention_after_complaint(loyalty: LoyaltyAfterProblem, recovery: Recovery) -> Numbers:
    """sigma_f R_f + sigma_o R_o + (1 - sigma_f - sigma_o) R_u: who stays of those who complain."""
    quickly, slowly = recovery.resolved_quickly, recovery.resolved_slowly
    return np.asarray(
        quickly * loyalty.satisfied_quickly
        + slowly * loyalty.satisfied
        + (1 - quickly - slowly) * loyalty.not_satisfied
    )


def retention_after_problem(loyalty: LoyaltyAfterProblem, recovery: Recovery) -> Numbers:
    """(1 - kappa) R_0 + kappa x `retention_after_complaint`: who stays of all with a problem."""
    told = recovery.complaint_rate
    after_complaint = retention_after_complaint(loyalty, recovery)
    return np.asarray((1 - told) * loyalty.silent + told * after_complaint)


def loss_from_problems(
    customers: ArrayLike,
    problem_probability: ArrayLike,
    retention_without_problem: ArrayLike,
    retention_with_problem: ArrayLike,
    customer_value: ArrayLike,
) -> Numbers:
    """N p (r_without - r_with) V: value of the customers whom problems drive away, money.

    Negative where good recovery makes customers more loyal than no problem would have; it was
    observed, and it is no reason to make problems.

    Args:
        customers: N, 0 or more. problem_probability: p, share with a problem per period.
        retention_without_problem, retention_with_problem: shares who stay.
        customer_value: V, money per customer, 0 or more.
    """
    troubled = not_negative("customers", customers) * share(
        "problem_probability", problem_probability
    )
    driven_away = share("retention_without_problem", retention_without_problem) - share(
        "retention_with_problem", retention_with_problem
    )
    return np.asarray(troubled * driven_away * not_negative("customer_value", customer_value))


@dataclass(frozen=True, eq=False)
class RecoveryGains:
    """Money per full point (1.0) more of each share; 0.01 of it is worth a hundredth."""

    of_complaints: Numbers
    of_resolving_quickly: Numbers
    of_resolving_slowly: Numbers
    of_speed: Numbers


def recovery_gains(
    customers: ArrayLike,
    problem_probability: ArrayLike,
    customer_value: ArrayLike,
    loyalty: LoyaltyAfterProblem,
    recovery: Recovery,
) -> RecoveryGains:
    """Derivatives of the saved value by kappa, sigma_f and sigma_o: the market at risk.

    `of_complaints`: N p V (retention after a complaint - R_0), negative where complaining in
    vain is worse than silence. `of_resolving_quickly` and `of_resolving_slowly`: a complaint made
    good in place of not; `of_speed`: made good quickly in place of slowly.

    Args:
        customers: N, 0 or more. problem_probability: p, 0..1. customer_value: V, 0 or more.

    Source: the idea Goodman and Newman 2003, Quality Progress 36(1); the derivatives follow from
    `retention_after_problem`.
    """
    at_risk = (
        not_negative("customers", customers)
        * share("problem_probability", problem_probability)
        * not_negative("customer_value", customer_value)
    )
    complaining = at_risk * recovery.complaint_rate
    better = retention_after_complaint(loyalty, recovery) - loyalty.silent
    return RecoveryGains(
        of_complaints=np.asarray(at_risk * better),
        of_resolving_quickly=np.asarray(
            complaining * (loyalty.satisfied_quickly - loyalty.not_satisfied)
        ),
        of_resolving_slowly=np.asarray(complaining * (loyalty.satisfied - loyalty.not_satisfied)),
        of_speed=np.asarray(complaining * (loyalty.satisfied_quickly - loyalty.satisfied)),
    )


def recovery_cost(
    complaints: ArrayLike, cost_per_complaint: ArrayLike, compensation: ArrayLike = 0.0
) -> Numbers:
    """Complaints x (handling + compensation): booked money, never part of lost sales.

    All 0 or more; compensation is the mean over all complaints, paid or not.
    """
    handling = not_negative("cost_per_complaint", cost_per_complaint)
    paid = handling + not_negative("compensation", compensation)
    return np.asarray(not_negative("complaints", complaints) * paid)
