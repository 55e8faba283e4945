"""`slopt design`: the trial of service that teaches most for its cost."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from slopt.cli.closing import how_to_write, written
from slopt.cli.common import (
    CaseArgument,
    JsonOption,
    OutOption,
    SetOption,
    counting,
    print_json,
    print_lines,
    read,
    screen_width,
)
from slopt.cli.speaking import LangOption, spoken
from slopt.errors import UsageError
from slopt.sayings import later, say

if TYPE_CHECKING:
    from slopt.engine.solving import Solved


def run(
    case: CaseArgument,
    learn: Annotated[
        list[str] | None,
        typer.Option(
            "--learn",
            metavar="PATH",
            help="Only trials that teach this input: response.leave_probability.",
        ),
    ] = None,
    power: Annotated[
        str, typer.Option(metavar="SHARE", help="Chance to see an effect that is there.")
    ] = "80%",
    level: Annotated[
        str, typer.Option(metavar="SHARE", help="Chance to see an effect that is not there.")
    ] = "5%",
    periods: Annotated[
        float, typer.Option(metavar="N", help="Periods that the decision stands, trial included.")
    ] = 3.0,
    length: Annotated[
        float | None, typer.Option(metavar="N", help="Length of the trial in periods.")
    ] = None,
    compare: Annotated[
        str,
        typer.Option(
            metavar="control|before_after|differences",
            help="With a control group, with the time before, or with both.",
        ),
    ] = "control",
    draw: Annotated[
        str,
        typer.Option(
            metavar="auto|customers|segments", help="What lots are drawn of: customers or segments."
        ),
    ] = "auto",
    alike: Annotated[
        float,
        typer.Option(metavar="SHARE", help="Intraclass correlation, where segments are drawn."),
    ] = 0.01,
    setup: Annotated[
        float, typer.Option(metavar="MONEY", help="What a trial costs whatever its size.")
    ] = 0.0,
    settings: SetOption = None,
    out: OutOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Propose a trial: which customers, how many, how long, its cost and what it is worth."""
    begin = time.perf_counter()
    from slopt.engine.designing import design_of
    from slopt.engine.solving import Solved
    from slopt.plan.files import write_files
    from slopt.report.design_screen import design_lines
    from slopt.study.trials.asked import Lots, TrialDesign, Wanted
    from slopt.study.trials.files import ALL, design_document, design_files

    wanted = Wanted(
        tuple(learn or ()),
        share_of("--power", power),
        share_of("--level", level),
        periods,
        length,
        TrialDesign(_word("--compare", compare, [word.value for word in TrialDesign])),
        Lots(_word("--draw", draw, [word.value for word in Lots])),
        alike,
        setup,
    )
    if out is not None:
        _keep(out)
    planning_case = read(case, settings)
    with counting(later("solving")) as progress:
        what = say("looking at inputs")
        found = design_of(planning_case, wanted, lambda done, all_: progress(what, done, all_))
    if isinstance(found, Solved):
        _without_plan(found, begin, out, json)
    document = design_document(found, time.perf_counter() - begin)
    names: tuple[str, ...] = ()
    if out is not None:
        files = design_files(found, document, _base(case, out))
        names = tuple(files)
        write_files(out, files, stale=[name for name in ALL if name not in files])
    if json:
        print_json(document)
        return
    print_lines(design_lines(found, screen_width(), spoken()))
    if out is None:
        print_lines(["", how_to_write()])
        return
    print_lines(["", written(out, names, time.perf_counter() - begin)])
    if found.first is not None:
        _ = spoken()
        print_lines(
            [_("When the log is filled: {command}", command=f"slopt calibrate {out}/trial.toml")]
        )


def _keep(out: Path) -> None:
    """Refuse a folder in which something would be lost: a log that has been filled, a case."""
    from slopt.study.trials.files import LOG

    log = out / LOG
    if log.is_file():
        with log.open("rb") as file:
            filled = any(line.strip() for number, line in enumerate(file) if number)
        if filled:
            raise UsageError(
                say(
                    "{log} has rows, which would be lost. Name another folder, or move the log.",
                    log=log,
                )
            )
    if (out / "case.toml").is_file():
        raise UsageError(
            say("{out} is the folder of a case. Name another one for the trial.", out=out)
        )


def _base(named: str, out: Path) -> str | None:
    """The case as a mapping in `out` names it; None where it is no folder and no example."""
    from slopt.shipped import examples

    if Path(named).is_dir():
        return Path(os.path.relpath(Path(named).resolve(), out.resolve())).as_posix()
    return named if named in examples() else None


def _word(option: str, word: str, known: list[str]) -> str:
    if word not in known:
        raise UsageError(
            say(
                "{option} {word}: write one of {known}.",
                option=option,
                word=word,
                known=", ".join(known),
            )
        )
    return word


def share_of(option: str, text: str) -> float:
    """`80%` or `0.8` -> 0.8. Raises UsageError where that is no share."""
    from slopt.case.columns import CellError, read_number

    number = text.strip()
    percent = number.endswith("%")
    try:
        found = read_number(number.removesuffix("%").strip())
    except CellError as error:
        raise UsageError(
            say("{option} {text}: write a share, 80% or 0.8.", option=option, text=text)
        ) from error
    if not percent and found > 1:
        raise UsageError(
            say("{option} {text}: write a share, 80% or 0.8.", option=option, text=text)
        )
    return found / 100 if percent else found


def _without_plan(solved: Solved, begin: float, out: Path | None, json: bool) -> NoReturn:
    """The case has no plan: why, as `slopt solve` says it."""
    from slopt.plan.files import json_text, write_files
    from slopt.plan.result import no_plan_result
    from slopt.report.no_plan_screen import no_plan_lines
    from slopt.study.trials.files import ALL, DOCUMENT

    document: dict[str, Any] = no_plan_result(
        solved.case, solved.outcome, time.perf_counter() - begin
    )
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
