"""`slopt diagnose`: why no plan exists, and the cheapest ways out."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from slopt.cli.closing import written
from slopt.cli.common import (
    CaseArgument,
    JsonOption,
    MethodOption,
    ModelOption,
    OutOption,
    SetOption,
    print_json,
    print_lines,
    progress,
    read,
    screen_width,
)
from slopt.cli.plan_again import (
    ActualsOption,
    FromOption,
    LockedOption,
    cycle_words,
    require_periods,
)
from slopt.cli.repair_folders import CHANGES, write_repairs
from slopt.cli.speaking import LangOption, spoken
from slopt.sayings import later
from slopt.vocabulary import Method, Status

if TYPE_CHECKING:
    from slopt.engine.diagnosing import Diagnosed
    from slopt.plan.files import Content

FILE = "diagnosis.json"


def run(
    case: CaseArgument,
    start: FromOption = None,
    locked: LockedOption = None,
    actuals: ActualsOption = None,
    settings: SetOption = None,
    model: ModelOption = None,
    method: MethodOption = Method.AUTO,
    out: OutOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Say which limits and rules contradict each other, and what the ways out would cost."""
    begin = time.perf_counter()
    from slopt.engine.diagnosing import diagnose_case
    from slopt.report.diagnose_screen import diagnosis_lines
    from slopt.study.diagnose.document import diagnosis_document

    words = cycle_words(start, locked, actuals)
    planning_case = read(case, settings, model, over_time=True)
    if planning_case.has_periods:
        from slopt.cli.diagnose_over_time import diagnose_over_time

        raise typer.Exit(diagnose_over_time(planning_case, method, words, out, json))
    require_periods(planning_case, words)
    with progress(later("looking for conflicts and ways out")):
        found = diagnose_case(planning_case, method)
    seconds = time.perf_counter() - begin
    document = diagnosis_document(found.diagnosis, planning_case, seconds)
    if out:
        _write(out, found, document, seconds)
    if json:
        print_json(document)
    else:
        print_lines(diagnosis_lines(found.diagnosis, planning_case, screen_width(), spoken()))
        print_lines(["", *_last_lines(case, out, found, document)])
    raise typer.Exit(_exit_code(found))


def _exit_code(found: Diagnosed) -> int:
    """That of a solve, but that a plan is a plan, whatever its gap."""
    diagnosis = found.diagnosis
    if diagnosis.is_interrupted:
        return Status.INTERRUPTED.exit_code
    status = Status.OPTIMAL if diagnosis.status is Status.FEASIBLE else diagnosis.status
    return status.exit_code


def _last_lines(
    case: str, out: Path | None, found: Diagnosed, document: dict[str, object]
) -> list[str]:
    from slopt.study.diagnose.document import folder_of

    _ = spoken()
    if out:
        folders = [f"{folder_of(place)}/" for place in range(len(found.plans))]
        return [written(out, (FILE, *folders), float(str(document["total_seconds"])))]
    if found.plans:
        return [_("Changes with their plans: add --out DIR")]
    command = f"slopt solve {case}"
    return [_("The best plan: {command}", command=command)] if document["feasible"] else []


def _write(out: Path, found: Diagnosed, document: dict[str, object], seconds: float) -> None:
    """A folder for each repair, then diagnosis.json; folders of an earlier run go."""
    from slopt.plan.files import json_text, plan_files, write_files
    from slopt.plan.result import plan_result
    from slopt.study.diagnose.document import changes_csv
    from slopt.study.diagnose.words import Wording

    wording = Wording.of(found.case, found.diagnosis.problem)
    repairs: dict[int, dict[str, Content]] = {}
    for place, (repair, plan) in enumerate(zip(found.diagnosis.repairs, found.plans, strict=True)):
        files = plan_files(
            plan.problem,
            plan.choice,
            plan.evaluation,
            plan.prices,
            plan_result(plan, seconds),
            parquet=plan.case.is_parquet,
            case=plan.case,
        )
        repairs[place] = {CHANGES: changes_csv(found.case, wording, repair), **files}
    write_repairs(out, repairs)
    write_files(out, {FILE: json_text(document)})
