"""A plan over T periods as a problem: one frozen value that every route, check and test takes.

S segments, T periods, K tiers, M modes, R resources. A mode is a tier, with or without the lift
of one improvement project. Periods count from 0. Money of a period is in that period's money;
`discount[t]` turns it into present value.

The customers n[s,t] of a segment at the start of a period, when mode k is chosen in t and the one
that was chosen `lag` periods before is k':

    left[s,t]     = leave[s,t,k'] n[s,t]             driven away by poor service
    deterred[s,t] = deter[s,t,k] n[s,t]              would have come, but for what they heard
    n[s,t+1]      = keep[s,t] (n[s,t] - left[s,t]) + join[s,t] - deterred[s,t]

What is missing against perfect service is carried along, so that a customer who was lost is
missed in the periods after, and nowhere else:

    gone[s,t+1]   = keep[s,t] (gone[s,t] + left[s,t])             gone[s,0] = 0
    unwon[s,t+1]  = keep[s,t] unwon[s,t] + deterred[s,t]          unwon[s,0] = 0

    lost orders    of t = n[s,t] lost_orders[s,t,k]
    lost customers of t = n[s,t] lost_customers[s,t,k] + margin[s,t] gone[s,t]
    lost prospects of t = n[s,t] lost_prospects[s,t,k] + margin[s,t] unwon[s,t]

    after the horizon, in present value, with z = T - 1:
    lost customers = discount[z] end_value[s] (gone[s,z] + left[s,z]) + what still leaves
    lost prospects = discount[z] (end_value[s] unwon[s,z] + newcomer_value[s] deterred[s,z])

What still leaves, where `lag` > 0, is answered by the periods T .. T + lag - 1, in which nobody
joins: discount[z] d^j end_value[s] leave[s,z,k'] n[s,z+j], j = 1 .. lag, with d `discount_step`
and k' the mode of period z + j - lag.

Booked in t: n[s,t] cost[s,t,k] + fixed_cost[s,t,k] of every segment, what changes of tier cost,
open costs of the tiers used, premium of extra units, staff (hiring, wages, release) and projects
(investment, running cost, less savings). Budgets cap that, with what was carried over. The total,
booked and lost, in present value, is what perfect and free service would be worth less the net
present value of the plan. With one period, no acquisition and no lag it is the total of the
one-period problem.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import LARGEST, shares
from slopt.problem.rules import Rule
from slopt.vocabulary import LOSSES, Goal

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]

LONG_AGO = 1_000
"""Periods that today's tier is taken to have been held where nobody says."""


@dataclass(frozen=True)
class StaffOption:
    """One way of getting units of a resource that are held and paid whether they are used or not.

    `units` are held when the plan begins, all of them productive; `past[i]` were hired i + 1
    periods before the plan begins, on top. A unit hired in t costs `hire_cost` in t, `wage` in
    every period from t to its release, works from t + lead on, with the shares of `ramp` in its
    first periods at work, and is held for `hold` periods at least. Released in t: it costs
    `release_cost` in t and is neither paid nor at work in t. `wage` is (T,).
    Units are what the resource counts in. None: no limit.
    """

    name: str
    resource: int
    units: float
    wage: Numbers
    hire_cost: float = 0.0
    release_cost: float = 0.0
    lead: int = 0
    ramp: tuple[float, ...] = ()
    term: int = 0
    most_hired: float | None = None
    most_held: float | None = None
    whole: bool = False
    past: tuple[float, ...] = ()

    @property
    def hold(self) -> int:
        """Periods from hiring to the first in which the unit may be gone."""
        return max(self.term, self.lead + len(self.ramp))

    def at_work(self, age: int) -> float:
        """Share of a unit that works `age` periods after it was hired."""
        if age < self.lead:
            return 0.0
        since = age - self.lead
        return self.ramp[since] if since < len(self.ramp) else 1.0


@dataclass(frozen=True)
class Project:
    """An improvement that is started once or not at all, between `earliest` and `latest`.

    Started in t it costs `investment` in t, and from t + takes on, while it lasts: `running_cost`
    a period, it saves `saves` of booked cost a period, and adds `adds[r]` units to capacities.
    Modes that name it may be chosen from then on. It may start only in a period in which every
    project of `after` is in effect, and never where one of `excludes` is started at any time.
    `started` is the period (negative) in which it was started before the plan begins.
    """

    name: str
    investment: float
    takes: int = 0
    running_cost: float = 0.0
    saves: float = 0.0
    adds: tuple[tuple[int, float], ...] = ()
    earliest: int = 0
    latest: int | None = None
    after: tuple[int, ...] = ()
    excludes: tuple[int, ...] = ()
    started: int | None = None


