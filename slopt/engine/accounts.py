"""The accounts of customers, for today's tiers, a plan that is given, or the best one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from slopt.case.case import PlanningCase
from slopt.engine.solving import Solved, solve_case
from slopt.errors import InvalidInput, Severity
from slopt.problem.build import build_problem
from slopt.problem.generated.sources import require_listed

if TYPE_CHECKING:
    from slopt.study.customers import CustomerAccounts


@dataclass(frozen=True, eq=False)
class Costs:
    """The accounts of customers, and whose tiers they are of: today, the plan given, the best.

    `solved` is the answer that the best plan is from; where it has no plan there are no accounts.
    """

    accounts: CustomerAccounts | None
    tiers_of: str
    solved: Solved | None = None


def costs_of(case: PlanningCase, plan_file: Path | None = None, best: bool = False) -> Costs:
    """Cost to serve and profit of all segments, for the plan in a file, or today's tiers.

    For the best plan where that is asked for, or where some segment has no tier today. Raises
    InvalidInput where the file is not a plan of this case, and what solve_case raises.
    """
    from slopt.study.customers import customer_accounts
    from slopt.study.service_figures import figure_problems

    require_listed(case, "slopt costs")
    wrong = [its for its in figure_problems(case) if its.severity is Severity.ERROR]
    if wrong:
        raise InvalidInput(wrong)
    if plan_file is not None:
        from slopt.plan.bring import read_plan

        choice = read_plan(case, plan_file)
        return Costs(customer_accounts(case, build_problem(case), choice), "plan")
    problem = build_problem(case)
    if not best and not (problem.current < 0).any():
        return Costs(customer_accounts(case, problem, problem.current), "today")
    solved = solve_case(case, next_steps=False)
    if solved.plan is None:
        return Costs(None, "best", solved)
    accounts = customer_accounts(case, solved.problem, solved.plan.choice)
    return Costs(accounts, "best", solved)
