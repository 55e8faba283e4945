"""A plan over periods from its files: plan.csv, and beside it staff.csv and projects.csv."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from slopt.case.case import PlanningCase
from slopt.case.columns import suggest
from slopt.case.few import flagged
from slopt.case.schema import SCHEMAS
from slopt.case.texts import Texts
from slopt.errors import InvalidInput, Problem
from slopt.plan.horizon.actual import FIGURES, Actuals
from slopt.plan.horizon.files import PROJECTS_CSV, STAFF_CSV
from slopt.plan.horizon.reading import FileTable
from slopt.plan.horizon.rows import BEFORE
from slopt.plan.rows import Numbers
from slopt.problem.horizon.evaluate import in_effect
from slopt.problem.horizon.problem import NEVER, Flags, HorizonChoice, HorizonProblem, Places
from slopt.sayings import later, say
from slopt.vocabulary import Basis


@dataclass(frozen=True)
class PlanFiles:
    """Where a plan over periods lies. Without a file of staff nobody is hired or released, without
    one of projects none is started."""

    plan: Path
    staff: Path | None = None
    projects: Path | None = None

    @classmethod
    def beside(
        cls, plan: Path, staff: Path | None = None, projects: Path | None = None
    ) -> PlanFiles:
        """The files that are named, else those of the usual names beside the plan."""

        def usual(name: str) -> Path | None:
            path = plan.parent / name
            return path if path.is_file() else None

        return cls(plan, staff or usual(STAFF_CSV), projects or usual(PROJECTS_CSV))


@dataclass(frozen=True, eq=False)
class BroughtHorizon:
    """A plan from files: what is chosen, and the figures of its rows that say what happened.

    `has_period` (T,) is false for periods that the plan does not know; there the tiers of the
    period before are kept.
    """

    choice: HorizonChoice
    actuals: Actuals
    has_period: Flags


def read_horizon_plan(
    case: PlanningCase, problem: HorizonProblem, files: PlanFiles, needed: int | None = None
) -> BroughtHorizon:
    """A plan from its files; the first `needed` periods must be in it, all of them by default.

    Raises InvalidInput with every problem: ids that the case does not know, rows that are missing
    or there twice.
    """
    problems: list[Problem] = []
    started = np.array(
        [NEVER if one.started is None else one.started for one in problem.projects], dtype=np.int64
    )
    hired = np.zeros((len(problem.staff), len(problem.periods)))
    released = hired.copy()
    try:
        if files.projects is not None:
            _read_projects(problem, files.projects, started)
    except InvalidInput as error:
        problems += error.problems
    try:
        if files.staff is not None:
            _read_staff(problem, files.staff, hired, released)
    except InvalidInput as error:
        problems += error.problems
    try:
        modes, actuals, has_period = _read_tiers(case, problem, files.plan, started, needed)
    except InvalidInput as error:
        raise InvalidInput([*error.problems, *problems]) from None
    if problems:
        raise InvalidInput(problems)
    return BroughtHorizon(HorizonChoice(modes, hired, released, started), actuals, has_period)


def _read_tiers(
    case: PlanningCase, problem: HorizonProblem, path: Path, started: Places, needed: int | None
) -> tuple[Places, Actuals, Flags]:
    s, t, *_ = problem.size
    table = FileTable(path, SCHEMAS["plan_over_time"])
    periods = Texts.of(list(problem.periods))
    segment = table.places("segment", case.segments, "segment")
    tier = table.places("tier", Texts.of(list(problem.tiers)), "tier")
    period = table.places("period", periods, "period")
    if len(table) and any((place < 0).all() for place in (segment, tier, period)):
        raise InvalidInput([_of_another_case(table)])
    lifts = Texts.of([project.name for project in problem.projects])
    project = table.places("project", lifts, "project")
    basis = table.texts("basis")
    figures = {name: table.numbers(name) for name in FIGURES}
    fine = table.once(segment, period, "segment", say("A segment has one tier in each period.")) & (
        tier >= 0
    )
    has_period = np.zeros(t, dtype=bool)
    has_period[period[period >= 0]] = True
    segment, tier, period, project = (each[fine] for each in (segment, tier, period, project))
    tiers = np.full((s, t), -1, dtype=np.int64)
    tiers[segment, period] = tier
    _miss_rows(case, problem, table, tiers, has_period, t if needed is None else needed)
    table.refuse()
    for p in np.flatnonzero(~has_period):
        tiers[:, p] = tiers[:, p - 1]
    chosen = np.full((s, t), UNSAID, dtype=np.int64)
    if table.has("project"):
        chosen[segment, period] = project
    modes = modes_of_tiers(problem, tiers, chosen, started)
    lifts_nothing = np.zeros(len(table), dtype=bool)
    said = chosen[segment, period]
    lifts_nothing[fine] = (said >= 0) & (problem.mode_project[modes[segment, period]] != said)
    table.problems += flagged(
        lifts_nothing,
        lambda row: table.raw.problem(
            say("That project does not lift this tier of the segment."),
            say("Leave it empty, or name the project that does."),
            table.raw.rows[row],
            "project",
            table.texts("project")[row],
        ),
    )
    table.refuse()
    happened = np.zeros((s, t), dtype=bool)
    happened[segment, period] = np.array([one == Basis.ACTUAL for one in basis])[fine]
    actual = {}
    for name, figure in figures.items():
        values = np.full((s, t), np.nan)
        values[segment, period] = figure[fine]
        actual[name] = np.where(happened, values, np.nan)
    return modes, Actuals(np.where(happened, tiers, -1), **actual), has_period


def _of_another_case(table: FileTable) -> Problem:
    return table.raw.problem(
        say("This is the plan of another case: its segments, tiers or periods are all unknown."),
        say("Name a plan of this case, or the case of this plan."),
        1,
    )


def _miss_rows(
    case: PlanningCase,
    problem: HorizonProblem,
    table: FileTable,
    tiers: Places,
    has_period: Flags,
    needed: int,
) -> None:
    """Problems of the rows that are not there: whole periods, and segments of others."""
    missing = ~has_period[:needed]
    table.problems += [
        table.raw.problem(
            say('The period "{period}" has no rows.', period=problem.periods[p]),
            say("Add a row of it for every segment."),
            column="period",
            value=problem.periods[p],
        )
        for p in np.flatnonzero(missing)
    ]
    blank = np.argwhere((tiers < 0) & has_period[None, :])
    table.problems += flagged(
        np.ones(len(blank), dtype=bool),
        lambda index: table.raw.problem(
            say(
                'The segment "{segment}" has no row in period "{period}".',
                segment=case.segments[int(blank[index, 0])],
                period=problem.periods[blank[index, 1]],
            ),
            say("Add its tier."),
            column="segment",
            value=case.segments[int(blank[index, 0])],
        ),
    )


UNSAID = -2
"""The file does not say whether a project lifts the tier."""


def modes_of_tiers(
    problem: HorizonProblem, tiers: Places, project: Places, started: Places
) -> Places:
    """The modes of tiers (S, T) lifted by the projects (S, T): -1 for none, UNSAID for not said.

    Where it is not said, the mode of the highest level among those whose project is in effect.
    """
    s, t, *_ = problem.size
    modes = tiers.copy()
    best = np.where(
        project == UNSAID,
        problem.service_level[np.arange(s)[:, None], np.arange(t)[None, :], tiers],
        np.inf,
    )
    for mode, its in enumerate(problem.mode_project.tolist()):
        if its < 0:
            continue
        takes = problem.projects[its].takes
        works = np.array([in_effect(int(started[its]), takes, p) for p in range(t)])
        of_tier = tiers == problem.mode_tier[mode]
        level = problem.service_level[:, :, mode]
        free = ~problem.barred[:, :, mode]
        better = of_tier & works[None, :] & free & (project == UNSAID) & (level > best)
        said = of_tier & (project == its)
        modes = np.where(better | said, mode, modes)
        best = np.where(better, level, best)
    return modes


def _read_staff(problem: HorizonProblem, path: Path, hired: Numbers, released: Numbers) -> None:
    table = FileTable(path, SCHEMAS["staff_over_time"])
    option = table.places("option", Texts.of([one.name for one in problem.staff]), "staff option")
    period = table.places("period", Texts.of(list(problem.periods)), "period")
    units = {"hired": table.numbers("hired"), "released": table.numbers("released")}
    fine = table.once(option, period, "option", say("An option has one row in each period."))
    table.refuse()
    hired[option[fine], period[fine]] = units["hired"][fine]
    released[option[fine], period[fine]] = units["released"][fine]


def _read_projects(problem: HorizonProblem, path: Path, started: Places) -> None:
    table = FileTable(path, SCHEMAS["projects_over_time"])
    project = table.places("project", Texts.of([one.name for one in problem.projects]), "project")
    starts, periods = table.texts("start"), Texts.of(list(problem.periods))
    start = np.asarray(starts.places_in(periods), dtype=np.int64)
    fine = table.once(
        project, np.zeros(len(table), dtype=np.int64), "project", say("A project has one row.")
    )
    begun = np.array([one.started is not None for one in problem.projects], dtype=bool)
    for row in np.flatnonzero(fine & starts.is_filled):
        word = starts[int(row)]
        if start[row] >= 0:
            started[project[row]] = start[row]
        elif not (word == BEFORE and begun[project[row]]):
            table.problems.append(
                table.raw.problem(
                    say('"{text}" is not a {name} of this case.', text=word, name="period"),
                    suggest(word, periods, later("Known are: {known}.")),
                    table.raw.rows[int(row)],
                    "start",
                    word,
                )
            )
    table.refuse()
