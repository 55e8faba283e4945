"""A plan over partitions on one screen: totals, limits and their prices, how sure it is."""

from __future__ import annotations

from rich.text import Text

from slopt.cluster.solve import ClusterAnswer
from slopt.plan.plan import Plan
from slopt.report.limit_words import price, quantity
from slopt.report.no_plan_screen import no_plan_lines
from slopt.report.sureness import proof_sentence, soft_rule_lines
from slopt.report.table import Col, sentence, table
from slopt.report.totals_table import level_lines, totals_lines
from slopt.report.words import capital, counted, goal_words, listed
from slopt.vocabulary import Status


def cluster_lines(answer: ClusterAnswer, width: int) -> list[Text]:
    """Everything `slopt solve --cluster` prints, at most `width` cells wide."""
    info, words = answer.case.settings.case, answer.case.settings.words
    sizes = ", ".join(
        (
            counted(answer.segments, words.segment),
            counted(len(answer.problem.tiers), words.tier),
            counted(answer.offers, "offer"),
            f"{counted(answer.partitions, 'partition')} on {counted(answer.workers, 'worker')}",
        )
    )
    head = f"{info.name} · {sizes} · {info.currency or 'money'} a {info.period}"
    lines = [*sentence(head, width), Text("")]
    plan = answer.plan
    if plan is None:
        return [*lines, *_no_plan(answer, width)]
    lines += [*sentence(_moved(answer, plan), width, "bold"), Text("")]
    lines += totals_lines(answer.case, plan.evaluation, plan.current, width)
    lines += level_lines(answer.case, plan.evaluation, plan.current, width)
    lines += [Text(""), *_limits(plan, width)]
    lines += [Text(""), *sentence(proof_sentence(plan), width, "bold")]
    return [*lines, *soft_rule_lines(answer.problem, plan.evaluation, width)]


def _moved(answer: ClusterAnswer, plan: Plan) -> str:
    words = answer.case.settings.words
    goal = goal_words(answer.problem.goal, words)
    everyone = counted(answer.segments, words.segment)
    if plan.current is None:
        used = counted(plan.evaluation.tiers_used, words.tier)
        return f"First plan for {goal}: {everyone} on {used}."
    return f"For {goal} move {plan.evaluation.changes:,} of {everyone}."


def _limits(plan: Plan, width: int) -> list[Text]:
    """Every limit: used, limit, price."""
    if not plan.prices:
        return [Text("No limit applies.")]
    rows: list[list[str | Text]] = []
    for entry in sorted(plan.prices, key=lambda price: not price.binds):
        use = entry.use
        rows.append(
            [
                Text(use.name, style="bold" if entry.binds else ""),
                quantity(plan.problem, use.name, use.used),
                f"{'≥' if use.at_least else '≤'} {quantity(plan.problem, use.name, use.limit)}",
                price(plan.problem, use.name, entry.relaxation or 0.0),
            ]
        )
    columns = [Col("limit", right=False, shorten=True), Col("used"), Col("limit"), Col("price")]
    return table(columns, rows, width)


def _no_plan(answer: ClusterAnswer, width: int) -> list[Text]:
    words, outcome = answer.case.settings.words, answer.outcome
    if answer.hopeless is not None:
        text = f'{capital(words.segment)} "{answer.hopeless}" may have no {words.tier} at all.'
        return sentence(text, width, "bold")
    if outcome.status is Status.INFEASIBLE and outcome.relaxation is not None:
        names = [name for name, price in outcome.relaxation.prices.items() if price > 0]
        text = f"No plan keeps {listed(names)} together; their prices in result.json prove it."
        return sentence(text, width, "bold")
    return no_plan_lines(answer.case, answer.problem, outcome, width)
