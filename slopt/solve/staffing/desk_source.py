"""Rosters of desks as offers: those to begin with, and the best at given prices with a bound."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.economics.desks.desk import Desk
from slopt.economics.desks.roster import Roster, RosterTerms
from slopt.economics.desks.roster_rows import roster_files
from slopt.economics.generated import Best, GeneratedOffers, PlanFile, Terms
from slopt.sayings import say
from slopt.solve.highs import Options
from slopt.solve.staffing.in_between import roster_between
from slopt.solve.staffing.near_best import can_be_listed, rosters_near
from slopt.solve.staffing.rostering import BestRoster, best_roster, rosters_by_design

Numbers = NDArray[np.float64]

WEIGHTS = (8.0, 4.0, 2.0, 0.5, 0.25, 0.125)
"""Of booked money against lost sales, for the rosters to begin with."""
LARGE = 12
"""Pools from which on a desk with shifts begins with fewer rosters."""
TRIFLE = 1e-6
"""Weight of what only decides between rosters that are otherwise alike."""
KEPT = 2_000
"""Answers that a source keeps."""
BEST = Options(gap=2e-5, time_limit_s=20.0)
ENDS = Options(gap=2e-4, time_limit_s=30.0)
BETWEEN = Options(gap=1e-2, time_limit_s=30.0)
"""Rosters to begin with need not be the best; prices ask for better ones where they count."""


class DeskSource:
    """The desks of a case as deciders that choose one of their rosters."""

    def __init__(self, case: PlanningCase) -> None:
        from slopt.economics.desks.from_case import make_desks

        self.desks: tuple[Desk, ...] = make_desks(case)
        self._known: dict[tuple[Any, ...], BestRoster] = {}

    @classmethod
    def of(cls, desks: Sequence[Desk]) -> DeskSource:
        """A source of desks that are at hand."""
        self = cls.__new__(cls)
        self.desks = tuple(desks)
        self._known = {}
        return self

    def _best_of(self, desk: int, terms: RosterTerms) -> BestRoster:
        """The best roster of a desk, the same for the same terms: the latest are kept."""
        key = desk, terms.service_cost, terms.lost_sales, terms.use.tobytes()
        if key not in self._known:
            if len(self._known) >= KEPT:
                self._known.pop(next(iter(self._known)))
            self._known[key] = best_roster(self.desks[desk], terms, BEST)
        return self._known[key]

    def __getstate__(self) -> dict[str, Any]:
        """The desks alone."""
        return {"desks": self.desks, "_known": {}}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the desks, (U,)."""
        return tuple(desk.name for desk in self.desks)

    def first(self) -> GeneratedOffers:
        """Efficient rosters between least money and least loss, and the best of each design.

        Raises InvalidInput where a desk has no roster that keeps its promises and limits.
        """
        plain = RosterTerms(1.0, 1.0, np.zeros(_resources(self.desks)))
        rosters = [_first_of(self._best_of(u, plain).roster) for u in range(len(self.desks))]
        return roster_offers(rosters, _resources(self.desks))

    def best(self, terms: Terms) -> Best:
        """The best roster of each desk at these terms. Raises SolverTrouble as HiGHS does."""
        found = [
            self._best_of(u, RosterTerms(float(money), float(lost), terms.use))
            for u, (money, lost) in enumerate(
                zip(terms.service_cost, terms.lost_sales, strict=True)
            )
        ]
        # A level of 1 is the most that a desk could be credited with.
        bound = np.array([each.bound for each in found]) - terms.service_level
        offers = roster_offers([[each.roster] for each in found], _resources(self.desks))
        return Best(offers, bound)

    def between(
        self, low: GeneratedOffers, high: GeneratedOffers, share: Numbers
    ) -> GeneratedOffers | None:
        """Rosters that use limits up, with agents or people moved a little; None without any.

        They cost and use no more than the mixture of both, but may lose a little more.
        """
        if low.details is None or high.details is None:
            return None
        ends = [(own[0], other[0]) for own, other in zip(low.details, high.details, strict=True)]
        found = [roster_between(*pair, float(part)) for pair, part in zip(ends, share, strict=True)]
        if all(each is None for each in found):
            return None
        rosters = [
            pair[0] if each is None else each for pair, each in zip(ends, found, strict=True)
        ]
        return roster_offers([[roster] for roster in rosters], _resources(self.desks))

    def within(self, terms: Terms, slack: Numbers, most: int) -> GeneratedOffers | None:
        """All rosters of each desk near its best; None where they are many or share a rule."""
        if not all(can_be_listed(desk) for desk in self.desks):
            return None
        most_worth = self.best(terms).bound + terms.service_level + slack
        found = []
        for u, desk in enumerate(self.desks):
            own = float(terms.service_cost[u]), float(terms.lost_sales[u])
            its = rosters_near(desk, RosterTerms(*own, terms.use), float(most_worth[u]), most)
            if its is None:
                return None
            found.append(its)
        return roster_offers(found, _resources(self.desks))

    def plan_files(self, details: Sequence[Any]) -> Mapping[str, PlanFile]:
        """staff.csv, with shifts.csv and designs.csv where there is a choice of them."""
        return roster_files(details)


