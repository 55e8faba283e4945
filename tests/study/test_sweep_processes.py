"""Processes answer as one does, whichever of them dies."""

from __future__ import annotations

import sys

import pytest
from strategies import make_case

from slopt.case.load import load_case
from slopt.errors import SolverTrouble, UsageError
from slopt.shipped import examples
from slopt.study.sweep.layout import amounts_by_path, grid_points, varied
from slopt.study.sweep.processes import Processes
from slopt.study.sweep.runner import Runner
from slopt.vocabulary import Status

DEADLY = "import os\n\n\ndef build(problem):\n    os._exit(9)\n"


@pytest.fixture(scope="module")
def case():
    """A shipped example."""
    return load_case(examples()["scms_deliveries"])


def points_of(case, *words):
    """All combinations of `PATH=VALUES` words."""
    return grid_points(amounts_by_path(varied(case, words)))


def test_workers_answer_as_one_process_does(case):
    """Two processes, one of them killed half-way: the same answers to the last digit, each once."""
    words = ["limits.budget=0.8x:1.2x:12", "response.leave_probability=0.02,0.1"]
    points = points_of(case, *words)
    with Runner(case) as runner:
        wanted = dict(runner.answers(points))
    executor = Processes(2)
    found = []
    with Runner(case, executor=executor) as runner:
        for place, answer in runner.answers(points):
            found.append(place)
            assert answer.same_as(wanted[place])
            if len(found) == 8:
                executor._workers[0].process.kill()
        again = list(runner.answers(points_of(case, "limits.budget=0.95x,0.96x")))
    assert sorted(found) == list(range(len(points)))
    assert all(answer.status is Status.OPTIMAL for _, answer in again)
    assert not executor._workers


def test_points_that_nobody_waited_for_are_passed_over(case):
    """A call that is broken off leaves nothing behind that a later one could take for its own."""
    points = points_of(case, "limits.budget=0.8x:1.2x:9")
    others = points_of(case, "limits.budget=0.81x:1.21x:9")
    with Runner(case) as runner:
        wanted = dict(runner.answers(others))
    with Runner(case, executor=Processes(2)) as runner:
        next(runner.answers(points))
        found = dict(runner.answers(others))
    assert all(found[place].same_as(wanted[place]) for place in wanted)


def test_a_point_that_kills_its_process_is_a_row(tmp_path):
    """After three processes died of it the point has failed, and all others have their plans."""
    case = make_case(
        {
            "segments": [{"segment": "s", "customers": 5}],
            "tiers": [{"tier": "t", "service_level": 0.5}],
        }
    )
    model = tmp_path / "deadly.py"
    model.write_text(DEADLY)
    points = points_of(case, f"plan.model={model},tier_plan", "segments.customers=1,2")
    with Runner(case, executor=Processes(1)) as runner:
        found = dict(runner.answers(points))
    assert [found[place].word for place in range(4)] == ["failed", "failed", "optimal", "optimal"]
    assert "died" in found[0].reason


def test_processes_that_cannot_start_are_told(case, monkeypatch):
    """SolverTrouble that says what to do, in place of starting them for ever."""
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with (
        Runner(case, executor=Processes(2)) as runner,
        pytest.raises(SolverTrouble, match="--workers 1"),
    ):
        list(runner.answers(points_of(case, "limits.budget=0.9x")))


@pytest.mark.parametrize("workers", [0, -1, 5000])
def test_a_number_of_workers_that_makes_no_sense_is_refused(workers):
    """UsageError before anything starts."""
    with pytest.raises(UsageError, match="--workers"):
        Processes(workers)
