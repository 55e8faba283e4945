"""Where labels go so that they hide nothing: the best of a few places around a point."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

HEIGHT = 12.0
"""Of a line of text, in px."""
NARROW, WIDE = 6.0, 10.0
"""Px that a sign takes at most on average: a Latin one, a Chinese one."""
HIDES_LINE, HIDES_LABEL, OUTSIDE = 3.0, 8.0, 20.0
PREFERRED = 0.25
"""What each place further down the list of places counts."""

Point = tuple[float, float]


def text_width(text: str) -> float:
    """Px that a text takes, rather too many than too few."""
    return sum(WIDE if unicodedata.east_asian_width(sign) in "WF" else NARROW for sign in text)


@dataclass(frozen=True)
class Spot:
    """Where a label goes, from its point: px to the right and downwards, and its alignment."""

    dx: float
    dy: float
    align: str


AROUND = (
    Spot(9, -8, "left"),
    Spot(-9, -8, "right"),
    Spot(9, 10, "left"),
    Spot(-9, 10, "right"),
    Spot(0, -14, "center"),
    Spot(0, 16, "center"),
    Spot(11, 0, "left"),
    Spot(-11, 0, "right"),
    Spot(0, -26, "center"),
    Spot(0, 28, "center"),
    Spot(14, -22, "left"),
    Spot(-14, -22, "right"),
    Spot(14, 24, "left"),
    Spot(-14, 24, "right"),
)


@dataclass(frozen=True)
class Box:
    """A rectangle in px, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """True where both share some of the plane."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def within(self, other: Box) -> bool:
        """True where no part of it lies outside of the other."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )

    def is_crossed_by(self, begin: Point, end: Point) -> bool:
        """True where a line goes through it (Liang and Barsky, 1984)."""
        (x, y), (x2, y2) = begin, end
        first, last = 0.0, 1.0
        for change, low, high in (
            (x2 - x, self.left - x, self.right - x),
            (y2 - y, self.top - y, self.bottom - y),
        ):
            if change == 0:
                if low > 0 or high < 0:
                    return False
                continue
            near, far = sorted((low / change, high / change))
            first, last = max(first, near), min(last, far)
        return first <= last


@dataclass
class Labels:
    """The labels of one plot of `width` x `height` px: each is put where it hides least.

    `lines` are the lines that are drawn, each a run of points in px; `taken` are boxes that no
    label may lie on, to which every label is added.
    """

    width: float
    height: float
    lines: Sequence[Sequence[Point]] = ()
    taken: list[Box] = field(default_factory=list)

    def put(self, at: Point, text: str, spots: Sequence[Spot] = AROUND) -> Spot:
        """The best of some spots for a label of a point; its place is taken from then on."""
        frame = Box(0, 0, self.width, self.height)
        wide = text_width(text)

        def cost(place: int) -> float:
            box = _box(at, wide, spots[place])
            crossed = sum(box.is_crossed_by(a, b) for line in self.lines for a, b in pairwise(line))
            hidden = sum(box.overlaps(other) for other in self.taken)
            return (
                PREFERRED * place
                + HIDES_LINE * min(crossed, 4)
                + HIDES_LABEL * hidden
                + OUTSIDE * (not box.within(frame))
            )

        chosen = spots[min(range(len(spots)), key=cost)]
        self.taken.append(_box(at, wide, chosen))
        return chosen

    def block(self, at: Point, around: float) -> None:
        """Keep labels off a point."""
        x, y = at
        self.taken.append(Box(x - around, y - around, x + around, y + around))


def _box(at: Point, wide: float, spot: Spot) -> Box:
    x, y = at[0] + spot.dx, at[1] + spot.dy
    left = {"left": x, "right": x - wide, "center": x - wide / 2}[spot.align]
    return Box(left, y - HEIGHT / 2, left + wide, y + HEIGHT / 2)
