"""Leaving segments out of a problem, and putting equal ones together, changes no choice's worth."""

from __future__ import annotations

import numpy as np
import pytest
from shared_row_problems import Sort, best_of_all, make_rows

from slopt.solve.prices.equal_segments import kinds_of, share_out
from slopt.solve.prices.reduction import reduce_by_cost, restrict


@pytest.mark.parametrize("seed", range(6))
def test_a_choice_of_a_part_is_worth_what_it_is_in_the_whole(seed):
    """With the others folded in, objective and feasibility of every choice are the same."""
    problem = make_rows(Sort(30, 4, 3, slack=0.1, extras=True), seed)
    rng = np.random.default_rng(seed)
    decided = np.array([rng.choice(np.flatnonzero(row)) for row in problem.allowed])
    places = np.sort(rng.choice(30, 8, replace=False))
    own = np.arange(30)
    cost, use = float(problem.cost[own, decided].sum()), problem.used(decided)
    part = restrict(problem, places, cost, use, decided[places])
    for _ in range(20):
        choice = np.array([rng.choice(np.flatnonzero(row)) for row in part.problem.allowed])
        value, feasible = part.problem.value(choice)
        whole, kept = problem.value(part.spread(decided, choice))
        assert value == pytest.approx(whole, rel=1e-12, abs=1e-9)
        assert feasible == kept


@pytest.mark.parametrize("seed", range(12))
def test_what_is_left_out_by_cost_is_in_no_better_choice(seed):
    """The best of what is left is the best of all, when the cut-off is anything above it."""
    problem = make_rows(Sort(6, 4, 3, slack=0.1), seed)
    best = best_of_all(problem)
    at = np.random.default_rng(seed).uniform(0, 1, 3)
    bound, _ = problem.dual(at)
    reduction, decided = reduce_by_cost(problem, at, bound, best + 0.5)
    assert best_of_all(reduction.problem) == pytest.approx(best, rel=1e-12, abs=1e-9)
    assert len(decided) == 6
    assert reduction.problem.allowed.sum(axis=1).min(initial=2) > 1


def test_without_a_cut_off_nothing_is_left_out_but_the_decided():
    """With no plan known, every segment that has two tiers stays, with all of them."""
    problem = make_rows(Sort(40, 3, 2, forbidden=0.6), 1)
    reduction, _ = reduce_by_cost(problem, np.zeros(2), problem.dual(np.zeros(2))[0], np.inf)
    several = problem.allowed.sum(axis=1) > 1
    assert np.array_equal(reduction.places, np.flatnonzero(several))
    assert np.array_equal(reduction.problem.allowed, problem.allowed[several])


def test_equal_segments_become_one_with_the_bound_of_all():
    """At any prices the kinds together give the bound of the segments."""
    problem = make_rows(Sort(60, 4, 3, equal=True), 2)
    kinds = kinds_of(problem)
    assert len(kinds.problem.cost) < 60
    for at in np.random.default_rng(3).uniform(0, 2, (5, 3)):
        assert kinds.problem.dual(at)[0] == pytest.approx(problem.dual(at)[0], rel=1e-12)
    for kind in range(len(kinds.problem.cost)):
        members = np.flatnonzero(kinds.of == kind)
        same = np.where(problem.allowed[members], problem.cost[members], 0.0)
        assert (same == same[0]).all()


def test_segments_that_differ_where_they_may_not_choose_are_equal():
    """Numbers of pairs that are not allowed are ignored, which pairs those are is not."""
    problem = make_rows(Sort(2, 3, 1), 4)
    allowed = np.array([[True, True, False]] * 2)
    cost = np.array([[1.0, 2.0, 3.0], [1.0, 2.0, 4.0]])
    use = (np.array([[5.0, 6.0, 7.0], [5.0, 6.0, 8.0]]),)
    alike = problem.replace(cost=cost, use=use, allowed=allowed)
    assert len(kinds_of(alike).problem.cost) == 1
    allowed = np.array([[True, True, False], [True, True, True]])
    assert len(kinds_of(alike.replace(allowed=allowed)).problem.cost) == 2


def test_shares_become_whole_numbers_of_segments():
    """Every segment gets a tier, and no tier of a kind is off its share by a whole segment."""
    problem = make_rows(Sort(47, 4, 2, equal=True), 5)
    kinds = kinds_of(problem)
    share = np.random.default_rng(6).dirichlet(np.ones(4), len(kinds.problem.cost))
    choice = share_out(kinds, share)
    for kind, wanted in enumerate(share):
        members = choice[kinds.of == kind]
        counts = np.bincount(members, minlength=4)
        assert np.all(np.abs(counts - wanted * len(members)) < 1)
