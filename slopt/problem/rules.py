"""Rules of a choice problem as values: whom they bind, how far, and what a breach costs."""

from __future__ import annotations

from dataclasses import dataclass

from slopt.vocabulary import RuleKind


@dataclass(frozen=True)
class Rule:
    """One rule over segments (by position).

    `members` are the segments it binds; `others` those that `not_below` compares them with.
    `tier` is the position of the tier that `min_in_tier` and `max_in_tier` count. `value` is in
    the rule's own unit. `penalty` is None for a firm rule, else the price per unit of breach in
    the unit of the goal.
    """

    name: str
    kind: RuleKind
    members: tuple[int, ...]
    others: tuple[int, ...] = ()
    tier: int | None = None
    value: float = 0.0
    penalty: float | None = None

    @property
    def is_soft(self) -> bool:
        """True where the rule may be broken at a price."""
        return self.penalty is not None

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """(segment, other) pairs that `not_below` compares, each segment with each other one."""
        return tuple((a, b) for a in self.members for b in self.others if a != b)
