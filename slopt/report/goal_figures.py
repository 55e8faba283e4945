"""The goal's value as it is shown: money in one unit, or a level in percent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from slopt.case.case import CaseInfo, PlanningCase
from slopt.report.language import ENGLISH, Language
from slopt.report.numbers import NONE, Unit, percent, signed_points
from slopt.vocabulary import Goal


@dataclass(frozen=True)
class GoalFigures:
    """How values and changes of the goal of a case are written. `noun` names the goal's value."""

    noun: str
    unit: Unit | None
    info: CaseInfo
    language: Language = ENGLISH

    @property
    def head(self) -> str:
        """The unit, as a head row says it."""
        if self.unit is None:
            return self.language("points")
        return self.language.unit_head(self.unit, self.info)

    def value(self, value: float | None) -> str:
        """A value within a sentence."""
        if value is None:
            return NONE
        if self.unit is None:
            return f"{percent(value, 1)} %"
        return self.language.money_in(self.unit, value, self.info.currency)

    def change(self, change: float | None) -> str:
        """A change in a table, with its sign."""
        return signed_points(change) if self.unit is None else self.unit.signed(change)

    def regret(self, regret: float | None) -> str:
        """What keeping a plan costs, within a sentence."""
        if regret is None or self.unit is not None:
            return self.value(regret)
        return self.language("{points} points", points=percent(regret, 1))

    def cost(self, regret: float | None) -> str:
        """What keeping a plan costs, in a table."""
        if regret is None:
            return NONE
        return percent(regret, 1) if self.unit is None else self.unit.plain(regret)


def goal_figures(
    case: PlanningCase,
    values: Iterable[float],
    costs: Iterable[float],
    language: Language = ENGLISH,
) -> GoalFigures:
    """Figures for these values of the goal, fine enough for the larger ones of these costs."""
    _ = language
    info, words = case.settings.case, _.words(case.settings.words)
    goal = case.settings.plan.goal
    noun = {
        Goal.MIN_TOTAL_COST: _("total cost"),
        Goal.MIN_LOST_SALES: words.lost_sales,
        Goal.MIN_BUDGET: words.service_cost,
        Goal.MAX_SERVICE: words.service_level,
    }[goal]
    known = list(costs)
    unit = None if goal.maximises else _.totals_unit(values, [max(known)] if known else [])
    return GoalFigures(noun, unit, info, _)
