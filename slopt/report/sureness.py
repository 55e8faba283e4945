"""How sure a plan is: the proof first, then close calls, thin data and broken soft rules."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from rich.text import Text

from slopt.plan.certificate import Certificate
from slopt.plan.horizon.plan import HorizonPlan
from slopt.plan.plan import Plan
from slopt.plan.provenance import Provenance
from slopt.plan.risk_certificate import RiskCertificate
from slopt.problem.choice import Bar, ChoiceProblem
from slopt.problem.evaluate import Evaluation
from slopt.report.language import ENGLISH, Language, later
from slopt.report.limit_words import difference, limit_words
from slopt.report.table import sentence
from slopt.study.close_calls import CLOSE
from slopt.vocabulary import Goal, Method, Status

PROVEN_BEST = 1e-4
"""The gap up to which a plan may be called the best: 0.01 %."""
PROVEN_BY = {
    Method.CORE: later("Proven best: gap of the exact core {gap}{certified}."),
    Method.PRICES: later("Proven best: gap at the prices {gap}{certified}."),
}
"""Whose gap it is, where no solver ran."""
NOTHING = 1e-9
"""Distances below this share of the objective are rounding."""


def sureness_lines(
    plan: Plan,
    checks: Mapping[int, bool],
    provenance: Provenance | None,
    width: int,
    language: Language = ENGLISH,
) -> list[Text]:
    """Arithmetic first: gap and certificate; then close calls, thin data, broken soft rules."""
    _ = language
    lines = sentence(proof_sentence(plan, _), width, "bold")
    words = _.words(plan.case.settings.words)
    close = [segment for segment, is_close in checks.items() if is_close]
    share = f"{100 * CLOSE:g} %"
    if close:
        said = _.count(
            "{n} of {moves} is a close call: the best plan without it is worse by less than "
            "{share}.",
            "{n} of {moves} are close calls: the best plan without it is worse by less than "
            "{share}.",
            len(close),
            moves=_.count("{n} move", "{n} moves", len(checks))
            if len(checks) == len(plan.moves)
            else _("the {n} moves that were tested", n=len(checks)),
            share=share,
        )
        lines += sentence(said, width)
    elif checks:
        said = (
            _(
                "Every move is firm: without any one of them the best plan is worse by at least "
                "{share}.",
                share=share,
            )
            if len(checks) == len(plan.moves)
            else _(
                "All {n} moves that were tested are firm: without any one of them the best plan "
                "is worse by at least {share}.",
                n=len(checks),
                share=share,
            )
        )
        lines += sentence(said, width)
    if provenance and any(provenance.sample(s, int(plan.choice[s])) for s in plan.moves):
        said = _(
            "n: observations that the level of the new {tier} there rests on.", tier=words.tier
        )
        lines += sentence(said, width)
    lines += soft_rule_lines(plan.problem, plan.evaluation, width, _)
    if plan.risk is None and plan.prices and _everyone_has_the_best(plan):
        said = _(
            "No limit holds the plan back: every {segment} has its best {tier}.",
            segment=words.segment,
            tier=words.tier,
        )
        lines += sentence(said, width)
    return lines


def soft_rule_lines(
    problem: ChoiceProblem, evaluation: Evaluation, width: int, language: Language = ENGLISH
) -> list[Text]:
    """Soft rules that are broken, what they say, and what that counts against the goal."""
    said = soft_rule_sentences(problem, evaluation, language)
    return [line for each in said for line in sentence(each, width)]


def soft_rule_sentences(problem: ChoiceProblem, evaluation: Evaluation, _: Language) -> list[str]:
    """The same as one sentence a rule."""
    return [
        _(
            "Soft rule {rule} ({words}) is broken by {breach}, which counts {cost} against the "
            "goal.",
            rule=breach.rule,
            words=limit_words(problem, breach.rule, _),
            breach=difference(problem, breach.rule, breach.amount, _),
            cost=_.amount(breach.cost),
        )
        for breach in evaluation.broken
    ]


def _everyone_has_the_best(plan: Plan) -> bool:
    """True where each segment has the tier that is best for it among all that are offered."""
    problem = plan.problem
    sense = -1.0 if problem.goal.maximises else 1.0
    offered = (problem.barred & Bar.NOT_OFFERED) == 0
    values = np.where(offered, sense * problem.values, np.inf)
    chosen = values[np.arange(len(plan.choice)), plan.choice]
    return bool(np.all(chosen <= values.min(axis=1)))


def had_time(plan: Plan) -> bool:
    """True where offers were made for the plan, and no more of them would prove it nearer."""
    limit = plan.case.settings.solve.time_limit_s
    return plan.problem.generated is not None and plan.outcome.seconds < limit


def _ended_by_itself(plan: Plan) -> bool:
    """True of a plan for uncertain numbers whose search ended before the time did."""
    return plan.risk is not None and plan.outcome.seconds < plan.case.settings.solve.time_limit_s


def proof_sentence(plan: Plan | HorizonPlan, language: Language = ENGLISH) -> str:
    """How near to the best possible this plan is, and by whose word."""
    _, solve = language, plan.case.settings.solve
    gap, certified = _.gap(plan.gap), _certified(plan, _)
    if plan.gap is None and plan.status is not Status.OPTIMAL:
        return _without_bound(plan, certified, _)
    if plan.status is Status.INTERRUPTED:
        return _(
            "Interrupted. Best plan so far, at most {gap} from the best possible{certified}.",
            gap=gap,
            certified=certified,
        )
    if plan.status is not Status.OPTIMAL and isinstance(plan, Plan) and had_time(plan):
        return _(
            "Best found, not proven to the gap asked for ({asked}): at most {gap} from the best "
            "possible of all that its levels, stocks and agents could be{certified}.",
            gap=gap,
            asked=_.gap(solve.gap),
            certified=certified,
        )
    if plan.status is not Status.OPTIMAL and isinstance(plan, Plan) and _ended_by_itself(plan):
        return _(
            "Best found, not proven to the gap asked for ({asked}): at most {gap} from the best "
            "possible{certified}.",
            asked=_.gap(solve.gap),
            gap=gap,
            certified=certified,
        )
    if plan.status is not Status.OPTIMAL:
        return _(
            "Best found within {seconds} s, at most {gap} from the best possible (asked for "
            "{asked}){certified}.",
            seconds=f"{solve.time_limit_s:g}",
            gap=gap,
            asked=_.gap(solve.gap),
            certified=certified,
        )
    if plan.gap is not None and plan.gap <= PROVEN_BEST:
        by = PROVEN_BY.get(plan.outcome.method, later("Proven best: solver gap {gap}{certified}."))
        return _(by, gap=gap, certified=certified)
    return _(
        "Proven within {gap} of the best possible (asked for {asked}){certified}.",
        gap=gap,
        asked=_.gap(solve.gap),
        certified=certified,
    )


def _without_bound(plan: Plan | HorizonPlan, certified: str, _: Language) -> str:
    """Of a plan that no bound was found for, so that nobody knows how good it is."""
    if plan.status is Status.INTERRUPTED:
        return _(
            "Interrupted. Best plan so far; how near it is to the best possible is not "
            "known{certified}.",
            certified=certified,
        )
    if isinstance(plan, Plan) and (had_time(plan) or _ended_by_itself(plan)):
        return _(
            "Best found; how near it is to the best possible is not known{certified}.",
            certified=certified,
        )
    return _(
        "Best found within {seconds} s; how near it is to the best possible is not "
        "known{certified}.",
        seconds=f"{plan.case.settings.solve.time_limit_s:g}",
        certified=certified,
    )


def _certified(plan: Plan | HorizonPlan, _: Language) -> str:
    """What the certificate says, as the end of the sentence of the proof."""
    worth = plan.objective
    certificate: Certificate | RiskCertificate | None = plan.certificate
    if isinstance(plan, Plan) and plan.risk is not None:
        worth, certificate = plan.risk.worth.loss, plan.risk.certificate
    if certificate is None or certificate.gap >= 1:  # it would say nothing
        return ""
    distance = abs(worth - certificate.bound)
    if distance <= NOTHING * abs(worth):
        return _("; without trusting the solver, no plan is better at all")
    share = _.gap(certificate.gap)
    if plan.problem.goal is Goal.MAX_SERVICE:
        return _(
            "; without trusting the solver, no plan is better by more than {share}", share=share
        )
    return _(
        "; without trusting the solver, no plan is better by more than {money} ({share})",
        money=_.money(distance, plan.case.settings.case.currency),
        share=share,
    )
