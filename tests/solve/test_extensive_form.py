"""Plans for uncertain numbers against the extensive form of mpi-sppy, stated by its own means.

mpi-sppy is given one scenario at a time and adds them up itself, with its own transform for the
mean of the worst futures; it knows nothing of the program under test.
"""

from __future__ import annotations

import warnings

import numpy as np
import pyomo.environ as pyo
import pytest
from risk_cases import random_risk

from slopt.problem.scenarios.aim import Aim
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.solve.risk.by_model import solve_by_model
from slopt.vocabulary import Goal, RiskMeasure

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    pytest.importorskip("mpisppy", reason="mpi-sppy is not installed")
    from mpisppy.opt.ef import ExtensiveForm
    from mpisppy.utils.cvar import cvar_scenario_creator
    from mpisppy.utils.sputils import attach_root_node


def plain(seed: int) -> ScenarioProblem:
    """A random problem whose own numbers ask for nothing but contracts, with units to reserve."""
    problem = random_risk(seed, goal=Goal.MIN_TOTAL_COST, reserve=3, most_segments=6)
    free = {"budget": None, "max_tiers": None, "max_lost_sales": None, "min_service_level": None}
    premium = np.abs(problem.extra_premium) + 1.0
    base = problem.base.replace(**free, rules=(), extra_capacity=problem.base.capacity + 1e4)
    futures = [
        problem.problem(w).replace(**free, extra_premium=premium[w % len(premium)])
        for w in range(problem.count)
    ]
    return ScenarioProblem.of(base, futures, problem.probability, reserve_cost=problem.reserve_cost)


def scenario(name: str, problem: ScenarioProblem) -> pyo.ConcreteModel:
    """One scenario as mpi-sppy wants it: first stage tiers, menu and reserve; then late units."""
    w = int(name.removeprefix("future"))
    its, base = problem.problem(w), problem.base
    segments, tiers, resources = base.size
    one = pyo.ConcreteModel(name)
    one.x = pyo.Var(range(segments), range(tiers), domain=pyo.Binary)
    one.y = pyo.Var(range(tiers), domain=pyo.Binary)
    one.h = pyo.Var(range(resources), bounds=(0, 1e4))
    one.late = pyo.Var(range(resources), bounds=(0, 1e5))
    one.rows = pyo.ConstraintList()
    for s in range(segments):
        one.rows.add(sum(one.x[s, k] for k in range(tiers)) == 1)
        for k in range(tiers):
            one.rows.add(one.x[s, k] <= (one.y[k] if base.barred[s, k] == 0 else 0 * one.y[k]))
    if base.max_changes is not None and base.changed.any():
        moves = zip(*np.nonzero(base.changed), strict=True)
        one.rows.add(sum(one.x[int(s), int(k)] for s, k in moves) <= base.max_changes)
    for r in range(resources):
        use = sum(
            float(its.use[r, s, k]) * one.x[s, k] for s in range(segments) for k in range(tiers)
        )
        one.rows.add(one.late[r] >= use - float(its.capacity[r]) - one.h[r])
        if np.isnan(problem.reserve_cost[r]):
            one.h[r].fix(0.0)
    reserved = sum(float(np.nan_to_num(problem.reserve_cost[r])) * one.h[r] for r in one.h)
    cost = its.service_cost + its.lost_orders + its.lost_customers
    cost = cost + its.lost_prospects + its.lost_unsplit
    tier_cost = sum(float(cost[s, k]) * one.x[s, k] for s, k in one.x)
    opened = sum(float(its.open_cost[k]) * one.y[k] for k in one.y)
    late = sum(float(its.extra_premium[r]) * one.late[r] for r in one.late)
    one.cost = pyo.Objective(expr=tier_cost + opened + reserved + late)
    attach_root_node(one, reserved, [one.x, one.y, one.h], do_uniform=False)
    one._mpisppy_probability = float(problem.probability[w])
    return one


def by_extensive_form(problem: ScenarioProblem, aim: Aim) -> float | None:
    """The best value by mpi-sppy and HiGHS to gap 0; None where it finds none."""
    creator = scenario
    if aim.measure is RiskMeasure.CVAR:
        creator = cvar_scenario_creator(
            scenario,
            cvar_weight=aim.weight,
            cvar_alpha=1 - aim.tail,
            cvar_mean_weight=1 - aim.weight,
        )
    names = [f"future{w}" for w in range(problem.count)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        form = ExtensiveForm(
            {"solver": "appsi_highs"}, names, creator, scenario_creator_kwargs={"problem": problem}
        )
        form.solve_extensive_form({"mip_rel_gap": 0.0, "threads": 1})
        return form.get_objective_value()


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(
    "aim",
    [Aim(), Aim(RiskMeasure.CVAR, tail=0.25), Aim(RiskMeasure.CVAR, tail=0.4, weight=0.3)],
    ids=["mean", "worst", "blend"],
)
def test_the_extensive_form_finds_nothing_better_and_nothing_worse(aim: Aim, seed: int) -> None:
    """Both programs, stated by different hands, have the same best value."""
    problem = plain(seed + 7001)
    expected = by_extensive_form(problem, aim)
    found = solve_by_model(problem, aim).outcome
    if expected is None:
        assert found.choice is None
    else:
        assert found.objective == pytest.approx(expected, rel=1e-6, abs=1e-6)
