"""`slopt risk`: plans side by side over uncertain futures, what is safe, where to learn."""

from __future__ import annotations

import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from slopt.cli.closing import how_to_write, written
from slopt.cli.common import (
    CaseArgument,
    JsonOption,
    MethodOption,
    NoRecordOption,
    OutOption,
    RiskOption,
    SetOption,
    counting,
    overrides_of,
    print_json,
    print_lines,
    read,
    run_line,
    screen_width,
    tell,
    with_risk,
)
from slopt.cli.common import progress as waiting
from slopt.cli.speaking import LangOption, spoken
from slopt.errors import UsageError
from slopt.sayings import later, say
from slopt.vocabulary import Method, Status

if TYPE_CHECKING:
    from slopt.engine.risk_plans import RiskPlans


def run(
    case: CaseArgument,
    risk: RiskOption = None,
    plan: Annotated[
        Path | None,
        typer.Option(
            "--plan", metavar="FILE", help="A plan to put beside the others: segment, tier."
        ),
    ] = None,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH[=LOW:HIGH]",
            help="An input more that is uncertain: segments.customers=0.9x:1.1x.",
        ),
    ] = None,
    samples: Annotated[
        int | None,
        typer.Option(
            min=2,
            max=1_000_000,
            metavar="N",
            help="Futures that are drawn, in place of risk.samples.",
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Hold the plan against futures it was not chosen on.")
    ] = False,
    out: OutOption = None,
    settings: SetOption = None,
    method: MethodOption = Method.AUTO,
    no_record: NoRecordOption = False,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Put plans side by side over uncertain futures: what is safe to decide, where to learn."""
    begin = time.perf_counter()
    settings = with_risk(settings, risk)
    if samples is not None:
        settings = [*(settings or []), f"risk.samples={samples}"]
    planning_case = read(case, settings, over_time=True)
    if planning_case.has_periods:
        from slopt.cli.risk_over_time import risk_over_time_case

        if vary:
            raise UsageError(
                say("--vary is for cases of one period; write ranges in the table sources.")
            )
        if check:
            raise UsageError(say("--check is for cases of one period; leave it out."))
        raise typer.Exit(risk_over_time_case(planning_case, plan, samples, method, out, json))
    from slopt.engine.recording import Asked, Recorder, digest_of
    from slopt.engine.risk_plans import risk_plans_document, risk_plans_of
    from slopt.engine.sampled_gaps import check_of, require_check
    from slopt.engine.solving import read_plan_of
    from slopt.problem.scenarios.asked import varied_inputs
    from slopt.report.sampled_gap_lines import sampled_gap_lines
    from slopt.study.risk.sampled_gap import sampled_gap_document

    if check:
        require_check(planning_case)
    inputs = varied_inputs(planning_case, vary) if vary else None
    brought = None if plan is None else read_plan_of(planning_case, plan, "slopt risk --plan")[1]
    with counting(later("solving")) as progress:
        _ = spoken()
        found = risk_plans_of(
            planning_case,
            brought,
            inputs,
            method,
            progress=lambda what, done, among: progress(_(what), done, among),
        )
    if found.study is None:
        _without_plan(found, begin, out, json)
    checked = None
    if check:
        with waiting(later("choosing anew on fresh futures")):
            checked = check_of(found)
    document = risk_plans_document(found, time.perf_counter() - begin)
    options: dict[str, Any] = {"method": method.value, "vary": vary}
    if check:
        options["check"] = True
        document["check"] = None if checked is None else sampled_gap_document(checked)
    if plan is not None and brought is not None:
        options |= {"file": plan.name, "plan": digest_of(brought)}
    asked = Asked("risk", planning_case, case, overrides_of(settings), options)
    with Recorder.of(case, not no_record) as recorder:
        document = recorder.record(asked, document, found.study.plan.choice)
    names = _write(out, found, document) if out else ()
    if json:
        print_json(document)
    else:
        _show(found)
        if checked is not None:
            lines = sampled_gap_lines(checked, planning_case, screen_width(), spoken())
            print_lines(["", *lines])
        seconds = time.perf_counter() - begin
        print_lines(["", _how_to_solve(case)])
        print_lines([written(out, names, seconds) if out else how_to_write()])
        print_lines(run_line(document, case))
    tell(recorder)
    raise typer.Exit(found.status.exit_code)


def _write(out: Path, found: RiskPlans, document: dict[str, Any]) -> tuple[str, ...]:
    """The names of the files written; what an earlier run without a plan left behind goes."""
    from slopt.plan.files import Content, json_text, result_without_plan, write_files
    from slopt.study.risk.beside_files import beside_files
    from slopt.study.risk.files import risk_files

    study = found.study
    assert study is not None
    files: dict[str, Content] = dict(beside_files(found.beside, found.futures, study.sample))
    files |= {**risk_files(study), "risk.json": json_text(document)}
    write_files(out, files, stale=result_without_plan(out))
    return tuple(files)


def _how_to_solve(named: str) -> str:
    """The command that gives one of the plans."""
    _ = spoken()
    command = f"slopt solve {shlex.quote(named)} --risk"
    return _("One of these plans: {command} mean, cvar, robust or regret", command=command)


def _show(found: RiskPlans) -> None:
    from slopt.report.risk_screen import risk_lines

    print_lines(risk_lines(found, screen_width(), spoken()))


def _without_plan(found: RiskPlans, begin: float, out: Path | None, json: bool) -> NoReturn:
    """The case has no plan: why, as `slopt solve` says it."""
    from slopt.plan.files import json_text, write_files
    from slopt.plan.result import no_plan_result
    from slopt.report.no_plan_screen import no_plan_lines
    from slopt.study.risk.beside_files import PLANS, SEGMENTS
    from slopt.study.risk.files import ALL

    seconds = time.perf_counter() - begin
    document = no_plan_result(found.case, found.outcome, seconds)
    document["status"] = found.status.value
    document["missing"] = [str(one.why.message) for one in found.beside.missing]
    if out is not None:
        stale = (PLANS, SEGMENTS, *ALL, "risk.json")
        write_files(out, {"result.json": json_text(document)}, stale=stale)
    if json:
        print_json(document)
    elif found.outcome.choice is None:
        problem = found.futures.problem.base
        print_lines(no_plan_lines(found.case, problem, found.outcome, screen_width(), spoken()))
    else:
        _show(found)
    if found.status is Status.INTERRUPTED:
        raise KeyboardInterrupt
    raise typer.Exit(found.status.exit_code)
