"""A point of a sweep and its answer, as values that travel between processes and last on disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from slopt.case.amounts import Amount, applied
from slopt.case.case import PlanningCase
from slopt.case.changes import changed_case
from slopt.case.paths import Path, path_of, values_at
from slopt.plan.result import TOTALS
from slopt.problem.choice import Choice, Numbers
from slopt.vocabulary import Status

FIGURES = (*TOTALS, "objective", "bound", "gap", "certified_bound", "certified_gap")
"""What is said of a plan: the totals of result.json under its names, and how sure they are."""
FAILED = "failed"
"""The status of a point that could not be answered at all."""


@dataclass(frozen=True)
class Point:
    """The case with other values: (path, amount) pairs, paths in slopt's own way of writing."""

    overrides: tuple[tuple[str, Amount], ...] = ()

    @classmethod
    def of(cls, overrides: Mapping[Path, Amount]) -> Point:
        """The point with these values."""
        return cls(tuple((path.text, amount) for path, amount in overrides.items()))

    def case(self, case: PlanningCase) -> PlanningCase:
        """The case at this point; its values are taken to be checked. Raises ValueError if not."""
        return Changer(case).at(self)

    def __str__(self) -> str:
        return ", ".join(f"{path}={amount}" for path, amount in self.overrides)


class Changer:
    """Makes the case at one point after the other; every path is looked up once."""

    def __init__(self, case: PlanningCase) -> None:
        self.case = case
        self._paths: dict[str, Path] = {}
        self._now: dict[str, float | None] = {}
        self._unchanged: dict[str, Amount | None] = {}

    def path(self, text: str) -> Path:
        """The path of that text."""
        path = self._paths.get(text)
        if path is None:
            path = self._paths[text] = path_of(self.case, text)
        return path

    def changes(self, point: Point) -> dict[Path, Amount]:
        """The values of a point by path."""
        return {self.path(text): amount for text, amount in point.overrides}

    def plain(self, path: Path, amount: Amount) -> Amount:
        """The amount that a factor of a single number makes; any other as it is."""
        now = self.now(path)
        if now is None or not amount.is_factor:
            return amount
        return Amount(float(applied(amount, np.array([now]))[0]))

    def now(self, path: Path) -> float | None:
        """What stands at a single number; None where nothing does, and for anything else."""
        if path.text not in self._now:
            value = None
            if path.column.is_number and path.is_single:
                value = values_at(self.case, path)
                value = value if path.is_setting else float(value[0])
            self._now[path.text] = None if value is None or value != value else float(value)
        return self._now[path.text]

    def unchanged(self, path: Path) -> Amount | None:
        """The amount that leaves a path as it is; None where its rows hold several texts."""
        if path.text not in self._unchanged:
            self._unchanged[path.text] = self._as_it_is(path)
        return self._unchanged[path.text]

    def _as_it_is(self, path: Path) -> Amount | None:
        values = values_at(self.case, path)
        if path.is_setting or path.is_single:
            value = values if path.is_setting else values[0]
            if path.column.is_number:
                return Amount(self.now(path))
            return Amount(value if isinstance(value, bool) else str(value or "") or None)
        if path.column.is_number:
            return Amount(None) if np.isnan(values).all() else Amount(1.0, True)
        if not values or any(value != values[0] for value in values):
            return None
        return Amount(values[0] if isinstance(values[0], bool) else values[0] or None)

    def differences(self, point: Point) -> list[tuple[str, str]]:
        """(path, amount) pairs of a point in one way of writing, without what changes nothing."""
        found = []
        for path, amount in self.changes(point).items():
            plain = self.plain(path, amount)
            if plain not in (self.unchanged(path), Amount(1.0, True)):
                found.append((path.text, f"{plain.value!r}{'x' if plain.is_factor else ''}"))
        return found

    def at(self, point: Point) -> PlanningCase:
        """The case at a point; its values are taken to be checked. Raises ValueError if not."""
        changed, problems = changed_case(self.case, self.changes(point))
        if problems:
            raise ValueError("; ".join(map(str, problems)))
        return changed


@dataclass(frozen=True)
class RiskFigures:
    """What a plan that is chosen for its futures is worth there.

    `measure` is that of `[risk]`. value and bound are those of the aim, and mean, q05, q95 and
    tail_mean are of the goal's value over the futures, all in the sense of the goal. `breaks` is
    the probability that a firm limit is broken, `reserve` extra units of each resource that are
    reserved.
    """

    measure: str
    value: float
    bound: float | None
    gap: float | None
    mean: float
    q05: float
    q95: float
    tail_mean: float
    breaks: float
    reserve: tuple[float, ...] = ()


RISK_FIGURES = ("value", "bound", "gap", "mean", "q05", "q95", "tail_mean", "breaks")
"""Those that are columns of a sweep, under `risk_` and their name."""


@dataclass(frozen=True, eq=False)
class Answer:
    """The best plan at a point, or why there is none.

    `status` is None where the point could not be answered; `reason` says why there is no plan.
    `figures` has FIGURES, all None without a plan. `prices` are those of the relaxation by name of
    limit, or prove that there is no plan. `choice` is the tier of each segment, by position; where
    some have a level instead, one past the last tier, and `levels` are those of all, (S,). `risk`
    is there where the plan was chosen for its futures; objective is at the case's own numbers then.
    """

    status: Status | None
    reason: str = ""
    figures: Mapping[str, Any] = field(default_factory=lambda: dict.fromkeys(FIGURES))
    prices: Mapping[str, float] = field(default_factory=dict)
    choice: Choice | None = None
    method: str = ""
    seconds: float = 0.0
    levels: Numbers | None = None
    risk: RiskFigures | None = None

    @property
    def word(self) -> str:
        """The status as it is written: that of result.json, or `failed`."""
        return FAILED if self.status is None else self.status.value

    @property
    def is_final(self) -> bool:
        """True where asking again would bring the same; false where it failed or was broken off."""
        return self.status not in (None, Status.INTERRUPTED)

    def same_as(self, other: Answer) -> bool:
        """True where both say the same to the last digit, seconds apart."""
        mine, its = (
            (one.status, one.reason, dict(one.figures), dict(one.prices), one.method, one.risk)
            for one in (self, other)
        )
        alike = _same(self.choice, other.choice) and _same(self.levels, other.levels)
        return mine == its and alike


def failed(reason: str) -> Answer:
    """The answer of a point that could not be answered."""
    return Answer(None, reason)


def _same(one: Choice | Numbers | None, two: Choice | Numbers | None) -> bool:
    if one is None or two is None:
        return one is two
    return np.array_equal(one, two)
