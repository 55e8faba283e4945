"""A folder or a workbook -> raw tables and settings. The first stage; nothing is interpreted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from slopt.case.arrow_cells import LONG
from slopt.case.columns import nearest
from slopt.case.csv_file import read_csv
from slopt.case.memory import bytes_of_problem, bytes_of_table, does_not_fit
from slopt.case.parquet_file import parquet_size, read_parquet
from slopt.case.raw import RawCase, RawTable
from slopt.case.schema import BY_NAME, TABLES, TableSchema, table_name
from slopt.case.toml_file import read_toml
from slopt.case.workbook import read_sheet, read_workbook
from slopt.errors import Problem, Severity
from slopt.sayings import AND, listed, say

SUFFIXES = (".csv", ".parquet")
WORKBOOKS = (".xlsx", ".xlsm")
OTHER_SUFFIXES = (".tsv", ".txt", ".xls", ".ods", *WORKBOOKS)
IN_PARTS = ("segments", "offers")
"""Tables that may be a folder of Parquet files, such as segments.parquet/part-00000.parquet; the
offers of a part are those of the segments in the part of the same name."""

Found = TypeVar("Found")


def read(path: Path, part: str | None = None) -> RawCase:
    """Read what is at `path`; every problem met is in the result, none is raised.

    Of tables that are folders of parts only the part of that name is read, none of them where it is
    empty. Without a name such a folder is a problem.
    """
    problems: list[Problem] = []
    if path.is_dir():
        settings = None
        if (path / "case.toml").is_file():
            settings = _guarded(path / "case.toml", "settings", problems, read_toml)
        else:
            problems.append(_no_settings(path))
        return RawCase(_read_folder(path, problems, part), settings, problems)
    if path.is_file() and path.suffix.casefold() in WORKBOOKS:
        book = _guarded(path, None, problems, read_workbook)
        if book is None:
            return RawCase({}, None, problems, workbook=path.name, is_there=False)
        tables, settings = book
        if settings is None and not any(problem.table == "settings" for problem in problems):
            problems.append(
                Problem(
                    say("There is no sheet named settings."),
                    say("Add one with the columns key and value: slopt describe settings."),
                    table="settings",
                    file=path.name,
                )
            )
        return RawCase(tables, settings, problems, workbook=path.name)
    problems.append(_no_case(path))
    return RawCase({}, None, problems, is_there=False)


def read_table(path: Path, schema: TableSchema) -> tuple[RawTable | None, list[Problem]]:
    """One table from a file of its own: CSV, Parquet, or a workbook's sheet of that name."""
    problems: list[Problem] = []
    suffix = path.suffix.casefold()

    def read_one(path: Path, problems: list[Problem]) -> RawTable | None:
        if suffix == ".parquet":
            return read_parquet(path, schema.name, problems)
        if suffix in WORKBOOKS:
            return read_sheet(path, schema, problems)
        return read_csv(path, schema.name, problems)

    return _guarded(path, schema.name, problems, read_one), problems


def _guarded(
    path: Path,
    table: str | None,
    problems: list[Problem],
    reader: Callable[[Path, list[Problem]], Found | None],
) -> Found | None:
    """What the reader finds; a file that the system will not hand over is a problem."""
    try:
        return reader(path, problems)
    except OSError as error:
        problems.append(
            Problem(
                say("The file cannot be opened: {reason}.", reason=error.strerror or error),
                say("Check that it is there, that you may read it and that no program locks it."),
                table=table,
                file=path.name,
            )
        )
        return None


def _read_folder(folder: Path, problems: list[Problem], part: str | None) -> dict[str, RawTable]:
    entries = [file for file in sorted(folder.iterdir()) if file.name[0] not in "._~"]
    stems = {file.stem for file in entries}
    files: dict[str, list[Path]] = {}
    for file in entries:
        if not file.is_file() or file.suffix.casefold() not in SUFFIXES:
            continue
        name = table_name(file.stem)
        if name is None or name == "settings":
            problems.append(_unknown_file(file, stems))
        else:
            files.setdefault(name, []).append(file)
    for name in IN_PARTS:
        parts = folder / f"{name}.parquet"
        if part is None and parts.is_dir():
            problems.append(_in_parts(parts, name))
        elif part and (parts / part).is_file():
            files.setdefault(name, []).append(parts / part)
    problems += [
        _other_format(file, name)
        for file in entries
        if file.suffix.casefold() in OTHER_SUFFIXES
        and (name := table_name(file.stem)) not in (None, *files)
    ]
    chosen = {}
    for name, paths in files.items():
        if len(paths) > 1:
            names = listed((path.name for path in paths), AND)
            problems.append(
                Problem(
                    say("The table {name} stands in {names}.", name=name, names=names),
                    say("Keep one of the files."),
                    table=name,
                    file=paths[0].name,
                )
            )
        else:
            chosen[name] = paths[0]
    return _read_files(chosen, problems)


