"""`slopt compare` of plans over periods."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from slopt.cli.closing import how_to_write, written
from slopt.cli.common import print_json, print_lines, progress, screen_width
from slopt.cli.speaking import spoken
from slopt.sayings import later, say
from slopt.vocabulary import Method, Status

if TYPE_CHECKING:
    from slopt.case.case import PlanningCase
    from slopt.engine.comparing_over_time import ComparedOverTime


def compare_plans_over_time(
    a: str,
    b: str | None,
    case: str | None,
    read: Callable[[str, bool], PlanningCase],
    settings: list[str],
    method: Method,
    out: Path | None,
    json: bool,
) -> int:
    """Compare, print and write; the exit code."""
    begin = time.perf_counter()
    from slopt.engine.comparing_over_time import compare_named_over_time
    from slopt.plan.files import write_files
    from slopt.report.compare_over_time_screen import compare_over_time_lines
    from slopt.study.over_time.compare_files import (
        comparison_over_time_document,
        comparison_over_time_files,
    )

    with progress(later("comparing")):
        compared = compare_named_over_time(a, b, case, read, method, settings)
    found = compared.comparison
    if found is None:
        return _no_plan(compared, json, time.perf_counter() - begin)
    document = comparison_over_time_document(found, time.perf_counter() - begin)
    files = comparison_over_time_files(found, document) if out else {}
    if out:
        write_files(out, files)
    if json:
        print_json(document)
    else:
        print_lines(compare_over_time_lines(found, screen_width(), spoken()))
        print_lines(["", written(out, files) if out else how_to_write()])
    solved = [side.status for side in (found.a, found.b) if side.status is not None]
    return max((status.exit_code for status in solved), default=Status.OPTIMAL.exit_code)


def _no_plan(compared: ComparedOverTime, json: bool, seconds: float) -> int:
    from slopt.plan.horizon.result import no_horizon_plan_result
    from slopt.report.horizon_screen import no_horizon_plan_lines

    solved = compared.failed
    assert solved is not None
    if json:
        print_json(no_horizon_plan_result(solved.case, solved.outcome, seconds))
    else:
        head = say("There is no plan of {compared} to compare with.", compared=compared.label)
        print_lines([head, ""])
        print_lines(
            no_horizon_plan_lines(
                solved.case, solved.problem, solved.outcome, screen_width(), spoken()
            )
        )
    return solved.outcome.status.exit_code
