"""`slopt solve`: the plan."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from slopt.cli.plan_again import (
    ActualsOption,
    FromOption,
    LockedOption,
    cycle_words,
    require_periods,
)
from slopt.cli.speaking import LangOption, spoken
from slopt.errors import UsageError
from slopt.sayings import later, say
from slopt.vocabulary import Method

if TYPE_CHECKING:
    from rich.text import Text

    from slopt.engine.solving import Solved

PLAN_FILES = (
    "plan.csv",
    "resources.csv",
    "result.json",
    "plan.parquet",
    "staff.csv",
    "projects.csv",
    "periods.csv",
    "promises.csv",
    "choices.csv",
)
"""All that a plan may be written to, also one over periods; Parquet only where the segments came
so."""


def run(
    case: CaseArgument,
    out: OutOption = None,
    settings: SetOption = None,
    risk: RiskOption = None,
    model: ModelOption = None,
    method: MethodOption = Method.AUTO,
    cluster: Annotated[
        str | None,
        typer.Option(
            envvar="SLOPT_CLUSTER",
            metavar="ADDRESS",
            help="Solve a case in parts on the workers of this Dask scheduler, tcp://HOST:8786, or "
            "in this process: here.",
        ),
    ] = None,
    start: FromOption = None,
    locked: LockedOption = None,
    actuals: ActualsOption = None,
    no_record: NoRecordOption = False,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Find the best plan and prove it."""
    settings = with_risk(settings, risk)
    cycle = cycle_words(start, locked, actuals)
    if cluster is not None and cycle is None:
        from slopt.cli.solve_on_cluster import solve_on_cluster

        overrides = overrides_of(settings, model)
        status = solve_on_cluster(case, cluster, overrides, method, out, json, not no_record)
        raise typer.Exit(status.exit_code)
    if cluster is not None:
        raise UsageError(say("--from plans again here; leave --cluster out."))
    begin = time.perf_counter()
    from slopt.engine.recording import Asked, Recorder
    from slopt.engine.solving import solve_case
    from slopt.plan.result import no_plan_result, plan_result

    planning_case = read(case, settings, model, over_time=True)
    if planning_case.has_periods:
        from slopt.cli.solve_over_time import solve_case_over_time

        overrides = overrides_of(settings, model)
        status = solve_case_over_time(
            planning_case, case, overrides, method, cycle, out, json, not no_record
        )
        raise typer.Exit(status.exit_code)
    require_periods(planning_case, cycle)
    with progress(later("solving")):
        solved = solve_case(planning_case, method)
    lines = None if json else _lines(solved)
    seconds = time.perf_counter() - begin
    document = (
        plan_result(solved.plan, seconds)
        if solved.plan
        else no_plan_result(planning_case, solved.outcome, seconds, solved.chances)
    )
    asked = Asked(
        "solve", planning_case, case, overrides_of(settings, model), {"method": method.value}
    )
    with Recorder.of(case, not no_record) as recorder:
        document = recorder.record(asked, document, solved.plan.choice if solved.plan else None)
    names = _write(out, solved, document) if out else ()
    if json:
        print_json(document)
    elif lines is not None:
        print_lines(lines)
        if out:
            print_lines(["", written(out, names, seconds)])
        elif solved.plan:
            _ = spoken()
            why = _("Why: {command}", command=f"slopt explain {case}")
            print_lines(["", why, how_to_write()])
        print_lines(run_line(document, case))
    tell(recorder)
    raise typer.Exit(solved.outcome.status.exit_code)


def _lines(solved: Solved) -> list[Text]:
    """What the screen shows, closest moves solved without."""
    from slopt.engine.solving import close_moves
    from slopt.plan.provenance import Provenance
    from slopt.report.no_plan_screen import no_plan_lines
    from slopt.report.plan_screen import plan_lines

    width = screen_width()
    if solved.plan is None and solved.chances:
        from slopt.report.risk_plan_lines import no_chance_lines

        return no_chance_lines(solved.case, solved.problem, solved.chances, width, spoken())
    if solved.plan is None:
        return no_plan_lines(solved.case, solved.problem, solved.outcome, width, spoken())
    checks = close_moves(solved.plan)
    return plan_lines(solved.plan, width, checks, Provenance(solved.case), spoken())


def _write(out: Path, solved: Solved, document: dict[str, object]) -> tuple[str, ...]:
    """The names of the files written; those of an earlier run that are not among them go."""
    from slopt.plan.files import Content, json_text, plan_files, write_files

    plan = solved.plan
    files: dict[str, Content] = {"result.json": json_text(document)}
    if plan is not None:
        files = plan_files(
            plan.problem,
            plan.choice,
            plan.evaluation,
            plan.prices,
            document,
            parquet=plan.case.is_parquet,
            case=plan.case,
            reserve=None if plan.risk is None else plan.risk.reserved,
        )
    write_files(out, files, stale=[name for name in PLAN_FILES if name not in files])
    return tuple(files)
