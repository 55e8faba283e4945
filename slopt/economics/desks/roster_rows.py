"""Rosters as tables that are written beside a plan: who is where, who works when, which design."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from slopt.economics.desks.roster import Roster
from slopt.economics.generated import PlanFile

STAFF = (
    "desk",
    "design",
    "pool",
    "block",
    "channels",
    "agents",
    "payroll",
    "occupancy",
    "calls",
    "answered_in_time",
    "abandonment",
    "service_cost",
    "lost_orders",
    "lost_customers",
    "lost_prospects",
)
SHIFTS = ("desk", "pool", "shift", "people", "service_cost")
DESIGNS = ("desk", "design", "chosen", "agents", "service_cost", "lost_sales", "total_cost")


def roster_files(rosters: Sequence[Roster | None]) -> Mapping[str, PlanFile]:
    """staff.csv, and shifts.csv and designs.csv where a desk has shifts and designs."""
    known = [roster for roster in rosters if roster is not None]
    files = {"staff.csv": PlanFile(STAFF, tuple(_all(known, staff_rows)))}
    if any(roster.desk.shifts for roster in known):
        files["shifts.csv"] = PlanFile(SHIFTS, tuple(_all(known, shift_rows)))
    if any(len(roster.desk.designs) > 1 for roster in known):
        files["designs.csv"] = PlanFile(DESIGNS, tuple(_all(known, design_rows)))
    return files


def _all(rosters: Sequence[Roster], rows: Any) -> Iterator[Mapping[str, Any]]:
    for roster in rosters:
        yield from rows(roster)


def staff_rows(roster: Roster) -> Iterator[Mapping[str, Any]]:
    """A row for each pool and block at work, and one for what the design costs by itself.

    Money and calls are per period; the shares are of calls, None where nobody calls.
    """
    desk = roster.desk
    money = {
        name: roster.of_ways(name) for name in ("lost_orders", "lost_customers", "lost_prospects")
    }
    occupancy, mixes = roster.of_ways("occupancy"), roster.of_ways("mix").astype(np.int64)
    for p in roster.pools:
        pool = desk.pools[p]
        calls = pool.calls.sum(axis=0)
        answered = roster.calls_of(p, "answered_in_time").sum(axis=0)
        abandoned = roster.calls_of(p, "abandoned").sum(axis=0)
        for b, block in enumerate(desk.blocks):
            yield {
                "desk": desk.name,
                "design": roster.design_name,
                "pool": pool.name,
                "block": block,
                "channels": pool.mixes[mixes[p, b]],
                "agents": int(roster.agents[p, b]),
                "payroll": float(roster.payroll[p, b]),
                "occupancy": float(occupancy[p, b]),
                "calls": float(calls[b]),
                "answered_in_time": _share(answered[b], calls[b]),
                "abandonment": _share(abandoned[b], calls[b]),
                "service_cost": float(roster.cost[p, b]),
                **{name: float(values[p, b]) for name, values in money.items()},
            }
    fixed = float(desk.design_cost[roster.design])
    if fixed:
        nothing: dict[str, Any] = dict.fromkeys(STAFF)
        yield nothing | {
            "desk": desk.name,
            "design": roster.design_name,
            "service_cost": fixed,
            **dict.fromkeys(money, 0.0),
        }


def _share(some: float, of_all: float) -> float | None:
    return float(some / of_all) if of_all > 0 else None


def shift_rows(roster: Roster) -> Iterator[Mapping[str, Any]]:
    """A row for each pool and shift that anybody works."""
    for shift, people in zip(roster.desk.shifts, roster.people, strict=True):
        for p in np.flatnonzero(people).tolist():
            yield {
                "desk": roster.desk.name,
                "pool": roster.desk.pools[p].name,
                "shift": shift.name,
                "people": int(people[p]),
                "service_cost": float(people[p] * shift.cost[p]),
            }


def design_rows(roster: Roster) -> Iterator[Mapping[str, Any]]:
    """A row for each design: the one chosen, and what each other would have cost and lost.

    The others have their best rosters at the prices at which this roster was found.
    """
    if len(roster.desk.designs) < 2:
        return
    designs = [(True, roster.figures()), *((False, other) for other in roster.others)]
    for chosen, figures in designs:
        yield {
            "desk": roster.desk.name,
            "design": figures.design,
            "chosen": "true" if chosen else "false",
            "agents": figures.agents,
            "service_cost": figures.service_cost,
            "lost_sales": figures.lost_sales,
            "total_cost": figures.total_cost,
        }
