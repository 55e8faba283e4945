"""Sums over the segments of a plan in one future, and the least and most that they can be."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from slopt.formulation.choose import chosen_sum
from slopt.problem.scenarios.question import RiskQuestion

Numbers = NDArray[np.float64]


def sum_in_future(
    model: pyo.ConcreteModel,
    question: RiskQuestion,
    future: int,
    amounts: Numbers,
    members: tuple[int, ...] | None = None,
) -> pyo.Expression:
    """sum over s, k of amounts[s,k] ((1 - t) x[s,k] + t x'[w,s,k]), t = 0 where nothing changes.

    Over all segments or the members' positions.
    """
    base, later = question.problem.base, question.later
    now = chosen_sum(model, base, amounts, members)
    if later is None:
        return now
    admissible = base.admissible
    then = pyo.quicksum(
        amounts[s, k] * model.choose_later[future, base.segments[s], base.tiers[k]]
        for s in (range(len(base.segments)) if members is None else members)
        for k in np.flatnonzero(admissible[s])
        if amounts[s, k] != 0
    )
    return (1 - later.share) * now + later.share * then


def most(question: RiskQuestion, amounts: Numbers, members: tuple[int, ...] | None = None) -> float:
    """The most that such a sum can be, whatever tiers are chosen of those that may be."""
    admissible = question.problem.base.admissible
    by_segment = np.where(admissible, amounts, -np.inf).max(axis=1)
    chosen = by_segment if members is None else by_segment[list(members)]
    return float(chosen.sum())


def least(
    question: RiskQuestion, amounts: Numbers, members: tuple[int, ...] | None = None
) -> float:
    """The least that such a sum can be."""
    return -most(question, -amounts, members)
