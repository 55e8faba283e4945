"""Tiers may be changed once, after the future is seen.

    sum_k x'[w,s,k] = 1                          for every future w and segment s
    stays[w,s,k] <= x[s,k],   stays[w,s,k] <= x'[w,s,k]
    moved[w,s] = 1 - sum_k stays[w,s,k]          who has another tier then has moved
    sum_s moved[w,s] <= most
    opened[w,k] >= y[k],   opened[w,k] >= x'[w,s,k]
    x' in {0,1},   stays, opened >= 0

t is the share of the period that is left then: every figure of a future, by pair, counts (1 - t)
times with x and t times with x'. Who moves costs money, and every tier that anybody has, now or
then, its whole cost of opening. The later tiers keep contracts; limits and rules at the case's own
numbers hold for the tiers chosen now.
"""

from __future__ import annotations

import pyomo.environ as pyo

from slopt.formulation.choose import tiers_by_segment
from slopt.problem.scenarios.question import RiskQuestion


def tiers_changed_later(model: pyo.ConcreteModel, question: RiskQuestion) -> None:
    """Add `choose_later`, `stays`, `moved` and `opened` where tiers may be changed."""
    base, later = question.problem.base, question.later
    if later is None:
        return
    menu, tiers_of = set(base.tiers[: base.menu_size]), tiers_by_segment(base)
    model.choose_later = pyo.Var(model.FUTURES, model.OFFERS, domain=pyo.Binary)
    model.stays = pyo.Var(model.FUTURES, model.OFFERS, bounds=(0, 1))

    @model.Constraint(model.FUTURES, model.SEGMENTS)
    def one_later_tier(model: pyo.ConcreteModel, w: int, s: str) -> pyo.Expression:
        return sum(model.choose_later[w, s, k] for k in tiers_of[s]) == 1

    @model.Constraint(model.FUTURES, model.OFFERS)
    def stays_where_it_is(model: pyo.ConcreteModel, w: int, s: str, k: str) -> pyo.Expression:
        return model.stays[w, s, k] <= model.choose[s, k]

    @model.Constraint(model.FUTURES, model.OFFERS)
    def stays_where_it_will_be(model: pyo.ConcreteModel, w: int, s: str, k: str) -> pyo.Expression:
        return model.stays[w, s, k] <= model.choose_later[w, s, k]

    model.moved = pyo.Expression(
        model.FUTURES,
        model.SEGMENTS,
        rule=lambda model, w, s: 1 - sum(model.stays[w, s, k] for k in tiers_of[s]),
    )
    if later.most is not None:
        model.moves_within_limit = pyo.Constraint(
            model.FUTURES,
            rule=lambda model, w: sum(model.moved[w, s] for s in model.SEGMENTS) <= later.most,
        )
    if model.component("open") is None:
        return
    model.opened = pyo.Var(model.FUTURES, model.open.index_set(), bounds=(0, 1))

    @model.Constraint(model.FUTURES, model.open.index_set())
    def open_now_is_open_then(model: pyo.ConcreteModel, w: int, k: str) -> pyo.Expression:
        return model.opened[w, k] >= model.open[k]

    @model.Constraint(model.FUTURES, [(s, k) for s, k in model.OFFERS if k in menu])
    def chosen_later_is_open(model: pyo.ConcreteModel, w: int, s: str, k: str) -> pyo.Expression:
        return model.choose_later[w, s, k] <= model.opened[w, k]
