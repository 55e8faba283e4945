"""A plan over partitions on one screen: totals, limits and their prices, how sure it is."""

from __future__ import annotations

from rich.text import Text

from slopt.cluster.solve import ClusterAnswer
from slopt.plan.plan import Plan
from slopt.report.language import ENGLISH, Language
from slopt.report.limit_words import limit_label, price, quantity
from slopt.report.no_plan_screen import no_plan_lines
from slopt.report.sureness import proof_sentence, soft_rule_lines
from slopt.report.table import Col, sentence, table
from slopt.report.totals_table import level_lines, totals_lines
from slopt.vocabulary import Status


def cluster_lines(answer: ClusterAnswer, width: int, language: Language = ENGLISH) -> list[Text]:
    """Everything `slopt solve --cluster` prints, at most `width` cells wide."""
    _ = language
    info, words = answer.case.settings.case, _.words(answer.case.settings.words)
    head = _(
        "{name} · {segments}, {tiers}, {offers}, {partitions} on {workers} · {money}",
        name=info.name,
        segments=_.counted(answer.segments, words.segment),
        tiers=_.counted(len(answer.problem.tiers), words.tier),
        offers=_.count("{n} offer", "{n} offers", answer.offers),
        partitions=_.count("{n} partition", "{n} partitions", answer.partitions),
        workers=_.count("{n} worker", "{n} workers", answer.workers),
        money=_.money_a_period(info),
    )
    lines = [*sentence(head, width), Text("")]
    plan = answer.plan
    if plan is None:
        return [*lines, *_no_plan(answer, width, _)]
    lines += [*sentence(_moved(answer, plan, _), width, "bold"), Text("")]
    lines += totals_lines(answer.case, plan.evaluation, plan.current, width, language=_)
    lines += level_lines(answer.case, plan.evaluation, plan.current, width, language=_)
    lines += [Text(""), *_limits(plan, width, _)]
    lines += [Text(""), *sentence(proof_sentence(plan, _), width, "bold")]
    return [*lines, *soft_rule_lines(answer.problem, plan.evaluation, width, _)]


def _moved(answer: ClusterAnswer, plan: Plan, _: Language) -> str:
    words = _.words(answer.case.settings.words)
    goal = _.goal(answer.problem.goal, words)
    everyone = _.counted(answer.segments, words.segment)
    if plan.current is None:
        used = _.counted(plan.evaluation.tiers_used, words.tier)
        return _(
            "First plan for {goal}: {segments} on {tiers}.",
            goal=goal,
            segments=everyone,
            tiers=used,
        )
    moves = f"{plan.evaluation.changes:,}"
    return _("For {goal} move {moves} of {segments}.", goal=goal, moves=moves, segments=everyone)


def _limits(plan: Plan, width: int, _: Language) -> list[Text]:
    """Every limit: used, limit, price."""
    if not plan.prices:
        return [Text(_("No limit applies."))]
    rows: list[list[str | Text]] = []
    for entry in sorted(plan.prices, key=lambda price: not price.binds):
        use = entry.use
        rows.append(
            [
                Text(limit_label(use.name, _), style="bold" if entry.binds else ""),
                quantity(plan.problem, use.name, use.used, _),
                f"{'≥' if use.at_least else '≤'} {quantity(plan.problem, use.name, use.limit, _)}",
                price(plan.problem, use.name, entry.relaxation or 0.0, _),
            ]
        )
    columns = [
        Col(_("limit"), right=False, shorten=True),
        Col(_("used")),
        Col(_("limit")),
        Col(_("price")),
    ]
    return table(columns, rows, width, language=_)


def _no_plan(answer: ClusterAnswer, width: int, _: Language) -> list[Text]:
    words, outcome = _.words(answer.case.settings.words), answer.outcome
    if answer.hopeless is not None:
        text = _(
            '{segment} "{name}" may have no {tier} at all.',
            segment=_.capital(words.segment),
            name=answer.hopeless,
            tier=words.tier,
        )
        return sentence(text, width, "bold")
    if outcome.status is Status.INFEASIBLE and outcome.relaxation is not None:
        names = [
            limit_label(name, _) for name, price in outcome.relaxation.prices.items() if price > 0
        ]
        text = _(
            "No plan keeps {limits} together; their prices in result.json prove it.",
            limits=_.listed(names),
        )
        return sentence(text, width, "bold")
    return no_plan_lines(answer.case, answer.problem, outcome, width, _)
