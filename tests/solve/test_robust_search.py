"""The plan that guarantees most with so many segments at their worst, against enumeration."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from risk_cases import random_risk, random_scenarios

from slopt.problem.evaluate import evaluate
from slopt.problem.scenarios.aim import Aim, aim_value, deviations
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.solve.highs import Options
from slopt.solve.risk.robust import RobustSearch, solve_robust
from slopt.vocabulary import Goal, RiskMeasure, Status


def guarantees(problem: ScenarioProblem) -> np.ndarray:
    """(S + 1,): the least guaranteed loss by how many are at worst, over every set of them."""
    segments = len(problem.base.segments)
    worse, row = deviations(problem), np.arange(segments)
    sign = -1 if problem.base.goal.maximises else 1
    best = np.full(segments + 1, np.inf)
    for choice in itertools.product(range(len(problem.base.tiers)), repeat=segments):
        own = evaluate(problem.base, np.array(choice))
        if own.violations:
            continue
        its = worse[row, choice]
        for count in range(segments + 1):
            most = max(sum(its[list(some)]) for some in itertools.combinations(row, count))
            best[count] = min(best[count], sign * own.objective + most)
    return best


@pytest.mark.parametrize("seed", range(24))
def test_for_every_number_at_worst_the_guarantee_is_the_best_of_all_plans(seed: int) -> None:
    """From none to all segments at worst, with every goal, menu, rule and limit; the bound is the
    same, and where nothing keeps the limits that is said."""
    rng = np.random.default_rng(seed)
    problem = random_risk(seed) if seed % 2 else random_scenarios(rng, 3, segments=4)
    expected = guarantees(problem)
    search = RobustSearch(problem, Options(gap=0.0))
    for at_worst, best in enumerate(expected):
        plan = search.best(at_worst)
        if np.isinf(best):
            assert plan.status is Status.INFEASIBLE
            continue
        assert plan.loss == pytest.approx(best, rel=1e-7, abs=1e-6)
        assert plan.bound == pytest.approx(best, rel=1e-7, abs=1e-6)
        assert plan.choice is not None
        assert not evaluate(problem.base, plan.choice).violations


def many_segments(goal: Goal = Goal.MIN_TOTAL_COST) -> ScenarioProblem:
    """60 segments with a budget that binds, one resource and futures that are twice as bad."""
    from strategies import random_problem

    rng = np.random.default_rng(5)
    base = random_problem(10, goal=goal, plain=True, segments=60)
    shape = base.service_cost.shape
    base = base.replace(
        resources=("hours",),
        use=rng.uniform(1, 5, (1, *shape)),
        capacity=np.array([180.0]),
        extra_capacity=np.array([20.0]),
        extra_premium=np.array([3.0]),
        budget=0.7 * float(base.service_cost.max(axis=1).sum()),
        max_tiers=None,
        max_changes=None,
        min_service_level=None,
        max_lost_sales=None,
    )
    futures = [
        base.replace(lost_orders=base.lost_orders * rng.uniform(0.5, 2.0, shape)) for _ in range(9)
    ]
    return ScenarioProblem.of(base, futures, np.full(9, 1 / 9))


@pytest.mark.parametrize("at_worst", [1, 7, 30])
def test_of_many_segments_the_bound_lies_below_what_each_price_allows(at_worst: int) -> None:
    """Within the gap asked for, and no ordinary problem at any price goes below the bound."""
    from slopt.solve.risk.added_losses import with_added_losses
    from slopt.solve.solve import solve

    problem = many_segments()
    search = RobustSearch(problem, Options(gap=1e-3))
    plan = search.best(at_worst)
    assert plan.status is Status.OPTIMAL
    assert plan.choice is not None
    assert plan.loss - plan.bound <= 1e-3 * abs(plan.loss)
    judged = aim_value(problem, plan.choice, Aim(RiskMeasure.ROBUST, at_worst=at_worst))
    assert judged.loss == pytest.approx(plan.loss)
    assert not judged.violations
    worse = deviations(problem)
    for price in np.quantile(worse, np.linspace(0, 1, 9)):
        one = with_added_losses(problem.base, np.maximum(worse - price, 0.0))
        found = solve(one.problem, Options(gap=1e-4))
        assert found.objective is not None
        assert found.objective + at_worst * price >= plan.bound - 1e-6


def test_more_segments_at_worst_never_guarantee_more() -> None:
    """The guaranteed loss rises with the number, ever more slowly, and ends where all are."""
    search = RobustSearch(many_segments(), Options(gap=1e-6))
    losses = [search.best(at_worst).loss for at_worst in range(0, 61, 10)]
    rises = np.diff(losses)
    assert np.all(rises >= -1e-6)
    assert np.all(np.diff(rises) <= 1e-3)
    assert search.best(60).loss == pytest.approx(search.best(1000).loss)


def test_cut_short_it_is_optimal_only_where_the_bound_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After two ordinary problems there is no time left: a plan with the bound known by then."""
    from slopt.solve.risk import robust as module

    monkeypatch.setattr(module, "time_is_up", lambda _options, _begin: True)
    aim = Aim(RiskMeasure.ROBUST, at_worst=7)
    outcome = solve_robust(many_segments(), aim, Options(gap=1e-12)).outcome
    assert outcome.objective is not None
    assert outcome.bound is not None
    assert outcome.bound < outcome.objective
    assert outcome.status is Status.FEASIBLE
