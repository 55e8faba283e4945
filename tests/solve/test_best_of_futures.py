"""The best plan of every future, against trying every plan."""

from __future__ import annotations

import numpy as np
import pytest
from risk_cases import best_of_each_future, random_risk

from slopt.problem.evaluate import evaluate
from slopt.problem.scenarios.fares import fares
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.solve.highs import Options
from slopt.solve.risk.best_of_futures import BestOfFutures, best_of_futures, nearer


def small(seed: int) -> ScenarioProblem:
    """A random problem of up to 3 segments."""
    return random_risk(seed, most_segments=3)


def found_of(problem: ScenarioProblem) -> BestOfFutures | None:
    """The best plans of a problem, to the very end."""
    return best_of_futures(problem, Options(gap=0.0))


def random_problem_with_a_plan(seed: int) -> ScenarioProblem:
    """The first random problem from a seed on that has a plan at own numbers."""
    while found_of(small(seed)) is None:
        seed += 1
    return small(seed)


@pytest.mark.parametrize("seed", range(30))
def test_no_plan_that_may_be_made_is_better_in_a_future(seed: int) -> None:
    """Values are those of the best of all plans that keep the limits at own numbers, with every
    level of reserve; where there is no such plan there is no answer."""
    problem = small(seed)
    found = found_of(problem)
    choices = np.indices((len(problem.base.tiers),) * len(problem.base.segments))
    choices = choices.reshape(len(problem.base.segments), -1).T
    if all(evaluate(problem.base, one).violations for one in choices):
        assert found is None
        return
    assert found is not None
    expected = best_of_each_future(problem)
    assert found.values == pytest.approx(expected, rel=1e-7, abs=1e-6)
    assert found.bounds == pytest.approx(expected, rel=1e-7, abs=1e-6)


@pytest.mark.parametrize("seed", range(200, 208))
def test_every_best_plan_keeps_the_limits_at_own_numbers(seed: int) -> None:
    """And it is worth in its future what is said, without reserve at the least."""
    problem = random_problem_with_a_plan(seed)
    found = found_of(problem)
    assert found is not None
    sign = -1 if problem.base.goal.maximises else 1
    for future, choice in enumerate(found.choices):
        own = evaluate(problem.base, choice)
        assert not own.violations
        loss = sign * fares(problem, choice).value[future] + own.penalties
        assert loss >= sign * found.values[future] - 1e-6


@pytest.mark.parametrize("seed", [3, 4, 7])
def test_out_of_time_the_plan_of_an_earlier_future_stands_with_the_bound_of_its_prices(
    monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """What the time does not reach is told by a bound that holds, and solved when asked again."""
    from slopt.solve.risk import best_of_futures as module

    problem, calls = random_problem_with_a_plan(seed), 0

    def is_up(_options: Options, _begin: float) -> bool:
        nonlocal calls
        calls += 1
        return calls > 1

    whole = found_of(problem)
    with monkeypatch.context() as patch:
        patch.setattr(module, "time_is_up", is_up)
        cut = found_of(problem)
    assert whole is not None
    assert cut is not None
    assert problem.count > 1
    sign = -1 if problem.base.goal.maximises else 1
    assert np.isfinite(cut.bounds[0])
    assert np.all(sign * cut.bounds <= sign * whole.values + 1e-6)
    assert np.all(sign * cut.values >= sign * whole.values - 1e-6)
    again = nearer(problem, cut, np.arange(1, problem.count), Options(gap=0.0))
    assert again.values == pytest.approx(whole.values)
    assert again.gap <= 1e-9


@pytest.mark.parametrize("seed", range(8))
def test_few_plans_are_tried_in_place_of_solving_many_futures(
    monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Both ways find the same, and where there is no plan both say so."""
    from slopt.solve.risk import best_of_futures as module
    from slopt.solve.risk import every_plan

    monkeypatch.setattr(every_plan, "MANY_FUTURES", 1)
    monkeypatch.setattr(every_plan, "A_FUTURE", 1_000)
    problem = small(200 + seed)
    assert module.has_few_plans(problem) or problem.base.selection is not None
    tried = best_of_futures(problem)
    monkeypatch.setattr(module, "has_few_plans", lambda _problem: False)
    solved = best_of_futures(problem)
    if tried is None or solved is None:
        assert tried is solved
        return
    assert tried.values == pytest.approx(solved.values, rel=1e-9, abs=1e-6)
    assert tried.gap == 0
