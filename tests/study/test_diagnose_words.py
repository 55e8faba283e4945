"""Demands and changes are told in the words of the business, with their numbers."""

from __future__ import annotations

import numpy as np
import pytest
from strategies import simple_problem, with_resource

from slopt.case.case import Words
from slopt.problem.choice import Bar
from slopt.problem.demands import ContractsBy, demands_of
from slopt.problem.rules import Rule
from slopt.solve.highs import Options
from slopt.study.diagnose import repairs
from slopt.study.diagnose.changes import Change
from slopt.study.diagnose.repairs import Repairer
from slopt.study.diagnose.words import Wording, number
from slopt.study.frontier.least import Least, Way
from slopt.vocabulary import RuleKind, Status

WORDS = Words(segment="city", tier="mode", lost_sales="lost business")
BARRED = np.array(
    [[Bar.MIN_TIER, 0], [0, Bar.MAX_TIER], [Bar.FIXED_TIER, 0], [Bar.NOT_OFFERED, 0]], dtype=np.int8
)
PROBLEM = with_resource(
    simple_problem([[1, 4]] * 4, [[5, 0]] * 4, barred=BARRED), [[1, 2]] * 4, 120.0, 10.0
).replace(
    budget=900_000.0,
    max_tiers=1,
    max_changes=3,
    min_service_level=0.925,
    max_lost_sales=1234.5,
    rules=(
        Rule("gold floor", RuleKind.MIN_IN_TIER, (0, 1, 2, 3), tier=1, value=7.0),
        Rule("R1", RuleKind.NOT_BELOW, (0,), (1, 2)),
        Rule("R2", RuleKind.SAME_TIER, (0, 1, 2, 3)),
        Rule("R3", RuleKind.MIN_SERVICE_LEVEL, (0,), value=0.95),
    ),
)
TOLD = {
    "budget": "budget 900,000",
    "max_tiers": "at most 1 mode on the menu",
    "max_changes": "at most 3 changes",
    "min_service_level": "service level at least 92.5 %",
    "max_lost_sales": "lost business at most 1,234.5",
    "hours": "hours 120 and 10 extra",
    "gold floor": "gold floor: at least 7 of 4 cities in t1",
    "R1": "R1: s0 not below s1, s2",
    "R2": "R2: one mode for s0, s1, s2 and 1 more",
    "R3": "R3: service level at least 95 % for s0",
    "min_tier[s0]": "t1 floor of s0",
    "max_tier[s1]": "t0 ceiling of s1",
    "fixed_tier[s2]": "s2 pinned to t1",
    "allowed[s3]": "s3 may not have t0",
}


def test_every_demand_has_its_words():
    """Each kind, with the case's own words for segment, tier and lost sales."""
    wording = Wording(PROBLEM, WORDS)
    assert {d.name: wording.demand(d) for d in demands_of(PROBLEM)} == TOLD


def test_contracts_of_a_tier_are_told_by_their_number():
    """Two floors are one line, with the segments beside it."""
    barred = np.zeros((4, 2), dtype=np.int8)
    barred[:3, 0] = Bar.MIN_TIER
    problem = PROBLEM.replace(barred=barred)
    wording = Wording(problem, WORDS)
    floors = [d for d in demands_of(problem) if d.is_bar]
    assert [(g.words, g.segments) for g in wording.grouped(floors)] == [
        ("t1 floor of 3 cities", ("s0", "s1", "s2"))
    ]
    grouped = [d for d in demands_of(problem, ContractsBy.TIER) if d.is_bar]
    assert [g.words for g in wording.grouped(grouped)] == ["t1 floor of 3 cities"]


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("budget", (900_000, 934_200), "raise the budget to 934,200 from 900,000"),
        ("max_tiers", (1, 2), "allow 2 modes on the menu, not 1"),
        ("max_changes", (3, 4), "allow 4 changes, not 3"),
        ("hours", (120, 134), "get 14 more hours: 134 in place of 120"),
        ("gold floor", (7, 5), "lower the rule gold floor to 5 from 7"),
        ("R3", (0.95, 0.9), "lower the rule R3 to 90 % from 95 %"),
        ("R1", None, "drop the rule R1"),
        ("min_tier[s0]", None, "release the floor of s0"),
        ("fixed_tier[s2]", None, "release the pin of s2"),
    ],
)
def test_every_change_has_its_words(name, change, told):
    """What to do, with both numbers."""
    demand = next(d for d in demands_of(PROBLEM) if d.name == name)
    before, after = change or (None, None)
    asked = Change(demand, before=before, after=after)
    assert Wording(PROBLEM, WORDS).change(asked) == told


@pytest.mark.parametrize(
    ("value", "told"), [(934_200.0, "934,200"), (0.925, "0.925"), (-0.0, "0"), (-5.5, "−5.5")]
)
def test_figures_are_told_in_full(value, told):
    """Thousands separators, no letters for thousands, no noise of floats."""
    assert number(value) == told


def test_without_a_least_a_limit_goes_where_a_known_plan_needs_it(monkeypatch):
    """Where no least is found in the time, the repair is a plan all the same, and says so."""
    monkeypatch.setattr(repairs, "least", lambda *asked: Least(Status.NO_PLAN))
    problem = simple_problem([[1, 4]] * 3, [[5, 0]] * 3, budget=2.0)
    found = Repairer(problem, Way(Options()), {"budget": 1.0}).repair(
        demands_of(problem), np.array([0, 1, 0])
    )
    assert [(c.after, c.is_proven) for c in found.changes] == [(6.0, False)]
    assert not found.evaluation.violations
