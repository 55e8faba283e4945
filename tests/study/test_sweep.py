"""A sweep answers every point as if it were asked alone, wherever and in whatever order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import brute_force
from strategies import make_case, random_case

from slopt.case.amounts import Amount, interval_of
from slopt.case.changes import with_values
from slopt.case.paths import path_of
from slopt.engine.solving import solve_case
from slopt.errors import InvalidInput, UsageError
from slopt.problem.build import build_problem
from slopt.problem.scenarios.draws import lhs, sobol
from slopt.study.sweep.kept import packed, unpacked
from slopt.study.sweep.layout import (
    amounts_by_path,
    grid_points,
    table_points,
    varied,
    zipped_points,
)
from slopt.study.sweep.point import Point
from slopt.study.sweep.result import Sweep, paths_of
from slopt.study.sweep.runner import Runner, require_sound
from slopt.study.sweep.samples import sample_of, sample_points
from slopt.vocabulary import Status


def large_case(segments=220, seed=5):
    """A case beyond what is solved to the very end, under a budget and a resource."""
    rng = np.random.default_rng(seed)
    return make_case(
        {
            "segments": [
                {
                    "segment": f"s{i}",
                    "customers": int(rng.integers(5, 90)),
                    "orders_per_customer": int(rng.integers(1, 20)),
                    "revenue_per_order": float(rng.uniform(20, 200)),
                    "base_churn": 0.1,
                }
                for i in range(segments)
            ],
            "tiers": [
                {"tier": f"t{k}", "service_level": level, "cost_per_order": cost}
                for k, (level, cost) in enumerate(
                    [(0.8, 1.0), (0.9, 2.5), (0.96, 5.0), (0.99, 9.0)]
                )
            ],
            "resources": [{"resource": "hours", "capacity": 21000.0}],
            "usage": [
                {"resource": "hours", "tier": f"t{k}", "per_order": use}
                for k, use in enumerate([0.1, 0.12, 0.2, 0.35])
            ],
            "response": [{"segment": "*", "leave_probability": 0.03, "lost_order_share": 0.1}],
        },
        {"case.discount_rate": "0.1", "limits.budget": "250000"},
    )


@pytest.fixture(scope="module")
def large():
    """One case for the tests that only read it."""
    return large_case()


def points_of(case, *words):
    """All combinations of `PATH=VALUES` words."""
    return grid_points(amounts_by_path(varied(case, words)))


def answered(case, points):
    """Answers by place."""
    with Runner(case) as runner:
        return dict(runner.answers(points))


def all_same(one, two):
    """True where two sets of answers say the same to the last digit."""
    return one.keys() == two.keys() and all(one[place].same_as(two[place]) for place in one)


@settings(max_examples=25)
@given(st.integers(0, 5000))
def test_points_of_small_cases_are_the_best_of_all_choices(seed):
    """Against trying every choice, with a limit, a parameter and both changed."""
    case = random_case(seed)
    best, _ = brute_force(build_problem(case))
    base = 1000.0 if best is None else 0.75 * float(build_problem(case).service_cost.sum())
    words = [f"limits.budget={base},none", "segments.customers=0.5x,1x,3"]
    points = points_of(case, *words)
    for place, answer in answered(case, points).items():
        choice, judged = brute_force(build_problem(points[place].case(case)))
        if choice is None:
            assert answer.status is Status.INFEASIBLE
            assert answer.reason
        else:
            assert answer.status is Status.OPTIMAL
            assert answer.figures["objective"] == pytest.approx(
                judged.objective, rel=1e-9, abs=1e-6
            )
            assert answer.figures["total_cost"] == pytest.approx(
                judged.service_cost + judged.lost_sales, rel=1e-9, abs=1e-6
            )


def test_points_of_a_large_case_are_within_the_gap_of_solving_each(large):
    """Shared problem and start prices change nothing that is said of a point beyond its gap."""
    points = points_of(large, "limits.budget=0.8x:1.2x:5", "response.leave_probability=0.02,0.04")
    for place, answer in answered(large, points).items():
        alone = solve_case(points[place].case(large), next_steps=False).plan
        assert answer.status is Status.OPTIMAL
        assert answer.figures["gap"] <= 1e-4
        assert answer.figures["certified_gap"] <= 2e-4
        assert answer.figures["objective"] == pytest.approx(alone.objective, rel=1.1e-4)
        assert alone.bound <= answer.figures["objective"] * (1 + 1e-9)


def test_neither_order_nor_other_points_change_an_answer(large):
    """Backwards, alone, and among others: the same answer to the last digit."""
    points = points_of(large, "limits.budget=0.7x:1.3x:7", "segments[s3].customers=0.5x,2x")
    wanted = answered(large, points)
    backwards = answered(large, points[::-1])
    last = len(points) - 1
    assert all(wanted[place].same_as(backwards[last - place]) for place in wanted)
    for place in (0, 5, 11):
        assert answered(large, [points[place]])[0].same_as(wanted[place])


class Memory(dict):
    """A keeper that counts what is kept."""

    kept = 0
    rejected = 0

    def known(self):
        """All there is."""
        return dict(self)

    def keep(self, key, payload):
        """One more."""
        self.kept += 1
        self.setdefault(key, payload)

    def reject(self, key):
        """One less, and it was no answer."""
        self.rejected += 1
        del self[key]


def test_a_sweep_goes_on_where_it_was(large):
    """Broken off after some points: the rest is asked, no point twice, and all are the same."""
    points = points_of(large, "limits.budget=0.7x:1.3x:9")
    wanted = answered(large, points)
    memory = Memory()
    with Runner(large, keeper=memory) as runner:
        for count, _ in enumerate(runner.answers(points), start=1):
            if count == 4:
                break
    done = memory.kept
    with Runner(large, keeper=memory) as runner:
        resumed = dict(runner.answers(points))
        assert runner.found_before == 4
    assert all_same(resumed, wanted)
    # The point at 1x is the case as it stands.
    assert memory.kept == len(points) == len(memory)
    assert 0 < done < len(points)


def test_equal_points_are_asked_once(large):
    """A factor and the amount it makes are one point, and so is the case as it stands."""
    memory = Memory()
    path = path_of(large, "limits.budget")
    amounts = [Amount(1.0, True), Amount(250000.0), Amount(0.9, True), Amount(225000.0)]
    with Runner(large, keeper=memory) as runner:
        found = dict(runner.answers([Point.of({path: amount}) for amount in amounts]))
        assert found[0] is runner.base
    assert found[0] is found[1]
    assert found[2] is found[3]
    assert memory.kept == 2


def test_an_answer_survives_being_packed(large):
    """Bytes and back: every figure to its last digit, with a plan and without one."""
    for answer in answered(large, points_of(large, "limits.budget=10,0.9x")).values():
        again = unpacked(packed(answer, "key"), "key")
        assert again.same_as(answer)
        assert again.seconds == answer.seconds
        assert unpacked(packed(answer, "key"), "other") is None


def test_a_kept_answer_that_is_not_that_of_its_point_is_solved_again(large):
    """Another point's bytes, noise, another plan, other figures, a lie that there is no plan."""
    points = points_of(large, "limits.budget=0.6x,0.7x,0.8x,0.9x,0.95x,1.1x")
    wanted, memory = answered(large, points), Memory()
    with Runner(large, keeper=memory) as runner:
        dict(runner.answers(points))
        keys = [runner.key(point) for point in points]
    true = dict(memory)
    best = unpacked(true[keys[5]], keys[5])
    worse = unpacked(true[keys[2]], keys[2])
    memory.update(
        {
            keys[0]: true[keys[5]],
            keys[1]: b"noise",
            keys[2]: packed(replace(worse, choice=best.choice, figures=best.figures), keys[2]),
            keys[3]: packed(replace(worse, choice=best.choice), keys[3]),
            keys[4]: packed(replace(worse, choice=None), keys[4]),
        }
    )
    with Runner(large, keeper=memory) as runner:
        again = dict(runner.answers(points))
        assert runner.found_before == 1
    assert all_same(again, wanted)
    assert memory.rejected == 5
    assert all(unpacked(memory[key], key).same_as(unpacked(true[key], key)) for key in keys)


