"""Who stays away is not always gone: churn where no record says who left.

A customer who ordered in one period and not in the next has left, or merely did not order. Who
stays away and orders again later was still there, so that the share p of such customers who order
in a period tells the two apart. With R the share who order again in the period after, the share
that is still there is R / p, and 1 - R / p left (Cormack 1964, Jolly 1965 and Seber 1965, who
count animals so, in Biometrika 51 and 52). It is done for each band of how often customers order.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from slopt.calibrate.counts import Counts
from slopt.calibrate.estimate import Findings
from slopt.calibrate.shares import Interval, Z, wilson
from slopt.calibrate.shrinkage import shrink_normal, shrink_shares
from slopt.calibrate.tallies import AccountCells, Indices, Numbers, add_up
from slopt.sayings import say

BANDS = 8
"""More than there are bands of how often a customer orders."""
FEWEST = 20
"""Customers known to be still there from whom the chance of an order is told."""
LEAST_ORDERING = 0.1
"""Below this chance of an order in a period, absence says nothing."""


@dataclass(frozen=True)
class Absence:
    """How likely a customer who is still there orders in a period; an entry a band.

    `variance` is that of `ordering`. `least` is how small the chance may be where the log is too
    short to tell, from orders that come at random; 1 where the log tells.
    """

    ordering: Numbers
    variance: Numbers
    least: float = 1.0

    @property
    def method(self) -> str:
        """How it is told who left, in words."""
        if self.least < 1:
            return "by absence, not corrected for who comes back"
        return "by absence, corrected for who comes back (Cormack-Jolly-Seber)"


def find_absence(counts: Counts, findings: Findings) -> Absence:
    """How far absence tells of leaving, with a warning that says how many came back."""
    alive, ordered, away, back = counts.returns(BANDS)
    if alive.sum() < FEWEST or ordered.sum() < LEAST_ORDERING * alive.sum():
        mean = counts.mean_orders()
        findings.warn(
            say(
                "Who left is told by absence, and the log is too short, or orders are "
                "too few, to see who comes back."
            ),
            say(
                "base_churn may be too high, by as much as its interval says: a longer "
                "log, or churn records, would tell."
            ),
            "segments",
            "base_churn",
        )
        return Absence(np.ones(BANDS), np.zeros(BANDS), 1 - math.exp(-_rate(mean)))
    fit = shrink_shares(ordered, alive, np.zeros(BANDS, np.int64), 1)
    chance = np.array([max(each.value, LEAST_ORDERING) for each in fit.estimates])
    spread = np.array([(each.high - each.low) / (2 * Z) for each in fit.estimates])
    share = wilson(back, away)
    findings.warn(
        say(
            "Who left is told by absence: of {away} who stayed away for a whole "
            "period, {share} % came back within the log.",
            away=f"{away:,.0f}",
            share=f"{100 * share.value:.1f}",
        ),
        say(
            "base_churn and leave_probability are corrected for it; churn records would tell more."
        ),
        "segments",
        "base_churn",
    )
    return Absence(chance, spread**2)


def _rate(mean: float) -> float:
    """Poisson rate of customers with `mean` orders in a period in which they had one at least."""
    rate = max(mean - 1.0, 1e-3)
    for _ in range(100):
        rate = max(mean * (1 - math.exp(-rate)), 1e-3)
    return rate


@dataclass(frozen=True)
class ChurnFit:
    """Shares that left, of groups and of their families, and how they came about."""

    means: tuple[Interval, ...]
    estimates: tuple[Interval, ...]


def churn_by_absence(
    cells: AccountCells, whole: AccountCells, family: Indices, absence: Absence
) -> ChurnFit:
    """Churn of each group, drawn towards that of its family.

    Args:
        cells: customers, of whom `left` stayed away, with the group of each as its `segment`.
        whole: all customers of these groups. Who leaves early in a period has few orders and so
            few failures: customers without a failure count as often, band by band, as all do.
        family: index of the family of each group.

    Chances below 0, which a true churn near 0 may give, are kept for the callers to tell.
    """
    groups = len(family)
    n, stayed = _by_band(cells, groups, cells.n), _by_band(cells, groups, cells.n - cells.left)
    everybody = _by_band(whole, groups, whole.n)
    total = everybody.sum(axis=1)
    weight = everybody / np.maximum(total, 1e-9)[:, None] / absence.ordering
    usual = (stayed.sum(axis=0) + 0.5) / (n.sum(axis=0) + 1)
    again = (stayed + usual) / (n + 1)
    value = np.where(total > 0, 1 - (weight * again).sum(axis=1), np.nan)
    own = (weight**2 * usual * (1 - usual) / (n + 1)).sum(axis=1)
    # The chance to order is one for all groups: its uncertainty does not average out.
    common = ((weight * again / absence.ordering) ** 2 * absence.variance).sum(axis=1)
    estimates = [Interval(math.nan, math.nan, math.nan)] * groups
    means = []
    for f in range(int(family.max()) + 1):
        its = np.flatnonzero(family == f)
        fit = shrink_normal(value[its], np.where(total[its] > 0, own[its], np.inf))
        typical = float((common[its] * total[its]).sum() / max(total[its].sum(), 1e-9))
        means.append(_widened(fit.mean, typical, absence))
        for place, each in zip(its, fit.estimates, strict=True):
            extra = common[place] if total[place] > 0 else typical
            estimates[place] = _widened(each, float(extra), absence)
    return ChurnFit(tuple(means), tuple(estimates))


def _by_band(cells: AccountCells, groups: int, values: Numbers) -> Numbers:
    """Values added up by group and band, (groups, BANDS)."""
    return add_up(cells.segment * BANDS + cells.band, values, groups * BANDS).reshape(-1, BANDS)


def _widened(share: Interval, variance: float, absence: Absence) -> Interval:
    """With what is unknown of the chance to order; kept within what a share may be above."""
    spread = math.hypot((share.high - share.low) / 2, Z * math.sqrt(variance))
    low = 1 - (1 - (share.value - spread)) / absence.least
    return Interval(share.value, low, min(share.value + spread, 1.0))
