"""Rosters of single desks against trying everything, and their bounds."""

from __future__ import annotations

import numpy as np
import pytest
from random_desks import TERMS, least_worth, random_desk

from slopt.economics.desks.roster import RosterTerms, broken_rules
from slopt.errors import InvalidInput
from slopt.solve.staffing.rostering import best_roster

RULES = [
    {"shifts": False},
    {"shifts": True},
    {"shifts": True, "convex": False},
    {"shifts": False, "promise": True},
    {"shifts": False, "seats": True, "promise": True},
    {"shifts": True, "promise": True, "seats": True},
    {"shifts": True, "most": True},
]


@pytest.mark.parametrize("rules", RULES, ids=lambda rules: "-".join(rules))
@pytest.mark.parametrize("seed", range(4))
def test_a_roster_is_worth_what_trying_everything_finds(rules, seed):
    """Value and bound meet at the least worth over all designs, ways and people; rules are kept."""
    desk = random_desk(seed, **rules)
    for terms in (TERMS, RosterTerms(0.5, 2.0, np.array([3.0]))):
        expected = least_worth(desk, terms)
        if np.isinf(expected):
            with pytest.raises(InvalidInput, match=r"\w"):
                best_roster(desk, terms)
            continue
        found = best_roster(desk, terms)
        assert broken_rules(found.roster) == ()
        assert found.value == pytest.approx(found.roster.value(terms), rel=1e-9)
        assert found.value == pytest.approx(expected, rel=2e-5)
        assert found.bound <= expected + 1e-6
        assert found.bound == pytest.approx(expected, rel=2e-5)
