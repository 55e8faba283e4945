"""Extra units are reserved before the future is seen, or bought late.

    late[w,r] >= sum_sk a[w,r,s,k] x[s,k] - b[w,r] - h[r]        for every future w and resource r
    late[w,r] >= 0
    0 <= h[r] <= the most units that any choice is short of in any future

They cost h[r] times the cost of reserving, whatever happens, and late[w,r] times the premium of the
future: with one resource h is the quantile of the newsvendor. Where late units are cheaper than
normal ones they must still come last:

    late[w,r] <= N z[w,r]
    late[w,r] <= sum_sk a[w,r,s,k] x[s,k] - b[w,r] - h[r] + M (1 - z[w,r]),    z[w,r] in {0,1}

N is the most that late can be, M the most that the units can stay below capacity and reserve.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from slopt.formulation.risk.most_beyond import ROUNDING, LimitOverFutures, most_beyond_surely
from slopt.formulation.risk.sums import least, sum_in_future
from slopt.problem.scenarios.question import RiskQuestion

Numbers = NDArray[np.float64]


def units_reserved_or_late(model: pyo.ConcreteModel, question: RiskQuestion) -> None:
    """Add `reserve` and `late`, the units used, and what they cost in each future."""
    problem, futures = question.problem, question.futures
    names = problem.base.resources
    model.future_used = pyo.Expression(
        model.FUTURES,
        names,
        rule=lambda model, w, name: sum_in_future(
            model, question, w, futures[w].use[names.index(name)]
        ),
    )
    short = {
        (w, name): float(units)
        for r, name in enumerate(names)
        for w, units in enumerate(_most_short(question, r))
    }
    needed = {name: max(0.0, *(short[w, name] for w in range(problem.count))) for name in names}
    reservable = [n for n, can in zip(names, problem.can_reserve, strict=True) if can and needed[n]]
    model.RESERVABLE = pyo.Set(initialize=reservable)
    model.LATE = pyo.Set(initialize=[key for key in short if short[key] > 0], dimen=2)
    model.reserve = pyo.Var(model.RESERVABLE, bounds=lambda _, name: (0, needed[name]))
    model.late = pyo.Var(model.LATE, bounds=lambda _, w, name: (0, short[w, name]))

    def beyond(w: int, name: str) -> pyo.Expression:
        reserved = model.reserve[name] if name in model.RESERVABLE else 0
        return model.future_used[w, name] - float(futures[w].capacity[names.index(name)]) - reserved

    @model.Constraint(model.LATE)
    def units_beyond_are_late(model: pyo.ConcreteModel, w: int, name: str) -> pyo.Expression:
        return model.late[w, name] >= beyond(w, name)

    premium = {(w, n): float(futures[w].extra_premium[names.index(n)]) for w, n in model.LATE}
    model.CHEAPER_LATE = pyo.Set(initialize=[key for key in model.LATE if premium[key] < 0])
    model.is_late = pyo.Var(model.CHEAPER_LATE, domain=pyo.Binary)

    @model.Constraint(model.CHEAPER_LATE)
    def late_only_beyond(model: pyo.ConcreteModel, w: int, name: str) -> pyo.Expression:
        return model.late[w, name] <= short[w, name] * model.is_late[w, name]

    @model.Constraint(model.CHEAPER_LATE)
    def late_within_excess(model: pyo.ConcreteModel, w: int, name: str) -> pyo.Expression:
        r = names.index(name)
        reserved = needed[name] if name in model.RESERVABLE else 0.0
        below = float(futures[w].capacity[r]) + reserved - least(question, futures[w].use[r])
        room = max(0.0, below)
        return model.late[w, name] <= beyond(w, name) + room * (1 - model.is_late[w, name])

    cost = np.where(problem.can_reserve, problem.reserve_cost, 0.0)
    model.reserve_cost = pyo.Expression(
        expr=sum(float(cost[names.index(name)]) * model.reserve[name] for name in reservable)
    )
    model.late_cost = pyo.Expression(
        model.FUTURES,
        rule=lambda model, w: sum(
            premium[w, name] * model.late[w, name] for name in names if (w, name) in model.LATE
        ),
    )


def _most_short(question: RiskQuestion, resource: int) -> Numbers:
    """(W,): the most units beyond capacity that a plan can use, 0 or less where none does."""
    base, futures = question.problem.base, question.futures
    capacity = np.array([float(its.capacity[resource]) for its in futures])
    own = float(base.capacity[resource] + base.extra_capacity[resource])
    nothing = np.zeros(len(futures))
    limit = LimitOverFutures(
        np.array([its.use[resource] for its in futures]),
        capacity,
        nothing,
        nothing,
        (base.use[resource], own) if question.later is None else None,
    )
    short = most_beyond_surely(limit, base.admissible)
    return np.where(short > 0, short + ROUNDING * np.maximum(1.0, capacity), short)
