"""The two charts as SVG: colours come from the page's style, so that dark and light need one text.

Every text is escaped here. Places are in units of the view box, which is about CSS pixels.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from slopt.app.labels import END_GAP, LINE, Labels, cut_name, text_at, width_of

WIDTH, HEIGHT = 380.0, 290.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 368.0, 14.0, 246.0
MOST_DOTS = 60
SHORTEST = 0.12
"""Of the width: a line of equal total that is shorter is not drawn."""
MEET = 8.0
"""Marks nearer than this stand on each other; the knee gives way."""


@dataclass(frozen=True)
class Scale:
    """From values to places; rising values may fall on the page."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The place of a value."""
        share = (value - self.low) / ((self.high - self.low) or 1.0)
        return self.start + share * (self.end - self.start)

    def ticks(self, most: int) -> list[float]:
        """Round values within the scale."""
        step = round_step(self.high - self.low, most)
        first = math.ceil(self.low / step - 1e-9)
        return [k * step for k in range(first, math.floor(self.high / step + 1e-9) + 1)]


def round_step(span: float, most: int) -> float:
    """A round step that leaves at most so many ticks in a span."""
    if not span > 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(span / most))
    return next(m * power for m in (1, 2, 5, 10, 20) if span / (m * power) <= most)


def decimals_of(step: float) -> int:
    """Decimals that a tick of this step needs."""
    return max(0, -math.floor(math.log10(step) + 1e-9))


def scale_of(values: Iterable[float], start: float, end: float, zero: bool = False) -> Scale:
    """A scale with some room at both ends, from zero on if asked."""
    known = list(values)
    low, high = (0.0 if zero else min(known)), max(known)
    room = 0.06 * ((high - low) or abs(high) or 1.0)
    return Scale(low if zero else low - room, high + room, start, end)


@dataclass(frozen=True)
class Named:
    """A plan on a chart; kind is plan, today, saved or knee."""

    kind: str
    label: str
    x: float
    y: float


def _line(x1: float, y1: float, x2: float, y2: float, css: str) -> str:
    return f'<line class="{css}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _path(points: Sequence[tuple[float, float]], css: str) -> str:
    joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline class="{css}" points="{joined}"/>'


def _dots(points: Sequence[tuple[float, float]], css: str) -> str:
    if len(points) > MOST_DOTS:
        return ""
    return "".join(f'<circle class="{css}" cx="{x:.1f}" cy="{y:.1f}" r="2"/>' for x, y in points)


def mark(kind: str, x: float, y: float) -> str:
    """The plan: a filled disc; today: a hollow circle; saved: dashed; the knee: a diamond."""
    if kind == "knee":
        return f'<path class="mark knee" d="M{x:.1f} {y - 5:.1f}l5 5l-5 5l-5 -5z"/>'
    radius = 5.5 if kind == "plan" else 4.5
    return f'<circle class="mark {kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius}"/>'


def _svg(inside: Iterable[str], title: str, extra: str = "") -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" role="group" aria-label="{escape(title)}"'
        f"{extra}>{''.join(inside)}</svg>"
    )


@dataclass(frozen=True)
class BudgetLine:
    """The budget on the frontier, which can be moved: in the unit of the chart, and in words."""

    value: float
    label: str
    name: str
    low: float
    high: float
    size: float


def frontier_svg(
    points: Sequence[tuple[float, float]],
    marks: Sequence[Named],
    budget: BudgetLine | None,
    names: tuple[str, str],
    total_label: str,
    title: str,
) -> str:
    """Booked cost across, expected lost sales up, with lines of equal total.

    `total_label` has the place {amount}. All amounts are in one unit of money.
    """
    across = [x for x, _ in points] + [m.x for m in marks]
    if budget is not None and min(across) <= budget.value <= max(across) + 0.3 * abs(max(across)):
        across.append(budget.value)
    x = scale_of(across, LEFT, RIGHT)
    y = scale_of([y for _, y in points] + [m.y for m in marks], BOTTOM, TOP)
    drawn = [*_axis_below(x, names[0], BOTTOM), *_axis_left(y, names[1])]
    drawn += [_line(*ends, "equal") for ends, _ in _equal_totals(x, y)]
    labels = Labels(LEFT + 2, WIDTH)
    plan = next((at for at in marks if at.kind == "plan"), None)
    if plan is not None:
        marks = [
            at
            for at in marks
            if at.kind != "knee" or math.hypot(x(at.x) - x(plan.x), y(at.y) - y(plan.y)) > MEET
        ]
    placed = [(x(a), y(b)) for a, b in points]
    drawn += [_path(placed, "curve total"), _dots(placed, "dot")]
    labels.pass_by(placed)
    for at in marks:
        labels.keep_clear(x(at.x), y(at.y))
    if budget is not None:
        drawn.append(_budget(budget, x, labels))
    for kind in ("knee", "saved", "today", "plan"):
        drawn += [mark(at.kind, x(at.x), y(at.y)) for at in marks if at.kind == kind]
    for kind in ("plan", "today", "saved", "knee"):
        drawn += [labels.place(m.label, x(m.x), y(m.y), m.kind) for m in marks if m.kind == kind]
    for ends, amount in _equal_totals(x, y):
        drawn.append(labels.beside(total_label.format(amount=amount), ends[2] - 3, ends[3] - 5))
    extra = f' data-low="{x.low}" data-high="{x.high}" data-left="{LEFT}" data-right="{RIGHT}"'
    if budget is not None:
        extra += f' data-size="{budget.size}" class="movable"'
    return _svg(drawn, title, extra)