@dataclass(frozen=True, eq=False)
class HorizonProblem:
    """Modes as arrays by segment and period, shared limits by period, rules and goal.

    Shapes: rank (K,); mode_tier, mode_project (M,), -1 for no project; customers, weight,
    end_value, newcomer_value, lag, stayed, changes_before (S,); history (S, H), the modes of the
    last H periods before the plan, the newest last, -1 unknown; margin, keep, join (S, T);
    cost, fixed_cost, lost_*, leave, deter, service_level, barred (S, T, M); use, fixed_use
    (R, S, T, M); change_cost (S, K, K) from, to; open_cost (T, K); capacity, extra_capacity,
    extra_premium (R, T); budget, min_service_level, max_lost_sales (T,), NaN where there is none.

    Money and losses in `cost`, `lost_*` and units in `use` are per customer; `fixed_*` are per
    segment, whatever its size. `leave` and `deter` are shares of the customers. `weight` is of
    the segment and the same in all periods: mean levels are weighted as in the one-period problem.
    `least_stay` (K,) periods that a tier is kept once a segment was moved to it; `stayed` (S,)
    periods that today's tier has been held. What is left of budget[t] may be spent in t + 1 where
    carries[t]; `carry_in` comes on top of budget[0].
    `discount_step` leads from one period to the next. Modes without a project come first: mode
    k < K is tier k alone.
    Limits: `max_changes` segments that change tier in a period; `max_changes_each` changes of a
    segment over all periods, those made before the plan, `changes_before`, included (0 where not
    given); `max_tiers` tiers in use in a period; `max_lost_sales` what the
    service of a period causes, `caused`. Rules hold in every period; a unit that a soft rule is
    broken by in t costs its penalty times `period_weight[t]`. Where a project lifts a mode, the
    contract still speaks of its tier. Raises ValueError on wrong shapes or numbers.
    """

    segments: Sequence[str]
    periods: tuple[str, ...]
    tiers: tuple[str, ...]
    rank: Places
    mode_tier: Places
    mode_project: Places
    customers: Numbers
    weight: Numbers
    end_value: Numbers
    newcomer_value: Numbers
    history: Places
    margin: Numbers
    keep: Numbers
    join: Numbers
    cost: Numbers
    fixed_cost: Numbers
    lost_orders: Numbers
    lost_customers: Numbers
    lost_prospects: Numbers
    lost_unsplit: Numbers
    leave: Numbers
    deter: Numbers
    service_level: Numbers
    barred: Flags
    discount: Numbers
    change_cost: Numbers
    open_cost: Numbers
    least_stay: Places
    lag: Places
    stayed: Places
    leave_after: Numbers = field(default_factory=lambda: np.zeros((0, 0)))
    discount_step: float = 1.0
    resources: tuple[str, ...] = ()
    use: Numbers = field(default_factory=lambda: np.zeros((0, 0, 0, 0)))
    fixed_use: Numbers = field(default_factory=lambda: np.zeros((0, 0, 0, 0)))
    capacity: Numbers = field(default_factory=lambda: np.zeros((0, 0)))
    extra_capacity: Numbers = field(default_factory=lambda: np.zeros((0, 0)))
    extra_premium: Numbers = field(default_factory=lambda: np.zeros((0, 0)))
    staff: tuple[StaffOption, ...] = ()
    projects: tuple[Project, ...] = ()
    budget: Numbers = field(default_factory=lambda: np.zeros(0))
    carries: Flags = field(default_factory=lambda: np.zeros(0, dtype=bool))
    carry_in: float = 0.0
    min_service_level: Numbers = field(default_factory=lambda: np.zeros(0))
    max_lost_sales: Numbers = field(default_factory=lambda: np.zeros(0))
    max_tiers: int | None = None
    max_changes: int | None = None
    max_changes_each: int | None = None
    changes_before: Places = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    goal: Goal = Goal.MIN_TOTAL_COST
    rules: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        s, t, k, m, r = self.size
        for name in ("budget", "min_service_level", "max_lost_sales"):
            if getattr(self, name).size == 0:
                object.__setattr__(self, name, np.full(t, np.nan))
        if self.leave_after.size == 0:
            object.__setattr__(self, "leave_after", self.leave[:, -1].copy())
        if self.changes_before.size == 0:
            object.__setattr__(self, "changes_before", np.zeros(s, dtype=np.int64))
        if self.carries.size == 0:
            object.__setattr__(self, "carries", np.zeros(t, dtype=bool))
        if r == 0:
            for name in ("use", "fixed_use"):
                object.__setattr__(self, name, np.zeros((0, s, t, m)))
            for name in ("capacity", "extra_capacity", "extra_premium"):
                object.__setattr__(self, name, np.zeros((0, t)))
        shapes: tuple[tuple[tuple[int, ...], tuple[str, ...]], ...] = (
            ((k,), ("rank", "least_stay")),
            ((m,), ("mode_tier", "mode_project")),
            ((s,), ("customers", "weight", "end_value", "newcomer_value")),
            ((s,), ("lag", "stayed", "changes_before")),
            ((s, self.history.shape[-1]), ("history",)),
            ((s, t), ("margin", "keep", "join")),
            ((s, m), ("leave_after",)),
            ((s, t, m), ("cost", "fixed_cost", *LOST, "leave", "deter", "service_level", "barred")),
            ((r, s, t, m), ("use", "fixed_use")),
            ((s, k, k), ("change_cost",)),
            ((t, k), ("open_cost",)),
            ((t,), ("discount", *BY_PERIOD, "carries")),
            ((r, t), ("capacity", "extra_capacity", "extra_premium")),
        )
        for shape, names in shapes:
            for name in names:
                values = getattr(self, name)
                if values.shape != shape:
                    raise ValueError(f"{name} has shape {values.shape}, expected {shape}")
                known = values[~np.isnan(values)] if name in BY_PERIOD else values
                if known.size and not (known.min() >= -LARGEST and known.max() <= LARGEST):
                    raise ValueError(f"{name} holds a number that is not finite, or too large")
                values.setflags(write=False)
        if self.lag.size and int(self.lag.max()) > self.history.shape[1]:
            raise ValueError("history is shorter than the longest lag")

    @property
    def size(self) -> tuple[int, int, int, int, int]:
        """Segments, periods, tiers, modes, resources."""
        return (
            len(self.segments),
            len(self.periods),
            len(self.tiers),
            len(self.mode_tier),
            len(self.resources),
        )

    @cached_property
    def current(self) -> Places:
        """The tier of the period before the plan, (S,), -1 where there is none."""
        mode = self.history[:, -1]
        return np.where(mode >= 0, self.mode_tier[mode], -1)

    @cached_property
    def mean_weight(self) -> Numbers:
        """Weights of the mean service level, summing to 1; equal where all weights are 0."""
        return shares(self.weight)

    @cached_property
    def period_weight(self) -> Numbers:
        """(T,): how a period counts in the goal: discounted money, or the mean over periods."""
        if self.goal is Goal.MAX_SERVICE:
            return np.full(len(self.periods), 1 / len(self.periods))
        return self.discount

    @cached_property
    def caused(self) -> Numbers:
        """(S, T, M): lost sales per customer that the service of a period causes, whenever felt.

        In the money of the period. Who leaves, or does not come, is missed in all periods after;
        with a lag, those who will leave for this service count as if they left at once.
        """
        worth_of_left, worth_of_deterred = self.worth_of_the_missing
        lost = self.lost_orders + self.lost_customers + self.lost_prospects + self.lost_unsplit
        now = self.discount[None, :]
        return np.asarray(
            lost
            + self.leave_caused * (worth_of_left / now)[:, :, None]
            + self.deter * (worth_of_deterred / now)[:, :, None]
        )

    @cached_property
    def leave_caused(self) -> Numbers:
        """(S, T, M): share of the customers that the service of a period drives away, sometime."""
        own = self.leave.copy()
        for s in np.flatnonzero(self.lag):
            lag = min(int(self.lag[s]), own.shape[1])
            own[s] = np.concatenate(
                [self.leave[s, lag:], np.repeat(self.leave_after[s][None], lag, 0)]
            )
        return own

    @cached_property
    def worth_of_the_missing(self) -> tuple[Numbers, Numbers]:
        """(S, T) each: present value of one customer who leaves, or does not come, in a period.

        G[s,z] = discount[z] (margin[s,z] + end_value[s])                    z = T - 1
        G[s,t] = discount[t] margin[s,t] + keep[s,t] G[s,t+1]                one missed from t on
        who leaves in t        keep[s,t] G[s,t+1],  in z discount[z] end_value[s]
        who does not come in t G[s,t+1],            in z discount[z] newcomer_value[s]
        """
        s, t, *_ = self.size
        last = t - 1
        left, deterred = np.zeros((s, t)), np.zeros((s, t))
        left[:, last] = self.discount[last] * self.end_value
        deterred[:, last] = self.discount[last] * self.newcomer_value
        missed = self.discount[last] * (self.margin[:, last] + self.end_value)
        for p in range(last - 1, -1, -1):
            left[:, p], deterred[:, p] = self.keep[:, p] * missed, missed
            missed = self.discount[p] * self.margin[:, p] + self.keep[:, p] * missed
        return left, deterred

    @cached_property
    def most_customers(self) -> Numbers:
        """(S, T + 1): customers under perfect service, which no plan exceeds."""
        count = [self.customers]
        for t in range(len(self.periods)):
            count.append(self.keep[:, t] * count[-1] + self.join[:, t])
        return np.stack(count, axis=1)

    def replace(self, **changes: Any) -> HorizonProblem:
        """A copy with other values, checked again."""
        return replace(self, **changes)


LOST = (*LOSSES, "lost_unsplit")
BY_PERIOD = ("budget", "min_service_level", "max_lost_sales")


@dataclass(frozen=True, eq=False)
class HorizonChoice:
    """What is decided: modes (S, T); hired, released (O, T) units by staff option and period;
    started (P,) the period in which a project is started, NEVER for not at all."""

    modes: Places
    hired: Numbers
    released: Numbers
    started: Places

    @property
    def digest(self) -> str:
        """SHA-256 of all that is decided, in hexadecimal."""
        parts = (self.modes, self.hired, self.released, self.started)
        return hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()


NEVER = 1 << 30
"""The period of what is not started at all: later than every horizon."""
