"""plan.csv, resources.csv and result.json: written whole or not at all, read back strictly.

Text that a spreadsheet would take for a formula gets an apostrophe in front, which the readers of
slopt (and spreadsheets) take off again.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from slopt.case.arrow_cells import LONG
from slopt.case.case import PlanningCase
from slopt.errors import UsageError
from slopt.plan.long_plan import write_csv, write_parquet
from slopt.plan.parts import files_of_sources
from slopt.plan.plan import Price
from slopt.plan.promises import CHOSEN_COLUMNS, PROMISED_COLUMNS, chosen, promised
from slopt.plan.rows import DIGITS, PLAN_COLUMNS, plan_columns, plan_rows, resource_rows
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.evaluate import Evaluation
from slopt.sayings import say

INPUT_DIGITS = 15
RESOURCE_COLUMNS: tuple[str, ...] = ("resource", "used", "capacity", "extra", "price")
PLAN_PARQUET = "plan.parquet"
Content = str | Callable[[BinaryIO], None]
"""What a file holds: a text, or a function that writes it."""
LONE = "backslashreplace"
"""Names of folders may hold bytes that are no text; as escapes JSON gives them back as they are."""
FORMULA_START = re.compile(r"'*[=+\-@\t\r]")


def csv_text(
    columns: Iterable[str], rows: Iterable[Mapping[str, Any]], inputs: Collection[str] = ()
) -> str:
    """A CSV table: header, LF line ends, numbers to 14 digits, text never a formula.

    Columns of `inputs` have 15 digits, as cases keep them, so that they can be read back.
    """
    columns = list(columns)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(
            [_cell(row[name], INPUT_DIGITS if name in inputs else DIGITS) for name in columns]
        )
    return buffer.getvalue()


def _cell(value: Any, digits: int) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return guard(value)
    return f"{float(value):.{digits}g}"


def guard(text: str) -> str:
    """Text as it may stand in a spreadsheet: never the start of a formula."""
    return "'" + text if FORMULA_START.match(text) else text


def json_text(document: Any) -> str:
    """JSON in UTF-8, keys in the order given, newline at the end."""
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def plan_files(
    problem: ChoiceProblem,
    choice: Choice,
    evaluation: Evaluation,
    prices: Iterable[Price],
    result: Mapping[str, Any],
    parquet: bool = False,
    case: PlanningCase | None = None,
    reserve: Sequence[float] | None = None,
) -> dict[str, Content]:
    """The three files of a plan, by name, and plan.parquet where that is wanted too.

    Stock rooms and desks of agents have files of their own, such as stock.csv and staff.csv. With
    the `case`, promises.csv and choices.csv say what contracts and customers who choose come to.
    Where units are reserved for uncertain futures, `reserve` (R,), resources.csv has a column more.
    """
    by_name = {price.name: price.relaxation for price in prices}
    columns, resources = RESOURCE_COLUMNS, resource_rows(problem, evaluation, by_name)
    if reserve is not None:
        columns = (*columns, "reserve")
        pairs = zip(resources, reserve, strict=True)
        resources = [{**row, "reserve": units} for row, units in pairs]
    files: dict[str, Content] = {
        "plan.csv": _plan_csv(problem, choice),
        "resources.csv": csv_text(columns, resources),
        "result.json": json_text(result),
    }
    for name, table in files_of_sources(problem, choice).items():
        files[name] = csv_text(table.columns, table.rows)
    if case is not None:
        for name, heads, rows in (
            ("promises.csv", PROMISED_COLUMNS, promised(case, problem, choice)),
            ("choices.csv", CHOSEN_COLUMNS, chosen(case, problem, choice)),
        ):
            if rows:
                files[name] = csv_text(heads, [asdict(row) for row in rows])
    if parquet:
        files[PLAN_PARQUET] = lambda file: write_parquet(file, plan_columns(problem, choice))
    return files


def _plan_csv(problem: ChoiceProblem, choice: Choice) -> Content:
    if len(choice) < LONG:
        return csv_text(PLAN_COLUMNS, plan_rows(problem, choice))
    return lambda file: write_csv(file, plan_columns(problem, choice))


def write_files(folder: Path, files: Mapping[str, Content], stale: Iterable[str] = ()) -> None:
    """Write all files, or none: each is written beside its place first, then moved into it.

    A name may have a folder in it, `alternative_1/plan.csv`. `stale` names files of an earlier run
    that this one does not have; they are removed. Raises UsageError where the folder cannot be
    written to.
    """
    waiting: list[tuple[Path, Path]] = []
    made: list[Path] = []
    try:
        made += [place for place in (folder, *folder.parents) if not place.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            place = folder / name
            if not place.parent.exists():
                made.insert(0, place.parent)
                place.parent.mkdir(exist_ok=True)
            if place.exists() and not (place.is_file() or place.is_dir()):
                raise UsageError(
                    say("Cannot write to {place}: it is a device or a pipe, no file.", place=place)
                )
            place = Path(os.path.realpath(place))  # a link stays one
            handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
            waiting.append((Path(temporary), place))
            with os.fdopen(handle, "wb") as file:
                if isinstance(content, str):
                    file.write(content.encode(errors=LONE))
                else:
                    content(file)
            Path(temporary).chmod(0o644)
        for temporary_path, place in waiting:
            if place.is_dir():  # plan.parquet in parts
                remove(place)
            temporary_path.replace(place)
        made.clear()
        for name in stale:
            remove(folder / name)
    except OSError as error:
        raise UsageError(
            say("Cannot write to {folder}: {reason}.", folder=folder, reason=error.strerror)
        ) from error
    finally:
        for temporary_path, _ in waiting:
            temporary_path.unlink(missing_ok=True)
        for place in made:
            with suppress(OSError):  # it was never made, or others put something there
                place.rmdir()


def result_without_plan(folder: Path) -> list[str]:
    """`result.json` where it says only that there is no plan; that of a plan is not to be lost."""
    has_plan = any((folder / name).exists() for name in ("plan.csv", PLAN_PARQUET))
    return [] if has_plan else ["result.json"]


def remove(path: Path) -> None:
    """Take away a file, or a folder with all that is in it; nothing where there is neither."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
