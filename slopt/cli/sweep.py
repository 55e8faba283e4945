"""`slopt sweep`: the plan at every point of a grid, a table or a sample."""

from __future__ import annotations

import hashlib
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slopt.cli.closing import how_to_write, written
from slopt.cli.common import (
    CaseArgument,
    FreshOption,
    JsonOption,
    MethodOption,
    ModelOption,
    NoRecordOption,
    OutOption,
    PointsOnClusterOption,
    RiskOption,
    SetOption,
    WorkersOption,
    overrides_of,
    print_json,
    print_lines,
    read,
    require_one_place,
    run_line,
    screen_width,
    tell,
    with_risk,
)
from slopt.cli.speaking import LangOption, spoken
from slopt.errors import SolverTrouble, UsageError
from slopt.sayings import in_a_row, say
from slopt.vocabulary import Method, Status

if TYPE_CHECKING:
    from slopt.case.case import PlanningCase
    from slopt.case.paths import Path as PathOfCase
    from slopt.engine.recording import Asked, Recorder
    from slopt.study.sweep.point import Point
    from slopt.study.sweep.result import Sweep

FILES = ("sweep.csv", "sweep_plans.parquet", "sweep.json")
MOST_RECORDED = 50_000_000
"""Tiers of all points that a record holds; of larger sweeps the points themselves are kept."""


def run(
    case: CaseArgument,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH=VALUES",
            help="A setting or column and its values: limits.budget=0.8x:1.2x:9.",
        ),
    ] = None,
    zip_: Annotated[
        bool, typer.Option("--zip", help="Take the values side by side, not every combination.")
    ] = False,
    points: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A table of points; its headings are paths.")
    ] = None,
    sample: Annotated[
        str | None,
        typer.Option(metavar="DESIGN:N", help="Draw N points over ranges: lhs:200, sobol:256."),
    ] = None,
    workers: WorkersOption = 1,
    cluster: PointsOnClusterOption = None,
    fresh: FreshOption = False,
    risk: RiskOption = None,
    out: OutOption = None,
    settings: SetOption = None,
    model: ModelOption = None,
    method: MethodOption = Method.AUTO,
    no_record: NoRecordOption = False,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Find the plan at every point of a grid, a table or a sample."""
    begin = time.perf_counter()
    _require_one_way(vary or [], zip_, points, sample)
    require_one_place(workers, cluster)
    from slopt.engine.recording import Asked, Recorder
    from slopt.engine.sweeps import require_points

    settings = with_risk(settings, risk)
    planning_case = read(case, settings, model)
    paths, asked = _points(planning_case, vary or [], zip_, points, sample)
    require_points(planning_case, asked, method)
    options = {
        "method": method.value,
        "vary": vary,
        "zip": zip_,
        "sample": sample,
        "points": hashlib.sha256("\n".join(map(str, asked)).encode()).hexdigest(),
    }
    recorded = Asked("sweep", planning_case, case, overrides_of(settings, model), options)
    with Recorder.of(case, not no_record) as recorder:
        found = _answered(recorder, planning_case, asked, paths, method, workers, cluster, fresh)
        document = _recorded(recorder, recorded, found, method, time.perf_counter() - begin)
    tell(recorder)
    _show(found, document, case, out, json, begin)
    if found.has_failed:
        raise typer.Exit(SolverTrouble.exit_code)


def _require_one_way(vary: list[str], zip_: bool, points: Path | None, sample: str | None) -> None:
    if not vary and points is None:
        raise UsageError(
            say(
                "Say what varies: --vary limits.budget=0.8x:1.2x:9, or --points FILE "
                "with a table of points."
            )
        )
    if points is not None and (vary or zip_ or sample):
        raise UsageError(say("--points has all points; leave out --vary, --zip and --sample."))
    if zip_ and sample is not None:
        raise UsageError(say("--zip and --sample are two ways to make points; leave one out."))


def _points(
    case: PlanningCase, vary: list[str], zip_: bool, points: Path | None, sample: str | None
) -> tuple[list[PathOfCase], list[Point]]:
    """What varies, in the order in which it was named, and all points."""
    from slopt.study.sweep import layout

    if points is not None:
        return layout.table_points(case, points)
    words = layout.varied(case, vary)
    paths = [path for path, _ in words]
    if sample is not None:
        from slopt.study.sweep.samples import sample_of, sample_points

        return paths, sample_points(case, layout.intervals_by_path(words), sample_of(sample))
    values = layout.amounts_by_path(words)
    return paths, layout.zipped_points(values) if zip_ else layout.grid_points(values)


def _answered(
    recorder: Recorder,
    case: PlanningCase,
    points: list[Point],
    paths: list[PathOfCase],
    method: Method,
    workers: int,
    cluster: str | None,
    fresh: bool,
) -> Sweep:
    """All answers. What was answered before an interruption is kept; then it ends with 130."""
    from slopt.cli.progress_line import PointsLine
    from slopt.engine.sweeps import runner_of, sweep_of
    from slopt.study.sweep.runner import study_key

    keeper = recorder.points(study_key(case, method))
    if fresh:
        keeper.forget()
    line = PointsLine()
    try:
        with runner_of(case, method, workers, cluster, keeper) as runner:
            return sweep_of(runner, points, line, paths)
    except KeyboardInterrupt:
        line.clear()
        tell(recorder)
        kept = say("What was answered is kept: the same command goes on from there.")
        lost = say("Nothing could be kept: the same command begins anew.")
        said = in_a_row(say("Interrupted."), kept if keeper.is_kept else lost)
        typer.echo(spoken().tell(said), err=True)
        raise typer.Exit(Status.INTERRUPTED.exit_code) from None
    finally:
        line.clear()


def _recorded(
    recorder: Recorder, asked: Asked, found: Sweep, method: Method, seconds: float
) -> dict[str, Any]:
    from slopt.study.sweep.files import sweep_document

    document = sweep_document(found, method, seconds)
    is_large = len(found.points) * len(found.case.segments) > MOST_RECORDED
    return recorder.record(asked, document, None if is_large else found.plans)


def _show(
    found: Sweep, document: dict[str, Any], named: str, out: Path | None, json: bool, begin: float
) -> None:
    """The files and the screen, or the document."""
    from slopt.plan.files import json_text, write_files
    from slopt.study.sweep.files import sweep_csv, write_plans

    if out is not None:
        contents = (sweep_csv(found), partial(write_plans, found), json_text(document))
        write_files(out, dict(zip(FILES, contents, strict=True)))
    if json:
        print_json(document)
        return
    from slopt.report.sweep_screen import sweep_lines

    print_lines(sweep_lines(found, screen_width(), spoken()))
    if out is not None:
        seconds = time.perf_counter() - begin
        print_lines(["", written(out, FILES, seconds)])
    else:
        print_lines(["", how_to_write()])
    print_lines(run_line(document, named))
