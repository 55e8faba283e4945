"""Why a case has no plan, and what is the least that has to give way."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from slopt.case.case import PlanningCase
from slopt.engine.solving import options_of, solve_case
from slopt.errors import UsageError
from slopt.plan.plan import Plan, make_plan
from slopt.problem.build import build_problem
from slopt.problem.choice import ChoiceProblem
from slopt.sayings import say
from slopt.solve.model_file import is_shipped
from slopt.study.parts import as_listed
from slopt.vocabulary import Method, Status

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
    from slopt.study.frontier.listing import listed_at_the_least

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
    way = Way(options_of(case), method, model)
    problem = listed_at_the_least(build_problem(case), way)
    found = diagnose(as_listed(problem), way, unit_prices(case))
    if problem.has_sources:
        found, plans = _over_all_offers(case, problem, found, method)
        return Diagnosed(case, found, tuple(plans), time.perf_counter() - begin)
    plans = []
    for repair in found.repairs:
        changed = repaired_case(case, problem, repair.changes)
        plan = make_plan(changed, repair.problem, repair.outcome)
        if plan is not None:
            plans.append(plan)
    return Diagnosed(case, found, tuple(plans), time.perf_counter() - begin)


def _over_all_offers(
    case: PlanningCase, problem: ChoiceProblem, found: Diagnosis, method: Method
) -> tuple[Diagnosis, list[Plan]]:
    """Each repair with the plan of the case that it makes, for which offers are made as needed.

    Or with its plan of the offers that are listed, of which nothing says how near it is to the
    best, where that is the only one that is found.
    """
    from slopt.study.diagnose.paths import repaired_case
    from slopt.study.diagnose.repairs import Repair

    repairs, plans = [], []
    for repair in found.repairs:
        changed = repaired_case(case, found.problem, repair.changes)
        plan = solve_case(changed, method, next_steps=False).plan
        if plan is None:
            its = repair.problem.replace(generated=problem.generated)
            bare = repair.outcome.replace(status=Status.FEASIBLE, bound=None, relaxation=None)
            plan = make_plan(changed, its, bare)
        if plan is not None:
            plans.append(plan)
            repairs.append(Repair(repair.changes, plan.problem, plan.outcome, plan.evaluation))
    return replace(found, repairs=tuple(repairs)), plans


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
