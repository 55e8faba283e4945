"""Where the money of the cost tables went: lines, pools and activities for one choice of tiers.

Lines and pools are told in full, so that what was charged, what stayed unused and what nobody
pays adds up to what stands in the tables. S segments, P pools, L lines.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.economics.activity_costing import (
    AllocationProof,
    TimeDrivenCharge,
    charge_by_time,
    prove_allocation,
)
from slopt.economics.cost_to_serve import NEGLIGIBLE, CostToServe, Volumes
from slopt.errors import Problem, Severity
from slopt.sayings import say
from slopt.vocabulary import CostBehaviour, Stage, Visibility

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class LineAccount:
    """One cost line, money per period. cost = charged + unused + to_nobody.

    Of a line that goes to pools `charged` and `unused` are its part of what the pools charge and
    leave unused; `to_nobody` is what no pool takes.
    """

    line: str
    category: str
    stage: str
    visibility: Visibility
    behaviour: CostBehaviour
    direct: bool
    cost: float
    charged: float
    unused: float
    to_nobody: float


@dataclass(frozen=True)
class ActivityAccount:
    """An activity in a pool: minutes, and the money they are charged at."""

    activity: str
    pool: str
    stage: str
    minutes: float
    cost: float


@dataclass(frozen=True, eq=False)
class Ledger:
    """All that the cost tables say of one choice of tiers.

    `direct` and `pooled` are booked money by stage, each (S,); `hidden` is the estimate, (S,).
    `charge` is by pool and segment; `own_cost`, (P,), what pools cost besides the lines.
    """

    lines: tuple[LineAccount, ...]
    activities: tuple[ActivityAccount, ...]
    pools: tuple[str, ...]
    own_cost: Numbers
    charge: TimeDrivenCharge
    direct: dict[Stage, Numbers]
    pooled: dict[Stage, Numbers]
    hidden: Numbers

    @property
    def to_nobody(self) -> float:
        """Booked money of amounts that no pool takes."""
        return math.fsum(line.to_nobody for line in self._booked)

    @property
    def unused(self) -> float:
        """Cost of the capacity of pools that nobody used; below 0 where they are overused."""
        return math.fsum(self.charge.unused_cost)

    @property
    def proof(self) -> AllocationProof:
        """Pools: charged + unused = what they cost."""
        return prove_allocation(self.charge.pool_cost, self.charge.charged, self.charge.unused_cost)

    @property
    def whole_proof(self) -> AllocationProof:
        """All booked money of the tables, as it stands there, against where it went."""
        charged = [*self.direct.values(), self.charge.charged.ravel()]
        return prove_allocation(
            [*self.own_cost, *(line.cost for line in self._booked)],
            np.concatenate(charged),
            [*self.charge.unused_cost, *(line.to_nobody for line in self._booked)],
        )

    @property
    def _booked(self) -> list[LineAccount]:
        return [line for line in self.lines if line.visibility is Visibility.BOOKED]


def ledger_of(tables: CostToServe, volumes: Volumes) -> Ledger:
    """What the tables charge for the tiers chosen in `volumes`.

    Raises InvalidInput where an activity takes less than no time.
    """
    tables.require_time(volumes)
    rows = tables.rows
    pools = rows.pools.tolist()
    of_pool = [rows.term_pool == place for place in range(len(pools))]
    minutes = [tables.minutes(volumes, terms)[:, 0] for terms in of_pool]
    # A sum of terms below 0 may leave the last bit of a difference that is 0.
    used = np.maximum(np.array(minutes).reshape(len(pools), len(volumes.orders)), 0.0)
    charge = charge_by_time(rows.pool_cost, rows.capacity, used)
    stage = rows.lines.texts("stage")
    booked = rows.is_booked
    return Ledger(
        lines=tuple(_lines(tables, volumes, charge)),
        activities=tuple(_activities(tables, volumes)),
        pools=tuple(pools),
        own_cost=rows.own_cost,
        charge=charge,
        direct={its: tables.of_lines(volumes, booked & stage.is_in([its]))[:, 0] for its in Stage},
        pooled=_by_stage(tables, volumes, charge),
        hidden=tables.of_lines(volumes, ~booked)[:, 0],
    )


def _by_stage(
    tables: CostToServe, volumes: Volumes, charge: TimeDrivenCharge
) -> dict[Stage, Numbers]:
    """Money of the pools by the stages of their activities, each (S,)."""
    stage = tables.rows.activities.texts("stage")
    found = {}
    for its in Stage:
        total = np.zeros(len(volumes.orders))
        for place, rate in enumerate(charge.rate.tolist()):
            terms = stage.is_in([its]) & (tables.rows.term_pool == place)
            if terms.any():
                total = total + rate * tables.minutes(volumes, terms)[:, 0]
        found[its] = total
    return found


def _lines(tables: CostToServe, volumes: Volumes, charge: TimeDrivenCharge) -> list[LineAccount]:
    rows = tables.rows
    columns = {name: rows.lines.texts(name) for name in ("line", "category", "stage", "visibility")}
    used_share = np.where(
        charge.pool_cost > 0, charge.charged.sum(axis=1) / _above_0(charge.pool_cost), 0.0
    )
    charged = rows.amounts * (rows.pool_shares @ used_share)
    taken = rows.amounts * rows.pool_shares.sum(axis=1)
    found = []
    for place in range(len(rows.lines)):
        direct = bool(rows.is_direct[place])
        cost = float(rows.amounts[place])
        if direct:
            only = np.arange(len(rows.lines)) == place
            cost = math.fsum(tables.of_lines(volumes, only)[:, 0])
        variable = bool(rows.is_variable[place])
        found.append(
            LineAccount(
                columns["line"][place],
                columns["category"][place],
                columns["stage"][place],
                Visibility(columns["visibility"][place]),
                CostBehaviour.VARIABLE if variable else CostBehaviour.FIXED,
                direct,
                cost,
                charged=cost if direct else float(charged[place]),
                unused=0.0 if direct else float(taken[place] - charged[place]),
                to_nobody=0.0 if direct else float(cost - taken[place]),
            )
        )
    return found


def _above_0(values: Numbers) -> Numbers:
    return np.where(values > 0, values, 1.0)


def _activities(tables: CostToServe, volumes: Volumes) -> list[ActivityAccount]:
    table, rows = tables.rows.activities, tables.rows
    columns = [table.texts(name) for name in ("activity", "pool", "stage")]
    found = []
    for activity, pool, stage in dict.fromkeys(zip(*columns, strict=True)):
        words = zip(columns, (activity, pool, stage), strict=True)
        terms = np.all([column.is_in([word]) for column, word in words], axis=0)
        minutes = math.fsum(tables.minutes(volumes, terms)[:, 0])
        rate = float(tables.minute_cost[rows.pools.index(pool)])
        found.append(ActivityAccount(activity, pool, stage, minutes, minutes * rate))
    return found


def overused_pools(case: PlanningCase, ledger: Ledger) -> list[Problem]:
    """A warning for each pool that is used beyond its practical capacity."""
    charge, table = ledger.charge, case.table("pools")
    found = []
    for place, name in enumerate(ledger.pools):
        used, over = float(charge.used_minutes[place]), float(charge.overused[place])
        if over > NEGLIGIBLE * used:
            found.append(
                Problem(
                    say(
                        'The pool "{name}" is used for {used} minutes and has {practical} '
                        "practical ones: {over} too many.",
                        name=name,
                        used=f"{used:,.0f}",
                        practical=f"{used - over:,.0f}",
                        over=f"{over:,.0f}",
                    ),
                    say("Check its capacity and the minutes of its activities."),
                    table="pools",
                    file=table.file or None,
                    row=table.rows[place],
                    column="pool",
                    value=name,
                    severity=Severity.WARNING,
                )
            )
    return found
