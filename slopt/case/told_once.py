"""What is wrong with many segments for one reason is told once, at the row that says it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.few import first_few
from slopt.case.raw import RawCase
from slopt.errors import Problem, Severity
from slopt.sayings import say


def told_once(
    case: PlanningCase,
    raw: RawCase,
    table: str,
    rows: NDArray[np.int64],
    wrong: NDArray[np.bool_],
    column: str,
    message: str,
    remedy: str,
    segment: NDArray[np.int64] | None = None,
    tier: NDArray[np.int64] | None = None,
    figures: NDArray[np.float64] | None = None,
    severity: Severity = Severity.ERROR,
    **places: str,
) -> Iterator[Problem]:
    """One problem for each row of the table that speaks of something wrong.

    Args:
        rows: the row of the table that speaks of each segment, or of each pair.
        wrong: by segment or pair. message: a sentence marked by `later`, with `{segment}`, `{tier}`
            and `{figure}` for the first one at fault of each row; `places` has what else it takes.
        segment, tier: positions of the pairs; without them the entries are the segments.
    """
    at_fault = np.flatnonzero(wrong)
    if len(at_fault) == 0:
        return
    source, its = raw.tables[table], case.table(table)
    own, first = np.unique(rows[at_fault], return_index=True)

    def describe(index: int) -> Problem:
        entry = int(at_fault[first[index]])
        s = entry if segment is None else int(segment[entry])
        named = {"segment": case.segments[s]}
        if tier is not None:
            named["tier"] = case.tiers[int(tier[entry])]
        if figures is not None:
            named["figure"] = f"{figures[entry]:.12g}"
        row = int(own[index])
        place = its.rows[row] if row >= 0 else 1
        return source.problem(
            say(message, **named, **places), remedy, place, column, severity=severity
        )

    yield from first_few(np.arange(len(own)), describe)
