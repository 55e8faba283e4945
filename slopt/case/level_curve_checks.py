"""Checks of what levels cost and lose: terms have what their shape needs, points make a curve."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.columns import plainly
from slopt.case.cost_checks import at
from slopt.case.few import flagged
from slopt.case.level_rows import LevelPoints, choosing_levels, level_points, level_terms
from slopt.case.raw import RawCase
from slopt.case.schema import ANY, USE_PREFIX
from slopt.errors import Problem, Severity
from slopt.sayings import listed, say
from slopt.vocabulary import LOSSES, LevelShape

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]

PARAMETERS = {
    LevelShape.FIXED: (),
    LevelShape.LINEAR: (),
    LevelShape.POWER: ("exponent",),
    LevelShape.SATURATING: ("exponent",),
    LevelShape.NINES: (),
    LevelShape.LOGISTIC: ("steepness", "middle"),
}
"""The parameters that a shape uses."""
ENDLESS = (LevelShape.SATURATING, LevelShape.NINES)
"""Shapes that grow without end towards level 1."""
RATES = ("per_customer", "per_order", "per_segment")
RISING = ("cost_per_customer", "cost_per_order", "service_cost")
"""Columns of points that must not fall with the level; losses must not rise."""
WHOLE = ("service_cost", *LOSSES)
"""Columns of points that are of one whole segment."""


def check_level_curves(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Every problem of the tables level_costs and level_curves."""
    if "level_costs" in case.tables:
        yield from _parameters(case, raw)
        yield from _endless(case, raw)
    if "level_curves" in case.tables:
        points = level_points(case, choosing_levels(case))
        for check in (_columns, _neighbours, _holes, _ranges):
            yield from check(case, raw, points)


