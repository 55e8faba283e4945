"""`slopt evaluate` of a case with periods: the value of a plan over all of them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from slopt.cli.closing import written
from slopt.cli.common import print_json, print_lines, run_line, screen_width, tell
from slopt.cli.speaking import spoken

if TYPE_CHECKING:
    from slopt.case.case import PlanningCase


def evaluate_case_over_time(
    case: PlanningCase,
    name: str,
    overrides: dict[str, str],
    files: tuple[Path, Path | None, Path | None],
    out: Path | None,
    json: bool,
    is_recorded: bool,
) -> None:
    """Price, record, print and write. `files` are those of the plan, its staff and projects."""
    begin = time.perf_counter()
    from slopt.engine.horizons import evaluate_over_time
    from slopt.engine.recording import Asked, Recorder
    from slopt.plan.files import write_files
    from slopt.plan.horizon.bring import PlanFiles
    from slopt.plan.horizon.files import HORIZON_FILES, horizon_files
    from slopt.plan.horizon.result import evaluated_horizon_result
    from slopt.report.horizon_screen import evaluated_horizon_lines

    brought = evaluate_over_time(case, PlanFiles.beside(*files))
    document = evaluated_horizon_result(brought, time.perf_counter() - begin)
    tiers = brought.problem.mode_tier[brought.choice.modes].T
    options = {"file": files[0].name, "plan": brought.choice.digest}
    asked = Asked("evaluate", case, name, overrides, options)
    with Recorder.of(name, is_recorded) as recorder:
        document = recorder.record(asked, document, tiers)
    tell(recorder)
    made = {}
    if out:
        made = horizon_files(brought, document)
        write_files(out, made, stale=[one for one in HORIZON_FILES if one not in made])
    if json:
        print_json(document)
        return
    print_lines(evaluated_horizon_lines(brought, screen_width(), spoken()))
    if out:
        print_lines(["", written(out, made)])
    print_lines(run_line(document, name))
