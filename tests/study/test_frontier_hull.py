"""Every limit at once: the hull against the relaxation by HiGHS and against all choices."""

from __future__ import annotations

import itertools
import sys

import numpy as np
import pytest
from strategies import simple_problem

from slopt.problem.matrix import assemble
from slopt.problem.shared_rows import SharedRowProblem
from slopt.problem.sharing import share
from slopt.solve.highs import Options, run
from slopt.solve.hull import fits, hull_by_numpy, hull_of


def rows_of(cost, use, allowed=None) -> SharedRowProblem:
    """Segments that share one row, nothing else."""
    cost, use = np.asarray(cost, dtype=float), np.asarray(use, dtype=float)
    return SharedRowProblem(
        cost=cost,
        use=(use,),
        allowed=np.ones(cost.shape, dtype=np.bool_) if allowed is None else np.asarray(allowed),
        limit=np.zeros(1),
        names=("budget",),
        floor=np.zeros(1, dtype=np.bool_),
    )


def random_rows(seed: int) -> SharedRowProblem:
    """Whole and other numbers, ties, negative ones, pairs that are not allowed."""
    rng = np.random.default_rng(seed)
    shape = (int(rng.integers(1, 6)), int(rng.integers(1, 6)))
    whole = rng.random() < 0.6
    draw = (lambda: rng.integers(-6, 9, shape)) if whole else (lambda: rng.normal(size=shape))
    allowed = rng.random(shape) < 0.8
    allowed[np.arange(shape[0]), rng.integers(0, shape[1], shape[0])] = True
    return rows_of(draw(), draw(), allowed)


def choices(rows: SharedRowProblem):
    """(use, cost, choice) of all that may be chosen."""
    open_to = [np.flatnonzero(may).tolist() for may in rows.allowed]
    for choice in itertools.product(*open_to):
        where = np.arange(len(choice)), np.array(choice)
        yield rows.use[0][where].sum(), rows.cost[where].sum(), choice


@pytest.mark.parametrize("seed", range(60))
def test_compiled_code_and_numpy_give_the_same_hull(seed: int) -> None:
    """Steps, their order and their running sums are equal to the last bit."""
    rows = random_rows(seed)
    one, two = hull_of(rows), hull_by_numpy(rows)
    assert one is not None
    assert two is not None
    for name in ("base", "segment", "tier", "rate", "use", "cost"):
        assert np.array_equal(getattr(one, name), getattr(two, name)), name


