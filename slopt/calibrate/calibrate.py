"""`calibrate`: logs in, a planning case out, each number with its interval and its source."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from slopt.calibrate.accounts import make_accounts
from slopt.calibrate.cells import type_log
from slopt.calibrate.change import find_effect
from slopt.calibrate.costs import find_costs
from slopt.calibrate.counts import Counts
from slopt.calibrate.curve_volumes import find_curve_volumes
from slopt.calibrate.database import Database, errors_of
from slopt.calibrate.dissatisfaction import find_dissatisfaction
from slopt.calibrate.estimate import Estimate, Finding, Findings
from slopt.calibrate.history import History
from slopt.calibrate.history_file import read_history
from slopt.calibrate.levels import find_levels, offered
from slopt.calibrate.made_case import made_case, read_back
from slopt.calibrate.matching import unmatched
from slopt.calibrate.orders import make_orders
from slopt.calibrate.reactions import find_reactions
from slopt.calibrate.retention import find_retention
from slopt.calibrate.sales_answers import find_sales_answers
from slopt.calibrate.satisfaction import find_satisfaction
from slopt.calibrate.scoring import Score
from slopt.calibrate.segments import assign_segments
from slopt.calibrate.tables import case_files
from slopt.calibrate.tallies import Numbers
from slopt.calibrate.trial import find_trial
from slopt.calibrate.trial_counts import trial_problems
from slopt.calibrate.updated_case import base_of, updated_files
from slopt.calibrate.volumes import find_today, find_volumes
from slopt.case.case import PlanningCase
from slopt.case.columns import suggest
from slopt.errors import InvalidInput, Problem
from slopt.sayings import later, say

REPORT = "calibration.json"


@dataclass(frozen=True)
class Calibration:
    """A case made from history: its files by name, the case they hold, and what was found.

    `rows` counts the rows that each log gave. Where the logs and what is assumed do not make a
    case, it is None, and `missing` says what they lack.
    """

    history: History
    segments: tuple[str, ...]
    tiers: tuple[str, ...]
    files: Mapping[str, str]
    case: PlanningCase | None
    missing: tuple[Problem, ...]
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
            "segments": len(self.segments),
            "tiers": self.tiers if self.case is None else self.case.tiers,
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
                    "tier": each.tier, "point": each.point or None, "value": each.value,
                    "kind": each.kind.value,
                    "low": each.low, "high": each.high, "n": each.n, "source": each.source,
                }
                for each in self.estimates
            ],
            "warnings": [problem.as_dict() for problem in self.warnings],
            "missing": [problem.as_dict() for problem in self.missing],
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
    every problem of the history file, else of the logs.
    """
    begin = time.perf_counter()
    history = read_history(Path(path))
    base = base_of(history)
    database = Database()
    try:
        rows, warnings = _read_logs(database, history)
        warnings += _prepare(database, history)
        counts = Counts(database, history)
        _check_names(history, counts)
        findings, cases = _find(counts, history, None if base is None else base[1])
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
    if base is None:
        files = case_files(history, counts.segments, counts.tiers, estimates, forbidden)
        case, missing, more = made_case(history, counts.tiers, files)
    else:
        files = updated_files(*base, estimates, counts.segments, counts.tiers)
        case, missing, more = read_back(history, files)
    return Calibration(
        history, tuple(counts.segments), tuple(counts.tiers), files, case, tuple(missing),
        estimates, tuple(findings.findings), tuple(findings.scores),
        (*warnings, *_unanswered(history, findings), *more), rows, time.perf_counter() - begin,
    )  # fmt: skip


