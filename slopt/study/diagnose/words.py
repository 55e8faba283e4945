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

    words: str
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
    def of(cls, case: PlanningCase, problem: ChoiceProblem) -> Wording:
        """Words for a problem that was built from a case, groups of segments by their names."""
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
        return cls(problem, case.settings.words, names)

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

    def demand(self, demand: Demand) -> str:
        """One demand, with its numbers."""
        if demand.kind is DemandKind.RESOURCE:
            return self._resource(demand.place)
        if demand.kind is DemandKind.RULE:
            rule = self.problem.rules[demand.place]
            return f"{rule.name}: {self._rule(rule)}"
        if demand.is_bar:
            return self._bar(demand, demand.segments)
        return self._limit(demand.name)

    def _limit(self, name: str) -> str:
        value, words = getattr(self.problem, name), self.words
        return {
            "budget": lambda: f"budget {number(value)}",
            "max_tiers": lambda: f"at most {_counted(value, words.tier)} on the menu",
            "max_changes": lambda: f"at most {_counted(value, 'change')}",
            "min_service_level": lambda: f"{words.service_level} at least {percent(value)}",
            "max_lost_sales": lambda: f"{words.lost_sales} at most {number(value)}",
        }[name]()

    def _resource(self, place: int) -> str:
        problem = self.problem
        name, capacity = problem.resources[place], number(float(problem.capacity[place]))
        extra = float(problem.extra_capacity[place])
        return f"{name} {capacity} and {number(extra)} extra" if extra else f"{name} {capacity}"

    def _rule(self, rule: Rule) -> str:
        words, value = self.words, number(rule.value)
        members = self._few(rule.members)
        tier = self.problem.tiers[rule.tier] if rule.tier is not None else ""
        group = self.group_names.get(rule.members)
        whom = f" of {group}" if group is not None else ""
        among = f"{value} of {_counted(len(rule.members), words.segment)}{whom} in {tier}"
        return {
            RuleKind.NOT_BELOW: f"{members} not below {self._few(rule.others)}",
            RuleKind.SAME_TIER: f"one {words.tier} for {members}",
            RuleKind.MIN_SERVICE_LEVEL: f"{words.service_level} at least {percent(rule.value)} "
            f"for {members}",
            RuleKind.MAX_SERVICE_COST: f"{words.service_cost} at most {value} for {members}",
            RuleKind.MAX_LOST_SALES: f"{words.lost_sales} at most {value} for {members}",
            RuleKind.MIN_IN_TIER: f"at least {among}",
            RuleKind.MAX_IN_TIER: f"at most {among}",
        }[rule.kind]

    def _few(self, members: Sequence[int]) -> str:
        group = self.group_names.get(tuple(members))
        if group is not None:
            return f"the {_counted(len(members), self.words.segment)} of {group}"
        names = ", ".join(self.problem.segments[s] for s in members[:NAMED])
        more = len(members) - NAMED
        return f"{names} and {more:,} more" if more > 0 else names

    def _whom(self, segments: Sequence[int]) -> str:
        if len(segments) == 1:
            return str(self.problem.segments[segments[0]])
        return _counted(len(segments), self.words.segment)

    def _bar(self, demand: Demand, segments: Sequence[int]) -> str:
        whom = self._whom(segments)
        if demand.kind is DemandKind.OFFERS:
            return self._not_offered(segments, whom)
        tier = self.problem.tiers[demand.tier]
        return {
            Bar.MIN_TIER: f"{tier} floor of {whom}",
            Bar.MAX_TIER: f"{tier} ceiling of {whom}",
            Bar.FIXED_TIER: f"{whom} pinned to {tier}",
        }[demand.bar]

    def _not_offered(self, segments: Sequence[int], whom: str) -> str:
        if len(segments) > 1:
            return f"what may not be offered to {whom}"
        barred = (self.problem.barred[segments[0]] & Bar.NOT_OFFERED) != 0
        if barred.all():
            return f"no {self.words.tier} is offered to {whom}"
        tiers = [self.problem.tiers[t] for t in np.flatnonzero(barred)]
        return f"{whom} may not have {', '.join(tiers)}"

    def change(self, change: Change) -> str:
        """What to do, with both numbers."""
        demand = change.demand
        if change.after is not None and change.before is not None:
            return self._moved(demand, change.before, change.after)
        if demand.kind is DemandKind.RULE:
            return f"drop the rule {demand.name}"
        if not demand.is_bar:
            return f"drop {demand.name}"
        whom = self._whom(demand.segments)
        if change.after_tier is None:
            return {
                Bar.MIN_TIER: f"release the floor of {whom}",
                Bar.MAX_TIER: f"release the ceiling of {whom}",
                Bar.FIXED_TIER: f"release the pin of {whom}",
                Bar.NOT_OFFERED: f"offer every {self.words.tier} to {whom}",
            }[demand.bar]
        tier = self.problem.tiers[change.after_tier]
        return {
            Bar.MIN_TIER: f"lower the floor of {whom} to {tier}",
            Bar.MAX_TIER: f"raise the ceiling of {whom} to {tier}",
            Bar.FIXED_TIER: f"pin {whom} to {tier}",
            Bar.NOT_OFFERED: f"offer {tier} to {whom}",
        }[demand.bar]

    def _moved(self, demand: Demand, before: float, after: float) -> str:
        words, name = self.words, demand.name
        if demand.kind is DemandKind.RESOURCE:
            more = number(after - before)
            return f"get {more} more {name}: {number(after)} in place of {number(before)}"
        if demand.kind is DemandKind.RULE:
            kind = self.problem.rules[demand.place].kind
            tell = percent if kind is RuleKind.MIN_SERVICE_LEVEL else number
            way = "lower" if kind.is_floor else "raise"
            return f"{way} the rule {name} to {tell(after)} from {tell(before)}"
        return {
            "budget": lambda: f"raise the budget to {number(after)} from {number(before)}",
            "max_tiers": lambda: (
                f"allow {_counted(after, words.tier)} on the menu, not {number(before)}"
            ),
            "max_changes": lambda: f"allow {_counted(after, 'change')}, not {number(before)}",
            "min_service_level": lambda: (
                f"lower the floor of {words.service_level} to "
                f"{percent(after)} from {percent(before)}"
            ),
            "max_lost_sales": lambda: (
                f"accept {words.lost_sales} of {number(after)}, not {number(before)}"
            ),
        }[name]()


def _counted(count: float, word: str) -> str:
    """`1 tier`, `3 tiers`; words not in Latin letters have no plural."""
    if count == 1 or not word.isascii():
        return f"{number(count)} {word}"
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return f"{number(count)} {word}es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{number(count)} {word[:-1]}ies"
    return f"{number(count)} {word}s"
