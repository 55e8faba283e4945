"""Which run is meant: a folder that a command wrote, `CASE@ID`, or an id alone."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.find import find_case
from slopt.case.load import load_case
from slopt.errors import SloptError, UsageError, VerificationFailed
from slopt.plan.bring import read_plan
from slopt.problem.build import build_problem
from slopt.problem.evaluate import evaluate
from slopt.problem.generated.sources import has_sources
from slopt.sayings import say
from slopt.store.place import VARIABLE, Place, place_here, place_of
from slopt.store.run import Run, RunLine
from slopt.store.store import open_store

DOCUMENTS = {
    "result.json": "solve",
    "frontier.json": "frontier",
    "sweep.json": "sweep",
    "sensitivity.json": "sensitivity",
}
"""The documents of a folder that make it a run, and the command that writes each."""
AT = "@"
PLANS = ("plan.parquet", "plan.csv")
FIGURES = ("service_cost", "lost_sales", "total_cost")
SAME = 1e-6
"""Relative: figures that differ by less are the same, on another machine or by another version."""


class EditedPlan(VerificationFailed):
    """The plan in a folder is not the one that its run found.

    `run` is the run without it, `choice` the plan as it lies in `file`.
    """

    def __init__(self, run: Run, file: Path, choice: NDArray[np.int64]) -> None:
        self.run, self.file, self.choice = run, file, choice
        super().__init__(
            say(
                "{file} and what its run found do not belong together: one of them was "
                "changed since. Price the plan with slopt evaluate CASE --plan {file}, "
                "or solve the case again.",
                file=file,
            )
        )


def find_run(
    text: str, case: str | None = None, environment: Mapping[str, str] | None = None
) -> Run:
    """The run that a user means; raises UsageError where there is none, or no one is meant.

    `case` names a case to take the inputs from where those of the run are not at hand; its hash
    has to be that of the run. Raises EditedPlan for a folder whose plan was changed since.
    """
    chosen = os.environ if environment is None else environment
    folder = Path(text)
    if folder.is_dir() and any((folder / name).is_file() for name in DOCUMENTS):
        return _of_folder(folder, chosen, case)
    place, name = place_and_name(text, chosen)
    store = open_store(place)
    if store is None:
        raise UsageError(say("No runs are recorded in {shown}.", shown=place.shown))
    with store:
        run = store.run(store.find(name))
    if run.has_inputs or case is not None:
        return _with_case(run, case)
    return replace(run, given=_case_of(run.line, run.named))


def place_and_name(text: str, environment: Mapping[str, str]) -> tuple[Place, str]:
    """Where to look for a run, and what for."""
    before, sign, name = text.rpartition(AT)
    if sign and before:
        place = place_of(before, environment)
    else:
        name, place = text.removeprefix(AT), place_here(environment)
    if place is None:
        raise UsageError(
            say(
                "{variable} is none, so that no runs are kept. Set it to where they are.",
                variable=VARIABLE,
            )
        )
    if not name:
        raise UsageError(
            say('"{text}" names no run. Write CASE@ID, such as parts-2027@latest.', text=text)
        )
    return place, name


def _of_folder(folder: Path, environment: Mapping[str, str], case: str | None) -> Run:
    """The run that wrote a folder: as it was recorded, or as far as its files tell it."""
    name = next(name for name in DOCUMENTS if (folder / name).is_file())
    document = _document(folder / name)
    entry = _mapping(document.get("run"))
    recorded = _recorded(entry, environment)
    if recorded is not None and recorded.case_hash == document.get("case_hash"):
        return _checked(_with_case(recorded, case), folder)
    line = _line_of(folder, name, document, entry)
    plain = {key: value for key, value in document.items() if key != "run"}
    absent = say(
        "{folder} does not hold the inputs of its plan. Name its case with --case.", folder=folder
    )
    run = Run(line, plain, absent=absent)
    if case is not None:
        return _with_plan(_with_case(run, case), folder)
    return _with_plan(replace(run, given=_case_of(line, line.named)), folder)


def _line_of(
    folder: Path, name: str, document: Mapping[str, Any], entry: Mapping[str, Any]
) -> RunLine:
    """What a document tells of its run, whoever wrote it."""
    return RunLine(
        number=0,
        id=None,
        question="",
        made=datetime.fromtimestamp((folder / name).stat().st_mtime, UTC),
        made_by="",
        command=str(entry.get("command", DOCUMENTS[name])),
        label=Path(str(entry.get("case") or folder)).name,
        named=str(entry.get("case", "")),
        case_hash=str(document.get("case_hash", "")),
        inputs_kept=False,
        overrides={key: str(value) for key, value in _mapping(entry.get("overrides")).items()},
        options=_mapping(entry.get("options")),
        versions={"slopt": str(document.get("slopt_version", ""))},
        seed=int(_number(document.get("seed")) or 0),
        model="",
        status=str(document.get("status", "")),
        service_cost=_number(document.get("service_cost")),
        lost_sales=_number(document.get("lost_sales")),
        total_cost=_number(document.get("total_cost")),
        seconds=_number(document.get("total_seconds")),
    )


def _recorded(entry: Mapping[str, Any], environment: Mapping[str, str]) -> Run | None:
    """The run in the store that a document names, None where that cannot be had."""
    its, where = entry.get("id"), entry.get("store")
    if not isinstance(its, str) or not isinstance(where, str):
        return None
    place = Place(where)
    if place.is_server:
        # A document may come from anybody: no server is called that the user did not name.
        place = Place(environment.get(VARIABLE, "").strip())
        if not place.is_server or place.shown != where:
            return None
    try:
        store = open_store(place)
        if store is None:
            return None
        with store:
            line = store.find(its)
            return store.run(line) if line.id == its else None
    except SloptError:
        return None


def _document(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(
            say("{path} cannot be read as JSON: {reason}.", path=path, reason=error)
        ) from error
    if not isinstance(document, dict):
        raise UsageError(say("{path} is not the result of a run.", path=path))
    return document


def _with_case(run: Run, named: str | None) -> Run:
    """The run with its inputs from a case, where it has none of its own."""
    if run.has_inputs or run.given is not None or named is None:
        return run
    found = _case_of(run.line, named)
    if found is None:
        raise UsageError(
            say(
                "{named} is not the case of this run any more: its inputs have changed "
                "since. The run has the hash {case_hash}.",
                named=named,
                case_hash=run.case_hash[:12],
            )
        )
    return replace(run, given=found)


def _case_of(line: RunLine, named: str) -> PlanningCase | None:
    """The case at a path with the overrides of a run; None where its hash is another one."""
    if not named:
        return None
    try:
        found = load_case(find_case(named), dict(line.overrides))
    except SloptError:
        return None
    return found if found.hash == line.case_hash else None


def _with_plan(run: Run, folder: Path) -> Run:
    """The run with the plan in its folder, where there is one, and a case to read it by.

    Plans over periods have more than one file, and are read where they are needed; those with
    stock rooms, desks or levels are made again where they are.

    Raises EditedPlan where the figures of the document are not those of the plan.
    """
    file = _plan_file(folder)
    if run.given is None or file is None or run.given.has_periods or has_sources(run.given):
        return run
    plans: NDArray[np.int64] = np.asarray(read_plan(run.case, file), dtype=np.int64)
    found = evaluate(build_problem(run.case), plans)
    for name in FIGURES:
        then, now = _number(run.document.get(name)), float(getattr(found, name))
        if then is None or abs(then - now) > SAME * max(abs(then), abs(now), 1.0):
            raise EditedPlan(run, file, plans)
    return replace(run, plans=plans, tiers=tuple(run.case.tiers))


def _checked(run: Run, folder: Path) -> Run:
    """The recorded run; raises EditedPlan where the plan in its folder is another one."""
    file = _plan_file(folder)
    if run.choice is None or file is None or not (run.has_inputs or run.given is not None):
        return run
    plan: NDArray[np.int64] = np.asarray(read_plan(run.case, file), dtype=np.int64)
    if not np.array_equal(plan, run.choice):
        raise EditedPlan(run, file, plan)
    return run


def _plan_file(folder: Path) -> Path | None:
    """The plan of a folder as a user may have changed it."""
    return next((folder / name for name in PLANS if (folder / name).is_file()), None)


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: object) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and math.isfinite(value) else None  # type: ignore[return-value, arg-type]
