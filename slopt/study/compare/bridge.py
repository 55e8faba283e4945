"""The money from A to B in steps that add up exactly, to the last bit of a float.

First the tiers of A are kept while the inputs of B are taken over, one cause after the other;
then the segments move. Every figure is put on a grid of binary fractions, on which differences and
sums of floats are exact in any order. The grid is some 10^-14 of the totals wide, so that no
figure changes by anything that is ever shown.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from slopt.errors import InvalidInput
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.evaluate import Evaluation, evaluate
from slopt.study.compare.attribution import Causes
from slopt.study.compare.causes import Cause
from slopt.study.compare.mixture import Mixture, with_segments
from slopt.study.compare.side import Side
from slopt.vocabulary import LOSSES

PARTS = ("service_cost", *LOSSES, "lost_unsplit")
"""What the total cost is the sum of."""
BITS = 52
"""Of the grid: one fewer than a float has."""
ROOM = 64
"""The grid is made for sums so much larger than the largest figure of A and B."""
NOISE = 1e-11
"""Shares of the largest sum below this are the rounding of sums in another order."""


class StepKind(StrEnum):
    """What a step of the bridge is."""

    GONE = "gone"
    NEW = "new"
    INPUTS = "inputs"
    MOVES = "moves"
    SHARED = "shared"
    OTHER = "other"


@dataclass(frozen=True)
class Money:
    """Service cost and lost sales, and what the latter are made of; all on one grid."""

    service_cost: float = 0.0
    lost_orders: float = 0.0
    lost_customers: float = 0.0
    lost_prospects: float = 0.0
    lost_unsplit: float = 0.0

    @property
    def lost_sales(self) -> float:
        """The sum of the kinds."""
        return self.lost_orders + self.lost_customers + self.lost_prospects + self.lost_unsplit

    @property
    def total_cost(self) -> float:
        """Service cost and lost sales."""
        return self.service_cost + self.lost_sales

    def __add__(self, other: Money) -> Money:
        return Money(*(getattr(self, part) + getattr(other, part) for part in PARTS))

    def __sub__(self, other: Money) -> Money:
        return Money(*(getattr(self, part) - getattr(other, part) for part in PARTS))

    @property
    def is_nothing(self) -> bool:
        """True where every part is 0."""
        return all(getattr(self, part) == 0 for part in PARTS)


@dataclass(frozen=True)
class Step:
    """One step: what it is, because of what, how many segments it is about, and its money."""

    kind: StepKind
    causes: Causes
    money: Money
    segments: int = 0


@dataclass(frozen=True, eq=False)
class Bridge:
    """`start` and the money of all steps add up to `end`, exactly, part by part.

    `moved` is what each move changes by itself, by segment of both sides; it adds up to the steps
    of kind moves. Those of new and gone segments are their own money, all that is theirs alone.
    """

    start: Money
    steps: tuple[Step, ...]
    end: Money
    moved: Mapping[int, Money]


class Grid:
    """Binary fractions on which sums up to `largest` are exact."""

    def __init__(self, largest: float) -> None:
        self.step = math.ldexp(1.0, math.frexp(max(largest, 1e-300))[1] - BITS)

    def __call__(self, value: float) -> float:
        """The nearest number on the grid."""
        return round(value / self.step) * self.step

    def money(self, evaluation: Evaluation) -> Money:
        """The totals of a plan on the grid."""
        return Money(*(self(getattr(evaluation, part)) for part in PARTS))

    def each(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The nearest numbers on the grid."""
        return np.asarray(np.round(values / self.step) * self.step)


NOTHING = Money()


def bridge(
    mixture: Mixture, a: Side, b: Side, causes: Sequence[Cause], because: Sequence[Causes]
) -> Bridge:
    """The bridge from A to B; `causes` are those that differ, `because` why each segment moved."""
    sides = (a.evaluation, b.evaluation)
    largest = max(abs(getattr(side, part)) for side in sides for part in PARTS)
    while True:
        found = _Builder(mixture, a, b, largest).build(causes, because)
        reach = max((abs(getattr(s.money, p)) for s in found.steps for p in PARTS), default=0.0)
        if reach * max(len(found.steps), len(PARTS)) <= ROOM * largest:
            return found
        largest = max(2 * largest, reach)


