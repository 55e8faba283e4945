"""A search that is cut short may leave money in its answer that its choice does not need."""

from __future__ import annotations

from dataclasses import replace

import pytest

import slopt.solve.by_program
from slopt.case.load import load_case
from slopt.errors import VerificationFailed
from slopt.plan.plan import make_plan
from slopt.problem.build import build_problem
from slopt.problem.evaluate import evaluate
from slopt.shipped import examples
from slopt.solve.highs import Options
from slopt.solve.solve import solve
from slopt.vocabulary import Method, Status


@pytest.mark.parametrize(
    ("said", "is_shown"), [(1_150_800.0, True), (0.0, True), (-1_150_800.0, False)]
)
def test_a_plan_that_is_worth_more_than_was_said_is_shown_for_what_it_is_worth(
    monkeypatch: pytest.MonkeyPatch, said: float, is_shown: bool
) -> None:
    """A penalty for a rule that is kept is taken out; a plan worth less than said is refused."""
    case = load_case(examples()["parts_distributor"])
    problem = build_problem(case)
    run = slopt.solve.by_program.run

    def cut_short(program: object, options: Options) -> object:
        answer = run(program, options)  # type: ignore[arg-type]
        assert answer.objective is not None
        return replace(answer, status=Status.FEASIBLE, objective=answer.objective + said, bound=0.0)

    monkeypatch.setattr(slopt.solve.by_program, "run", cut_short)
    outcome = solve(problem, Options(), Method.HIGHS)
    if not is_shown:
        with pytest.raises(VerificationFailed, match="The solver says"):
            make_plan(case, problem, outcome)
        return
    assert outcome.choice is not None
    assert outcome.objective == pytest.approx(evaluate(problem, outcome.choice).objective)
    assert make_plan(case, problem, outcome).status is Status.FEASIBLE
