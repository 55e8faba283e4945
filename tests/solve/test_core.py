"""The exact core against every choice there is, and its answers where there is little to solve."""

from __future__ import annotations

import math

import numpy as np
import pytest
from shared_row_problems import Sort, any_sort, best_of_all, make_rows, rounding_of

from slopt.plan.replay import replay
from slopt.problem.shared_rows import SharedRowProblem
from slopt.solve.core import is_available, solve_core, supports
from slopt.solve.highs import Options
from slopt.solve.start import Start
from slopt.vocabulary import Status

pytestmark = pytest.mark.skipif(not is_available(), reason="the compiled core is not built")

EXACT = Options(gap=0.0, time_limit_s=20.0)


def must_be_right(problem, options=EXACT, **more):
    """Solve, compare with every choice, replay the proof; the answer."""
    answer = solve_core(problem, options, log=True, **more)
    best = best_of_all(problem)
    allowance = rounding_of(problem)
    if best is None:
        assert answer.status is Status.INFEASIBLE
        assert answer.choice is None
        if answer.prices is None:
            assert replay(problem, answer.proof) == math.inf
        else:
            assert free(problem).dual(answer.prices)[0] > 0
        return answer
    assert answer.status is Status.OPTIMAL
    value, feasible = problem.value(answer.choice)
    assert feasible
    assert value == answer.objective
    assert value <= best + options.gap * abs(value) + allowance
    assert answer.bound <= best
    assert value - answer.bound <= options.gap * abs(value) + allowance
    assert answer.root_bound <= best + allowance
    assert replay(problem, answer.proof) <= best
    return answer


def free(problem):
    """The same rows when nothing costs anything."""
    return problem.replace(
        cost=np.zeros_like(problem.cost), extra_cost=np.zeros_like(problem.extra_cost), offset=0.0
    )


@pytest.mark.parametrize("seed", range(400))
def test_small_problems_of_every_sort_get_the_best_choice_and_a_proof(seed):
    """All sorts at once, at gap 0 and looser ones: best choice, bound below it, proof replayed."""
    rng = np.random.default_rng(seed)
    gap = [0.0, 0.0, 1e-6, 1e-2][seed % 4]
    must_be_right(make_rows(any_sort(rng), seed), Options(gap, 20.0))


@pytest.mark.parametrize("rows", range(11))
def test_any_number_of_rows_from_none_to_ten(rows):
    """No row at all, and ten that all bind, are answered alike."""
    for seed in range(4):
        must_be_right(make_rows(Sort(5, 4, rows, slack=0.02), seed))


@pytest.mark.parametrize(
    "sort",
    [
        Sort(7, 3, 2, equal=True),
        Sort(7, 3, 3, equal=True, whole=True),
        Sort(7, 3, 3, equal=True, extras=True),
        Sort(5, 4, 3, whole=True, slack=0.0),
        Sort(5, 4, 3, whole=True, short=1.0, slack=0.0),
        Sort(5, 4, 3, giant=True),
        Sort(5, 4, 4, floors=0.5),
        Sort(5, 4, 3, forbidden=0.5),
        Sort(5, 4, 3, free=True),
        Sort(5, 4, 4, extras=True, slack=0.0, short=3.0),
        Sort(5, 4, 3, correlated=True),
    ],
    ids=str,
)
def test_awkward_sorts_on_their_own(sort):
    """Equal segments, whole numbers, limits missed by a unit, a giant, floors, extras and so on."""
    for seed in range(6):
        must_be_right(make_rows(sort, seed))


def test_equal_segments_are_decided_by_counts():
    """200 segments of two kinds take fewer nodes than they have ways to be told apart."""
    problem = make_rows(Sort(200, 4, 3, slack=0.02), 3)
    like = np.arange(200) % 2
    problem = problem.replace(
        cost=problem.cost[like],
        use=tuple(row[like] for row in problem.use),
        limit=problem.limit * 0.9,
    )
    answer = solve_core(problem, EXACT, log=True)
    assert answer.status is Status.OPTIMAL
    assert answer.nodes < 200
    assert replay(problem, answer.proof) <= answer.objective


