"""Switch points: the values of an input at which the best plan becomes another one.

The range is solved at a few places first. Between two of them whose best plans differ, the place
where both plans are worth the same is found by bisection, which takes no solver: any plan can be
evaluated anywhere. The best plans on both sides of it are then solved. If they are these two, the
switch is proven; if a third plan is better there, the two parts are searched in the same way
(Eisner and Severance 1976, Journal of the ACM 23(4), for plans whose value is linear in the input).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from slopt.problem.choice import Choice
from slopt.study.sensitivity.futures import Futures
from slopt.study.sensitivity.inputs import Input
from slopt.study.sensitivity.move import Place

STEPS = 4
"""Parts of the way from today to each end, at whose edges the best plan is solved beforehand."""
TOLERANCE, TOLERANCE_OF_LARGE = 1e-6, 1e-4
"""The two sides of a switch are apart by this share of the input's range."""
MOST, MOST_OF_LARGE = 400, 80
"""Places solved for one input, of small problems and of others, which may have a switch for every
segment. What is found up to the nearest place that was not searched is told."""
AT_ONCE, AT_ONCE_OF_LARGE = 4, 1
"""Crossings looked at together on each side of today, the nearest first."""


@dataclass(frozen=True, eq=False)
class Side:
    """The best plan at one side of a switch; no choice where there is no plan.

    loss: its value, the other side's plan's value there: `other`, infinite where that breaks a
    limit. bound: what no plan can be better than. All of them less is better, None if unknown.
    """

    where: float
    choice: Choice | None
    loss: float | None
    other: float | None
    bound: float | None
    is_proven: bool


@dataclass(frozen=True, eq=False)
class Switch:
    """The best plan is another one on its two sides, the lower value of the input first.

    moved: the segments that have another tier, none where there is a plan on one side only.
    """

    below: Side
    above: Side

    @property
    def is_proven(self) -> bool:
        """True where the plans of both sides are."""
        return self.below.is_proven and self.above.is_proven

    @property
    def moved(self) -> tuple[int, ...]:
        """Segments whose tier differs."""
        if self.below.choice is None or self.above.choice is None:
            return ()
        return tuple(np.flatnonzero(self.below.choice != self.above.choice).tolist())


@dataclass(frozen=True, eq=False)
class Switches:
    """All switches of one input that were found, by rising value.

    ties: places that were solved at which another plan was as good as the one told, within the
    gap. reach: from where to where all was searched; less than the range where there were too many
    switches.
    """

    input: Input
    found: tuple[Switch, ...]
    ties: int
    reach: tuple[float, float]
    plan: Choice

    @property
    def is_complete(self) -> bool:
        """True where the whole range was searched."""
        return self.reach == (self.input.low, self.input.high)

    @property
    def turns(self) -> bool:
        """True where another plan is the best somewhere in the range."""
        return bool(self.found) or not self.is_complete

    @property
    def down(self) -> Switch | None:
        """The first switch below today's value."""
        below = [switch for switch in self.found if switch.above.where <= self.input.today]
        return below[-1] if below else None

    @property
    def up(self) -> Switch | None:
        """The first switch above today's value."""
        above = [switch for switch in self.found if switch.below.where >= self.input.today]
        return above[0] if above else None

    def of(self, segment: int) -> tuple[Switch | None, Switch | None]:
        """The first switches below and above today at which a segment leaves its planned tier."""
        planned = self.plan[segment]

        def leaves(side: Side) -> bool:
            return side.choice is not None and side.choice[segment] != planned

        below = [s for s in self.found if s.above.where <= self.input.today and leaves(s.below)]
        above = [s for s in self.found if s.below.where >= self.input.today and leaves(s.above)]
        return (below[-1] if below else None, above[0] if above else None)


@dataclass(eq=False)
class _Gap:
    """Two neighbouring places with different best plans, as numbers in `plans`; -1 is no plan."""

    low: float
    high: float
    below: int
    above: int


