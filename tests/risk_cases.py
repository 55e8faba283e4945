"""Small random problems with many futures, and what their plans are worth by plain loops.

The second opinion tries every choice; how many units to reserve for a choice is known in closed
form. It has nothing of slopt that computes anything over futures.
"""

from __future__ import annotations

import itertools
from functools import lru_cache

import numpy as np
from oracles import every_choice, feasible_choices, judge, lost_sales_of
from strategies import random_problem

from slopt.problem.scenarios.aim import Aim
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.vocabulary import Goal

SUM_RULES = ("rule_min_service_level", "rule_max_service_cost", "rule_max_lost_sales")
MOVED = ("service_cost", "lost_orders", "lost_customers", "use", "capacity")


def random_scenarios(
    rng: np.random.Generator, count: int = 7, goal: Goal | None = None, segments: int | None = None
) -> ScenarioProblem:
    """A random problem whose figures are otherwise in every future; limits stay as they are."""
    base = random_problem(int(rng.integers(1 << 30)), goal=goal, segments=segments)
    problems = []
    for _ in range(count):
        moved = {
            name: getattr(base, name) * rng.uniform(0.5, 1.5, getattr(base, name).shape)
            for name in MOVED
        }
        moved["service_level"] = np.clip(base.service_level * rng.uniform(0.9, 1.1), 0, 1)
        problems.append(base.replace(**moved))
    return ScenarioProblem.of(base, problems, rng.dirichlet(np.ones(count)))


def random_risk(
    seed: int, goal: Goal | None = None, reserve: int = 1, most_segments: int = 4
) -> ScenarioProblem:
    """Like `random_scenarios`, and limits, prices and weights move as well; some futures have no
    limit. Units of up to `reserve` resources can be reserved. Four of five have a plan.
    """
    rng = np.random.default_rng(seed)
    segments = int(rng.integers(2, most_segments + 1))
    base = random_problem(int(rng.integers(1 << 30)), goal=goal, segments=segments)
    while seed % 5 and not any(feasible_choices(base)):
        base = random_problem(int(rng.integers(1 << 30)), goal=goal, segments=segments)
    problems, futures = [], int(rng.integers(2, 6))
    for _ in range(futures):
        moved = {
            name: getattr(base, name) * rng.uniform(0.5, 1.5, getattr(base, name).shape)
            for name in (*MOVED, "open_cost", "extra_premium", "weight")
        }
        moved["extra_capacity"] = base.extra_capacity + rng.integers(0, 9, base.size[2])
        moved["service_level"] = np.clip(base.service_level * rng.uniform(0.9, 1.1), 0, 1)
        for name in ("budget", "max_lost_sales", "min_service_level"):
            limit = getattr(base, name)
            if limit is not None:
                low = 0.8 if name == "min_service_level" else 1.0
                near = limit * rng.uniform(low, low + 0.4)
                moved[name] = None if rng.random() < 0.2 else near
        problems.append(base.replace(**moved))
    cost = np.full(base.size[2], np.nan)
    for r in rng.permutation(base.size[2])[:reserve]:
        cost[r] = 0.6 * rng.random() * max(1.0, base.extra_premium[r])
    return ScenarioProblem.of(base, problems, rng.dirichlet(np.ones(futures)), reserve_cost=cost)


def best_by_trying(
    problem: ScenarioProblem, aim: Aim, best: list[float] | None = None
) -> float | None:
    """The least loss of all choices and reserves, None where no choice keeps what it must.

    With one reservable resource every level at which anything bends is tried; with several, only
    the mean is known: there each resource has a newsvendor of its own.
    """
    found = [
        worth(problem, choice, reserve, aim, best)
        for choice in every_choice(problem.base)
        if not _judged(problem, None, choice).violated
        for reserve in _reserves(problem, choice, best)
    ]
    return min((value for value in found if value is not None), default=None)


def best_of_each_future(problem: ScenarioProblem) -> list[float]:
    """The value of the best plan of each future alone, in the goal's sense."""
    sign = -1 if problem.base.goal.maximises else 1
    values = []
    for w in range(problem.count):
        its = ScenarioProblem.of(
            problem.base, [problem.problem(w)], np.ones(1), reserve_cost=problem.reserve_cost
        )
        values.append(sign * (best_by_trying(its, Aim()) or 0.0))
    return values


def worth(problem, choice, reserve, aim, best=None) -> float | None:
    """The loss of a choice by an aim, from the definitions; None where it breaks what is firm."""
    own = _judged(problem, None, choice)
    if own.violated:
        return None
    sign = -1 if problem.base.goal.maximises else 1
    values, broken = [], {}
    for w in range(problem.count):
        value, its = one_future(problem, choice, w, reserve)
        values.append(sign * value)
        for name in its:
            broken[name] = broken.get(name, 0.0) + float(problem.probability[w])
    if aim.chance is not None and any(p > aim.chance + 1e-9 for p in broken.values()):
        return None
    chances = [float(p) for p in problem.probability]
    mean = sum(p * z for p, z in zip(chances, values, strict=True))
    match aim.measure.value:
        case "mean":
            value = mean
        case "cvar":
            value = (1 - aim.weight) * mean + aim.weight * _tail(values, chances, aim.tail)
        case "regret":
            value = max(z - sign * b for z, b in zip(values, best, strict=True))
        case "robust":
            worst = sorted((_deviation(problem, s, k) for s, k in enumerate(choice)), reverse=True)
            value = _own_value(problem.base, own) * sign + sum(worst[: aim.at_worst])
    return value + own.penalties