def test_whole_costs_close_the_gap_below_one_unit():
    """Where costs are multiples of 0.25 the bound is a multiple too, and meets the plan."""
    problem = make_rows(Sort(60, 5, 3, whole=True), 5)
    problem = problem.replace(cost=problem.cost * 0.25)
    answer = solve_core(problem, EXACT, log=True)
    assert answer.objective - answer.bound < 1e-9
    assert replay(problem, answer.proof) == pytest.approx(answer.objective, abs=1e-9)


def test_a_row_that_cannot_bind_has_no_price():
    """A limit that the dearest choice keeps is free."""
    problem = make_rows(Sort(20, 4, 2), 1)
    most = np.where(problem.allowed, problem.use[0], -np.inf).max(axis=1).sum()
    problem = problem.replace(limit=np.array([most + 1, problem.limit[1]]))
    assert solve_core(problem, EXACT).prices[0] == 0


def test_a_segment_without_tiers_is_infeasible():
    """Nothing can be chosen for it, whatever the prices."""
    problem = make_rows(Sort(3, 2, 1), 1)
    problem = problem.replace(allowed=np.array([[True, True], [False, False], [True, True]]))
    assert solve_core(problem, EXACT).status is Status.INFEASIBLE


def test_a_good_start_changes_nothing_but_the_time():
    """Prices and plan of an earlier answer lead to the same value."""
    problem = make_rows(Sort(120, 5, 4), 8)
    first = solve_core(problem, EXACT)
    again = solve_core(problem, EXACT, Start(first.prices, first.choice))
    assert again.objective == pytest.approx(first.objective, rel=1e-11)
    assert again.status is Status.OPTIMAL


@pytest.mark.parametrize(
    "start",
    [
        Start(np.array([np.nan, 1.0, 1.0]), None),
        Start(np.array([1e12, 0.0, -5.0]), None),
        Start(np.zeros(7), np.zeros(2, dtype=np.int64)),
        Start(None, np.full(40, 99)),
        Start(None, np.zeros(40, dtype=np.int64)),
    ],
    ids=["not a number", "far off", "wrong shapes", "no such tier", "infeasible"],
)
def test_a_bad_start_does_no_harm(start):
    """Prices and choices that fit badly or not at all are put aside."""
    problem = make_rows(Sort(40, 4, 3), 2)
    expected = solve_core(problem, EXACT).objective
    assert solve_core(problem, EXACT, start).objective == pytest.approx(expected, rel=1e-11)


def test_nothing_is_wanted_at_the_cutoff_or_above():
    """A cutoff at the best value leaves nothing; one above it leaves the best choice."""
    problem = make_rows(Sort(30, 4, 3), 4)
    best = solve_core(problem, EXACT).objective
    none = solve_core(problem, EXACT, cutoff=best, log=True)
    assert (none.status, none.choice) == (Status.OPTIMAL, None)
    assert best * (1 - 1e-10) < none.bound <= best
    assert replay(problem, none.proof) <= best
    some = solve_core(problem, EXACT, cutoff=best + 0.01 * abs(best))
    assert some.objective == pytest.approx(best, rel=1e-11)


def test_the_same_question_gets_the_same_answer():
    """Choice, bound and number of nodes do not change from run to run."""
    problem = make_rows(Sort(150, 5, 4), 11)
    one, two = (solve_core(problem, Options(1e-6, 20.0)) for _ in range(2))
    assert np.array_equal(one.choice, two.choice)
    assert (one.bound, one.nodes) == (two.bound, two.nodes)


def test_more_than_63_tiers_are_refused_beforehand():
    """`supports` says so, and so does a clear error."""
    wide = SharedRowProblem(
        np.zeros((1, 64)),
        (),
        np.ones((1, 64), dtype=bool),
        np.zeros(0),
        (),
        np.zeros(0, dtype=bool),
    )
    assert not supports(wide)
    with pytest.raises(ValueError, match="63 tiers"):
        solve_core(wide, EXACT)
    assert supports(make_rows(Sort(3, 4, 2), 1))


def test_sixty_three_tiers_are_taken():
    """The highest tier has a place in the masks."""
    problem = make_rows(Sort(2, 63, 2, slack=0.0), 6)
    must_be_right(problem)
