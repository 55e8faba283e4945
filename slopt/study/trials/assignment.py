"""Who is in which arm: so many customers by segment, or whole segments in matched pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopt.study.trials.asked import Lots
from slopt.study.trials.propose import Trial
from slopt.study.trials.strata import Stratum

TREATED, CONTROL, BEFORE = "treated", "control", "before"


@dataclass(frozen=True)
class Arm:
    """So many customers of a segment, in an arm, served at a tier (positions in the case)."""

    segment: int
    arm: str
    customers: float
    tier: int


def arms_of(trial: Trial, seed: int) -> list[Arm]:
    """The arms by segment, in the order of the case; whole segments are drawn from the seed.

    Without a control group the same customers count before, at the planned tier.
    """
    layout = trial.layout
    used = [
        (one, float(arm)) for one, arm in zip(layout.strata, trial.arms, strict=True) if arm > 0
    ]
    if layout.wanted.design.has_control and layout.lots is Lots.SEGMENTS and not layout.is_whole:
        return _drawn([one for one, _ in used], seed)
    found = []
    for one, arm in used:
        found.append(Arm(one.segment, TREATED, arm, one.treated))
        if layout.is_whole:
            continue
        other = CONTROL if layout.wanted.design.has_control else BEFORE
        found.append(Arm(one.segment, other, arm, one.control))
    return sorted(found, key=lambda one: one.segment)


def _drawn(strata: list[Stratum], seed: int) -> list[Arm]:
    """Of two segments that are most alike in size and failures one is treated, by lot."""
    ordered = sorted(strata, key=lambda one: (one.customers * one.gap, one.segment), reverse=True)
    lots = np.random.default_rng(seed).integers(0, 2, (len(ordered) + 1) // 2)
    found = []
    for place, one in enumerate(ordered):
        treated = (place % 2 == 0) == bool(lots[place // 2])
        arm, tier = (TREATED, one.treated) if treated else (CONTROL, one.control)
        found.append(Arm(one.segment, arm, one.customers, tier))
    return sorted(found, key=lambda one: one.segment)
