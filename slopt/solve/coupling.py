"""What couples segments beyond shared rows, as two-way decisions: a menu, and orderings.

Each decision takes tiers away from segments or opens a tier, so that what is left is a problem of
shared rows again, and together its two sides leave no choice out:

* menu: tier t is closed to everybody | t is open, and its cost is paid;
* not_below at a rank: all the `segments` have at least that rank | all the `others` have less.

The second holds because one segment below the rank forces every other below it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.shared_rows import SharedRowProblem
from slopt.problem.sharing import Sharing
from slopt.vocabulary import RuleKind

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Ordering:
    """No member of `above` may have a lower rank than a member of `below` (merged segments)."""

    above: Places
    below: Places

    def odds(self, coupling: Coupling, choice: Choice) -> tuple[int, int]:
        """(segments that would have to move at the least, the rank they differ over); 0 if none.

        A segment that stands on both sides is not compared with itself.
        """
        rank, worst = coupling.rank[choice], (0, 0)
        for step in np.unique(coupling.rank).tolist():
            lower = self.above[rank[self.above] < step]
            upper = self.below[rank[self.below] >= step]
            pairs = len(lower) * len(upper) - len(np.intersect1d(lower, upper))
            if pairs:
                worst = max(worst, (min(len(lower), len(upper)), step))
        return worst


@dataclass(frozen=True, eq=False)
class Coupling:
    """The menu and the orderings of a problem, over its merged segments.

    open_cost (K,) is what opening a tier adds to the goal, open_use (M, K) to the rows. `most`
    is the number of tiers that may be open, None for any. Only the first `menu` columns are tiers
    of the menu: the others are always open.
    """

    rank: Places
    open_cost: Numbers
    open_use: Numbers
    most: int | None
    orderings: tuple[Ordering, ...]
    menu: int

    @property
    def is_empty(self) -> bool:
        """True where shared rows are all there is."""
        return self.most is None and not self.orderings and not self.costs.any()

    @property
    def costs(self) -> NDArray[np.bool_]:
        """Tiers whose opening costs something, (K,)."""
        return np.asarray((self.open_cost != 0) | self.open_use.any(axis=0))


def coupling_of(problem: ChoiceProblem, sharing: Sharing) -> Coupling:
    """What `sharing` left out of a problem."""
    tiers = len(problem.tiers)
    open_use = np.zeros((len(sharing.rows.names), tiers))
    if "budget" in sharing.rows.names:
        open_use[sharing.rows.names.index("budget")] = problem.open_cost
    orderings = tuple(
        Ordering(_merged(sharing, rule.members), _merged(sharing, rule.others))
        for rule in problem.rules
        if rule.kind is RuleKind.NOT_BELOW
    )
    return Coupling(
        rank=problem.rank,
        open_cost=problem.open_cost * (1.0 if problem.counts_service_cost else 0.0),
        open_use=open_use,
        most=None if problem.max_tiers is None else min(problem.max_tiers, problem.menu_size),
        orderings=orderings,
        menu=problem.menu_size,
    )


def _merged(sharing: Sharing, members: tuple[int, ...]) -> Places:
    places = np.array(members, dtype=np.int64)
    return places if sharing.merged is None else np.unique(sharing.merged[places])


@dataclass(frozen=True, eq=False)
class Decided:
    """The decisions on the way to a node: tiers open and closed, and ranks by ordering.

    `at_least[i]` and `less_than[i]` bind the two sides of ordering i to ranks; None where open.
    """

    open: frozenset[int] = frozenset()
    closed: frozenset[int] = frozenset()
    at_least: dict[int, int] = field(default_factory=dict)
    less_than: dict[int, int] = field(default_factory=dict)

    def rows(self, coupling: Coupling, rows: SharedRowProblem) -> SharedRowProblem:
        """What is left under the decisions, a problem of shared rows."""
        opened = np.array(sorted(self.open), dtype=np.int64)
        return rows.replace(
            allowed=self._allowed(coupling, rows.allowed),
            limit=rows.limit - coupling.open_use[:, opened].sum(axis=1),
            offset=rows.offset + float(coupling.open_cost[opened].sum()),
        )

    def _allowed(self, coupling: Coupling, allowed: NDArray[np.bool_]) -> NDArray[np.bool_]:
        if not (self.closed or self.at_least or self.less_than):
            return allowed
        allowed = allowed.copy()
        allowed[:, sorted(self.closed)] = False
        for i, rank in self.at_least.items():
            allowed[np.ix_(coupling.orderings[i].above, coupling.rank < rank)] = False
        for i, rank in self.less_than.items():
            allowed[np.ix_(coupling.orderings[i].below, coupling.rank >= rank)] = False
        return allowed

    def settled(self, coupling: Coupling) -> Decided:
        """With the decisions that follow: free tiers are open, and no more than the menu holds."""
        undecided = set(range(coupling.menu)) - self.open - self.closed
        if coupling.most is None:
            free = {t for t in undecided if not coupling.costs[t]}
            return replace(self, open=self.open | free)
        if len(self.open) >= coupling.most:
            return replace(self, closed=self.closed | undecided)
        if len(undecided) + len(self.open) <= coupling.most:
            free = {t for t in undecided if not coupling.costs[t]}
            return replace(self, open=self.open | free)
        return self

    def branch(self, coupling: Coupling, choice: Choice) -> tuple[Decided, Decided] | None:
        """Two nodes that share out what `choice` gets wrong; None where it keeps everything."""
        return self._by_menu(coupling, choice) or self._by_ordering(coupling, choice)

    def _by_menu(self, coupling: Coupling, choice: Choice) -> tuple[Decided, Decided] | None:
        """Close or open a tier that is in use and not yet open: the one the fewest ask for."""
        counts = np.bincount(choice, minlength=len(coupling.rank))[: coupling.menu]
        wanted = [int(t) for t in np.flatnonzero(counts) if t not in self.open]
        if coupling.most is None or len(wanted) + len(self.open) <= coupling.most:
            wanted = [t for t in wanted if coupling.costs[t]]
        if not wanted:
            return None
        tier = min(wanted, key=lambda t: (counts[t], t))
        return replace(self, closed=self.closed | {tier}), replace(self, open=self.open | {tier})

    def _by_ordering(self, coupling: Coupling, choice: Choice) -> tuple[Decided, Decided] | None:
        """Ask one side of the ordering most at odds to go up, or the other to go down."""
        odds = [
            (*ordering.odds(coupling, choice), i) for i, ordering in enumerate(coupling.orderings)
        ]
        if not odds or max(odds)[0] == 0:
            return None
        _, rank, i = max(odds)
        up = max(rank, self.at_least.get(i, rank))
        down = min(rank, self.less_than.get(i, rank))
        return (
            replace(self, at_least={**self.at_least, i: up}),
            replace(self, less_than={**self.less_than, i: down}),
        )


def with_open_tiers(coupling: Coupling, rows: SharedRowProblem, choice: Choice) -> SharedRowProblem:
    """The rows with the tiers of a choice opened and paid for, the others as they are."""
    return Decided(open=frozenset(_opened(coupling, choice).tolist())).rows(coupling, rows)


def _opened(coupling: Coupling, choice: Choice) -> Places:
    """The tiers of the menu that a choice uses."""
    used = np.unique(choice)
    return used[used < coupling.menu]


def keeps(coupling: Coupling, choice: Choice) -> bool:
    """True where a choice is within the menu and keeps every ordering."""
    if coupling.most is not None and len(_opened(coupling, choice)) > coupling.most:
        return False
    return all(ordering.odds(coupling, choice)[0] == 0 for ordering in coupling.orderings)
