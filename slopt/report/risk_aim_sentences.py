"""What a plan for uncertain futures is best at, what it comes to by that, and what that costs."""

from __future__ import annotations

from slopt.case.case import PlanningCase
from slopt.plan.plan import Plan
from slopt.plan.risk import FEW, MANY, PlanRisk
from slopt.report.goal_figures import GoalFigures, goal_figures
from slopt.report.language import ENGLISH, Language
from slopt.report.risk_words import ROUND
from slopt.study.risk.outlook import PlanOutlook
from slopt.vocabulary import RiskMeasure

NOTHING = 1e-9
"""A caution below this share of the mean is rounding."""


def risk_figures(plan: Plan, risk: PlanRisk, language: Language = ENGLISH) -> GoalFigures:
    """The unit of all that is said of the plan over the futures."""
    values = [risk.mean, risk.tail_mean, risk.quantile(FEW), risk.quantile(MANY)]
    finest = [size for size in (risk.caution or 0.0, abs(risk.tail_mean - risk.mean)) if size > 0]
    return goal_figures(plan.case, values, finest[:1], language)


def head_of(figures: GoalFigures) -> str:
    """The unit of values of the goal, as a head row says it."""
    return "%" if figures.unit is None else figures.head


def amount_of(figures: GoalFigures, amount: float) -> str:
    """A difference of the goal's value in a sentence, in a unit of its own: it may be small."""
    if figures.unit is None:
        _ = figures.language
        return _("{points} points", points=_.amount(100 * amount))
    return figures.language.money(amount, figures.info.currency)


def outlook_figures(
    case: PlanningCase, its: PlanOutlook, language: Language = ENGLISH
) -> GoalFigures:
    """The unit of all that is said of a plan that was brought."""
    value = its.value
    values = [value.mean.value, value.tail_mean.value, *(one.value for one in value.quantiles)]
    finest = abs(value.tail_mean.value - value.mean.value)
    return goal_figures(case, values, [finest] if finest else [], language)


def aim_sentences(plan: Plan, risk: PlanRisk, figures: GoalFigures, language: Language) -> str:
    """What the plan is best at, what it comes to by that, and what that caution costs."""
    _ = language
    return _.sentences([aim_sentence(plan, risk, figures, _), _caution(risk, figures, _)])


def aim_sentence(plan: Plan, risk: PlanRisk, figures: GoalFigures, _: Language) -> str:
    """What the plan is best at, with what it comes to by that."""
    aim, count = risk.aim, risk.problem.count
    words = _.words(plan.case.settings.words)
    match aim.measure:
        case RiskMeasure.MEAN:
            return _.count(
                "Chosen for the mean of {n} future: {what} {value}.",
                "Chosen for the mean of {n} futures: {what} {value}.",
                count,
                what=figures.noun,
                value=figures.value(risk.mean),
            )
        case RiskMeasure.CVAR if aim.weight > 1 - ROUND:
            return _.count(
                "Chosen for the worst {share} % of {n} future: {what} {value} there, in the mean.",
                "Chosen for the worst {share} % of {n} futures: {what} {value} there, in the mean.",
                count,
                share=_.amount(100 * aim.tail),
                what=figures.noun,
                value=figures.value(risk.tail_mean),
            )
        case RiskMeasure.CVAR:
            return _.count(
                "Chosen with a weight of {weight} % on the worst {share} % of {n} future and the "
                "rest on the mean of all: {what} {value} in the worst, {mean} in the mean.",
                "Chosen with a weight of {weight} % on the worst {share} % of {n} futures and the "
                "rest on the mean of all: {what} {value} in the worst, {mean} in the mean.",
                count,
                weight=_.amount(100 * aim.weight),
                share=_.amount(100 * aim.tail),
                what=figures.noun,
                value=figures.value(risk.tail_mean),
                mean=figures.value(risk.mean),
            )
        case RiskMeasure.REGRET:
            return _.count(
                "Chosen for the least regret over {n} future: it is not worse than the plan that "
                "would be best there by more than {value}.",
                "Chosen for the least regret over {n} futures: in none of them is it worse than "
                "the plan that would be best there by more than {value}.",
                count,
                value=amount_of(figures, risk.value),
            )
        case _:
            count = min(aim.at_worst, plan.problem.segment_count)
            return _.count(
                "Chosen for one {segment} at its worst: {what} {value} then.",
                "Chosen for {n} {segments} at their worst at once: {what} {value} then.",
                count,
                segment=words.segment,
                segments=_.plural(words.segment, count),
                what=figures.noun,
                value=figures.value(risk.value),
            )


def _caution(risk: PlanRisk, figures: GoalFigures, _: Language) -> str:
    """What the plan gives up in the mean; empty where that is not known or not asked."""
    if risk.aim.measure is RiskMeasure.MEAN or risk.caution is None:
        return ""
    if risk.caution <= NOTHING * abs(risk.mean):
        return _("This costs nothing in the mean of all futures.")
    return _(
        "This costs {amount} in the mean of all futures, against the plan that is best there.",
        amount=amount_of(figures, risk.caution),
    )
