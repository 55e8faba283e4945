"""Plans of least regret: what is open of the best plans of the futures is counted."""

from __future__ import annotations

import numpy as np
import pytest
from risk_cases import best_by_trying, best_of_each_future, random_risk

from slopt.problem.scenarios.aim import Aim, aim_value
from slopt.solve.highs import Options
from slopt.solve.risk.best_of_futures import BestOfFutures, best_of_futures
from slopt.solve.risk.dispatch import prices_cannot
from slopt.solve.risk.regret import solve_for_regret
from slopt.vocabulary import RiskMeasure, Status

REGRET = Aim(RiskMeasure.REGRET)


def seeds(count: int) -> list[int]:
    """Seeds of problems that prices can take and that have a plan."""
    found: list[int] = []
    seed = 0
    while len(found) < count:
        problem = random_risk(seed, reserve=0, most_segments=3)
        if prices_cannot(problem) is None and best_of_futures(problem) is not None:
            found.append(seed)
        seed += 1
    return found


@pytest.mark.parametrize("seed", seeds(12))
def test_the_least_regret_lies_between_bound_and_plan(seed: int) -> None:
    """Against trying every plan, each held against the best plan of every future."""
    problem = random_risk(seed, reserve=0, most_segments=3)
    expected = best_by_trying(problem, REGRET, best_of_each_future(problem))
    found = solve_for_regret(problem, REGRET, Options(gap=1e-6)).outcome
    assert expected is not None
    assert found.objective is not None
    assert found.bound is not None
    assert found.bound <= expected + 1e-6 * max(1, abs(expected))
    assert found.objective >= expected - 1e-6 * max(1, abs(expected))
    if found.status is Status.OPTIMAL:
        assert found.objective == pytest.approx(expected, rel=1e-5, abs=1e-5)


def test_what_is_open_of_the_best_plans_is_open_of_the_regret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Bounds that are 1 below the best plans, and stay there, put 1 between plan and bound."""
    from slopt.solve.risk import regret as module

    problem = random_risk(seeds(1)[0], reserve=0, most_segments=3)
    best = best_of_futures(problem, Options(gap=0.0))
    assert best is not None
    sign = -1 if problem.base.goal.maximises else 1
    wide = BestOfFutures(best.values, best.choices, best.bounds - sign)
    near = solve_for_regret(problem, REGRET, Options(gap=1e-9), best).outcome
    monkeypatch.setattr(module, "nearer", lambda problem, best, futures, options: best)
    far = solve_for_regret(problem, REGRET, Options(gap=1e-9), wide)
    assert far.outcome.objective == pytest.approx(near.objective)
    assert near.bound is not None
    assert far.outcome.bound == pytest.approx(near.bound - 1)
    assert far.outcome.choice is not None
    assert far.best is not None
    judged = aim_value(problem, far.outcome.choice, REGRET, far.best)
    assert judged.loss == pytest.approx(far.outcome.objective)


def test_futures_that_decide_are_solved_nearer() -> None:
    """Loose best plans are tightened where the regret is, so that the gap asked for is reached."""
    problem = random_risk(seeds(3)[2], reserve=0, most_segments=3)
    best = best_of_futures(problem, Options(gap=0.0))
    assert best is not None
    sign = -1 if problem.base.goal.maximises else 1
    loose = BestOfFutures(best.values, best.choices, best.bounds - sign * np.abs(best.values))
    found = solve_for_regret(problem, REGRET, Options(gap=1e-6), loose).outcome
    exact = solve_for_regret(problem, REGRET, Options(gap=1e-6), best).outcome
    assert found.bound == pytest.approx(exact.bound, rel=1e-5, abs=1e-5)