def test_a_point_that_fails_is_a_row_with_its_reason(large):
    """Numbers beyond use at one point: the other has its plan."""
    points = points_of(large, "segments.revenue_per_order=1x,900000000000000")
    found = answered(large, points)
    assert found[0].status is Status.OPTIMAL
    assert found[1].status is None
    assert found[1].word == "failed"
    assert "beyond" in found[1].reason


def test_why_there_is_no_plan_is_said(large):
    """The limits that cannot hold together, by name."""
    found = answered(large, points_of(large, "limits.budget=1", "limits.min_service_level=0.95"))
    assert found[0].status is Status.INFEASIBLE
    assert "budget" in found[0].reason
    assert found[0].choice is None
    assert found[0].figures["total_cost"] is None


def test_bad_values_of_any_point_are_refused_before_anything_runs(large):
    """Single values and values that contradict other tables, all told."""
    require_sound(large, points_of(large, "limits.budget=0.5x:2x:4"))
    with pytest.raises(InvalidInput) as error:
        require_sound(large, points_of(large, "tiers.service_level=0.9x,1.2x"))
    assert '"1.08" is above 1' in str(error.value)
    with pytest.raises(InvalidInput, match="no end"):
        require_sound(large, points_of(large, "segments.base_churn=0,0.1", "case.discount_rate=0"))


