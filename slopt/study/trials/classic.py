"""The size of a trial by the textbooks, for those who check it in a table.

One arm against the other, as if all segments were one and the question were whether there is any
difference at all.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from slopt.study.trials.lessons import Lesson
from slopt.study.trials.propose import Proposal
from slopt.study.trials.sizes import (
    arm_by_arcsine,
    arm_for_shares,
    exact_power_of_shares,
    with_continuity,
)

MOST = 5000
"""Cases of an arm up to which the exact power is summed up."""
Document = dict[str, Any]


def by_the_textbook(proposal: Proposal, power: float, level: float) -> Document | None:
    """Shares of the arms, and the size of each; None where the arms do not differ.

    Who leaves, of customers and periods; orders that are not bought, of orders; of a service level
    that of today against the value at which the decision turns, of orders.
    """
    if proposal.lesson is Lesson.LEVEL:
        if proposal.switch is None:
            return None
        return _shares(proposal.today, proposal.switch, power, level)
    trial = proposal.proposed
    weights = trial.arms / trial.arms.sum()
    strata = trial.layout.strata
    control, treated = (
        float(weights @ np.array([one.exposures[arm] for one in strata])) for arm in (0, 1)
    )
    if proposal.lesson is Lesson.LEAVING:
        churn = float(weights @ np.array([one.churn for one in strata]))
        gone = [min(churn + proposal.today * x, 1.0) for x in (control, treated)]
        return _shares(gone[0], gone[1], power, level)
    orders = float(weights @ np.array([one.orders for one in strata]))
    return _shares(
        proposal.today * control / orders, proposal.today * treated / orders, power, level
    )


def _shares(first: float, second: float, power: float, level: float) -> Document | None:
    if abs(first - second) < 1e-6:
        return None
    size = arm_for_shares(first, second, power, level)
    corrected = with_continuity(size, first - second)
    exact = None
    if size <= MOST:
        exact = exact_power_of_shares(first, second, math.ceil(size), level)
    return {
        "shares": [first, second],
        "arm_by_normal_test": size,
        "arm_by_exact_test": corrected,
        "arm_by_arcsine": arm_by_arcsine(first, second, power, level),
        "exact_power": exact,
    }
