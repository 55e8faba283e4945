"""Limits in words: what each says, in its own unit, and what its price is per unit."""

from __future__ import annotations

import re

from slopt.problem.choice import ChoiceProblem
from slopt.report.numbers import amount, percent
from slopt.vocabulary import Goal, RuleKind

CONTRACTS = {
    "allowed": "no tier is offered to {}",
    "min_tier": "contract floor of {}",
    "max_tier": "contract ceiling of {}",
    "fixed_tier": "pinned tier of {}",
}


def is_level(problem: ChoiceProblem, name: str) -> bool:
    """True for limits on a mean service level, which are shown in percent and points."""
    rule = next((rule for rule in problem.rules if rule.name == name), None)
    return name == "min_service_level" or (
        rule is not None and rule.kind is RuleKind.MIN_SERVICE_LEVEL
    )


def quantity(problem: ChoiceProblem, name: str, value: float) -> str:
    """An amount in the unit of a limit: `95.4 %`, `9.524 M`, `9`."""
    return f"{percent(value, 1)} %" if is_level(problem, name) else amount(value, 4)


def difference(problem: ChoiceProblem, name: str, value: float) -> str:
    """A difference in the unit of a limit: `0.08 points`, `202 k`."""
    return f"{amount(100 * value)} points" if is_level(problem, name) else amount(value)


def price(problem: ChoiceProblem, name: str, value: float) -> str:
    """A price per unit of a limit, in the unit of the goal: money, or points of level."""
    shown, per = value, ""
    if is_level(problem, name):
        shown, per = value / 100, " a point"
    if problem.goal is Goal.MAX_SERVICE:
        return f"{100 * shown:.2g} points{per}" if shown else "0"
    return amount(shown) + (per if shown else "")


def gain(problem: ChoiceProblem, value: float) -> str:
    """What a better plan gains, in the unit of the goal."""
    if problem.goal is Goal.MAX_SERVICE:
        return f"gains {amount(100 * value)} points"
    return f"saves {amount(value)}"


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
        return quantity(problem, name, float(getattr(problem, name)))
    members = _few(problem, rule.members)
    if rule.kind is RuleKind.NOT_BELOW:
        return f"{members} not below {_few(problem, rule.others)}"
    if rule.kind is RuleKind.SAME_TIER:
        return f"one tier for {members}"
    tier = f" in {problem.tiers[rule.tier]}" if rule.tier is not None else ""
    sign = "at least" if rule.kind.is_floor else "at most"
    what = rule.kind.replace("_", " ").removeprefix("min ").removeprefix("max ")
    if rule.tier is not None:
        return f"{sign} {rule.value:g}{tier} of {members}"
    return f"{what} {sign} {quantity(problem, name, rule.value)} for {members}"


def _few(problem: ChoiceProblem, members: tuple[int, ...]) -> str:
    names = [problem.segments[s] for s in members[:3]]
    more = f" and {len(members) - 3} more" if len(members) > 3 else ""
    return ", ".join(names) + more
