"""Runs to be recorded, made without solving; and a process that records them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np

from slopt.case.case import PlanningCase
from slopt.case.load import load_case
from slopt.engine.recording import Asked, versions
from slopt.shipped import examples
from slopt.store.inputs import contents_of
from slopt.store.place import Place
from slopt.store.store import Record, open_store

AT_ONCE = 20


def record_of(
    case: PlanningCase, options: Mapping[str, Any] | None = None, **changes: Any
) -> Record:
    """A record of a plan with the first tier everywhere."""
    asked = Asked("solve", case, "tiny", {}, options or {})
    values: dict[str, Any] = {
        "question": asked.hash,
        "made": datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC),
        "made_by": "ana@desk",
        "command": "solve",
        "label": "tiny",
        "named": "tiny",
        "case_hash": case.hash,
        "inputs": contents_of(case),
        "overrides": {},
        "options": options or {},
        "versions": versions(),
        "seed": 1,
        "model": "tier_plan",
        "model_text": None,
        "status": "optimal",
        "document": {"status": "optimal", "total_cost": 36375.0, "objective": 0.1 + 0.2},
        "plans": np.zeros(len(case.segments), dtype=np.int64),
        "tiers": case.tiers,
    }
    return Record(**{**values, **changes})


def main() -> None:
    """`store_records.py ADDRESS NAME COUNT`: record runs, keep points, and say each when done.

    The store is opened anew for every few of them, as one command after the other does.
    """
    address, name, count = sys.argv[1:]
    case = load_case(examples()["tiny"])
    for begin in range(0, int(count), AT_ONCE):
        store = open_store(Place(address), create=True)
        assert store is not None
        with store:
            for place in range(begin, begin + AT_ONCE):
                its = store.record(record_of(case, {"by": name, "place": place}))
                first = store.keep("study", f"point {place}", name.encode())
                print("run", its, first, flush=True)


if __name__ == "__main__":
    main()
