"""A plan over periods from what a recorded run keeps of it: tiers by period, and its document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from slopt.case.case import PlanningCase
from slopt.errors import UsageError
from slopt.plan.horizon.actual import FIGURES, Actuals
from slopt.plan.horizon.bring import UNSAID, BroughtHorizon, modes_of_tiers
from slopt.plan.horizon.rows import BEFORE
from slopt.problem.horizon.problem import NEVER, HorizonChoice, HorizonProblem, Places
from slopt.sayings import say


def recorded_horizon(
    case: PlanningCase, problem: HorizonProblem, document: Mapping[str, Any], plans: Places
) -> BroughtHorizon:
    """The plan of a run of `slopt solve` or `slopt evaluate`.

    `plans` (periods, segments) are tiers, taken to be lifted wherever a project in effect lifts
    them. Raises UsageError where the run is not of these segments and periods, or its document is
    not whole.
    """
    s, t, *_ = problem.size
    periods = list(problem.periods)
    try:
        if plans.shape != (t, s) or [one["period"] for one in document["periods"]] != periods:
            raise ValueError
        started = np.array([NEVER] * len(problem.projects), dtype=np.int64)
        names = [project.name for project in problem.projects]
        for row in document["projects"]:
            at, its = names.index(row["project"]), row["start"]
            if its == BEFORE:
                started[at] = int(problem.projects[at].started or -1)
            elif its:
                started[at] = periods.index(its)
        options = [option.name for option in problem.staff]
        hired, released = np.zeros((len(options), t)), np.zeros((len(options), t))
        for row in document["staff"]:
            place = options.index(row["option"]), periods.index(row["period"])
            hired[place], released[place] = row["hired"], row["released"]
        actuals = recorded_actuals(case, problem, document)
    except (KeyError, ValueError, TypeError) as error:
        raise UsageError(
            say("The plan of this run is not one of this case: its segments or periods are others.")
        ) from error
    tiers = plans.T.astype(np.int64)
    modes = modes_of_tiers(problem, tiers, np.full((s, t), UNSAID), started)
    choice = HorizonChoice(modes, hired, released, started)
    return BroughtHorizon(choice, actuals, np.ones(t, dtype=bool))


def actual_rows(problem: HorizonProblem, actuals: Actuals) -> list[dict[str, Any]]:
    """What is known, a row a segment and period of which anything is."""
    rows = []
    for s, p in np.argwhere(actuals.known).tolist():
        figures = {name: getattr(actuals, name)[s, p] for name in FIGURES}
        tier = int(actuals.tier[s, p])
        rows.append(
            {
                "period": problem.periods[p],
                "segment": problem.segments[s],
                "tier": problem.tiers[tier] if tier >= 0 else None,
                **{n: None if np.isnan(value) else float(value) for n, value in figures.items()},
            }
        )
    return rows


def recorded_actuals(
    case: PlanningCase, problem: HorizonProblem, document: Mapping[str, Any]
) -> Actuals:
    """The actuals that a plan was made with, by its document; none where it was made without.

    Raises KeyError, ValueError or TypeError for a document that is not whole.
    """
    s, t, *_ = problem.size
    rows = (document.get("settled") or {}).get("actuals") or ()
    tier = np.full((s, t), -1, dtype=np.int64)
    figures = {name: np.full((s, t), np.nan) for name in FIGURES}
    for row in rows:
        place = case.segments.place(row["segment"]), problem.periods.index(row["period"])
        if place[0] < 0:
            raise ValueError
        if row["tier"] is not None:
            tier[place] = problem.tiers.index(row["tier"])
        for name, figure in figures.items():
            figure[place] = np.nan if row[name] is None else row[name]
    return Actuals(tier, **figures)
