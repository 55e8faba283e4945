"""The price method against every choice there is, against HiGHS, and against itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from shared_row_problems import Sort, any_sort, best_of_all, make_rows, rounding_of

from slopt.problem.shared_rows import SharedRowProblem
from slopt.solve import core, prices
from slopt.solve.highs import Options, run
from slopt.solve.prices import coordinator, exact_prices, finishing, oracle, repair, solve_prices
from slopt.solve.prices.coordinator import coordinate
from slopt.solve.prices.oracle import LocalOracle, compiled
from slopt.solve.shared_program import choice_of, prices_of, program_of
from slopt.solve.start import Start
from slopt.vocabulary import Status

EXACT = Options(gap=0.0, time_limit_s=20.0)
AWKWARD = [
    Sort(6, 3, 2, equal=True),
    Sort(6, 3, 3, equal=True, whole=True),
    Sort(5, 4, 3, whole=True, short=1.0, slack=0.0),
    Sort(5, 4, 3, giant=True),
    Sort(5, 4, 4, floors=0.5),
    Sort(5, 4, 3, free=True),
    Sort(5, 4, 4, extras=True, slack=0.0, short=3.0),
    Sort(4, 3, 9, slack=0.0),
]


@pytest.fixture
def without_compiler(monkeypatch):
    """As if no compiled module had been built."""
    for module in (oracle, exact_prices, repair, coordinator):
        monkeypatch.setattr(module, "compiled", lambda: None)
    monkeypatch.setattr(core, "is_available", lambda: False)


@pytest.fixture
def many_is_few(monkeypatch):
    """Samples, Newton's method and near ties already at a few hundred segments."""
    monkeypatch.setattr(coordinator, "FEW", 64)
    monkeypatch.setattr(coordinator, "SAMPLE", 40)
    monkeypatch.setattr(coordinator, "LARGE_SAMPLE", 80)
    monkeypatch.setattr(coordinator, "NEAR", 50)
    monkeypatch.setattr(oracle, "CHUNK", 64)
    monkeypatch.setattr(oracle, "THREADS_FROM", 128)
    monkeypatch.setattr(prices, "EXACTLY", 100)


def must_be_right(problem, answer, gap):
    """The answer is proven, and the plan, the bound and the prices are what they claim to be."""
    best = best_of_all(problem)
    if best is None:
        assert answer.status is Status.INFEASIBLE
        assert answer.choice is None
        assert answer.prices is None or proves_infeasible(problem, answer.prices)
        return
    assert answer.status is Status.OPTIMAL
    must_hold(problem, answer)
    allowance = rounding_of(problem)
    assert answer.bound <= best + allowance
    assert best <= answer.objective + allowance <= best + gap * abs(best) + 2 * allowance


def must_hold(problem, answer):
    """Plan feasible and worth what is said, bounds in order, root bound that of the prices."""
    value, feasible = problem.value(answer.choice)
    assert feasible
    assert value == pytest.approx(answer.objective, rel=1e-12, abs=1e-9)
    assert answer.bound <= answer.objective
    if answer.prices is not None:
        assert (answer.prices >= 0).all()
        size = abs(answer.objective) + float(answer.prices @ np.abs(problem.limit))
        at_root = min(problem.dual(answer.prices)[0], answer.objective)
        assert answer.root_bound == pytest.approx(at_root, abs=1e-11 * size)


def proves_infeasible(problem, ray):
    """At these prices even the least use exceeds the limits."""
    if not problem.allowed.any(axis=1).all():
        return True
    free = problem.replace(
        cost=np.zeros_like(problem.cost), extra_cost=np.zeros_like(problem.extra_cost), offset=0.0
    )
    return free.dual(ray)[0] > 0


@pytest.mark.parametrize("seed", range(120))
def test_small_problems_of_every_sort_are_solved_outright(seed):
    """All sorts at once, at several gaps: the plan is within the gap of the best of all."""
    problem = make_rows(any_sort(np.random.default_rng(seed)), seed)
    gap = [0.0, 1e-6, 1e-2][seed % 3]
    must_be_right(problem, solve_prices(problem, Options(gap, 20.0)), gap)


