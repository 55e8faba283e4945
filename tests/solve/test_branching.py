"""Menus and orderings by branching, held against brute force; so is each node solved."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from oracles import brute_force
from strategies import random_problem, simple_problem

from slopt.problem.rules import Rule
from slopt.problem.sharing import obstacle, share
from slopt.solve.branching import solve_coupled
from slopt.solve.coupling import coupling_of
from slopt.solve.highs import Options
from slopt.solve.outcome import PricedAnswer
from slopt.vocabulary import RuleKind, Status


def try_all(rows, options, start, cutoff):
    """The best choice of shared rows, all tried; stands in for the exact core."""
    best, value = None, math.inf
    open_to = [np.flatnonzero(own) for own in rows.allowed]
    for choice in itertools.product(*open_to):
        worth, feasible = rows.value(np.array(choice))
        if feasible and worth < value:
            best, value = np.array(choice), worth
    if best is None:
        return PricedAnswer(Status.INFEASIBLE)
    if value >= cutoff:
        return PricedAnswer(Status.OPTIMAL, bound=cutoff)
    return PricedAnswer(Status.OPTIMAL, best, value, value, np.zeros(len(rows.names)))


def coupled_answer(problem, solver=try_all, options=None):
    """The answer, and the merged segments."""
    sharing = share(problem)
    coupling = coupling_of(problem, sharing)
    return solve_coupled(sharing.rows, coupling, options or Options(gap=0.0), solver), sharing


def test_branching_finds_what_brute_force_finds():
    """Random problems with menus, orderings and groups: the same worth, or no plan for both."""
    met = {True: 0, False: 0}
    for seed in range(3000, 3300):
        problem = random_problem(seed)
        if obstacle(problem) or not problem.admissible.any(axis=1).all():
            continue
        if coupling_of(problem, share(problem)).is_empty:
            continue
        answer, _ = coupled_answer(problem)
        best, its = brute_force(problem)
        met[best is not None] += 1
        if best is None:
            assert answer.status is Status.INFEASIBLE
            continue
        sense = -1.0 if problem.goal.maximises else 1.0
        assert answer.status is Status.OPTIMAL
        assert sense * answer.objective == pytest.approx(its.objective, rel=1e-9, abs=1e-9)
        assert answer.bound <= answer.objective + 1e-9
    assert min(met.values()) > 20


def test_a_segment_is_not_compared_with_itself():
    """Both groups hold s0: it may be lower than nobody else, and equal to itself at any rank."""
    rule = Rule("order", RuleKind.NOT_BELOW, (0, 1), (0, 2))
    problem = simple_problem([[1, 9, 9], [9, 1, 9], [1, 9, 9]], [[0, 0, 0]] * 3, rules=(rule,))
    answer, sharing = coupled_answer(problem)
    _, its = brute_force(problem)
    assert answer.objective == pytest.approx(its.objective)
    assert sharing.spread(answer.choice).tolist() == [0, 1, 0]


def test_the_number_of_tiers_is_kept_without_open_costs():
    """Three segments that each want a tier of their own, and two tiers at most."""
    cost = [[1, 8, 8], [8, 1, 8], [8, 8, 2]]
    problem = simple_problem(cost, [[0, 0, 0]] * 3, max_tiers=2)
    answer, _ = coupled_answer(problem)
    assert len(np.unique(answer.choice)) == 2
    assert answer.objective == pytest.approx(10.0)


def test_time_out_keeps_the_plan_and_an_honest_bound():
    """Without time the search ends with no plan; with a node's gap its bound stays below."""
    problem = simple_problem([[1, 8], [8, 1]], [[0, 0]] * 2, open_cost=np.array([3.0, 3.0]))
    none, _ = coupled_answer(problem, options=Options(gap=0.0, time_limit_s=0.0))
    assert none.status is Status.NO_PLAN
    assert none.choice is None

    def rough(rows, options, start, cutoff):
        answer = try_all(rows, options, start, math.inf)
        return PricedAnswer(
            Status.FEASIBLE, answer.choice, answer.objective, answer.objective - 1.0
        )

    answer, _ = coupled_answer(problem, rough)
    assert answer.status is Status.FEASIBLE
    assert answer.bound <= 8.0 <= answer.objective


def test_interruption_ends_the_search_with_what_is_known():
    """A node that is interrupted after a plan was found: the plan stays, the status says so."""
    problem = simple_problem([[1, 8], [8, 1]], [[0, 0]] * 2, open_cost=np.array([3.0, 3.0]))
    calls = []

    def interrupted(rows, options, start, cutoff):
        calls.append(1)
        if len(calls) > 1:
            return PricedAnswer(Status.INTERRUPTED)
        return try_all(rows, options, start, cutoff)

    answer, _ = coupled_answer(problem, interrupted)
    assert answer.status is Status.INTERRUPTED
    assert answer.choice is not None
    assert answer.bound < answer.objective
