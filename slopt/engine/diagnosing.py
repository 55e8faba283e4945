"""Why a case has no plan, and what is the least that has to give way."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from slopt.case.case import PlanningCase
from slopt.engine.solving import options_of
from slopt.errors import UsageError
from slopt.plan.plan import Plan, make_plan
from slopt.problem.build import build_problem
from slopt.sayings import say
from slopt.solve.model_file import is_shipped
from slopt.vocabulary import Method

if TYPE_CHECKING:
    from slopt.study.diagnose import Diagnosis


@dataclass(frozen=True, eq=False)
class Diagnosed:
    """A diagnosis of a case, with a checked plan for each repair, in their order."""

    case: PlanningCase
    diagnosis: Diagnosis
    plans: tuple[Plan, ...]
    seconds: float


def diagnose_case(case: PlanningCase, method: Method = Method.AUTO) -> Diagnosed:
    """Conflicts and repairs of a case without a plan, the tightest limits of one that has some.

    Raises UsageError for a model file of one's own, whose rules nobody knows by name, and what
    solve_case raises.
    """
    from slopt.study.diagnose import diagnose
    from slopt.study.diagnose.paths import repaired_case
    from slopt.study.frontier.least import Way

    begin = time.perf_counter()
    model = case.settings.plan.model
    if not is_shipped(model):
        raise UsageError(
            say(
                "slopt diagnose knows the rules of the shipped models, not those of "
                "{model}. Leave --model out, or look for the conflict in the model "
                "file.",
                model=model,
            )
        )
    problem = build_problem(case)
    found = diagnose(problem, Way(options_of(case), method, model), unit_prices(case))
    plans = []
    for repair in found.repairs:
        changed = repaired_case(case, problem, repair.changes)
        plan = make_plan(changed, repair.problem, repair.outcome)
        if plan is not None:
            plans.append(plan)
    return Diagnosed(case, found, tuple(plans), time.perf_counter() - begin)


def unit_prices(case: PlanningCase) -> dict[str, float]:
    """What one more unit of a limit costs in money: of the budget 1, of resources their price.

    That of an extra unit where it is given, 0 included, else that of a normal one where it is not
    0, which is also what stands for "nobody said".
    """
    table = case.table("resources")
    extra, normal = table.numbers("extra_unit_cost"), table.numbers("unit_cost")
    price = np.where(np.isnan(extra), normal, extra)
    is_known = ~np.isnan(extra) | (normal > 0)
    known = {n: p for n, p, k in zip(case.resources, price.tolist(), is_known, strict=True) if k}
    return {**known, "budget": 1.0}