def one_future(problem, choice, w, reserve):
    """The value of a choice in one future, and the firm limits that it breaks there."""
    its, firm = _futures(problem)[w], {r.name for r in problem.base.rules if r.penalty is None}
    judged, cost = _cost(problem, w, choice, reserve)
    limits = {"min_service_level", "max_lost_sales", *its.resources, *firm.intersection(SUM_RULES)}
    broken = judged.violated & limits
    if its.budget is not None and cost > its.budget + 1e-9 * max(1.0, abs(its.budget), abs(cost)):
        broken = broken | {"budget"}
    return _value(its.goal, cost, judged.lost_sales, judged.level), broken


@lru_cache(maxsize=20)
def _futures(problem):
    return [problem.problem(w) for w in range(problem.count)]


@lru_cache(maxsize=10_000)
def _judged(problem, w, choice):
    """A choice (tuple) judged in one future, or at the case's own numbers where w is None."""
    return judge(problem.base if w is None else _futures(problem)[w], choice)


def _cost(problem, w, choice, reserve):
    """A choice judged in one future, and its service cost with what is reserved."""
    its = _futures(problem)[w]
    judged, extra = _judged(problem, w, choice), 0.0
    for r, units in enumerate(reserve):
        used = sum(float(its.use[r][s][k]) for s, k in enumerate(choice))
        late = max(0.0, max(0.0, used - float(its.capacity[r])) - units)
        extra += late * float(its.extra_premium[r])
        extra += units * float(problem.reserve_cost[r]) if units else 0.0
    return judged, judged.service_cost - judged.extra_cost + extra


def _value(goal, cost, lost, level):
    return {
        "min_total_cost": cost + lost,
        "min_lost_sales": lost,
        "min_budget": cost,
        "max_service": level,
    }[goal.value]


def _own_value(base, own):
    return _value(base.goal, own.service_cost, own.lost_sales, own.level)


def _tail(values, chances, tail):
    """The mean of the worst `tail`: worst first, until that much probability is taken."""
    left, total = tail, 0.0
    for value, chance in sorted(zip(values, chances, strict=True), reverse=True):
        part = min(left, chance)
        total += part * value
        left -= part
    return total / tail


def _deviation(problem, s, k):
    """By how much a pair is worse in its worst future than at the case's own numbers."""

    def adds(its):
        cost, lost = float(its.service_cost[s][k]), lost_sales_of(its, s, k)
        total = float(sum(its.weight))
        weight = float(its.weight[s]) / total if total else 1 / len(its.segments)
        level = weight * float(its.service_level[s][k])
        value = _value(its.goal, cost, lost, level)
        return -value if its.goal.maximises else value

    own = adds(problem.base)
    return max(0.0, *(adds(its) - own for its in _futures(problem)))


def _reserves(problem, choice, best):
    """Every reserve that could be the best for a choice: at its best something bends there."""
    levels = [[0.0] for _ in problem.base.resources]
    many = int(problem.can_reserve.sum()) > 1
    for r in np.flatnonzero(problem.can_reserve).tolist():
        bends = {0.0}
        for w in range(problem.count):
            its = _futures(problem)[w]
            used = sum(float(its.use[r][s][k]) for s, k in enumerate(choice))
            bends.add(max(0.0, used - float(its.capacity[r])))
        levels[r] = sorted(bends if many else bends | _crossings(problem, choice, r, bends, best))
    return itertools.product(*levels)


def _crossings(problem, choice, r, bends, best):
    """Levels of one resource at which two futures lose alike, or a budget is just spent.

    Between two bends all that a future costs is a straight line.
    """
    best = best or [0.0] * problem.count

    def lines(units):
        reserve = [units if place == r else 0.0 for place in range(len(problem.base.resources))]
        costs = [_cost(problem, w, choice, reserve)[1] for w in range(problem.count)]
        budgets = [its.budget for its in _futures(problem)]
        values = [one_future(problem, choice, w, reserve)[0] for w in range(problem.count)]
        regrets = [value - b for value, b in zip(values, best, strict=True)]
        alike = [a - b for a, b in itertools.combinations(regrets, 2)]
        return alike + [c - b for c, b in zip(costs, budgets, strict=True) if b is not None]

    found = set()
    for low, high in itertools.pairwise(sorted(bends)):
        quarter = (high - low) / 4
        for before, after in zip(lines(low + quarter), lines(high - quarter), strict=True):
            slope = (after - before) / (2 * quarter)
            zero = low + quarter - before / slope if slope else -1.0
            if low < zero < high:
                found.add(zero)
    return found
