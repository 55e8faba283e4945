"""How a plan that was brought fares over the futures of its case, in short."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from slopt.plan.plan import Evaluated
from slopt.plan.risk_result import asked_entry, fares_entry
from slopt.plan.rows import tidy
from slopt.problem.scenarios.aim import Aim, aim_value
from slopt.problem.scenarios.drawn import Futures
from slopt.study.risk.outlook import PlanOutlook, outlook
from slopt.study.risk.solving import aim_of, futures_of
from slopt.study.risk.study import sample_of
from slopt.vocabulary import RiskMeasure


@dataclass(frozen=True, eq=False)
class BroughtRisk:
    """The plan over the futures, and today's tiers where every segment has one.

    `value` is what the plan is worth by the aim of the case, in the goal's sense; None for regret,
    which asks for the best plan of every future.
    """

    brought: Evaluated
    futures: Futures
    aim: Aim
    plan: PlanOutlook
    today: PlanOutlook | None
    value: float | None

    def entry(self) -> dict[str, Any]:
        """The block `risk` of result.json."""
        problem = self.futures.problem
        return {
            **asked_entry(self.brought.case),
            "value": tidy(self.value),
            **dict.fromkeys(("bound", "gap", "certified_bound", "certified_gap")),
            **fares_entry(problem, self.plan.fares, self.aim.tail),
        }


def risk_of_brought(brought: Evaluated) -> BroughtRisk | None:
    """None where the case asks for no risk. Raises what `futures_of` raises."""
    case = brought.case
    if case.settings.risk.measure is None:
        return None
    futures, aim = futures_of(case), aim_of(case)
    problem, sample = futures.problem, sample_of(futures)
    today = None
    if brought.current is not None:
        today = outlook(problem, sample, problem.base.current, aim.tail)
    value = None
    if aim.measure is not RiskMeasure.REGRET:
        sense = -1.0 if problem.base.goal.maximises else 1.0
        value = sense * aim_value(problem, brought.choice, aim).loss
    plan = outlook(problem, sample, brought.choice, aim.tail)
    return BroughtRisk(brought, futures, aim, plan, today, value)