def test_a_grid_has_every_combination_and_a_zip_pairs(large):
    """The last path changes fastest; lists side by side must be as long."""
    words = varied(large, ["limits.budget=1,2,3", "limits.max_tiers=1,2,3"])
    values = amounts_by_path(words)
    grid = [str(point) for point in grid_points(values)]
    assert len(grid) == 9
    assert grid[:2] == [
        "limits.budget=1, limits.max_tiers=1",
        "limits.budget=1, limits.max_tiers=2",
    ]
    assert [str(point) for point in zipped_points(values)] == [grid[0], grid[4], grid[8]]
    with pytest.raises(UsageError, match="same length"):
        zipped_points(amounts_by_path(varied(large, ["limits.budget=1,2", "limits.max_tiers=1"])))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["limits.budget"], "write PATH=VALUES"),
        (["limits.budget=1", "limits.budget=2"], "given twice"),
        (["segments.customers=1", "segments[s1].customers=2"], "same value"),
    ],
)
def test_what_varies_is_said_once(large, words, message):
    """UsageError for what is no pair, and for a value that is named twice."""
    with pytest.raises(UsageError, match=message):
        varied(large, words)


def test_an_equals_sign_in_a_name_is_part_of_it():
    """The first = outside brackets parts path and values."""
    case = make_case(
        {
            "segments": [{"segment": "a=b", "customers": 1}],
            "tiers": [{"tier": "t", "service_level": 0.5}],
        }
    )
    ((path, text),) = varied(case, ["segments[a=b].customers=2,3"])
    assert (path.text, text) == ("segments[a=b].customers", "2,3")


def test_points_come_from_a_table(large, tmp_path):
    """Headings are paths, cells amounts or factors, a blank one leaves what the case has."""
    file = tmp_path / "points.csv"
    file.write_text("limits.budget,note,limits.max_tiers\n0.9x,low,2\n350000,,\n,as it is,none\n")
    _, points = table_points(large, file)
    assert [str(point) for point in points] == [
        "limits.budget=0.9x, limits.max_tiers=2",
        "limits.budget=350000",
        "limits.max_tiers=none",
    ]
    file.write_text("limits.budget\n1\nmany\n")
    with pytest.raises(InvalidInput) as error:
        table_points(large, file)
    assert [(p.row, p.column, p.value) for p in error.value.problems] == [
        (3, "limits.budget", "many")
    ]
    file.write_text("limits.bugdet\n1\n")
    with pytest.raises(UsageError, match=r'"limits\.budget"'):
        table_points(large, file)
    with pytest.raises(InvalidInput, match="no such file"):
        table_points(large, tmp_path / "nowhere.csv")


