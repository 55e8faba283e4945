"""The benchmarks run, and their instances are what they say; no time is asserted."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _root_on_path(monkeypatch):
    """`benchmarks` is not installed; it is run from the top of the repository."""
    monkeypatch.syspath_prepend(ROOT)


def test_every_benchmark_runs_on_the_smallest_size(tmp_path, capsys):
    """Each registered benchmark gives at least one line, in the table and in the JSON file."""
    from benchmarks.__main__ import main
    from benchmarks.registry import BENCHMARKS

    for name in BENCHMARKS:
        file = tmp_path / f"{name}.json"
        main(["--only", name, "--sizes", "10", "--runs", "1", "--json", str(file)])
        lines = json.loads(file.read_text())["lines"]
        assert lines
        assert all(line["seconds"] > 0 and line["benchmark"] == name for line in lines)
        assert capsys.readouterr().out.count(f"\n{name} ") == len(lines)


def test_instances_are_seeded_and_binding():
    """The same seed gives the same problem, and the budget and three resources have a price."""
    from benchmarks.instances import make_problem
    from slopt.problem.matrix import assemble
    from slopt.solve.highs import Options
    from slopt.solve.relaxation import relax

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


def test_a_mark_bounds_the_ratio_where_there_is_one():
    """A line is judged by its ratio where it compares, by its seconds where it does not."""
    from benchmarks.registry import Line

    assert Line("a", "", "x", 2.0, "y", 4.0, 0.5, mark=1.1).met
    assert Line("a", "", "x", 2.0, mark=1.1).met is False
    assert Line("a", "", "x", 2.0).met is None
