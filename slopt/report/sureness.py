"""How sure a plan is: the proof first, then close calls, thin data and broken soft rules."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from rich.text import Text

from slopt.plan.plan import Plan
from slopt.plan.provenance import Provenance
from slopt.problem.choice import Bar, ChoiceProblem
from slopt.problem.evaluate import Evaluation
from slopt.report.limit_words import difference, limit_words
from slopt.report.numbers import amount, gap_words
from slopt.report.table import sentence
from slopt.report.words import counted
from slopt.study.close_calls import CLOSE
from slopt.vocabulary import Goal, Method, Status

PROVEN_BEST = 1e-4
"""The gap up to which a plan may be called the best: 0.01 %."""
GAP_OF = {Method.CORE: "gap of the exact core", Method.PRICES: "gap at the prices"}
"""Whose gap it is, where no solver ran."""
NOTHING = 1e-9
"""Distances below this share of the objective are rounding."""


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
            f"{len(close)} of {counted(len(checks), 'move')} {verb}: the best plan without it is "
            f"worse by less than {share}.",
            width,
        )
    elif checks:
        lines += sentence(
            "Every move is clear: without any one of them the best plan is worse by at least "
            f"{share}.",
            width,
        )
    if provenance and any(provenance.sample(s, int(plan.choice[s])) for s in plan.moves):
        lines += sentence(
            f"n: observations that the level of the new {words.tier} there rests on.", width
        )
    lines += soft_rule_lines(plan.problem, plan.evaluation, width)
    if plan.prices and _everyone_has_the_best(plan):
        lines += sentence(
            f"No limit holds the plan back: every {words.segment} has its best {words.tier}.", width
        )
    return lines


def soft_rule_lines(problem: ChoiceProblem, evaluation: Evaluation, width: int) -> list[Text]:
    """Soft rules that are broken, what they say, and what that counts against the goal."""
    lines: list[Text] = []
    for breach in evaluation.broken:
        lines += sentence(
            f"Soft rule {breach.rule} ({limit_words(problem, breach.rule)}) is broken by "
            f"{difference(problem, breach.rule, breach.amount)}, which counts "
            f"{amount(breach.cost)} against the goal.",
            width,
        )
    return lines


def _everyone_has_the_best(plan: Plan) -> bool:
    """True where each segment has the tier that is best for it among all that are offered."""
    problem = plan.problem
    sense = -1.0 if problem.goal.maximises else 1.0
    offered = (problem.barred & Bar.NOT_OFFERED) == 0
    values = np.where(offered, sense * problem.values, np.inf)
    chosen = values[np.arange(len(plan.choice)), plan.choice]
    return bool(np.all(chosen <= values.min(axis=1)))


def proof_sentence(plan: Plan) -> str:
    """How near to the best possible this plan is, and by whose word."""
    solve = plan.case.settings.solve
    gap = gap_words(plan.gap)
    if plan.status is Status.INTERRUPTED:
        text = f"Interrupted. Best plan so far, at most {gap} from the best possible"
    elif plan.status is not Status.OPTIMAL:
        text = (
            f"Best found within {solve.time_limit_s:g} s, at most {gap} from the best possible "
            f"(asked for {gap_words(solve.gap)})"
        )
    elif plan.gap is not None and plan.gap <= PROVEN_BEST:
        text = f"Proven best: {GAP_OF.get(plan.outcome.method, 'solver gap')} {gap}"
    else:
        text = f"Proven within {gap} of the best possible (asked for {gap_words(solve.gap)})"
    return f"{text}{_certified(plan)}."


def _certified(plan: Plan) -> str:
    certificate = plan.certificate
    if certificate is None:
        return ""
    distance = abs(plan.objective - certificate.bound)
    if distance <= NOTHING * abs(plan.objective):
        return "; without trusting the solver, no plan is better at all"
    share = gap_words(certificate.gap)
    if plan.problem.goal is Goal.MAX_SERVICE:
        return f"; without trusting the solver, no plan is better by more than {share}"
    money = f"{amount(distance)} {plan.case.settings.case.currency}".rstrip()
    return f"; without trusting the solver, no plan is better by more than {money} ({share})"
