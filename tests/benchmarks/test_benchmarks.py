"""The benchmarks run, and their instances are what they say; no time is asserted."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))  # `benchmarks` is not installed; it is run from the top

from benchmarks.__main__ import main  # noqa: E402
from benchmarks.contest import compared, contest, end_all, require_agreement  # noqa: E402
from benchmarks.contestants import CONTESTANTS, judged, limits_of  # noqa: E402
from benchmarks.instances import make_problem  # noqa: E402
from benchmarks.kinds import KINDS  # noqa: E402
from benchmarks.plot import draw, series  # noqa: E402
from benchmarks.published import knapsack, like_published  # noqa: E402
from benchmarks.registry import BENCHMARKS, Line, in_turn  # noqa: E402
from benchmarks.worker import Result, Task  # noqa: E402
from slopt.problem.matrix import assemble  # noqa: E402
from slopt.solve.highs import Options  # noqa: E402
from slopt.solve.relaxation import relax  # noqa: E402
from slopt.solve.solve import solve  # noqa: E402

TASK = Task("plain", 10, 1, gap=1e-4)
GOOD = Result(1.0, 100.0, 0.0, 99.995, proven=True, memory_mb=1.0, binding=2)


def result(**changes):
    """A good result with other values."""
    return Result(**{**vars(GOOD), **changes})


@pytest.fixture(scope="module", autouse=True)
def _ended():
    """No process of a contestant is left behind."""
    yield
    end_all()


@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_benchmark_runs_on_a_small_size(name, tmp_path, capsys):
    """Each registered benchmark gives at least one line, in the table and in the JSON file."""
    file, page = tmp_path / "lines.json", tmp_path / "page.md"
    page.write_text("before\n<!-- measured -->\nold\n<!-- end -->\nafter\n")
    size = "6" if name == "knapsack" else "30"
    main(["--only", name, "--sizes", size, "--runs", "1", "--json", str(file), "--page", str(page)])
    lines = json.loads(file.read_text())["lines"]
    assert lines
    assert all(line["seconds"] > 0 and line["benchmark"] == name for line in lines)
    printed = capsys.readouterr().out
    assert printed.count(f"\n{name} ") == len(lines)
    assert page.read_text() == (
        f"before\n<!-- measured -->\n```\n{printed}```\n<!-- end -->\nafter\n"
    )


def test_a_benchmark_that_fails_is_named_and_the_others_run(monkeypatch, capsys):
    """The exit says which, what was measured is printed."""

    def fail(size, runs):
        yield Line("hull", "", "half of it", 1.0)
        raise RuntimeError("no such luck")

    monkeypatch.setitem(BENCHMARKS, "hull", replace(BENCHMARKS["hull"], measure=fail))
    with pytest.raises(SystemExit, match="hull 30 failed: no such luck"):
        main(["--only", "hull", "--sizes", "30"])
    assert "half of it" in capsys.readouterr().out


def test_instances_are_seeded_and_binding():
    """The same seed gives the same problem, and the budget and three resources have a price."""
    problem = make_problem(200, seed=7)
    assert problem.same_as(make_problem(200, seed=7))
    assert not problem.same_as(make_problem(200, seed=8))
    assert 0.05 < (problem.barred != 0).any(axis=1).mean() < 0.25
    assert np.all(problem.admissible.any(axis=1))
    relaxation = relax(assemble(problem), Options())
    assert [name for name, price in relaxation.prices.items() if price > 0] == [
        "budget",
        "r0",
        "r1",
        "r2",
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_seeded_feasible_and_binding(kind):
    """Every kind has a plan, and limits that hold back what one would do without them."""
    problem = KINDS[kind](60, 3)
    assert problem.same_as(KINDS[kind](60, 3))
    assert not problem.same_as(KINDS[kind](60, 4))
    outcome = solve(problem, Options(gap=1e-3))
    assert outcome.choice is not None
    objective, breach = judged(problem, outcome.choice)
    assert objective == pytest.approx(outcome.objective)
    assert breach <= 1e-8
    free = np.where(problem.admissible, problem.values, np.inf).argmin(axis=1)
    assert judged(problem, free)[1] > 0


def test_kinds_are_what_their_names_say():
    """Copies are equal, the giant is as large as the rest, whole numbers are whole."""
    twins = KINDS["twins"](60, 1)
    assert np.array_equal(twins.service_cost[0], twins.service_cost[20])
    giant = KINDS["giant"](60, 1)
    assert giant.weight[0] == giant.weight[1:].sum()
    integer = KINDS["integer"](60, 1)
    for _, use, limit in limits_of(integer):
        assert np.array_equal(use, np.rint(use))
        assert limit == np.rint(limit)
    assert len(limits_of(KINDS["single"](60, 1))) == 1
    assert len(limits_of(KINDS["six_rows"](60, 1))) == 6
    cost, loss = KINDS["anticorrelated"](60, 1).service_cost, KINDS["correlated"](60, 1).lost_sales
    assert np.all(np.diff(cost.mean(axis=0)) > 0)
    assert np.all(np.diff(loss.mean(axis=0)) < 0)


def test_made_knapsacks_are_like_the_published_ones():
    """Ten items and resources, uses of 0 to 9, capacities of 5 a group, whole values."""
    problem = like_published(20, 1)
    assert problem.size == (20, 10, 10)
    assert problem.use.min() == 0
    assert problem.use.max() == 9
    assert set(problem.capacity) == {100.0}
    assert np.array_equal(problem.values, np.rint(problem.values))


def test_a_choice_is_judged_from_the_raw_data():
    """Objective and the largest relative breach; nothing is worth anything in a barred tier."""
    there = np.array([[True, True], [True, False]])
    problem = knapsack(
        np.array([[-5.0, -9.0], [-3.0, 0.0]]),
        np.array([[[1.0, 4.0], [2.0, 0.0]]]),
        np.array([4.0]),
        there,
    )
    assert judged(problem, np.array([0, 0])) == (-8.0, 0.0)
    assert judged(problem, np.array([1, 0])) == (-12.0, 0.5)
    assert judged(problem, np.array([0, 1]))[1] == np.inf


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"breach": 1e-3}, "breaks a limit"),
        ({"objective": float("nan")}, "breaks a limit"),
        ({"bound": 100.2}, "lies above a plan"),
        ({"bound": 99.0}, "is not proven"),
    ],
)
def test_what_cannot_be_true_is_not_timed(changes, words):
    """A broken limit, a bound above somebody's plan, a proof that is none: all are refused."""
    require_agreement(TASK, {"a": GOOD, "b": result(objective=100.001), "c": None})
    with pytest.raises(RuntimeError, match=f"b, Task.*{words}"):
        require_agreement(TASK, {"a": GOOD, "b": result(**changes)})


