"""What `slopt new` writes: a starter case or a shipped example, as a folder or a workbook."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from slopt.case.columns import Cell, Column, Kind, show, suggest
from slopt.case.from_instance import instance_files
from slopt.case.schema import SETTINGS, TABLES, TableSchema
from slopt.case.starter import EXTRA_COLUMNS, ROWS, SETTINGS_IN_USE, SETTINGS_TO_TRY
from slopt.case.workbook_template import umask, write_workbook
from slopt.errors import UsageError
from slopt.sayings import in_a_row, later, say
from slopt.shipped import examples

HEAD = """\
# Settings of the case. A line that begins with # is not read: take the # away to use it.
# Each has above it what it means, its unit, and what holds without it.
"""


def write_case(target: Path, example: str | None, workbook: bool) -> list[Path]:
    """Write a new case at `target`; the files written. Nothing that is there is overwritten.

    `example` is what to start from: the name of a shipped example, or else the path of a published
    knapsack instance. Raises UsageError for an unknown example and where something stands at
    `target`, InvalidInput for a file that holds no instance.
    """
    try:
        with _source(example) as source:
            if not workbook:
                return _write_folder(target, example_files(source) if source else starter_files())
            if target.suffix.casefold() != ".xlsx":
                target = target if target.name else target.absolute()
                target = target.with_name(target.name + ".xlsx")
            write_workbook(target, source)
    except OSError as error:
        raise UsageError(
            say('"{target}" cannot be written: {reason}.', target=target, reason=error.strerror)
        ) from error
    return [target]


@contextmanager
def _source(example: str | None) -> Iterator[Path | None]:
    """The folder to start from; None stands for the starter case."""
    shipped = examples()
    if example is None or example in shipped:
        yield shipped[example] if example else None
        return
    if not Path(example).is_file():
        raise UsageError(
            in_a_row(
                say('There is neither a file nor an example "{example}".', example=example),
                suggest(example, list(shipped), later("Examples are: {known}.")),
            )
        )
    with tempfile.TemporaryDirectory(prefix="slopt-new-") as folder:
        for name, content in instance_files(Path(example)).items():
            (Path(folder) / name).write_bytes(content)
        yield Path(folder)


def starter_files() -> dict[str, str]:
    """The starter case: case.toml and a CSV file a table, name -> text; further tables left out."""
    tables = (schema for schema in TABLES if not schema.further)
    files = {"case.toml": _starter_settings()}
    return files | {f"{schema.name}.csv": _starter_table(schema) for schema in tables}


def example_files(folder: Path) -> dict[str, bytes]:
    """The files of a shipped example, to copy: name -> content."""
    return {
        file.name: file.read_bytes()
        for file in sorted(folder.iterdir())
        if file.is_file() and file.name[0] not in "._"
    }


def _starter_table(schema: TableSchema) -> str:
    names = [column.name for column in schema.columns if not column.further]
    names[-1:-1] = EXTRA_COLUMNS.get(schema.name, ())
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerow(f"[{schema.column(name).unit_words}]" for name in names)
    for row in ROWS.get(schema.name, ()):
        writer.writerow(show(row.get(name)) for name in names)
    return text.getvalue()


def _starter_settings() -> str:
    lines = [HEAD.rstrip()]
    section = ""
    for column in SETTINGS.columns:
        if column.further:
            continue
        its, key = column.name.split(".")
        if its != section:
            section = its
            lines += ["", f"[{section}]"]
        blank = f"; without it: {column.blank_means}" if column.blank_means else ""
        if column.required:
            blank = "; required"
        unit = "" if column.kind is Kind.TEXT and not column.unit else f"; {column.unit_words}"
        lines.append(f"# {column.meaning}{unit}{blank}")
        in_use = column.name in SETTINGS_IN_USE
        lines.append(f"{'' if in_use else '# '}{key} = {_toml(column, _example(column))}")
    return "\n".join(lines) + "\n"


def _example(column: Column) -> Cell:
    for values in (SETTINGS_IN_USE, SETTINGS_TO_TRY):
        if column.name in values:
            return values[column.name]
    return column.default


def _toml(column: Column, value: Cell) -> str:
    if column.is_number:
        return show(value)
    return '"' + show(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _write_folder(target: Path, files: Mapping[str, str | bytes]) -> list[Path]:
    """All files at once: they are written aside and then put in place."""
    if target.exists() and not target.is_dir():
        raise UsageError(say('"{target}" is a file. Name a new folder.', target=target))
    if target.exists() and any(target.iterdir()):
        raise UsageError(say('The folder "{target}" is not empty. Name a new one.', target=target))
    is_new = not target.exists()
    home = target.absolute().parent if is_new else target
    home.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".slopt-new-", dir=home))
    try:
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            (draft / name).write_bytes(data)
        if is_new:
            draft.chmod(0o777 & ~umask())
            draft.replace(target)
        else:
            for name in files:
                (draft / name).replace(target / name)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return [target / name for name in files]
