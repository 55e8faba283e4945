"""The fast routes and HiGHS, made to answer what cannot be: nobody sees it as a plan."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from processes import is_told
from running import Slopt

from slopt.shipped import examples
from slopt.solve import by_prices, by_program
from slopt.solve.outcome import Answer, PricedAnswer
from slopt.vocabulary import Status

Lie = Callable[[PricedAnswer], PricedAnswer]
NAN = float("nan")
LIES: dict[str, Lie] = {
    "no plan where there is one": lambda answer: PricedAnswer(Status.INFEASIBLE),
    "the dearest tier for all": lambda a: replace(a, choice=np.full_like(a.choice, 1)),
    "a value below the plan's": lambda a: replace(a, objective=a.objective * 0.9, bound=0.0),
    "a bound that rules the plan out": lambda a: replace(a, bound=a.objective * 1.1),
    "a value that is no number": lambda a: replace(a, objective=NAN),
    "a tier that there is not": lambda a: replace(a, choice=np.full_like(a.choice, 99)),
    "a segment too few": lambda a: replace(a, choice=a.choice[:-1]),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_fast_route_that_lies_is_found_out(
    slopt: Slopt, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lie: Lie
) -> None:
    """No plan is shown or written that is not what it is said to be."""
    truly = by_prices._solve
    monkeypatch.setattr(
        by_prices, "_solve", lambda *words: lie(a) if (a := truly(*words)).choice is not None else a
    )
    ran = slopt("solve", "tiny", "--method", "prices", "--out", tmp_path / "out")
    assert ran.code == 7, (ran.code, ran.out, ran.err)
    assert ran.out == ""
    assert is_told(ran.err, ())
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize("status", [Status.UNBOUNDED, Status.NO_PLAN])
def test_statuses_without_a_plan_are_told_as_what_they_are(
    slopt: Slopt, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, status: Status
) -> None:
    """The solver gives up in any way: no plan is made up, the exit code says that there is none."""
    monkeypatch.setattr(by_program, "run", lambda *_, **__: Answer(status))
    ran = slopt("solve", "tiny", "--method", "highs", "--out", tmp_path / "out")
    assert ran.code in (6, 7), ran.out
    assert is_told(ran.err, ())
    assert not (tmp_path / "out" / "plan.csv").exists()


def test_a_feasible_case_is_not_called_contradictory_by_one_wrong_answer(
    slopt: Slopt, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No plan of today to hold against it: what cannot be proven is not told as proven."""
    shutil.copytree(examples()["tiny"], tmp_path / "case")
    table = tmp_path / "case" / "segments.csv"
    lines = [line.split(",") for line in table.read_text(encoding="utf-8").splitlines()]
    place = lines[0].index("current_tier")
    kept = [[cell for i, cell in enumerate(line) if i != place] for line in lines]
    table.write_text("\n".join(map(",".join, kept)) + "\n", encoding="utf-8")
    monkeypatch.setattr(by_program, "run", lambda *_, **__: Answer(Status.INFEASIBLE))
    ran = slopt("solve", tmp_path / "case", "--method", "highs")
    assert ran.code == 7, (ran.out, ran.err)