def _first_of(best: Roster) -> list[Roster]:
    """The rosters of a desk to begin with, each once; `best` is that of least total cost."""
    desk, none = best.desk, np.zeros(len(best.desk.resources))
    plain = RosterTerms(1.0, 1.0, none)
    found = [best]
    if len(desk.designs) > 1:
        found += [
            replace(each.roster, others=_others(each.roster, best))
            for each in rosters_by_design(desk, plain, BEST)
        ]
    weights = WEIGHTS[::2] if desk.shifts and len(desk.pools) >= LARGE else WEIGHTS
    found += [best_roster(desk, RosterTerms(w, 1.0, none), BETWEEN).roster for w in weights]
    ends = [RosterTerms(1.0, TRIFLE, none), RosterTerms(TRIFLE, 1.0, none)]
    for r in np.flatnonzero(_used(desk)).tolist():
        price = np.zeros(len(desk.resources))
        price[r] = 1.0
        ends.append(RosterTerms(TRIFLE, TRIFLE, price))
    found += [best_roster(desk, terms, ENDS).roster for terms in ends]
    return list(_once(found))


def _others(roster: Roster, best: Roster) -> tuple[Any, ...]:
    """Figures of the designs that a roster does not have, the best one's among them."""
    known = [best.figures(), *best.others]
    return tuple(each for each in known if each.design != roster.design_name)


def _once(rosters: Iterable[Roster]) -> Iterable[Roster]:
    seen = set()
    for roster in rosters:
        key = roster.design, roster.ways.tobytes(), roster.people.tobytes()
        if key not in seen:
            seen.add(key)
            yield roster


def _used(desk: Desk) -> NDArray[np.bool_]:
    """(R,): the resources of which some way or shift takes units."""
    used = np.zeros(len(desk.resources), dtype=np.bool_)
    for pool in desk.pools:
        used |= np.any(pool.use != 0, axis=(1, 2))
    for shift in desk.shifts:
        used |= np.any(shift.use != 0, axis=1)
    return used


def _resources(desks: Sequence[Desk]) -> int:
    return len(desks[0].resources) if desks else 0


def roster_offers(rosters: Sequence[Sequence[Roster]], resources: int) -> GeneratedOffers:
    """Rosters as offers, (U, G); desks with fewer rosters repeat their first, not allowed."""
    desks, most = len(rosters), max((len(its) for its in rosters), default=0)
    figures = {name: np.zeros((desks, most)) for name in _FIGURES}
    use = np.zeros((resources, desks, most))
    allowed = np.zeros((desks, most), dtype=np.bool_)
    labels, details = [], []
    for u, its in enumerate(rosters):
        filled = [*its, *([its[0]] * (most - len(its)))]
        for name, values in figures.items():
            values[u] = [getattr(roster, name) for roster in filled]
        use[:, u] = np.array([roster.use for roster in filled]).T
        allowed[u, : len(its)] = True
        labels.append(tuple(label_of(roster) for roster in filled))
        details.append(tuple(filled))
    return GeneratedOffers(
        figures["service_level"],
        figures["service_cost"],
        figures["lost_orders"],
        figures["lost_customers"],
        figures["lost_prospects"],
        use,
        allowed,
        tuple(labels),
        tuple(details),
    )


_FIGURES = ("service_level", "service_cost", "lost_orders", "lost_customers", "lost_prospects")


def label_of(roster: Roster) -> str:
    """What a roster is, in a few words: the most agents at once, and the design."""
    agents, design = roster.most_at_once, roster.design_name
    if len(roster.desk.designs) > 1:
        if agents == 1:
            return say("1 agent, {design}", design=design)
        return say("{agents} agents, {design}", agents=agents, design=design)
    return say("1 agent") if agents == 1 else say("{agents} agents", agents=agents)
