"""`slopt solve` of a case with periods: the plan over all of them, or from one of them on."""

from __future__ import annotations

import hashlib
import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slopt.cli.closing import how_to_write, written
from slopt.cli.common import print_json, print_lines, progress, run_line, screen_width, tell
from slopt.cli.speaking import spoken
from slopt.sayings import later
from slopt.vocabulary import Method, Status

if TYPE_CHECKING:
    from slopt.case.case import PlanningCase
    from slopt.engine.horizons import SolvedHorizon

CycleWords = tuple[str, str, Path | None]
"""--from, --locked and --actuals."""


def solve_case_over_time(
    case: PlanningCase,
    name: str,
    overrides: dict[str, str],
    method: Method,
    cycle: CycleWords | None,
    out: Path | None,
    json: bool,
    is_recorded: bool,
) -> Status:
    """Solve, record, print and write the answer; how it ended."""
    begin = time.perf_counter()
    from slopt.engine.horizons import Cycle, solve_over_time
    from slopt.engine.recording import Asked, Recorder
    from slopt.plan.horizon.result import horizon_result, no_horizon_plan_result
    from slopt.report.horizon_screen import horizon_lines, no_horizon_plan_lines

    with progress(later("solving")):
        solved = solve_over_time(case, method, None if cycle is None else Cycle(*cycle))
    plan, seconds = solved.plan, time.perf_counter() - begin
    document = (
        horizon_result(plan, seconds)
        if plan
        else no_horizon_plan_result(case, solved.outcome, seconds)
    )
    options: dict[str, Any] = {"method": method.value}
    if cycle is not None:
        options |= {"from": cycle[0], "settled": _digest(solved)}
    asked = Asked("solve", case, name, overrides, options)
    with Recorder.of(name, is_recorded) as recorder:
        document = recorder.record(asked, document, plan.tiers.T if plan else None)
    names = _write(out, solved, document) if out else ()
    if json:
        print_json(document)
    else:
        _ = spoken()
        if plan:
            print_lines(horizon_lines(plan, screen_width(), _))
        else:
            width = screen_width()
            print_lines(no_horizon_plan_lines(case, solved.problem, solved.outcome, width, _))
        if out:
            said = written(out, names, seconds)
            print_lines(["", said, *(_next_cycle(solved, name, out) if plan else [])])
        elif plan:
            print_lines(["", how_to_write()])
        print_lines(run_line(document, name))
    tell(recorder)
    return solved.outcome.status


def _next_cycle(solved: SolvedHorizon, name: str, out: Path) -> list[str]:
    """How to plan again once the first period that was planned is over."""
    periods = solved.problem.periods
    if len(periods) < 2:
        return []
    return [
        spoken()(
            "When {period} is over: slopt solve {case} --from {next} --locked {folder}",
            period=periods[0],
            case=shlex.quote(name),
            next=shlex.quote(periods[1]),
            folder=shlex.quote(str(out)),
        )
    ]


def _digest(solved: SolvedHorizon) -> str:
    """SHA-256 of what was settled before the plan, which decides it as the case does."""
    settled = solved.settled
    assert settled is not None
    return hashlib.sha256((settled.choice.digest + settled.actuals.digest).encode()).hexdigest()


def _write(out: Path, solved: SolvedHorizon, document: dict[str, object]) -> tuple[str, ...]:
    """The names of the files written; those of an earlier run that are not among them go."""
    from slopt.plan.files import Content, json_text, write_files
    from slopt.plan.horizon.files import HORIZON_FILES, horizon_files

    plan = solved.plan
    files: dict[str, Content] = {"result.json": json_text(document)}
    if plan is not None:
        files = horizon_files(plan, document)
    write_files(out, files, stale=[name for name in HORIZON_FILES if name not in files])
    return tuple(files)
