"""The case that the files hold, read as any other is; its problems in the words of the history."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from slopt.calibrate.assumptions import ASSUMABLE, assumable
from slopt.calibrate.history import History
from slopt.case.case import PlanningCase
from slopt.case.load import read_case
from slopt.errors import Problem, Severity
from slopt.sayings import say


def made_case(
    history: History, tiers: Sequence[str], files: Mapping[str, str]
) -> tuple[PlanningCase | None, list[Problem], list[Problem]]:
    """The case, or None; what it lacks; what warns in it."""
    missing = _levels_missing(history, tiers, files)
    if missing:
        return None, missing, []
    return read_back(history, files)


def read_back(
    history: History, files: Mapping[str, str]
) -> tuple[PlanningCase | None, list[Problem], list[Problem]]:
    """The case that files hold, what is wrong with it, and what warns in it."""
    with tempfile.TemporaryDirectory(prefix="slopt-calibrate-") as folder:
        for name, text in files.items():
            (Path(folder) / name).write_text(text, encoding="utf-8", newline="")
        reading = read_case(Path(folder))
    told = [_of_the_history(problem, history, files) for problem in reading.problems]
    warnings = [problem for problem in told if problem.severity is Severity.WARNING]
    errors = [problem for problem in told if problem.severity is not Severity.WARNING]
    return reading.case, errors, warnings


def _levels_missing(
    history: History, tiers: Sequence[str], files: Mapping[str, str]
) -> list[Problem]:
    """A case needs the service level of every tier: from the log, or assumed."""
    rows = {row["tier"]: row for row in _rows(files, "tiers")}
    lacking = [tier for tier, row in rows.items() if not row.get("service_level")]
    if not lacking:
        return []
    if len(lacking) == len(rows):
        return [
            Problem(
                say("No log tells how orders were served, and no service level is assumed."),
                say("Map failed, late, or promised and delivered; or assume tiers service_level."),
                file=history.path.name,
                column="assume",
            )
        ]
    return [
        Problem(
            say(
                "Tier {tier}: no order tells how it served, and no service level is assumed.",
                tier=tier,
            )
            if tier in tiers
            else say(
                "Tier {tier}: the log does not hold it, and no service level is assumed.", tier=tier
            ),
            say(
                'Write [[assume]] with table = "tiers", column = "service_level", tier = "{tier}".',
                tier=tier,
            ),
            file=history.path.name,
            column="assume",
            value=tier,
        )
        for tier in lacking
    ]


def _rows(files: Mapping[str, str], table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files.get(f"{table}.csv", ""), newline="")))


def _of_the_history(problem: Problem, history: History, files: Mapping[str, str]) -> Problem:
    """A problem of a table that the user has not seen, as one of the key that made it so."""
    table = (problem.file or "").removesuffix(".csv")
    if table == "case.toml":
        return replace(problem, file=history.path.name)
    ids = _ids(problem, table, files)
    place = f"{table}.{problem.column}" if problem.column else table
    remedy = problem.remedy
    key = _assumption(history, table, problem.column, ids)
    if key:
        place = key
    elif table in ASSUMABLE and problem.column in assumable(table):
        remedy = say(
            '{remedy} In the history: [[assume]] with table = "{table}" and column = "{column}".',
            remedy=remedy,
            table=table,
            column=problem.column,
        )
    whose = " ".join(name for name in ids if name != "*")
    return replace(
        problem,
        file=history.path.name,
        row=None,
        column=f"{place} of {whose}" if whose and not key else place,
        remedy=remedy,
    )


def _ids(problem: Problem, table: str, files: Mapping[str, str]) -> tuple[str, str]:
    """Segment and tier of the row at fault; `*` where it has none."""
    rows = _rows(files, table)
    if problem.row is None or not 0 <= problem.row - 2 < len(rows):
        return "*", "*"
    row = rows[problem.row - 2]
    return row.get("segment") or "*", row.get("tier") or "*"


def _assumption(
    history: History, table: str, column: str | None, ids: tuple[str, str]
) -> str | None:
    """The key of what is assumed for a cell, None where it is not assumed."""
    if column is None:
        return None
    assumed = history.assumed(table, column, *ids)
    if assumed is None:
        return None
    return f"assume {history.assumptions.index(assumed) + 1}.value"
