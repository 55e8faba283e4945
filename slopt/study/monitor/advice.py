"""What to do after looking at plan and actual: nothing, measure again, plan again, or both."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from slopt.plan.horizon.plan import HorizonPlan
from slopt.problem.horizon.evaluate import HorizonEvaluation
from slopt.problem.horizon.problem import HorizonProblem
from slopt.study.monitor.drift import Drifts, Parameter


class Advice(StrEnum):
    """What is worth doing."""

    NOTHING = "nothing"
    RECALIBRATE = "recalibrate"
    PLAN_AGAIN = "plan_again"
    TELL_APART = "tell_apart"


class NoWorth(StrEnum):
    """Why nobody knows what planning again is worth."""

    NOT_ASKED = "not_asked"
    ALL_OVER = "all_over"
    NO_PLAN = "no_plan"


@dataclass(frozen=True, eq=False)
class Replanned:
    """The open periods planned again with what was measured.

    `first` is the first open period. `kept` is the plan so far under what was measured, `again` the
    new one; `gain` is what the objective is better by, and `room` by how much two plans within the
    gap of the case may differ without any news. `moved` segments get another tier in some
    period.
    """

    first: int
    kept: HorizonEvaluation
    kept_breaks: tuple[str, ...]
    again: HorizonPlan
    gain: float
    room: float
    moved: int

    @property
    def pays(self) -> bool:
        """Is the new plan better, or can the old one not be kept?"""
        return self.gain > self.room or bool(self.kept_breaks)


def advice(
    drifts: Drifts, replanned: Replanned | NoWorth, is_mixed: bool = False
) -> tuple[Advice, ...]:
    """What to do, in this order; `is_mixed` where customers changed by more than chance and nobody
    told how many of them left."""
    found = []
    if is_mixed:
        found.append(Advice.TELL_APART)
    if drifts.drifting:
        found.append(Advice.RECALIBRATE)
    if isinstance(replanned, Replanned) and replanned.pays:
        found.append(Advice.PLAN_AGAIN)
    return tuple(found) or (Advice.NOTHING,)


def with_factors(problem: HorizonProblem, drifts: Drifts) -> HorizonProblem:
    """The problem with the response that was measured in place of the one that was assumed."""
    leave, lost, acquired = (
        drifts.factor[name] for name in (Parameter.LEAVE, Parameter.LOST_ORDERS, Parameter.ACQUIRED)
    )
    join = problem.join * acquired[:, None]
    plain = problem.replace(
        leave=np.minimum(problem.leave * leave[:, None, None], 1.0),
        leave_after=np.minimum(problem.leave_after * leave[:, None], 1.0),
        lost_orders=problem.lost_orders * lost[:, None, None],
        join=join,
    )
    most = plain.most_customers[:, :-1]
    share = np.divide(join, most, out=np.zeros(join.shape), where=most > 0)
    return plain.replace(deter=np.minimum(problem.deter, share[:, :, None]))