class _Builder:
    """The steps, one after the other. `largest` is the size of the figures."""

    def __init__(self, mixture: Mixture, a: Side, b: Side, largest: float) -> None:
        self.mixture, self.a, self.b = mixture, a, b
        self.grid, self.noise = Grid(ROOM * largest), NOISE * largest
        self.start, self.end = (self.grid.money(side.evaluation) for side in (a, b))
        self.from_a = mixture.choice_of(a.case, a.choice)
        self.to_b = mixture.choice_of(b.case, b.choice)
        self.common = mixture.in_a & mixture.in_b
        self.kept = np.where(mixture.in_a, self.from_a, self.to_b)
        self.now = self.start
        self.steps: list[Step] = []
        self.moved: dict[int, Money] = {}

    def build(self, causes: Sequence[Cause], because: Sequence[Causes]) -> Bridge:
        taken: tuple[Cause, ...] = ()
        if Cause.SEGMENTS in causes:
            taken = (Cause.SEGMENTS,)
            self._segments()
        waiting: Causes = ()
        for cause in causes:
            if cause is Cause.SEGMENTS:
                continue
            taken, waiting = (*taken, cause), (*waiting, cause)
            money = self._at(taken, self.mixture.in_b, self.kept)
            if money is not None:
                self._add(StepKind.INPUTS, waiting, money)
                waiting = ()
        try:
            self._moves(self.mixture.problem(taken), because)
        except InvalidInput:
            self._moves_at_their_own_inputs(because)
        return Bridge(self.start, tuple(self.steps), self.end, self.moved)

    def _segments(self) -> None:
        """Segments that went, then those that came, at the inputs of A."""
        gone = self.mixture.in_a & ~self.mixture.in_b
        new = self.mixture.in_b & ~self.mixture.in_a
        for kind, its, here in (
            (StepKind.GONE, gone, self.common),
            (StepKind.NEW, new, self.mixture.in_b),
        ):
            money = self._at((Cause.SEGMENTS,), here, self.kept) if its.any() else None
            if money is not None:
                self._add(kind, (Cause.SEGMENTS,), money, int(its.sum()))

    def _at(self, taken: Causes, here: NDArray[np.bool_], choice: Choice) -> Money | None:
        """The money of a choice under the inputs taken over; None where these make no sense."""
        if not here.any():
            return NOTHING
        try:
            problem = with_segments(self.mixture.problem(taken), here)
        except InvalidInput:
            return None
        return self.grid.money(evaluate(problem, choice[here]))

    def _add(self, kind: StepKind, causes: Causes, then: Money, segments: int = 0) -> None:
        self.steps.append(Step(kind, causes, then - self.now, segments))
        self.now = then

    def _moves(self, problem: ChoiceProblem, because: Sequence[Causes]) -> None:
        """What the moves change, by their causes; then what no segment has alone."""
        rows = np.flatnonzero(self.common & (self.from_a != self.to_b))
        changes = [
            self.grid.each(getattr(problem, part)[rows, self.to_b[rows]])
            - self.grid.each(getattr(problem, part)[rows, self.from_a[rows]])
            for part in PARTS
        ]
        self.moved = {
            s: Money(*its)
            for s, its in zip(
                rows.tolist(), zip(*(c.tolist() for c in changes), strict=True), strict=True
            )
        }
        after = NOTHING
        if self.mixture.in_b.any():
            its = with_segments(problem, self.mixture.in_b)
            after = self.grid.money(evaluate(its, self.to_b[self.mixture.in_b]))
        if self._is_noise(self.end - after):
            after = self.end
        self._round_off(after - self.now - sum(self.moved.values(), NOTHING))
        self._add_moves(because)
        for kind, then in ((StepKind.SHARED, after), (StepKind.OTHER, self.end)):
            if not (then - self.now).is_nothing:
                self._add(kind, (), then)

    def _moves_at_their_own_inputs(self, because: Sequence[Causes]) -> None:
        """Where what A has cannot be priced at the inputs of B: each side at its own."""
        for s in np.flatnonzero(self.common & (self.from_a != self.to_b)).tolist():
            money = self._own(self.b, s) - self._own(self.a, s)
            self.moved[s] = money
        self._add_moves(because)
        self._add(StepKind.OTHER, (), self.end)

    def _own(self, side: Side, segment: int) -> Money:
        row = self.mixture.row_in(side.case, segment)
        its = row, side.choice[row]
        return Money(*(self.grid(float(getattr(side.problem, part)[its])) for part in PARTS))

    def _add_moves(self, because: Sequence[Causes]) -> None:
        for causes, its_moves in self._by_causes(because).items():
            money = sum((self.moved[s] for s in its_moves), NOTHING)
            self._add(StepKind.MOVES, causes, self.now + money, len(its_moves))

    def _by_causes(self, because: Sequence[Causes]) -> dict[Causes, list[int]]:
        """The segments that move, by their causes, in the order of these."""
        order, found = list(Cause), dict[Causes, list[int]]()
        for s in self.moved:
            found.setdefault(because[s], []).append(s)
        return dict(sorted(found.items(), key=lambda its: [order.index(c) for c in its[0]]))

    def _round_off(self, left: Money) -> None:
        """What the rounding of sums in another order leaves goes to the largest part there is."""
        if left.is_nothing or not self._is_noise(left):
            return
        if self.moved:
            largest = max(self.moved, key=lambda s: abs(self.moved[s].total_cost))
            self.moved[largest] += left
        elif self.steps:
            last = self.steps[-1]
            self.steps[-1] = replace(last, money=last.money + left)
            self.now += left
        else:
            self.end = self.start

    def _is_noise(self, money: Money) -> bool:
        return all(abs(getattr(money, part)) <= self.noise for part in PARTS)
