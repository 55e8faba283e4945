"""A plan that the user brings: a table of segment and tier, CSV, Parquet or workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.columns import suggest
from slopt.case.few import flagged
from slopt.case.plan_sheet import read_plan_sheet
from slopt.case.raw import RawTable
from slopt.case.read import WORKBOOKS, read_table
from slopt.case.schema import PLAN
from slopt.case.texts import Texts
from slopt.case.typed import typed_column
from slopt.errors import InvalidInput, Problem
from slopt.plan.rows import LEVEL
from slopt.problem.choice import Choice
from slopt.sayings import later, listed, say


def read_plan(case: PlanningCase, path: Path) -> Choice:
    """The tier of every segment from a file with the columns segment and tier, others ignored.

    Raises InvalidInput with every problem: unknown segments and tiers, segments twice or missing.
    """
    brought = read_choice(case, path, np.array([], dtype=np.int64))
    if brought.problems:
        raise InvalidInput(brought.problems)
    return brought.choice


@dataclass(frozen=True, eq=False)
class Brought:
    """A plan as it stands in a file: by segment the position of its tier, (S,), and of its row.

    Where a segment chooses a level its tier is one more than the last. Both are -1 where nothing
    that is known stands there; `problems` says why.
    """

    choice: Choice
    row: NDArray[np.int64]
    table: RawTable
    problems: list[Problem]


def read_choice(case: PlanningCase, path: Path, leveled: NDArray[np.int64]) -> Brought:
    """The rows of a plan; those of the segments at the positions `leveled` say `level` for a tier.

    Raises InvalidInput where the file is no table.
    """
    if not path.is_file():
        raise InvalidInput(
            [
                Problem(
                    say("There is no such file."),
                    say("Name one with the columns segment and tier."),
                    file=path.name,
                )
            ]
        )
    if path.suffix.casefold() in WORKBOOKS:
        table, problems = read_plan_sheet(path, case.settings.words)
    else:
        table, problems = read_table(path, PLAN)
    if table is None or problems:
        raise InvalidInput(problems)
    if not table.places:
        _find_columns(table, problems)
    choice, row = np.full((2, len(case.segments)), -1, dtype=np.int64)
    if not problems:
        _fill(case, table, leveled, choice, row, problems)
    if not problems:
        problems += flagged(
            choice < 0,
            lambda s: table.problem(
                say('The segment "{segment}" has no row.', segment=case.segments[s]),
                say("Add its tier."),
                column="segment",
                value=case.segments[s],
            ),
        )
    return Brought(choice, row, table, problems)


def _find_columns(table: RawTable, problems: list[Problem]) -> None:
    """Where segment and tier stand; problems where one of them is missing or stands twice."""
    for place, title in enumerate(table.header):
        column = PLAN.find(title)
        if column is None:
            continue
        if column.name in table.places:
            problems.append(
                table.problem(
                    say('The column "{column}" stands here twice.', column=column.name),
                    say("Keep one of them."),
                    row=1,
                )
            )
        table.places.setdefault(column.name, place)
    problems += [
        table.problem(
            say('There is no column "{column}".', column=column.name), say("Add it."), row=1
        )
        for column in PLAN.columns
        if column.name not in table.places
    ]


def _fill(
    case: PlanningCase,
    table: RawTable,
    leveled: NDArray[np.int64],
    choice: Choice,
    row: NDArray[np.int64],
    problems: list[Problem],
) -> None:
    segment = _places(case.segments, "segment", table, problems)
    words = (*case.tiers, LEVEL) if len(leveled) else case.tiers
    tier = _places(Texts.of(words), "tier", table, problems)
    rows = np.flatnonzero((segment >= 0) & (tier >= 0))
    segment, tier = segment[rows], tier[rows]
    first = np.full(len(case.segments), len(rows))
    np.minimum.at(first, segment, np.arange(len(rows)))
    choice[segment[::-1]] = tier[::-1]
    row[segment[::-1]] = rows[::-1]
    problems += _mistaken(case, table, leveled, choice, row)

    def describe(index: int) -> Problem:
        name = case.segments[segment[index]]
        return table.problem(
            say(
                '"{name}" stands in row {row} too.',
                name=name,
                row=table.rows[rows[first[segment[index]]]],
            ),
            say("Each segment has one tier."),
            table.rows[rows[index]],
            "segment",
            name,
        )

    problems += flagged(first[segment] != np.arange(len(rows)), describe)
    problems.sort(key=lambda problem: problem.row or 0)


def _mistaken(
    case: PlanningCase,
    table: RawTable,
    leveled: NDArray[np.int64],
    choice: Choice,
    row: NDArray[np.int64],
) -> Iterator[Problem]:
    """Tiers of segments that choose a level, and levels of segments that have a tier."""
    level = len(case.tiers)
    has_level = np.isin(np.arange(len(choice)), leveled)

    def tier_of_level(s: int) -> Problem:
        return table.problem(
            say(
                '"{segment}" chooses a service level, and has the tier "{tier}" here.',
                segment=case.segments[s],
                tier=case.tiers[choice[s]],
            ),
            say("Write level for the tier, and its level under service_level."),
            table.rows[row[s]],
            "tier",
        )

    def level_of_tier(s: int) -> Problem:
        return table.problem(
            say('"{segment}" has a tier in this case, and no level.', segment=case.segments[s]),
            say("Known are: {known}.", known=listed(case.tiers)),
            table.rows[row[s]],
            "tier",
        )

    yield from flagged(has_level & (choice >= 0) & (choice != level), tier_of_level)
    yield from flagged(~has_level & (choice == level), level_of_tier)


def _places(known: Texts, name: str, table: RawTable, problems: list[Problem]) -> NDArray[np.int64]:
    """By row of the table: the position of its segment or tier in the case, -1 for none."""
    texts = typed_column(PLAN.column(name), table, problems)
    assert isinstance(texts, Texts)
    place = texts.places_in(known)

    def describe(index: int) -> Problem:
        return table.problem(
            say('"{text}" is not a {name} of this case.', text=texts[index], name=name),
            suggest(texts[index], known, later("Known are: {known}.")),
            table.rows[index],
            name,
            table.columns[table.places[name]][index],
        )

    problems += flagged((place < 0) & texts.is_filled, describe)
    return place
