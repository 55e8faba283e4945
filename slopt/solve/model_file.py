"""Model files by name or by path, the shipped ones and a user's own alike."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slopt.case.columns import suggest
from slopt.errors import Problem, UsageError
from slopt.problem.choice import ChoiceProblem
from slopt.problem.horizon.problem import HorizonProblem
from slopt.sayings import in_a_row, later, say
from slopt.shipped import models

if TYPE_CHECKING:
    import pyomo.environ as pyo


def is_shipped(model: str) -> bool:
    """True for the name of a model that comes with slopt."""
    return model in models()


def find_model(model: str) -> Path:
    """The file of a model; raises UsageError where there is none."""
    shipped = models()
    if model in shipped:
        return shipped[model]
    path = Path(model)
    if path.suffix == ".py" and path.is_file():
        return path
    raise UsageError(
        in_a_row(
            say('There is no model "{model}".', model=model),
            suggest(model, list(shipped), later("Shipped models are: {known}.")),
            say("Or give the path of a .py file."),
        )
    )


def model_problem(model: str) -> Problem | None:
    """What is wrong with the model that a case names; None where the file is there."""
    try:
        find_model(model)
    except UsageError as error:
        message, _, remedy = str(error).partition(". ")
        return Problem(
            f"{message}.",
            remedy,
            table="settings",
            file="settings",
            column="plan.model",
            value=model,
        )
    return None


def build_model(path: Path, problem: ChoiceProblem | HorizonProblem) -> pyo.ConcreteModel:
    """Run a model file's `build(problem)`; raises UsageError where it does not give a model."""
    model = built_by(path, problem)
    if not hasattr(model, "choose"):
        raise UsageError(
            say("{path}: build(problem) gave no model with choose[segment, tier].", path=path)
        )
    return model


def built_by(path: Path, problem: Any) -> Any:
    """What a model file's `build(problem)` gives; raises UsageError where it fails."""
    spec = importlib.util.spec_from_file_location(f"slopt_model_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise UsageError(say("{path} is not a Python file.", path=path))
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        model = module.build(problem)
    except AttributeError as error:
        if not hasattr(module, "build"):
            raise UsageError(say("{path} has no function build(problem).", path=path)) from error
        raise UsageError(
            say("{path} failed: AttributeError: {reason}", path=path, reason=error)
        ) from error
    except Exception as error:
        raise UsageError(
            say(
                "{path} failed: {name}: {reason}",
                path=path,
                name=type(error).__name__,
                reason=error,
            )
        ) from error
    return model
