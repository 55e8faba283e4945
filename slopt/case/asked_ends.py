"""What `--vary PATH=LOW:HIGH` says: which cells, and from where to where each may go."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.case.amounts import Interval, interval_of
from slopt.case.columns import CellError
from slopt.case.paths import Path
from slopt.errors import InvalidInput, Problem, UsageError
from slopt.sayings import say

Numbers = NDArray[np.float64]


def path_and_ends(text: str) -> tuple[str, str | None]:
    """The path, and what stands behind its last equals sign, if that is not part of a key."""
    path, sign, ends = text.rpartition("=")
    if not sign or "]" in ends or '"' in ends:
        return text, None
    return path, ends


def asked_interval(path: Path, text: str) -> Interval:
    """The interval of `LOW:HIGH`. Raises UsageError where low is not below high."""
    interval = interval_of(path, text)
    if interval.low >= interval.high:
        low, high = text.split(":")
        raise UsageError(
            say(
                "--vary {path}={text}: the low, {low}, is not below the high, {high}.",
                path=path,
                text=text,
                low=low,
                high=high,
            )
        )
    return interval


def ends_of(interval: Interval, now: Numbers) -> tuple[Numbers, Numbers]:
    """Low and high of cells that hold these values today."""
    if interval.is_factor:
        return now * interval.low, now * interval.high
    return np.full(len(now), interval.low), np.full(len(now), interval.high)


def require_in_range(path: Path, lows: Numbers, highs: Numbers) -> None:
    """Raise InvalidInput where an end is outside of the column's range."""
    column = path.column
    for ends in (lows, highs):
        least, most = float(ends.min()), float(ends.max())
        if (column.low is not None and least < column.low) or (
            column.high is not None and most > column.high
        ):
            wrong = least if column.low is not None and least < column.low else most
            raise InvalidInput([_out_of_range(path, wrong)])


def _out_of_range(path: Path, wrong: float) -> Problem:
    """What is wrong with an end, as it would be told of a cell."""
    try:
        path.column.read(float(f"{wrong:.12g}"))
    except CellError as error:
        return Problem(
            error.message,
            say("Choose ends so that every cell is {expected}.", expected=path.column.expected),
            file="--vary",
            column=path.text,
            value=f"{wrong:g}",
        )
    raise AssertionError(f"{path.text}={wrong:g} is in range")
