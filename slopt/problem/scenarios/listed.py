"""The scenarios that a case lists: what is otherwise in each, and how likely it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.case.amounts import Amount
from slopt.case.case import PlanningCase
from slopt.case.changes import read_changes
from slopt.case.nested_paths import without_narrower
from slopt.case.paths import Path, path_of

AT_LEAST = 2
"""Futures of every scenario that something is drawn in: one does not tell how its likes differ."""


@dataclass(frozen=True)
class ListedScenario:
    """One row of the table scenarios, with its rows of scenario_values as amounts by path."""

    name: str
    probability: float
    changes: Mapping[Path, Amount]


def listed_scenarios(case: PlanningCase) -> tuple[ListedScenario, ...]:
    """The scenarios in the order of their table; their probabilities add up to 1 exactly enough.

    Raises UsageError for a path or a value that makes no sense, which the checks of a case tell
    with their place.
    """
    table, values = case.table("scenarios"), case.table("scenario_values")
    said: dict[str, list[tuple[Path, str]]] = {name: [] for name in table.texts("scenario")}
    texts = (values.texts(name) for name in ("scenario", "path", "value"))
    for name, path, value in zip(*texts, strict=True):
        said[name].append((path_of(case, path), value))
    probability = scaled(table.numbers("probability"))
    return tuple(
        ListedScenario(name, share, _changes(case, said[name]))
        for name, share in zip(said, probability.tolist(), strict=True)
    )


def _changes(case: PlanningCase, said: list[tuple[Path, str]]) -> dict[Path, Amount]:
    """Amounts by path; of two that name a cell the narrower one counts."""
    paths = without_narrower([path for path, _ in said])
    changes: dict[str | Path, Any] = {
        path: value
        for path, (_, value) in zip(paths, said, strict=True)
        if path.is_setting or len(path.rows)
    }
    return read_changes(case, changes)


def scaled(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities that were rounded when they were written down, adding up to 1."""
    return np.asarray(probability / probability.sum()) if len(probability) else probability


def shared_out(count: int, probability: NDArray[np.float64]) -> NDArray[np.int64]:
    """How many of `count` futures each scenario gets: by its probability, at least AT_LEAST.

    What is left over goes to the largest remainders, of equal ones to the first.
    """
    wanted = probability * count
    parts = np.maximum(np.floor(wanted).astype(np.int64), AT_LEAST)
    rest = count - int(parts.sum())
    if rest > 0:
        parts[np.argsort(parts - wanted, kind="stable")[:rest]] += 1
    while parts.sum() > max(count, AT_LEAST * len(parts)):
        parts[int(np.argmax(np.where(parts > AT_LEAST, parts - wanted, -np.inf)))] -= 1
    return parts
