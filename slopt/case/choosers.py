"""Who chooses from the menu, and what stands for taking nothing: tables willingness and tiers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.level_rows import choosing_levels
from slopt.case.pair_rows import PairRows

Numbers = NDArray[np.float64]


def outside_tier(case: PlanningCase) -> int | None:
    """The position of the tier that stands for taking none of ours; None where there is none."""
    flagged = np.flatnonzero(case.table("tiers").flags("outside"))
    return int(flagged[0]) if len(flagged) else None


def choosers(case: PlanningCase) -> NDArray[np.bool_]:
    """(S,): segments whose customers choose, which are those that willingness speaks of.

    Who has a service level of its own in place of a tier does not.
    """
    chooses = np.zeros(len(case.segments), dtype=np.bool_)
    if "willingness" in case.tables:
        chooses[PairRows(case, "willingness").segment] = True
        chooses[choosing_levels(case)] = False
    return chooses


def leaving_outside(case: PlanningCase) -> Numbers:
    """(S,): share of the customers who stop buying where they take none of the tiers."""
    leave = np.ones(len(case.segments))
    outside = outside_tier(case)
    if outside is not None and "willingness" in case.tables:
        pairs = PairRows(case, "willingness")
        here = pairs.tier == outside
        leave[pairs.segment[here]] = pairs.numbers("leave_if_outside", 1.0)[here]
    return leave


def worth_of_tiers(case: PlanningCase, level: Numbers) -> Numbers:
    """(S, K): what a tier is worth to one customer at its level; NaN where nothing says it.

    The tier outside is worth 0 where nothing else is said.
    """
    worth = np.full(level.shape, np.nan)
    if "willingness" in case.tables:
        pairs = PairRows(case, "willingness")
        own, by_level = (pairs.numbers(name) for name in ("worth", "worth_of_level"))
        said = ~(np.isnan(own) & np.isnan(by_level))
        values = np.nan_to_num(own) + np.nan_to_num(by_level) * level[pairs.segment, pairs.tier]
        worth[pairs.segment, pairs.tier] = np.where(said, values, np.nan)
    outside = outside_tier(case)
    if outside is not None:
        unsaid = choosers(case) & np.isnan(worth[:, outside])
        worth[unsaid, outside] = 0.0
    return worth


def same_services(case: PlanningCase) -> Mapping[str, tuple[int, ...]]:
    """Services at several prices: the positions of their tiers, by the name of the service."""
    groups: dict[str, list[int]] = {}
    for place, name in enumerate(case.table("tiers").texts("same_service")):
        if name:
            groups.setdefault(name, []).append(place)
    return {name: tuple(places) for name, places in groups.items() if len(places) > 1}
