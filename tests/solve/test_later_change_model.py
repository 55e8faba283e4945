"""Tiers that may be changed once the future is seen, against all choices and all later ones."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from oracles import every_choice, judge, lost_sales_of, mean
from risk_cases import random_risk
from strategies import problem_with_choosers, simple_problem

from slopt.errors import UsageError
from slopt.problem.scenarios.aim import Aim
from slopt.problem.scenarios.scenario_problem import LaterChange, ScenarioProblem
from slopt.solve.risk.by_model import solve_by_model
from slopt.vocabulary import RiskMeasure, Status


def with_later_change(seed: int) -> ScenarioProblem:
    """A random problem of two or three segments whose tiers may be changed later."""
    rng = np.random.default_rng(seed)
    problem = random_risk(seed, reserve=0, most_segments=3)
    later = LaterChange(
        share=float(rng.uniform(0.2, 0.9)),
        cost=float(rng.choice([0.0, 2.0, 9.0])),
        most=None if rng.random() < 0.5 else int(rng.integers(0, 3)),
    )
    return replace(problem, later=later)


@lru_cache(maxsize=4)
def futures(problem: ScenarioProblem):
    """The choice problem of each future."""
    return [problem.problem(w) for w in range(problem.count)]


def in_a_future(problem: ScenarioProblem, w: int, now, then):
    """The value of tiers now and then in a future, and the limits broken, by plain loops."""
    its, t, option = futures(problem)[w], problem.later.share, problem.later
    pairs = [(s, k, 1 - t) for s, k in enumerate(now)] + [(s, k, t) for s, k in enumerate(then)]
    cost = sum(part * float(its.service_cost[s][k]) for s, k, part in pairs)
    cost += option.cost * sum(a != b for a, b in zip(now, then, strict=True))
    cost += sum(float(its.open_cost[k]) for k in {*now, *then})
    lost = sum(part * lost_sales_of(its, s, k) for s, k, part in pairs)
    weights = [float(w) for w in its.weight]
    level = sum(
        part * mean([float(its.service_level[s][k]) for s, k in enumerate(tiers)], weights)
        for part, tiers in ((1 - t, now), (t, then))
    )
    broken = set()
    for r, name in enumerate(its.resources):
        used = sum(part * float(its.use[r][s][k]) for s, k, part in pairs)
        beyond = max(0.0, used - float(its.capacity[r]))
        cost += beyond * float(its.extra_premium[r])
        if beyond > float(its.extra_capacity[r]) + 1e-9:
            broken.add(name)
    if its.budget is not None and cost > its.budget + 1e-9:
        broken.add("budget")
    if its.max_lost_sales is not None and lost > its.max_lost_sales + 1e-9:
        broken.add("max_lost_sales")
    if its.min_service_level is not None and level < its.min_service_level - 1e-9:
        broken.add("min_service_level")
    for rule in its.rules:
        if rule.penalty is not None:
            continue
        its_pairs = [(s, k, part) for s, k, part in pairs if s in rule.members]
        own = {
            "max_service_cost": lambda p=its_pairs: sum(
                part * float(its.service_cost[s][k]) for s, k, part in p
            ),
            "max_lost_sales": lambda p=its_pairs: sum(
                part * lost_sales_of(its, s, k) for s, k, part in p
            ),
        }.get(rule.kind.value)
        if own is not None and own() > rule.value + 1e-9:
            broken.add(rule.name)
        if rule.kind.value == "min_service_level":
            weight = [weights[s] for s in rule.members]
            level_here = sum(
                part * mean([float(its.service_level[s][tiers[s]]) for s in rule.members], weight)
                for part, tiers in ((1 - t, now), (t, then))
            )
            if level_here < rule.value - 1e-9:
                broken.add(rule.name)
    values = {
        "min_total_cost": cost + lost,
        "min_lost_sales": lost,
        "min_budget": cost,
        "max_service": level,
    }
    return values[its.goal.value], broken


def best_with_change(problem: ScenarioProblem, aim: Aim) -> float | None:
    """The least loss of all tiers now with the best later ones of each future."""
    sign = -1 if problem.base.goal.maximises else 1
    found = []
    for now in every_choice(problem.base):
        own = judge(problem.base, now)
        if own.violated:
            continue
        losses = []
        for w in range(problem.count):
            values = []
            for then in every_choice(problem.base):
                moves = sum(a != b for a, b in zip(now, then, strict=True))
                if problem.later.most is not None and moves > problem.later.most:
                    continue
                value, broken = in_a_future(problem, w, now, then)
                if aim.chance is None or not broken:
                    values.append(sign * value)
            losses.append(min(values, default=None) if values else None)
        if None not in losses:
            found.append(_by_aim(losses, problem.probability, aim) + own.penalties)
    return min(found, default=None)


def _by_aim(losses, probability, aim):
    average = sum(p * z for p, z in zip(probability, losses, strict=True))
    if aim.measure is RiskMeasure.MEAN:
        return average
    left, total = aim.tail, 0.0
    for loss, chance in sorted(zip(losses, probability, strict=True), reverse=True):
        total += min(left, chance) * loss
        left -= min(left, chance)
    return (1 - aim.weight) * average + aim.weight * total / aim.tail


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(
    "aim",
    [Aim(), Aim(RiskMeasure.CVAR, tail=0.4), Aim(RiskMeasure.CVAR, 0.5, 0.3), Aim(chance=0.0)],
    ids=["mean", "worst", "blend", "no limit ever broken"],
)
def test_no_tiers_now_with_any_tiers_later_are_better(aim: Aim, seed: int) -> None:
    """The program's loss is the least of all tiers now with the best later ones of each future."""
    problem = with_later_change(seed + 500)
    found = solve_by_model(problem, aim)
    expected = best_with_change(problem, aim)
    if expected is None:
        assert found.outcome.status is Status.INFEASIBLE
        return
    assert found.outcome.objective == pytest.approx(expected, rel=1e-7, abs=1e-7)
    assert found.then is not None
    assert found.then.shape == (problem.count, len(problem.base.segments))


