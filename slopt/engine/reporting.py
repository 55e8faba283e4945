"""All that a report says of a case: the plan, what else was possible, what it rests on."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from slopt.case.case import PlanningCase
from slopt.engine.solving import Solved, close_moves, options_of, solve_case
from slopt.errors import Problem, SloptError
from slopt.plan.plan import Plan
from slopt.plan.provenance import Provenance
from slopt.problem.choice import ChoiceProblem
from slopt.solve.model_file import is_shipped
from slopt.vocabulary import Goal, Method

if TYPE_CHECKING:
    from slopt.problem.evaluate import Evaluation
    from slopt.store.run import Run
    from slopt.study.customers import CustomerAccounts
    from slopt.study.explain import Explanation
    from slopt.study.frontier import Frontier
    from slopt.study.frontier.least import Way

CURVE_POINTS = 13
"""Of each curve: enough for its shape, few enough for a page within two seconds."""
CURVE_GAP = 5e-4
"""Relative; a tenth of the band that the page calls as good as the least."""
CURVE_S = 1.5
"""Seconds for each of the two curves, at most."""
CLOSEST = 8
"""Segments of which the best plan without their tier is looked for, where there are many."""
CLOSEST_S = 1.0
"""Seconds for these."""


@dataclass(frozen=True, eq=False)
class Dossier:
    """What a report is made of.

    `close` says of each move whether the best plan without it is hardly worse; empty where that
    was not solved. `explained` are segments with what the plan without their tier would cost.
    `by_level` are plans of least total at every mean service level, whatever the budget;
    `by_budget` is the least lost sales for every budget; `accounts` are those of customers under
    the plan; each is empty or None where there is nothing to show. `warnings` are those of the
    data. `studies` are documents of studies of the same case, by command (`sensitivity`). `run` is
    the id of the run, "" without. `is_recorded`: the plan is that of an earlier run, as it was.
    `is_brought`: somebody brought it to be priced, and nothing is said of its being the best.
    """

    plan: Plan
    made: datetime
    run: str = ""
    close: Mapping[int, bool] = field(default_factory=dict)
    explained: tuple[Explanation, ...] = ()
    by_level: tuple[Evaluation, ...] = ()
    by_budget: Frontier | None = None
    accounts: CustomerAccounts | None = None
    warnings: tuple[Problem, ...] = ()
    studies: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    is_recorded: bool = False
    is_brought: bool = False

    @property
    def case(self) -> PlanningCase:
        """The case that was planned."""
        return self.plan.case

    @property
    def problem(self) -> ChoiceProblem:
        """Its choice problem."""
        return self.plan.problem

    @property
    def provenance(self) -> Provenance:
        """Sample sizes behind service levels."""
        return Provenance(self.case)


def dossier_of(
    case: PlanningCase,
    made: datetime,
    method: Method = Method.AUTO,
    run: str = "",
    warnings: tuple[Problem, ...] = (),
    studies: Mapping[str, Any] | None = None,
) -> Dossier | Solved:
    """The dossier of the best plan of a case; the answer as it is where there is no plan.

    Raises what solve_case raises.
    """
    begin = time.perf_counter()
    solved = solve_case(case, method)
    if solved.plan is None:
        return solved
    dossier = Dossier(solved.plan, made, run, warnings=warnings, studies=studies or {})
    return _filled(dossier, begin)


def dossier_of_run(run: Run, warnings: tuple[Problem, ...] = ()) -> Dossier:
    """The dossier of the plan of an earlier run, as it was; only what is around it is new.

    Raises UsageError where the run has no plan or its inputs cannot be had, VerificationFailed
    where its figures are not those of its plan.
    """
    from slopt.engine.plan_of_run import plan_of_run
    from slopt.engine.studies_of_case import studies_of_case

    begin = time.perf_counter()
    plan = plan_of_run(run)
    dossier = Dossier(
        plan,
        run.made.astimezone(),
        run.id or "",
        warnings=warnings,
        studies=studies_of_case(run.named, run.case_hash),
        is_recorded=True,
        is_brought=run.command == "evaluate",
    )
    return _filled(dossier, begin)


def _filled(dossier: Dossier, begin: float) -> Dossier:
    """With all that is solved and added up around the plan. A model of one's own has no curves:
    slopt does not know what it means by a plan.
    """
    plan = dossier.plan
    knows = is_shipped(plan.case.settings.plan.model)
    return replace(
        dossier,
        close=close_moves(plan),
        explained=_explained(plan),
        by_level=_by_level(plan.case, plan.problem) if knows else (),
        by_budget=_by_budget(plan.case, plan.problem) if knows else None,
        accounts=_accounts(plan.case, plan),
        seconds=time.perf_counter() - begin,
    )


def _explained(plan: Plan) -> tuple[Explanation, ...]:
    """Every segment that had another tier to choose, or those whose choice is closest."""
    from slopt.study.explain import explain

    options = replace(options_of(plan.case), time_limit_s=CLOSEST_S)
    if plan.outcome.relaxation is None:
        return ()
    if plan.problem.is_small:
        open_ones = np.flatnonzero(plan.problem.admissible.sum(axis=1) > 1)
        return tuple(explain(plan, options, open_ones.tolist()))
    nearest = [each.segment for each in explain(plan, options).closest(CLOSEST)]
    return tuple(explain(plan, options, nearest)) if nearest else ()


def _way(case: PlanningCase) -> Way:
    """The least demanding of the case's options and those that a curve is good for."""
    from slopt.study.frontier.least import Way

    options = options_of(case)
    limit = min(options.time_limit_s, CURVE_S)
    return Way(replace(options, gap=max(options.gap, CURVE_GAP), time_limit_s=limit), Method.AUTO)


def _has_trade_off(problem: ChoiceProblem) -> bool:
    several = len(problem.segments) > 1
    return bool(several and problem.lost_sales.any() and problem.service_cost.any())


def _by_level(case: PlanningCase, problem: ChoiceProblem) -> tuple[Evaluation, ...]:
    from slopt.study.level_curve import level_curve

    if not _has_trade_off(problem):
        return ()
    try:
        found = level_curve(problem, _way(case), CURVE_POINTS)
    except SloptError:
        return ()
    return found if len(found) > 2 else ()


def _by_budget(case: PlanningCase, problem: ChoiceProblem) -> Frontier | None:
    from slopt.study.frontier import frontier
    from slopt.study.frontier.axis import axis_of
    from slopt.study.frontier.grid import Span

    if not _has_trade_off(problem):
        return None
    asked = problem.replace(goal=Goal.MIN_LOST_SALES)
    try:
        found = frontier(asked, axis_of(asked, "budget"), _way(case), Span(count=CURVE_POINTS))
    except SloptError:
        return None
    return found if sum(point.evaluation is not None for point in found.points) > 1 else None


def _accounts(case: PlanningCase, plan: Plan) -> CustomerAccounts | None:
    from slopt.study.customers import customer_accounts

    if not case.table("segments").numbers("revenue_per_order").any():
        return None
    return customer_accounts(case, plan.problem, plan.choice)
