"""`slopt diagnose`: why no plan exists, and the cheapest ways out."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import typer

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
from slopt.vocabulary import Method, Status

if TYPE_CHECKING:
    from slopt.engine.diagnosing import Diagnosed

FILE = "diagnosis.json"
OF_A_REPAIR = ("changes.csv", "plan.csv", "resources.csv", "result.json", "plan.parquet")


def run(
    case: CaseArgument,
    settings: SetOption = None,
    model: ModelOption = None,
    method: MethodOption = Method.AUTO,
    out: OutOption = None,
    json: JsonOption = False,
) -> None:
    """Say which limits and rules contradict each other, and what the ways out would cost."""
    begin = time.perf_counter()
    from slopt.engine.diagnosing import diagnose_case
    from slopt.report.diagnose_screen import diagnosis_lines
    from slopt.study.diagnose.document import diagnosis_document

    planning_case = read(case, settings, model)
    with progress("looking for conflicts and ways out"):
        found = diagnose_case(planning_case, method)
    seconds = time.perf_counter() - begin
    document = diagnosis_document(found.diagnosis, planning_case, seconds)
    if out:
        _write(out, found, document, seconds)
    if json:
        print_json(document)
    else:
        print_lines(diagnosis_lines(found.diagnosis, planning_case, screen_width()))
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

    if out:
        folders = [f"{folder_of(place)}/" for place in range(len(found.plans))]
        return [f"wrote {out}: {'  '.join([FILE, *folders])}   {document['total_seconds']:.2f} s"]
    if found.plans:
        return ["Changes with their plans: add --out DIR"]
    return [f"The best plan: slopt solve {case}"] if document["feasible"] else []


def _write(out: Path, found: Diagnosed, document: dict[str, object], seconds: float) -> None:
    """A folder for each repair, then diagnosis.json; folders of an earlier run go."""
    from slopt.plan.files import json_text, plan_files, write_files
    from slopt.plan.result import plan_result
    from slopt.study.diagnose.document import changes_csv, folder_of
    from slopt.study.diagnose.words import Wording

    wording = Wording.of(found.case, found.diagnosis.problem)
    for place, (repair, plan) in enumerate(zip(found.diagnosis.repairs, found.plans, strict=True)):
        files = plan_files(
            plan.problem,
            plan.choice,
            plan.evaluation,
            plan.prices,
            plan_result(plan, seconds),
            parquet=plan.case.is_parquet,
        )
        files = {OF_A_REPAIR[0]: changes_csv(found.case, wording, repair), **files}
        stale = [name for name in OF_A_REPAIR if name not in files]
        write_files(out / folder_of(place), files, stale=stale)
    _remove_stale(out, len(found.plans))
    write_files(out, {FILE: json_text(document)})


def _remove_stale(out: Path, count: int) -> None:
    """Folders of repairs of an earlier run, as far as they hold what was written then."""
    from slopt.plan.files import remove

    for folder in out.glob("repair_*") if out.is_dir() else ():
        its = re.fullmatch(r"repair_([1-9]\d*)", folder.name)
        if its is None or int(its[1]) <= count or not folder.is_dir():
            continue
        for name in OF_A_REPAIR:
            remove(folder / name)
        if not any(folder.iterdir()):
            folder.rmdir()
