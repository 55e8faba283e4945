"""The route of the model `stock_levels`: one program for tiers and items, tangents until proven.

The answer over the tangents is a bound, for each lies below what it stands for. The levels that it
finds are priced as they are, and get tangents of their own, until the two meet.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.economics.stock_rooms.rooms import StockRooms
from slopt.formulation.stock_rooms.items import add_tangents, levels_of
from slopt.problem.choice import ChoiceProblem
from slopt.problem.generated.one_part import with_further_offers
from slopt.problem.generated.stock import made_by_stock
from slopt.solve.by_program import options_left
from slopt.solve.highs import Options, run, solver_name
from slopt.solve.model_file import build_model, find_model
from slopt.solve.outcome import Outcome
from slopt.solve.pyomo_program import Compiled, TriviallyInfeasibleError, compiled
from slopt.solve.solve import solve
from slopt.vocabulary import Method, Status

Numbers = NDArray[np.float64]
MODEL = "stock_levels"
MOST_ROUNDS = 30
PART = 0.25
"""Of the gap asked for, that tangents may still lie below what they stand for."""
ROOM = 1e-9
"""Of a capacity, that the true use may be above what the tangents say: a limit is kept to 2e-9."""


@dataclass(frozen=True, eq=False)
class StockProgramAnswer:
    """The problem with the levels found as offers of its rooms, and how it was answered.

    `outcome.bound` holds for all levels; `rounds` is how often tangents were added.
    """

    problem: ChoiceProblem
    outcome: Outcome
    rounds: int


def solve_by_stock(problem: ChoiceProblem, options: Options | None = None) -> StockProgramAnswer:
    """The best tiers and levels by the model `stock_levels`.

    Raises UsageError for a problem without stock rooms, or with desks or levels; SolverTrouble
    where the answer makes no sense.
    """
    options = options or Options()
    begin = time.perf_counter()
    made, source = made_by_stock(problem)
    rooms = source.rooms
    model = build_model(find_model(MODEL), problem)
    found: list[Numbers] = []
    bound: float | None = None
    status = Status.OPTIMAL
    for _ in range(MOST_ROUNDS):
        try:
            program = compiled(model)
        except TriviallyInfeasibleError:
            status = Status.INFEASIBLE
            break
        left = options_left(options, begin)
        answer = run(program.program, replace(left, gap=PART * options.gap))
        if answer.values is None:
            status = answer.status
            break
        bound = answer.bound
        level = _levels(model, rooms, program, answer.values)
        found.append(level)
        money, use = _missed(model, rooms, program, answer.values, level)
        close = money <= PART * options.gap * abs(answer.objective or 0.0)
        if close and np.all(use <= ROOM * np.maximum(problem.capacity, 1e-12)):
            break
        if time.perf_counter() - begin >= options.time_limit_s:
            break
        add_tangents(model, rooms, level)
    seconds = time.perf_counter() - begin
    if not found:
        outcome = Outcome(status, Method.PYOMO, solver_name(), options.seed, seconds=seconds)
        return StockProgramAnswer(problem, outcome.replace(bound=bound), 0)
    joined = with_further_offers(problem, made, source.offers(found))
    outcome = solve(joined, options_left(options, begin), Method.HIGHS)
    outcome = outcome.bounded(bound, options.gap, problem.goal.maximises)
    return StockProgramAnswer(joined, outcome.replace(method=Method.PYOMO), len(found))


def _values(program: Compiled, variable: Any, values: Numbers, count: int) -> Numbers:
    """(I,): the values of an indexed variable; NaN where the program does not know it."""
    its = np.full(count, np.nan)
    for item, column in program.columns_of(variable).items():
        its[item] = values[column]
    return its


def _levels(model: Any, rooms: StockRooms, program: Compiled, values: Numbers) -> Numbers:
    count = len(rooms.room)
    stocked = np.nan_to_num(_values(program, model.stocked, values, count), nan=1.0)
    return levels_of(rooms, stocked, _values(program, model.position, values, count))


def _missed(
    model: Any, rooms: StockRooms, program: Compiled, values: Numbers, level: Numbers
) -> tuple[float, Numbers]:
    """How far tangents lie below what the levels come to: money, and units of resources (R,)."""
    count = len(rooms.room)
    figures = rooms.items.figures(level)
    below = {}
    for name in ("short", "held", "stock"):
        true, said = getattr(figures, name), _values(program, getattr(model, name), values, count)
        below[name] = np.maximum(true - np.where(np.isnan(said), true, said), 0.0)
    costs = rooms.costs
    money = (costs.lost + costs.booked) @ below["short"] + costs.held @ below["held"]
    money += (rooms.unit_cost @ rooms.weight) @ below["stock"]
    return float(money), np.asarray(rooms.weight @ below["stock"])
