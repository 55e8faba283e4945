"""All the smallest conflicts among the demands of a problem, and all the smallest ways out.

The two are dual: a way out takes a demand from each conflict, and a conflict has a demand of each
way out (Reiter 1987). So each is found as a smallest set that hits all those of the other kind that
are known, asked about, and either taken or used to know one more of the other kind (Ignatiev,
Previti, Liffiton, Marques-Silva 2015). What comes first is therefore smallest, and where no set
that hits all is left, all are known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from slopt.problem.demands import Conflict, Demand
from slopt.problem.precheck import Contradiction
from slopt.solve.conflict import one_conflict
from slopt.solve.trials import Trials
from slopt.study.diagnose.hitting_set import smallest_hitting_set

Demands = frozenset[Demand]
MOST = 20
"""Conflicts that are looked for; a case with more of them has them by the thousand."""


@dataclass(frozen=True)
class Conflicts:
    """Conflicts, smallest first. Those that are `independent` share no demand with each other.

    `is_smallest`: no conflict has fewer demands than the first. `are_all`: there are no others.
    """

    found: tuple[Conflict, ...]
    independent: tuple[Conflict, ...]
    is_smallest: bool
    are_all: bool


class ConflictSearch:
    """What is known of the conflicts of a problem and the ways out, as it grows."""

    def __init__(self, trials: Trials) -> None:
        self.trials = trials
        self.conflicts: list[Conflict] = []
        self.apart: list[Conflict] = []
        self.ways_out: list[Demands] = []
        self.is_smallest = self.are_all = False

    @property
    def known(self) -> list[Demands]:
        """The demands of each conflict that is known."""
        return [frozenset(conflict.demands) for conflict in self.conflicts]

    def enter(self, contradictions: tuple[Contradiction, ...]) -> None:
        """Begin with what is plain without a solver."""
        everything = frozenset(self.trials.demands)
        for found in sorted(contradictions, key=lambda c: len(c.demands)):
            if everything.issuperset(found.demands):
                own = self._in_order(found.demands)
                exact = found.needs_all
                self._enter(Conflict.proven(own) if exact else one_conflict(self.trials, own))

    def _enter(self, conflict: Conflict) -> None:
        demands = frozenset(conflict.demands)
        if any(known <= demands for known in self.known):
            return
        self.trials.contradicting.append(demands)
        # One that was not shown to be smallest may turn out not to be.
        self.conflicts = [c for c in self.conflicts if not demands <= frozenset(c.demands)]
        self.conflicts.append(conflict)

    def find_apart(self, prices: Mapping[str, float] | None = None) -> None:
        """Conflicts that share no demand, one after the other, until the rest has a plan."""
        for conflict in self.conflicts:
            if not any(set(conflict.demands) & set(other.demands) for other in self.apart):
                self.apart.append(conflict)
        while True:
            taken = {demand for conflict in self.apart for demand in conflict.demands}
            rest = [demand for demand in self.trials.demands if demand not in taken]
            found = one_conflict(self.trials, rest, None if self.apart else prices)
            if not found.demands:
                return
            self._enter(found)
            self.apart.append(found)

    def find_smallest(self, most: int = MOST) -> None:
        """All conflicts from the smallest on, up to `most` of them."""
        everything = frozenset(self.trials.demands)
        while len(self.conflicts) < most:
            tried = self._hitting(self.ways_out, self.known)
            if tried is None:
                self.is_smallest = self.are_all = True
                return
            if len(tried) >= min(map(len, self.known), default=len(everything) + 1):
                self.is_smallest = True
            if self.trials.possible(tried):
                self.ways_out.append(everything - self.trials.largest_kept(tried))
            else:
                # No smaller set hits all ways out, so that none of its parts is a conflict.
                self._enter(Conflict.proven(self._in_order(tried)))
                self.is_smallest = True

    def find_ways_out(self) -> Iterator[Demands]:
        """Sets of demands to give up, from the smallest on, none of them with one to spare.

        Sets of which it cannot be told in the time whether they suffice are passed over; then
        TimeoutError is raised at the end.
        """
        taken: list[Demands] = []
        passed_over = False
        while True:
            tried = self._hitting(self.known, taken)
            if tried is None:
                break
            rest = [d for d in self.trials.demands if d not in tried]
            try:
                conflict = one_conflict(self.trials, rest)
            except TimeoutError:
                taken.append(tried)
                passed_over = True
                continue
            if conflict.demands:
                self._enter(conflict)
            else:
                taken.append(tried)
                yield tried
        if passed_over:
            raise TimeoutError

    def _hitting(self, sets: list[Demands], apart_from: list[Demands]) -> Demands | None:
        return smallest_hitting_set(self.trials.demands, sets, apart_from, self.trials.seconds_left)

    def result(self) -> Conflicts:
        """What is known so far."""
        known = set(self.known)
        found = tuple(sorted(self.conflicts, key=lambda c: len(c.demands)))
        independent = tuple(c for c in self.apart if frozenset(c.demands) in known)
        most = most_apart(found) if len(found) <= MOST else ()
        return Conflicts(
            found=found,
            independent=most if len(most) > len(independent) else independent,
            is_smallest=self.is_smallest,
            are_all=self.are_all,
        )

    def _in_order(self, demands: Collection[Demand]) -> tuple[Demand, ...]:
        return tuple(demand for demand in self.trials.demands if demand in demands)


def most_apart(conflicts: Sequence[Conflict]) -> tuple[Conflict, ...]:
    """As many conflicts as there are that share no demand with each other."""
    if not conflicts:
        return ()
    first, *rest = conflicts
    taken = set(first.demands)
    apart = [other for other in rest if taken.isdisjoint(other.demands)]
    with_first = (first, *most_apart(apart))
    if len(apart) == len(rest):
        return with_first
    without = most_apart(rest)
    return without if len(without) > len(with_first) else with_first


def apart_first(ways_out: Sequence[Demands]) -> list[Demands]:
    """The smallest first, then always the one that has the least in common with all before it."""
    left = list(ways_out)
    taken: list[Demands] = []
    while left:
        used = frozenset[Demand]().union(*taken)
        best = min(left, key=lambda way: (len(way & used) / max(1, len(way)), len(way)))
        left.remove(best)
        taken.append(best)
    return taken
