"""Few of many problems of one kind: a mistake in a million rows is not told a million times."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.errors import Problem
from slopt.sayings import say

MOST = 2000
"""Problems of one kind in one column that are told one by one."""


def first_few(
    rows: Sequence[int] | NDArray[Any], describe: Callable[[int], Problem]
) -> Iterator[Problem]:
    """The problems of these rows, which are all of one kind: the first ones, and a count.

    `rows` are positions in the table, and `describe` gives the problem of one of them.
    """
    for row in rows[:MOST]:
        yield describe(int(row))
    rest = len(rows) - MOST
    if rest > 0:
        problem = describe(int(rows[MOST]))
        more = (
            say(
                "And {rest} more rows like this: {problem}",
                rest=f"{rest:,}",
                problem=problem.message,
            )
            if rest > 1
            else say("And 1 more row like this: {problem}", problem=problem.message)
        )
        yield replace(problem, message=more)


def flagged(mask: NDArray[np.bool_], describe: Callable[[int], Problem]) -> Iterator[Problem]:
    """The same for the rows where a mask is true."""
    return first_few(np.flatnonzero(mask), describe)
