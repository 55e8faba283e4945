"""The route of the model `staffing`: tiers, agents and shifts in one program, and the judge."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from slopt.economics.desks.desk import Desk
from slopt.economics.desks.roster import Roster, broken_rules
from slopt.errors import SolverTrouble
from slopt.problem.choice import ChoiceProblem
from slopt.problem.generated.one_part import with_further_offers
from slopt.problem.generated.staff import desks_of, made_by_desks
from slopt.sayings import say
from slopt.solve.by_program import options_left
from slopt.solve.highs import Options, run, solver_name
from slopt.solve.model_file import build_model, find_model
from slopt.solve.outcome import Outcome
from slopt.solve.pyomo_program import Compiled, TriviallyInfeasibleError, compiled
from slopt.solve.solve import solve
from slopt.solve.staffing.desk_source import roster_offers
from slopt.vocabulary import Method, Status

MODEL = "staffing"


@dataclass(frozen=True, eq=False)
class StaffProgramAnswer:
    """The problem with the rosters found as offers of its desks, and how it was answered."""

    problem: ChoiceProblem
    outcome: Outcome


def solve_by_staff(problem: ChoiceProblem, options: Options | None = None) -> StaffProgramAnswer:
    """The best tiers and rosters by the model `staffing`; the bound holds for all rosters.

    Raises UsageError for a problem without desks, or with stock rooms or levels; SolverTrouble
    where the answer makes no sense.
    """
    options = options or Options()
    begin = time.perf_counter()
    made = made_by_desks(problem)
    desks = desks_of(made)
    model = build_model(find_model(MODEL), problem)
    outcome = Outcome(Status.INFEASIBLE, Method.PYOMO, solver_name(), options.seed, seconds=0.0)
    try:
        program = compiled(model)
    except TriviallyInfeasibleError:
        return StaffProgramAnswer(problem, outcome.replace(seconds=time.perf_counter() - begin))
    answer = run(program.program, options_left(options, begin))
    outcome = outcome.replace(
        status=answer.status, bound=answer.bound, seconds=time.perf_counter() - begin
    )
    if answer.values is None:
        return StaffProgramAnswer(problem, outcome)
    rosters = rosters_in(model, program, answer.values, desks)
    for roster in rosters:
        broken = broken_rules(roster)
        if broken:
            raise SolverTrouble(
                say(
                    'The solver\'s roster of "{desk}" breaks a rule: {rule}. Please report the '
                    "case.",
                    desk=roster.desk.name,
                    rule=broken[0],
                )
            )
    offers = roster_offers([[roster] for roster in rosters], len(problem.resources))
    joined = with_further_offers(problem, made, offers)
    found = solve(joined, options_left(options, begin), Method.HIGHS)
    found = found.bounded(answer.bound, options.gap, problem.goal.maximises)
    return StaffProgramAnswer(joined, found.replace(method=Method.PYOMO))


def rosters_in(
    model: Any, program: Compiled, values: Any, desks: tuple[Desk, ...]
) -> tuple[Roster, ...]:
    """The decisions in an answer, desk by desk."""
    at = {desk.name: i for i, desk in enumerate(desks)}
    designs = [0] * len(desks)
    for (name, design), column in program.columns_of(model.design).items():
        if values[column] > 0.5:
            designs[at[name]] = desks[at[name]].designs.index(design)
    ways = [np.full((len(desk.pools), len(desk.blocks)), -1) for desk in desks]
    for (name, pool, block, way), column in program.columns_of(model.take).items():
        if values[column] > 0.5:
            ways[at[name]][pool, block] = way
    people = [np.zeros((len(desk.shifts), len(desk.pools)), dtype=np.int64) for desk in desks]
    on_shift: Mapping[Any, int] = program.columns_of(model.people)
    for (name, pool, shift), column in on_shift.items():
        people[at[name]][shift, pool] = round(float(values[column]))
    for i, desk in enumerate(desks):
        idle = [p for p in range(len(desk.pools)) if p not in desk.pools_of(designs[i])]
        people[i][:, idle] = 0
    return tuple(Roster(*each) for each in zip(desks, designs, ways, people, strict=True))