@pytest.mark.parametrize("seed", range(40))
def test_no_choice_beats_a_plan_of_whole_steps_with_its_use(seed: int) -> None:
    """After every step the plan is the cheapest of all choices that use no more."""
    rows = random_rows(seed)
    hull = hull_of(rows)
    assert hull is not None
    every = list(choices(rows))
    for steps in range(len(hull.rate) + 1):
        chosen = hull.choice(steps)
        where = np.arange(len(chosen)), chosen
        use, cost = rows.use[0][where].sum(), rows.cost[where].sum()
        assert rows.allowed[where].all()
        assert (use, cost) == pytest.approx((hull.use[steps], hull.cost[steps]))
        best = min(c for u, c, _ in every if u <= use + 1e-9)
        assert cost == pytest.approx(best, abs=1e-9)
    assert hull.ends[0] == pytest.approx(min(u for u, _, _ in every), abs=1e-9)
    least = min(c for _, c, _ in every)
    assert hull.ends[1] == pytest.approx(min(u for u, c, _ in every if c <= least + 1e-9), abs=1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_the_bound_is_the_relaxation_at_every_limit(seed: int) -> None:
    """Bound and price are optimum and dual value of the linear program as HiGHS solves it."""
    rng = np.random.default_rng(seed)
    cost = np.sort(rng.uniform(0, 60, (6, 4)), axis=1)
    problem = simple_problem(cost, np.sort(rng.uniform(0, 90, (6, 4)), axis=1)[:, ::-1])
    hull = hull_of(share(problem.replace(budget=0.0)).rows)
    assert hull is not None
    for budget in rng.uniform(*hull.ends, 6).tolist():
        relaxed = run(assemble(problem.replace(budget=budget)).relaxed(), Options())
        assert relaxed.row_duals is not None
        assert hull.bound(budget) == pytest.approx(relaxed.objective, rel=1e-6)
        assert hull.price(budget) == pytest.approx(abs(relaxed.row_duals[-1]), rel=1e-6)


@pytest.mark.parametrize("seed", range(20))
def test_the_bound_at_a_limit_is_the_dual_bound_at_its_price(seed: int) -> None:
    """What every segment alone would choose at the price gives the same bound."""
    rows = random_rows(seed)
    hull = hull_of(rows)
    assert hull is not None
    for limit in np.linspace(hull.ends[0], hull.ends[1], 7).tolist():
        dual, _ = rows.replace(limit=np.array([limit])).dual(np.array([hull.price(limit)]))
        assert hull.bound(limit) == pytest.approx(dual, abs=1e-9)


def test_outside_its_ends_the_hull_says_so() -> None:
    """Below the least use there is no plan; above the most that helps nothing changes."""
    hull = hull_of(rows_of([[9, 4, 1]], [[1, 2, 5]]))
    assert hull is not None
    assert hull.bound(0.5) == np.inf
    assert hull.steps_within(0.5) == -1
    assert hull.bound(100) == 1
    assert hull.price(100) == 0
    assert hull.rate.tolist() == [5, 1]


def test_a_segment_without_a_tier_leaves_no_hull() -> None:
    """None, from compiled code and from NumPy."""
    rows = rows_of([[1, 2], [3, 4]], [[1, 2], [3, 4]], [[True, True], [False, False]])
    assert hull_of(rows) is None
    assert hull_by_numpy(rows) is None


def test_without_compiled_code_numpy_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same answer where the module was not built."""
    rows = random_rows(3)
    with_it = hull_of(rows)
    monkeypatch.setitem(sys.modules, "slopt.solve.native.hull", None)
    without = hull_of(rows)
    assert with_it is not None
    assert without is not None
    assert np.array_equal(with_it.cost, without.cost)


def test_many_segments_in_several_calls_are_one_hull(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of segments and the other way to sort change nothing."""
    rng = np.random.default_rng(5)
    rows = rows_of(rng.normal(size=(700, 4)), rng.normal(size=(700, 4)))
    whole = hull_of(rows)
    monkeypatch.setattr("slopt.solve.hull.BLOCK", 64)
    monkeypatch.setattr("slopt.solve.hull.SORTED_AT_ONCE", 10)
    parts = hull_of(rows)
    assert whole is not None
    assert parts is not None
    assert np.array_equal(whole.segment, parts.segment)
    assert np.allclose(whole.cost, parts.cost)


def test_compiled_code_refuses_arrays_of_other_shapes() -> None:
    """Nothing is read beyond an array."""
    native = pytest.importorskip("slopt.solve.native.hull", reason="the module was not built")
    ok = np.ones((3, 2), dtype=np.bool_)
    with pytest.raises(ValueError, match="shape"):
        native.hull_steps(np.zeros((3, 2)), np.zeros((3, 3)), ok, 0, 3)
    with pytest.raises(ValueError, match="within"):
        native.hull_steps(np.zeros((3, 2)), np.zeros((3, 2)), ok, 0, 4)


def test_no_segments_use_nothing() -> None:
    """The empty plan, by compiled code and by NumPy."""
    empty = rows_of(np.zeros((0, 3)), np.zeros((0, 3)))
    for hull in (hull_of(empty), hull_by_numpy(empty)):
        assert hull is not None
        assert hull.ends == (0.0, 0.0)


def test_only_one_row_without_extras_fits() -> None:
    """Two rows, or something to buy, are for the other routes."""
    rows = random_rows(1)
    assert fits(rows)
    bought = rows.replace(extra_cost=np.ones(1), extra_most=np.ones(1), extra_use=-np.ones((1, 1)))
    assert not fits(bought)