def _read_logs(database: Database, history: History) -> tuple[dict[str, int], list[Problem]]:
    """How many rows each log gave, and warnings; raises InvalidInput with all problems."""
    problems: list[Problem] = []
    warnings: list[Problem] = []
    for log in history.logs.values():
        found = database.read_log(log)
        errors = errors_of(found)
        warnings += [problem for problem in found if problem not in errors]
        problems += errors or type_log(database, log)
    customers = history.logs.get("customers")
    if customers is not None and customers.has("customer") and not problems:
        problems += _doubles(database, customers.file.name, customers.columns["customer"][0])
    if not problems:
        problems += unmatched(database, history) + trial_problems(database, history)
    if problems:
        raise InvalidInput(problems)
    rows = {
        name: int(database.row(f"SELECT count(*) FROM typed_{name}")[0]) for name in history.logs
    }
    return rows, warnings


def _doubles(database: Database, file: str, column: str) -> list[Problem]:
    """A customer has one row in the churn records."""
    rows = database.rows(
        "SELECT customer, count(*) FROM typed_customers WHERE customer IS NOT NULL "
        "GROUP BY customer HAVING count(*) > 1 ORDER BY customer"
    )
    if not rows:
        return []
    value, count = rows[0]
    message = (
        say('Customer "{value}" is in {count} rows.', value=value, count=count)
        if len(rows) == 1
        else say(
            'Customer "{value}" is in {count} rows, and {more} more customers are in several rows.',
            value=value,
            count=count,
            more=f"{len(rows) - 1:,}",
        )
    )
    return [
        Problem(message, say("Keep one row a customer."), file=file, column=column, value=value)
    ]


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
            hint = suggest(row.segment, counts.segments, later("Segments are: {known}."))
            message = say('"{segment}" is not a segment of the log.', segment=row.segment)
            problems.append(
                Problem(message, hint, file=history.path.name, column="assume", value=row.segment)
            )
    given = [row.tier for row in history.assumptions if row.column == "service_level"]
    for name in history.menu.order:
        if name not in counts.tiers and name not in given and "*" not in given:
            problems.append(
                Problem(
                    say(
                        '"{name}" is not a tier of the log, and no service level of it is assumed.',
                        name=name,
                    ),
                    suggest(name, counts.tiers, later("Tiers are: {known}.")),
                    file=history.path.name,
                    column="tiers.order",
                    value=name,
                )
            )
    for name in history.change.treated if history.change else ():
        if name not in counts.segments:
            problems.append(
                Problem(
                    say('"{name}" is not a segment of the log.', name=name),
                    suggest(name, counts.segments, later("Segments are: {known}.")),
                    file=history.path.name,
                    column="change.treated",
                    value=name,
                )
            )
    if not counts.segments or not counts.tiers:
        problems.append(
            Problem(
                say("No row of the logs has a segment and a tier."),
                say("Look at keep, since, until and the columns of segment and tier."),
                file=history.path.name,
            )
        )
    if problems:
        raise InvalidInput(problems)


def _find(counts: Counts, history: History, base: PlanningCase | None) -> tuple[Findings, Numbers]:
    """Everything that is estimated, and the cases of each pair of segment and tier."""
    findings = Findings()
    if not counts.has_orders and not counts.has_accounts:
        find_trial(counts, history, findings, base)
        return findings, np.zeros(len(counts.segments) * len(counts.tiers))
    find_volumes(counts, history, findings)
    levels = find_levels(counts, history, findings)
    cases = counts.use_of_pairs() if levels is None else levels.n
    find_today(counts, history, findings, offered(cases, len(counts.tiers), history.menu))
    find_costs(counts, history, findings, cases)
    find_retention(counts, history, findings)
    find_effect(counts, history, findings)
    find_sales_answers(counts, history, findings)
    find_curve_volumes(counts, history, findings)
    find_reactions(counts, history, findings)
    find_dissatisfaction(counts, history, findings)
    find_satisfaction(counts, history, findings)
    find_trial(counts, history, findings)
    return findings, cases


def _unanswered(history: History, findings: Findings) -> list[Problem]:
    """Warnings on what the logs cannot tell, but for what is assumed for all in its place."""
    assumed = {(row.table, row.column) for row in history.assumptions if row.segment == "*"}
    return [each for each in findings.warnings if (each.table, each.column) not in assumed]
