"""Who serves a segment: its tier, a level of its own, or only the items and agents it asks for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.texts import Texts

ASK_FOR_SERVICE = ("item_demand", "call_types")
"""Tables whose column `segment` says whom stock rooms and desks of agents serve."""


def has_level(case: PlanningCase) -> NDArray[np.bool_]:
    """(S,): segments whose service level is chosen between two others, in place of a tier."""
    segments = case.table("segments")
    low, high = segments.numbers("min_level"), segments.numbers("max_level")
    return np.asarray(~(np.isnan(low) & np.isnan(high)))


def is_served(case: PlanningCase) -> NDArray[np.bool_]:
    """(S,): segments that ask for items or call."""
    served = np.zeros(len(case.segments), dtype=np.bool_)
    for name in ASK_FOR_SERVICE:
        if name in case.tables:
            named = case.table(name).texts("segment")
            served |= np.asarray(case.segments.places_in(Texts.of(sorted(set(named)))) >= 0)
    return served


def needs_tiers(case: PlanningCase) -> bool:
    """True where some segment can have neither a level nor items or agents that serve it."""
    return not bool(np.all(has_level(case) | is_served(case)))
