"""How a choice fares over futures, against the judge of one future."""

from __future__ import annotations

import numpy as np
import pytest
from risk_cases import random_scenarios
from strategies import random_problem

from slopt.problem.evaluate import evaluate
from slopt.problem.scenarios.fares import fares
from slopt.problem.scenarios.measures import blend, cvar, mean, quantile, tail_weights
from slopt.problem.scenarios.scenario_problem import ScenarioProblem


@pytest.mark.parametrize("seed", range(40))
def test_every_future_is_priced_as_the_judge_of_one_future_prices_it(seed: int) -> None:
    """Costs, losses, use, level and breaches of each future are those of `evaluate`."""
    rng = np.random.default_rng(seed)
    scenarios = random_scenarios(rng)
    choice = rng.integers(0, len(scenarios.base.tiers), len(scenarios.base.segments))
    all_of_them = fares(scenarios, choice)
    for future in range(scenarios.count):
        one = evaluate(scenarios.problem(future), choice)
        for name in ("service_cost", "open_cost", "extra_cost", "lost_orders", "lost_customers"):
            assert getattr(all_of_them, name)[future] == pytest.approx(getattr(one, name))
        assert all_of_them.lost_sales[future] == pytest.approx(one.lost_sales)
        assert all_of_them.total_cost[future] == pytest.approx(one.total_cost)
        assert all_of_them.service_level[future] == pytest.approx(one.service_level)
        assert all_of_them.extra[future] == pytest.approx(one.extra)
        sign = -1 if scenarios.base.goal.maximises else 1
        assert all_of_them.value[future] == pytest.approx(one.objective - sign * one.penalties)
        theirs = {limit.name: limit.breach for limit in one.limits}
        for limit in all_of_them.limits:
            assert limit.breach[future] == pytest.approx(theirs[limit.name])


def test_what_is_reserved_is_paid_once_and_need_not_be_bought_late() -> None:
    """Three units short, two reserved at 5: one is bought late at the premium."""
    rng = np.random.default_rng(3)
    base = random_problem(int(rng.integers(1 << 30)))
    while base.size[2] == 0:
        base = random_problem(int(rng.integers(1 << 30)))
    resources = base.size[2]
    use = np.zeros_like(base.use)
    use[:, 0, :] = 3.0
    base = base.replace(
        use=use,
        capacity=np.zeros(resources),
        extra_capacity=np.full(resources, 10.0),
        extra_premium=np.full(resources, 7.0),
    )
    problem = ScenarioProblem.of(base, [base], np.ones(1), reserve_cost=np.full(resources, 5.0))
    choice = np.zeros(len(base.segments), dtype=np.int64)
    found = fares(problem, choice, np.full(resources, 2.0))
    assert found.late[0] == pytest.approx(np.ones(resources))
    assert found.extra_cost[0] == pytest.approx(resources * (2 * 5.0 + 1 * 7.0))


def test_a_tail_that_ends_inside_a_future_counts_it_in_part() -> None:
    """Of 10, 20, 30, 40 the worst 30 % is 40 with 25 of the 30 points and 30 with 5."""
    values, even = np.array([10.0, 40.0, 20.0, 30.0]), np.full(4, 0.25)
    assert cvar(values, even, 0.3) == pytest.approx((0.25 * 40 + 0.05 * 30) / 0.3)
    assert tail_weights(values, even, 0.3).sum() == pytest.approx(1)
    assert cvar(values, even, 1.0) == pytest.approx(mean(values, even)) == pytest.approx(25)
    assert blend(values, even, 0.25, 0.5) == pytest.approx(0.5 * 25 + 0.5 * 40)
    assert [quantile(values, even, level) for level in (0, 0.25, 0.26, 1)] == [10, 10, 20, 40]


def test_the_cvar_of_a_normal_amount_is_its_closed_form() -> None:
    """mean + sd x density / tail at the quantile (Rockafellar and Uryasev 2000); error of 10^5
    evenly spaced quantiles is below 1e-3."""
    from scipy.stats import norm

    count, tail = 100_000, 0.05
    values = 100 + 20 * norm.ppf((np.arange(count) + 0.5) / count)
    expected = 100 + 20 * norm.pdf(norm.ppf(1 - tail)) / tail
    assert cvar(values, np.full(count, 1 / count), tail) == pytest.approx(expected, abs=2e-2)
