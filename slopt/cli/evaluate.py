"""`slopt evaluate`: the value of a plan that one brings."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from slopt.cli.common import (
    CaseArgument,
    JsonOption,
    OutOption,
    SetOption,
    print_json,
    print_lines,
    read,
    screen_width,
)


def run(
    case: CaseArgument,
    plan: Annotated[
        Path, typer.Option("--plan", metavar="FILE", help="CSV, Parquet or xlsx: segment, tier.")
    ],
    out: OutOption = None,
    settings: SetOption = None,
    json: JsonOption = False,
) -> None:
    """Price a plan without optimising, and name the rules that it breaks."""
    begin = time.perf_counter()
    from slopt.engine.solving import evaluate_plan
    from slopt.plan.files import plan_files, write_files
    from slopt.plan.result import evaluation_result
    from slopt.report.evaluate_screen import evaluation_lines

    brought = evaluate_plan(read(case, settings), plan)
    document = evaluation_result(brought, time.perf_counter() - begin)
    if out:
        files = plan_files(
            brought.problem,
            brought.choice,
            brought.evaluation,
            (),
            document,
            parquet=brought.case.is_parquet,
        )
        write_files(out, files)
    if json:
        print_json(document)
        return
    print_lines(evaluation_lines(brought, screen_width()))
    if out:
        print_lines(["", f"wrote {out}: {'  '.join(files)}"])
