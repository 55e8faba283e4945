"""The plan over periods of an earlier run, by a folder or by the name of a recorded run."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from slopt.case.case import PlanningCase
from slopt.errors import UsageError
from slopt.plan.horizon.bring import BroughtHorizon, PlanFiles, read_horizon_plan
from slopt.plan.horizon.files import PLAN_CSV
from slopt.plan.horizon.recorded import recorded_actuals, recorded_horizon
from slopt.problem.horizon.problem import HorizonProblem
from slopt.sayings import say
from slopt.shipped import folder

RESULT, ACTUALS = "result.json", "actuals.csv"


def find_actuals(named: Path) -> Path:
    """The file of that name, or the actuals of a shipped example."""
    shipped = folder("data") / named / ACTUALS
    return shipped if not named.exists() and shipped.is_file() else named


def locked_plan(
    case: PlanningCase, problem: HorizonProblem, named: str, needed: int
) -> BroughtHorizon:
    """The plan of a run: a folder that was written with `--out`, or CASE@ID.

    It must have the first `needed` periods of the case, and no others than the case has. Raises
    UsageError where there is no such run, InvalidInput where its plan is not one of this case.
    """
    folder = Path(named)
    if folder.is_dir():
        return _of_folder(case, problem, folder, needed)
    from slopt.store.find import find_run

    run = find_run(named)
    if run.plans is None or not run.document.get("periods"):
        raise UsageError(say("--locked {run}: that run has no plan over periods.", run=named))
    if list(run.case.segments) != list(case.segments) or run.case.tiers != case.tiers:
        raise UsageError(
            say(
                "--locked {run}: its segments or tiers are not those of this case. Write its files "
                "with slopt runs show {run} --out DIR, change them to this case, and name DIR.",
                run=named,
            )
        )
    return recorded_horizon(case, problem, run.document, run.plans)


def _of_folder(
    case: PlanningCase, problem: HorizonProblem, folder: Path, needed: int
) -> BroughtHorizon:
    if not (folder / PLAN_CSV).is_file():
        raise UsageError(
            say(
                "--locked {run}: there is no plan.csv in it. Name a folder that slopt solve wrote "
                "with --out.",
                run=folder,
            )
        )
    return horizon_in_folder(case, problem, folder, needed)


def horizon_in_folder(
    case: PlanningCase, problem: HorizonProblem, folder: Path, needed: int | None = None
) -> BroughtHorizon:
    """The plan over periods in a folder that `slopt solve` wrote, with what it knew of actuals.

    `needed` as `read_horizon_plan` takes it. Rows of plan.csv say what happened in periods that
    are over; that customers of the first open period are actual ones, result.json alone says.
    """
    found = read_horizon_plan(case, problem, PlanFiles.beside(folder / PLAN_CSV), needed)
    try:
        document = json.loads((folder / RESULT).read_text(encoding="utf-8"))
        known = recorded_actuals(case, problem, document)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return found
    return replace(found, actuals=known.over(found.actuals))
