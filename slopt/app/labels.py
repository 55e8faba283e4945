"""Texts on a chart: how wide they are, and where they cover nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from itertools import pairwise

BESIDE = ((9, -6), (9, 14), (-9, 14), (-9, -6), (9, -20), (-9, 28), (9, 28), (-9, -20))
"""Where the name of a mark may stand, from the best place on."""
LETTER, WIDE_LETTER, LINE = 6.0, 11.5, 12.0
STRIDE = 6.0
"""Between places of a curve that texts go out of the way of."""
END_GAP, LONGEST_END = 7.0, 100.0
"""From the end of a curve to its name, and the room for that."""

Box = tuple[float, float, float, float]


class Labels:
    """Puts texts beside marks where they cover no other text, and no curve if that can be.

    `left` and `right` are the ends of the place for them.
    """

    def __init__(self, left: float, right: float) -> None:
        self._left, self._right = left, right
        self._taken: list[Box] = []
        self._curves: list[Box] = []

    def place(self, text: str, x: float, y: float, css: str = "") -> str:
        """The text near a mark."""
        width = width_of(text)
        free = []
        for dx, dy in BESIDE:
            left = x + dx if dx > 0 else x + dx - width
            box = (left, y + dy - LINE, left + width, y + dy + 3)
            if box[0] < self._left or box[2] > self._right or box[1] < 0:
                continue
            if not any(_overlap(box, other) for other in self._taken):
                free.append((dx, dy, box))
        if not free:
            return ""
        dx, dy, box = next(
            (each for each in free if not any(_overlap(each[2], c) for c in self._curves)), free[0]
        )
        self._taken.append(box)
        side = "start" if dx > 0 else "end"
        return text_at(text, x + dx, y + dy, f"label {css}", side)

    def beside(self, text: str, x: float, y: float) -> str:
        """A faint text that ends at a place, left out where it would cover another."""
        box = (x - width_of(text), y - LINE, x, y + 3)
        if any(_overlap(box, other) for other in self._taken):
            return ""
        self._taken.append(box)
        return text_at(text, x, y, "label faint", "end")

    def keep_clear(self, x: float, y: float, radius: float = 7.0) -> None:
        """Nothing is written over this place."""
        self.take(x - radius, y - radius, x + radius, y + radius)

    def pass_by(self, points: Sequence[tuple[float, float]]) -> None:
        """A curve through these places."""
        for (x1, y1), (x2, y2) in pairwise(points):
            steps = max(1, math.ceil(max(abs(x2 - x1), abs(y2 - y1)) / STRIDE))
            for step in range(steps + 1):
                x, y = x1 + (x2 - x1) * step / steps, y1 + (y2 - y1) * step / steps
                self._curves.append((x - 1, y - 1, x + 1, y + 1))

    def take(self, left: float, top: float, right: float, bottom: float) -> None:
        """Something else stands there."""
        self._taken.append((left, top, right, bottom))


def cut_name(name: str) -> str:
    """A name that leaves room for the curve that it stands beside."""
    while width_of(name) > LONGEST_END:
        name = name.removesuffix("…")[:-1] + "…"
    return name


def width_of(text: str) -> float:
    """About how wide a text is."""
    return sum(WIDE_LETTER if ord(sign) > 0x2E80 else LETTER for sign in text)


def _overlap(a: Sequence[float], b: Sequence[float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def text_at(text: str, x: float, y: float, css: str, anchor: str = "start") -> str:
    """The SVG of a text."""
    return (
        f'<text class="{css}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
    )
