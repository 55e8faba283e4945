"""The exact core against HiGHS on the same numbers, and how it heeds its limits."""

from __future__ import annotations

import itertools
import math
import sys

import numpy as np
import pytest
from shared_row_problems import Sort, make_rows

from slopt.plan.replay import replay
from slopt.solve import core
from slopt.solve.core import is_available, solve_core
from slopt.solve.highs import Options, run
from slopt.solve.outcome import relative_gap
from slopt.solve.shared_program import program_of
from slopt.vocabulary import Status

pytestmark = pytest.mark.skipif(not is_available(), reason="the compiled core is not built")

HARD = Sort(400, 6, 6, correlated=True, slack=0.001)


@pytest.mark.parametrize(
    ("sort", "seed"),
    [
        *((Sort(20, 5, 3), seed) for seed in range(6)),
        *((Sort(25, 4, 4, extras=True, slack=0.0), seed) for seed in range(6)),
        *((Sort(40, 4, 3, equal=True), seed) for seed in range(3)),
        *((Sort(40, 5, 3, whole=True), seed) for seed in range(3)),
        *((Sort(40, 5, 3, floors=0.5), seed) for seed in range(3)),
        *((Sort(60, 5, 2, giant=True), seed) for seed in range(3)),
        (Sort(150, 5, 2), 1),
        (Sort(333, 5, 1), 1),
    ],
    ids=str,
)
def test_the_core_and_highs_agree(sort, seed):
    """Neither finds a choice below the other's bound; the core's proof replays."""
    problem = make_rows(sort, seed)
    gap = 1e-6
    ours = solve_core(problem, Options(gap, 20.0), log=True)
    theirs = run(program_of(problem), Options(gap, 20.0))
    assert (ours.status is Status.INFEASIBLE) == (theirs.status is Status.INFEASIBLE)
    if ours.status is Status.INFEASIBLE:
        return
    room = 1e-7 * (1 + abs(ours.objective))
    assert ours.status is Status.OPTIMAL
    assert problem.value(ours.choice)[1]
    assert relative_gap(ours.objective, ours.bound) <= gap
    assert ours.bound <= theirs.objective + room
    assert theirs.bound <= ours.objective + room
    assert replay(problem, ours.proof) <= ours.objective


def test_many_segments_start_from_samples():
    """Beyond 4,000 segments prices are sought on a part first; the gap is reached all the same."""
    problem = make_rows(Sort(9000, 4, 3), 1)
    answer = solve_core(problem, Options(1e-6, 20.0))
    assert answer.status is Status.OPTIMAL
    assert answer.root_bound == pytest.approx(problem.dual(answer.prices)[0])
    assert relative_gap(answer.objective, answer.bound) <= 1e-6


def test_the_time_limit_leaves_a_plan_and_its_true_gap():
    """Out of time is FEASIBLE, with a bound that holds and can be replayed."""
    problem = make_rows(HARD, 1)
    answer = solve_core(problem, Options(0.0, 0.2), log=True)
    assert answer.status is Status.FEASIBLE
    assert answer.root_bound <= answer.bound + 1e-6
    assert answer.bound < answer.objective
    assert replay(problem, answer.proof) <= answer.objective


def test_no_time_at_all_is_survived():
    """With no second to spend there is still a bound, and no crash."""
    answer = solve_core(make_rows(HARD, 1), Options(0.0, 0.0))
    assert answer.status in (Status.FEASIBLE, Status.NO_PLAN)
    assert math.isfinite(answer.bound)


def test_the_memory_limit_is_kept():
    """A tree that outgrows its memory gives up its log first, then ends with what it has."""
    answer = solve_core(make_rows(HARD, 1), Options(0.0, 30.0), log=True, memory_mb=1)
    assert answer.status is Status.FEASIBLE
    assert answer.seconds < 30


def test_progress_is_told_and_never_falls_back():
    """Bounds rise, plans fall, nodes grow."""
    told = []
    solve_core(make_rows(HARD, 1), Options(0.0, 0.3), progress=told.append)
    assert len(told) > 1
    for before, after in itertools.pairwise(told):
        assert before.bound <= after.bound
        assert before.nodes <= after.nodes
        assert before.objective is None or after.objective <= before.objective


def test_an_interrupt_keeps_the_best_plan():
    """Ctrl-C between two stretches of work gives INTERRUPTED with plan and bound."""

    def interrupt(progress):
        if progress.nodes > 200:
            raise KeyboardInterrupt

    answer = solve_core(make_rows(HARD, 1), Options(0.0, 20.0), progress=interrupt)
    assert answer.status is Status.INTERRUPTED
    assert answer.choice is not None
    assert answer.bound <= answer.objective


def test_without_the_compiled_part_it_says_so(monkeypatch):
    """`is_available` is false where the module cannot be imported."""
    monkeypatch.setitem(sys.modules, "slopt.solve.native.core", None)
    assert not core.is_available()


@pytest.mark.parametrize("factor", [2.0**-20, 2.0**20])
def test_units_of_money_and_of_rows_do_not_matter(factor):
    """Costs, or a row and its limit, times a power of two: the same choice."""
    problem = make_rows(Sort(80, 5, 3), 6)
    options = Options(1e-6, 20.0)
    expected = solve_core(problem, options).choice
    dearer = problem.replace(cost=problem.cost * factor, offset=problem.offset * factor)
    assert np.array_equal(solve_core(dearer, options).choice, expected)
    used = (problem.use[0] * factor, *problem.use[1:])
    limit = problem.limit * np.array([factor, 1, 1])
    assert np.array_equal(
        solve_core(problem.replace(use=used, limit=limit), options).choice, expected
    )
