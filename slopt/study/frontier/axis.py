"""The limit that a frontier runs along: any limit, resource or rule on a sum of a problem."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from slopt.errors import UsageError
from slopt.problem.choice import ChoiceProblem
from slopt.problem.evaluate import Evaluation
from slopt.problem.rules import Rule
from slopt.sayings import say
from slopt.vocabulary import LIMITS, RuleKind

COMPARING = (RuleKind.NOT_BELOW, RuleKind.SAME_TIER)
COUNTING = (RuleKind.MIN_IN_TIER, RuleKind.MAX_IN_TIER)


class _Home(Enum):
    """Where a problem keeps the value of a limit."""

    LIMIT = "limit"
    RESOURCE = "resource"
    RULE = "rule"


@dataclass(frozen=True)
class Axis:
    """A limit by its name, and how it is read, set and measured.

    `is_floor`: the limit asks for at least so much, so that less of it is looser. `is_whole`: only
    whole values make sense.
    """

    name: str
    home: _Home
    place: int = -1
    is_floor: bool = False
    is_whole: bool = False

    @property
    def relief(self) -> float:
        """1 where a larger value is looser, -1 where a smaller one is."""
        return -1.0 if self.is_floor else 1.0

    def limit(self, problem: ChoiceProblem) -> float | None:
        """Where the problem itself sets the limit; None where it does not."""
        if self.home is _Home.RESOURCE:
            return float(problem.capacity[self.place])
        value = self._rule(problem).value if self.home is _Home.RULE else self._own(problem)
        return None if value is None else float(value)

    def at(self, problem: ChoiceProblem, value: float) -> ChoiceProblem:
        """The problem with the limit at another value."""
        if self.home is _Home.RESOURCE:
            capacity = problem.capacity.copy()
            capacity[self.place] = value
            return problem.replace(capacity=capacity)
        if self.home is _Home.RULE:
            return self._with_rule(problem, replace(self._rule(problem), value=value))
        return problem.replace(**{self.name: round(value) if self.is_whole else value})

    def loosest(self, problem: ChoiceProblem) -> float:
        """A value that no plan can break."""
        if self.name == "min_service_level" or (self.home is _Home.RULE and self.is_floor):
            return 0.0
        if self.home is _Home.LIMIT and self.is_whole:
            return float(len(problem.tiers if self.name == "max_tiers" else problem.segments))
        if self.home is _Home.RESOURCE:
            return _most(problem.use[self.place])
        if self.home is _Home.RULE:
            rule = self._rule(problem)
            members = np.array(rule.members, dtype=np.int64)
            if rule.kind in COUNTING:
                return float(len(members))
            is_cost = rule.kind is RuleKind.MAX_SERVICE_COST
            return _most((problem.service_cost if is_cost else problem.lost_sales)[members])
        if self.name == "max_lost_sales":
            return _most(problem.lost_sales)
        extra = float(np.abs(problem.extra_capacity * problem.extra_premium).sum())
        return _most(problem.service_cost) + float(np.abs(problem.open_cost).sum()) + extra

    def used(self, evaluation: Evaluation) -> float:
        """What a plan uses of the limit; of a resource, bought units are taken off.

        The plan must have been evaluated for a problem that has the limit.
        """
        used = next(limit.used for limit in evaluation.limits if limit.name == self.name)
        if self.home is _Home.RESOURCE:
            return used - float(evaluation.extra[self.place])
        return used

    def keeps(self, evaluation: Evaluation, value: float) -> bool:
        """True where a plan, evaluated at a tighter or looser value, is within this one."""
        limit = next(limit for limit in evaluation.limits if limit.name == self.name)
        return replace(limit, limit=value).breach == 0

    def is_soft(self, problem: ChoiceProblem) -> bool:
        """True for a rule that may be broken at a price."""
        return self.home is _Home.RULE and self._rule(problem).is_soft

    def moves_the_value(self, problem: ChoiceProblem) -> bool:
        """True where the same plan is worth something else at another value of the limit."""
        buys = self.home is _Home.RESOURCE and problem.extra_capacity[self.place] > 0
        return buys or self.is_soft(problem)

    def firm(self, problem: ChoiceProblem) -> ChoiceProblem:
        """The problem with its soft rules left out, but for the axis, which is then firm."""
        own = self._rule(problem).name if self.home is _Home.RULE else None
        rules = tuple(
            replace(rule, penalty=None)
            for rule in problem.rules
            if not rule.is_soft or rule.name == own
        )
        return problem.replace(rules=rules)

    def _own(self, problem: ChoiceProblem) -> float | None:
        value: float | None = getattr(problem, self.name)
        return value

    def _rule(self, problem: ChoiceProblem) -> Rule:
        return next(rule for rule in problem.rules if rule.name == self.name)

    def _with_rule(self, problem: ChoiceProblem, new: Rule) -> ChoiceProblem:
        rules = (new if rule.name == new.name else rule for rule in problem.rules)
        return problem.replace(rules=tuple(rules))


def _most(values: np.ndarray) -> float:
    """A sum that no choice exceeds, with some room."""
    return 1.0 + 1.01 * float(np.abs(values).max(axis=-1, initial=0.0).sum())


def axes(problem: ChoiceProblem) -> list[str]:
    """The names that a frontier of this problem can run along."""
    rules = [rule.name for rule in problem.rules if rule.kind not in COMPARING]
    return [*LIMITS, *problem.resources, *rules]


def axis_of(problem: ChoiceProblem, name: str) -> Axis:
    """The axis of that name. Raises UsageError for any other, with the names there are.

    And for a resource whose extra units are the cheaper ones: with more capacity fewer of them are
    bought, so that more is not always better.
    """
    if name in LIMITS:
        whole = name in ("max_tiers", "max_changes")
        return Axis(name, _Home.LIMIT, is_floor=name == "min_service_level", is_whole=whole)
    if name in problem.resources:
        place = problem.resources.index(name)
        if problem.extra_capacity[place] > 0 and problem.extra_premium[place] < 0:
            raise UsageError(
                say(
                    "--along {name}: its extra units cost less than its normal ones, so "
                    "that more capacity is not always better. Choose another limit.",
                    name=name,
                )
            )
        return Axis(name, _Home.RESOURCE, place)
    for place, rule in enumerate(problem.rules):
        if rule.name == name and rule.kind not in COMPARING:
            return Axis(name, _Home.RULE, place, rule.kind.is_floor, rule.kind in COUNTING)
    known = ", ".join(axes(problem))
    raise UsageError(
        say(
            '--along {name}: there is no limit "{name}". Known are: {known}.',
            name=name,
            known=known,
        )
    )
