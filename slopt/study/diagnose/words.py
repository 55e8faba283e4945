"""Demands and changes in the words of the business, every figure in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from slopt.case.case import PlanningCase, Words
from slopt.case.schema import ANY
from slopt.problem.choice import Bar, ChoiceProblem
from slopt.problem.demands import Demand, DemandKind
from slopt.problem.rules import Rule
from slopt.sayings import Saying, listed, say
from slopt.study.diagnose.changes import Change
from slopt.vocabulary import RuleKind

NAMED = 3
"""Segments that are named of those that a rule binds."""


def number(value: float) -> str:
    """A figure with thousands separators and up to six decimals: `934,200`, `0.925`."""
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text.replace("-", "−")


def percent(share: float) -> str:
    """A share: `92.5 %`."""
    return f"{number(round(100 * share, 4))} %"


@dataclass(frozen=True)
class Group:
    """Demands that are told together: the same contract for several segments."""

    words: Saying
    demands: tuple[Demand, ...]
    segments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wording:
    """How the demands of a problem and changes to them are told."""

    problem: ChoiceProblem
    words: Words
    group_names: Mapping[tuple[int, ...], str] = field(default_factory=dict)
    """What the case calls the members of a rule that it names by their group."""

    @classmethod
    def of(cls, case: PlanningCase, problem: ChoiceProblem, words: Words | None = None) -> Wording:
        """Words for a problem that was built from a case, groups of segments by their names.

        `words` are what the case calls things, where not in its own language.
        """
        rules, table = problem.rules, case.table("rules")
        names: dict[tuple[int, ...], str] = {}
        if len(rules) == len(table.rows):
            whom = zip(rules, table.texts("segment"), table.texts("other"), strict=True)
            for rule, group, other in whom:
                is_joined = rule.kind is RuleKind.SAME_TIER and other
                if len(rule.members) > 1 and group not in ("", ANY) and not is_joined:
                    names[rule.members] = group
                if len(rule.others) > 1 and other not in ("", ANY):
                    names[rule.others] = other
        return cls(problem, words or case.settings.words, names)

    def grouped(self, demands: Sequence[Demand]) -> list[Group]:
        """Demands as they are told, the same contract of several segments as one."""
        groups: dict[object, list[Demand]] = {}
        for demand in demands:
            key = (demand.kind, demand.bar, demand.tier) if demand.is_bar else demand
            groups.setdefault(key, []).append(demand)
        return [self._group(tuple(its)) for its in groups.values()]

    def _group(self, demands: tuple[Demand, ...]) -> Group:
        segments = tuple(segment for demand in demands for segment in demand.segments)
        named = tuple(self.problem.segments[s] for s in segments)
        if len(demands) == 1:
            return Group(self.demand(demands[0]), demands, named if len(named) > 1 else ())
        return Group(self._bar(demands[0], segments), demands, named)

    def demand(self, demand: Demand) -> Saying:
        """One demand, with its numbers."""
        if demand.kind is DemandKind.RESOURCE:
            return self._resource(demand.place)
        if demand.kind is DemandKind.RULE:
            rule = self.problem.rules[demand.place]
            return say("{rule}: {says}", rule=rule.name, says=self._rule(rule))
        if demand.is_bar:
            return self._bar(demand, demand.segments)
        return self._limit(demand.name)

    def _limit(self, name: str) -> Saying:
        value, words = getattr(self.problem, name), self.words
        return {
            "budget": lambda: say("budget {amount}", amount=number(value)),
            "max_tiers": lambda: say(
                "at most {tiers} on the menu", tiers=_counted(value, words.tier)
            ),
            "max_changes": lambda: say("at most {changes}", changes=_changes(value)),
            "min_service_level": lambda: say(
                "{what} at least {value}", what=words.service_level, value=percent(value)
            ),
            "max_lost_sales": lambda: say(
                "{what} at most {value}", what=words.lost_sales, value=number(value)
            ),
        }[name]()

    def _resource(self, place: int) -> Saying:
        problem = self.problem
        name, capacity = problem.resources[place], number(float(problem.capacity[place]))
        extra = float(problem.extra_capacity[place])
        if not extra:
            return say("{resource} {capacity}", resource=name, capacity=capacity)
        return say(
            "{resource} {capacity} and {extra} extra",
            resource=name,
            capacity=capacity,
            extra=number(extra),
        )

    def _rule(self, rule: Rule) -> Saying:
        words, members = self.words, self._few(rule.members)
        if rule.kind is RuleKind.NOT_BELOW:
            others = self._few(rule.others)
            return say("{members} not below {others}", members=members, others=others)
        if rule.kind is RuleKind.SAME_TIER:
            return say("one {tier} for {members}", tier=words.tier, members=members)
        if rule.tier is not None:
            return self._in_tier(rule, self.problem.tiers[rule.tier])
        if rule.kind is RuleKind.MIN_SERVICE_LEVEL:
            return say(
                "{what} at least {value} for {members}",
                what=words.service_level,
                value=percent(rule.value),
                members=members,
            )
        return say(
            "{what} at most {value} for {members}",
            what=words.service_cost if rule.kind is RuleKind.MAX_SERVICE_COST else words.lost_sales,
            value=number(rule.value),
            members=members,
        )

    def _in_tier(self, rule: Rule, tier: str) -> Saying:
        """How many of its members a rule wants in a tier."""
        whom = _counted(len(rule.members), self.words.segment)
        group = self.group_names.get(rule.members)
        if group is not None:
            whom = say("{segments} of {group}", segments=whom, group=group)
        places = {"n": number(rule.value), "segments": whom, "tier": tier}
        if rule.kind is RuleKind.MIN_IN_TIER:
            return say("at least {n} of {segments} in {tier}", **places)
        return say("at most {n} of {segments} in {tier}", **places)

    def _few(self, members: Sequence[int]) -> Saying:
        group = self.group_names.get(tuple(members))
        if group is not None:
            segments = _counted(len(members), self.words.segment)
            return say("the {segments} of {group}", segments=segments, group=group)
        names = listed(self.problem.segments[s] for s in members[:NAMED])
        more = len(members) - NAMED
        return say("{names} and {n} more", names=names, n=f"{more:,}") if more > 0 else names

    def _whom(self, segments: Sequence[int]) -> str:
        if len(segments) == 1:
            return str(self.problem.segments[segments[0]])
        return _counted(len(segments), self.words.segment)

    def _bar(self, demand: Demand, segments: Sequence[int]) -> Saying:
        whom = self._whom(segments)
        if demand.kind is DemandKind.OFFERS:
            return self._not_offered(segments, whom)
        tier = self.problem.tiers[demand.tier]
        return {
            Bar.MIN_TIER: say("{tier} floor of {segment}", tier=tier, segment=whom),
            Bar.MAX_TIER: say("{tier} ceiling of {segment}", tier=tier, segment=whom),
            Bar.FIXED_TIER: say("{segment} pinned to {tier}", tier=tier, segment=whom),
        }[demand.bar]

    def _not_offered(self, segments: Sequence[int], whom: str) -> Saying:
        if len(segments) > 1:
            return say("what may not be offered to {segments}", segments=whom)
        flags = self.problem.barred[segments[0], : self.problem.menu_size]
        barred = (flags & Bar.NOT_OFFERED) != 0
        if barred.all():
            return say("no {tier} is offered to {segment}", tier=self.words.tier, segment=whom)
        tiers = listed(self.problem.tiers[t] for t in np.flatnonzero(barred))
        return say("{segment} may not have {tiers}", segment=whom, tiers=tiers)

    def change(self, change: Change) -> Saying:
        """What to do, with both numbers."""
        demand = change.demand
        if change.after is not None and change.before is not None:
            return self._moved(demand, change.before, change.after)
        if demand.kind is DemandKind.RULE:
            return say("drop the rule {rule}", rule=demand.name)
        if not demand.is_bar:
            is_limit = demand.kind is DemandKind.LIMIT
            name = say(demand.name) if is_limit else demand.name
            return say("drop {limit}", limit=name)
        whom = self._whom(demand.segments)
        if change.after_tier is None:
            return {
                Bar.MIN_TIER: say("release the floor of {segment}", segment=whom),
                Bar.MAX_TIER: say("release the ceiling of {segment}", segment=whom),
                Bar.FIXED_TIER: say("release the pin of {segment}", segment=whom),
                Bar.NOT_OFFERED: say(
                    "offer every {tier} to {segment}", tier=self.words.tier, segment=whom
                ),
            }[demand.bar]
        tier = self.problem.tiers[change.after_tier]
        return {
            Bar.MIN_TIER: say("lower the floor of {segment} to {tier}", segment=whom, tier=tier),
            Bar.MAX_TIER: say("raise the ceiling of {segment} to {tier}", segment=whom, tier=tier),
            Bar.FIXED_TIER: say("pin {segment} to {tier}", segment=whom, tier=tier),
            Bar.NOT_OFFERED: say("offer {tier} to {segment}", segment=whom, tier=tier),
        }[demand.bar]

    def _moved(self, demand: Demand, before: float, after: float) -> Saying:
        words, name = self.words, demand.name
        places = {"after": number(after), "before": number(before)}
        if demand.kind is DemandKind.RESOURCE:
            more = number(after - before)
            return say(
                "get {more} more {resource}: {after} in place of {before}",
                more=more,
                resource=name,
                **places,
            )
        if demand.kind is DemandKind.RULE:
            kind = self.problem.rules[demand.place].kind
            if kind is RuleKind.MIN_SERVICE_LEVEL:
                places = {"after": percent(after), "before": percent(before)}
            if kind.is_floor:
                return say("lower the rule {rule} to {after} from {before}", rule=name, **places)
            return say("raise the rule {rule} to {after} from {before}", rule=name, **places)
        return {
            "budget": lambda: say("raise the budget to {after} from {before}", **places),
            "max_tiers": lambda: say(
                "allow {tiers} on the menu, not {before}",
                tiers=_counted(after, words.tier),
                before=number(before),
            ),
            "max_changes": lambda: say(
                "allow {changes}, not {before}", changes=_changes(after), before=number(before)
            ),
            "min_service_level": lambda: say(
                "lower the floor of {level} to {after} from {before}",
                level=words.service_level,
                after=percent(after),
                before=percent(before),
            ),
            "max_lost_sales": lambda: say(
                "accept {lost} of {after}, not {before}", lost=words.lost_sales, **places
            ),
        }[name]()


def _changes(count: float) -> Saying:
    """`1 change`, `3 changes`."""
    n = number(count)
    return say("{n} change", n=n) if count == 1 else say("{n} changes", n=n)


def _counted(count: float, word: str) -> Saying:
    """`1 tier`, `3 tiers`; words not in Latin letters have no plural."""
    things = word
    if count != 1 and word.isascii():
        if word.endswith(("s", "x", "z", "ch", "sh")):
            things = f"{word}es"
        elif word.endswith("y") and word[-2:-1] not in "aeiou":
            things = f"{word[:-1]}ies"
        else:
            things = f"{word}s"
    return say("{n} {things}", n=number(count), things=things)