def _budget(budget: BudgetLine, x: Scale, labels: Labels) -> str:
    at = min(max(x(budget.value), LEFT), RIGHT)
    side = "end" if at > (LEFT + RIGHT) / 2 else "start"
    reach = -width_of(budget.label) - 5 if side == "end" else width_of(budget.label) + 5
    labels.take(min(at, at + reach), TOP - 4, max(at, at + reach), TOP + 11)
    labels.take(at - 1, TOP, at + 1, BOTTOM)
    return (
        f'<g id="budget-line" class="budget" role="slider" tabindex="0" '
        f'aria-label="{escape(budget.name)}" aria-valuemin="{budget.low:.12g}" '
        f'aria-valuemax="{budget.high:.12g}" aria-valuenow="{budget.value * budget.size:.12g}" '
        f'aria-valuetext="{escape(budget.label)}">'
        f'<rect class="grab" x="{at - 12:.1f}" y="{TOP}" width="24" height="{BOTTOM - TOP}"/>'
        + _line(at, TOP, at, BOTTOM, "rule")
        + text_at(budget.label, at + (-5 if side == "end" else 5), TOP + 8, "label second", side)
        + "</g>"
    )


def _axis_below(x: Scale, name: str, y: float) -> list[str]:
    ticks = x.ticks(6)
    digits = decimals_of(round_step(x.high - x.low, 6))
    drawn = [_line(LEFT, y, RIGHT, y, "axis")]
    drawn += [text_at(f"{tick:,.{digits}f}", x(tick), y + 15, "tick", "middle") for tick in ticks]
    return [*drawn, text_at(name, (LEFT + RIGHT) / 2, y + 34, "tick", "middle")]


def _axis_left(y: Scale, name: str, most: int = 5) -> list[str]:
    digits = decimals_of(round_step(y.high - y.low, most))
    drawn = []
    for tick in y.ticks(most):
        drawn.append(_line(LEFT, y(tick), RIGHT, y(tick), "grid"))
        drawn.append(text_at(f"{tick:,.{digits}f}", LEFT - 6, y(tick) + 4, "tick", "end"))
    middle = (y.start + y.end) / 2
    if name:
        drawn.append(
            f'<text class="tick" transform="translate(11 {middle:.1f}) rotate(-90)" '
            f'text-anchor="middle">{escape(name)}</text>'
        )
    return drawn


def _equal_totals(x: Scale, y: Scale) -> list[tuple[tuple[float, float, float, float], str]]:
    """Lines of equal total that are long enough to be seen, and their totals."""
    low, high = x.low + y.low, x.high + y.high
    step = round_step(high - low, 6)
    digits = decimals_of(step)
    found = []
    for k in range(math.ceil(low / step), math.floor(high / step) + 1):
        total = k * step
        left, right = max(x.low, total - y.high), min(x.high, total - y.low)
        if right - left >= SHORTEST * (x.high - x.low):
            ends = (x(left), y(total - left), x(right), y(total - right))
            found.append((ends, f"{total:,.{digits}f}"))
    return found


def level_svg(
    points: Sequence[tuple[float, float, float]],
    marks: Sequence[Named],
    near: tuple[float, float] | None,
    names: tuple[str, str, str, str],
    title: str,
) -> str:
    """Total by level on its own scale above, its two parts from zero below.

    points: level in percent, booked, expected. names: level, total, booked, expected.
    """
    ends_wide = max(width_of(cut_name(name)) for name in names[1:])
    right = WIDTH - ends_wide - END_GAP
    x = scale_of([p[0] for p in points] + [m.x for m in marks], LEFT, right)
    upper = scale_of([p[1] + p[2] for p in points] + [m.y for m in marks], 140, TOP + 6)
    lower = scale_of([max(p[1], p[2]) for p in points], BOTTOM, 158, zero=True)
    drawn = [*_axis_below(x, names[0], BOTTOM), *_axis_left(upper, ""), *_axis_left(lower, "", 3)]
    if near is not None:
        width = max(x(near[1]) - x(near[0]), 2)
        drawn.insert(0, f'<rect class="near" x="{x(near[0]):.1f}" y="{TOP}" width="{width:.1f}" '
                        f'height="{BOTTOM - TOP}"/>')  # fmt: skip
    total = [(x(p[0]), upper(p[1] + p[2])) for p in points]
    booked = [(x(p[0]), lower(p[1])) for p in points]
    expected = [(x(p[0]), lower(p[2])) for p in points]
    drawn += [_path(expected, "curve expected"), _path(booked, "curve booked")]
    drawn += [_path(total, "curve total"), _dots(total, "dot")]
    labels = Labels(LEFT + 2, WIDTH)
    for curve in (total, booked, expected):
        labels.pass_by(curve)
    at = total[-1][0] + END_GAP, total[-1][1] + 4
    labels.take(at[0], at[1] - LINE, at[0] + width_of(cut_name(names[1])), at[1] + 3)
    drawn.append(text_at(cut_name(names[1]), *at, "label plan"))
    ends = sorted([(booked[-1][1], names[2], "booked"), (expected[-1][1], names[3], "expected")])
    apart = max(0.0, 13 - (ends[1][0] - ends[0][0])) / 2
    for (low, name, css), shift in zip(ends, (-apart, apart), strict=True):
        place = total[-1][0] + END_GAP, low + 4 + shift
        drawn.append(text_at(cut_name(name), *place, f"label {css}"))
    for each in marks:
        labels.keep_clear(x(each.x), upper(each.y))
    for each in marks:
        drawn.append(mark(each.kind, x(each.x), upper(each.y)))
        drawn.append(labels.place(each.label, x(each.x), upper(each.y), each.kind))
    return _svg(drawn, title)
