"""Tiers changed once the future is seen: the judge, the best changes, choosing for them."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from risk_cases import random_risk
from strategies import simple_problem, with_resource

from slopt.errors import UsageError
from slopt.problem.evaluate import evaluate
from slopt.problem.scenarios.aim import Aim
from slopt.problem.scenarios.fares import fares
from slopt.problem.scenarios.later_fares import later_fares
from slopt.problem.scenarios.measures import blend
from slopt.problem.scenarios.scenario_problem import LaterChange, ScenarioProblem
from slopt.solve.highs import Options
from slopt.solve.risk.dispatch import prices_cannot
from slopt.solve.risk.later_tiers import LaterTiers
from slopt.solve.risk.with_later import solve_with_later
from slopt.vocabulary import RiskMeasure, Status

EXACTLY = Options(gap=0.0)


def with_option(seed: int, reserve: int = 1) -> ScenarioProblem | None:
    """A random problem whose tiers may be changed; None where prices cannot take it."""
    rng = np.random.default_rng(seed)
    problem = random_risk(seed, reserve=reserve, most_segments=3)
    if prices_cannot(problem) or not problem.base.admissible.any(axis=1).all():
        return None
    most = None if rng.random() < 0.5 else int(rng.integers(1, 3))
    share, cost = float(rng.choice([0.3, 0.5, 1.0])), float(rng.integers(0, 6))
    return replace(problem, later=LaterChange(share, cost, most))


def some_with_option(begin: int, count: int, reserve: int = 1) -> list[int]:
    """The first seeds from `begin` on whose problem prices can take."""
    seeds = (seed for seed in itertools.count(begin) if with_option(seed, reserve) is not None)
    return list(itertools.islice(seeds, count))


def every_choice(problem: ScenarioProblem) -> list[np.ndarray]:
    """Every choice that contracts allow."""
    tiers = [np.flatnonzero(row) for row in problem.base.admissible]
    return [np.array(one) for one in itertools.product(*tiers)]


def best_losses(problem: ScenarioProblem, choice: np.ndarray, reserve: np.ndarray) -> np.ndarray:
    """(W,): the least loss of each future over all later tiers that may be had."""
    sign, later = (-1 if problem.base.goal.maximises else 1), problem.later
    assert later is not None
    best = np.full(problem.count, np.inf)
    for then in every_choice(problem):
        if later.most is not None and (then != choice).sum() > later.most:
            continue
        its = later_fares(problem, choice, np.tile(then, (problem.count, 1)), reserve)
        best = np.minimum(best, sign * its.value)
    return best


@pytest.mark.parametrize("seed", some_with_option(0, 12))
def test_who_changes_nothing_fares_as_without_the_option(seed: int) -> None:
    """Every figure and every limit is the same, whatever part of the period is left."""
    problem = with_option(seed)
    assert problem is not None
    rng = np.random.default_rng(seed)
    choice = rng.integers(0, len(problem.base.tiers), len(problem.base.segments))
    reserve = np.where(problem.can_reserve, 2.0, 0.0)
    stay = later_fares(problem, choice, np.tile(choice, (problem.count, 1)), reserve)
    plain = fares(problem, choice, reserve)
    for name in ("value", "service_cost", "lost_sales", "service_level", "used", "late"):
        assert getattr(stay, name) == pytest.approx(getattr(plain, name))
    assert stay.chances == pytest.approx(plain.chances)


def test_figures_are_those_of_both_tiers_for_their_part_of_the_period() -> None:
    """By hand: 10 and 4 hours for 3/4 and 1/4 are 8.5, 2.5 beyond 6 at 2 each; costs of 20 and 8
    make 17, one change costs 1, and both tiers are opened."""
    base = simple_problem([[20.0, 8.0]], [[0.0, 4.0]], open_cost=np.array([3.0, 5.0]))
    base = with_resource(base, [[10.0, 4.0]], 6.0, extra=9.0, premium=2.0)
    problem = ScenarioProblem.of(base, [base], np.ones(1), later=LaterChange(0.25, 1.0))
    found = later_fares(problem, np.array([0]), np.array([[1]]))
    assert found.used[0, 0] == pytest.approx(8.5)
    assert found.extra_cost[0] == pytest.approx(5.0)
    assert found.service_cost[0] == pytest.approx(17 + 1 + 8 + 5)
    assert found.lost_sales[0] == pytest.approx(1.0)


@pytest.mark.parametrize("seed", some_with_option(100, 16))
def test_the_best_later_tiers_of_every_future_are_found(seed: int) -> None:
    """Against every later choice, with late units, open costs, reserve and a limit of changes."""
    problem = with_option(seed)
    assert problem is not None
    rng = np.random.default_rng(seed)
    choice = every_choice(problem)[int(rng.integers(len(every_choice(problem))))]
    reserve = np.where(problem.can_reserve, rng.integers(0, 4), 0).astype(float)
    expected = best_losses(problem, choice, reserve)
    found = LaterTiers(problem).best(choice, reserve, EXACTLY)
    assert found.losses == pytest.approx(expected, rel=1e-7, abs=1e-6)
    assert np.all(found.bounds <= expected + 1e-6 * np.maximum(1, np.abs(expected)))


@pytest.mark.parametrize("seed", some_with_option(300, 10, reserve=0))
def test_chosen_with_the_option_no_plan_is_below_the_bound(seed: int) -> None:
    """Against the best of all first and later tiers: bound <= best <= what is found, and the later
    tiers that are told come to the value that is told."""
    problem = with_option(seed, reserve=0)
    assert problem is not None
    aim = Aim() if seed % 2 else Aim(RiskMeasure.CVAR, tail=0.3, weight=0.7)
    weight = 0.0 if seed % 2 else 0.7
    nothing = np.zeros(problem.base.size[2])
    best = np.inf
    for choice in every_choice(problem):
        own = evaluate(problem.base, choice)
        if own.violations:
            continue
        losses = best_losses(problem, choice, nothing)
        best = min(best, blend(losses, problem.probability, 0.3, weight) + own.penalties)
    found, later = solve_with_later(problem, aim, Options(gap=1e-4))
    outcome = found.outcome
    if np.isinf(best):
        assert outcome.status is Status.INFEASIBLE
        return
    assert outcome.choice is not None
    assert later is not None
    assert outcome.bound is not None
    assert outcome.objective is not None
    room = 1e-6 * max(1.0, abs(best))
    assert outcome.bound <= best + room
    assert outcome.objective >= best - room
    sign = -1 if problem.base.goal.maximises else 1
    its = sign * later_fares(problem, outcome.choice, later.then, found.reserve).value
    penalties = evaluate(problem.base, outcome.choice).penalties
    value = blend(its, problem.probability, 0.3, weight) + penalties
    assert value == pytest.approx(outcome.objective)


def test_where_nothing_is_shared_later_the_plan_is_proven_best() -> None:
    """Without late units the option is a number by pair: the gap is that of the route itself; by
    hand, whoever can change cheaply waits for the future."""
    base = simple_problem([[0.0, 0.0]] * 3, [[10.0, 10.0]] * 3)
    bad, good = np.array([[30.0, 12.0]] * 3), np.array([[2.0, 12.0]] * 3)
    futures = [base.replace(lost_orders=lost) for lost in (bad, good)]
    plain = ScenarioProblem.of(base, futures, np.array([0.5, 0.5]))
    problem = replace(plain, later=LaterChange(1.0, 0.0))
    found, later = solve_with_later(problem, Aim(), Options(gap=1e-9))
    assert found.outcome.status is Status.OPTIMAL
    assert later is not None
    assert found.outcome.objective == pytest.approx(3 * (12 + 2) / 2)
    assert later.then.tolist() == [[1, 1, 1], [0, 0, 0]]


def test_chances_are_refused_beside_the_option() -> None:
    """In one sentence, before anything is solved."""
    problem = with_option(some_with_option(0, 1)[0])
    assert problem is not None
    with pytest.raises(UsageError, match=r"risk\.chance is for small cases"):
        solve_with_later(problem, Aim(chance=0.1))
