"""A folder or a workbook -> raw tables and settings. The first stage; nothing is interpreted."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from slopt.case.csv_file import read_csv
from slopt.case.parquet_file import read_parquet
from slopt.case.raw import RawCase, RawTable
from slopt.case.schema import BY_NAME, TABLES, TableSchema
from slopt.case.toml_file import read_toml
from slopt.case.workbook import read_sheet, read_workbook, table_name
from slopt.errors import Problem, Severity

SUFFIXES = (".csv", ".parquet")
WORKBOOKS = (".xlsx", ".xlsm")


def read(path: Path) -> RawCase:
    """Read what is at `path`; every problem met is in the result, none is raised."""
    problems: list[Problem] = []
    if path.is_dir():
        settings_path = path / "case.toml"
        settings = None
        if settings_path.is_file():
            settings = read_toml(settings_path, problems)
        else:
            problems.append(_no_settings(path))
        return RawCase(_read_folder(path, problems), settings, problems)
    if path.suffix.casefold() in WORKBOOKS:
        tables, settings = read_workbook(path, problems)
        if settings is None and not problems:
            problems.append(
                Problem(
                    "has no sheet named settings.",
                    "Add one with the columns key and value.",
                    table="settings",
                    file=path.name,
                )
            )
        return RawCase(tables, settings, problems)
    problems.append(
        Problem(
            f'"{path.name}" is neither a folder nor an .xlsx workbook.',
            "Name a folder with case.toml, a workbook, or a shipped example.",
            file=path.name,
        )
    )
    return RawCase({}, None, problems)


def read_table(path: Path, schema: TableSchema) -> tuple[RawTable | None, list[Problem]]:
    """One table from a file of its own: CSV, Parquet, or a workbook's sheet of that name."""
    problems: list[Problem] = []
    suffix = path.suffix.casefold()
    if suffix == ".parquet":
        return read_parquet(path, schema.name, problems), problems
    if suffix in WORKBOOKS:
        return read_sheet(path, schema, problems), problems
    return read_csv(path, schema.name, header_names(schema), problems), problems


def header_names(schema: TableSchema) -> frozenset[str]:
    """All headings by which the columns of a table are known, case folded."""
    return frozenset(
        title.casefold() for column in schema.columns for title in (column.name, *column.names)
    )


def _read_folder(folder: Path, problems: list[Problem]) -> dict[str, RawTable]:
    files: dict[str, list[Path]] = {}
    for file in sorted(folder.iterdir()):
        if not file.is_file() or file.suffix.casefold() not in SUFFIXES or file.name[0] in "._~":
            continue
        name = table_name(file.stem)
        if name is None or name == "settings":
            problems.append(_unknown_file(file, {path.stem for path in folder.iterdir()}))
        else:
            files.setdefault(name, []).append(file)
    tables = {}
    for name, paths in files.items():
        if len(paths) > 1:
            names = " and ".join(path.name for path in paths)
            problems.append(
                Problem(
                    f"stands in {names}.", "Keep one of the files.", table=name, file=paths[0].name
                )
            )
            continue
        if paths[0].suffix.casefold() == ".parquet":
            table = read_parquet(paths[0], name, problems)
        else:
            table = read_csv(paths[0], name, header_names(BY_NAME[name]), problems)
        if table:
            tables[name] = table
    return tables


def _unknown_file(file: Path, present: set[str]) -> Problem:
    absent = [schema.name for schema in TABLES if schema.name not in present]
    near = get_close_matches(file.stem.casefold(), absent, n=1, cutoff=0.75)
    if near:
        return Problem(
            "is not the name of a table.",
            f'Did you mean "{near[0]}{file.suffix}"?',
            table=near[0],
            file=file.name,
        )
    return Problem(
        "is not a table of a case and was not read.",
        "Nothing to do if that is meant.",
        file=file.name,
        severity=Severity.WARNING,
    )


def _no_settings(folder: Path) -> Problem:
    return Problem(
        "has no case.toml.",
        'Write one with [case] name = "...": slopt describe settings.',
        table="settings",
        file=folder.name,
    )
