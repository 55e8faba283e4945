"""What a plan for uncertain futures is best at, what it comes to by that, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass

from slopt.case.case import PlanningCase, Words
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


@dataclass(frozen=True)
class AimTold:
    """What a plan was best at, and what it comes to over `futures`: `value` by its own aim."""

    measure: RiskMeasure
    tail: float
    weight: float
    at_worst: int
    futures: int
    mean: float
    tail_mean: float
    value: float


def aim_sentence(plan: Plan, risk: PlanRisk, figures: GoalFigures, _: Language) -> str:
    """What the plan is best at, with what it comes to by that."""
    aim, count = risk.aim, min(risk.aim.at_worst, plan.problem.segment_count)
    told = AimTold(
        aim.measure,
        aim.tail,
        aim.weight,
        count,
        risk.problem.count,
        risk.mean,
        risk.tail_mean,
        risk.value,
    )
    return told_aim(told, _.words(plan.case.settings.words), figures, _)


def told_aim(told: AimTold, words: Words, figures: GoalFigures, _: Language) -> str:
    """The sentence of a plan at hand or of one that was recorded."""
    match told.measure:
        case RiskMeasure.MEAN:
            return _.count(
                "Chosen for the mean of {n} future: {what} {value}.",
                "Chosen for the mean of {n} futures: {what} {value}.",
                told.futures,
                what=figures.noun,
                value=figures.value(told.mean),
            )
        case RiskMeasure.CVAR if told.weight > 1 - ROUND:
            return _.count(
                "Chosen for the worst {share} % of {n} future: {what} {value} there, in the mean.",
                "Chosen for the worst {share} % of {n} futures: {what} {value} there, in the mean.",
                told.futures,
                share=_.amount(100 * told.tail),
                what=figures.noun,
                value=figures.value(told.tail_mean),
            )
        case RiskMeasure.CVAR:
            return _.count(
                "Chosen with a weight of {weight} % on the worst {share} % of {n} future and the "
                "rest on the mean of all: {what} {value} in the worst, {mean} in the mean.",
                "Chosen with a weight of {weight} % on the worst {share} % of {n} futures and the "
                "rest on the mean of all: {what} {value} in the worst, {mean} in the mean.",
                told.futures,
                weight=_.amount(100 * told.weight),
                share=_.amount(100 * told.tail),
                what=figures.noun,
                value=figures.value(told.tail_mean),
                mean=figures.value(told.mean),
            )
        case RiskMeasure.REGRET:
            return _.count(
                "Chosen for the least regret over {n} future: it is not worse than the plan that "
                "would be best there by more than {value}.",
                "Chosen for the least regret over {n} futures: in none of them is it worse than "
                "the plan that would be best there by more than {value}.",
                told.futures,
                value=amount_of(figures, told.value),
            )
        case _:
            return _.count(
                "Chosen for one {segment} at its worst: {what} {value} then.",
                "Chosen for {n} {segments} at their worst at once: {what} {value} then.",
                told.at_worst,
                segment=words.segment,
                segments=_.plural(words.segment, told.at_worst),
                what=figures.noun,
                value=figures.value(told.value),
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
