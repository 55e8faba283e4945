"""What a partition says of itself first, and what it then has to know of all the others."""

from __future__ import annotations

from dataclasses import dataclass, field

from slopt import __version__
from slopt.errors import Problem
from slopt.problem.rules import Rule
from slopt.solve.prices.oracle import compiled


@dataclass(frozen=True)
class Weight:
    """Sum of the weights of some segments, and how many they are."""

    total: float = 0.0
    count: int = 0

    def __add__(self, other: Weight) -> Weight:
        return Weight(self.total + other.total, self.count + other.count)

    def share_of(self, whole: Weight) -> float:
        """Their part in a mean over the whole; by number where all weights are 0."""
        if whole.total > 0:
            return self.total / whole.total
        return self.count / max(whole.count, 1)


def version() -> str:
    """Of slopt here: two that differ need not agree in the last digits."""
    return f"{__version__} {'compiled' if compiled() else 'without the compiled part'}"


@dataclass(frozen=True)
class Summary:
    """What a partition says of itself.

    `ids` and `groups` are the words named in the small tables that it has, with their weights.
    `ends` are its first and its last id in the order of their letters. `hopeless` is a segment
    that may have no tier. `problems` are those of its own files. There is nothing else where the
    partition could not be read: `is_read` is false then.
    """

    problems: tuple[Problem, ...]
    is_read: bool = False
    version: str = field(default_factory=version)
    weight: Weight = Weight()
    ids: tuple[tuple[str, Weight], ...] = ()
    groups: tuple[tuple[str, Weight], ...] = ()
    ends: tuple[str, str] = ("", "")
    digests: tuple[str, ...] = ()
    offers: int = 0
    hopeless: str | None = None


@dataclass(frozen=True)
class WholeRule:
    """A rule on a sum over all partitions; the members of `rule` are left to each of them.

    `whose` is a segment where `of_segment`, else a group, or * for all; `weight` that of them all.
    """

    rule: Rule
    whose: str
    of_segment: bool
    weight: Weight


@dataclass(frozen=True)
class Whole:
    """All partitions together, as far as one of them has to know: sent along with what is asked.

    Without `costs` only use counts: what is asked then is whether any plan keeps the limits.
    """

    weight: Weight
    rules: tuple[WholeRule, ...] = ()
    costs: bool = True
