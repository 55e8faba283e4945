"""What page one says of a plan that was chosen for its futures: for what, and how near the best."""

from __future__ import annotations

from slopt.engine.reporting import Dossier
from slopt.plan.plan import Plan
from slopt.plan.risk import PlanRisk
from slopt.problem.scenarios.aim import aim_value
from slopt.report.language import Language
from slopt.report.risk_aim_sentences import aim_sentences, risk_figures
from slopt.report.risk_plan_lines import reserve_sentences, with_reserve_sentence
from slopt.report.risk_words import ROUND, tail_phrase
from slopt.report.sureness import PROVEN_BEST, proof_sentence
from slopt.vocabulary import RiskMeasure, Status


def chosen_for(dossier: Dossier, _: Language) -> list[str]:
    """What the plan was chosen for, and what it reserves; nothing of one at own numbers."""
    plan = dossier.plan
    if plan.risk is None:
        return []
    figures = risk_figures(plan, plan.risk, _)
    return [aim_sentences(plan, plan.risk, figures, _), *reserve_sentences(plan.risk, _)]


def with_reserve(dossier: Dossier, _: Language) -> str:
    """What the total comes to with what is reserved; empty where that is no other sum."""
    plan = dossier.plan
    if plan.risk is None:
        return ""
    return with_reserve_sentence(plan, plan.risk, own_amount(plan, "total_cost"), _)


def own_amount(plan: Plan, name: str) -> float:
    """A total at the case's own numbers, with what the plan reserves."""
    if plan.risk is None:
        return float(getattr(plan.evaluation, name))
    return float(getattr(plan.risk.own, name)[0])


def aim_amounts(dossier: Dossier) -> tuple[float | None, float] | None:
    """What today's tiers and the plan are worth by what it was chosen for, in the goal's sense.

    None of a plan at own numbers; today's None where some segment has no tier.
    """
    plan, risk = dossier.plan, dossier.plan.risk
    if risk is None:
        return None
    now = None
    if plan.current is not None:
        its = aim_value(risk.problem, plan.problem.current, risk.aim, risk.found.best)
        now = risk.in_goal(its.loss)
    return now, risk.value


def aim_label(dossier: Dossier, risk: PlanRisk, _: Language) -> str:
    """The name of the row of these."""
    aim, words = risk.aim, _.words(dossier.case.settings.words)
    what = risk_figures(dossier.plan, risk, _).noun
    tail = tail_phrase(aim.tail, _)
    match aim.measure:
        case RiskMeasure.MEAN:
            return _("{what}, mean of all futures", what=what)
        case RiskMeasure.CVAR if aim.weight > 1 - ROUND:
            return _("{what}, mean {tail}", what=what, tail=tail)
        case RiskMeasure.CVAR:
            return _("{what}, mean {tail} weighed with that of all", what=what, tail=tail)
        case RiskMeasure.REGRET:
            return _("largest regret of all futures")
        case _:
            count = min(aim.at_worst, dossier.plan.problem.segment_count)
            return _(
                "{what} with {segments} at the worst",
                what=what,
                segments=_.counted(count, words.segment),
            )


def proof_for_risk(dossier: Dossier, _: Language) -> tuple[str, str]:
    """Title and text of how near the plan is to the best by what it was chosen for."""
    plan = dossier.plan
    title = _("Best found for its futures")
    if plan.status is Status.OPTIMAL and plan.gap is not None:
        title = _("Proven within {gap} over its futures", gap=_.gap(plan.gap))
        if plan.gap <= PROVEN_BEST:
            title = _("Proven best over its futures")
    if plan.risk is not None and plan.risk.aim.measure is RiskMeasure.ROBUST:
        title = title_at_worst(plan, _)
    note = _("That is by what it was chosen for: at the case's own numbers another may be better.")
    return title, _.sentences([proof_sentence(plan, _), note])


def title_at_worst(plan: Plan, _: Language) -> str:
    """The same of a plan that is robust, which has no need of futures."""
    if plan.status is not Status.OPTIMAL or plan.gap is None:
        return _("Best found at the worst")
    if plan.gap <= PROVEN_BEST:
        return _("Proven best at the worst")
    return _("Proven within {gap} at the worst", gap=_.gap(plan.gap))
