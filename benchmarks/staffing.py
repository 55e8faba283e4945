"""Agents and shifts for many pools: prices and small programs against one program in Pyomo."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

import numpy as np

from benchmarks.desks import desk_of
from benchmarks.registry import Line, benchmark, in_turn
from slopt.economics.desks.desk import Desk
from slopt.economics.desks.roster import RosterTerms
from slopt.solve.highs import Options
from slopt.solve.staffing.rostering import best_roster

GAP = 1e-4
DAY = 48
MARK = 10.0
"""Seconds for 50 pools of 48 half-hours, from the calls to the roster."""
TERMS = RosterTerms(1.0, 1.0, np.zeros(1))
OPTIONS = Options(gap=GAP, time_limit_s=600.0)
PLAIN = Options(gap=GAP, time_limit_s=120.0)
MANY = 20
"""Pools from which on the plain program does not come to its end within its time."""


@benchmark("staffing", "50 pools x 48 half-hours to gap 1e-4", sizes=(240, 2_400), runs=3)
def staffing(size: int, runs: int) -> Iterator[Line]:
    """The size is in half-hours of pools, 48 of them a pool.

    Without shifts every block is for itself, and what takes time is Erlang's formulas; they are
    timed as well. With shifts the program that has a binary for every number of agents is built in
    Pyomo and solved in the same run, on the same desk.
    """
    pools, blocks = max(1, size // DAY), min(size, DAY)
    told = f"{pools} x {blocks}"
    (plain,) = in_turn([lambda run: _whole(pools, blocks, run, shifts=False)], runs)
    mark = MARK if pools >= 50 else None
    yield Line("staffing", told, "from calls to agents", median(plain), mark=mark)
    (whole,) = in_turn([lambda run: _whole(pools, blocks, run, shifts=True)], runs)
    yield Line("staffing", told, "from calls to shifts", median(whole), mark=mark)
    desks = [desk_of(pools, blocks, seed) for seed in range(1, runs + 1)]
    ours, theirs = in_turn(
        [
            lambda run: best_roster(desks[run], TERMS, OPTIONS),
            lambda run: by_pyomo(desks[run], PLAIN),
        ],
        runs,
    )
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    yield Line(
        *("staffing", told, "people on shifts", median(ours)),
        *("Pyomo and HiGHS", median(theirs), median(ratios)),
        worst=max(ratios),
        note=f"the other was stopped after {PLAIN.time_limit_s:g} s" if pools >= MANY else "",
    )


def _whole(pools: int, blocks: int, run: int, shifts: bool) -> None:
    best_roster(desk_of(pools, blocks, run + 1, shifts), TERMS, OPTIONS)


def by_pyomo(desk: Desk, options: Options) -> float:
    """The same by the plain program; what its roster costs and loses."""
    import pyomo.environ as pyo

    from slopt.formulation.staffing.designs import one_design_per_desk
    from slopt.formulation.staffing.promises import promises_kept
    from slopt.formulation.staffing.shifts import shifts_cover_agents
    from slopt.formulation.staffing.staff_counts import staff_lines
    from slopt.formulation.staffing.ways import one_way_per_block
    from slopt.solve.highs import run
    from slopt.solve.pyomo_program import compiled

    model = pyo.ConcreteModel("staffing")
    one_design_per_desk(model, (desk,))
    one_way_per_block(model, (desk,))
    shifts_cover_agents(model, (desk,))
    promises_kept(model, (desk,))
    staff_lines(model, (desk,))
    model.goal = pyo.Objective(expr=model.staff_cost + model.staff_loss)
    answer = run(compiled(model).program, options)
    if answer.objective is None:
        raise RuntimeError(f"HiGHS found no roster in {options.time_limit_s:g} seconds")
    return answer.objective
