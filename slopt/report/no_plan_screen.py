"""What is said where there is no plan, and of a plan that breaks rules."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.case.settings import COLUMNS
from slopt.problem.choice import ChoiceProblem
from slopt.problem.evaluate import Breach
from slopt.report.numbers import amount
from slopt.report.table import Col, sentence, table
from slopt.report.words import capital
from slopt.solve.outcome import Outcome
from slopt.vocabulary import RuleKind, Status

CONTRACTS = {
    "allowed": "no tier is offered to {}",
    "min_tier": "contract floor of {}",
    "max_tier": "contract ceiling of {}",
    "fixed_tier": "pinned tier of {}",
}


def no_plan_lines(
    case: PlanningCase, problem: ChoiceProblem, outcome: Outcome, width: int
) -> list[Text]:
    """Why there is no plan, in the words of the rules, and which command helps."""
    if outcome.status is Status.INFEASIBLE:
        return _conflict(problem, outcome, width)
    if outcome.status is Status.UNBOUNDED:
        return [
            Text("The program is unbounded: something can be had without end.", style="bold"),
            Text("Check the model file for a variable without a bound."),
        ]
    if outcome.status is Status.INTERRUPTED:
        return [Text("Interrupted before a plan was found.", style="bold")]
    limit = case.settings.solve.time_limit_s
    return [
        Text(
            f"No plan was found within {limit:g} s; that none exists is not proven.", style="bold"
        ),
        Text("Give it more time: --set solve.time_limit_s=600"),
    ]


def _conflict(problem: ChoiceProblem, outcome: Outcome, width: int) -> list[Text]:
    if not outcome.conflict:
        return [
            Text(
                "No plan keeps every limit. Which of them contradict was not found in the "
                "time allowed.",
                style="bold",
            )
        ]
    count = len(outcome.conflict)
    head = (
        "No plan meets every limit. This one cannot be met, whatever else is given up:"
        if count == 1
        else f"No plan meets every limit. These {count} contradict each other; without any one of "
        "them the rest can be met:"
    )
    rows = [[name, capital(limit_words(problem, name))] for name in outcome.conflict]
    return [
        *sentence(head, width, "bold"),
        Text(""),
        *table([Col("limit", right=False), Col("set to", right=False)], rows, width),
        Text(""),
        Text(_help(outcome.conflict)),
    ]


def _help(conflict: tuple[str, ...]) -> str:
    limits = [name for name in conflict if f"limits.{name}" in COLUMNS]
    if limits:
        return f"Relax one of them, for instance: --set limits.{limits[0]}=..."
    return "Relax one of them in the case: more capacity, another value, or a penalty for a rule."


def limit_words(problem: ChoiceProblem, name: str) -> str:
    """What a limit, resource, rule or contract tier says, with its numbers."""
    contract = re.fullmatch(r"(allowed|min_tier|max_tier|fixed_tier)\[(.*)\]", name, re.S)
    if contract:
        return CONTRACTS[contract[1]].format(contract[2])
    if name in problem.resources:
        r = problem.resources.index(name)
        extra = problem.extra_capacity[r]
        more = f" and {amount(extra, 6)} extra" if extra else ""
        return f"capacity {amount(problem.capacity[r], 6)}{more}"
    rule = next((rule for rule in problem.rules if rule.name == name), None)
    if rule is None:
        value = float(getattr(problem, name))
        return f"{100 * value:g} %" if name == "min_service_level" else amount(value, 6)
    members = ", ".join(problem.segments[s] for s in rule.members[:3])
    members += f" and {len(rule.members) - 3} more" if len(rule.members) > 3 else ""
    if rule.kind is RuleKind.NOT_BELOW:
        others = ", ".join(problem.segments[s] for s in rule.others[:3])
        return f"{members} not below {others}"
    if rule.kind is RuleKind.SAME_TIER:
        return f"one tier for {members}"
    tier = f" in {problem.tiers[rule.tier]}" if rule.tier is not None else ""
    return f"{rule.kind.replace('_', ' ')} {amount(rule.value, 6)}{tier} for {members}"


def violation_lines(problem: ChoiceProblem, violations: Iterable[Breach], width: int) -> list[Text]:
    """The firm rules that a brought plan breaks, by how much."""
    rows = [[v.rule, amount(v.amount, 4), limit_words(problem, v.rule)] for v in violations]
    if not rows:
        return [Text("The plan keeps every limit and rule.", style="bold")]
    head = "The plan breaks 1 rule:" if len(rows) == 1 else f"The plan breaks {len(rows)} rules:"
    columns = [Col("rule", right=False, shorten=True), Col("by"), Col("it says", right=False)]
    return [Text(head, style="bold"), Text(""), *table(columns, rows, width)]
