"""A clock that jumps decides nothing: limits are measured by one that only goes forward."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from running import Slopt
from strategies import random_problem

from slopt.engine import recording
from slopt.solve.highs import Options
from slopt.solve.solve import solve
from slopt.vocabulary import Method


class Backwards:
    """Stands for datetime; every look at it is a day before the last one."""

    looks = 0

    @classmethod
    def now(cls, zone: object) -> datetime:
        """A day earlier than the time before."""
        cls.looks += 1
        return datetime(2030, 1, 1, tzinfo=UTC) - timedelta(days=cls.looks)


@pytest.mark.parametrize("jump", [-86_400.0, 86_400.0])
def test_a_clock_that_jumps_changes_no_answer(monkeypatch: pytest.MonkeyPatch, jump: float) -> None:
    """A day back or forth at every look, within a time limit of a minute: the same outcome."""
    problem = random_problem(4242)
    options = Options(gap=0.0, time_limit_s=60.0)
    wanted = {method: solve(problem, options, method) for method in (Method.HIGHS, Method.PYOMO)}
    looks = iter(range(10**9))
    monkeypatch.setattr(time, "time", lambda: 1.8e9 + jump * next(looks))
    for method, outcome in wanted.items():
        found = solve(problem, options, method)
        assert (found.status, found.objective) == (outcome.status, outcome.objective)


def test_runs_are_found_although_the_clock_was_put_back(
    slopt: Slopt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`latest` is the run that was recorded last, whatever time it was."""
    monkeypatch.setenv("SLOPT_STORE", str(tmp_path / "runs.sqlite"))
    monkeypatch.setattr(recording, "datetime", Backwards)
    ids = [
        slopt("solve", "tiny", "--set", f"limits.budget={budget}", "--json").json["run"]["id"]
        for budget in (1900, 2000, 2100)
    ]
    assert len(set(ids)) == 3
    assert slopt("runs", "show", "tiny@latest", "--json").json["run"] == ids[-1]
    assert len(slopt("runs", "list", "tiny", "--json").json) == 3
