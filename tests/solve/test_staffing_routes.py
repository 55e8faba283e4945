"""Tiers and desks in one plan: by prices, by the program in Pyomo, and by trying everything."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from random_desks import TERMS, random_desk
from strategies import simple_problem

from slopt.economics.desks.roster import Roster, broken_rules
from slopt.errors import UsageError
from slopt.problem.generated.columns import Part
from slopt.problem.generated.joining import join
from slopt.solve.highs import Options
from slopt.solve.refining.refine import refine
from slopt.solve.staffing.desk_source import DeskSource
from slopt.solve.staffing.in_between import roster_between
from slopt.solve.staffing.people_moves import completed, people_moves
from slopt.solve.staffing.rostering import best_roster
from slopt.vocabulary import Goal, Status

OPTIONS = Options(gap=1e-6)
COST, LOST = np.array([[20.0, 60.0], [30.0, 90.0]]), np.array([[90.0, 20.0], [70.0, 25.0]])
USE = np.array([[[1.0, 3.0], [2.0, 5.0]]])


def joint(desk, **limits):
    """Two segments with two tiers, and a desk; one resource that both use."""
    plain = simple_problem(COST, LOST).replace(
        resources=("seats",),
        use=USE,
        capacity=np.array([limits.pop("capacity", 1e6)]),
        extra_capacity=np.zeros(1),
        extra_premium=np.zeros(1),
    )
    source = DeskSource.of([desk])
    return join(plain.replace(**limits), [(Part.STAFF, source, source.first())])


def every_plan(desk):
    """(N,) cost, lost sales and use of all tiers with all rosters of a desk without shifts."""
    rosters = []
    people = np.zeros((0, len(desk.pools)), dtype=np.int64)
    for design in range(len(desk.designs)):
        pools, blocks = desk.pools_of(design), range(len(desk.blocks))
        cells = [(p, b) for p in pools for b in blocks]
        for taken in product(*(np.flatnonzero(desk.pools[p].allowed[b]) for p, b in cells)):
            ways = np.full((len(desk.pools), len(desk.blocks)), -1)
            for (p, b), way in zip(cells, taken, strict=True):
                ways[p, b] = way
            roster = Roster(desk, design, ways, people)
            if not broken_rules(roster):
                rosters.append((roster.service_cost, roster.lost_sales, roster.use[0]))
    staff = np.array(rosters)
    tiers = np.array(
        [
            (
                sum(COST[s, k] for s, k in enumerate(choice)),
                sum(LOST[s, k] for s, k in enumerate(choice)),
                sum(USE[0, s, k] for s, k in enumerate(choice)),
            )
            for choice in product(range(2), repeat=2)
        ]
    )
    return (staff[:, None] + tiers[None]).reshape(-1, 3).T


LIMITS = [
    {},
    {"budget": 0.6},
    {"capacity": 0.5},
    {"budget": 0.6, "goal": Goal.MIN_LOST_SALES},
    {"max_lost_sales": 0.3, "goal": Goal.MIN_BUDGET},
]


@pytest.mark.parametrize("limits", LIMITS, ids=lambda limits: "-".join(limits) or "free")
@pytest.mark.parametrize("promise", [False, True])
def test_both_routes_find_the_best_of_all_plans(limits, promise):
    """Both routes prove the best of all plans: what prices leave open is left to a program."""
    desk = random_desk(4, shifts=False, promise=promise)
    cost, lost, use = every_plan(desk)
    goal = limits.get("goal", Goal.MIN_TOTAL_COST)
    spread = {"budget": cost, "max_lost_sales": lost, "capacity": use}
    at = {
        name: float(np.quantile([spread[name].min(), spread[name].max()], share))
        for name, share in limits.items()
        if name in spread
    }
    kept = np.ones(len(cost), dtype=bool)
    for name, most in at.items():
        kept &= spread[name] <= most
    worth = {Goal.MIN_LOST_SALES: lost, Goal.MIN_BUDGET: cost}.get(goal, cost + lost)
    expected = worth[kept].min()
    problem = joint(desk, goal=goal, **at)
    for model in ("tier_plan", "staffing"):
        found = refine(problem, OPTIONS, model=model)
        bound = found.outcome.bound
        assert bound is not None
        assert bound <= expected * (1 + 1e-6)
        assert found.outcome.status is Status.OPTIMAL
        assert found.outcome.objective == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_the_routes_agree_where_shifts_are_planned(seed):
    """With shifts, promises and seats both routes reach plans within each other's bounds."""
    desk = random_desk(seed, promise=True, seats=True)
    free = joint(desk)
    spent = refine(free, OPTIONS, model="staffing")
    prices = refine(free, OPTIONS)
    assert prices.outcome.objective == pytest.approx(spent.outcome.objective, rel=3e-5)
    assert prices.outcome.bound <= spent.outcome.objective + 1e-6
    tight = joint(desk, budget=0.9 * spent.outcome.objective)
    program, by_prices = refine(tight, OPTIONS, model="staffing"), refine(tight, OPTIONS)
    assert by_prices.outcome.status is program.outcome.status is Status.OPTIMAL
    assert by_prices.outcome.objective == pytest.approx(program.outcome.objective, rel=3e-6)


