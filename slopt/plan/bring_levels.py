"""The service levels in a plan that the user brings, for segments that have no tier."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.columns import folded
from slopt.case.few import flagged
from slopt.case.level_rows import choosing_levels
from slopt.case.plan_sheet import LEVEL
from slopt.case.raw import RawTable
from slopt.case.typed import typed_column
from slopt.economics.levels.source import LevelSource
from slopt.errors import InvalidInput, Problem
from slopt.plan.bring import read_choice
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.generated.joining import with_offers
from slopt.problem.generated.merging import chained
from slopt.sayings import say

Numbers = NDArray[np.float64]
COLUMN = replace(LEVEL, required=False)
ROUNDING = 1e-9
"""Levels that are out of range by no more are at the end of the range: files are rounded."""


def read_plan_with_levels(
    case: PlanningCase, problem: ChoiceProblem, path: Path
) -> tuple[ChoiceProblem, Choice]:
    """A plan whose segments have a tier, or the tier `level` and a service_level.

    Returns the problem with those levels among its offers, and the choice (S,). Raises InvalidInput
    with every problem, such as levels that are missing or outside of floor and ceiling.
    """
    leveled = choosing_levels(case)
    brought = read_choice(case, path, leveled)
    table, row, problems = brought.table, brought.row, brought.problems
    unread: list[Problem] = []
    levels = np.append(_levels(table, unread), np.nan)[row[leveled]]  # blank for no row, -1
    told = {problem.row for problem in unread}
    stands = np.array(
        [at >= 0 and table.rows[at] not in told for at in row[leveled].tolist()], dtype=np.bool_
    )
    problems += unread
    segments = case.table("segments")
    low, high = segments.numbers("min_level")[leveled], segments.numbers("max_level")[leveled]

    def problem_at(place: int, said: str, remedy: str) -> Problem:
        at = int(row[leveled[place]])
        return table.problem(said, remedy, table.rows[at], COLUMN.name)

    def missing(place: int) -> Problem:
        name = case.segments[leveled[place]]
        return problem_at(
            place,
            say('"{segment}" chooses a service level, and none stands here.', segment=name),
            say("Give its level between 0 and 1."),
        )

    def outside(place: int) -> Problem:
        return problem_at(
            place,
            say(
                'The level {level} of "{segment}" is not between its min_level {low} and its '
                "max_level {high}.",
                level=f"{levels[place]:g}",
                segment=case.segments[leveled[place]],
                low=f"{low[place]:g}",
                high=f"{high[place]:g}",
            ),
            say("Take a level between them, or change them in segments."),
        )

    if COLUMN.name in table.places:
        problems += flagged(stands & np.isnan(levels), missing)
        is_outside = (levels < low - ROUNDING) | (levels > high + ROUNDING)
        problems += flagged(stands & is_outside, outside)
    if problems:
        raise InvalidInput(problems)
    return _with_levels(problem, brought.choice, leveled, np.clip(levels, low, high))


def _levels(table: RawTable, problems: list[Problem]) -> Numbers:
    """The service level in every row of the file, NaN where it is blank."""
    place = table.places.get(COLUMN.name)
    if place is None:
        heads = enumerate(table.header)
        place = next((at for at, title in heads if folded(title) in COLUMN.headings), None)
    if place is None:
        problems.append(
            table.problem(
                say('There is no column "{column}".', column=COLUMN.name), say("Add it."), row=1
            )
        )
        return np.full(len(table.rows), np.nan)
    table.places[COLUMN.name] = place
    return np.asarray(typed_column(COLUMN, table, problems), dtype=np.float64)


def _with_levels(
    problem: ChoiceProblem, choice: Choice, leveled: NDArray[np.int64], levels: Numbers
) -> tuple[ChoiceProblem, Choice]:
    assert problem.generated is not None
    offers = []
    for made in problem.generated.made:
        new = made.offers
        if isinstance(made.source, LevelSource):
            own = levels[np.searchsorted(leveled, made.rows)]
            new = chained(new, [made.source.at(own[:, None])])
            choice[made.rows] = problem.menu_size + new.service_level.shape[1] - 1
        offers.append(new)
    return with_offers(problem, offers), choice