@dataclass(eq=False)
class _Search:
    """What is known of one input while it is searched."""

    futures: Futures
    number: int
    plans: list[Choice]
    labels: dict[float, int] = field(default_factory=dict)
    gaps: list[_Gap] = field(default_factory=list)
    found: list[Switch] = field(default_factory=list)
    tried: list[tuple[_Gap, tuple[float, float]]] = field(default_factory=list)
    ties: int = 0

    @property
    def input(self) -> Input:
        return self.futures.inputs[self.number]

    @property
    def goes_on(self) -> bool:
        """True while there is something to search, and places left to solve."""
        most = MOST if self.futures.is_small else MOST_OF_LARGE
        return bool(self.gaps) and len(self.labels) < most

    @property
    def reach(self) -> tuple[float, float]:
        """How far on both sides of today nothing is left to search."""
        one = self.input
        below = [gap.high for gap in self.gaps if gap.low < one.today]
        above = [gap.low for gap in self.gaps if gap.low >= one.today]
        return max([one.low, *below]), min([one.high, *above])

    @property
    def width(self) -> float:
        """How far apart the sides of a switch are."""
        one = self.input
        if one.is_whole:
            return 1.0
        share = TOLERANCE if self.futures.is_small else TOLERANCE_OF_LARGE
        return share * (one.high - one.low)

    def place(self, where: float) -> Place:
        return self.futures.at(self.number, where)

    def grid(self) -> list[float]:
        """Places solved beforehand, from low to high."""
        one = self.input
        parts = [
            np.linspace(one.low, one.today, STEPS + 1),
            np.linspace(one.today, one.high, STEPS + 1),
        ]
        places = np.concatenate(parts)
        return sorted(set((np.round(places) if one.is_whole else places).tolist()))

    def label(self, where: float, first: Sequence[int]) -> int:
        """The best plan at a solved place; of plans as good, the first of those in this order."""
        place = self.place(where)
        best = self.futures.best([place])[0]
        least = self.futures.least(place)
        if not np.isfinite(least):
            return self._set(where, -1)
        room = self.futures.room(place)
        others = [number for number in range(len(self.plans)) if number not in first]
        for number in [*(n for n in first if n >= 0), *others]:
            if self.futures.loss(self.plans[number], place) <= least + room:
                same = best.choice is None or np.array_equal(best.choice, self.plans[number])
                self.ties += not same
                return self._set(where, number)
        assert best.choice is not None
        self.plans.append(best.choice)
        return self._set(where, len(self.plans) - 1)

    def _set(self, where: float, number: int) -> int:
        self.labels[where] = number
        return number

    def begin(self) -> None:
        """Labels of the grid, from today outwards, and the gaps between them."""
        one = self.input
        places = self.grid()
        for side in (
            [where for where in places if where >= one.today],
            [where for where in reversed(places) if where <= one.today],
        ):
            last = 0
            for where in side:
                last = self.label(where, [last, 0])
        self._add(places)

    def _add(self, places: Sequence[float]) -> None:
        """The gaps between these neighbours; those narrow enough are switches."""
        for low, high in pairwise(sorted(set(places))):
            below, above = self.labels[low], self.labels[high]
            if below == above:
                continue
            if high - low <= self.width * (1 + 1e-6):
                self.found.append(Switch(self._side(low, above), self._side(high, below)))
            else:
                self.gaps.append(_Gap(low, high, below, above))

    def ask(self) -> list[Place]:
        """The places to solve next: the two sides of every crossing."""
        today = self.input.today
        above = sorted((g for g in self.gaps if g.low >= today), key=lambda gap: gap.low)
        below = sorted((g for g in self.gaps if g.low < today), key=lambda gap: -gap.high)
        count = AT_ONCE if self.futures.is_small else AT_ONCE_OF_LARGE
        nearest = [*below[:count], *above[:count]]
        self.gaps = [*below[count:], *above[count:]]
        self.tried = [(gap, self._crossing(gap)) for gap in nearest]
        return [self.place(where) for _, sides in self.tried for where in sides]

    def take(self) -> None:
        """Label what was solved, and go on with what is left of the gaps."""
        for gap, (low, high) in self.tried:
            if low not in self.labels:
                self.label(low, [gap.below, gap.above])
            if high not in self.labels:
                self.label(high, [gap.above, gap.below])
            self._add([gap.low, low, high, gap.high])

    def _crossing(self, gap: _Gap) -> tuple[float, float]:
        """Two places as near as a switch is wide: the plan above wins at the second, not the first.

        The middle of the gap where the plans do not cross within it, and of large problems, which
        have so many plans that the next crossing is seldom one of the best.
        """
        low, high = gap.low, gap.high
        if not self.futures.is_small or self._wins(gap, low) or not self._wins(gap, high):
            middle = self._rounded((low + high) / 2)
            return (middle, middle) if low < middle < high else (low, high)
        while high - low > self.width * (1 + 1e-6):
            middle = self._rounded((low + high) / 2)
            if not low < middle < high:
                break
            if self._wins(gap, middle):
                high = middle
            else:
                low = middle
        return low, high

    def _rounded(self, where: float) -> float:
        return float(np.floor(where)) if self.input.is_whole else where

    def _wins(self, gap: _Gap, where: float) -> bool:
        """True where the plan above is better than the one below; no plan beats a broken one."""
        return self._rank(gap.above, where) < self._rank(gap.below, where)

    def _rank(self, number: int, where: float) -> tuple[int, float]:
        if number < 0:
            return (1, 0.0)
        loss = self.futures.loss(self.plans[number], self.place(where))
        return (0, loss) if np.isfinite(loss) else (2, 0.0)

    def _side(self, where: float, other: int) -> Side:
        place, label = self.place(where), self.labels[where]
        best = self.futures.best([place])[0]
        bound = None if best.bound is None else self.futures.sense * best.bound
        beside = None if other < 0 else self.futures.loss(self.plans[other], place)
        if label < 0:
            return Side(where, None, None, beside, bound, best.is_proven)
        plan = self.plans[label]
        return Side(where, plan, self.futures.loss(plan, place), beside, bound, best.is_proven)


def switch_points(futures: Futures) -> list[Switches]:
    """The switches of every input, all others as today."""
    searches = [_Search(futures, number, [futures.plan]) for number in range(len(futures.inputs))]
    futures.best([search.place(where) for search in searches for where in search.grid()])
    for search in searches:
        search.begin()
    while waiting := [search for search in searches if search.goes_on]:
        futures.best([place for search in waiting for place in search.ask()])
        for search in waiting:
            search.take()
    return [_result(search) for search in searches]


def _result(search: _Search) -> Switches:
    least, most = search.reach
    found = [s for s in search.found if least <= s.below.where and s.above.where <= most]
    found.sort(key=lambda switch: switch.below.where)
    return Switches(search.input, tuple(found), search.ties, (least, most), search.futures.plan)
