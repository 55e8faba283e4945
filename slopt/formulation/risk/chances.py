"""Each limit may be broken in no more than a share of the futures.

    used[w] <= limit[w] + M[w] broken[w]         for every future w of the limit
    sum_w p[w] broken[w] <= chance
    broken[w] in {0,1}

for the budget, each resource with its extra units, the mean level, lost sales and firm rules on
sums; floors the other way round. M[w] is the most by which a plan that breaks the limit seldom
enough breaks it in that future (most_beyond.py). A future in which no plan breaks it has no row,
one in which no plan may break it no `broken`. With chance 0 the limit holds in every future.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from slopt.formulation.member_limit import amounts_of
from slopt.formulation.risk.most_beyond import (
    ROUNDING,
    LimitOverFutures,
    most_beyond_seldom,
    most_beyond_surely,
)
from slopt.formulation.risk.sums import sum_in_future
from slopt.formulation.shared import name_limit
from slopt.problem.choice import ChoiceProblem
from slopt.problem.scenarios.question import RiskQuestion
from slopt.vocabulary import RuleKind

Numbers = NDArray[np.float64]


def limits_seldom_broken(model: pyo.ConcreteModel, question: RiskQuestion) -> None:
    """Add a block a limit whose chance is limited: `always`, or `broken` and `unless_broken`, and
    `seldom`.
    """
    chance = question.aim.chance
    names = question.limits_with_a_chance
    model.chance_of = pyo.Block(names)
    for name in names:
        block, told = model.chance_of[name], _told(question, name)
        limit, used = _over_futures(model, question, told), _used(model, question, told)
        most = _most_beyond(question, limit, told.members)
        block.FUTURES = pyo.Set(initialize=list(most))
        block.BREAKABLE = pyo.Set(initialize=[w for w in most if most[w] > 0])
        block.broken = pyo.Var(block.BREAKABLE, domain=pyo.Binary)
        block.unless_broken = pyo.Constraint(
            block.FUTURES,
            rule=lambda block, w, used=used, most=most, limit=limit: (
                used[w] - (most[w] * block.broken[w] if most[w] > 0 else 0) <= float(limit.limit[w])
            ),
        )
        probability = question.problem.probability
        if sum(probability[w] for w in block.BREAKABLE) > (chance or 0.0):
            block.seldom = pyo.Constraint(
                expr=pyo.quicksum(float(probability[w]) * block.broken[w] for w in block.BREAKABLE)
                <= chance
            )
            name_limit(model, f"chance[{name}]", block.seldom)


@dataclass(frozen=True, eq=False)
class _Told:
    """What a limit is about: amounts (W, S, K) and limit (W,), signs turned where it is a floor;
    the same at the case's own numbers.
    """

    name: str
    amounts: Numbers
    limit: Numbers
    own_amounts: Numbers
    own_limit: float | None
    members: tuple[int, ...] | None = None


def _told(question: RiskQuestion, name: str) -> _Told:
    base, all_problems = question.problem.base, (question.problem.base, *question.futures)

    def told(amounts: list[Numbers], limits: list[float | None], floor: bool = False) -> _Told:
        sign = -1.0 if floor else 1.0
        stacked = sign * np.array(amounts)
        signed = [None if limit is None else sign * limit for limit in limits]
        its = np.array([np.inf if limit is None else limit for limit in signed[1:]])
        return _Told(name, stacked[1:], its, stacked[0], signed[0])

    match name:
        case "budget":
            return told([p.service_cost for p in all_problems], [p.budget for p in all_problems])
        case "max_lost_sales":
            limits = [p.max_lost_sales for p in all_problems]
            return told([p.lost_sales for p in all_problems], limits)
        case "min_service_level":
            floors = [p.min_service_level for p in all_problems]
            return told([_levels(p) for p in all_problems], floors, floor=True)
    if name in base.resources:
        r = base.resources.index(name)
        limits = [float(p.capacity[r] + p.extra_capacity[r]) for p in all_problems]
        return told([p.use[r] for p in all_problems], limits)
    rule = next(rule for rule in base.rules if rule.name == name)
    floor = rule.kind is RuleKind.MIN_SERVICE_LEVEL
    found = told(
        [amounts_of(p, rule) for p in all_problems], [rule.value] * len(all_problems), floor
    )
    return _Told(name, found.amounts, found.limit, found.own_amounts, found.own_limit, rule.members)


def _levels(problem: ChoiceProblem) -> Numbers:
    return np.asarray(problem.mean_weight[:, None] * problem.service_level)


def _used(model: pyo.ConcreteModel, question: RiskQuestion, told: _Told) -> list[pyo.Expression]:
    """By future: what counts against the limit."""
    if told.name == "budget":
        return [model.future_cost[w] for w in model.FUTURES]
    return [sum_in_future(model, question, w, told.amounts[w], told.members) for w in model.FUTURES]


def _over_futures(
    model: pyo.ConcreteModel, question: RiskQuestion, told: _Told
) -> LimitOverFutures:
    """The limit as sums over the segments that it is about, and bounds on all that is no such sum.

    Where tiers may be changed later the sums of two futures are over other tiers.
    """
    least_more, most_more = np.zeros(len(told.limit)), np.zeros(len(told.limit))
    own_limit, members = told.own_limit, _places(question, told.members)
    if told.name == "budget":
        base = question.problem.base
        least_more, most_more = _bounds_of_more(model, question)
        if own_limit is not None:
            own_limit -= float(np.minimum(base.extra_premium, 0.0) @ base.extra_capacity)
    return LimitOverFutures(
        told.amounts[:, members],
        told.limit,
        least_more,
        most_more,
        None
        if own_limit is None or question.later is not None
        else (told.own_amounts[members], own_limit),
    )


def _places(question: RiskQuestion, members: tuple[int, ...] | None) -> NDArray[np.int64]:
    everybody = range(len(question.problem.base.segments))
    return np.array(list(everybody if members is None else members), dtype=np.int64)


def _most_beyond(
    question: RiskQuestion, limit: LimitOverFutures, members: tuple[int, ...] | None
) -> dict[int, float]:
    """By future that can break the limit: the most by which it does, 0 where it may not."""
    admissible = question.problem.base.admissible[_places(question, members)]
    room = ROUNDING * np.maximum(1.0, np.abs(limit.limit))
    most = most_beyond_surely(limit, admissible)
    breakable = np.flatnonzero(most > 0).tolist()
    if not question.aim.chance:
        return dict.fromkeys(breakable, 0.0)
    if question.later is None:
        probability, chance = question.problem.probability, question.aim.chance + ROUNDING
        seldom = most_beyond_seldom(limit, admissible, probability, chance)
        most = np.minimum(most, seldom)
    return {w: float(most[w] + room[w]) if most[w] > room[w] else 0.0 for w in breakable}


def _bounds_of_more(model: pyo.ConcreteModel, question: RiskQuestion) -> tuple[Numbers, Numbers]:
    """(W,) each: the least and the most that service costs which are of no segment can be."""
    problem, later = question.problem, question.later
    names = problem.base.resources
    most = np.full(problem.count, 0.0)
    least = np.zeros(problem.count)
    for name in model.RESERVABLE:
        most += float(problem.reserve_cost[names.index(name)] * model.reserve[name].ub)
    for w, name in model.LATE:
        cost = float(question.futures[w].extra_premium[names.index(name)] * model.late[w, name].ub)
        most[w] += max(0.0, cost)
        least[w] += min(0.0, cost)
    for w, its in enumerate(question.futures):
        opened = its.open_cost[: problem.base.menu_size]
        most[w] += float(np.maximum(opened, 0.0).sum())
        least[w] += float(np.minimum(opened, 0.0).sum())
    if later is not None:
        segments = len(problem.base.segments)
        most += later.cost * (segments if later.most is None else min(later.most, segments))
    return least, most
