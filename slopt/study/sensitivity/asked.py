"""The inputs that are asked for by `--vary`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from slopt.case.amounts import Interval
from slopt.case.asked_ends import asked_interval, ends_of, path_and_ends, require_in_range
from slopt.case.case import PlanningCase
from slopt.case.columns import Kind
from slopt.case.intervals import Intervals
from slopt.case.paths import Path, path_of, values_at
from slopt.case.spans import in_range, spanned
from slopt.errors import UsageError
from slopt.sayings import say
from slopt.study.sensitivity.cells import input_of_setting, inputs_of_rows
from slopt.study.sensitivity.inputs import Bounds, Input

Numbers = NDArray[np.float64]


def asked_inputs(
    case: PlanningCase,
    known: Mapping[tuple[str, str], Intervals],
    vary: Sequence[str],
    span: float,
    by_row: bool,
) -> list[Input]:
    """The inputs of `PATH` and `PATH=LOW:HIGH` words; without ends their intervals, or the span.

    Raises UsageError for a path that does not exist or is no number, for ends that do not hold
    today's value between them, and for two words that name one cell; InvalidInput for ends that
    the case may not have.
    """
    found: list[Input] = []
    taken: list[Path] = []
    for text in vary:
        name, ends = path_and_ends(text)
        path = path_of(case, name)
        _refuse(path, taken)
        taken.append(path)
        interval = None if ends is None else asked_interval(path, ends)
        its = known.get((path.table, path.column.name))
        if path.is_setting:
            found.append(_setting(case, path, interval, span))
        else:
            found += _of_rows(case, path, interval, its, span, by_row)
    return found


def _refuse(path: Path, taken: Sequence[Path]) -> None:
    if not path.column.is_number or path.column.name.startswith("solve."):
        raise UsageError(
            say("--vary {path}: this is no number of the business, so it has no range.", path=path)
        )
    for other in taken:
        if path.overlaps(other):
            raise UsageError(
                say(
                    "--vary {path} and --vary {other} name the same cell. Leave one out.",
                    path=path,
                    other=other,
                )
            )


def _of_rows(
    case: PlanningCase,
    path: Path,
    interval: Interval | None,
    its: Intervals | None,
    span: float,
    by_row: bool,
) -> list[Input]:
    """One input, or one a row: the ends given, else the intervals of its cells, else the span."""
    table, name = path.table, path.column.name
    values = values_at(case, path)
    filled = ~np.isnan(values)
    rows, now = path.rows[filled], values[filled]
    if len(rows) == 0:
        raise UsageError(
            say(
                "--vary {path}: the cell is blank. Write today's value in the case first.",
                path=path,
            )
        )
    bounds = Bounds.ASKED
    if interval is not None:
        lows, highs = ends_of(interval, now)
        _between(path, now, lows, highs)
    elif its is not None and its.given[rows].any():
        rows = rows[its.given[rows]]
        now, bounds = case.tables[table].numbers(name)[rows], Bounds.SOURCES
        lows, highs = in_range(path.column, now, its.low[rows], its.high[rows])
    else:
        lows, highs = spanned(path.column, now, span)
        bounds = Bounds.SPAN
    wide = lows < highs
    if not wide.any():
        raise UsageError(
            say("--vary {path}: low and high are the same. Give them: {path}=LOW:HIGH.", path=path)
        )
    ends = (now[wide], lows[wide], highs[wide])
    made = inputs_of_rows(case, table, name, rows[wide], ends, bounds, its, by_row)
    return made if by_row else [replace(one, name=path.text) for one in made]


def _setting(case: PlanningCase, path: Path, interval: Interval | None, span: float) -> Input:
    value = values_at(case, path)
    if value is None:
        raise UsageError(
            say(
                "--vary {path}: the case does not set it, so that there is no value of "
                "today. Set one: --set {path}=VALUE.",
                path=path,
            )
        )
    now = np.array([float(value)])
    bounds = Bounds.SPAN if interval is None else Bounds.ASKED
    if interval is None:
        lows, highs = now * (1 - span), now * (1 + span)
    else:
        lows, highs = ends_of(interval, now)
    if path.column.kind is Kind.INTEGER:
        lows, highs = np.floor(lows), np.ceil(highs)
    _between(path, now, lows, highs)
    if lows[0] == highs[0]:
        raise UsageError(
            say("--vary {path}: low and high are the same. Give them: {path}=LOW:HIGH.", path=path)
        )
    return input_of_setting(path, now, lows, highs, bounds)


def _between(path: Path, now: Numbers, lows: Numbers, highs: Numbers) -> None:
    """Refuse ends outside of the column's range, and those that today's values are outside of."""
    require_in_range(path, lows, highs)
    outside = (now < lows) | (now > highs)
    if outside.any():
        place = int(np.argmax(outside))
        raise UsageError(
            say(
                "--vary {path}: today's value, {now}, is not between {low} and {high}. "
                "A sensitivity study starts from today; for other values: slopt sweep.",
                path=path,
                now=f"{now[place]:g}",
                low=f"{lows[place]:g}",
                high=f"{highs[place]:g}",
            )
        )
