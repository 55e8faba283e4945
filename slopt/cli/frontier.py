"""`slopt frontier`: the best plan for every budget, or for every value of another limit."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from slopt.cli.common import (
    CaseArgument,
    JsonOption,
    ModelOption,
    OutOption,
    SetOption,
    print_json,
    print_lines,
    progress,
    read,
    screen_width,
)
from slopt.errors import UsageError
from slopt.vocabulary import Method

if TYPE_CHECKING:
    from slopt.case.case import PlanningCase
    from slopt.study.frontier.grid import Span
    from slopt.study.frontier.target import Target

FILES = ("frontier.csv", "frontier_plans.parquet", "frontier.json")
RESULT = ("result.json",)
PLAN_FILES = ("plan.csv", "resources.csv")


def run(
    case: CaseArgument,
    along: Annotated[
        str, typer.Option(metavar="LIMIT", help="A limit, a resource, or a rule on a sum.")
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
    out: OutOption = None,
    settings: SetOption = None,
    model: ModelOption = None,
    method: Annotated[
        Method, typer.Option(envvar="SLOPT_METHOD", help="The route to the plans.")
    ] = Method.AUTO,
    json: JsonOption = False,
) -> None:
    """Find the best plan for every budget, or for every value of another limit."""
    started = time.perf_counter()
    from slopt.study.frontier.grid import POINTS, Span, end_of
    from slopt.study.frontier.target import target_of

    if target is not None:
        if (points, begin, end) != (None, None, None):
            raise UsageError("--target asks for one plan; leave out --points, --from and --to.")
        wanted = target_of(target)
        asked = Asked(read(case, settings, model), along, method, out, json, started)
        _reach(asked, wanted)
    span = Span(end_of("--from", begin), end_of("--to", end), POINTS if points is None else points)
    asked = Asked(read(case, settings, model), along, method, out, json, started)
    _sweep(asked, span)


@dataclass(frozen=True)
class Asked:
    """What both questions of the command share."""

    case: PlanningCase
    along: str
    method: Method
    out: Path | None
    json: bool
    started: float


def _sweep(asked: Asked, span: Span) -> NoReturn:
    """Points from end to end."""
    from slopt.engine.frontiers import frontier_of
    from slopt.plan.files import json_text, write_files
    from slopt.report.frontier_screen import frontier_lines
    from slopt.study.frontier.files import frontier_csv, frontier_document, write_plans

    case = asked.case
    with progress("solving point after point"):
        found = frontier_of(case, asked.along, span, asked.method)
    lines = [] if asked.json else frontier_lines(found, case, screen_width())
    seconds = time.perf_counter() - asked.started
    document = frontier_document(found, case, seconds)
    if asked.out:
        contents = (frontier_csv(found), partial(write_plans, found), json_text(document))
        write_files(asked.out, dict(zip(FILES, contents, strict=True)))
    if asked.json:
        print_json(document)
    else:
        print_lines(lines)
        _last_line(asked, FILES, seconds)
    raise typer.Exit(found.status.exit_code)


def _reach(asked: Asked, target: Target) -> NoReturn:
    """The least of the limit that reaches a target."""
    from slopt.engine.frontiers import least_for
    from slopt.plan.files import json_text, plan_files, write_files
    from slopt.report.target_screen import target_lines
    from slopt.study.frontier.files import target_document

    case = asked.case
    with progress("solving"):
        reached = least_for(case, target, asked.along, asked.method)
    lines = [] if asked.json else target_lines(reached, case, screen_width())
    seconds = time.perf_counter() - asked.started
    document = target_document(reached, case, seconds)
    least = reached.least
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
        _last_line(asked, names, seconds)
    raise typer.Exit(least.status.exit_code)


def _last_line(asked: Asked, names: tuple[str, ...], seconds: float) -> None:
    """What was written, or how to have it written."""
    if asked.out:
        print_lines(["", f"wrote {asked.out}: {'  '.join(names)}   {seconds:.2f} s"])
    else:
        print_lines(["", "Files: add --out DIR"])
