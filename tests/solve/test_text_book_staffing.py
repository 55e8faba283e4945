"""Staffing that text books answer: covers of shifts, the square-root rule, pooling."""

from __future__ import annotations

import numpy as np
import pytest
from random_desks import TERMS, random_desk

from slopt.economics.abandonment import erlang_a
from slopt.economics.desks.desk import Desk, Pool, Shift
from slopt.economics.desks.roster import agents_of, broken_rules, people_for
from slopt.errors import InvalidInput
from slopt.solve.highs import Options
from slopt.solve.staffing.rostering import best_roster, rosters_by_design

EXACT = Options(gap=1e-9)


def pool(agents, cost, lost, name="pool", design=None, allowed=None):
    """A pool of one type of calls whose promises play no part; figures (B, W)."""
    blocks = len(agents)
    zero = np.zeros(agents.shape)
    return Pool(
        name,
        design,
        0.0,
        agents,
        np.ones(agents.shape, dtype=bool) if allowed is None else allowed,
        cost,
        lost,
        zero,
        zero,
        zero[None],
        np.array([0]),
        np.ones((1, blocks)),
        zero[None],
        zero[None],
        zero,
        np.zeros(agents.shape, dtype=np.int64),
    )


def covered(needed, covers, cost=1.0):
    """The best roster of shifts, one a column of `covers`, that cost the same for each person."""
    needed = np.array(needed)
    agents = np.tile(np.arange(needed.max() + 1), (len(needed), 1))
    zero = np.zeros(agents.shape)
    its = pool(agents, zero, zero, allowed=agents >= needed[:, None])
    shifts = tuple(
        Shift(f"shift {j}", column, np.array([True]), np.array([cost]), np.zeros((1, 1)))
        for j, column in enumerate(covers.T)
    )
    blocks = tuple(str(b) for b in range(len(needed)))
    desk = Desk(
        "line", ("",), (its,), blocks, np.ones(len(needed)), ("calls",), ("none",), shifts=shifts
    )
    return best_roster(desk, TERMS, EXACT)


def around(blocks, length):
    """(B, J): shifts of so many blocks in a row, one that begins in each block, round the clock."""
    return np.array(
        [[(b - j) % blocks < length for j in range(blocks)] for b in range(blocks)], dtype=bool
    )


def test_the_post_office_needs_23_people():
    """Winston, Operations Research: five days in a row for 17 13 15 19 14 16 11 people a day."""
    found = covered([17, 13, 15, 19, 14, 16, 11], around(7, 5))
    assert found.value == pytest.approx(23)
    assert found.roster.people.sum() == 23
    assert found.bound == pytest.approx(23)


def test_the_bus_company_needs_26_drivers():
    """Taha, Operations Research: shifts of 8 hours for 4 8 10 7 12 4 buses every 4 hours."""
    assert covered([4, 8, 10, 7, 12, 4], around(6, 2)).value == pytest.approx(26)


def test_agents_follow_the_square_root_of_the_load():
    """With the same wage and loss the best (agents - load) / root of the load hardly moves."""
    grades = []
    for load in (36.0, 100.0, 400.0):
        agents = np.arange(1, int(load + 6 * np.sqrt(load)))[None]
        hung_up = erlang_a(load / 5, 5.0, agents, 10.0).abandonment
        its = pool(agents, 20.0 * agents, load * 60 * hung_up)
        desk = Desk("line", ("",), (its,), ("hour",), np.ones(1), ("calls",), ("none",))
        found = best_roster(desk, TERMS).roster
        assert found.agents[0, 0] == agents[0, np.argmin(its.cost + its.lost_orders)]
        grades.append((found.agents[0, 0] - load) / np.sqrt(load))
    assert max(grades) - min(grades) < 0.2


def test_the_pooled_design_saves_agents_and_the_other_is_told():
    """Two lines of load 36 cost more apart than one of 72, and the roster says how much more."""

    def line(load, name, design):
        agents = np.arange(1, int(load + 6 * np.sqrt(load)))[None]
        hung_up = erlang_a(load / 5, 5.0, agents, 10.0).abandonment
        return pool(agents, 20.0 * agents, load * 60 * hung_up, name, design)

    pools = (line(36.0, "one", 0), line(36.0, "other", 0), line(72.0, "both", 1))
    desk = Desk("line", ("split", "pooled"), pools, ("hour",), np.ones(1), ("calls",), ("none",))
    found = best_roster(desk, TERMS).roster
    assert found.design_name == "pooled"
    (other,) = found.others
    apart = [(its.cost + its.lost_orders).min() for its in pools[:2]]
    assert other.design == "split"
    assert other.total_cost == pytest.approx(sum(apart))
    assert other.agents > found.most_at_once


@pytest.mark.parametrize("shrinkage", [0.0, 0.1, 0.3, 1 / 3, 0.5])
def test_people_for_agents_are_the_fewest_that_give_them(shrinkage):
    """With one person less there is an agent less; a third away leaves 2 of 3."""
    its = random_desk(0).pools[0]
    object.__setattr__(its, "shrinkage", shrinkage)
    agents = np.arange(200)
    people = people_for(its, agents)
    assert np.all(agents_of(its, people) >= agents)
    assert np.all(agents_of(its, np.maximum(people - 1, 0))[1:] < agents[1:])


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"allowed": np.zeros((2, 4), dtype=bool)}, "keeps its promises in block"),
        ({"allowed": np.tile([False, False, True, True], (2, 1))}, "no shift that it may work"),
    ],
)
def test_a_desk_nobody_can_staff_says_what_stands_in_the_way(changes, told):
    """A block without ways, or that no shift covers, is named with its pool."""
    desk = random_desk(1, designs=1)
    for its in desk.pools:
        for name, value in changes.items():
            object.__setattr__(its, name, value)
    first_block = (
        Shift(s.name, np.array([True, False]), s.pools, s.cost, s.use) for s in desk.shifts
    )
    object.__setattr__(desk, "shifts", tuple(first_block))
    with pytest.raises(InvalidInput, match=told):
        best_roster(desk, TERMS)


def test_every_design_that_can_be_staffed_is_told_with_a_roster_of_its_own():
    """Rosters by design keep the rules, and none is below its bound."""
    desk = random_desk(3, designs=2, promise=True)
    found = rosters_by_design(desk, TERMS)
    assert [each.roster.design for each in found] == [0, 1]
    for each in found:
        assert broken_rules(each.roster) == ()
        assert each.bound <= each.value
