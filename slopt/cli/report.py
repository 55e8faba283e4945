"""`slopt report`: the page to send round."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, NoReturn

import typer

from slopt.cli.common import (
    JsonOption,
    NoRecordOption,
    SetOption,
    means_run,
    overrides_of,
    print_json,
    print_lines,
    progress,
    read_with_warnings,
    run_line,
    screen_width,
    tell,
)
from slopt.cli.speaking import LangOption, spoken
from slopt.errors import UsageError
from slopt.sayings import later, say
from slopt.vocabulary import Method

if TYPE_CHECKING:
    from slopt.engine.reporting import Dossier
    from slopt.engine.solving import Solved
    from slopt.plan.horizon.plan import HorizonPlan
    from slopt.report.language import Language

    OverTime = Callable[[HorizonPlan, str], NoReturn]
    """What is done with a plan over periods and the id of its run."""


def run(
    found: Annotated[
        str,
        typer.Argument(
            metavar="RUN|CASE",
            help="A folder of --out, CASE@ID or CASE@latest; or a case, solved now.",
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE.html", help="The page; by default in this folder."),
    ] = None,
    xlsx: Annotated[
        Path | None,
        typer.Option(
            "--xlsx", metavar="FILE.xlsx", help="The workbook; no page then, unless --out names it."
        ),
    ] = None,
    lang: LangOption = None,
    interactive: Annotated[
        bool, typer.Option("--interactive", help="With curves to point at; needs script, 5 MB.")
    ] = False,
    case: Annotated[
        str | None,
        typer.Option("--case", metavar="CASE", help="The case, where the run has no copy of it."),
    ] = None,
    settings: SetOption = None,
    method: Annotated[
        Method, typer.Option(envvar="SLOPT_METHOD", help="The route to the plan.")
    ] = Method.AUTO,
    no_record: NoRecordOption = False,
    json: JsonOption = False,
) -> None:
    """Write the plan as a page to mail, print and defend, or as a workbook to change."""
    from slopt.plan.files import write_files
    from slopt.report.extra import INTERACTIVE, PAGE, require
    from slopt.report.language import language_of

    begin = time.perf_counter()
    is_page = xlsx is None or out is not None
    if is_page:
        require(INTERACTIVE if interactive else PAGE)
    file = _file(found, out)
    _require_workbook(xlsx)

    def over_time(plan: HorizonPlan, its: str) -> NoReturn:
        """A plan over periods has a page of its own."""
        from slopt.cli.report_over_time import write_horizon_page

        write_horizon_page(plan, its, file, lang, interactive, xlsx, json, begin)
        raise typer.Exit(0 if its else plan.status.exit_code)

    with (
        _charts_getting_ready() if is_page else nullcontext(),
        progress(later("working out the report")),
    ):
        if means_run(found):
            dossier, document = _of_run(found, case, settings, over_time), None
        else:
            dossier, document = _of_case(found, settings, method, no_record, json, over_time)
        language = language_of(dossier.case, lang)
        contents: dict[Path, bytes] = {}
        if is_page:
            contents[file] = _page(dossier, language, interactive).encode()
        if xlsx is not None:
            contents[xlsx] = _workbook(dossier, language)
    for place, content in contents.items():
        write_files(place.absolute().parent, {place.name: partial(_put, content)})
    seconds = time.perf_counter() - begin
    if json:
        print_json(_document(dossier, file if is_page else None, xlsx, contents, seconds))
    else:
        _ = spoken()
        for place, content in contents.items():
            said = _(
                "wrote {file}: {size} kB   {took} s",
                file=place,
                size=f"{len(content) / 1e3:,.0f}",
                took=f"{seconds:.2f}",
            )
            print_lines([said])
        if document is not None:
            print_lines(run_line(document, found))
    raise typer.Exit(0 if dossier.is_recorded else dossier.plan.status.exit_code)


def _file(named: str, out: Path | None) -> Path:
    """Where the page goes; UsageError for a name that is none of a page."""
    if out is None:
        before, _, after = named.rpartition("@")
        label = f"{Path(before).stem}-{after}" if before else Path(named).resolve().stem
        return Path(f"{label}.html")
    if out.suffix.casefold() not in (".html", ".htm") or out.is_dir():
        raise UsageError(
            say(
                "{out} is no name of a page. Write --out {stem}.html",
                out=out,
                stem=out.stem or "report",
            )
        )
    return out


@contextmanager
def _charts_getting_ready() -> Iterator[None]:
    """The first chart takes a second, which passes beside the solve."""

    def ready() -> None:
        from slopt.report.charts import warm_up

        warm_up()

    thread = threading.Thread(target=ready, daemon=True)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def _of_run(
    named: str, case: str | None, settings: list[str] | None, over_time: OverTime
) -> Dossier:
    """What there is to say of a run; ends the command where it proved that there is no plan."""
    from slopt.engine.reporting import dossier_of_run
    from slopt.store.find import find_run
    from slopt.vocabulary import Status

    if settings:
        raise UsageError(say("--set is for a case that is solved now; a run has its own settings."))
    its = find_run(named, case)
    if its.document.get("periods"):
        from slopt.engine.horizon_runs import horizon_plan_of_run

        folder = Path(named)
        plan = horizon_plan_of_run(its, folder if folder.is_dir() else None)
        over_time(plan, its.id or folder.name)
    if its.choice is None and its.status == Status.INFEASIBLE:
        names = ", ".join(its.document.get("conflict") or ())
        print_lines(
            [
                "There is no page: this run found that no plan keeps every limit"
                + (f". These contradict each other: {names}." if names else "."),
                f"What would have to give way: slopt diagnose {its.named}",
            ]
        )
        raise typer.Exit(Status.INFEASIBLE.exit_code)
    return dossier_of_run(its)


def _of_case(
    named: str,
    settings: list[str] | None,
    method: Method,
    no_record: bool,
    json: bool,
    over_time: OverTime,
) -> tuple[Dossier, dict[str, Any]]:
    """What there is to say of a case, solved and recorded as `slopt solve` does it."""
    from slopt.engine.recording import Asked, Recorder
    from slopt.engine.reporting import Dossier, dossier_of
    from slopt.engine.studies_of_case import studies_of_case
    from slopt.plan.result import plan_result

    planning_case, warnings = read_with_warnings(named, settings, over_time=True)
    if planning_case.has_periods:
        from slopt.cli.report_over_time import solved_here

        over_time(solved_here(planning_case, method), "")
    studies = studies_of_case(named, planning_case.hash)
    dossier = dossier_of(planning_case, datetime.now(), method, "", warnings, studies)
    if not isinstance(dossier, Dossier):
        _without_plan(dossier, json)
        raise typer.Exit(dossier.outcome.status.exit_code)
    plan = dossier.plan
    asked = Asked("solve", planning_case, named, overrides_of(settings), {"method": method.value})
    with Recorder.of(named, not no_record) as recorder:
        document = recorder.record(asked, plan_result(plan, dossier.seconds), plan.choice)
    tell(recorder)
    return replace(dossier, run=document["run"]["id"] or ""), document


def _without_plan(solved: Solved, json: bool) -> None:
    """Why there is no page, as `slopt solve` says it."""
    from slopt.plan.result import no_plan_result
    from slopt.report.no_plan_screen import no_plan_lines

    if json:
        print_json(no_plan_result(solved.case, solved.outcome, solved.seconds))
        return
    print_lines(
        no_plan_lines(solved.case, solved.problem, solved.outcome, screen_width(), spoken())
    )
    print_lines(["", say("There is no page without a plan.")])


def _page(dossier: Dossier, language: Language, interactive: bool) -> str:
    if interactive:
        from slopt.report.page.interactive import interactive_page

        return interactive_page(dossier, language)
    from slopt.report.page.render import page_html

    return page_html(dossier, language)


def _require_workbook(xlsx: Path | None) -> None:
    """Raise UsageError for a name that is none of a workbook."""
    if xlsx is not None and (xlsx.suffix.casefold() != ".xlsx" or xlsx.is_dir()):
        raise UsageError(
            say(
                "{xlsx} is no name of a workbook. Write --xlsx {stem}.xlsx",
                xlsx=xlsx,
                stem=xlsx.stem or "plan",
            )
        )


def _workbook(dossier: Dossier, language: Language) -> bytes:
    from slopt.report.workbook.build import workbook_bytes

    return workbook_bytes(dossier, language)


def _put(content: bytes, file: BinaryIO) -> None:
    file.write(content)


def _document(
    dossier: Dossier,
    page: Path | None,
    xlsx: Path | None,
    contents: Mapping[Path, bytes],
    seconds: float,
) -> dict[str, Any]:
    return {
        "status": dossier.plan.status.value,
        "page": str(page) if page else None,
        "bytes": len(contents[page]) if page else None,
        "workbook": str(xlsx) if xlsx else None,
        "run": dossier.run or None,
        "case_hash": dossier.case.hash,
        "total_seconds": round(seconds, 6),
    }
