"""`slopt diagnose` of a case with periods."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from slopt.cli.closing import how_to_write, written
from slopt.cli.common import print_json, print_lines, progress, screen_width
from slopt.cli.repair_folders import CHANGES, write_repairs
from slopt.cli.solve_over_time import CycleWords
from slopt.cli.speaking import spoken
from slopt.sayings import later
from slopt.vocabulary import Method, Status

if TYPE_CHECKING:
    from slopt.case.case import PlanningCase
    from slopt.engine.diagnosing_over_time import DiagnosedOverTime
    from slopt.plan.files import Content

FILE = "diagnosis.json"


def diagnose_over_time(
    case: PlanningCase, method: Method, cycle: CycleWords | None, out: Path | None, json: bool
) -> int:
    """Diagnose, print and write; the exit code."""
    begin = time.perf_counter()
    from slopt.engine.diagnosing_over_time import diagnose_case_over_time
    from slopt.engine.horizons import Cycle
    from slopt.plan.files import json_text, write_files
    from slopt.report.diagnose_over_time_screen import diagnosis_over_time_lines
    from slopt.report.horizon_words import demand_words
    from slopt.report.language import ENGLISH
    from slopt.study.diagnose.document import folder_of
    from slopt.study.over_time.diagnosis_file import diagnosis_over_time_document

    with progress(later("looking for conflicts and ways out")):
        found = diagnose_case_over_time(case, method, None if cycle is None else Cycle(*cycle))
    seconds = time.perf_counter() - begin
    problem = found.diagnosis.problem
    places = [place for place, plan in enumerate(found.plans) if plan is not None]
    document = diagnosis_over_time_document(
        found.diagnosis, case, places, lambda name: demand_words(problem, name, ENGLISH), seconds
    )
    if out:
        write_repairs(out, _repairs(found, seconds))
        write_files(out, {FILE: json_text(document)})
    if json:
        print_json(document)
    else:
        print_lines(diagnosis_over_time_lines(found, screen_width(), spoken()))
        folders = [f"{folder_of(place)}/" for place in places]
        print_lines(["", written(out, (FILE, *folders), seconds) if out else how_to_write()])
    status = found.diagnosis.outcome.status
    return (Status.OPTIMAL if status is Status.FEASIBLE else status).exit_code


def _repairs(found: DiagnosedOverTime, seconds: float) -> dict[int, dict[str, Content]]:
    """The files of each repair that the case has a place for, by its place."""
    from slopt.plan.horizon.files import horizon_files
    from slopt.plan.horizon.result import horizon_result
    from slopt.report.horizon_words import demand_words
    from slopt.report.language import ENGLISH
    from slopt.study.over_time.diagnosis_file import changes_over_time_csv

    files: dict[int, dict[str, Content]] = {}
    pairs = zip(found.diagnosis.repairs, found.plans, strict=True)
    for place, (repair, plan) in enumerate(pairs):
        if plan is None:
            continue
        words = partial(demand_words, repair.problem, language=ENGLISH)
        changes = changes_over_time_csv(repair, words)
        files[place] = {CHANGES: changes, **horizon_files(plan, horizon_result(plan, seconds))}
    return files
