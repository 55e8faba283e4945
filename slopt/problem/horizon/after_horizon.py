"""What customers are worth after the last period of a plan."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.own_rows import OwnRows
from slopt.errors import InvalidInput, Problem
from slopt.sayings import say

Numbers = NDArray[np.float64]


def worth_after(case: PlanningCase, margin: Numbers, keep: Numbers) -> tuple[Numbers, Numbers]:
    """(end_value, newcomer_value), (S,): of one who was a customer in the last period, and of one
    who would be from the period after it on, in the money of the last period.

    After the horizon its last year comes again and again (all of it where it is shorter): with
    margins m_j and r_j of the customers kept in the L periods of that year, and p_j = r_j / (1+d),

        newcomer_value = sum_j  p_1 .. p_(j-1) m_j / ((1 + d) (1 - p_1 .. p_L))
        end_value      = r_L newcomer_value

    so that a season at the end of the horizon does not count for ever. With one period it is the
    lifetime value V = m r / (1 + d - r), and (m + V) / (1 + d). Where a customer is valued by the
    period, both are the mean margin of that year. `end_value` in segments replaces V.
    Raises InvalidInput where a customer would be worth more than any number.
    """
    periods = min(case.settings.case.period.per_year, margin.shape[1])
    m, r = margin[:, -periods:], keep[:, -periods:]
    growth = 1 + case.settings.case.discount_rate
    newcomer, lifetime = _of_all_later(m, r, growth), OwnRows(case).lifetime
    mean = m.mean(axis=1)
    newcomer = np.where(lifetime, newcomer, mean)
    # Who is there in the last period, which is the last of the repeated ones, comes through it.
    worth = np.where(lifetime, r[:, -1] * newcomer, mean)
    given = case.table("segments").numbers("end_value")
    is_given = ~np.isnan(given)
    worth = np.where(is_given, given, worth)
    newcomer = np.where(is_given & lifetime, (m[:, 0] + given) / growth, newcomer)
    newcomer = np.where(is_given & ~lifetime, given, newcomer)
    endless = np.flatnonzero(~np.isfinite(worth + newcomer))
    if len(endless):
        raise InvalidInput([_endless(case, row) for row in endless[:5].tolist()])
    return worth, newcomer


def _of_all_later(margin: Numbers, keep: Numbers, growth: float) -> Numbers:
    total, through = np.zeros(len(margin)), np.ones(len(margin))
    for j in range(margin.shape[1]):
        if j:
            through = through * keep[:, j - 1] / growth
        total = total + through * margin[:, j]
    through = through * keep[:, -1] / growth
    with np.errstate(divide="ignore"):
        return np.where(total > 0, total / (growth * (1 - through)), 0.0)


def _endless(case: PlanningCase, row: int) -> Problem:
    return Problem(
        say(
            'A customer of "{segment}" is never lost and money is not discounted: the value after '
            "the last period has no end.",
            segment=case.segments[row],
        ),
        say("Set base_churn or discount_rate above 0, or write end_value in segments."),
        table="segments",
        file=case.table("segments").file or None,
        row=case.table("segments").rows[row],
    )
