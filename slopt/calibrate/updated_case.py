"""A case of its own with what a trial measured written into it: the other numbers stay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from slopt.calibrate.estimate import Estimate
from slopt.calibrate.history import History
from slopt.calibrate.tables import KEYS, WRITTEN_BY
from slopt.case.case import PlanningCase
from slopt.case.load import load_case
from slopt.case.schema import BY_NAME
from slopt.errors import InvalidInput, Problem
from slopt.plan.files import csv_text
from slopt.sayings import say
from slopt.shipped import examples

SOURCE_KEY = ("table", "column", "segment", "tier")
TABLE_ENDS = (".csv", ".toml")


def base_of(history: History) -> tuple[Path, PlanningCase] | None:
    """The case that the trial is of, as its folder and as a value; None where none is named.

    Raises InvalidInput where there is no such folder of CSV tables, or it is no sound case.
    """
    named = history.trial.case if history.trial is not None else None
    if named is None:
        return None
    folder = history.path.parent / named
    if not folder.exists():
        folder = examples().get(named, folder)
    case = load_case(folder) if (folder / "case.toml").is_file() else None
    if case is None or case.is_parquet:
        raise InvalidInput(
            [
                Problem(
                    say('"{named}" is no folder of a case with tables in CSV.', named=named),
                    say("Name the folder that slopt design was asked about, or take the key out."),
                    file=history.path.name,
                    column="trial.case",
                    value=named,
                )
            ]
        )
    return folder, case


def updated_files(
    folder: Path, case: PlanningCase, estimates: Iterable[Estimate], segments: Iterable[str],
    tiers: Iterable[str],
) -> dict[str, str]:  # fmt: skip
    """The files of the case with the estimates in their cells and in sources, by name.

    Files of tables that do not change are kept to the letter. `segments` and `tiers` are those of
    the trial, which must be those of the case: InvalidInput names the others.
    """
    estimates = list(estimates)
    strange = [name for name in segments if name not in case.segments]
    strange += [name for name in tiers if name not in case.tiers]
    if strange:
        raise InvalidInput(
            [
                Problem(
                    say('"{name}" of the trial is not in the case.', name=name),
                    say("Write segments and tiers in the log of the trial as the case has them."),
                    column="trial",
                    value=name,
                )
                for name in dict.fromkeys(strange)
            ]
        )
    files = {
        path.name: _decoded(path.read_bytes())
        for path in sorted(folder.iterdir())
        if path.suffix in TABLE_ENDS
    }
    files["case.toml"] = f"{WRITTEN_BY}: a trial.\n{files['case.toml']}"
    for table in dict.fromkeys(each.table for each in estimates):
        rows = _rows(case, table)
        for each in estimates:
            if each.table == table:
                ids = {"segment": each.segment, "tier": each.tier}
                _set(rows, {name: ids[name] for name in KEYS[table]}, {each.column: each.value})
        files[_file(case, table)] = _text(table, rows)
    rows = _rows(case, "sources")
    for each in estimates:
        key = {"table": each.table, "column": each.column, "segment": each.segment,
               "tier": each.tier}  # fmt: skip
        said = {"kind": each.kind.value, "low": each.low, "high": each.high, "n": each.n,
                "source": each.source}  # fmt: skip
        # What was said of another spread of the same number no longer holds.
        said |= dict.fromkeys(("span", "distribution", "coverage"))
        _set(rows, key, said)
    files[_file(case, "sources")] = _text("sources", rows)
    return files


def _decoded(data: bytes) -> str:
    """A file as a text: UTF-8, else as spreadsheets in Chinese save it."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _file(case: PlanningCase, table: str) -> str:
    return (case.tables[table].file if table in case.tables else "") or f"{table}.csv"


def _rows(case: PlanningCase, table: str) -> list[dict[str, Any]]:
    columns = case.table(table).as_lists() if table in case.tables else {}
    return [
        {name: values[row] for name, values in columns.items()}
        for row in range(len(case.table(table)))
    ]


def _set(rows: list[dict[str, Any]], key: Mapping[str, str], values: Mapping[str, Any]) -> None:
    """Into the row of these ids, a new one where there is none."""
    for row in rows:
        if all((row.get(name) or "*") == word for name, word in key.items()):
            row.update(values)
            return
    rows.append({**key, **values})


def _text(table: str, rows: list[dict[str, Any]]) -> str:
    """The table, without columns in which nothing stands."""
    schema = [column.name for column in BY_NAME[table].columns]
    default = {column.name: column.default for column in BY_NAME[table].columns}
    used = {
        name
        for row in rows
        for name, value in row.items()
        if value not in (None, "") and value != default.get(name)
    } | set(BY_NAME[table].key)
    names = [name for name in schema if name in used]
    names += sorted(name for name in used if name not in schema)
    cells = [{name: _cell(row.get(name)) for name in names} for row in rows]
    return csv_text(names, cells, inputs=names)


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value == "" else value
