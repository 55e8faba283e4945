"""`slopt explain CASE SEGMENT` of a case with periods."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from slopt.cli.closing import how_to_write, written
from slopt.cli.common import print_json, print_lines, progress, screen_width
from slopt.cli.speaking import spoken
from slopt.sayings import later
from slopt.vocabulary import Method, Status

if TYPE_CHECKING:
    from slopt.case.case import PlanningCase

FILE, NO_PLAN = "explanation.json", "result.json"


def explain_over_time(
    case: PlanningCase, segment: str, method: Method, out: Path | None, json: bool
) -> int:
    """Explain one segment, print and write; the exit code."""
    begin = time.perf_counter()
    from slopt.engine.explaining_over_time import explain_segment_over_time
    from slopt.plan.files import json_text, result_without_plan, write_files
    from slopt.plan.horizon.result import no_horizon_plan_result
    from slopt.report.horizon_screen import no_horizon_plan_lines
    from slopt.report.segment_over_time_screen import segment_over_time_lines
    from slopt.study.explain_document import TABLES
    from slopt.study.over_time.other_tiers_file import segment_document

    with progress(later("solving")):
        answer = explain_segment_over_time(case, segment, method)
    solved, found = answer.solved, answer.found
    status, seconds = solved.outcome.status, time.perf_counter() - begin
    if found is None:
        document = no_horizon_plan_result(case, solved.outcome, seconds)
        name, stale = NO_PLAN, [FILE, *TABLES]
        lines = no_horizon_plan_lines(
            case, solved.problem, solved.outcome, screen_width(), spoken()
        )
    else:
        document = segment_document(found, case, status, seconds)
        name, stale = FILE, [*TABLES, *(result_without_plan(out) if out else ())]
        lines = segment_over_time_lines(found, case, screen_width(), spoken())
        if found.interrupted:
            status = Status.INTERRUPTED
        elif status is Status.OPTIMAL and not found.is_complete:
            status = Status.FEASIBLE
    if out:
        write_files(out, {name: json_text(document)}, stale=stale)
    if json:
        print_json(document)
    else:
        print_lines([*lines, "", written(out, [name], seconds) if out else how_to_write()])
    return status.exit_code
