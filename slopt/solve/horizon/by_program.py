"""The route by the linear program in Pyomo: exact, and the judge of the other route."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from slopt.errors import SolverTrouble, UsageError
from slopt.problem.choice import SMALL
from slopt.problem.horizon.evaluate import evaluate_horizon
from slopt.problem.horizon.problem import NEVER, HorizonChoice, HorizonProblem, Numbers
from slopt.problem.program import LinearProgram
from slopt.sayings import say
from slopt.solve.by_program import A_SECOND, options_for_ties, options_left
from slopt.solve.highs import Options, run, solver_name
from slopt.solve.horizon.outcome import HorizonOutcome
from slopt.solve.model_file import build_model, find_model, is_shipped
from slopt.solve.relaxation import relax
from slopt.vocabulary import Goal, Method, Status

ROOM = 1e-9
"""Relative room of the goal for a plan that is as good."""
DIGITS = 9
"""Digits after the point that units of staff keep; what a solver leaves below is rounding."""
SAME = 1e-6
"""Relative difference between the program's goal and the evaluation that is still rounding."""


@dataclass(frozen=True, eq=False)
class StatedProgram:
    """The program of a problem, and which of its columns decide what.

    modes: (segment, period, mode) -> column; hired, released: (option, period) -> column; started:
    (project, period) -> column. `demands`: rows by the names that the business knows.
    """

    program: LinearProgram
    modes: Mapping[tuple[int, int, int], int]
    hired: Mapping[tuple[int, int], int]
    released: Mapping[tuple[int, int], int]
    started: Mapping[tuple[int, int], int]
    demands: Mapping[str, tuple[int, ...]]

    def choice_of(self, problem: HorizonProblem, values: Numbers) -> HorizonChoice:
        """The decisions in an answer; raises SolverTrouble where a segment has no mode."""
        s, t, *_ = problem.size
        most, modes = np.full((s, t), 0.5), np.full((s, t), -1)
        for (segment, period, mode), column in self.modes.items():
            if values[column] > most[segment, period]:
                most[segment, period], modes[segment, period] = values[column], mode
        if np.any(modes < 0):
            raise SolverTrouble(
                say("The solver's answer leaves a segment without a tier in some period.")
            )
        started = [NEVER if p.started is None else p.started for p in problem.projects]
        for (project, period), column in self.started.items():
            if values[column] > 0.5:
                started[project] = period
        return HorizonChoice(
            modes,
            _units(problem, self.hired, values),
            _units(problem, self.released, values),
            np.array(started, dtype=np.int64),
        )

    def with_choice(self, choice: HorizonChoice) -> LinearProgram:
        """The program with modes and starts of projects as they are; staff is still to be found."""
        lower, upper = self.program.lower.copy(), self.program.upper.copy()
        for (segment, period, mode), column in self.modes.items():
            lower[column] = upper[column] = float(choice.modes[segment, period] == mode)
        for (project, period), column in self.started.items():
            lower[column] = upper[column] = float(choice.started[project] == period)
        return self.program.replace(lower=lower, upper=upper)


def _units(
    problem: HorizonProblem, columns: Mapping[tuple[int, int], int], values: Numbers
) -> Numbers:
    """(O, T): units of staff, without what is no more than rounding."""
    units = np.zeros((len(problem.staff), len(problem.periods)))
    for (option, period), column in columns.items():
        whole = problem.staff[option].whole
        units[option, period] = np.round(values[column], 0 if whole else DIGITS)
    return np.maximum(units, 0.0) + 0.0


def state(model: Any, problem: HorizonProblem) -> StatedProgram:
    """The program that a Pyomo model states.

    Raises UsageError where it is not linear or its decisions are not indexed as they must be,
    TriviallyInfeasibleError where a constraint can never hold.
    """
    from slopt.formulation.horizon.choose import mode_names
    from slopt.solve.pyomo_program import compiled

    found = compiled(model)
    segment = {name: place for place, name in enumerate(problem.segments)}
    period = {name: place for place, name in enumerate(problem.periods)}
    mode = {name: place for place, name in enumerate(mode_names(problem))}
    option = {each.name: place for place, each in enumerate(problem.staff)}
    project = {each.name: place for place, each in enumerate(problem.projects)}

    def columns(name: str, *indices: Mapping[str, int]) -> dict[Any, int]:
        variable = model.component(name)
        if variable is None:
            return {}
        try:
            return {
                tuple(index[word] for index, word in zip(indices, key, strict=True)): column
                for key, column in found.columns_of(variable).items()
            }
        except (KeyError, TypeError, ValueError) as error:
            raise UsageError(
                say(
                    "The model's {variable} is not indexed by names of the case as the shipped "
                    "model horizon_plan is.",
                    variable=name,
                )
            ) from error

    return StatedProgram(
        found.program,
        columns("choose", segment, period, mode),
        columns("hire", option, period),
        columns("release", option, period),
        columns("start", project, period),
        {
            name: tuple(found.rows[id(row)] for row in rows if id(row) in found.rows)
            for name, rows in getattr(model, "demands_by_name", {}).items()
        },
    )