@pytest.mark.parametrize("seed", range(4))
def test_what_a_change_of_people_adds_is_what_it_adds(seed):
    """Every person more, less or moved keeps the rules and adds the cost, loss and use it told."""
    desk = random_desk(seed, designs=1)
    begin = completed(best_roster(desk, TERMS).roster, price=1.0)
    moves = people_moves(begin, 1.0)
    assert len(moves.cost) >= 4
    for move in range(len(moves.cost)):
        after = moves.after(begin, (move,), 1.0)
        assert broken_rules(after) == ()
        assert after.service_cost == pytest.approx(begin.service_cost + moves.cost[move])
        assert after.lost_sales == pytest.approx(begin.lost_sales + moves.lost[move])
        assert after.use == pytest.approx(begin.use + moves.use[:, move])


@pytest.mark.parametrize("shifts", [False, True])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_roster_in_between_costs_no_more_than_the_mixture(share, shifts):
    """It keeps all rules, costs and uses no more than both ends mixed, and loses less than one."""
    told = 0
    for seed in range(8):
        desk = random_desk(seed, designs=1, shifts=shifts)
        rosters = DeskSource.of([desk]).first().details[0]
        low = min(rosters, key=lambda roster: roster.service_cost)
        high = min(rosters, key=lambda roster: roster.lost_sales)
        found = roster_between(low, high, share)
        if found is None:
            continue
        told += 1
        assert broken_rules(found) == ()
        assert found.lost_sales < low.lost_sales
        cost = (1 - share) * low.service_cost + share * high.service_cost
        use = (1 - share) * low.use[0] + share * high.use[0]
        assert found.service_cost <= cost * (1 + 1e-9)
        assert found.use[0] <= use * (1 + 1e-9)
    assert told >= 3


def test_the_model_needs_desks():
    """Without desks the model says what it is for."""
    with pytest.raises(UsageError, match="table call_types"):
        refine(simple_problem(COST, LOST), OPTIONS, model="staffing")


def test_offers_to_begin_with_hold_the_ends_and_are_all_different():
    """Least cost, least loss and least use are among them; no roster stands there twice."""
    desk = random_desk(4, shifts=False)
    cost, lost, use = every_plan(desk)
    offers = DeskSource.of([desk]).first()
    assert offers.service_cost.min() == pytest.approx(cost.min() - COST.min(axis=1).sum())
    assert offers.lost_sales.min() == pytest.approx(lost.min() - LOST.min(axis=1).sum())
    assert offers.use[0].min() == pytest.approx(use.min() - USE[0].min(axis=1).sum())
    keys = {(roster.design, roster.ways.tobytes()) for roster in offers.details[0]}
    assert len(keys) == offers.allowed.sum()
