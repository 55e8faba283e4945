"""The limit of a frontier in words and numbers, and what the frontier says in sentences."""

from __future__ import annotations

from itertools import pairwise

from slopt.case.case import PlanningCase
from slopt.report.limit_words import difference, is_level, price
from slopt.report.numbers import Unit, amount, percent, unit_for_totals
from slopt.report.words import plural
from slopt.study.frontier import Frontier, Today
from slopt.vocabulary import Goal, RuleKind, Status

MONEY_RULES = (RuleKind.MAX_SERVICE_COST, RuleKind.MAX_LOST_SALES)
NOTHING = 1e-9
"""Differences below this share of a value are rounding."""


class AxisWords:
    """How values of the limit are written: money in one unit, levels in percent."""

    def __init__(self, found: Frontier, case: PlanningCase) -> None:
        self.problem, self.name = found.problem, found.axis.name
        self.is_level = is_level(found.problem, self.name)
        self.is_whole = found.axis.is_whole
        rule = next((rule for rule in found.problem.rules if rule.name == self.name), None)
        self.is_money = self.name in ("budget", "max_lost_sales") or (
            rule is not None and rule.kind in MONEY_RULES
        )
        self.own = found.axis.limit(found.problem)
        self.values = [point.value for point in found.points]
        steps = [b - a for a, b in pairwise(self.values)]
        self.unit = unit_for_totals(self.values or [found.least.value or 0.0], steps)
        self.currency = case.settings.case.currency

    @property
    def head(self) -> str:
        """The head of the column."""
        return f"{self.name}, %" if self.is_level else self.name

    def number(self, value: float) -> str:
        """A value on its own: `9.60 M`, `92.5 %`, `9`."""
        if self.is_level:
            return f"{percent(value, 2)} %"
        if self.is_money:
            return self.unit.money(value)
        return f"{round(value):,}" if self.is_whole else amount(value, 6)

    def cell(self, value: float, unit: Unit) -> str:
        """A value in the table, where the head says its unit."""
        if self.is_level:
            return percent(value, 2)
        return unit.plain(value) if self.is_money else self.number(value)

    def unit_beside(self, other: Unit) -> Unit:
        """The unit of a table's other money if it tells the values apart, else the own one."""
        return (
            other
            if len({other.plain(value) for value in self.values}) == len(self.values)
            else self.unit
        )

    def difference(self, value: float) -> str:
        """A difference of two values, in words."""
        if self.is_level:
            return difference(self.problem, self.name, value)
        return f"{amount(value)} {self.currency}".rstrip() if self.is_money else amount(value)

    def price(self, value: float) -> str:
        """A price per unit of the limit."""
        return price(self.problem, self.name, value)

    @property
    def one_more(self) -> str:
        """What a price is for."""
        if self.is_level:
            return "one point less"
        return "one unit of money more" if self.is_money else "one more"


def goal_measure(found: Frontier, case: PlanningCase) -> str:
    """What the goal measures, in the words of the case."""
    words = case.settings.words
    return {
        Goal.MIN_TOTAL_COST: "total cost",
        Goal.MIN_LOST_SALES: f"expected {words.lost_sales}",
        Goal.MIN_BUDGET: words.service_cost,
        Goal.MAX_SERVICE: words.service_level,
    }[found.problem.goal]


def sayings(found: Frontier, case: PlanningCase, axis: AxisWords) -> list[str]:
    """What the frontier says, in sentences, the most important first."""
    said = [] if found.today is None else _of_today(found, found.today, case, axis)
    name, least, enough = found.axis.name, found.least.value, found.enough
    if least is not None and enough is not None:
        if least == enough:
            said.append(f"At {name} {axis.number(least)} there is all that can be had.")
        elif found.axis.is_floor:
            said.append(
                f"There are plans up to {name} {axis.number(least)}; below {axis.number(enough)} "
                "relief gains nothing."
            )
        else:
            said.append(
                f"There are plans from {name} {axis.number(least)} on; beyond "
                f"{axis.number(enough)} more of it gains nothing."
            )
    if least is None:
        said.append(_why_none(found))
    elif found.chosen is None and axis.own is not None:
        said.append(f"The case's own {name}, {axis.number(axis.own)}, leaves no plan.")
    return said


def _why_none(found: Frontier) -> str:
    if found.least.status is Status.INFEASIBLE:
        return (
            f"No plan keeps the other limits, whatever {found.axis.name} is; slopt solve names "
            "those that contradict each other."
        )
    return "No plan was found in the time; that none exists is not proven."


def _of_today(found: Frontier, today: Today, case: PlanningCase, axis: AxisWords) -> list[str]:
    """How far today's tiers are from the frontier, in the goal and along the limit."""
    tiers, name = plural(case.settings.words.tier, 2), found.axis.name
    broken = ", ".join(breach.rule for breach in today.broken[:3])
    does = "reach" if found.axis.is_floor else "use"
    start = f"With {name} at what today's {tiers} {does} ({axis.number(today.value)})"
    if today.point is None or today.point.objective is None:
        return [f"{start} no plan keeps the other limits."]
    now, best = today.evaluation.objective, today.point.objective
    better = best - now if found.problem.goal.maximises else now - best
    if better < -NOTHING * abs(now) and broken:
        return [
            f"Today's {tiers} are better than any plan that keeps the limits; they break {broken}."
        ]
    if better <= NOTHING * abs(now):
        return [f"Today's {tiers} lie on the frontier."]
    said = [f"{start} {_gain(found, case, better)}{_thriftier(found, today, axis)}."]
    return [*said, f"Today's {tiers} break {broken}."] if broken else said


def _gain(found: Frontier, case: PlanningCase, better: float) -> str:
    what = goal_measure(found, case)
    if found.problem.goal.maximises:
        return f"{what} can be {amount(100 * better)} points higher"
    return f"{what} can be {amount(better)} {case.settings.case.currency}".rstrip() + " less"


def _thriftier(found: Frontier, today: Today, axis: AxisWords) -> str:
    """With how much less of the limit a plan is as good as today's tiers."""
    if today.same is None or today.same.value is None:
        return ""
    less = found.axis.relief * (today.value - today.same.value)
    if less <= NOTHING * max(abs(today.value), NOTHING):
        return ""
    side = "more" if found.axis.is_floor else "less"
    return f"; a plan as good as today's needs {axis.difference(less)} {side} of it"
