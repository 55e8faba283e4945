"""Small plans for uncertain numbers: prices first, then the program with what is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from risk_cases import best_by_trying, best_of_each_future, random_risk

from slopt.problem.scenarios.aim import Aim, aim_value
from slopt.problem.scenarios.question import RiskQuestion
from slopt.problem.scenarios.scenario_problem import LaterChange, ScenarioProblem
from slopt.solve.by_program import time_is_up
from slopt.solve.highs import Options, run
from slopt.solve.outcome import Outcome
from slopt.solve.risk import later_tiers, prices_then_program
from slopt.solve.risk.by_model import solve_by_model
from slopt.solve.risk.dispatch import prices_cannot, solve_for_risk
from slopt.solve.risk.later_tiers import LaterTiers
from slopt.solve.risk.losses import Losses
from slopt.solve.risk.outcome import RiskOutcome
from slopt.solve.risk.regret import solve_for_regret
from slopt.solve.risk.reserve import best_reserve
from slopt.solve.risk.stated_question import Decided, state
from slopt.solve.risk.weighing import Weighing
from slopt.vocabulary import Method, RiskMeasure, Status

AIMS = (
    Aim(),
    Aim(RiskMeasure.CVAR, 0.3),
    Aim(RiskMeasure.CVAR, 0.3, weight=0.5),
    Aim(RiskMeasure.REGRET),
    Aim(RiskMeasure.CVAR, 0.3, chance=0.2),
)


def with_a_plan(count: int) -> list[int]:
    """Seeds of problems that prices take and that have a plan."""
    found: list[int] = []
    seed = 100
    while len(found) < count:
        problem = random_risk(seed, most_segments=3)
        if prices_cannot(problem) is None and best_by_trying(problem, Aim()) is not None:
            found.append(seed)
        seed += 1
    return found


SEEDS = with_a_plan(12)


@pytest.mark.parametrize("aim", AIMS, ids=lambda aim: f"{aim.measure}-{aim.weight}-{aim.chance}")
@pytest.mark.parametrize("seed", SEEDS[:8])
def test_both_together_find_the_best_plan(seed: int, aim: Aim) -> None:
    """Against trying every plan; the bound is below it and the plan worth what is said."""
    problem = random_risk(seed, most_segments=3)
    values = best_of_each_future(problem) if aim.measure is RiskMeasure.REGRET else None
    expected = best_by_trying(problem, aim, values)
    found = solve_for_risk(problem, aim)
    if expected is None:
        assert found.outcome.status is Status.INFEASIBLE
        return
    assert found.outcome.status is Status.OPTIMAL
    assert found.outcome.objective == pytest.approx(expected, rel=1e-7, abs=1e-6)
    assert found.outcome.bound is not None
    assert found.outcome.bound <= expected + 1e-6 * max(1.0, abs(expected))
    judged = aim_value(problem, found.outcome.choice, aim, found.best, found.reserve, found.then)
    assert judged.loss == pytest.approx(found.outcome.objective)


def nothing_found(
    problem: ScenarioProblem, aim: Aim, options: Options, *_: object, **__: object
) -> RiskOutcome:
    """What the program says that the time did not suffice for."""
    outcome = Outcome(Status.NO_PLAN, Method.PYOMO, "", options.seed, 0.0)
    return RiskOutcome(aim, outcome, np.zeros(problem.base.size[2]), problem.probability)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_plan_and_the_bound_of_prices_stand_where_the_program_finds_none(
    monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """However short the time for the program is, what prices know is told."""
    monkeypatch.setattr(prices_then_program, "solve_by_model", nothing_found)
    problem = random_risk(seed, most_segments=3)
    expected = best_by_trying(problem, Aim())
    found = solve_for_risk(problem, Aim())
    assert expected is not None
    assert found.outcome.objective is not None
    assert found.outcome.bound is not None
    assert found.outcome.bound <= expected + 1e-6 * max(1.0, abs(expected))
    assert found.outcome.objective >= expected - 1e-6 * max(1.0, abs(expected))
    assert found.late is not None


def test_the_program_begins_with_a_plan_that_is_known() -> None:
    """Any plan that keeps the limits can be handed over; the best one comes out all the same."""
    problem = random_risk(SEEDS[0], most_segments=3)
    best = solve_by_model(problem, Aim())
    choice = best.outcome.choice
    assert choice is not None
    stated = state(RiskQuestion(problem, Aim()))
    assert stated is not None
    program = stated.beginning_with(Decided(choice, best.reserve, None))
    assert sum(program.known.values()) == len(choice)
    answer = run(program, Options(gap=0.0))
    assert answer.objective == pytest.approx(best.outcome.objective)


def test_no_regret_is_none_and_proven() -> None:
    """With one future its best plan regrets nothing: value, bound and gap are 0, not rounding."""
    for seed in SEEDS:
        problem = random_risk(seed, most_segments=3, reserve=0)
        alone = ScenarioProblem.of(problem.base, [problem.problem(0)], np.ones(1))
        aim = Aim(RiskMeasure.REGRET)
        routes = [solve_for_risk(alone, aim), solve_by_model(alone, aim)]
        for found in (*routes, solve_for_regret(alone, aim)):
            outcome = found.outcome
            if outcome.status is Status.INFEASIBLE:
                continue
            told = (outcome.status, outcome.objective, outcome.bound, outcome.gap)
            assert told == (Status.OPTIMAL, 0.0, 0.0, 0.0)
            assert aim_value(alone, outcome.choice, aim, found.best, found.reserve).loss == 0.0


def test_out_of_time_no_later_decision_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hundred futures of a tenth of a second each would be twenty seconds too many."""
    problem = replace(random_risk(102, most_segments=3), later=LaterChange(0.5, 1.0, 1))
    asked, solve = [], later_tiers.solve_rows

    def counted(*told: object) -> object:
        asked.append(told)
        return solve(*told)

    monkeypatch.setattr(later_tiers, "solve_rows", counted)
    later = LaterTiers(problem)
    choice = problem.base.admissible.argmax(axis=1)
    later.best(choice)
    assert asked
    asked.clear()
    found = later.best(choice, options=Options(time_limit_s=0.0))
    assert not asked
    assert np.all(found.bounds <= found.losses)
    assert time_is_up(Options(time_limit_s=0.0), 0.0)


@pytest.mark.parametrize("weight", [0.0, 1.0])
def test_no_dust_is_reserved(weight: float) -> None:
    """Units are told to the digits that mean something: 3.08 and not 3.0800000000003."""
    for seed in SEEDS:
        problem = random_risk(seed, most_segments=3)
        losses = Losses.of(problem)
        weighing = Weighing.of(Aim(RiskMeasure.CVAR, 0.3, weight=weight), problem.probability)
        choice = losses.rows.allowed.argmax(axis=1)
        plain, need = losses.plain(choice), losses.need(choice)
        units = best_reserve(losses, weighing, plain, need)
        assert units.tolist() == [float(f"{one:.10g}") for one in units]
        assert np.all((units == 0) | (units > 1e-9 * need.max(axis=0)))
