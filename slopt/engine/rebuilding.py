"""Answer a recorded question once more, from the inputs that were kept, and compare."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.engine.recording import versions
from slopt.errors import UsageError
from slopt.plan.files import Content, json_text, plan_files
from slopt.plan.plan import Evaluated, Price, evaluate_current
from slopt.problem.build import build_problem
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.evaluate import evaluate
from slopt.problem.generated.sources import has_sources
from slopt.sayings import say
from slopt.solve.model_file import is_shipped
from slopt.store.run import Run
from slopt.vocabulary import Method

NOT_COMPARED = (
    "seconds",
    "total_seconds",
    "slopt_version",
    "solver",
    "case_hash",
    "run",
    "found_before",
)
"""Fields that say when and by what, not what came out."""


@dataclass(frozen=True, eq=False)
class Rebuilt:
    """What came of it. `changed` are the fields of the document that differ, `versions` what has
    another version now: name -> (then, now).
    """

    run: Run
    same_inputs: bool
    same_plan: bool
    changed: tuple[str, ...]
    versions: Mapping[str, tuple[str, str]]

    @property
    def is_same(self) -> bool:
        """True where the inputs, every tier and every figure are the same, to the last bit."""
        return self.same_inputs and self.same_plan and not self.changed

    def as_dict(self) -> dict[str, Any]:
        """As a document."""
        return {
            "same": self.is_same,
            "same_inputs": self.same_inputs,
            "same_plan": self.same_plan,
            "changed": list(self.changed),
            "versions": {
                name: {"then": then, "now": now} for name, (then, now) in self.versions.items()
            },
        }


def rebuild(run: Run, with_model: bool = False) -> Rebuilt:
    """Answer the question of a run again.

    A model file of the user's own is a program: it is run where it stands at its place as it was,
    and from the store only `with_model`. Raises UsageError where the run cannot be answered again.
    """
    case = run.case
    if is_shipped(case.settings.plan.model):
        plans, document = _answer(run, case)
    else:
        plans, document = _with_own_model(run, case, with_model)
    text = json.dumps(document, allow_nan=False)
    now = json.loads(text)
    names = [name for name in (*run.document, *now) if name not in NOT_COMPARED]
    changed = [
        n for n in dict.fromkeys(names) if _timeless(run.document.get(n)) != _timeless(now.get(n))
    ]
    return Rebuilt(
        run,
        case.hash == run.case_hash,
        _same(run.plans, plans),
        tuple(changed),
        {
            name: (then, versions().get(name, "none"))
            for name, then in run.versions.items()
            if versions().get(name, "none") != then
        },
    )


def _timeless(value: Any) -> Any:
    """A value of a document without the seconds of its entries."""
    if not isinstance(value, list):
        return value
    return [
        {name: its for name, its in entry.items() if name != "seconds"}
        if isinstance(entry, dict)
        else entry
        for entry in value
    ]


def _same(then: NDArray[np.int64] | None, now: NDArray[np.int64] | None) -> bool:
    if then is None or now is None:
        return then is now
    return np.array_equal(then, now)


def _with_own_model(
    run: Run, case: PlanningCase, from_store: bool
) -> tuple[NDArray[np.int64] | None, dict[str, Any]]:
    """The answer by a model file that is not one of those that come with slopt."""
    text, path = run.model_text, Path(case.settings.plan.model)
    if text is None:
        raise UsageError(say("The model file of run {id} was not kept.", id=run.id))
    if path.is_file() and path.read_bytes() == text.encode():
        return _answer(run, case)
    if not from_store:
        raise UsageError(
            say(
                "Run {id} had a model file, {path}, that is not there as it was. The "
                "store has its text, which is a program: read it with slopt runs show "
                "RUN --model-text, and add --run-model to have it run.",
                id=run.id,
                path=path,
            )
        )
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "model.py"
        copy.write_text(text, encoding="utf-8")
        plan = replace(case.settings.plan, model=str(copy))
        moved = case.replace(settings=replace(case.settings, plan=plan))
        return _answer(run, moved)


def _answer(run: Run, case: PlanningCase) -> tuple[NDArray[np.int64] | None, dict[str, Any]]:
    """The plans and the document of the question of a run, asked of a case."""
    if run.command in ("solve", "evaluate") and case.has_periods:
        from slopt.engine.horizon_runs import answer_over_time

        return answer_over_time(run, case)
    if run.command == "solve":
        return _solve(case, Method(run.options["method"]))
    if run.command == "evaluate" and run.choice is not None:
        return _evaluate(case, run.choice)
    if run.command == "frontier":
        return _frontier(case, run.options)
    if run.command == "sweep":
        return _sweep(run, case)
    if run.command == "risk":
        return _risk(run, case)
    raise UsageError(
        say(
            "slopt answers solves, evaluations, frontiers, sweeps and risks again. Run "
            "the command of this run anew: {command}.",
            command=run.command,
        )
    )


def _solve(case: PlanningCase, method: Method) -> tuple[NDArray[np.int64] | None, dict[str, Any]]:
    from slopt.engine.solving import solve_case
    from slopt.plan.result import no_plan_result, plan_result

    solved = solve_case(case, method)
    if solved.plan is None:
        return None, no_plan_result(case, solved.outcome, 0.0, solved.chances)
    plans = None if has_sources(case) else solved.plan.choice
    return plans, plan_result(solved.plan, 0.0)


def _evaluate(
    case: PlanningCase, choice: NDArray[np.int64]
) -> tuple[NDArray[np.int64] | None, dict[str, Any]]:
    from slopt.engine.risk_evaluating import risk_of_brought
    from slopt.plan.result import evaluation_result

    problem = build_problem(case)
    current = evaluate_current(problem)
    brought = Evaluated(case, problem, choice, evaluate(problem, choice), current)
    fares = risk_of_brought(brought)
    over_futures = {} if fares is None else {"risk": fares.entry()}
    return choice, evaluation_result(brought, 0.0) | over_futures


def _risk(run: Run, case: PlanningCase) -> tuple[NDArray[np.int64] | None, dict[str, Any]]:
    from slopt.engine.risk_plans import risk_plans_document, risk_plans_of
    from slopt.problem.scenarios.asked import varied_inputs

    vary = run.options["vary"]
    brought = run.choice if "plan" in run.options else None
    inputs = varied_inputs(case, vary) if vary else None
    found = risk_plans_of(case, brought, inputs, Method(run.options["method"]))
    assert found.study is not None
    return found.study.plan.choice, risk_plans_document(found, 0.0)


def _frontier(
    case: PlanningCase, options: Mapping[str, Any]
) -> tuple[NDArray[np.int64] | None, dict[str, Any]]:
    from slopt.engine.frontiers import frontier_of, least_for
    from slopt.engine.robustness import robustness_of, runs_along_robustness
    from slopt.study.frontier.files import frontier_document, target_document
    from slopt.study.frontier.grid import Span, end_of
    from slopt.study.frontier.target import target_of
    from slopt.study.risk.robustness_files import robustness_document

    along, method = options["along"], Method(options["method"])
    if runs_along_robustness(case, along):
        curve = robustness_of(case, method)
        return curve.plans, robustness_document(curve, case, 0.0)
    if "target" in options:
        reached = least_for(case, target_of(options["target"]), along, method)
        return reached.least.choice, target_document(reached, case, 0.0)
    ends = end_of("--from", options["from"]), end_of("--to", options["to"])
    found = frontier_of(case, along, Span(*ends, options["points"]), method)
    return found.plans, frontier_document(found, case, 0.0)


def _sweep(run: Run, case: PlanningCase) -> tuple[NDArray[np.int64] | None, dict[str, Any]]:
    from slopt.engine.sweeps import require_points, runner_of, sweep_of
    from slopt.study.sweep.files import sweep_document
    from slopt.study.sweep.layout import points_of_rows

    method = Method(run.options["method"])
    paths, points = points_of_rows(case, run.document["varied"], run.document["points"])
    for point in points:
        model = dict(point.overrides).get("plan.model")
        if model is not None and not is_shipped(str(model.value)):
            raise UsageError(
                say(
                    "The sweep varies the model, and {model} is none of slopt's own. It is "
                    "a program, which is not run for a record: run the command of the "
                    "sweep anew.",
                    model=model.value,
                )
            )
    require_points(case, points, method)
    with runner_of(case, method) as runner:
        found = sweep_of(runner, points, order=paths)
    plans = None if run.plans is None else found.plans  # those of large sweeps are not recorded
    return plans, sweep_document(found, method, 0.0)


def files_of(run: Run) -> dict[str, Content]:
    """The files of an answer as `--out` writes them: of a plan all three, else the document.

    Raises UsageError where the inputs cannot be had.
    """
    entry = {
        "id": run.id,
        "store": run.store,
        "command": run.command,
        "case": run.named,
        "overrides": dict(run.overrides),
        "options": dict(run.options),
    }
    document = {**run.document, "run": entry}
    if run.command in ("solve", "evaluate") and run.plans is not None and run.choice is None:
        from slopt.engine.horizon_runs import files_of_horizon

        return files_of_horizon(run, document)
    if run.command == "solve" and has_sources(run.case) and "objective" in run.document:
        return _files_of_made_offers(run, document)
    if run.choice is None:
        has_plan_fields = "objective" in run.document and "points" not in run.document
        name = "result.json" if has_plan_fields else f"{run.command}.json"
        return {name: json_text(document)}
    return _plan_files(run.case, build_problem(run.case), run.choice, document)


def _files_of_made_offers(run: Run, document: Mapping[str, Any]) -> dict[str, Content]:
    """Those of a plan whose offers were made for it, and are made again."""
    from slopt.engine.plan_of_run import plan_of_run

    if document.get("objective") is None:
        return {"result.json": json_text(document)}
    plan = plan_of_run(run)
    return _plan_files(run.case, plan.problem, plan.choice, document)


def _plan_files(
    case: PlanningCase, problem: ChoiceProblem, choice: Choice, document: Mapping[str, Any]
) -> dict[str, Content]:
    evaluation = evaluate(problem, choice)
    known = {entry["name"]: entry["price"] for entry in document.get("prices", [])}
    prices = [Price(use, known.get(use.name)) for use in evaluation.limits]
    return plan_files(
        problem,
        choice,
        evaluation,
        prices,
        document,
        parquet=case.is_parquet,
        case=case,
        reserve=_reserved(problem, document),
    )


def _reserved(problem: ChoiceProblem, document: Mapping[str, Any]) -> list[float] | None:
    """(R,) units that a plan for uncertain futures reserves; None where nothing can be."""
    entries = (document.get("risk") or {}).get("reserve")
    if not entries:
        return None
    units = {entry["resource"]: float(entry["units"]) for entry in entries}
    return [units.get(name, 0.0) for name in problem.resources]
