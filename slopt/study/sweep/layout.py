"""Which points a sweep has: all combinations, lists side by side, or the rows of a table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path as File

from slopt.case.amounts import Amount, Interval, amount_of, amounts_of, interval_of
from slopt.case.case import PlanningCase
from slopt.case.changes import require_apart
from slopt.case.columns import Cell, is_blank, show
from slopt.case.paths import Path, path_of
from slopt.case.set_words import halves
from slopt.errors import InvalidInput, Problem, UsageError
from slopt.sayings import listed, say
from slopt.study.sweep.point import Point

MOST = 1_000_000
"""Points of one sweep; more is a slip."""
NO_INPUTS = ("case.name", "case.currency", "case.source", "case.language", "words.")
"""Settings that say how to speak of a plan, and do not make it."""


def varied(case: PlanningCase, words: Sequence[str]) -> list[tuple[Path, str]]:
    """`PATH=VALUES` words -> paths, and values as text. Raises UsageError."""
    found = []
    for word in words:
        text, sign, values = halves(word)
        if not sign and "[" in word:
            path_of(case, word)  # which says what is wrong with its brackets
        if not sign:
            raise UsageError(
                say(
                    "--vary {word}: write PATH=VALUES, such as limits.budget=0.8x:1.2x:9.",
                    word=word,
                )
            )
        found.append((_input_of(case, text), values))
    paths = [path for path, _ in found]
    for place, path in enumerate(paths):
        if path in paths[:place]:
            raise UsageError(
                say("--vary {path} is given twice. Write all its values in one.", path=path.text)
            )
    require_apart(paths)
    return found


def _input_of(case: PlanningCase, text: str) -> Path:
    """The path of a text. Raises UsageError for a setting that no plan depends on."""
    path = path_of(case, text)
    if path.is_setting and path.text.startswith(NO_INPUTS):
        raise UsageError(
            say(
                "{path} is a word for readers: no plan depends on it, so that it cannot vary.",
                path=path.text,
            )
        )
    return path


def grid_points(values: Mapping[Path, Sequence[Amount]]) -> list[Point]:
    """Every combination; the last path changes fastest."""
    count = math.prod(map(len, values.values()))
    if count > MOST:
        raise UsageError(
            say(
                "That makes {count} points. {most} are the most; use --sample.",
                count=f"{count:,}",
                most=f"{MOST:,}",
            )
        )
    return [
        Point(tuple(zip((p.text for p in values), row, strict=True)))
        for row in product(*values.values())
    ]


def zipped_points(values: Mapping[Path, Sequence[Amount]]) -> list[Point]:
    """The first values of all paths, the second ones, and so on."""
    lengths = {path.text: len(amounts) for path, amounts in values.items()}
    if len(set(lengths.values())) > 1:
        told = listed(
            say("{text} has {count}", text=text, count=count) for text, count in lengths.items()
        )
        raise UsageError(say("--zip takes lists of the same length: {told}.", told=told))
    return [
        Point(tuple(zip((p.text for p in values), row, strict=True)))
        for row in zip(*values.values(), strict=True)
    ]


def amounts_by_path(words: Sequence[tuple[Path, str]]) -> dict[Path, tuple[Amount, ...]]:
    """The amounts of every path."""
    return {path: amounts_of(path, text) for path, text in words}


def intervals_by_path(words: Sequence[tuple[Path, str]]) -> dict[Path, Interval]:
    """The range of every path, to draw from."""
    return {path: interval_of(path, text) for path, text in words}


def table_points(case: PlanningCase, file: File) -> tuple[list[Path], list[Point]]:
    """The headings of a CSV, Parquet or xlsx table, which are paths, and a point for each row.

    A blank cell leaves what the case has. Raises InvalidInput with every cell that makes no sense.
    """
    from slopt.study.sweep.points_file import rows_of_file

    header, rows = rows_of_file(file)
    paths = [_input_of(case, title) for title in header]
    for place, path in enumerate(paths):
        if path in paths[:place]:
            raise UsageError(
                say("{file}: {path} stands twice in the header.", file=file.name, path=path.text)
            )
    require_apart(paths)
    points, problems = [], []
    for number, row in rows:
        its: dict[Path, Amount] = {}
        for path, cell in zip(paths, row, strict=True):
            try:
                if not is_blank(cell):
                    its[path] = _amount(path, cell)
            except UsageError as error:
                _, _, message = str(error).partition(": ")
                problems.append(
                    Problem(
                        message, "", file=file.name, row=number, column=path.text, value=show(cell)
                    )
                )
        points.append(Point.of(its))
    if problems:
        raise InvalidInput(problems)
    if not points:
        raise UsageError(say("{file} has no rows below its header.", file=file.name))
    return paths, points


def points_of_rows(
    case: PlanningCase, texts: Sequence[str], rows: Sequence[Mapping[str, Cell]]
) -> tuple[list[Path], list[Point]]:
    """The paths of a sweep and its points, from rows as they were written; UsageError if none."""
    paths = [_input_of(case, text) for text in texts]
    return paths, [
        Point.of({p: _amount(p, row[p.text]) for p in paths if not is_blank(row[p.text])})
        for row in rows
    ]


def _amount(path: Path, cell: Cell) -> Amount:
    if isinstance(cell, float | int) and not isinstance(cell, bool) and path.column.is_number:
        return Amount(float(cell))
    return amount_of(path, show(cell))
