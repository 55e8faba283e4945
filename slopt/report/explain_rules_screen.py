"""What each rule and contract costs the plan, the dearest first."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from slopt.plan.plan import Plan
from slopt.report.explain_words import goal_amount
from slopt.report.language import ENGLISH, Language, later
from slopt.report.limit_words import limit_words
from slopt.report.offer_words import who_moves
from slopt.report.table import Col, sentence, table
from slopt.study.explain import Move
from slopt.study.explain_rules import ALL, CONTRACT, RuleCost
from slopt.vocabulary import Goal

MOST_ROWS = 40
MOST_MOVES = 3
TOGETHER = {
    "allowed": later("all forbidden offers together"),
    "min_tier": later("all contract floors together"),
    "max_tier": later("all contract ceilings together"),
    "fixed_tier": later("all pinned tiers together"),
}


def rules_in_full(
    plan: Plan, rules: Sequence[RuleCost], width: int, language: Language = ENGLISH
) -> list[Text]:
    """A row for each rule that is proven to cost something, a sentence for the others."""
    _ = language
    info, words = plan.case.settings.case, _.words(plan.case.settings.words)
    lines = [Text(_("What each rule costs the plan"), style="bold")]
    if not rules:
        text = _("There are no rules, contracts or forbidden offers.")
        return [*lines, *sentence(text, width)]
    dear = sorted((r for r in rules if r.costs_something), key=lambda r: -(r.cost or 0.0))
    rows: list[list[str | Text]] = [
        [
            rule_words(plan, rule.name, _),
            _shown(plan, rule.cost or 0.0, _),
            move_words(plan, rule.moves, MOST_MOVES, _) or _("nobody"),
        ]
        for rule in dear[:MOST_ROWS]
    ]
    columns = [
        Col(_("rule"), right=False, shorten=True),
        Col(_("costs"), style="bold"),
        Col(_("without it would move"), right=False, wrap=True),
    ]
    if rows:
        lines += [Text(""), *table(columns, rows, width, language=_)]
        unit = _.money_a_period(info)
        if plan.problem.goal is Goal.MAX_SERVICE:
            unit = _("points of {level}", level=words.service_level)
        said = _(
            "Costs in {unit}: the best plan without the rule, solved, against this plan.", unit=unit
        )
        lines += sentence(said, width)
    if len(dear) > MOST_ROWS:
        more = f"{len(dear) - MOST_ROWS:,}"
        lines += sentence(_("{n} more cost something: --json has all.", n=more), width)
    for rule in dear:
        if rule.penalty:
            said = _(
                "Soft rule {rule} is broken: {penalty} of what it costs is its penalty.",
                rule=rule.name,
                penalty=_.amount(rule.penalty),
            )
            lines += sentence(said, width)
    return [*lines, *_free(plan, rules, width, _), *_open(plan, rules, width, _)]


def _free(plan: Plan, rules: Sequence[RuleCost], width: int, _: Language) -> list[Text]:
    free = [rule for rule in rules if rule.cost is not None and not rule.costs_something]
    if not free:
        return []
    names = [rule_words(plan, rule.name, _) for rule in free[:12]]
    if len(free) > 12:
        names.append(_("{n} more", n=f"{len(free) - 12:,}"))
    most = max((rule.most or 0.0 for rule in free), default=0.0)
    told = _.listed(names)
    if most > 1e-9 * max(1.0, abs(plan.objective)):
        text = _(
            "Without any one of these no plan is better by more than {amount}: {rules}.",
            amount=goal_amount(plan, most, _),
            rules=told,
        )
    else:
        text = _("Without any one of these no plan is better: {rules}.", rules=told)
    return [Text(""), *sentence(text, width)]


def _open(plan: Plan, rules: Sequence[RuleCost], width: int, _: Language) -> list[Text]:
    """Rules that were not solved: by the prices, or because time was over."""
    priced = [rule for rule in rules if rule.cost is None and rule.most is not None]
    left = [rule for rule in rules if rule.cost is None and rule.most is None]
    lines: list[Text] = []
    if priced:
        most = max(rule.most or 0.0 for rule in priced)
        amount = goal_amount(plan, most, _)
        said = _.count(
            "{n} contract were not solved: by the prices of the limits none costs more than "
            "{amount}.",
            "{n} contracts were not solved: by the prices of the limits none costs more than "
            "{amount}.",
            len(priced),
            amount=amount,
        )
        lines += [Text(""), *sentence(said, width)]
    if left:
        said = _.count(
            "{n} rule were not solved within the time limit; give more with "
            "--set solve.time_limit_s=...",
            "{n} rules were not solved within the time limit; give more with "
            "--set solve.time_limit_s=...",
            len(left),
        )
        lines += [Text(""), *sentence(said, width)]
    return lines


def rule_words(plan: Plan, name: str, language: Language = ENGLISH) -> str:
    """A rule by its name and what it says."""
    _ = language
    contract = CONTRACT.fullmatch(name)
    if contract and contract[2] == ALL and ALL not in plan.problem.segments:
        return _(TOGETHER[contract[1]])
    if contract and contract[1] == "allowed":
        return _("forbidden offer of {segment}", segment=contract[2])
    words = limit_words(plan.problem, name, _)
    return words if contract else _("{rule} ({words})", rule=name, words=words)


def move_words(plan: Plan, moves: Sequence[Move], most: int, language: Language = ENGLISH) -> str:
    """`Ghana air → truck, Kenya air → ocean and 2 more`."""
    _, problem = language, plan.problem
    shown = [who_moves(problem, move, _) for move in moves[:most]]
    if len(moves) > most:
        shown.append(_("{n} more", n=f"{len(moves) - most:,}"))
    return _.listed(shown)


def _shown(plan: Plan, value: float, _: Language) -> str:
    if plan.problem.goal is Goal.MAX_SERVICE:
        return f"{100 * value:.3f}"
    return _.amount(value)