def _parameters(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    table, source = case.table("level_costs"), raw.tables["level_costs"]
    shapes = table.texts("shape")
    for shape, taken in PARAMETERS.items():
        its = shapes.is_in([shape])
        for column in ("exponent", "steepness", "middle"):
            values = table.numbers(column)
            if column not in taken:
                yield from flagged(
                    its & ~np.isnan(values),
                    at(
                        source,
                        table,
                        column,
                        say(
                            "{column} has no effect: a term of shape {shape} does not use it.",
                            column=column,
                            shape=shape,
                        ),
                        say("Clear it, or choose another shape."),
                        Severity.WARNING,
                    ),
                )
                continue
            missing = np.isnan(values) & (column != "exponent")
            yield from flagged(
                its & (missing | ((values == 0) & (column != "middle"))),
                at(
                    source,
                    table,
                    column,
                    say("A term of shape {shape} needs {column}.", shape=shape, column=column)
                    if column == "middle"
                    else say(
                        "A term of shape {shape} needs {column} above 0.",
                        shape=shape,
                        column=column,
                    ),
                    say("Write it, or choose another shape."),
                ),
            )
    nothing = ~np.any([table.numbers(name) > 0 for name in RATES], axis=0)
    common = table.texts("segment").is_in([ANY])
    replaced = np.zeros(len(table), dtype=np.bool_)
    terms = table.texts("term")
    replaced[~common] = terms.is_in([terms[row] for row in np.flatnonzero(common)])[~common]
    nothing &= ~replaced
    yield from flagged(
        nothing,
        at(
            source,
            table,
            "term",
            say("The term has no amount, so that it costs nothing."),
            say("Write one of {known}.", known=listed(RATES)),
            Severity.WARNING,
        ),
    )


def _endless(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Terms without end for segments that may choose level 1; each row is told once."""
    table, source = case.table("level_costs"), raw.tables["level_costs"]
    segments = choosing_levels(case)
    ceiling = case.table("segments").numbers("max_level")[segments]
    endless = np.append(table.texts("shape").is_in(ENDLESS), False)
    wrong: dict[int, int] = {}
    for term in level_terms(case, segments):
        for place in np.flatnonzero(endless[term.rows] & (ceiling >= 1)).tolist():
            wrong.setdefault(int(term.rows[place]), place)
    mask = np.zeros(len(table), dtype=np.bool_)
    mask[list(wrong)] = True

    def describe(row: int) -> Problem:
        return source.problem(
            say(
                'The term "{term}" grows without end towards level 1, and "{segment}" may choose '
                "{level}.",
                term=table.texts("term")[row],
                segment=case.segments[int(segments[wrong[row]])],
                level=plainly(float(ceiling[wrong[row]])),
            ),
            say("Give the segment a max_level below 1, or choose another shape."),
            table.rows[row],
            "shape",
            table.texts("shape")[row],
        )

    yield from flagged(mask, describe)


def _heights(points: LevelPoints) -> dict[str, Numbers]:
    """The columns of points that hold figures, by name."""
    figures = {name: points.table.numbers(name) for name in (*RISING, *LOSSES)}
    uses = points.table.use_columns
    return {**figures, **{USE_PREFIX + name: values for name, values in uses.items()}}


def _columns(case: PlanningCase, raw: RawCase, points: LevelPoints) -> Iterator[Problem]:
    """Points without figures, and figures of a whole segment that are said of all."""
    table, source = points.table, raw.tables["level_curves"]
    heights = _heights(points)
    blank = np.all([np.isnan(values) for values in heights.values()], axis=0)
    yield from flagged(
        blank,
        at(
            source,
            table,
            "point",
            say("The point has no figures."),
            say("Write a cost, a loss or a use in its row."),
        ),
    )
    common = table.texts("segment").is_in([ANY])
    for column, values in heights.items():
        if column in WHOLE or column.startswith(USE_PREFIX):
            yield from flagged(
                common & ~np.isnan(values),
                at(
                    source,
                    table,
                    column,
                    say("This figure is of a whole segment and cannot be that of all segments."),
                    say("Name the segment; what all have alike goes by customer or by order."),
                ),
            )


def _neighbours(case: PlanningCase, raw: RawCase, points: LevelPoints) -> Iterator[Problem]:
    """Two points at one level, cost that falls and loss that rises from a point to the next."""
    table, source = points.table, raw.tables["level_curves"]
    left = np.concatenate([[], *(rows[:-1] for rows in points.rows)]).astype(np.int64)
    right = np.concatenate([[], *(rows[1:] for rows in points.rows)]).astype(np.int64)
    level = table.numbers("level")
    before = np.full(len(table), -1)
    before[right] = left

    def mask(wrong: Mask) -> Mask:
        marked = np.zeros(len(table), dtype=np.bool_)
        marked[right[wrong]] = True
        return marked

    yield from flagged(
        mask(level[left] == level[right]),
        at(
            source,
            table,
            "level",
            say("The curve has two points at this level."),
            say("Keep one of them."),
        ),
    )
    for columns, sign in ((RISING, 1.0), (LOSSES, -1.0)):
        for column in columns:
            values = table.numbers(column)

            def describe(
                row: int, column: str = column, sign: float = sign, values: Numbers = values
            ) -> Problem:
                places = {
                    "column": column,
                    "first": plainly(float(values[before[row]])),
                    "level": plainly(float(level[before[row]])),
                    "last": plainly(float(values[row])),
                    "next": plainly(float(level[row])),
                    "segment": table.texts("segment")[row],
                }
                return source.problem(
                    say(
                        '{column} of "{segment}" falls with better service: from {first} at level '
                        "{level} to {last} at {next}.",
                        **places,
                    )
                    if sign > 0
                    else say(
                        '{column} of "{segment}" rises with better service: from {first} at level '
                        "{level} to {last} at {next}.",
                        **places,
                    ),
                    say("Correct the point, or leave out what is only noise."),
                    table.rows[row],
                    column,
                    float(values[row]),
                )

            falls = sign * (values[right] - values[left]) < 0
            yield from flagged(mask(falls & (level[left] < level[right])), describe)


def _holes(case: PlanningCase, raw: RawCase, points: LevelPoints) -> Iterator[Problem]:
    """Columns that some points of a curve have and others have not, and lonely points."""
    table, source = points.table, raw.tables["level_curves"]
    lonely = np.zeros(len(table), dtype=np.bool_)
    for rows in points.rows:
        lonely[rows] = len(rows) < 2
    yield from flagged(
        lonely,
        at(
            source,
            table,
            "level",
            say("A curve takes two points or more."),
            say("Add a row with another level."),
        ),
    )
    for column, values in _heights(points).items():
        holes = np.zeros(len(table), dtype=np.bool_)
        for rows in points.rows:
            missing = np.isnan(values[rows])
            holes[rows[missing]] = not missing.all()
        yield from flagged(
            holes,
            at(
                source,
                table,
                column,
                say(
                    "Other points of this curve have {column}, and this one has none.",
                    column=column,
                ),
                say("Fill it in all points of the curve, or in none."),
            ),
        )


def _ranges(case: PlanningCase, raw: RawCase, points: LevelPoints) -> Iterator[Problem]:
    """Levels that may be chosen and that no points reach."""
    table, segments = case.table("segments"), choosing_levels(case)
    if not points.rows:
        return
    level = points.table.numbers("level")
    ends = np.array([(level[rows[0]], level[rows[-1]]) for rows in points.rows])
    whole = np.array([len(rows) > 1 for rows in points.rows])
    curve = np.where(whole[points.curve], points.curve, -1)
    for column, end in (("min_level", 0), ("max_level", 1)):
        wanted = table.numbers(column)[segments]
        known = ends[curve, end]
        outside = (wanted < known) if end == 0 else (wanted > known)
        places = np.flatnonzero(outside & (curve >= 0))
        which = dict(zip(segments[places].tolist(), places.tolist(), strict=True))
        mask = np.zeros(len(table), dtype=np.bool_)
        mask[list(which)] = True

        def describe(row: int, column: str = column, which: dict[int, int] = which) -> Problem:
            first, last = ends[curve[which[row]]]
            return raw.tables["segments"].problem(
                say(
                    'The points of "{segment}" in level_curves reach from level {first} to {last} '
                    "only.",
                    segment=case.segments[row],
                    first=plainly(float(first)),
                    last=plainly(float(last)),
                ),
                say("Choose levels within them, or add a point."),
                table.rows[row],
                column,
                float(table.numbers(column)[row]),
            )

        yield from flagged(mask, describe)
