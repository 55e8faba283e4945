"""Two plans with levels, stock rooms or desks side by side, each thing at the inputs of its side.

What such a plan gives to whom was made for its own inputs and cannot be priced at those of the
other side. So nothing is said of which input moved whom: the bridge has what those who move change,
what others change because their inputs do, what came and went, and what nobody has alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from slopt.problem.generated.columns import Part
from slopt.study.compare.attribution import Attribution
from slopt.study.compare.binding import limits_on_both_sides
from slopt.study.compare.bridge import (
    NOISE,
    NOTHING,
    PARTS,
    ROOM,
    Bridge,
    Grid,
    Money,
    Step,
    StepKind,
)
from slopt.study.compare.causes import Cause
from slopt.study.compare.changes import changes_between
from slopt.study.compare.comparison import Comparison, SegmentMove, causes_of, require_one_money
from slopt.study.compare.side import Side

SAME_LEVEL = 5e-4
"""Levels nearer to each other are called the same: they are shown to a tenth of a percent."""


def compare_joint(a: Side, b: Side) -> Comparison:
    """A and B side by side. Raises UsageError as `compare_sides` does."""
    require_one_money(a, b)
    changes = changes_between(a.case, b.case)
    causes = causes_of(changes)
    largest = max(abs(getattr(s.evaluation, part)) for s in (a, b) for part in PARTS)
    grid = Grid(ROOM * largest)
    start, end = grid.money(a.evaluation), grid.money(b.evaluation)
    rows_a, rows_b = _rows(a), _rows(b)
    moves: list[SegmentMove] = []
    gone: list[Money] = []
    new: list[Money] = []
    stayed = moved = NOTHING
    for name in dict.fromkeys((*rows_a, *rows_b)):
        before, after = rows_a.get(name), rows_b.get(name)
        if before is None or after is None:
            side, row = (b, after) if before is None else (a, before)
            assert row is not None
            its = _own(grid, side, row)
            (new if before is None else gone).append(its)
            words = _offer(side, row)
            move = SegmentMove(name, None, words, (Cause.SEGMENTS,), its)
            if before is not None:
                move = SegmentMove(name, words, None, (Cause.SEGMENTS,), NOTHING - its)
            moves.append(move)
            continue
        change = _own(grid, b, after) - _own(grid, a, before)
        if _is_same(a, before, b, after):
            stayed += change
        else:
            moved += change
            moves.append(SegmentMove(name, _offer(a, before), _offer(b, after), (), change))
    steps = [
        Step(StepKind.GONE, (Cause.SEGMENTS,), NOTHING - _sum(gone), len(gone)),
        Step(StepKind.NEW, (Cause.SEGMENTS,), _sum(new), len(new)),
        Step(StepKind.INPUTS, causes, stayed),
        Step(StepKind.MOVES, (), moved, sum(not move.causes for move in moves)),
    ]
    left = end - sum((step.money for step in steps), start)
    if all(abs(getattr(left, part)) <= NOISE * largest for part in PARTS):
        end -= left  # the rounding of sums in another order
    else:
        steps.append(Step(StepKind.SHARED, (), left))
    room = max(a.gap or 0.0, b.gap or 0.0)
    return Comparison(
        a,
        b,
        tuple(changes),
        tuple(moves),
        Bridge(start, tuple(step for step in steps if not step.money.is_nothing), end, {}),
        limits_on_both_sides(a, b),
        Attribution((), (), 0, True, room),
        len(set(rows_a) & set(rows_b) & {*a.problem.segments[: a.problem.segment_count]}),
    )


def _rows(side: Side) -> dict[str, int]:
    return {str(name): row for row, name in enumerate(side.problem.segments)}


def _own(grid: Grid, side: Side, row: int) -> Money:
    """What a row costs and loses by itself on its side."""
    its = row, int(side.choice[row])
    return Money(*(grid(float(getattr(side.problem, part)[its])) for part in PARTS))


def _sum(amounts: Iterable[Money]) -> Money:
    return sum(amounts, NOTHING)


def _is_same(a: Side, before: int, b: Side, after: int) -> bool:
    kinds = a.problem.part_of_row(before), b.problem.part_of_row(after)
    if kinds == (Part.LEVEL, Part.LEVEL):
        return abs(_level(a, before) - _level(b, after)) < SAME_LEVEL
    return kinds[0] is kinds[1] and _offer(a, before) == _offer(b, after)


def _level(side: Side, row: int) -> float:
    return float(side.problem.service_level[row, int(side.choice[row])])


def _offer(side: Side, row: int) -> str:
    """Its tier, its level in percent, or what a room or a desk does."""
    if side.problem.part_of_row(row) is Part.LEVEL:
        return f"{100 * _level(side, row):.1f} %"
    return side.problem.offer_name(row, int(side.choice[row]))