def strike(cost: float, share: float = 0.5, most: int | None = None) -> ScenarioProblem:
    """Two segments. Ordinary tiers lose 10 each, in a strike 90; prepared ones always 40."""
    base = simple_problem([[0.0, 0.0]] * 2, [[10.0, 40.0]] * 2)
    bad = base.replace(lost_orders=np.array([[90.0, 40.0]] * 2))
    return ScenarioProblem.of(
        base, [base, bad], np.array([0.8, 0.2]), later=LaterChange(share, cost, most)
    )


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        # Ordinary now, prepared for the rest of a strike: 0.8 x 20 + 0.2 x (90 + 40 + 2 x 3).
        (strike(3.0), 16 + 0.2 * 136),
        # The same with one move only: 0.2 x (45 + 20 + 90 + 3).
        (strike(3.0, most=1), 16 + 0.2 * 158),
        # A change for 60 gains 25 a segment: nobody moves.
        (strike(60.0), 16 + 0.2 * 180),
        # Nothing is left of the period: the same.
        (strike(0.0, share=0.0), 16 + 0.2 * 180),
    ],
    ids=["two move", "one moves", "too dear", "too late"],
)
def test_a_plan_waits_where_waiting_is_cheap(problem: ScenarioProblem, expected: float) -> None:
    """By hand: ordinary tiers now are right if they can be left once the strike is known."""
    found = solve_by_model(problem, Aim())
    assert found.outcome.objective == pytest.approx(expected)
    assert found.outcome.choice is not None
    assert found.outcome.choice.tolist() == [0, 0]


def test_the_option_is_worth_something_or_nothing_and_never_costs() -> None:
    """With the option no plan is worse than without it."""
    for seed in range(600, 612):
        problem = with_later_change(seed)
        with_it = solve_by_model(problem, Aim()).outcome
        without = solve_by_model(replace(problem, later=None), Aim()).outcome
        assert with_it.status is without.status
        if with_it.objective is not None and without.objective is not None:
            assert with_it.objective <= without.objective + 1e-7


def test_robust_plans_leave_the_option_out() -> None:
    """The robust value is one of the case's own numbers and deviations, with no future to see."""
    found = solve_by_model(strike(3.0), Aim(RiskMeasure.ROBUST, at_worst=1))
    assert found.then is None
    assert found.outcome.objective == pytest.approx(40 + 40)


def test_customers_who_choose_cannot_be_moved_later() -> None:
    """They choose from the menu of the case's own numbers; that is said in one sentence."""
    base = problem_with_choosers(1)
    problem = ScenarioProblem.of(base, [base], np.ones(1), later=LaterChange(0.5))
    with pytest.raises(UsageError, match="choose from a menu"):
        solve_by_model(problem, Aim())
