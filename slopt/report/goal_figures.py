"""The goal's value as it is shown: money in one unit, or a level in percent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from slopt.case.case import PlanningCase
from slopt.report.numbers import NONE, Unit, percent, signed_points, unit_for_totals
from slopt.vocabulary import Goal


@dataclass(frozen=True)
class GoalFigures:
    """How values and changes of the goal of a case are written. `noun` names the goal's value."""

    noun: str
    unit: Unit | None
    currency: str
    period: str

    @property
    def head(self) -> str:
        """The unit, as a head row says it."""
        return "points" if self.unit is None else self.unit.head(self.currency, self.period)

    def value(self, value: float | None) -> str:
        """A value within a sentence."""
        if value is None:
            return NONE
        return (
            f"{percent(value, 1)} %" if self.unit is None else self.unit.money(value, self.currency)
        )

    def change(self, change: float | None) -> str:
        """A change in a table, with its sign."""
        return signed_points(change) if self.unit is None else self.unit.signed(change)

    def regret(self, regret: float | None) -> str:
        """What keeping a plan costs, within a sentence."""
        if regret is None or self.unit is not None:
            return self.value(regret)
        return f"{percent(regret, 1)} points"

    def cost(self, regret: float | None) -> str:
        """What keeping a plan costs, in a table."""
        if regret is None:
            return NONE
        return percent(regret, 1) if self.unit is None else self.unit.plain(regret)


def goal_figures(
    case: PlanningCase, values: Iterable[float], costs: Iterable[float]
) -> GoalFigures:
    """Figures for these values of the goal, fine enough for the larger ones of these costs."""
    info, words = case.settings.case, case.settings.words
    goal = case.settings.plan.goal
    noun = {
        Goal.MIN_TOTAL_COST: "total cost",
        Goal.MIN_LOST_SALES: words.lost_sales,
        Goal.MIN_BUDGET: words.service_cost,
        Goal.MAX_SERVICE: words.service_level,
    }[goal]
    known = list(costs)
    unit = None if goal.maximises else unit_for_totals(values, [max(known)] if known else [])
    return GoalFigures(noun, unit, info.currency, info.period.value)