def _read_files(files: dict[str, Path], problems: list[Problem]) -> dict[str, RawTable]:
    """The tables by name, Parquet last: how large they are is known before they are read."""
    tables: dict[str, RawTable] = {}

    def read_those(names: Iterable[str]) -> None:
        for name in names:
            table, found = read_table(files[name], BY_NAME[name])
            place = _as_told(files[name])
            problems.extend(replace(problem, file=place) for problem in found)
            if table:
                tables[name] = replace(table, file=place)

    columnar = [name for name, path in files.items() if path.suffix.casefold() == ".parquet"]
    read_those(name for name in files if name not in columnar)
    sizes = {name: size for name in columnar if (size := parquet_size(files[name]))}
    problem = _too_large(files, tables, sizes)
    if problem:
        problems.append(problem)
        columnar = [name for name in columnar if sizes.get(name, (0, 0))[0] < LONG]
    read_those(columnar)
    return {name: tables[name] for name in files if name in tables}


def _too_large(
    files: dict[str, Path], tables: dict[str, RawTable], sizes: dict[str, tuple[int, int]]
) -> Problem | None:
    """Why a case with these Parquet files, (rows, columns) each, does not fit in memory."""
    rows = {name: len(table.rows) for name, table in tables.items()}
    rows |= {name: size[0] for name, size in sizes.items()}
    segments, tiers, resources = (rows.get(n, 0) for n in ("segments", "tiers", "resources"))
    needed = sum(bytes_of_table(*size) for size in sizes.values())
    needed += bytes_of_problem(segments, tiers, resources)
    place = _as_told(files["segments"]) if "segments" in files else None
    return does_not_fit(needed, segments, tiers, resources, place)


def _as_told(file: Path) -> str:
    """The name of a file as problems tell it; of a part, with the folder of its table."""
    is_part = file.parent.name in {f"{name}.parquet" for name in IN_PARTS}
    return f"{file.parent.name}/{file.name}" if is_part else file.name


def _other_format(file: Path, name: str | None) -> Problem:
    return Problem(
        say("A table in a folder is CSV or Parquet, not {suffix}.", suffix=file.suffix),
        say("Save it as {name}.csv.", name=name),
        table=name,
        file=file.name,
        severity=Severity.WARNING if file.suffix.casefold() == ".txt" else Severity.ERROR,
    )


def _in_parts(folder: Path, name: str) -> Problem:
    return Problem(
        say("This is a folder of parts."),
        say(
            "Solve it by parts: slopt solve CASE --cluster here. Or write one file {name}.parquet.",
            name=name,
        ),
        table=name,
        file=folder.name,
    )


def _unknown_file(file: Path, present: set[str]) -> Problem:
    absent = [schema.name for schema in TABLES if schema.name not in present]
    near = get_close_matches(file.stem.casefold(), absent, n=1, cutoff=0.75)
    if near:
        return Problem(
            say('"{file}" is not the name of a table.', file=file.stem),
            say('Did you mean "{near}{suffix}"?', near=near[0], suffix=file.suffix),
            table=near[0],
            file=file.name,
        )
    return Problem(
        say('"{file}" is not the name of a table; the file was not read.', file=file.stem),
        say("Nothing to do if that is meant."),
        file=file.name,
        severity=Severity.WARNING,
    )


def _no_settings(folder: Path) -> Problem:
    return Problem(
        say("The folder has no case.toml."),
        say('Write one with name = "..." under [case]: slopt describe settings.'),
        table="settings",
        file=folder.resolve().name,
    )


def _no_case(path: Path) -> Problem:
    """Why nothing can be read at a path: not there, or neither folder nor workbook."""
    if not path.exists():
        beside = path.absolute().parent
        names = [entry.name for entry in beside.iterdir()] if beside.is_dir() else []
        near = nearest(path.name, names)
        return Problem(
            say('There is no folder or workbook "{path}".', path=path),
            say('Did you mean "{near}"?', near=near)
            if near
            else say("Name a folder with case.toml, or a workbook."),
            file=path.name,
        )
    remedy = say("Name a folder with case.toml, or an .xlsx workbook.")
    if path.name == "case.toml" or path.suffix.casefold() in SUFFIXES:
        remedy = say('Name its folder: "{parent}".', parent=path.absolute().parent.name)
    elif path.suffix.casefold() in OTHER_SUFFIXES:
        remedy = say("Save it as an .xlsx workbook.")
    return Problem(
        say('"{path}" is neither a folder nor an .xlsx workbook.', path=path.name),
        remedy,
        file=path.name,
    )