def test_the_contestants_that_are_there_agree():
    """Everyone installed solves the same small problem to the same optimum."""
    names = [name for name, contestant in CONTESTANTS.items() if contestant.is_there]
    answers = contest([Task("plain", 30, 1, gap=1e-6)], names)
    assert {"slopt", "HiGHS", "Pyomo and HiGHS"} <= set(answers)
    objectives = [results[0].objective for results in answers.values()]
    assert objectives == pytest.approx([objectives[0]] * len(names), rel=2e-6)
    assert all(results[0].proven for results in answers.values())


def test_a_contest_gives_a_line_for_each_rival():
    """Medians and ratios over the runs in which both took part; the mark is for the first."""
    answers = {
        "ours": [result(seconds=1.0), result(seconds=2.0), result(seconds=3.0)],
        "theirs": [result(seconds=10.0), result(seconds=40.0), result(seconds=30.0, proven=False)],
        "small": [result(seconds=1.0), None, None],
        "absent": [None, None, None],
    }
    first, second = compared("solve", "10", answers, mark=0.1, worst_mark=0.05)
    assert (first.seconds, first.other_seconds, first.ratio, first.worst) == (2, 30, 0.1, 0.1)
    assert first.met is False
    assert first.note == "proven 3/3 to 2/3 (gap 5e-05), rows that bind: 2"
    assert (second.other, second.seconds, second.ratio, second.mark) == ("small", 1, 1, None)


def test_marks_bound_what_they_are_for():
    """The ratio where there is one, else the seconds; the worst run and memory by their own."""
    assert Line("a", "", "x", 2.0, "y", 4.0, 0.5, mark=1.1).met
    assert Line("a", "", "x", 2.0, mark=1.1).met is False
    assert Line("a", "", "x", 2.0).met is None
    assert Line("a", "", "x", 1.0, mark=1.1, worst=3.0, worst_mark=2.0).met is False
    assert Line("a", "", "x", 1.0, mark=1.1, memory_mb=9.0, memory_mark_mb=8.0).met is False


LINES = [
    {"benchmark": "growth", "size": "10,000", "seconds": 0.2},
    {"benchmark": "growth", "size": "1,000", "seconds": 0.1},
    {"benchmark": "growth", "size": "1,000 up", "seconds": 0.3},
    {"benchmark": "solve", "size": "50", "seconds": 0.1, "other": "HiGHS", "other_seconds": 9.0},
    {"benchmark": "command", "size": "", "seconds": 0.1},
]


def test_the_plot_shows_growth_beside_the_other_solver():
    """A point for every size; what is no size is left out."""
    assert series(LINES) == {
        "price method, to 1e-6": [(10_000, 0.2), (1_000, 0.1)],
        "solve(), to 1e-4": [(50, 0.1)],
        "HiGHS, to 1e-4": [(50, 9.0)],
    }


def test_the_plot_is_drawn(tmp_path):
    """The same points give the same file."""
    pytest.importorskip("matplotlib", reason="matplotlib comes with the group `peers` alone")
    for name in ("a.svg", "b.svg"):
        draw(series(LINES), tmp_path / name)
    assert (tmp_path / "a.svg").read_text(encoding="utf-8").count("<text") > 5
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_functions_are_timed_in_turn():
    """Who begins changes from run to run."""
    order = []
    timed = in_turn([lambda run: order.append("a"), lambda run: order.append("b")], 2)
    assert order == ["a", "b", "b", "a"]
    assert [len(seconds) for seconds in timed] == [2, 2]
