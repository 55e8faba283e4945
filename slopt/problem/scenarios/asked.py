"""The uncertain inputs of a case with those that are asked for by `--vary`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from slopt.case.asked_ends import asked_interval, ends_of, path_and_ends, require_in_range
from slopt.case.case import PlanningCase
from slopt.case.decisions import may_vary
from slopt.case.paths import Path, path_of, values_at
from slopt.case.spans import spanned
from slopt.case.uncertain import at_path
from slopt.errors import UsageError
from slopt.problem.scenarios.inputs import UncertainInput, uncertain_inputs
from slopt.sayings import say
from slopt.vocabulary import Distribution, SourceKind

SPAN = 0.2
"""How far an input is varied, up and down, that has no interval and is asked for without ends."""


def varied_inputs(case: PlanningCase, vary: Sequence[str]) -> tuple[UncertainInput, ...]:
    """The inputs of the sources, and those of `PATH` and `PATH=LOW:HIGH` words besides.

    What is asked for lies anywhere between its ends, whatever sources say of its cells; without
    ends it stays as sources have it, else it may be 20 % off. Raises UsageError for a path that
    does not exist or is a decision, and for two words that name one cell; InvalidInput for ends
    that leave the range of a column.
    """
    found = list(uncertain_inputs(case))
    asked: list[UncertainInput] = []
    taken: list[Path] = []
    for text in vary:
        name, ends = path_and_ends(text)
        path = path_of(case, name)
        _refuse(path, taken)
        taken.append(path)
        if ends is None and at_path(found, path) is not None:
            continue
        asked.append(_asked(case, path, ends))
        found = [rest for one in found for rest in _without(one, path)]
    return (*found, *asked)


def _refuse(path: Path, taken: Sequence[Path]) -> None:
    if not may_vary(path.table, path.column):
        raise UsageError(
            say("--vary {path}: this is a decision, and the same in every future.", path=path.text)
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


def _asked(case: PlanningCase, path: Path, ends: str | None) -> UncertainInput:
    values = values_at(case, path)
    now = np.array([np.nan if values is None else float(values)]) if path.is_setting else values
    filled = ~np.isnan(now)
    if not filled.any():
        raise UsageError(
            say(
                "--vary {path}: there is no value of today. Write one in the case first.",
                path=path.text,
            )
        )
    now, rows = now[filled], path.rows[filled] if len(path.rows) else path.rows
    if ends is None:
        lows, highs = spanned(path.column, now, SPAN)
    else:
        lows, highs = ends_of(asked_interval(path, ends), now)
        require_in_range(path, lows, highs)
    return UncertainInput(
        path.text,
        path.table,
        path.column,
        rows,
        now,
        lows,
        highs,
        Distribution.UNIFORM,
        1.0,
        SourceKind.ASSUMED,
    )


def _without(one: UncertainInput, path: Path) -> list[UncertainInput]:
    """The input without the cells of a path; nothing where none is left."""
    left = ~one.cells_of(path)
    if left.all():
        return [one]
    if not left.any():
        return []
    ends = {name: getattr(one, name)[left] for name in ("now", "lows", "highs")}
    return [replace(one, rows=one.rows[left], **ends)]
