"""`calibrate`: logs in, a planning case out, each number with its interval and its source."""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from slopt.calibrate.accounts import make_accounts
from slopt.calibrate.cells import type_log
from slopt.calibrate.change import find_effect
from slopt.calibrate.costs import find_costs
from slopt.calibrate.counts import Counts
from slopt.calibrate.database import Database
from slopt.calibrate.dissatisfaction import find_dissatisfaction
from slopt.calibrate.estimate import Estimate, Finding, Findings
from slopt.calibrate.history import History
from slopt.calibrate.history_file import read_history
from slopt.calibrate.levels import find_levels, offered
from slopt.calibrate.orders import make_orders
from slopt.calibrate.retention import find_retention
from slopt.calibrate.satisfaction import find_satisfaction
from slopt.calibrate.scoring import Score
from slopt.calibrate.segments import assign_segments
from slopt.calibrate.tables import case_files
from slopt.calibrate.tallies import Numbers
from slopt.calibrate.tier_churn import find_tier_churn
from slopt.calibrate.volumes import find_today, find_volumes
from slopt.case.case import PlanningCase
from slopt.case.columns import suggest
from slopt.case.load import read_case
from slopt.errors import InvalidInput, Problem, Severity

REPORT = "calibration.json"


@dataclass(frozen=True)
class Calibration:
    """A case made from history: its files by name, the case they hold, and what was found.

    `rows` counts the rows that each log gave.
    """

    history: History
    files: Mapping[str, str]
    case: PlanningCase
    estimates: tuple[Estimate, ...]
    findings: tuple[Finding, ...]
    scores: tuple[Score, ...]
    warnings: tuple[Problem, ...]
    rows: Mapping[str, int]
    seconds: float

    def document(self) -> Any:
        """What `calibration.json` holds."""
        return _plain({
            "history": self.history.path.name,
            "name": self.history.name,
            "rows": dict(self.rows),
            "segments": len(self.case.segments),
            "tiers": self.case.tiers,
            "findings": [
                {"name": each.name, "words": each.words, "rows": each.rows}
                for each in self.findings
            ],
            "scores": [
                {
                    "what": score.what, "measure": score.measure, "loss": score.loss,
                    "naive_loss": score.naive_loss, "gain": score.gain, "naive": score.naive,
                    "held_back": score.held_back, "n": score.n,
                }
                for score in self.scores
            ],
            "estimates": [
                {
                    "table": each.table, "column": each.column, "segment": each.segment,
                    "tier": each.tier, "value": each.value, "kind": each.kind.value,
                    "low": each.low, "high": each.high, "n": each.n, "source": each.source,
                }
                for each in self.estimates
            ],
            "warnings": [problem.as_dict() for problem in self.warnings],
        })  # fmt: skip


def _plain(value: Any) -> Any:
    """A document as JSON takes it: what is not finite is null, numbers have twelve digits."""
    if isinstance(value, float):
        return float(f"{value:.12g}") if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value


def calibrate(path: str | Path) -> Calibration:
    """The case that the history file at `path` and its logs give; nothing is written.

    Raises UsageError where there is no such file, or DuckDB is not installed; InvalidInput with
    every problem of the history file, else of the logs, else of the case that would come of them.
    """
    begin = time.perf_counter()
    history = read_history(Path(path))
    database = Database()
    try:
        rows = _read_logs(database, history)
        warnings = _prepare(database, history)
        counts = Counts(database, history)
        _check_names(history, counts)
        findings, cases = _find(counts, history)
    finally:
        database.close()
    chosen = offered(cases, len(counts.tiers), history.menu)
    forbidden = [
        (segment, tier)
        for s, segment in enumerate(counts.segments)
        for k, tier in enumerate(counts.tiers)
        if not chosen[s * len(counts.tiers) + k]
    ]
    estimates = tuple(findings.cells.values())
    files = case_files(history, counts.segments, counts.tiers, estimates, forbidden)
    case, more = _checked(history, files, findings)
    return Calibration(
        history, files, case, estimates, tuple(findings.findings),
        tuple(findings.scores), (*warnings, *_unanswered(history, findings), *more), rows,
        time.perf_counter() - begin,
    )  # fmt: skip


