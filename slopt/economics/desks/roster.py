"""A roster of a desk, priced from the definitions: no program is seen here.

A roster says which design a desk has, which way is taken in each pool and block, and how many
people work which shift.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from slopt.economics.desks.desk import Desk, Pool

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]

ROOM = 2e-9
"""Relative room for rounding."""


@dataclass(frozen=True, eq=False)
class RosterTerms:
    """What a desk pays for a unit of booked cost, of lost sales and of each resource (R,)."""

    service_cost: float
    lost_sales: float
    use: Numbers

    def value(self, service_cost: Numbers, lost_sales: Numbers, use: Numbers) -> Numbers:
        """What figures are worth at these terms; `use` has one more axis in front, (R, ...)."""
        priced = np.tensordot(self.use, use, axes=1) if len(self.use) else 0.0
        return np.asarray(self.service_cost * service_cost + self.lost_sales * lost_sales + priced)


@dataclass(frozen=True)
class DesignFigures:
    """What a design costs and loses per period, and its most agents at once."""

    design: str
    service_cost: float
    lost_sales: float
    agents: int

    @property
    def total_cost(self) -> float:
        """Booked and expected money together."""
        return self.service_cost + self.lost_sales


@dataclass(frozen=True, eq=False)
class Roster:
    """The decisions of a desk: `ways` (P, B), -1 in pools of other designs; `people` (J, P).

    `others` are the figures of the other designs at the terms at which this roster was found.
    """

    desk: Desk
    design: int
    ways: Places
    people: Places
    others: tuple[DesignFigures, ...] = ()

    @property
    def design_name(self) -> str:
        """What the design is called, empty where there is no choice."""
        return self.desk.design_labels[self.design]

    @cached_property
    def pools(self) -> tuple[int, ...]:
        """Positions of the pools at work."""
        return self.desk.pools_of(self.design)

    def of_ways(self, figure: str) -> Numbers:
        """(P, B): a figure of the ways that are taken, 0 in pools of other designs."""
        found = np.zeros(self.ways.shape)
        blocks = np.arange(self.ways.shape[1])
        for p in self.pools:
            found[p] = getattr(self.desk.pools[p], figure)[blocks, self.ways[p]]
        return found

    @cached_property
    def agents(self) -> Places:
        """(P, B): agents at the phones."""
        return self.of_ways("agents").astype(np.int64)

    @property
    def most_at_once(self) -> int:
        """The most agents that are at the phones in any block, over all pools."""
        return int(self.agents.sum(axis=0).max(initial=0))

    @cached_property
    def rostered(self) -> Places:
        """(P, B): people whose shift covers the block; 0 where the desk has no shifts."""
        found = np.zeros(self.ways.shape, dtype=np.int64)
        for shift, people in zip(self.desk.shifts, self.people, strict=True):
            found += people[:, None] * shift.covers[None, :]
        return found

    @cached_property
    def payroll(self) -> Numbers:
        """(P, B): people who are paid: those on a shift, else agents / (1 - shrinkage)."""
        if self.desk.shifts:
            return self.rostered.astype(np.float64)
        away = np.array([pool.shrinkage for pool in self.desk.pools])
        return np.asarray(self.agents / (1 - away)[:, None])

    @cached_property
    def cost(self) -> Numbers:
        """(P, B): booked money; that of a shift is spread over the hours of its blocks."""
        cost = self.of_ways("cost")
        for shift, people in zip(self.desk.shifts, self.people, strict=True):
            hours = self.desk.hours * shift.covers
            cost = cost + (people * shift.cost)[:, None] * (hours / hours.sum())[None, :]
        return cost

    @property
    def service_cost(self) -> float:
        """Booked money per period, that of the design included."""
        return float(self.cost.sum() + self.desk.design_cost[self.design])

    @property
    def lost_orders(self) -> float:
        """Expected money per period."""
        return float(self.of_ways("lost_orders").sum())

    @property
    def lost_customers(self) -> float:
        """Expected money per period."""
        return float(self.of_ways("lost_customers").sum())

    @property
    def lost_prospects(self) -> float:
        """Expected money per period."""
        return float(self.of_ways("lost_prospects").sum())

    @property
    def lost_sales(self) -> float:
        """The three kinds together."""
        return self.lost_orders + self.lost_customers + self.lost_prospects

    @cached_property
    def use(self) -> Numbers:
        """(R,): units of the resources of the case."""
        used = np.zeros(len(self.desk.resources))
        blocks = np.arange(self.ways.shape[1])
        for p in self.pools:
            used += self.desk.pools[p].use[:, blocks, self.ways[p]].sum(axis=1)
        for shift, people in zip(self.desk.shifts, self.people, strict=True):
            used += shift.use @ people
        return used

    def calls_of(self, pool: int, figure: str) -> Numbers:
        """(I, B): answered_in_time or abandoned calls of a pool at work, by type and block."""
        blocks = np.arange(self.ways.shape[1])
        found = getattr(self.desk.pools[pool], figure)[:, blocks, self.ways[pool]]
        return np.asarray(found, dtype=np.float64)

    @cached_property
    def answered_share(self) -> Numbers:
        """(C,): share of the calls of each type answered in time, NaN where nobody calls."""
        calls, answered = np.zeros((2, len(self.desk.call_types)))
        for p in self.pools:
            pool = self.desk.pools[p]
            calls[pool.types] += pool.calls.sum(axis=1)
            answered[pool.types] += self.calls_of(p, "answered_in_time").sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.where(calls > 0, answered / calls, np.nan))

    @property
    def service_level(self) -> float:
        """Share of all calls answered in time; 1 where nobody calls."""
        calls = sum(float(self.desk.pools[p].calls.sum()) for p in self.pools)
        answered = sum(float(self.calls_of(p, "answered_in_time").sum()) for p in self.pools)
        return answered / calls if calls > 0 else 1.0

    def value(self, terms: RosterTerms) -> float:
        """What the roster is worth at some terms."""
        money = np.array(self.service_cost), np.array(self.lost_sales)
        return float(terms.value(*money, self.use))

    def figures(self) -> DesignFigures:
        """Its sums, to stand beside those of other designs."""
        return DesignFigures(
            self.design_name, self.service_cost, self.lost_sales, self.most_at_once
        )


def broken_rules(roster: Roster) -> tuple[str, ...]:
    """What a roster breaks, in the words of the desk; () where it keeps everything."""
    desk, wrong = roster.desk, []
    for p in roster.pools:
        pool, ways = desk.pools[p], roster.ways[p]
        for b, way in enumerate(ways.tolist()):
            if way < 0 or not pool.allowed[b, way]:
                wrong.append(f"{pool.name} {desk.blocks[b]}: way")
        if desk.shifts:
            short = roster.agents[p] > agents_of(pool, roster.rostered[p])
            wrong += [f"{pool.name} {desk.blocks[b]}: cover" for b in np.flatnonzero(short)]
    for shift, people in zip(desk.shifts, roster.people, strict=True):
        at_work = np.isin(np.arange(len(desk.pools)), roster.pools)
        if np.any(people < 0) or np.any(people[~(shift.pools & at_work)] > 0):
            wrong.append(f"{shift.name}: pools")
        if shift.most is not None and people.sum() > shift.most:
            wrong.append(f"{shift.name}: most")
    share = roster.answered_share
    for c in np.flatnonzero(share < desk.promise - ROOM).tolist():
        wrong.append(f"{desk.call_types[c]}: promise")
    most = desk.most_agents[roster.design]
    for b in np.flatnonzero(roster.agents.sum(axis=0) > most + ROOM).tolist():
        wrong.append(f"{desk.blocks[b]}: most_agents")
    return tuple(wrong)


def agents_of(pool: Pool, people: Places) -> Places:
    """Whole agents at the phones that so many people on shift give."""
    at_phones = np.floor(people * (1 - pool.shrinkage) * (1 + ROOM) + ROOM)
    return np.asarray(at_phones, dtype=np.int64)


def people_for(pool: Pool, agents: Places) -> Places:
    """Fewest people on shift who give so many agents at the phones."""
    people = np.ceil(agents / (1 - pool.shrinkage) - 1.0).astype(np.int64).clip(0)
    for _ in range(2):
        people = np.where(agents_of(pool, people) < agents, people + 1, people)
    return people
