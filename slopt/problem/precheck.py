"""Contradictions that need no solver: one limit alone, against what is offered and contracted.

The demands of each cannot be kept together. That nothing is found here proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import EDGE, Bar, ChoiceProblem
from slopt.problem.demands import CONTRACTS, Demand, DemandKind, bar_of, demands_of, forbidden
from slopt.problem.sharing import COMPARISONS, Row, rows_of
from slopt.vocabulary import RuleKind

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
BARS = (*CONTRACTS, Bar.NOT_OFFERED)
MOST = 20
"""Segments without a tier that are named, each as a contradiction of its own."""


@dataclass(frozen=True)
class Contradiction:
    """Demands that cannot be kept together.

    `needed` is the least that all plans use of the limit, or the most that they reach of a floor,
    and `limit` what it is set to; None where no limit on a sum is part of it. `needs_all` says that
    without any one of the demands the others can be kept; false where open costs or pools leave
    that to a solver.
    """

    demands: tuple[Demand, ...]
    needed: float | None = None
    limit: float | None = None
    needs_all: bool = True


def contradictions(problem: ChoiceProblem) -> tuple[Contradiction, ...]:
    """What is plain without a solver, in the order: segments, limits and sums, comparisons, menu.

    Where a segment is left without a tier, nothing else is looked at.
    """
    looked = _Looked(problem, {d.name: d for d in demands_of(problem, contracts=None)})
    bare = tuple(looked.segments_without_tier())
    return bare or (*looked.sums(), *looked.comparisons(), *looked.menu())


@dataclass(eq=False)
class _Looked:
    """A problem, and its limits, resources and rules by name."""

    problem: ChoiceProblem
    named: Mapping[str, Demand]

    def bars_of(self, segments: Iterable[int]) -> list[tuple[int, Bar]]:
        """The contracts and forbidden offers of some segments, by position."""
        found = []
        for segment in segments:
            flags, liftable = self.problem.barred[segment], self.liftable[segment]
            found += [(segment, bar) for bar in CONTRACTS if np.any(flags & bar)]
            found += [(segment, Bar.NOT_OFFERED)] if liftable.any() else []
        return found

    def left(self, segment: int, bars: Collection[tuple[int, Bar]]) -> Flags:
        """The tiers of a segment that some of its bars leave; what cannot be offered never is."""
        flags = self.problem.barred[segment]
        barred = ((flags & Bar.NOT_OFFERED) != 0) & ~self.liftable[segment]
        barred = barred | ((flags & Bar.NOT_WORTH_IT) != 0)
        for bar in BARS:
            if (segment, bar) in bars:
                barred = barred | ((flags & bar) != 0)
        return np.asarray(~barred)

    @cached_property
    def liftable(self) -> Flags:
        """Forbidden offers that are demands, (S, K)."""
        return forbidden(self.problem)

    def needed(
        self, bars: list[tuple[int, Bar]], possible: Callable[[Collection[tuple[int, Bar]]], bool]
    ) -> tuple[Demand, ...]:
        """Those of some bars that are needed for things to stay impossible, one after the other."""
        for bar in tuple(bars):
            rest = [other for other in bars if other != bar]
            if not possible(rest):
                bars = rest
        return tuple(bar_of(self.problem, segment, bar) for segment, bar in bars)

    def segments_without_tier(self) -> Iterator[Contradiction]:
        problem = self.problem
        bare = np.flatnonzero(~problem.admissible.any(axis=1))[:MOST]
        for segment in bare.tolist():
            demands = self.needed(self.bars_of([segment]), partial(self._has_tier, segment))
            if not demands:
                name = f"allowed[{problem.segments[segment]}]"
                demands = (Demand(name, DemandKind.OFFERS, segments=(segment,)),)
            yield Contradiction(demands)

    def _has_tier(self, segment: int, bars: Collection[tuple[int, Bar]]) -> bool:
        return bool(self.left(segment, bars).any())

    def sums(self) -> Iterator[Contradiction]:
        """Limits on a sum that even the least of every segment breaks."""
        problem = self.problem
        for row in rows_of(problem):
            own = self.named.get(row.name)
            if own is None or (row.name == "budget" and self._extras_save):
                continue
            fixed = float(problem.open_cost.min(initial=0.0)) if row.name == "budget" else 0.0
            least = np.where(problem.admissible, row.use, np.inf).min(axis=1)
            needed = float(least.sum()) + fixed
            if not _beyond(needed, row):
                continue
            contracts = self._contracts_that_matter(row, least, fixed)
            sign = -1.0 if row.floor else 1.0
            yield Contradiction(
                (own, *contracts), sign * needed, sign * row.limit, self._is_all_of(row)
            )

    def _is_all_of(self, row: Row) -> bool:
        """True where the sum over segments is all that counts for the limit."""
        if row.name == "budget":
            return not np.any(self.problem.open_cost)
        return row.name != "max_lost_sales" or not self.problem.pools

    @property
    def _extras_save(self) -> bool:
        """True where buying extra units makes a plan cheaper."""
        problem = self.problem
        return bool(np.any((problem.extra_premium < 0) & (problem.extra_capacity > 0)))

    def _contracts_that_matter(self, row: Row, least: Numbers, fixed: float) -> tuple[Demand, ...]:
        """Of the fewest segments whose contracts make the limit too tight, those that do."""
        problem = self.problem
        never = ((problem.barred & Bar.NOT_OFFERED) != 0) & ~self.liftable
        free = np.where(never, np.inf, row.use).min(axis=1)
        added = least - free
        total = float(free.sum()) + fixed
        segments = []
        for segment in np.argsort(-added, kind="stable").tolist():
            if _beyond(total, row) or added[segment] <= 0:
                break
            total += float(added[segment])
            segments.append(segment)
        return self._bars_that_matter(row, segments, least, total)

    def _bars_that_matter(
        self, row: Row, segments: list[int], least: Numbers, total: float
    ) -> tuple[Demand, ...]:
        """Of the bars of segments that come to `total`, those without which they would not."""
        kept = {segment: set(self.bars_of([segment])) for segment in segments}
        for segment, bars in kept.items():
            now = float(least[segment])
            for bar in tuple(sorted(bars)):
                without = float(row.use[segment][self.left(segment, bars - {bar})].min())
                if _beyond(total - now + without, row):
                    total += without - now
                    now = without
                    bars.discard(bar)
        named = sorted(bar for bars in kept.values() for bar in bars)
        return tuple(bar_of(self.problem, segment, bar) for segment, bar in named)

    def comparisons(self) -> Iterator[Contradiction]:
        """Orderings and equal tiers that contracts and offers make impossible, pair by pair."""
        problem = self.problem
        rank = problem.rank.astype(np.float64)
        highest = np.where(problem.admissible, rank, -np.inf).max(axis=1)
        lowest = np.where(problem.admissible, rank, np.inf).min(axis=1)
        for rule in problem.rules:
            if rule.is_soft or rule.kind not in COMPARISONS:
                continue
            own = self.named[rule.name]
            if rule.kind is RuleKind.NOT_BELOW:
                pair = self._worst_pair(rule.members, rule.others, highest, lowest)
                if pair is not None:
                    yield self._pair(own, pair, above=True)
            else:
                pair = self._apart(rule.members)
                if pair is not None:
                    yield self._pair(own, pair, above=False)

    def _worst_pair(
        self, above: tuple[int, ...], below: tuple[int, ...], highest: Numbers, lowest: Numbers
    ) -> tuple[int, int] | None:
        if not above or not below:
            return None
        a = min(above, key=lambda s: float(highest[s]))
        b = max(below, key=lambda s: float(lowest[s]))
        return (a, b) if highest[a] < lowest[b] else None

    def _apart(self, members: tuple[int, ...]) -> tuple[int, int] | None:
        """Two members without a common tier."""
        admissible = self.problem.admissible
        few = min(members, key=lambda s: int(admissible[s].sum()))
        for other in members:
            if not np.any(admissible[few] & admissible[other]):
                return few, other
        return None

    def _pair(self, own: Demand, pair: tuple[int, int], above: bool) -> Contradiction:
        """The rule and those contracts of two segments without which it could be kept."""
        rank = self.problem.rank

        def possible(bars: Collection[tuple[int, Bar]]) -> bool:
            a, b = (self.left(s, bars) for s in pair)
            if above:
                return bool(rank[a].max() >= rank[b].min())
            return bool(np.any(a & b))

        return Contradiction((own, *self.needed(self.bars_of(dict.fromkeys(pair)), possible)))

    def menu(self) -> Iterator[Contradiction]:
        """More tiers than the menu holds, because segments have no other."""
        problem = self.problem
        if problem.max_tiers is None:
            return
        only = problem.admissible.sum(axis=1) == 1
        tier = np.argmax(problem.admissible, axis=1)
        only &= tier < problem.menu_size
        holders = {int(tier[s]): s for s in reversed(np.flatnonzero(only).tolist())}
        if len(holders) <= problem.max_tiers:
            return
        segments = sorted(holders.values())[: problem.max_tiers + 1]

        def possible(bars: Collection[tuple[int, Bar]]) -> bool:
            return _fit([self.left(s, bars) for s in segments], problem.max_tiers or 0)

        contracts = self.needed(self.bars_of(segments), possible)
        most = float(problem.max_tiers)
        yield Contradiction((self.named["max_tiers"], *contracts), most + 1, most)


def _fit(allowed: list[Flags], most: int) -> bool:
    """Is there a menu of so many tiers with one for everybody?"""
    if not allowed:
        return True
    if most == 0:
        return False
    return any(
        _fit([its for its in allowed if not its[tier]], most - 1)
        for tier in np.flatnonzero(allowed[0]).tolist()
    )


def _beyond(needed: float, row: Row) -> bool:
    """True where a least use is more than a limit and all that may be bought, rounding aside."""
    room = EDGE * max(1.0, abs(row.limit), abs(needed))
    return needed - row.limit - row.most > room