@pytest.mark.parametrize("suffix", ["parquet", "xlsx"])
def test_points_come_from_other_tables_too(large, tmp_path, suffix):
    """Parquet and workbooks as CSV."""
    import pandas as pd

    frame = pd.DataFrame({"point": [0, 1], "limits.budget": [300000.0, 350000.5]})
    file = tmp_path / f"points.{suffix}"
    if suffix == "parquet":
        frame.to_parquet(file)
    else:
        frame.to_excel(file, index=False, engine="xlsxwriter")
    assert [str(point) for point in table_points(large, file)[1]] == [
        "limits.budget=300000",
        "limits.budget=350000.5",
    ]


def test_samples_fill_their_ranges_and_depend_on_the_seed_alone(large):
    """A Latin hypercube has one value in each part of a range; Sobol points are those of SciPy."""
    its = lhs(3, 20, 7)
    assert np.array_equal(np.sort(np.floor(its * 20), axis=0), np.tile(np.arange(20)[:, None], 3))
    assert np.array_equal(its, lhs(3, 20, 7))
    assert not np.array_equal(its, lhs(3, 20, 8))
    assert np.array_equal(np.sort(np.floor(sobol(2, 16, 1) * 16), axis=0)[:, 0], np.arange(16))
    ranges = {
        path: interval_of(path, text)
        for path, text in varied(large, ["limits.budget=0.5x:1.5x", "limits.max_tiers=1:4"])
    }
    points = sample_points(large, ranges, sample_of("lhs:12"))
    assert points == sample_points(large, ranges, sample_of("lhs:12"))
    tiers = [dict(point.overrides)["limits.max_tiers"].value for point in points]
    assert set(tiers) <= {1.0, 2.0, 3.0, 4.0}
    other = with_values(large, {"solve.seed": 9.0})
    assert points != sample_points(other, ranges, sample_of("lhs:12"))


@pytest.mark.parametrize("text", ["lhs", "lhs:0", "lhs:x", "random:5", "sobol:-1"])
def test_a_sample_that_makes_no_sense_is_refused(text):
    """UsageError that names the option."""
    with pytest.raises(UsageError, match="--sample"):
        sample_of(text)


def test_what_moved_the_answer_is_told(large):
    """Effects are differences of means, shifts count points, extremes are the best and worst."""
    points = tuple(points_of(large, "limits.budget=0.6x,0.8x,1x", "limits.max_tiers=none,2"))
    answers = answered(large, points)
    with Runner(large) as runner:
        base = runner.base
    paths = paths_of(large, points)
    found = Sweep(large, paths, points, tuple(answers[i] for i in range(len(points))), base)
    values = np.array([found.objective(place) for place in range(len(points))]).reshape(3, 2)
    effects = {effect.path.text: effect for effect in found.effects()}
    assert effects["limits.budget"].at_low == pytest.approx(values[0].mean())
    assert effects["limits.budget"].swing == pytest.approx(np.ptp(values.mean(axis=1)))
    assert effects["limits.max_tiers"].swing == pytest.approx(np.ptp(values.mean(axis=0)))
    best, worst = found.extremes()
    assert values.flat[best] == values.min()
    assert values.flat[worst] == values.max()
    assert found.cells[0] == [150000.0, "none"]
    changing = {shift.segment: shift for shift in found.shifts()}
    for segment in range(len(large.segments)):
        tiers = found.plans[:, segment]
        assert (segment in changing) == bool((tiers != base.choice[segment]).any())
        if segment in changing:
            assert sum(count for _, count in changing[segment].tiers) == len(points)
            assert changing[segment].elsewhere == np.count_nonzero(tiers != base.choice[segment])
