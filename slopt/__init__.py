"""slopt: service-level planning with proven plans.

    from slopt import load_case, solve_case

    plan = solve_case(load_case("my-case")).plan

Names are imported when they are used, so that `import slopt` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from slopt.case.case import PlanningCase
    from slopt.case.load import load_case
    from slopt.engine.frontiers import frontier_of, least_for
    from slopt.engine.solving import evaluate_plan, explain_plan, solve_case
    from slopt.plan.plan import Plan
    from slopt.problem.build import build_problem

__version__ = "0.1.0"

_HOMES = {
    "PlanningCase": "slopt.case.case",
    "load_case": "slopt.case.load",
    "Plan": "slopt.plan.plan",
    "build_problem": "slopt.problem.build",
    "evaluate_plan": "slopt.engine.solving",
    "explain_plan": "slopt.engine.solving",
    "frontier_of": "slopt.engine.frontiers",
    "least_for": "slopt.engine.frontiers",
    "solve_case": "slopt.engine.solving",
}
__all__ = [
    "Plan",
    "PlanningCase",
    "build_problem",
    "evaluate_plan",
    "explain_plan",
    "frontier_of",
    "least_for",
    "load_case",
    "solve_case",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'slopt' has no attribute {name!r}")
