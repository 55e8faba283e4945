"""The small tables of a case in partitions, read once and checked against all partitions."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from slopt.case.case import PlanningCase
from slopt.case.columns import Cell, is_blank, show
from slopt.case.load import interpret
from slopt.case.raw import RawCase, RawTable
from slopt.case.read import IN_PARTS, read
from slopt.case.schema import ANY, SCHEMAS
from slopt.errors import InvalidInput, Problem, Severity

STAND_IN = "(no segment)"
"""Id of the row that stands for a group, or for all segments where none is named."""


def words_named(raw: RawCase) -> frozenset[str]:
    """The segments and groups that the small tables name."""
    return frozenset(_words(raw))


def _words(raw: RawCase) -> Iterator[str]:
    for name, table in raw.tables.items():
        if name in IN_PARTS:
            continue
        for title, cells in zip(table.header, table.columns, strict=True):
            column = SCHEMAS[name].find(title)
            if column is not None and column.name in ("segment", "other"):
                words = {show(cell).strip() for cell in cells if not is_blank(cell)}
                yield from words - {ANY}


def read_shared(
    folder: Path, overrides: dict[str, str], ids: Collection[str], groups: Collection[str]
) -> tuple[PlanningCase, list[Problem]]:
    """The case without any segments, and warnings; `ids` and `groups` are those named that exist.

    Raises InvalidInput with every problem of the settings and the small tables.
    """
    raw = read(folder, part="")
    raw.tables["segments"] = _stand_in(ids, groups)
    reading = interpret(raw, overrides)
    problems = [problem for problem in reading.problems if not _is_about_segments(problem)]
    if reading.case is None:
        raise InvalidInput(problems)
    tables = {name: its for name, its in reading.case.tables.items() if name not in IN_PARTS}
    return reading.case.replace(tables=tables), problems


def _stand_in(ids: Collection[str], groups: Collection[str]) -> RawTable:
    """A table of segments that has every one, and every group, that the small tables name."""
    rows: list[list[Cell]] = [[name, 1.0, ""] for name in sorted(ids)]
    rows += [[f"{STAND_IN} {group}", 1.0, group] for group in sorted(groups)]
    rows = rows or [[STAND_IN, 1.0, ""]]
    header = ["segment", "customers", "group"]
    columns: list[list[Cell]] = [list(column) for column in zip(*rows, strict=True)]
    return RawTable("segments", "segments.parquet", header, range(2, len(rows) + 2), [*columns])


def _is_about_segments(problem: Problem) -> bool:
    """True for what the stand-in cannot know: what the partitions themselves are checked for."""
    if problem.severity is Severity.ERROR and problem.table not in IN_PARTS:
        return False
    return problem.table in IN_PARTS or problem.column == "limits.max_changes"
