"""How sure a plan is: the proof first, then close calls, thin data and broken soft rules."""

from __future__ import annotations

from collections.abc import Mapping

from rich.text import Text

from slopt.plan.plan import Plan
from slopt.plan.provenance import Provenance
from slopt.report.numbers import amount, gap_words
from slopt.report.table import sentence
from slopt.report.words import counted
from slopt.vocabulary import Goal, Status

CLOSE = 1e-3
"""A move is a close call if the best plan without it is worse by less than this share."""


def sureness_lines(
    plan: Plan, checks: Mapping[int, bool], provenance: Provenance | None, width: int
) -> list[Text]:
    """Arithmetic first: gap and certificate; then close calls, thin data, broken soft rules."""
    lines = sentence(proof_sentence(plan), width, "bold")
    words = plan.case.settings.words
    close = [segment for segment, is_close in checks.items() if is_close]
    share = f"{100 * CLOSE:g} %"
    if close:
        verb = "is a close call" if len(close) == 1 else "are close calls"
        lines += sentence(
            f"{len(close)} of {counted(len(checks), 'move')} {verb}: the best plan without it "
            f"costs less than {share} more.",
            width,
        )
    elif checks:
        lines += sentence(
            "No move is a close call: without any one of them the best plan costs "
            f"at least {share} more.",
            width,
        )
    if provenance and any(provenance.sample(s, int(plan.choice[s])) for s in plan.moves):
        lines += sentence(
            f"n: observations that the level of the new {words.tier} there rests on.", width
        )
    for breach in plan.evaluation.broken:
        lines += sentence(
            f"Soft rule {breach.rule} is broken by {amount(breach.amount)}, which "
            f"counts {amount(breach.cost)} against the goal.",
            width,
        )
    if plan.prices and not any(price.binds for price in plan.prices):
        lines += sentence(
            f"No limit holds the plan back: every {words.segment} has its best {words.tier}.", width
        )
    return lines


def proof_sentence(plan: Plan) -> str:
    """How near to the best possible this plan is, and by whose word."""
    gap, certificate = plan.gap, plan.certificate
    asked = plan.case.settings.solve.gap
    if plan.status is Status.OPTIMAL:
        text = f"Proven best: solver gap {gap_words(gap)}"
    elif plan.status is Status.INTERRUPTED:
        text = f"Interrupted. Best plan so far, at most {gap_words(gap)} from the best possible"
    else:
        text = (
            f"Best found within {plan.case.settings.solve.time_limit_s:g} s, at most "
            f"{gap_words(gap)} from the best possible (asked for {gap_words(asked)})"
        )
    if certificate is None:
        return text + "."
    distance = abs(plan.objective - certificate.bound)
    money = "" if plan.problem.goal is Goal.MAX_SERVICE else f" ({amount(distance)})"
    return f"{text}, certified without the solver {gap_words(certificate.gap)}{money}."
