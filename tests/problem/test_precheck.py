"""What is plain without a solver: each contradiction is one, and named with what it needs."""

from __future__ import annotations

import numpy as np
import pytest
from oracles import feasible_choices
from strategies import random_problem, simple_problem, with_resource

from slopt.problem.choice import Bar
from slopt.problem.demands import demands_of, with_only
from slopt.problem.precheck import contradictions
from slopt.problem.rules import Rule
from slopt.vocabulary import RuleKind

BASE = simple_problem([[1, 4], [1, 4], [1, 4]], [[5, 0]] * 3)


def barred(**segments):
    """Flags of three segments with two tiers: s0=(bar of the low tier, bar of the high one)."""
    flags = np.zeros((3, 2), dtype=np.int8)
    for name, its in segments.items():
        flags[int(name[1])] |= np.array(its, dtype=np.int8)
    return flags


PLAIN = {
    "no tier is left": (
        BASE.replace(barred=barred(s1=(Bar.MIN_TIER, Bar.MAX_TIER))),
        [{"min_tier[s1]", "max_tier[s1]"}],
    ),
    "the budget is below the least cost": (BASE.replace(budget=2.0), [{"budget"}]),
    "the capacity is below the least use": (
        with_resource(BASE, [[2, 9]] * 3, 5.0).replace(budget=99.0),
        [{"hours"}],
    ),
    "a pin uses up the capacity": (
        with_resource(BASE, [[1, 9]] * 3, 8.0).replace(barred=barred(s2=(Bar.FIXED_TIER, 0))),
        [{"hours", "fixed_tier[s2]"}],
    ),
    "the level is out of reach": (BASE.replace(min_service_level=0.95), [{"min_service_level"}]),
    "a count above the members": (
        BASE.replace(rules=(Rule("many", RuleKind.MIN_IN_TIER, (0, 1), tier=1, value=3.0),)),
        [{"many"}],
    ),
    "contracts break an ordering": (
        BASE.replace(
            rules=(Rule("order", RuleKind.NOT_BELOW, (0,), (1,)),),
            barred=barred(s0=(0, Bar.MAX_TIER), s1=(Bar.FIXED_TIER, 0)),
        ),
        [{"order", "max_tier[s0]", "fixed_tier[s1]"}],
    ),
    "members have no tier in common": (
        BASE.replace(
            rules=(Rule("same", RuleKind.SAME_TIER, (0, 1, 2)),),
            barred=barred(s0=(0, Bar.MAX_TIER), s2=(Bar.MIN_TIER, 0)),
        ),
        [{"same", "max_tier[s0]", "min_tier[s2]"}],
    ),
    "contracts ask for more tiers than the menu holds": (
        BASE.replace(max_tiers=1, barred=barred(s0=(0, Bar.MAX_TIER), s1=(Bar.MIN_TIER, 0))),
        [{"max_tiers", "max_tier[s0]", "min_tier[s1]"}],
    ),
    "nothing": (BASE.replace(budget=4.0, max_lost_sales=12.0), []),
}


@pytest.mark.parametrize("name", PLAIN)
def test_contradictions_are_named_with_what_they_need(name):
    """The planted demands, and no other."""
    problem, expected = PLAIN[name]
    assert [{d.name for d in found.demands} for found in contradictions(problem)] == expected


def test_contradictions_of_random_problems_are_some():
    """Over 150 problems: none of the sets can be kept, and those that say so need every member."""
    seen = 0
    for seed in range(150):
        problem = random_problem(seed)
        everything = demands_of(problem)
        for found in contradictions(problem):
            if not set(found.demands) <= set(everything):
                continue
            seen += 1
            assert not any(feasible_choices(with_only(problem, found.demands, everything)))
            for member in found.demands if found.needs_all else ():
                rest = [demand for demand in found.demands if demand != member]
                assert any(feasible_choices(with_only(problem, rest, everything)))
    assert seen > 20


def test_a_contradiction_says_how_much_is_needed():
    """Three segments cost 3 at least, and 2 is allowed; of a floor it is the most there is."""
    found = contradictions(BASE.replace(budget=2.0, min_service_level=0.95))
    assert [(c.needed, c.limit) for c in found] == [(3.0, 2.0), (pytest.approx(0.9), 0.95)]
