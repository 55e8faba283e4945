"""Limits in words: what each says, in its own unit, and what its price is per unit."""

from __future__ import annotations

import re

from slopt.problem.choice import ChoiceProblem
from slopt.problem.evaluate import CHOICE
from slopt.report.language import ENGLISH, Language, later
from slopt.report.numbers import percent
from slopt.vocabulary import Goal, RuleKind

CONTRACTS = {
    "allowed": later("no tier is offered to {segment}"),
    "min_tier": later("contract floor of {segment}"),
    "max_tier": later("contract ceiling of {segment}"),
    "fixed_tier": later("pinned tier of {segment}"),
    "worth": later("it is not worth its price to {segment}"),
    "choice": later("customers of {segment} choose for themselves"),
    "same_service": later("one price of {segment} at a time"),
}
RULES = {
    RuleKind.MIN_IN_TIER: later("at least {value} in {tier} of {members}"),
    RuleKind.MAX_IN_TIER: later("at most {value} in {tier} of {members}"),
    RuleKind.MIN_SERVICE_LEVEL: later("service level at least {value} for {members}"),
    RuleKind.MAX_SERVICE_COST: later("service cost at most {value} for {members}"),
    RuleKind.MAX_LOST_SALES: later("lost sales at most {value} for {members}"),
}


def is_level(problem: ChoiceProblem, name: str) -> bool:
    """True for limits on a mean service level, which are shown in percent and points."""
    rule = next((rule for rule in problem.rules if rule.name == name), None)
    return name == "min_service_level" or (
        rule is not None and rule.kind is RuleKind.MIN_SERVICE_LEVEL
    )


def limit_label(name: str, _: Language) -> str:
    """What a limit is called on a screen: by its name, which those of the settings have.

    Limits of a period have its name at the end: `budget 2027Q1`.
    """
    settings = {
        "budget": _("budget"),
        "max_tiers": _("max_tiers"),
        "max_changes": _("max_changes"),
        "min_service_level": _("min_service_level"),
        "max_lost_sales": _("max_lost_sales"),
    }
    first, between, period = name.partition(" ")
    return f"{settings[first]}{between}{period}" if first in settings else name


def quantity(problem: ChoiceProblem, name: str, value: float, language: Language = ENGLISH) -> str:
    """An amount in the unit of a limit: `95.4 %`, `9.524 M`, `9`."""
    return f"{percent(value, 1)} %" if is_level(problem, name) else language.amount(value, 4)


def difference(
    problem: ChoiceProblem, name: str, value: float, language: Language = ENGLISH
) -> str:
    """A difference in the unit of a limit: `0.08 points`, `202 k`."""
    if is_level(problem, name):
        return language("{points} points", points=language.amount(100 * value))
    return language.amount(value)


def price(problem: ChoiceProblem, name: str, value: float, language: Language = ENGLISH) -> str:
    """A price per unit of a limit, in the unit of the goal: money, or points of level."""
    _, of_level = language, is_level(problem, name)
    shown = value / 100 if of_level else value
    if not shown:
        return "0"
    if problem.goal is Goal.MAX_SERVICE:
        text = _("{points} points", points=f"{100 * shown:.2g}")
    else:
        text = _.amount(shown)
    return _("{price} a point", price=text) if of_level else text


def gain(problem: ChoiceProblem, value: float, language: Language = ENGLISH) -> str:
    """What a better plan gains, in the unit of the goal."""
    if problem.goal is Goal.MAX_SERVICE:
        return language("gains {points} points", points=language.amount(100 * value))
    return language("saves {amount}", amount=language.amount(value))


def limit_words(problem: ChoiceProblem, name: str, language: Language = ENGLISH) -> str:
    """What a limit, resource, rule or contract tier says, with its numbers."""
    _ = language
    contract = re.fullmatch(rf"({'|'.join(CONTRACTS)})\[(.*)\]", name, re.S)
    if contract:
        return _(CONTRACTS[contract[1]], segment=contract[2])
    if name in problem.resources:
        r = problem.resources.index(name)
        capacity, extra = _.amount(problem.capacity[r], 6), problem.extra_capacity[r]
        if not extra:
            return _("capacity {capacity}", capacity=capacity)
        more = _.amount(extra, 6)
        return _("capacity {capacity} and {extra} extra", capacity=capacity, extra=more)
    rule = next((rule for rule in problem.rules if rule.name == name), None)
    if rule is None and name == CHOICE and problem.selection is not None:
        return _("customers choose for themselves")
    if rule is None:
        return quantity(problem, name, float(getattr(problem, name)), _)
    members = _few(problem, rule.members, _)
    if rule.kind is RuleKind.NOT_BELOW:
        others = _few(problem, rule.others, _)
        return _("{members} not below {others}", members=members, others=others)
    if rule.kind is RuleKind.SAME_TIER:
        return _("one tier for {members}", members=members)
    tier = problem.tiers[rule.tier] if rule.tier is not None else ""
    value = f"{rule.value:g}" if tier else quantity(problem, name, rule.value, _)
    return _(RULES[rule.kind], value=value, tier=tier, members=members)


def _few(problem: ChoiceProblem, members: tuple[int, ...], _: Language) -> str:
    names = _(", ").join(problem.segments[s] for s in members[:3])
    more = len(members) - 3
    return _("{names} and {n} more", names=names, n=more) if more > 0 else names
