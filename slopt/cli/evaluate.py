"""`slopt evaluate`: the value of a plan that one brings."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from slopt.cli.closing import written
from slopt.cli.common import (
    CaseArgument,
    JsonOption,
    NoRecordOption,
    OutOption,
    RiskOption,
    SetOption,
    overrides_of,
    print_json,
    print_lines,
    read,
    run_line,
    screen_width,
    tell,
    with_risk,
)
from slopt.cli.speaking import LangOption, spoken
from slopt.errors import UsageError
from slopt.sayings import say


def run(
    case: CaseArgument,
    plan: Annotated[
        Path, typer.Option("--plan", metavar="FILE", help="CSV, Parquet or xlsx: segment, tier.")
    ],
    staff: Annotated[
        Path | None,
        typer.Option(
            "--staff",
            metavar="FILE",
            help="Over periods: who is hired and released; by default staff.csv beside the plan.",
        ),
    ] = None,
    projects: Annotated[
        Path | None,
        typer.Option(
            "--projects",
            metavar="FILE",
            help="Over periods: which are started when; by default projects.csv beside the plan.",
        ),
    ] = None,
    out: OutOption = None,
    settings: SetOption = None,
    risk: RiskOption = None,
    no_record: NoRecordOption = False,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Price a plan without optimising, and name the rules that it breaks."""
    begin = time.perf_counter()
    settings = with_risk(settings, risk)
    from slopt.engine.recording import Asked, Recorder, digest_of
    from slopt.engine.risk_evaluating import risk_of_brought
    from slopt.engine.solving import evaluate_plan
    from slopt.plan.files import plan_files, write_files
    from slopt.plan.result import evaluation_result
    from slopt.report.evaluate_screen import evaluation_lines

    planning_case = read(case, settings, over_time=True)
    if planning_case.has_periods:
        from slopt.cli.evaluate_over_time import evaluate_case_over_time

        its = (plan, staff, projects)
        evaluate_case_over_time(
            planning_case, case, overrides_of(settings), its, out, json, not no_record
        )
        return
    if staff is not None or projects is not None:
        raise UsageError(
            say("--staff and --projects are for plans over periods, and this case has one period.")
        )
    brought = evaluate_plan(planning_case, plan)
    fares = risk_of_brought(brought)
    document = evaluation_result(brought, time.perf_counter() - begin)
    if fares is not None:
        document["risk"] = fares.entry()
    options = {"file": plan.name, "plan": digest_of(brought.choice)}
    asked = Asked("evaluate", brought.case, case, overrides_of(settings), options)
    with Recorder.of(case, not no_record) as recorder:
        document = recorder.record(asked, document, brought.choice)
    tell(recorder)
    if out:
        files = plan_files(
            brought.problem,
            brought.choice,
            brought.evaluation,
            (),
            document,
            parquet=brought.case.is_parquet,
            case=brought.case,
        )
        write_files(out, files)
    if json:
        print_json(document)
        return
    print_lines(evaluation_lines(brought, screen_width(), spoken()))
    if fares is not None:
        from slopt.report.risk_evaluate_lines import brought_risk_lines

        print_lines(["", *brought_risk_lines(fares, screen_width(), spoken())])
    if out:
        print_lines(["", written(out, files)])
    print_lines(run_line(document, case))
