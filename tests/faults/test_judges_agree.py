"""SCIP, trying all choices and every route of slopt about the same problems."""

from __future__ import annotations

import numpy as np
import pytest
from strategies import GOALS, random_problem, simple_problem, with_resource

pytest.importorskip("pyscipopt", reason="SCIP comes with PySCIPOpt, of the dev group")

from judges import quarrels
from scip_oracle import ask_scip

from slopt.problem.rules import Rule
from slopt.vocabulary import RuleKind


@pytest.mark.parametrize("goal", GOALS)
def test_all_judges_say_the_same(goal):
    """Random problems with menus, orderings, soft rules, extra units and all limits."""
    for seed in range(7000, 7006):
        assert quarrels(random_problem(seed, goal=goal)) == [], seed


def test_judges_agree_beyond_what_can_be_tried():
    """Sixteen segments have more choices than anyone tries; SCIP judges alone."""
    for seed in range(7100, 7103):
        assert quarrels(random_problem(seed, segments=16)) == [], seed


def test_scip_counts_extra_units_that_earn_something():
    """An extra unit that is cheaper than a normal one is bought where it is used, nowhere else."""
    problem = simple_problem([[5, 9], [5, 9]], [[9, 1], [9, 1]])
    problem = with_resource(problem, [[1, 3], [1, 3]], capacity=4, extra=2, premium=-1)
    assert ask_scip(problem).objective == pytest.approx(18)  # two extra units, one less each
    assert ask_scip(problem.replace(extra_premium=np.array([1.0]))).objective == pytest.approx(22)


def test_the_comparison_would_notice_a_wrong_answer(monkeypatch):
    """A route that leaves out a soft rule is found out."""
    rule = Rule("together", RuleKind.SAME_TIER, (0, 1), penalty=3.0)
    problem = simple_problem([[1, 9], [9, 1]], [[0, 0], [0, 0]], rules=(rule,))
    assert quarrels(problem) == []
    from slopt.solve import solve as solving

    def forgetful(problem, *options):
        return solving.solve(problem.replace(rules=()), *options)

    monkeypatch.setattr("judges.solve", forgetful)
    assert quarrels(problem)
