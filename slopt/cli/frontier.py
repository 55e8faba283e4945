"""`slopt frontier`: the best plan for every budget, or for every value of another limit."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from slopt.cli.closing import how_to_write, written
from slopt.cli.common import (
    CaseArgument,
    JsonOption,
    MethodOption,
    ModelOption,
    NoRecordOption,
    OutOption,
    RiskOption,
    SetOption,
    overrides_of,
    print_json,
    print_lines,
    progress,
    read,
    run_line,
    screen_width,
    tell,
    with_risk,
)
from slopt.cli.speaking import LangOption, spoken
from slopt.errors import UsageError
from slopt.sayings import later, say
from slopt.vocabulary import Method

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from slopt.case.case import PlanningCase
    from slopt.engine import recording
    from slopt.study.frontier.grid import Span
    from slopt.study.frontier.target import Target

FILES = ("frontier.csv", "frontier_plans.parquet", "frontier.json")
RESULT = ("result.json",)
PLAN_FILES = ("plan.csv", "resources.csv")


def run(
    case: CaseArgument,
    along: Annotated[
        str,
        typer.Option(metavar="LIMIT", help="A limit, a resource, a rule on a sum, or robustness."),
    ] = "budget",
    points: Annotated[
        int | None, typer.Option(metavar="N", help="How many points, 21 if not said.")
    ] = None,
    begin: Annotated[
        str | None,
        typer.Option("--from", metavar="VALUE", help="First value, or a factor such as 0.8x."),
    ] = None,
    end: Annotated[
        str | None,
        typer.Option("--to", metavar="VALUE", help="Last value, or a factor such as 1.2x."),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(
            metavar="KEY=VALUE",
            help="The least of the limit that reaches lost_sales, total_cost or service_level.",
        ),
    ] = None,
    risk: RiskOption = None,
    bands: Annotated[
        bool,
        typer.Option("--bands", help="Price every plan in many futures, and show how far it goes."),
    ] = False,
    out: OutOption = None,
    settings: SetOption = None,
    model: ModelOption = None,
    method: MethodOption = Method.AUTO,
    no_record: NoRecordOption = False,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Find the best plan for every budget, or for every value of another limit."""
    started = time.perf_counter()
    from slopt.cli.robustness import price_of_robustness
    from slopt.engine import recording
    from slopt.engine.robustness import runs_along_robustness
    from slopt.study.frontier.grid import POINTS, Span, end_of
    from slopt.study.frontier.target import target_of

    settings = with_risk(settings, risk)
    overrides = overrides_of(settings, model)
    if target is not None:
        if (points, begin, end) != (None, None, None):
            raise UsageError(
                say("--target asks for one plan; leave out --points, --from and --to.")
            )
        if bands:
            raise UsageError(say("--target asks for one plan; leave out --bands."))
        wanted = target_of(target)
        options: dict[str, Any] = {"along": along, "method": method.value, "target": target}
        recorded = recording.Asked(
            "frontier", read(case, settings, model), case, overrides, options
        )
        if recorded.case.settings.risk.measure is not None:
            raise UsageError(
                say(
                    "--target is reached at the case's own numbers, not over its futures; add "
                    "--risk none."
                )
            )
        _reach(Asked(recorded, along, method, out, json, started, not no_record), wanted)
    span = Span(end_of("--from", begin), end_of("--to", end), POINTS if points is None else points)
    options = {
        "along": along,
        "method": method.value,
        "points": span.count,
        "from": begin,
        "to": end,
        **({"bands": True} if bands else {}),
    }
    recorded = recording.Asked("frontier", read(case, settings, model), case, overrides, options)
    asked = Asked(recorded, along, method, out, json, started, not no_record)
    if runs_along_robustness(recorded.case, along):
        if bands or (points, begin, end) != (None, None, None):
            raise UsageError(
                say(
                    "--along robustness goes from no segment at its worst to all of them; leave "
                    "out --points, --from, --to and --bands."
                )
            )
        price_of_robustness(asked)
    _sweep(asked, span, bands)


@dataclass(frozen=True)
class Asked:
    """What both questions of the command share."""

    recorded: recording.Asked
    along: str
    method: Method
    out: Path | None
    json: bool
    started: float
    is_recorded: bool

    @property
    def case(self) -> PlanningCase:
        """The case, read."""
        return self.recorded.case

    def record(self, document: dict[str, Any], plans: NDArray[np.int64] | None) -> dict[str, Any]:
        """The document with the entry of its run; why there is none is told."""
        from slopt.engine.recording import Recorder

        with Recorder.of(self.recorded.named, self.is_recorded) as recorder:
            document = recorder.record(self.recorded, document, plans)
        tell(recorder)
        return document


def _sweep(asked: Asked, span: Span, with_bands: bool) -> NoReturn:
    """Points from end to end, priced in many futures where that is asked for."""
    from slopt.engine.frontier_bands import bands_of_frontier, frontier_for_risk
    from slopt.engine.frontiers import frontier_of
    from slopt.plan.files import json_text, write_files
    from slopt.report.frontier_screen import frontier_lines
    from slopt.study.frontier.files import frontier_csv, frontier_document, write_plans

    case = asked.case
    with progress(later("solving point after point")):
        found, bands = frontier_of(case, asked.along, span, asked.method), None
        if case.settings.risk.measure is not None:
            found, bands = frontier_for_risk(case, found, asked.method)
        elif with_bands:
            bands = bands_of_frontier(case, found)
    lines = [] if asked.json else frontier_lines(found, case, screen_width(), spoken(), bands)
    seconds = time.perf_counter() - asked.started
    document = asked.record(frontier_document(found, case, seconds, bands), found.plans)
    if asked.out:
        contents = (frontier_csv(found, bands), partial(write_plans, found), json_text(document))
        write_files(asked.out, dict(zip(FILES, contents, strict=True)))
    if asked.json:
        print_json(document)
    else:
        print_lines(lines)
        last_line(asked, FILES, seconds, document)
    raise typer.Exit(found.status.exit_code)


def _reach(asked: Asked, target: Target) -> NoReturn:
    """The least of the limit that reaches a target."""
    from slopt.engine.frontiers import least_for
    from slopt.plan.files import json_text, plan_files, write_files
    from slopt.report.target_screen import target_lines
    from slopt.study.frontier.files import target_document

    case = asked.case
    with progress(later("solving")):
        reached = least_for(case, target, asked.along, asked.method)
    lines = [] if asked.json else target_lines(reached, case, screen_width(), spoken())
    seconds = time.perf_counter() - asked.started
    least = reached.least
    document = asked.record(target_document(reached, case, seconds), least.choice)
    names: tuple[str, ...] = RESULT
    if asked.out and least.choice is not None and least.evaluation is not None:
        files = plan_files(reached.problem, least.choice, least.evaluation, (), document)
        names = tuple(files)
        write_files(asked.out, files)
    elif asked.out:
        write_files(asked.out, {RESULT[0]: json_text(document)}, stale=PLAN_FILES)
    if asked.json:
        print_json(document)
    else:
        print_lines(lines)
        last_line(asked, names, seconds, document)
    raise typer.Exit(least.status.exit_code)


def last_line(
    asked: Asked, names: tuple[str, ...], seconds: float, document: dict[str, Any]
) -> None:
    """What was written, or how to have it written, and how to come back to the run."""
    if asked.out:
        print_lines(["", written(asked.out, names, seconds)])
    else:
        print_lines(["", how_to_write()])
    print_lines(run_line(document, asked.recorded.named))
