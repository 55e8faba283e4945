"""A plan that the user brings: a table of segment and tier, CSV, Parquet or workbook."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from slopt.case.case import PlanningCase
from slopt.case.columns import CellError, read_text, suggest
from slopt.case.raw import RawTable
from slopt.case.read import read_table
from slopt.case.schema import PLAN
from slopt.errors import InvalidInput, Problem
from slopt.problem.choice import Choice


def read_plan(case: PlanningCase, path: Path) -> Choice:
    """The tier of every segment from a file with the columns segment and tier, others ignored.

    Raises InvalidInput with every problem: unknown segments and tiers, segments twice or missing.
    """
    if not path.is_file():
        raise InvalidInput(
            [
                Problem(
                    "There is no such file.",
                    "Name one with the columns segment and tier.",
                    file=path.name,
                )
            ]
        )
    table, problems = read_table(path, PLAN)
    if table is None or problems:
        raise InvalidInput(problems)
    columns = _columns(table, problems)
    choice = np.full(len(case.segments), -1, dtype=np.int64)
    if columns:
        _fill(case, table, columns, choice, problems)
    if not problems:
        problems += [
            table.problem(
                f'The segment "{case.segments[s]}" has no row.',
                "Add its tier.",
                column="segment",
                value=case.segments[s],
            )
            for s in np.flatnonzero(choice < 0)
        ]
    if problems:
        raise InvalidInput(problems)
    return choice


def _columns(table: RawTable, problems: list[Problem]) -> dict[str, int]:
    """Where segment and tier stand; empty where one of them is missing or stands twice."""
    places: dict[str, int] = {}
    for place, title in enumerate(table.header):
        column = PLAN.find(title)
        if column is None:
            continue
        if column.name in places:
            problems.append(
                table.problem(
                    f'The column "{column.name}" stands here twice.', "Keep one of them.", row=1
                )
            )
        places.setdefault(column.name, place)
    problems += [
        table.problem(f'There is no column "{column.name}".', "Add it.", row=1)
        for column in PLAN.columns
        if column.name not in places
    ]
    return {} if problems else places


def _fill(
    case: PlanningCase,
    table: RawTable,
    columns: dict[str, int],
    choice: Choice,
    problems: list[Problem],
) -> None:
    known = {
        "segment": {name: i for i, name in enumerate(case.segments)},
        "tier": {name: i for i, name in enumerate(case.tiers)},
    }
    first: dict[int, int] = {}
    for index, row in enumerate(table.rows):
        place: dict[str, int] = {}
        for name, at in known.items():
            cell = table.columns[columns[name]][index]
            try:
                text = read_text(cell)
            except CellError as error:
                problems.append(table.problem(error.message, error.remedy, row, name, cell))
                continue
            if text in at:
                place[name] = at[text]
            else:
                problems.append(
                    table.problem(
                        f'"{text}" is not a {name} of this case.',
                        suggest(text, list(at), "Known are"),
                        row,
                        name,
                        cell,
                    )
                )
        if len(place) < len(known):
            continue
        segment = place["segment"]
        if segment in first:
            problems.append(
                table.problem(
                    f'"{case.segments[segment]}" stands in row {first[segment]} too.',
                    "Each segment has one tier.",
                    row,
                    "segment",
                    case.segments[segment],
                )
            )
        first.setdefault(segment, row)
        choice[segment] = place["tier"]
