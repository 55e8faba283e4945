"""Plans over periods by paths and prices: against full enumeration, the program and proofs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from horizon_judge import enumerate_best
from horizon_problems import FEATURES, plain_horizon, random_horizon

from slopt.errors import UsageError
from slopt.problem.horizon.evaluate import evaluate_horizon
from slopt.problem.horizon.followed import follow
from slopt.problem.horizon.problem import HorizonChoice
from slopt.problem.horizon.sharing import share_horizon
from slopt.solve.highs import Options
from slopt.solve.horizon.by_paths import by_paths, path_obstacle
from slopt.solve.horizon.by_program import by_program
from slopt.solve.horizon.paths import oracle as oracles
from slopt.solve.horizon.paths import search
from slopt.solve.horizon.paths.certificate import certify, price_bound, recompute
from slopt.solve.horizon.paths.oracle import PathOracle, compiled
from slopt.solve.horizon.paths.walking import own_cost, walk
from slopt.solve.horizon.solve import solve_horizon
from slopt.vocabulary import Goal, Method, Status

EXACTLY = Options(0.0, 30.0, 1)


def sense(problem):
    """-1 where the goal is to be as large as possible, else 1."""
    return -1.0 if problem.goal.maximises else 1.0


def larger(seed, share=0.25, segments=8, periods=5):
    """A problem that nobody enumerates, with a quarter of the features."""
    rng = np.random.default_rng(seed)
    features = {name for name in FEATURES if rng.random() < share}
    return random_horizon(seed, features, segments, periods, most=10**300)


@pytest.mark.parametrize("begin", range(0, 160, 20))
def test_paths_find_what_full_enumeration_finds(begin):
    """Best value, or that there is none, of small problems with every feature there is."""
    for seed in range(begin, begin + 20):
        problem = random_horizon(seed)
        if path_obstacle(problem) is not None:
            continue
        best, found = enumerate_best(problem), by_paths(problem, EXACTLY, "")
        if best is None:
            assert found.status is Status.INFEASIBLE, seed
            continue
        assert found.status is Status.OPTIMAL, seed
        assert found.objective == pytest.approx(best.objective, rel=1e-6, abs=1e-6), seed
        assert not evaluate_horizon(problem, found.choice).violations


@pytest.mark.parametrize("begin", range(160, 220, 20))
def test_prices_find_the_same_where_nothing_is_listed_at_once(begin, monkeypatch):
    """Small problems take the way of large ones: prices, a plan near them, branching, proof."""
    monkeypatch.setattr(search, "LISTED", 0)
    for seed in range(begin, begin + 20):
        problem = random_horizon(seed)
        if path_obstacle(problem) is not None:
            continue
        best, found = enumerate_best(problem), by_paths(problem, EXACTLY, "")
        assert (best is None) == (found.status is Status.INFEASIBLE), seed
        if best is not None:
            assert found.objective == pytest.approx(best.objective, rel=1e-6, abs=1e-6), seed


@pytest.mark.parametrize("seed", range(12))
def test_both_routes_and_their_bounds_agree(seed):
    """Neither route's bound lies beyond the other's plan, and a proof of no plan is shared."""
    problem = larger(seed)
    if path_obstacle(problem) is not None:
        pytest.skip(path_obstacle(problem))
    options = Options(1e-3, 3.0, 1)
    paths, program = (
        by_paths(problem, options, ""),
        by_program(problem, options, "horizon_plan", ""),
    )
    assert {paths.status, program.status} != {Status.INFEASIBLE, Status.OPTIMAL}
    if paths.choice is None or program.choice is None:
        return
    room, sign = 1e-6 * max(1.0, abs(program.objective)), sense(problem)
    assert sign * (paths.bound - program.objective) <= room
    assert sign * (program.bound - paths.objective) <= room
    for bound in (certify(problem, options).bound, price_bound(problem, paths.prices)):
        assert sign * (bound - min(program.objective * sign, paths.objective * sign) * sign) <= room


@pytest.mark.parametrize("seed", range(300, 330))
def test_any_prices_bound_every_plan(seed):
    """Random prices and multipliers never prove more than what the best plan costs."""
    problem = random_horizon(seed)
    best = enumerate_best(problem) if path_obstacle(problem) is None else None
    if best is None:
        return
    rng = np.random.default_rng(seed)
    rows = share_horizon(problem)
    named = rows.named_prices(rng.exponential(size=len(rows.rows)))
    bound = price_bound(problem, named)
    room = 1e-7 * max(1.0, abs(best.objective))
    assert sense(problem) * (bound - best.objective) <= room


@pytest.mark.parametrize("seed", range(6))
def test_a_certificate_is_computed_again_to_the_last_digit(seed):
    """From the problem and the multipliers alone."""
    problem = larger(seed, share=0.1)
    found = certify(problem, EXACTLY) if path_obstacle(problem) is None else None
    if found is not None:
        assert recompute(problem, found.at) == found.bound


@pytest.mark.parametrize("seed", range(400, 440))
def test_the_sum_of_the_segments_is_what_the_judge_says(seed):
    """Own costs and uses of random paths, side block empty, against the evaluation."""
    problem = random_horizon(seed)
    s, t, _k, m, _r = problem.size
    rng = np.random.default_rng(seed)
    modes = rng.integers(0, m, (s, t))
    rows = share_horizon(problem)
    followed = walk(rows, np.arange(s), modes)
    assert followed.customers == pytest.approx(follow(problem, modes).customers)
    nothing = np.zeros((len(problem.staff), t))
    never = HorizonChoice(modes, nothing, nothing, np.full(len(problem.projects), 1 << 30))
    value = evaluate_horizon(problem, never)
    for row, used in zip(rows.rows, rows.used(followed).sum(axis=0), strict=True):
        if row.kind == "resource":
            assert used == pytest.approx(value.used[row.about])
    if problem.goal is Goal.MIN_LOST_SALES:
        total = own_cost(rows, followed).sum() + rows.objective.offset
        assert total == pytest.approx(value.lost_sales)
    if problem.goal is Goal.MAX_SERVICE:
        assert -own_cost(rows, followed).sum() == pytest.approx(value.mean_service_level)


@pytest.mark.parametrize("seed", range(500, 520))
def test_best_paths_are_the_best_of_all_paths(seed):
    """At random prices, by listing every path of every segment and pricing it from scratch."""
    problem = random_horizon(seed)
    rows = share_horizon(problem)
    prices = np.random.default_rng(seed).exponential(size=len(rows.rows))
    oracle = PathOracle(rows)
    priced = oracle.priced(prices)
    least, modes = oracle.best(priced)
    near = oracle.near(priced, np.full(len(least), np.inf), 1_000_000)
    assert near.complete.all()
    followed = walk(rows, near.segment, near.modes)
    worth = own_cost(rows, followed) + rows.used(followed) @ prices
    assert near.cost == pytest.approx(worth, rel=1e-9, abs=1e-7)
    for segment in range(len(least)):
        own = worth[near.segment == segment]
        best = own.min() if len(own) else np.inf
        assert least[segment] == pytest.approx(best, rel=1e-9, abs=1e-7)
    assert modes.shape == (len(least), len(problem.periods))


@pytest.mark.skipif(compiled() is None, reason="the compiled paths are not built here")
@pytest.mark.parametrize("seed", range(600, 620))
def test_plain_paths_are_the_compiled_ones(seed, monkeypatch):
    """Best paths and nearby ones of both kernels at the same prices."""
    problem = random_horizon(seed)
    rows = share_horizon(problem)
    prices = np.random.default_rng(seed).exponential(size=len(rows.rows))
    fast = PathOracle(rows)
    monkeypatch.setattr(oracles, "compiled", lambda: None)
    plain = PathOracle(rows)
    priced = fast.priced(prices)
    assert plain.best(priced)[0] == pytest.approx(fast.best(priced)[0], rel=1e-9, abs=1e-9)
    room = np.full(len(problem.segments), 20.0)
    one, other = fast.near(priced, room, 50), plain.near(priced, room, 50)
    assert np.array_equal(one.segment, other.segment)
    assert one.cost == pytest.approx(other.cost, rel=1e-9, abs=1e-9)
    assert np.array_equal(one.complete, other.complete)


def test_without_the_compiled_paths_plans_are_the_same(monkeypatch):
    """A few small problems in plain Python."""
    monkeypatch.setattr(oracles, "compiled", lambda: None)
    for seed in range(4):
        problem = random_horizon(seed)
        best, found = enumerate_best(problem), by_paths(problem, EXACTLY, "")
        assert (best is None) == (found.choice is None)
        if best is not None:
            assert found.objective == pytest.approx(best.objective, rel=1e-6, abs=1e-6)


def test_the_same_seed_gives_the_same_plan():
    """Two runs of one problem answer with the same modes, objective and bound."""
    problem = larger(7, share=0.1, segments=12)
    one, other = (by_paths(problem, Options(1e-3, 20.0, 3), "") for _ in range(2))
    assert one.objective == other.objective
    assert one.bound == other.bound


def test_prices_prove_that_a_budget_is_too_small():
    """An infeasible budget of one period is proven by prices, not by giving up."""
    cost = [[[2.0, 3.0]] * 6] * 40
    lost = [[[5.0, 1.0]] * 6] * 40
    for money, status in ((79.0, Status.INFEASIBLE), (80.0, Status.OPTIMAL)):
        budget = np.array([np.nan, money, np.nan, np.nan, np.nan, np.nan])
        problem = plain_horizon(cost, lost, budget=budget)
        assert by_paths(problem, EXACTLY, "").status is status


def test_a_unit_more_of_a_carried_budget_is_worth_its_later_periods():
    """Money of an early period is worth at least as much as that of a later one of its chain."""
    rng = np.random.default_rng(1)
    cost = np.sort(rng.uniform(1, 9, (30, 4, 3)), axis=2)
    lost = np.sort(rng.uniform(1, 30, (30, 4, 3)), axis=2)[:, :, ::-1]
    problem = plain_horizon(cost, lost, budget=np.full(4, 90.0), carries=np.ones(4, dtype=bool))
    found = by_paths(problem, Options(1e-4, 20.0, 1), "")
    prices = [found.prices[f"budget p{p}"] for p in range(4)]
    assert prices == sorted(prices, reverse=True)
    assert prices[0] > 0


def test_what_paths_cannot_say_is_refused_by_name():
    """Extra units that are cheaper than normal ones need another kind of column."""
    problem = random_horizon(3, {"resource", "extra"}, segments=2, periods=3)
    cheap = problem.replace(extra_premium=np.full(problem.extra_premium.shape, -1.0))
    assert path_obstacle(cheap) is not None
    with pytest.raises(UsageError, match="--method prices cannot answer this case"):
        solve_horizon(cheap, EXACTLY, Method.PRICES)


def test_time_that_is_up_leaves_a_bound_that_holds():
    """With hardly any time there may be no plan, and what is said is still true."""
    problem = larger(11, share=0.15, segments=30)
    long, short = by_paths(problem, Options(1e-2, 20.0, 1), ""), Options(0.0, 0.05, 1)
    quick = by_paths(problem, short, "")
    if long.objective is not None and quick.bound is not None:
        room = 1e-6 * max(1.0, abs(long.objective))
        assert sense(problem) * (quick.bound - long.objective) <= room


def test_an_interruption_ends_with_what_was_found(monkeypatch):
    """Ctrl-C while a plan is made leaves the bound of the prices."""

    def stop(*_arguments, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(search.Finisher, "near", stop)
    monkeypatch.setattr(search, "LISTED", 0)
    cost = np.sort(np.random.default_rng(2).uniform(1, 9, (30, 4, 3)), axis=2)
    problem = plain_horizon(cost, 10 - cost, budget=np.full(4, 120.0))
    found = by_paths(problem, EXACTLY, "")
    assert found.status is Status.INTERRUPTED
    assert found.bound is not None


def test_people_hired_whole_are_whole():
    """Where an option is held in whole units, no plan hires a part of one."""
    for seed in range(700, 706):
        problem = random_horizon(seed, {"resource", "whole", "churn"})
        whole = problem.replace(staff=tuple(replace(o, whole=True) for o in problem.staff))
        found = by_paths(whole, EXACTLY, "")
        if found.choice is not None:
            assert np.array_equal(found.choice.hired, np.round(found.choice.hired))
