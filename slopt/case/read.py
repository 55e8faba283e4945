"""A folder or a workbook -> raw tables and settings. The first stage; nothing is interpreted."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from slopt.case.columns import nearest
from slopt.case.csv_file import read_csv
from slopt.case.parquet_file import read_parquet
from slopt.case.raw import RawCase, RawTable
from slopt.case.schema import BY_NAME, TABLES, TableSchema, table_name
from slopt.case.toml_file import read_toml
from slopt.case.workbook import read_sheet, read_workbook
from slopt.errors import Problem, Severity

SUFFIXES = (".csv", ".parquet")
WORKBOOKS = (".xlsx", ".xlsm")
OTHER_SUFFIXES = (".tsv", ".txt", ".xls", ".ods", *WORKBOOKS)

Found = TypeVar("Found")


def read(path: Path) -> RawCase:
    """Read what is at `path`; every problem met is in the result, none is raised."""
    problems: list[Problem] = []
    if path.is_dir():
        settings = None
        if (path / "case.toml").is_file():
            settings = _guarded(path / "case.toml", "settings", problems, read_toml)
        else:
            problems.append(_no_settings(path))
        return RawCase(_read_folder(path, problems), settings, problems)
    if path.is_file() and path.suffix.casefold() in WORKBOOKS:
        book = _guarded(path, None, problems, read_workbook)
        if book is None:
            return RawCase({}, None, problems, workbook=path.name, is_there=False)
        tables, settings = book
        if settings is None and not any(problem.table == "settings" for problem in problems):
            problems.append(
                Problem(
                    "There is no sheet named settings.",
                    "Add one with the columns key and value: slopt describe settings.",
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
                f"The file cannot be opened: {error.strerror or error}.",
                "Check that it is there, that you may read it and that no program locks it.",
                table=table,
                file=path.name,
            )
        )
        return None


def _read_folder(folder: Path, problems: list[Problem]) -> dict[str, RawTable]:
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
    problems += [
        _other_format(file, name)
        for file in entries
        if file.suffix.casefold() in OTHER_SUFFIXES
        and (name := table_name(file.stem)) not in (None, *files)
    ]
    tables = {}
    for name, paths in files.items():
        if len(paths) > 1:
            names = " and ".join(path.name for path in paths)
            problems.append(
                Problem(
                    f"The table {name} stands in {names}.",
                    "Keep one of the files.",
                    table=name,
                    file=paths[0].name,
                )
            )
            continue
        table, found = read_table(paths[0], BY_NAME[name])
        problems += found
        if table:
            tables[name] = table
    return tables


def _other_format(file: Path, name: str | None) -> Problem:
    return Problem(
        f"A table in a folder is CSV or Parquet, not {file.suffix}.",
        f"Save it as {name}.csv.",
        table=name,
        file=file.name,
        severity=Severity.WARNING if file.suffix.casefold() == ".txt" else Severity.ERROR,
    )


def _unknown_file(file: Path, present: set[str]) -> Problem:
    absent = [schema.name for schema in TABLES if schema.name not in present]
    near = get_close_matches(file.stem.casefold(), absent, n=1, cutoff=0.75)
    if near:
        return Problem(
            f'"{file.stem}" is not the name of a table.',
            f'Did you mean "{near[0]}{file.suffix}"?',
            table=near[0],
            file=file.name,
        )
    return Problem(
        f'"{file.stem}" is not the name of a table; the file was not read.',
        "Nothing to do if that is meant.",
        file=file.name,
        severity=Severity.WARNING,
    )


def _no_settings(folder: Path) -> Problem:
    return Problem(
        "The folder has no case.toml.",
        'Write one with name = "..." under [case]: slopt describe settings.',
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
            f'There is no folder or workbook "{path}".',
            f'Did you mean "{near}"?' if near else "Name a folder with case.toml, or a workbook.",
            file=path.name,
        )
    remedy = "Name a folder with case.toml, or an .xlsx workbook."
    if path.name == "case.toml" or path.suffix.casefold() in SUFFIXES:
        remedy = f'Name its folder: "{path.absolute().parent.name}".'
    elif path.suffix.casefold() in OTHER_SUFFIXES:
        remedy = "Save it as an .xlsx workbook."
    return Problem(
        f'"{path.name}" is neither a folder nor an .xlsx workbook.', remedy, file=path.name
    )
