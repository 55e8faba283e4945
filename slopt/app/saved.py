"""Earlier runs of a case that a plan can be compared with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopt.case.case import PlanningCase
from slopt.errors import SloptError
from slopt.store.place import place_of
from slopt.store.store import Store, open_store

MOST_RUNS = 30
COMMANDS = ("solve", "evaluate")


@dataclass(frozen=True)
class SavedRun:
    """A run with a plan, the newest first."""

    id: str
    made: str
    total: float | None
    tags: tuple[str, ...]


def saved_runs(named: str) -> tuple[SavedRun, ...]:
    """The runs of a case that have a plan; none where no runs are kept or they cannot be had."""
    try:
        store = _store(named)
        if store is None:
            return ()
        with store:
            lines = store.lines()
    except (SloptError, OSError):
        return ()
    return tuple(
        SavedRun(
            line.id, line.made.astimezone().strftime("%Y-%m-%d %H:%M"), line.total_cost, line.tags
        )
        for line in lines
        if line.id and line.command in COMMANDS and line.total_cost is not None
    )[:MOST_RUNS]


def plan_of(named: str, its: str, case: PlanningCase) -> tuple[int, ...] | None:
    """The plan of a run by the tiers of a case; None where it is none of this case."""
    try:
        store = _store(named)
        if store is None:
            return None
        with store:
            run = store.run(store.find(its))
    except (SloptError, OSError):
        return None
    choice = run.choice
    if choice is None or len(choice) != len(case.segments):
        return None
    places = {tier: place for place, tier in enumerate(case.tiers)}
    tiers = np.array([places.get(tier, -1) for tier in run.tiers], dtype=np.int64)
    found = tiers[choice]
    return None if np.any(found < 0) else tuple(int(place) for place in found)


def _store(named: str) -> Store | None:
    place = place_of(named)
    return None if place is None else open_store(place)
