"""What each rule and contract costs the plan, the dearest first."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from slopt.plan.plan import Plan
from slopt.report.explain_words import goal_amount
from slopt.report.limit_words import limit_words
from slopt.report.numbers import amount
from slopt.report.table import Col, sentence, table
from slopt.report.words import counted, listed
from slopt.study.explain import Move
from slopt.study.explain_rules import ALL, CONTRACT, RuleCost
from slopt.vocabulary import Goal

MOST_ROWS = 40
MOST_MOVES = 3
TOGETHER = {
    "allowed": "all forbidden offers together",
    "min_tier": "all contract floors together",
    "max_tier": "all contract ceilings together",
    "fixed_tier": "all pinned tiers together",
}


def rules_in_full(plan: Plan, rules: Sequence[RuleCost], width: int) -> list[Text]:
    """A row for each rule that is proven to cost something, a sentence for the others."""
    info, words = plan.case.settings.case, plan.case.settings.words
    lines = [Text("What each rule costs the plan", style="bold")]
    if not rules:
        text = "There are no rules, contracts or forbidden offers."
        return [*lines, *sentence(text, width)]
    dear = sorted((r for r in rules if r.costs_something), key=lambda r: -(r.cost or 0.0))
    rows: list[list[str | Text]] = [
        [
            rule_words(plan, rule.name),
            _shown(plan, rule.cost or 0.0),
            move_words(plan, rule.moves, MOST_MOVES) or "nobody",
        ]
        for rule in dear[:MOST_ROWS]
    ]
    columns = [
        Col("rule", right=False, shorten=True),
        Col("costs", style="bold"),
        Col("without it would move", right=False, wrap=True),
    ]
    if rows:
        lines += [Text(""), *table(columns, rows, width)]
        unit = f"{info.currency or 'money'} a {info.period}"
        if plan.problem.goal is Goal.MAX_SERVICE:
            unit = f"points of {words.service_level}"
        lines += sentence(
            f"Costs in {unit}: the best plan without the rule, solved, against this plan.", width
        )
    if len(dear) > MOST_ROWS:
        lines += sentence(f"{len(dear) - MOST_ROWS:,} more cost something: --json has all.", width)
    for rule in dear:
        if rule.penalty:
            lines += sentence(
                f"Soft rule {rule.name} is broken: {amount(rule.penalty)} of what it costs is its "
                "penalty.",
                width,
            )
    return [*lines, *_free(plan, rules, width), *_open(plan, rules, width)]


def _free(plan: Plan, rules: Sequence[RuleCost], width: int) -> list[Text]:
    free = [rule for rule in rules if rule.cost is not None and not rule.costs_something]
    if not free:
        return []
    names = [rule_words(plan, rule.name) for rule in free[:12]]
    if len(free) > 12:
        names.append(f"{len(free) - 12:,} more")
    most = max((rule.most or 0.0 for rule in free), default=0.0)
    sure = ""
    if most > 1e-9 * max(1.0, abs(plan.objective)):
        sure = f" by more than {goal_amount(plan, most)}"
    text = f"Without any one of these no plan is better{sure}: {listed(names)}."
    return [Text(""), *sentence(text, width)]


def _open(plan: Plan, rules: Sequence[RuleCost], width: int) -> list[Text]:
    """Rules that were not solved: by the prices, or because time was over."""
    priced = [rule for rule in rules if rule.cost is None and rule.most is not None]
    left = [rule for rule in rules if rule.cost is None and rule.most is None]
    lines: list[Text] = []
    if priced:
        most = max(rule.most or 0.0 for rule in priced)
        lines += [Text("")]
        lines += sentence(
            f"{counted(len(priced), 'contract')} were not solved: by the prices of the limits none "
            f"costs more than {goal_amount(plan, most)}.",
            width,
        )
    if left:
        lines += [Text("")]
        lines += sentence(
            f"{counted(len(left), 'rule')} were not solved within the time limit; give more with "
            "--set solve.time_limit_s=...",
            width,
        )
    return lines


def rule_words(plan: Plan, name: str) -> str:
    """A rule by its name and what it says."""
    contract = CONTRACT.fullmatch(name)
    if contract and contract[2] == ALL and ALL not in plan.problem.segments:
        return TOGETHER[contract[1]]
    if contract and contract[1] == "allowed":
        return f"forbidden offer of {contract[2]}"
    words = limit_words(plan.problem, name)
    return words if contract else f"{name} ({words})"


def move_words(plan: Plan, moves: Sequence[Move], most: int) -> str:
    """`Ghana air → truck, Kenya air → ocean and 2 more`."""
    problem = plan.problem
    shown = [
        f"{problem.segments[m.segment]} {problem.tiers[m.before]} → {problem.tiers[m.after]}"
        for m in moves[:most]
    ]
    if len(moves) > most:
        shown.append(f"{len(moves) - most:,} more")
    return listed(shown)


def _shown(plan: Plan, value: float) -> str:
    if plan.problem.goal is Goal.MAX_SERVICE:
        return f"{100 * value:.3f}"
    return amount(value)
