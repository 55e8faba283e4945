"""The best roster of a desk at some terms, with a bound that no roster of the desk goes below.

Pools that share nothing are staffed one by one. Where a promise over all blocks, the agents at once
or the people on a shift would be broken, the pools of the design are stated in one program.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from slopt.economics.desks.desk import Desk
from slopt.economics.desks.roster import Roster, RosterTerms, broken_rules
from slopt.errors import InvalidInput, SolverTrouble
from slopt.sayings import say
from slopt.solve.highs import Options, run
from slopt.solve.staffing.cover_program import cover_program, shift_values
from slopt.solve.staffing.pools import ShiftSearch, Staffed, by_enumeration
from slopt.solve.staffing.priced import Steps, steps_of, values_of
from slopt.solve.staffing.refusal import why_unstaffed
from slopt.vocabulary import Status

Numbers = NDArray[np.float64]

CLOSE = Options(gap=1e-5)


@dataclass(frozen=True, eq=False)
class BestRoster:
    """A roster, what it is worth at the terms, and what no roster goes below."""

    roster: Roster
    value: float
    bound: float


def best_roster(desk: Desk, terms: RosterTerms, options: Options = CLOSE) -> BestRoster:
    """The best roster over all designs; it has the figures of the best of every other design.

    Args:
        desk: what is staffed. terms: what money, losses and resources are worth.
        options: relative gap within which each design is solved, and seconds for the whole desk.

    Raises:
        InvalidInput: no roster keeps the promises and limits of the desk; says what stands in the
            way. SolverTrouble: the time was over before a roster was found.
    """
    found = rosters_by_design(desk, terms, options)
    if not found:
        raise InvalidInput([why_unstaffed(desk)])
    best = min(found, key=lambda each: each.value)
    others = tuple(each.roster.figures() for each in found if each is not best)
    roster = replace(best.roster, others=others)
    return BestRoster(roster, best.value, min(each.bound for each in found))


def rosters_by_design(
    desk: Desk, terms: RosterTerms, options: Options = CLOSE
) -> tuple[BestRoster, ...]:
    """The best roster of each design; without those designs that nobody can staff."""
    end = time.perf_counter() + options.time_limit_s
    priced = _Priced.at(desk, terms)
    searches: dict[int, ShiftSearch] = {}
    found = []
    for design in range(len(desk.designs)):
        if desk.shifts:
            parts = _by_search(priced, design, searches, options.gap, end)
        else:
            parts = _by_enumeration(priced, design)
        best = None if parts is None else _of_design(priced, design, parts, options, end)
        if best is not None:
            found.append(best)
    return tuple(found)


@dataclass(frozen=True, eq=False)
class _Priced:
    """A desk at some terms: the steps of each pool and block, and people on shifts (J, P)."""

    desk: Desk
    terms: RosterTerms
    steps: tuple[list[Steps], ...]
    wages: Numbers

    @classmethod
    def at(cls, desk: Desk, terms: RosterTerms) -> _Priced:
        promised = ~np.isnan(desk.promise)
        steps = tuple(
            steps_of(pool, values_of(pool, terms), bool(np.any(promised[pool.types])))
            for pool in desk.pools
        )
        return cls(desk, terms, steps, shift_values(desk, terms))

    def fixed(self, design: int) -> float:
        """What a design is worth before anyone is staffed."""
        return self.terms.service_cost * float(self.desk.design_cost[design])


@dataclass(frozen=True, eq=False)
class _Parts:
    """The pools of a design, each staffed by itself, and what all of them do not go below."""

    staffed: dict[int, Staffed]
    bound: float


def _by_enumeration(priced: _Priced, design: int) -> _Parts | None:
    staffed = {}
    for pool in priced.desk.pools_of(design):
        found = by_enumeration(priced.desk, priced.steps[pool])
        if found is None:
            return None
        staffed[pool] = found
    return _Parts(staffed, sum(each.value for each in staffed.values()))


def _by_search(
    priced: _Priced, design: int, searches: dict[int, ShiftSearch], gap: float, end: float
) -> _Parts | None:
    """The pool with the widest gap takes the next step, until that of the design is closed."""
    desk = priced.desk
    for pool in desk.pools_of(design):
        if pool not in searches:
            searches[pool] = ShiftSearch(desk, pool, priced.steps[pool], priced.wages)
    its = [searches[pool] for pool in desk.pools_of(design)]
    while not any(search.impossible for search in its):
        open_ones = [search for search in its if not search.ended and search.gap > 0]
        complete = all(search.found is not None for search in its)
        worth = sum(search.found.value for search in its if search.found is not None)
        allowed = gap * abs(worth + priced.fixed(design))
        over = time.perf_counter() > end
        if complete and (not open_ones or over or sum(each.gap for each in its) <= allowed):
            break
        if over or not open_ones:
            raise SolverTrouble(
                say('The time was over before a roster of "{desk}" was found.', desk=desk.name)
            )
        widest = max(open_ones, key=lambda search: search.gap)
        share = allowed / len(its) if complete else 0.0
        widest.step(share, max(end - time.perf_counter(), 0.05))
    else:
        return None
    staffed = {s.pool: s.found for s in its if s.found is not None}
    bound = sum(min(s.bound, s.found.value) for s in its if s.found is not None)
    return _Parts(staffed, bound)


def _of_design(
    priced: _Priced, design: int, parts: _Parts, options: Options, end: float
) -> BestRoster | None:
    """The pools of a design put together; in one program where rules between them are broken."""
    desk = priced.desk
    ways = np.full((len(desk.pools), len(desk.blocks)), -1)
    people = np.zeros((len(desk.shifts), len(desk.pools)), dtype=np.int64)
    for pool, part in parts.staffed.items():
        ways[pool], people[:, pool] = part.ways, part.people
    value = priced.fixed(design) + sum(part.value for part in parts.staffed.values())
    bound = priced.fixed(design) + parts.bound
    roster = Roster(desk, design, ways, people)
    if not broken_rules(roster):
        return BestRoster(roster, value, bound)
    left = max(end - time.perf_counter(), 0.05)
    return _together(priced, design, bound, Options(gap=options.gap, time_limit_s=left))


def _together(priced: _Priced, design: int, bound: float, options: Options) -> BestRoster | None:
    """All pools of a design in one program, every way of every block listed."""
    desk = priced.desk
    steps = {pool: priced.steps[pool] for pool in desk.pools_of(design)}
    stated = cover_program(desk, steps, priced.wages, design=design)
    answer = run(stated.program, options)
    if answer.status is Status.INFEASIBLE:
        return None
    if answer.values is None or answer.bound is None:
        raise SolverTrouble(
            say('The time was over before a roster of "{desk}" was found.', desk=desk.name)
        )
    people = np.round(stated.people_in(desk, answer.values)).astype(np.int64)
    roster = Roster(desk, design, stated.ways_in(desk, answer.values), people)
    broken = broken_rules(roster)
    if broken:
        raise SolverTrouble(
            say(
                'The solver\'s roster of "{desk}" breaks a rule: {rule}. Please report the case.',
                desk=desk.name,
                rule=broken[0],
            )
        )
    value = roster.value(priced.terms)
    bound = max(bound, answer.bound + priced.fixed(design))
    return BestRoster(roster, value, min(value, bound))
