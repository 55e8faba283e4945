"""Menus over periods by paths and prices: plans, fees that prove more, bounds that hold."""

from __future__ import annotations

import numpy as np
import pytest
from horizon_judge import enumerate_best
from horizon_problems import plain_horizon, random_horizon

from slopt.problem.horizon import sharing
from slopt.problem.horizon.evaluate import evaluate_horizon
from slopt.problem.horizon.sharing import share_horizon
from slopt.problem.horizon.side_block import side_block
from slopt.solve.highs import Options
from slopt.solve.horizon.by_paths import by_paths, path_obstacle
from slopt.solve.horizon.paths import search
from slopt.solve.horizon.paths.bound import dual_at
from slopt.solve.horizon.paths.certificate import certify
from slopt.solve.horizon.paths.fees import Fees
from slopt.solve.horizon.paths.menus import best_menu, menu_over_time
from slopt.solve.horizon.paths.oracle import PathOracle
from slopt.vocabulary import Status

EXACTLY = Options(0.0, 20.0, 1)


@pytest.fixture
def as_if_large(monkeypatch):
    """Small problems take the way of large ones: one row for all segments, nothing listed."""
    monkeypatch.setattr(search, "LISTED", 0)
    monkeypatch.setattr(sharing, "ROWS_ALONE", 0)
    monkeypatch.setattr(sharing, "ROWS_GROUPED", 0)


def with_menu(seed):
    """A small problem with a menu and some other features."""
    rng = np.random.default_rng(seed)
    others = {"churn", "resource", "extra", "budget", "levels", "changes", "lifts", "rules"}
    return random_horizon(seed, {"menu"} | {o for o in others if rng.random() < 0.4}, segments=3)


@pytest.mark.parametrize("begin", range(0, 40, 10))
@pytest.mark.usefixtures("as_if_large")
def test_menus_of_large_problems_are_those_of_full_enumeration(begin):
    """Best value, or that there is none, by fees and menus, of problems that are enumerated."""
    for seed in range(begin, begin + 10):
        problem = with_menu(seed)
        if path_obstacle(problem) is not None:
            continue
        best, found = enumerate_best(problem), by_paths(problem, EXACTLY, "")
        if best is None:
            assert found.status is Status.INFEASIBLE, seed
            continue
        assert found.objective == pytest.approx(best.objective, rel=1e-6, abs=1e-6), seed
        sign = -1.0 if problem.goal.maximises else 1.0
        room = 1e-6 * max(1.0, abs(best.objective))
        assert sign * (found.certified - best.objective) <= room, seed
        assert not evaluate_horizon(problem, found.choice).violations


@pytest.mark.parametrize("seed", range(100, 130))
def test_any_fees_bound_every_plan(seed):
    """Random fees and prices never prove more than what the best plan costs."""
    problem = with_menu(seed)
    best = enumerate_best(problem) if path_obstacle(problem) is None else None
    if best is None:
        return
    rng = np.random.default_rng(seed)
    rows = share_horizon(problem)
    side = side_block(rows)
    s, t, k, *_ = problem.size
    fees = Fees(rng.exponential(20.0, (s, t, k)))
    start = certify(problem, EXACTLY).at
    paying = fees.rows(rows)
    found = dual_at(PathOracle(paying), fees.side(side), start, (side.lower, side.upper))
    sign = -1.0 if problem.goal.maximises else 1.0
    assert found.bound - sign * best.objective <= 1e-7 * max(1.0, abs(best.objective))


def seasonal(segments=80, periods=6, **changes):
    """Tiers that lose less and cost more, in turn by season, two of five at a time."""
    rng = np.random.default_rng(5)
    step = np.linspace(0.0, 1.0, 5)
    size = rng.lognormal(0.0, 0.7, (segments, 1, 1))
    season = 1.0 + 0.4 * np.sin(np.arange(periods) + rng.random((segments, 1)))[:, :, None]
    cost = 10.0 * size * (0.3 + step**1.5) * season
    lost = 25.0 * size * season * (1 - step) ** 1.6 * rng.uniform(0.6, 1.4, (segments, 1, 1))
    free = cost.mean(axis=2).sum(axis=0)
    return plain_horizon(cost, lost, budget=free, max_tiers=2, **changes)


def test_few_tiers_for_many_segments_give_a_plan_close_to_the_best():
    """A menu for 80 segments, which no list holds, is planned to a gap of a hundredth."""
    problem = seasonal()
    found = by_paths(problem, Options(1e-2, 10.0, 1), "")
    assert found.choice is not None
    assert found.gap < 1e-2
    assert found.certified <= found.bound
    for tiers in problem.mode_tier[found.choice.modes].T:
        assert len(np.unique(tiers)) <= 2


def test_the_fee_makes_the_bound_tighter_than_prices_alone():
    """What prices prove without fees lies below what fees prove, and both below the plan."""
    problem = seasonal(open_cost=np.full((6, 5), 40.0))
    found = by_paths(problem, Options(1e-2, 10.0, 1), "")
    weak = certify(problem, EXACTLY).bound
    assert weak < found.bound <= found.objective


def test_a_menu_holds_what_segments_cannot_do_without():
    """A tier that a segment has to take in a period is open then, others as far as there is
    room."""
    problem = seasonal(segments=4, periods=3)
    barred = problem.barred.copy()
    barred[0, 0, 1:] = True
    problem = problem.replace(barred=barred)
    menu = menu_over_time(problem.replace(max_tiers=3), np.array([False, True, True, True, False]))
    assert menu.tolist() == [
        [True, True, True, False, False],
        [False, True, True, True, False],
        [False, True, True, True, False],
    ]


def test_the_best_menu_is_found_by_leaving_out_and_exchange():
    """Worth of its tiers, and nothing better with one tier more, less or another."""
    price = np.array([3.0, -1.0, 2.0, -4.0, -2.0])
    assert best_menu(5, 2, lambda menu: float(price[menu].sum())).tolist() == [0, 0, 0, 1, 1]
    assert best_menu(5, None, lambda menu: float(price[menu].sum())).tolist() == [0, 1, 0, 1, 1]
    assert best_menu(5, 2, lambda menu: float("inf")) is None
