"""The limit of a frontier in words and numbers, and what the frontier says in sentences."""

from __future__ import annotations

from itertools import pairwise

from slopt.case.case import PlanningCase
from slopt.report.language import ENGLISH, Language
from slopt.report.limit_words import difference, is_level, limit_label, price
from slopt.report.numbers import Unit, percent
from slopt.study.frontier import Frontier, Today
from slopt.vocabulary import Goal, RuleKind, Status

MONEY_RULES = (RuleKind.MAX_SERVICE_COST, RuleKind.MAX_LOST_SALES)
NOTHING = 1e-9
"""Differences below this share of a value are rounding."""


class AxisWords:
    """How values of the limit are written: money in one unit, levels in percent."""

    def __init__(self, found: Frontier, case: PlanningCase, language: Language = ENGLISH) -> None:
        self.problem, self.name, self.language = found.problem, found.axis.name, language
        self.label = limit_label(self.name, language)
        self.is_level = is_level(found.problem, self.name)
        self.is_whole = found.axis.is_whole
        rule = next((rule for rule in found.problem.rules if rule.name == self.name), None)
        self.is_money = self.name in ("budget", "max_lost_sales") or (
            rule is not None and rule.kind in MONEY_RULES
        )
        self.own = found.axis.limit(found.problem)
        self.values = [point.value for point in found.points]
        self.unit = self._unit([found.least.value or 0.0])
        self.currency = case.settings.case.currency

    def _unit(self, without_points: list[float]) -> Unit:
        """The coarsest unit of money in which all values stand apart."""
        coarse = self.language.totals_unit(self.values or without_points)
        if len({coarse.plain(value) for value in self.values}) == len(self.values):
            return coarse
        steps = [b - a for a, b in pairwise(self.values)]
        return self.language.totals_unit(self.values, steps)

    @property
    def head(self) -> str:
        """The head of the column."""
        return self.language("{level}, %", level=self.label) if self.is_level else self.label

    def number(self, value: float) -> str:
        """A value on its own: `9.60 M`, `92.5 %`, `9`."""
        if self.is_level:
            return f"{percent(value, 2)} %"
        if self.is_money:
            return self.language.money_in(self.unit, value)
        return f"{round(value):,}" if self.is_whole else self.language.amount(value, 6)

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
            return difference(self.problem, self.name, value, self.language)
        return self.language.money(value, self.currency if self.is_money else "")

    def price(self, value: float) -> str:
        """A price per unit of the limit."""
        return price(self.problem, self.name, value, self.language)

    def about_price(self, tiers: str) -> str:
        """What a price is for, in a sentence."""
        _ = self.language
        if self.is_level:
            return _(
                "Price: what one point less would gain if {tiers} could be mixed.", tiers=tiers
            )
        if self.is_money:
            return _(
                "Price: what one unit of money more would gain if {tiers} could be mixed.",
                tiers=tiers,
            )
        return _("Price: what one more would gain if {tiers} could be mixed.", tiers=tiers)


def goal_measure(found: Frontier, case: PlanningCase, language: Language = ENGLISH) -> str:
    """What the goal measures, in the words of the case."""
    _ = language
    words = _.words(case.settings.words)
    return {
        Goal.MIN_TOTAL_COST: _("total cost"),
        Goal.MIN_LOST_SALES: _("expected {lost}", lost=words.lost_sales),
        Goal.MIN_BUDGET: words.service_cost,
        Goal.MAX_SERVICE: words.service_level,
    }[found.problem.goal]


def sayings(
    found: Frontier, case: PlanningCase, axis: AxisWords, language: Language = ENGLISH
) -> list[str]:
    """What the frontier says, in sentences, the most important first."""
    _ = language
    said = [] if found.today is None else _of_today(found, found.today, case, axis, _)
    limit, least, enough = axis.label, found.least.value, found.enough
    if least is not None and enough is not None:
        places = {"limit": limit, "least": axis.number(least), "enough": axis.number(enough)}
        if least == enough:
            said.append(
                _(
                    "At {limit} {least} there is all that can be had.",
                    limit=limit,
                    least=axis.number(least),
                )
            )
        elif found.axis.is_floor:
            said.append(
                _(
                    "There are plans up to {limit} {least}; below {enough} relief gains nothing.",
                    **places,
                )
            )
        else:
            said.append(
                _(
                    "There are plans from {limit} {least} on; beyond {enough} more of it gains "
                    "nothing.",
                    **places,
                )
            )
    if least is None:
        said.append(_why_none(found, axis, _))
    elif found.chosen is None and axis.own is not None:
        value = axis.number(axis.own)
        said.append(_("The case's own {limit}, {value}, leaves no plan.", limit=limit, value=value))
    return said


def _why_none(found: Frontier, axis: AxisWords, _: Language) -> str:
    if found.least.status is Status.INFEASIBLE:
        return _(
            "No plan keeps the other limits, whatever {limit} is; slopt solve names those that "
            "contradict each other.",
            limit=axis.label,
        )
    return _("No plan was found in the time; that none exists is not proven.")


def _of_today(
    found: Frontier, today: Today, case: PlanningCase, axis: AxisWords, _: Language
) -> list[str]:
    """How far today's tiers are from the frontier, in the goal and along the limit."""
    tiers = _.plural(_.words(case.settings.words).tier)
    broken = _(", ").join(limit_label(breach.rule, _) for breach in today.broken[:3])
    if today.point is None or today.point.objective is None:
        start = _at_todays(found, today, tiers, axis, _)
        return [_("{start} no plan keeps the other limits.", start=start)]
    now, best = today.evaluation.objective, today.point.objective
    better = best - now if found.problem.goal.maximises else now - best
    if better < -NOTHING * abs(now) and broken:
        return [
            _(
                "Today's {tiers} are better than any plan that keeps the limits; they break "
                "{limits}.",
                tiers=tiers,
                limits=broken,
            )
        ]
    if better <= NOTHING * abs(now):
        return [_("Today's {tiers} lie on the frontier.", tiers=tiers)]
    places = {
        "start": _at_todays(found, today, tiers, axis, _),
        "what": goal_measure(found, case, _),
        "thriftier": _thriftier(found, today, axis, _),
    }
    if found.problem.goal.maximises:
        points = _.amount(100 * better)
        text = _(
            "{start} {what} can be {points} points higher{thriftier}.", points=points, **places
        )
    else:
        money = _.money(better, case.settings.case.currency)
        text = _("{start} {what} can be {money} less{thriftier}.", money=money, **places)
    return (
        [text, _("Today's {tiers} break {limits}.", tiers=tiers, limits=broken)]
        if broken
        else [text]
    )


def _at_todays(found: Frontier, today: Today, tiers: str, axis: AxisWords, _: Language) -> str:
    """The condition under which a plan is compared with today, as the beginning of a sentence."""
    places = {"limit": axis.label, "tiers": tiers, "value": axis.number(today.value)}
    if found.axis.is_floor:
        return _("With {limit} at what today's {tiers} reach ({value})", **places)
    return _("With {limit} at what today's {tiers} use ({value})", **places)


def _thriftier(found: Frontier, today: Today, axis: AxisWords, _: Language) -> str:
    """With how much less of the limit a plan is as good as today's tiers."""
    if today.same is None or today.same.value is None:
        return ""
    less = found.axis.relief * (today.value - today.same.value)
    if less <= NOTHING * max(abs(today.value), NOTHING):
        return ""
    amount = axis.difference(less)
    if found.axis.is_floor:
        return _("; a plan as good as today's needs {amount} more of it", amount=amount)
    return _("; a plan as good as today's needs {amount} less of it", amount=amount)
