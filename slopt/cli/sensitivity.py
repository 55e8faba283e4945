"""`slopt sensitivity`: which inputs move the answer, and which turn the decision."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from slopt.cli.closing import how_to_write, written
from slopt.cli.common import (
    CaseArgument,
    FreshOption,
    JsonOption,
    ModelOption,
    NoRecordOption,
    OutOption,
    PointsOnClusterOption,
    SetOption,
    WorkersOption,
    counting,
    overrides_of,
    print_json,
    print_lines,
    read,
    require_one_place,
    run_line,
    screen_width,
    tell,
)
from slopt.cli.speaking import LangOption, spoken
from slopt.sayings import in_a_row, later, say
from slopt.vocabulary import Method, Screening, Status

if TYPE_CHECKING:
    from slopt.case.case import PlanningCase
    from slopt.engine.recording import Recorder
    from slopt.engine.solving import Solved
    from slopt.study.sensitivity import Sensitivity
    from slopt.study.sensitivity.choose import Wanted


def run(
    case: CaseArgument,
    screening: Annotated[
        Screening, typer.Option("--method", help="One input at a time, or all together by SALib.")
    ] = Screening.TORNADO,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH[=LOW:HIGH]",
            help="Only these inputs: limits.budget=0.9x:1.1x, response.leave_probability.",
        ),
    ] = None,
    span: Annotated[
        str,
        typer.Option(
            metavar="SHARE", help="For main inputs without a range of their own; 0: none."
        ),
    ] = "20%",
    by_row: Annotated[
        bool, typer.Option("--by-row", help="Every row on its own, not the column as one.")
    ] = False,
    samples: Annotated[
        int | None,
        typer.Option(metavar="N", help="Sampled futures, paths of Morris, base samples of Sobol."),
    ] = None,
    workers: WorkersOption = 1,
    cluster: PointsOnClusterOption = None,
    fresh: FreshOption = False,
    out: OutOption = None,
    settings: SetOption = None,
    model: ModelOption = None,
    no_record: NoRecordOption = False,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Show which inputs move the answer, where the plan changes, and how well it holds."""
    begin = time.perf_counter()
    require_one_place(workers, cluster)
    from slopt.engine.recording import Asked, Recorder
    from slopt.engine.solving import Solved
    from slopt.study.sensitivity.choose import Wanted
    from slopt.study.sensitivity.ends import span_of
    from slopt.study.sensitivity.files import sensitivity_document

    wanted = Wanted(tuple(vary or ()), span_of(span), by_row)
    planning_case = read(case, settings, model)
    options = {
        "method": screening.value,
        "vary": vary,
        "span": wanted.span,
        "by_row": by_row,
        "samples": samples,
    }
    asked = Asked("sensitivity", planning_case, case, overrides_of(settings, model), options)
    with Recorder.of(case, not no_record) as recorder:
        study = _studied(
            recorder, planning_case, wanted, screening, samples, workers, cluster, fresh
        )
        if isinstance(study, Solved):
            tell(recorder)
            _without_plan(study, begin, out, json)
        document = sensitivity_document(study, planning_case, time.perf_counter() - begin)
        document = recorder.record(asked, document, study.futures.plan)
    _show(study, planning_case, document, case, out, json, begin)
    tell(recorder)


def _studied(
    recorder: Recorder,
    case: PlanningCase,
    wanted: Wanted,
    screening: Screening,
    samples: int | None,
    workers: int,
    cluster: str | None,
    fresh: bool,
) -> Sensitivity | Solved:
    """The study. What was solved before an interruption is kept; then it ends with 130."""
    from slopt.engine.sensitivities import sensitivity_of
    from slopt.engine.sweeps import runner_of
    from slopt.study.sweep.runner import study_key

    keeper = recorder.points(study_key(case, Method.AUTO))
    if fresh:
        keeper.forget()
    try:
        with (
            counting(later("solving")) as progress,
            runner_of(case, Method.AUTO, workers, cluster, keeper) as runner,
        ):
            return sensitivity_of(case, wanted, screening, samples, runner, progress)
    except KeyboardInterrupt:
        tell(recorder)
        kept = say("What was solved is kept: the same command goes on from there.")
        lost = say("Nothing could be kept: the same command begins anew.")
        said = in_a_row(say("Interrupted."), kept if keeper.is_kept else lost)
        typer.echo(spoken().tell(said), err=True)
        raise typer.Exit(Status.INTERRUPTED.exit_code) from None


def _without_plan(solved: Solved, begin: float, out: Path | None, json: bool) -> NoReturn:
    """Today's case has no plan: why, as `slopt solve` says it."""
    from slopt.plan.files import json_text, write_files
    from slopt.plan.result import no_plan_result
    from slopt.report.no_plan_screen import no_plan_lines
    from slopt.study.sensitivity.files import ALL, DOCUMENT

    document = no_plan_result(solved.case, solved.outcome, time.perf_counter() - begin)
    if out is not None:
        stale = [name for name in ALL if name != DOCUMENT]
        write_files(out, {DOCUMENT: json_text(document)}, stale=stale)
    if json:
        print_json(document)
    else:
        print_lines(
            no_plan_lines(solved.case, solved.problem, solved.outcome, screen_width(), spoken())
        )
    raise typer.Exit(solved.outcome.status.exit_code)


def _show(
    study: Sensitivity,
    case: PlanningCase,
    document: dict[str, Any],
    named: str,
    out: Path | None,
    json: bool,
    begin: float,
) -> None:
    """The files and the screen, or the document."""
    from slopt.plan.files import write_files
    from slopt.study.sensitivity.files import ALL, sensitivity_files

    names: tuple[str, ...] = ()
    if out is not None:
        files = sensitivity_files(study, document)
        names = tuple(files)
        write_files(out, files, stale=[name for name in ALL if name not in files])
    if json:
        print_json(document)
        return
    from slopt.report.sensitivity_screen import sensitivity_lines

    print_lines(sensitivity_lines(study, case, screen_width(), spoken()))
    if out is not None:
        seconds = time.perf_counter() - begin
        print_lines(["", written(out, names, seconds)])
    else:
        print_lines(["", how_to_write()])
    print_lines(run_line(document, named))