@pytest.mark.parametrize("sort", AWKWARD, ids=str)
def test_awkward_sorts_on_their_own(sort):
    """Equal segments, whole numbers, a giant, floors, extras, many rows: all proven."""
    for seed in range(4):
        problem = make_rows(sort, seed)
        must_be_right(problem, solve_prices(problem, EXACT), 0.0)


@pytest.mark.parametrize("sort", AWKWARD, ids=str)
def test_the_same_holds_without_the_compiled_parts(sort, without_compiler):
    """NumPy for the pass and the repair, HiGHS for prices and proof: the same answers."""
    for seed in range(2):
        problem = make_rows(sort, seed)
        must_be_right(problem, solve_prices(problem, EXACT), 0.0)


@pytest.mark.parametrize("segments", [20, 60])
@pytest.mark.parametrize("seed", range(3))
def test_highs_finds_nothing_better_and_the_same_prices(segments, seed):
    """Plan and bound agree with HiGHS, the root bound is that of its linear program."""
    problem = make_rows(Sort(segments, 5, 4, slack=0.02, floors=0.2), seed)
    answer = solve_prices(problem, Options(1e-4, 20.0))
    must_hold(problem, answer)
    program = program_of(problem)
    theirs = run(program, Options(1e-3, 20.0))
    assert theirs.bound <= answer.objective + rounding_of(problem)
    assert answer.bound <= theirs.objective + rounding_of(problem)
    relaxed = run(program.relaxed(), Options())
    assert answer.root_bound == pytest.approx(relaxed.objective, rel=1e-9)
    bound, _ = problem.dual(prices_of(program, relaxed.row_duals, 4))
    assert bound == pytest.approx(answer.root_bound, rel=1e-8)
    value, _ = problem.value(choice_of(program, theirs.values, segments))
    assert value == pytest.approx(theirs.objective, rel=1e-9)


@pytest.mark.parametrize(
    "sort",
    [
        Sort(700, 4, 3, slack=0.0),
        Sort(700, 4, 3, slack=0.0, giant=True),
        Sort(700, 5, 3, slack=0.0, equal=True),
        Sort(700, 3, 6, slack=0.0, floors=0.4),
        Sort(700, 4, 4, slack=0.0, extras=True),
        Sort(700, 4, 2, slack=0.0, whole=True, correlated=True),
    ],
    ids=str,
)
def test_samples_and_near_ties_lead_to_the_prices_of_the_linear_program(sort, many_is_few):
    """From samples and sums alone the same bound as from all segments at once, and a plan."""
    problem = make_rows(sort, 1)
    answer = solve_prices(problem, Options(1e-3, 20.0))
    assert answer.status is Status.OPTIMAL
    must_hold(problem, answer)
    relaxed = run(program_of(problem).relaxed(), Options())
    assert answer.root_bound <= relaxed.objective + rounding_of(problem)
    assert answer.root_bound == pytest.approx(relaxed.objective, rel=1e-5)


def test_the_coordinator_needs_nothing_but_the_oracle(many_is_few):
    """Prices come from any object that gives sums, samples and near ties."""
    problem = make_rows(Sort(600, 4, 3, slack=0.0), 2)
    local = LocalOracle(problem)

    class Elsewhere:
        rows, segments = local.rows, local.segments
        sample, evaluate, near_ties = local.sample, local.evaluate, local.near_ties

    found = coordinate(Elsewhere(), Options(1e-6))
    assert found.bound == pytest.approx(problem.dual(found.prices)[0], rel=1e-12)
    assert found.best


@pytest.mark.skipif(compiled() is None, reason="the compiled pass is not built")
@pytest.mark.parametrize("tiers", [1, 2, 3, 6, 7, 9])
def test_the_compiled_pass_is_that_of_numpy(tiers, monkeypatch):
    """Sums, tiers, gaps and curvature of the two are the same, blocks that end early included."""
    problem = make_rows(Sort(333, tiers, 4, forbidden=0.3), tiers)
    at = np.array([0.3, 0.0, 1.5, 0.01])
    fast, slow = LocalOracle(problem), LocalOracle(problem)
    slow._native = None
    for window in (0.5, 5.0):
        one, other = fast.evaluate(at, window), slow.evaluate(at, window)
        assert one.total == pytest.approx(other.total, rel=1e-13)
        assert one.use == pytest.approx(other.use, rel=1e-13)
        assert one.curvature == pytest.approx(other.curvature, rel=1e-12)
        assert one.near == other.near
    assert np.array_equal(fast.tier, slow.tier)
    assert np.array_equal(fast.gap, slow.gap)
    assert np.array_equal(fast.tier, problem.dual(at)[1])
    choice = fast.tier.astype(np.int64)
    for theirs, ours in zip(slow.chosen(choice), fast.chosen(choice), strict=True):
        assert ours == pytest.approx(theirs, rel=1e-13)


