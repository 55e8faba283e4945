"""What came of a sweep: points, answers, and what moved the answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.paths import Path
from slopt.study.sweep.point import FAILED, Answer, Changer, Point
from slopt.vocabulary import Status

BINS = 5
"""Parts into which the drawn values of an input are put, to see what it moves."""
FEW_VALUES = 12
"""Values of an input up to which each stands for itself."""
A_LEVEL = 5e-4
"""Service levels that are nearer to each other are one: as shown, to a tenth of a point."""
Cell = float | str | None


@dataclass(frozen=True)
class Effect:
    """What an input moves by itself: the mean of the goal where it is low, and where it is high.

    `swing` is between the least and the greatest mean over all its values.
    """

    path: Path
    low: Cell
    high: Cell
    at_low: float
    at_high: float
    swing: float


@dataclass(frozen=True)
class Shift:
    """A segment whose tier is not the same at all points: (tier, points) pairs, most first.

    `usual` is its tier in the plan of the case as it stands, None where that has no plan.
    `elsewhere` counts the points where it has another one.
    """

    segment: int
    usual: int | None
    tiers: tuple[tuple[int, int], ...]
    elsewhere: int


@dataclass(frozen=True)
class LevelShift:
    """A segment with a service level of its own that is not the same at all points, and its ends.

    `usual` is its level in the plan of the case as it stands, None where that has no plan.
    `elsewhere` counts the points where it has another one.
    """

    segment: int
    usual: float | None
    lowest: float
    highest: float
    elsewhere: int


@dataclass(frozen=True, eq=False)
class Sweep:
    """Points and their answers, by place; `base` is the answer to the case as it stands.

    `paths` are all that vary. `found_before` answers were there from an earlier run.
    """

    case: PlanningCase
    paths: tuple[Path, ...]
    points: tuple[Point, ...]
    answers: tuple[Answer, ...]
    base: Answer
    found_before: int = 0
    seconds: float = 0.0

    @cached_property
    def cells(self) -> list[list[Cell]]:
        """By point and path: the value that stands there, or the factor of many."""
        changer = Changer(self.case)
        return [[_cell(changer, point, path) for path in self.paths] for point in self.points]

    @property
    def statuses(self) -> Counter[str]:
        """How many points ended how."""
        return Counter(answer.word for answer in self.answers)

    @property
    def has_failed(self) -> bool:
        """True where no point could be answered at all."""
        return self.statuses[FAILED] == len(self.points)

    @property
    def status(self) -> Status:
        """Optimal where every point is proven one way or the other, else the worst of them."""
        found = {answer.status for answer in self.answers}
        order = (Status.INTERRUPTED, None, Status.UNBOUNDED, Status.NO_PLAN, Status.FEASIBLE)
        for status in order:
            if status in found:
                return status or Status.NO_PLAN
        return Status.INFEASIBLE if found == {Status.INFEASIBLE} else Status.OPTIMAL

    @cached_property
    def planned(self) -> list[int]:
        """Places of the points that have a plan."""
        return [i for i, answer in enumerate(self.answers) if answer.choice is not None]

    @property
    def plans(self) -> NDArray[np.int64]:
        """(points, segments): the tier of each segment by position, -1 without a plan."""
        none = np.full(len(self.case.segments), -1, dtype=np.int64)
        rows = [none if answer.choice is None else answer.choice for answer in self.answers]
        return np.array(rows, dtype=np.int64).reshape(len(rows), len(none))

    def objective(self, place: int) -> float:
        """The goal at a point that has a plan."""
        return self.worth(self.answers[place])

    def worth(self, answer: Answer) -> float:
        """The goal of a plan; of one chosen for its futures what it aims at there.

        Where it varies what plans aim at, the mean over the futures, which all of them have.
        """
        if answer.risk is None:
            return float(answer.figures["objective"])
        return answer.risk.mean if self.varies_aim else answer.risk.value

    @cached_property
    def varies_aim(self) -> bool:
        """True where points differ in what their plans aim at over the futures."""
        return any(path.text.startswith("risk.") for path in self.paths)

    @cached_property
    def measures(self) -> set[str]:
        """What the plans aim at over their futures: measures of `[risk]`; empty without any."""
        return {its.risk.measure for its in self.answers if its.risk is not None}

    def extremes(self) -> tuple[int, int] | None:
        """The points with the best and the worst plan; the first of several. None without plans."""
        if not self.planned:
            return None
        sign = -1.0 if self.case.settings.plan.goal.maximises else 1.0
        ranked = sorted(self.planned, key=lambda place: sign * self.objective(place))
        worst = self.objective(ranked[-1])
        return ranked[0], next(p for p in self.planned if self.objective(p) == worst)

    def moved(self, place: int) -> int | None:
        """Segments with another tier or level than in the plan of the case as it stands."""
        mine, usual = self.answers[place].choice, self.base.choice
        if mine is None or usual is None:
            return None
        levels, those = self.answers[place].levels, self.base.levels
        differs = mine != usual
        if levels is not None and those is not None:
            differs = differs | ((mine == self._no_tier) & (np.abs(levels - those) >= A_LEVEL))
        return int(np.count_nonzero(differs))

    @property
    def _no_tier(self) -> int:
        """What stands in place of the tier of a segment that has a level."""
        return len(self.case.tiers)

    @property
    def has_levels(self) -> bool:
        """True where segments have a level in place of a tier."""
        return any(self.answers[place].levels is not None for place in self.planned)

    def effects(self) -> list[Effect]:
        """What each input moves by itself, the largest swing first; inputs with one value not."""
        found = []
        for column, path in enumerate(self.paths):
            groups = self._groups(column)
            if len(groups) > 1:
                means = [float(np.mean([self.objective(p) for p in its])) for its in groups]
                low, high = (self.cells[its][column] for its in (groups[0][0], groups[-1][-1]))
                swing = max(means) - min(means)
                found.append(Effect(path, low, high, means[0], means[-1], swing))
        return sorted(found, key=lambda effect: -effect.swing)

    def _groups(self, column: int) -> list[list[int]]:
        """Points with a plan by rising value of an input; many values in a few equal parts."""
        by_value: dict[Cell, list[int]] = {}
        for place in self.planned:
            by_value.setdefault(self.cells[place][column], []).append(place)
        ordered = sorted(by_value, key=_order)
        if len(ordered) <= FEW_VALUES:
            return [by_value[value] for value in ordered]
        places = [place for value in ordered for place in by_value[value]]
        return [part.tolist() for part in np.array_split(np.array(places), BINS)]

    def shifts(self) -> list[Shift]:
        """Segments that change their tier, those that do at most points first."""
        if not self.planned:
            return []
        plans = self.plans[self.planned]
        usual = self.base.choice
        against = plans[0] if usual is None else usual
        changing = np.flatnonzero((plans != plans[0]).any(axis=0) | (plans[0] != against))
        found = []
        for segment in changing.tolist():
            counts = Counter(plans[:, segment].tolist()).most_common()
            elsewhere = int(np.count_nonzero(plans[:, segment] != against[segment]))
            own = None if usual is None else int(usual[segment])
            found.append(Shift(segment, own, tuple(counts), elsewhere))
        return sorted(found, key=lambda shift: -shift.elsewhere)

    def level_shifts(self) -> list[LevelShift]:
        """Segments that change a level of their own, those that do at most points first."""
        if not self.planned or not self.has_levels:
            return []
        each = [self.answers[place] for place in self.planned]
        levels = np.array([answer.levels for answer in each])
        own = (self.plans[self.planned] == self._no_tier).all(axis=0)
        usual = self.base.levels
        against = levels[0] if usual is None else usual
        apart = np.abs(levels - against) >= A_LEVEL
        found = [
            LevelShift(
                segment,
                None if usual is None else float(usual[segment]),
                float(levels[:, segment].min()),
                float(levels[:, segment].max()),
                int(np.count_nonzero(apart[:, segment])),
            )
            for segment in np.flatnonzero(own & apart.any(axis=0)).tolist()
        ]
        return sorted(found, key=lambda shift: -shift.elsewhere)


def _order(value: Cell) -> tuple[int, float, str]:
    if value is None or isinstance(value, str):
        factor = factor_of(value or "")
        return (0, factor, "") if factor is not None else (1, 0.0, value or "")
    return (0, float(value), "")


def factor_of(text: str) -> float | None:
    """The number of `0.8x`, None for any other text."""
    try:
        return float(text.removesuffix("x")) if text.endswith("x") else None
    except ValueError:
        return None


def _cell(changer: Changer, point: Point, path: Path) -> Cell:
    """The value of one number, the amount of many as it was given.

    None where rows keep texts of their own, which no single amount says.
    """
    amount = dict(point.overrides).get(path.text)
    if amount is None:
        amount = changer.unchanged(path)
    if amount is None:
        return None
    amount = changer.plain(path, amount)
    value = amount.value
    if amount.is_factor or isinstance(value, bool) or not isinstance(value, float | int):
        return str(amount)
    return float(value)


def paths_of(
    case: PlanningCase, points: Sequence[Point], order: Sequence[Path] = ()
) -> tuple[Path, ...]:
    """All that vary, those of `order` first, then in the order in which the points name them."""
    changer = Changer(case)
    named = dict.fromkeys(text for point in points for text, _ in point.overrides)
    first = [path.text for path in order if path.text in named]
    return tuple(changer.path(text) for text in dict.fromkeys((*first, *named)))
