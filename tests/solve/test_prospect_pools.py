"""Segments that share prospects: on paper, against every choice, by both routes, at the limits."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from strategies import make_case, random_problem, simple_problem
from test_two_routes import fingerprint

from slopt.economics.offers import make_offers
from slopt.economics.reach_pieces import chords
from slopt.engine.solving import solve_case
from slopt.errors import UsageError
from slopt.problem.build import POOL_TOLERANCE, build_problem
from slopt.problem.evaluate import evaluate
from slopt.problem.matrix import assemble
from slopt.problem.prospect_pools import ProspectPool
from slopt.problem.sharing import obstacle
from slopt.shipped import models
from slopt.solve.model_file import build_model
from slopt.solve.pyomo_program import program_of
from slopt.solve.solve import solve
from slopt.vocabulary import Goal, Method, Status


def pool_of(messages, prospects, value, tolerance=1e-4):
    """A pool with pieces within a share of the most that it can lose."""
    messages = np.array(messages, dtype=float)
    most = float(messages.max(axis=1).sum())
    pieces = chords(prospects, most, tolerance * prospects * -math.expm1(-most / prospects))
    return ProspectPool(
        "town",
        float(prospects),
        float(value),
        messages,
        pieces.messages,
        value * pieces.reached,
        value * pieces.largest_error,
    )


def random_pooled(seed, **changes):
    """A problem without rules whose segments talk to one pool that they nearly exhaust."""
    rng = np.random.default_rng(seed)
    cost = np.sort(rng.integers(0, 60, (5, 3)), axis=1)
    lost = np.sort(rng.integers(0, 20, (5, 3)), axis=1)[:, ::-1]
    messages = np.sort(rng.integers(0, 90, (5, 3)), axis=1)[:, ::-1]
    pool = pool_of(messages, rng.integers(40, 200), rng.integers(1, 4))
    return simple_problem(cost, lost, pools=(pool,), **changes)


def every_value(problem):
    """{choice: service cost + lost sales} from the definitions, in plain loops."""
    (pool,) = problem.pools
    values = {}
    for choice in itertools.product(range(len(problem.tiers)), repeat=len(problem.segments)):
        pairs = list(enumerate(choice))
        told = sum(float(pool.messages[s, k]) for s, k in pairs)
        lost = pool.value * pool.prospects * (1 - math.exp(-told / pool.prospects))
        lost += sum(float(problem.lost_orders[s, k]) for s, k in pairs)
        values[choice] = (sum(float(problem.service_cost[s, k]) for s, k in pairs), lost)
    return values


def test_two_segments_reach_fewer_prospects_together():
    """100 and 50 messages to 100 prospects reach 63.2 and 39.3 alone and 77.7 together."""
    problem = simple_problem([[0], [0]], [[0], [0]], pools=(pool_of([[100], [50]], 100, 3),))
    found = evaluate(problem, np.array([0, 0]))
    assert found.lost_prospects == pytest.approx(3 * 100 * (1 - math.exp(-1.5)))
    assert found.lost_sales == found.total_cost == found.objective == found.lost_prospects


@pytest.mark.parametrize("method", [Method.HIGHS, Method.PYOMO])
@pytest.mark.parametrize("seed", range(12))
def test_the_plan_is_the_best_of_all_but_for_the_error_of_the_pieces(seed, method):
    """Its value is that of the exact curve; nothing is better by more than the pieces may be off,
    and the bound is below everything.
    """
    problem = random_pooled(seed)
    outcome = solve(problem, method=method)
    values = {choice: sum(parts) for choice, parts in every_value(problem).items()}
    best, error = min(values.values()), problem.pools[0].error
    assert outcome.status is Status.OPTIMAL
    assert outcome.objective == pytest.approx(values[tuple(outcome.choice.tolist())], rel=1e-12)
    assert best - 1e-9 <= outcome.objective <= best + error + 1e-6
    assert outcome.bound <= best + 1e-9


@pytest.mark.parametrize("seed", range(8))
def test_a_cap_on_lost_sales_holds_by_the_exact_curve(seed):
    """A plan within the cap is found wherever one keeps the error of the pieces as room, and the
    cap holds exactly.
    """
    problem = random_pooled(seed)
    values = every_value(problem)
    lost = sorted(parts[1] for parts in values.values())
    cap = lost[len(lost) // 4]
    outcome = solve(problem.replace(max_lost_sales=cap))
    assert outcome.status is Status.OPTIMAL
    assert values[tuple(outcome.choice.tolist())][1] <= cap * (1 + 2e-9)
    within = [
        sum(parts) for parts in values.values() if parts[1] <= cap - 2 * problem.pools[0].error
    ]
    assert outcome.objective <= min(within) + problem.pools[0].error + 1e-6


@pytest.mark.parametrize("goal", list(Goal))
@pytest.mark.parametrize("seed", range(6))
def test_arrays_and_pyomo_state_the_same_program(seed, goal):
    """With pools among rules, limits and menus, column by column and row by row."""
    problem = random_problem(seed, goal)
    rng = np.random.default_rng(seed)
    shape = problem.admissible.shape
    pool = pool_of(rng.integers(1, 90, shape), 150, 2, tolerance=0.02)
    problem = problem.replace(pools=(pool,), max_lost_sales=problem.max_lost_sales or 500.0)
    if not problem.admissible.any(axis=1).all():
        problem = problem.replace(barred=np.zeros(shape, dtype=np.int8))
    model = program_of(build_model(models()["tier_plan"], problem), problem)
    assert fingerprint(assemble(problem)) == fingerprint(model)


def test_only_programs_take_pools():
    """The methods of shared rows say why they cannot."""
    problem = random_pooled(0)
    assert obstacle(problem) == "segments share a pool of prospects"
    with pytest.raises(UsageError, match="share a pool of prospects"):
        solve(problem, method=Method.PRICES)


def _case(prospects, response=(), **tables):
    return make_case(
        {
            "segments": [
                {"segment": s, "customers": n, "revenue_per_order": 10}
                for s, n in (("a", 1000), ("b", 400), ("c", 100))
            ],
            "tiers": [
                {"tier": "low", "service_level": 0.8, "cost_per_order": 0},
                {"tier": "high", "service_level": 0.95, "cost_per_order": 2},
            ],
            "response": [
                {"segment": "*", "listeners": 10, "prospect_share": 0.5, "prospect_pool": "town"}
                | dict(response)
            ],
            "prospect_pools": [
                {"pool": "town", "prospects": prospects, "deterrence": 0.25, "prospect_value": 40}
            ],
            **tables,
        }
    )


def test_a_case_with_a_pool_evaluates_the_saturating_loss():
    """200 + 80 + 20 dissatisfied, 10 listeners, half of them among 500 prospects: 1,500 messages
    reach 475 of them, 10 each is lost.
    """
    case = _case(500)
    offers = make_offers(case)
    assert offers.messages[0, :, 0] == pytest.approx([1000, 400, 100])
    assert offers.lost_prospects.max() == 0
    worst = evaluate(build_problem(case), np.array([0, 0, 0]))
    assert worst.lost_prospects == pytest.approx(10 * 500 * (1 - math.exp(-1500 / 500)))


def test_a_large_pool_is_the_linear_loss():
    """Where prospects are many the loss is that without a pool, to the share x/2M."""
    pooled = evaluate(build_problem(_case(1e9)), np.array([0, 1, 0])).lost_prospects
    alone = _case(1e9, {"prospect_pool": None, "deterrence": 0.25, "prospect_value": 40})
    assert "town" not in [pool.name for pool in build_problem(alone).pools]
    linear = evaluate(build_problem(alone), np.array([0, 1, 0])).lost_prospects
    assert pooled == pytest.approx(linear, rel=1e-6)
    assert linear == pytest.approx((1000 + 100 + 100) * 0.25 * 40)


def test_saturation_makes_less_service_worth_it():
    """Counted one by one every segment would get the better tier; the few prospects of the pool are
    mostly warned by the others.
    """
    few = solve_case(_case(200)).plan
    many = solve_case(_case(1e9)).plan
    assert many.tiers == ["high", "high", "high"]
    assert few.tiers == ["low", "low", "low"]
    assert few.gap <= 10 * POOL_TOLERANCE
    assert few.certificate.bound <= few.objective


def test_a_pool_that_is_not_there_is_told():
    """A misspelt pool names what there is."""
    with pytest.raises(AssertionError, match="Did you mean"):
        _case(500, {"prospect_pool": "twon"})