def test_threads_change_no_sum(many_is_few, monkeypatch):
    """Sums are added chunk by chunk in order, whoever made them."""
    problem = make_rows(Sort(1000, 4, 3), 3)
    at = np.array([0.4, 0.2, 0.1])
    with_threads = LocalOracle(problem).evaluate(at, 1.0)
    monkeypatch.setattr(oracle, "THREADS_FROM", 10**9)
    alone = LocalOracle(problem).evaluate(at, 1.0)
    assert with_threads.total == alone.total
    assert np.array_equal(with_threads.use, alone.use)
    assert np.array_equal(with_threads.curvature, alone.curvature)


def test_order_of_segments_changes_nothing_but_the_order():
    """Shuffled segments have the same bound, and a plan within the same gap of it."""
    problem = make_rows(Sort(300, 5, 3, slack=0.0), 4)
    order = np.random.default_rng(1).permutation(300)
    shuffled = problem.replace(
        cost=problem.cost[order],
        use=tuple(use[order] for use in problem.use),
        allowed=problem.allowed[order],
    )
    one, other = (solve_prices(each, Options(1e-5)) for each in (problem, shuffled))
    assert one.root_bound == pytest.approx(other.root_bound, rel=1e-12)
    assert one.objective == pytest.approx(other.objective, rel=2e-5)


def test_scale_of_costs_and_rows_changes_nothing_but_the_scale():
    """Costs times 2^20 and a row times 2^-30: the same choice, objective times 2^20."""
    problem = make_rows(Sort(300, 5, 3, slack=0.0), 5)
    scaled = problem.replace(
        cost=problem.cost * 2.0**20,
        use=(problem.use[0] * 2.0**-30, *problem.use[1:]),
        limit=problem.limit * np.array([2.0**-30, 1.0, 1.0]),
        offset=problem.offset * 2.0**20,
    )
    one, other = (solve_prices(each, Options(1e-5)) for each in (problem, scaled))
    assert np.array_equal(one.choice, other.choice)
    assert other.objective == one.objective * 2.0**20
    assert other.prices[1] == pytest.approx(one.prices[1] * 2.0**20, rel=1e-9)


def test_thousands_of_equal_segments_are_shared_out():
    """Of equal segments as many as the limits ask for get the other tier, and no two of a kind
    need to be told apart by search.
    """
    count = 5000
    problem = SharedRowProblem(
        cost=np.tile([10.0, 6.0, 3.0, 1.0], (count, 1)),
        use=(np.tile([1.0, 2.0, 4.0, 7.0], (count, 1)), np.tile([3.0, 1.0, 2.0, 5.0], (count, 1))),
        allowed=np.ones((count, 4), dtype=np.bool_),
        limit=np.array([3.3, 2.6]) * count,
        names=("one", "two"),
        floor=np.zeros(2, dtype=np.bool_),
    )
    answer = solve_prices(problem, Options(1e-6))
    assert answer.status is Status.OPTIMAL
    must_hold(problem, answer)
    assert answer.root_bound == pytest.approx(answer.objective, rel=1e-6)


@pytest.mark.parametrize("miss", [1e-9, 1e-3])
def test_a_limit_just_missed_is_proven_to_be_missed(miss):
    """Less than the least use: the prices returned show it, whatever the costs."""
    problem = make_rows(Sort(400, 4, 3), 6)
    least = np.where(problem.allowed, problem.use[1], np.inf).min(axis=1).sum()
    limit = np.array([problem.limit[0] * 9, least - miss * abs(least), problem.limit[2] * 9])
    problem = problem.replace(limit=limit)
    answer = solve_prices(problem, Options(1e-4))
    assert answer.status is Status.INFEASIBLE
    assert proves_infeasible(problem, answer.prices)


