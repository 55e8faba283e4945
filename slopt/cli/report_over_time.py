"""`slopt report` of a plan over periods: a run, or a case that is solved now."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import typer

from slopt.cli.common import print_json, print_lines, screen_width
from slopt.cli.speaking import spoken
from slopt.errors import UsageError
from slopt.sayings import say
from slopt.vocabulary import Lang, Method

if TYPE_CHECKING:
    from slopt.case.case import PlanningCase
    from slopt.engine.risks_over_time import RiskOverTime
    from slopt.plan.horizon.plan import HorizonPlan

MOST_FUTURES = 60
"""Of a page: enough for its bands, few enough to be quick."""


def _require_page(is_interactive: bool, xlsx: Path | None) -> None:
    """Raise UsageError for what there is not of a plan over periods."""
    if is_interactive or xlsx is not None:
        raise UsageError(
            say(
                "Of a plan over periods there is the page alone: leave --interactive and --xlsx "
                "out. slopt solve --out writes its tables as CSV, which a spreadsheet opens."
            )
        )


def solved_here(case: PlanningCase, method: Method) -> HorizonPlan:
    """The plan of a case, solved now; ends the command where there is none, which is told."""
    from slopt.engine.horizons import solve_over_time
    from slopt.report.horizon_screen import no_horizon_plan_lines

    solved = solve_over_time(case, method)
    if solved.plan is not None:
        return solved.plan
    width, _ = screen_width(), spoken()
    print_lines(no_horizon_plan_lines(case, solved.problem, solved.outcome, width, _))
    print_lines(["", _("There is no page without a plan.")])
    raise typer.Exit(solved.outcome.status.exit_code)


def _in_futures(plan: HorizonPlan) -> RiskOverTime | None:
    """How the plan fares in futures of its case; None where nothing is uncertain, or one makes no
    case: a page has to come all the same, and `slopt risk` says what is in the way.
    """
    from slopt.engine.risks_over_time import risk_over_time
    from slopt.errors import SloptError
    from slopt.problem.scenarios.inputs import is_uncertain

    if not is_uncertain(plan.case):
        return None
    try:
        return risk_over_time(plan, min(plan.case.settings.risk.samples, MOST_FUTURES))
    except SloptError:
        return None


def write_horizon_page(
    plan: HorizonPlan,
    run: str,
    file: Path,
    lang: Lang | None,
    is_interactive: bool,
    xlsx: Path | None,
    json: bool,
    begin: float,
) -> None:
    """Write the page, and say so. Raises UsageError for what there is not over periods."""
    _require_page(is_interactive, xlsx)
    from slopt.plan.files import write_files
    from slopt.report.language import language_of
    from slopt.report.page.horizon import horizon_page

    language = language_of(plan.case, lang)
    content = horizon_page(plan, datetime.now(), run, language, _in_futures(plan)).encode()

    def put(place: BinaryIO) -> None:
        place.write(content)

    write_files(file.absolute().parent, {file.name: put})
    seconds = time.perf_counter() - begin
    if json:
        document: dict[str, Any] = {"page": str(file), "bytes": len(content)}
        print_json({**document, "run": run or None, "seconds": round(seconds, 6)})
        return
    _ = spoken()
    size = f"{len(content) / 1e3:,.0f}"
    said = _("wrote {file}: {size} kB   {took} s", file=file, size=size, took=f"{seconds:.2f}")
    print_lines([said])
