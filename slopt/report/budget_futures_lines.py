"""What less and more budget is worth in many futures, in sentences."""

from __future__ import annotations

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.engine.budgets_in_futures import BudgetInFutures, GainInFutures
from slopt.report.goal_figures import GoalFigures, goal_figures
from slopt.report.language import ENGLISH, Language
from slopt.report.numbers import percent
from slopt.report.risk_words import small_decimals
from slopt.report.table import sentence


def budget_futures_lines(
    found: BudgetInFutures,
    case: PlanningCase,
    step: float,
    width: int,
    language: Language = ENGLISH,
) -> list[Text]:
    """A sentence for less and one for more, each with its band and what one unit is worth."""
    _ = language
    ends = [abs(end) for its in (found.less, found.more) if its for end in (its.low, its.high)]
    if not ends:
        return []
    figures, lines = goal_figures(case, ends, (), _), []
    share = _.amount(100 * step)
    first = _("In the same {n} futures (seed {seed}):", n=f"{found.futures:,}", seed=found.seed)
    lines += sentence(first, width, "bold")
    for its, less in ((found.less, True), (found.more, False)):
        if its is not None:
            lines += sentence(_said(its, less, share, figures, _), width, indent="  ")
    return lines


def _said(its: GainInFutures, less: bool, share: str, figures: GoalFigures, _: Language) -> str:
    places = {
        "share": share,
        "mean": figures.change(its.mean.value),
        "low": figures.change(its.low),
        "high": figures.change(its.high),
        "unit": figures.head,
        "better": percent(its.better, small_decimals(its.better)),
    }
    said = [
        _(
            "With {share} % less of the budget the plan gains {mean} in the mean, {low} to {high} "
            "in nine of ten ({unit}), and is better in {better} % of them.",
            **places,
        )
        if less
        else _(
            "With {share} % more of the budget the plan gains {mean} in the mean, {low} to {high} "
            "in nine of ten ({unit}), and is better in {better} % of them.",
            **places,
        )
    ]
    if its.amount and figures.unit is not None:
        sign = -1.0 if less else 1.0
        each = sorted(sign * end / its.amount for end in (its.low, its.high))
        said.append(
            _(
                "One unit of that budget is worth {mean} in the mean, {low} to {high} in nine of "
                "ten.",
                mean=_.amount(sign * its.mean.value / its.amount),
                low=_.amount(each[0]),
                high=_.amount(each[1]),
            )
        )
    return _.sentences(said)
