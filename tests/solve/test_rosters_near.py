"""Listing all rosters near the best: none that counts is left out."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from random_desks import random_desk

from slopt.economics.desks.roster import Roster, RosterTerms, broken_rules
from slopt.economics.generated import Terms
from slopt.solve.staffing.desk_source import DeskSource
from slopt.solve.staffing.near_best import can_be_listed, rosters_near
from slopt.solve.staffing.rostering import best_roster

MANY = 100_000


def every_roster(desk):
    """All rosters of a desk without shifts that break no rule."""
    people = np.zeros((0, len(desk.pools)), dtype=np.int64)
    for design in range(len(desk.designs)):
        cells = [(p, b) for p in desk.pools_of(design) for b in range(len(desk.blocks))]
        allowed = [np.flatnonzero(desk.pools[p].allowed[b]) for p, b in cells]
        for taken in itertools.product(*allowed):
            ways = np.full((len(desk.pools), len(desk.blocks)), -1)
            for (p, b), way in zip(cells, taken, strict=True):
                ways[p, b] = way
            roster = Roster(desk, design, ways, people)
            if not broken_rules(roster):
                yield roster


def figures(roster):
    """What counts for a plan."""
    return np.array([roster.service_cost, roster.lost_sales, *roster.use])


@pytest.mark.parametrize("share", [0.0, 0.05, 0.3])
@pytest.mark.parametrize("seed", range(6))
def test_every_roster_near_the_best_is_listed_or_beaten(seed, share):
    """Each is listed, or a listed one is at least as good in cost, losses and every resource."""
    desk = random_desk(seed, shifts=False, convex=False)
    terms = RosterTerms(1.3, 0.9, np.full(len(desk.resources), 0.2))
    most_worth = best_roster(desk, terms).bound * (1 + share)
    listed = rosters_near(desk, terms, most_worth, MANY)
    known = np.array([figures(roster) for roster in listed])
    room = 1e-9 * abs(most_worth)
    assert all(roster.value(terms) <= most_worth + 2 * room for roster in listed)
    assert not any(broken_rules(roster) for roster in listed)
    for roster in every_roster(desk):
        if roster.value(terms) <= most_worth - room:
            assert np.any(np.all(known <= figures(roster) + room, axis=1))


def test_nothing_is_listed_where_rules_tie_blocks_together():
    """Shifts, promises over all blocks and seats leave it to the program."""
    for more in ({"shifts": True}, {"promise": True}, {"seats": True}):
        desk = random_desk(1, **{"shifts": False, **more})
        assert not can_be_listed(desk)
        assert rosters_near(desk, RosterTerms(1, 1, np.zeros(len(desk.resources))), 1e9, 9) is None


def test_too_many_are_not_listed():
    """Where more than asked for are near, none are listed at all."""
    desk = random_desk(2, shifts=False)
    terms = RosterTerms(1.0, 1.0, np.zeros(len(desk.resources)))
    assert rosters_near(desk, terms, 1e12, 1) is None


def test_the_source_lists_around_its_own_best():
    """With no slack the best roster is there; what is listed are offers like any others."""
    desk = random_desk(3, shifts=False)
    source = DeskSource.of([desk])
    terms = Terms(np.ones(1), np.ones(1), np.zeros(1), np.zeros(len(desk.resources)))
    best = source.best(terms)
    near = source.within(terms, 0.01 * np.abs(best.bound), 500)
    value = terms.value(near)[near.allowed]
    assert value.min() == pytest.approx(terms.value(best.offers)[0, 0])
    assert value.max() <= best.bound[0] * 1.01 + 1e-6