def test_limits_that_contradict_each_other_are_proven_to():
    """Two rows that can be kept each on its own, not both: the prices combine them."""
    problem = make_rows(Sort(400, 4, 2), 7)
    other = 20.0 - problem.use[0]
    limit = np.array([problem.used(problem.dual(np.zeros(2))[1])[0], 0.0])
    limit[1] = 400 * 20.0 - limit[0] - 1.0
    problem = problem.replace(use=(problem.use[0], other), limit=limit)
    answer = solve_prices(problem, Options(1e-4))
    assert answer.status is Status.INFEASIBLE
    assert proves_infeasible(problem, answer.prices)


def test_a_segment_without_any_tier_is_no_plan_for_anybody():
    """Where one segment may have no tier, prices of 0 already say that there is no plan."""
    problem = make_rows(Sort(50, 3, 2), 8)
    allowed = problem.allowed.copy()
    allowed[17] = False
    answer = solve_prices(problem.replace(allowed=allowed), EXACT)
    assert answer.status is Status.INFEASIBLE
    assert answer.prices.tolist() == [0.0, 0.0]


def test_warm_starts_good_and_bad_end_at_the_same_bound(many_is_few):
    """Prices from before, far too high ones, a plan from before and a broken one: all are safe."""
    problem = make_rows(Sort(500, 4, 3, slack=0.0), 9)
    first = solve_prices(problem, Options(1e-3))
    for start in (
        Start(first.prices, first.choice),
        Start(first.prices * 50 + 1, None),
        Start(None, np.full(500, 3)),
        Start(None, np.full(500, 99)),
        Start(None, np.zeros(3, dtype=np.int64)),
    ):
        again = solve_prices(problem, Options(1e-3), start)
        assert again.status is Status.OPTIMAL
        assert again.root_bound == pytest.approx(first.root_bound, rel=1e-5)


def test_no_time_at_all_still_gives_a_valid_answer():
    """With the time already over there is a bound at the least, and a plan only if it is one."""
    problem = make_rows(Sort(200, 4, 3, slack=0.0), 10)
    answer = solve_prices(problem, Options(0.0, time_limit_s=0.0))
    assert answer.status in (Status.OPTIMAL, Status.FEASIBLE, Status.NO_PLAN)
    assert answer.bound is not None
    if answer.choice is not None:
        must_hold(problem, answer)


@pytest.mark.parametrize("stage", ["local_prices", "find_ray", "finish"])
def test_an_interruption_ends_with_what_is_known(stage, monkeypatch):
    """Ctrl-C at any stage: status interrupted, and the plan from before is kept."""
    problem = make_rows(Sort(200, 4, 3, slack=0.0), 11)
    known = solve_prices(problem, Options(1e-2))

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(prices, stage, interrupt)
    if stage == "find_ray":
        monkeypatch.setattr(prices, "plan_near", lambda *_: None)
        answer = solve_prices(problem, EXACT)
        assert answer.choice is None
    else:
        answer = solve_prices(problem, EXACT, Start(None, known.choice))
        assert answer.objective <= known.objective
    assert answer.status is Status.INTERRUPTED


def test_many_binding_rows_go_to_highs(monkeypatch):
    """The core branches on as many ties as rows bind; beyond a dozen it is not asked."""
    problem = make_rows(Sort(12, 3, 14, slack=0.05), 12)
    called = []
    monkeypatch.setattr(core, "solve_core", lambda *_, **__: called.append(1))
    monkeypatch.setattr(finishing, "MOST_BINDING", -1)
    answer = solve_prices(problem, EXACT)
    assert answer.status in (Status.OPTIMAL, Status.INFEASIBLE)
    assert not called


def test_a_gap_of_one_is_met_by_the_first_plan(many_is_few):
    """Every plan of a bound above 0 is within 100 % of it: nothing is divided by 0."""
    problem = make_rows(Sort(60, 5, 4, slack=0.02), 1)
    problem = replace(problem, cost=problem.cost + 20.0)
    answer = solve_prices(problem, Options(1.0, 20.0))
    assert answer.choice is not None
    assert answer.bound > 0