def _read_logs(database: Database, history: History) -> dict[str, int]:
    problems: list[Problem] = []
    for log in history.logs.values():
        found = database.read_log(log)
        problems += found or type_log(database, log)
    customers = history.logs.get("customers")
    if customers is not None and customers.has("customer") and not problems:
        problems += _doubles(database, customers.file.name, customers.columns["customer"][0])
    if problems:
        raise InvalidInput(problems)
    return {
        name: int(database.row(f"SELECT count(*) FROM typed_{name}")[0]) for name in history.logs
    }


def _doubles(database: Database, file: str, column: str) -> list[Problem]:
    """A customer has one row in the churn records."""
    rows = database.rows(
        "SELECT customer, count(*) FROM typed_customers WHERE customer IS NOT NULL "
        "GROUP BY customer HAVING count(*) > 1 ORDER BY customer"
    )
    if not rows:
        return []
    value, count = rows[0]
    others = f", and {len(rows) - 1:,} more customers are in several rows" if len(rows) > 1 else ""
    message = f'Customer "{value}" is in {count} rows{others}.'
    return [Problem(message, "Keep one row a customer.", file=file, column=column, value=value)]


def _prepare(database: Database, history: History) -> list[Problem]:
    warnings: list[Problem] = []
    if "orders" in history.logs:
        warnings += make_orders(database, history)
    margin = history.assumed("segments", "margin", "*")
    warnings += assign_segments(database, history, float(margin.value) if margin else 1.0)
    warnings += make_accounts(database, history)
    return warnings


def _check_names(history: History, counts: Counts) -> None:
    """Segments that are assumed about must be in the log; at least one must be there."""
    problems = []
    for row in history.assumptions:
        if row.segment != "*" and row.segment not in counts.segments:
            hint = suggest(row.segment, counts.segments, "Segments are")
            message = f'"{row.segment}" is not a segment of the log.'
            problems.append(
                Problem(message, hint, file=history.path.name, column="assume", value=row.segment)
            )
    if not counts.segments or not counts.tiers:
        problems.append(
            Problem(
                "No row of the logs has a segment and a tier.",
                "Look at keep, since, until and the columns of segment and tier.",
                file=history.path.name,
            )
        )
    if problems:
        raise InvalidInput(problems)


def _find(counts: Counts, history: History) -> tuple[Findings, Numbers]:
    """Everything that is estimated, and the cases of each pair of segment and tier."""
    findings = Findings()
    find_volumes(counts, history, findings)
    levels = find_levels(counts, history, findings)
    cases = counts.use_of_pairs() if levels is None else levels.n
    find_today(counts, history, findings, offered(cases, len(counts.tiers), history.menu))
    find_costs(counts, history, findings, cases)
    find_retention(counts, history, findings)
    find_tier_churn(counts, history, findings)
    find_dissatisfaction(counts, history, findings)
    find_satisfaction(counts, history, findings)
    find_effect(counts, history, findings)
    return findings, cases


def _unanswered(history: History, findings: Findings) -> list[Problem]:
    """Warnings on what the logs cannot tell, but for what is assumed for all in its place."""
    assumed = {(row.table, row.column) for row in history.assumptions if row.segment == "*"}
    return [each for each in findings.warnings if (each.table, each.column) not in assumed]


def _checked(
    history: History, files: Mapping[str, str], findings: Findings
) -> tuple[PlanningCase, list[Problem]]:
    """The case that the files hold, read as any other is, with what warns in it."""
    missing = _no_levels(history, findings)
    if missing:
        raise InvalidInput([*missing, *findings.warnings])
    with tempfile.TemporaryDirectory(prefix="slopt-calibrate-") as folder:
        for name, text in files.items():
            (Path(folder) / name).write_text(text, encoding="utf-8", newline="")
        reading = read_case(Path(folder))
    if reading.case is None:
        raise InvalidInput([_of_the_case(problem) for problem in reading.problems])
    warnings = [
        _of_the_case(problem)
        for problem in reading.problems
        if problem.severity is Severity.WARNING
    ]
    return reading.case, warnings


def _of_the_case(problem: Problem) -> Problem:
    """A problem of a file that the user has not seen: it says whose file that is."""
    return replace(problem, file=f"{problem.file} of the case to be written")


def _no_levels(history: History, findings: Findings) -> list[Problem]:
    """A case needs service levels: from the log, or assumed."""
    if findings.has("tiers", "service_level"):
        return []
    if any((row.table, row.column) == ("tiers", "service_level") for row in history.assumptions):
        return []
    return [
        Problem(
            "No log tells how orders were served, and no service level is assumed.",
            "Map failed, late, or promised and delivered; or assume tiers service_level.",
            file=history.path.name,
        )
    ]