def by_program(
    problem: HorizonProblem, options: Options, model: str = "horizon_plan", why: str = ""
) -> HorizonOutcome:
    """Solve to the requested gap; a small problem to gap 0, whatever was asked for.

    Raises UsageError for a bad model file, SolverTrouble where the answer makes no sense.
    """
    from slopt.solve.pyomo_program import TriviallyInfeasibleError

    begin = time.perf_counter()
    outcome = HorizonOutcome(
        Status.INFEASIBLE, Method.PYOMO, solver_name(), options.seed, seconds=0.0, why=why
    )
    path = find_model(model)
    if plainly_impossible(problem):
        return outcome
    built = build_model(path, problem)
    try:
        stated = state(built, problem)
    except TriviallyInfeasibleError:
        return outcome
    exact = replace(options, gap=0.0 if is_small(problem) else options.gap)
    answer = run(stated.program, options_left(exact, begin))
    outcome = outcome.replace(
        status=answer.status, bound=answer.bound, seconds=time.perf_counter() - begin
    )
    if answer.values is None or answer.objective is None:
        return outcome
    found = stated.choice_of(problem, answer.values), answer.objective
    if is_shipped(model):
        program = stated
        if answer.status is not Status.INTERRUPTED:
            if problem.goal is not Goal.MIN_TOTAL_COST:
                program, found = _cheapest(built, problem, stated, found, exact, begin)
            found = _with_best_staff(problem, program, found, exact, begin)
        found = found[0], _checked(problem, *found)
    outcome = outcome.replace(choice=found[0], objective=found[1])
    outcome = outcome.replace(bound=_no_better_than_plan(problem, outcome))
    gap = outcome.gap
    if outcome.status is Status.FEASIBLE and gap is not None and gap <= options.gap:
        outcome = outcome.replace(status=Status.OPTIMAL)
    if outcome.status is not Status.INTERRUPTED:
        spent = time.perf_counter() - begin
        relaxation = relax(stated.program, replace(options, time_limit_s=max(spent, A_SECOND)))
        prices = {} if relaxation is None else dict(relaxation.prices)
        outcome = outcome.replace(prices=prices)
    return outcome.replace(seconds=time.perf_counter() - begin)


def is_small(problem: HorizonProblem) -> bool:
    """True where a proof to the very end costs a fraction of a second."""
    return bool(np.count_nonzero(~problem.barred) <= SMALL)


def plainly_impossible(problem: HorizonProblem) -> tuple[str, ...]:
    """What nobody could decide, seen without a solver; () where there is nothing of the kind."""
    for s, p in np.argwhere(problem.barred.all(axis=2)).tolist():
        return (f"not allowed[{problem.segments[s]}] {problem.periods[p]}",)
    if problem.max_changes_each is not None:
        for s in np.flatnonzero(problem.changes_before > problem.max_changes_each).tolist():
            return (f"max_changes_each[{problem.segments[s]}]",)
    for project in problem.projects:
        for other in project.excludes:
            both = project.started, problem.projects[other].started
            if None not in both:
                return (f"{project.name} and {problem.projects[other].name}",)
    return ()


Found = tuple[HorizonChoice, float]
"""A choice and what the goal is worth with it."""


def _cheapest(
    built: Any,
    problem: HorizonProblem,
    stated: StatedProgram,
    found: Found,
    options: Options,
    begin: float,
) -> tuple[StatedProgram, Found]:
    """Of the plans as good for the goal, the one of least total cost that a second look finds."""
    from slopt.formulation.horizon.goal import ask_for_the_cheapest

    ask_for_the_cheapest(built, problem, found[1])
    second = state(built, problem)
    try:
        answer = run(second.program, options_for_ties(options, begin))
    except SolverTrouble:
        return stated, found
    if answer.values is None:
        return second, found
    choice = second.choice_of(problem, answer.values)
    evaluation = evaluate_horizon(problem, choice)
    if evaluation.violations or not _as_good(problem, evaluation.objective, found[1]):
        return second, found
    return second, (choice, evaluation.objective)


def _as_good(problem: HorizonProblem, objective: float, reached: float) -> bool:
    worse = reached - objective if problem.goal.maximises else objective - reached
    return worse <= 2 * ROOM * max(1.0, abs(reached))


def _with_best_staff(
    problem: HorizonProblem, stated: StatedProgram, found: Found, options: Options, begin: float
) -> Found:
    """The same modes and projects with the cheapest staff for them, free of rounding."""
    if not problem.staff:
        return found
    try:
        answer = run(stated.with_choice(found[0]), options_for_ties(options, begin))
    except SolverTrouble:
        return found
    if answer.values is None:
        return found
    choice = stated.choice_of(problem, answer.values)
    return found if evaluate_horizon(problem, choice).violations else (choice, found[1])


def _checked(problem: HorizonProblem, choice: HorizonChoice, objective: float) -> float:
    """The goal's value as the judge sees it; SolverTrouble where program and judge differ."""
    evaluation = evaluate_horizon(problem, choice)
    if evaluation.violations:
        raise SolverTrouble(
            say(
                "The solver's plan breaks {rule} by {amount}. Please report the case.",
                rule=evaluation.violations[0].rule,
                amount=f"{evaluation.violations[0].amount:g}",
            )
        )
    worse = evaluation.objective - objective
    if problem.goal.maximises:
        worse = -worse
    if worse > SAME * max(1.0, abs(objective)):
        raise SolverTrouble(
            say(
                "The solver's plan is worth {judged} and not {told}, as the solver says. Please "
                "report the case.",
                judged=f"{evaluation.objective:.9g}",
                told=f"{objective:.9g}",
            )
        )
    return evaluation.objective


def _no_better_than_plan(problem: HorizonProblem, outcome: HorizonOutcome) -> float | None:
    """The bound, on the right side of the plan where rounding has put it on the other."""
    if outcome.bound is None or outcome.objective is None:
        return outcome.bound
    better = max if problem.goal.maximises else min
    return better(outcome.bound, outcome.objective)
