"""A solver that lies: what it says is checked before anybody sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from running import Slopt
from strategies import simple_problem

from slopt.case.load import load_case
from slopt.errors import VerificationFailed
from slopt.plan.plan import make_plan
from slopt.problem.program import LinearProgram
from slopt.shipped import examples
from slopt.solve import by_program, highs
from slopt.solve.highs import Options
from slopt.solve.outcome import Answer
from slopt.solve.solve import solve
from slopt.vocabulary import Method, Status

Lie = Callable[[LinearProgram, Answer], Answer]


def _another_tier(program: LinearProgram, answer: Answer) -> Answer:
    """Every segment gets its first tier, at the value of the true plan."""
    assert answer.values is not None
    values = np.zeros_like(answer.values)
    segments = program.choose[:, 0]
    for s in np.unique(segments):
        values[np.flatnonzero(segments == s)[-1]] = 1.0
    return replace(answer, values=values)


def _cheaper(_: LinearProgram, answer: Answer) -> Answer:
    return replace(answer, objective=(answer.objective or 0.0) * 0.9, bound=0.0)


def _bound_beyond(_: LinearProgram, answer: Answer) -> Answer:
    return replace(answer, bound=(answer.objective or 0.0) * 1.1)


def _not_a_number(_: LinearProgram, answer: Answer) -> Answer:
    return replace(answer, objective=float("nan"))


def _no_tier(_: LinearProgram, answer: Answer) -> Answer:
    assert answer.values is not None
    return replace(answer, values=np.zeros_like(answer.values))


LIES: dict[str, Lie] = {
    "a plan beyond the budget": _another_tier,
    "a value below the plan's": _cheaper,
    "a bound that rules the plan out": _bound_beyond,
    "a value that is no number": _not_a_number,
    "no tier for anybody": _no_tier,
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_lie_of_the_solver_is_never_shown_as_a_plan(
    slopt: Slopt, monkeypatch: pytest.MonkeyPatch, lie: Lie
) -> None:
    """Code 7 and nothing on standard output, whatever the solver got wrong."""
    true_run = highs.run

    def lying(program: LinearProgram, options: Options, confirm: bool = True) -> Answer:
        answer = true_run(program, options, confirm)
        return lie(program, answer) if answer.values is not None else answer

    monkeypatch.setattr(by_program, "run", lying)
    ran = slopt("solve", "tiny", "--method", "highs")
    assert ran.code == 7, ran.out
    assert ran.out == ""
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("seed", range(20))
def test_plans_with_tiers_changed_at_random_are_caught_or_true(seed: int) -> None:
    """A choice altered after solving passes only where it keeps the rules and its value."""
    rng = np.random.default_rng(seed)
    cost = np.sort(rng.integers(1, 40, (4, 3)), axis=1).astype(float)
    lost = np.sort(rng.integers(1, 60, (4, 3)), axis=1)[:, ::-1].astype(float)
    problem = simple_problem(cost, lost, budget=float(cost.mean(axis=1).sum()))
    outcome = solve(problem, Options(gap=0.0), Method.HIGHS, "tier_plan")
    assert outcome.status is Status.OPTIMAL
    assert outcome.choice is not None
    case = load_case(examples()["tiny"])
    for _ in range(10):
        choice = outcome.choice.copy()
        choice[rng.integers(4)] = rng.integers(3)
        try:
            plan = make_plan(case, problem, outcome.replace(choice=choice))
        except VerificationFailed:
            continue
        assert plan is not None
        assert not plan.evaluation.violations
        assert plan.objective == pytest.approx(outcome.objective, rel=1e-6)


def test_a_case_whose_plan_of_today_keeps_all_rules_is_never_called_infeasible(
    slopt: Slopt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The solver says that there is no plan, and the case has one in its own tables."""
    monkeypatch.setattr(by_program, "run", lambda *_, **__: Answer(Status.INFEASIBLE))
    ran = slopt("solve", "tiny", "--method", "highs")
    assert ran.code == 7, ran.out
