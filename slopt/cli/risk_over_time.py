"""`slopt risk` of a case with periods: how a plan over them fares in many futures."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from slopt.cli.closing import how_to_write, written
from slopt.cli.common import print_json, print_lines, progress, screen_width
from slopt.cli.speaking import spoken
from slopt.sayings import later
from slopt.vocabulary import Method

if TYPE_CHECKING:
    from slopt.case.case import PlanningCase
    from slopt.engine.horizons import SolvedHorizon

FILES, NO_PLAN = ("risk.json", "periods.csv", "futures.csv"), "result.json"


def risk_over_time_case(
    case: PlanningCase,
    plan: Path | None,
    samples: int | None,
    method: Method,
    out: Path | None,
    json: bool,
) -> int:
    """Plan the case, or take the plan of a file, and price it in its futures; the exit code."""
    begin = time.perf_counter()
    from slopt.engine.horizons import evaluate_over_time, solve_over_time
    from slopt.engine.risks_over_time import risk_over_time
    from slopt.plan.files import json_text, result_without_plan, write_files
    from slopt.plan.horizon.bring import PlanFiles
    from slopt.report.horizon_risk_screen import horizon_risk_lines
    from slopt.study.over_time.risk_files import futures_csv, periods_csv, risk_over_time_document

    with progress(later("pricing the plan in many futures")):
        if plan is not None:
            found = risk_over_time(
                evaluate_over_time(case, PlanFiles.beside(plan, None, None)), samples
            )
        else:
            solved = solve_over_time(case, method)
            if solved.plan is None:
                return _without_plan(solved, out, json)
            found = risk_over_time(solved.plan, samples)
    seconds = time.perf_counter() - begin
    document = risk_over_time_document(case, found.futures, found.fares, found.seed, seconds)
    if out is not None:
        contents = (
            json_text(document),
            periods_csv(found.fares),
            futures_csv(found.futures, found.fares),
        )
        stale = result_without_plan(out)
        write_files(out, dict(zip(FILES, contents, strict=True)), stale=stale)
    if json:
        print_json(document)
    else:
        lines = horizon_risk_lines(found, screen_width(), spoken())
        last = written(out, FILES, seconds) if out is not None else how_to_write()
        print_lines([*lines, "", last])
    return 0


def _without_plan(solved: SolvedHorizon, out: Path | None, json: bool) -> int:
    from slopt.plan.files import json_text, write_files
    from slopt.plan.horizon.result import no_horizon_plan_result
    from slopt.report.horizon_screen import no_horizon_plan_lines

    document = no_horizon_plan_result(solved.case, solved.outcome, solved.seconds)
    if out is not None:
        write_files(out, {NO_PLAN: json_text(document)}, stale=FILES)
    if json:
        print_json(document)
    else:
        width = screen_width()
        print_lines(
            no_horizon_plan_lines(solved.case, solved.problem, solved.outcome, width, spoken())
        )
    return solved.outcome.status.exit_code
