"""From the tables queues, stocks and season_stocks to levels and costs of tiers.

One of the files of economics that know the planning case. Arrays are segments x tiers (S, K);
every pair of segment and tier has a line of agents, or a stock, of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.columns import plainly
from slopt.case.pair_rows import PairRows
from slopt.economics.abandonment import erlang_a, erlang_a_in_time
from slopt.economics.demand import NormalDemand
from slopt.economics.inventory import (
    fill_rate_from_short,
    lead_time_spread,
    safety_factor_for_exact_fill_rate,
    safety_stock,
)
from slopt.economics.newsvendor import ShortAndOver
from slopt.economics.queueing import erlang_c_service_level
from slopt.economics.staffing import agents_for_service_level, agents_with_shrinkage
from slopt.errors import InvalidInput, Problem
from slopt.sayings import later, say

Numbers = NDArray[np.float64]
SECONDS = 3600.0
"""In an hour."""
MOST_ERLANGS = 20_000
"""Busy agents of one line up to which a search for the fewest takes seconds; no line has more."""
MOST_TOLD = 5
"""Rows at fault that are told."""


@dataclass(frozen=True, eq=False)
class TierPhysics:
    """What follows where a tier is given by its physics, (S, K).

    `level` and `hung_up` (share of calls that give up) are NaN where nothing follows; `cost` is
    booked money per period, 0 there.
    """

    level: Numbers
    cost: Numbers
    hung_up: Numbers


@dataclass(frozen=True, eq=False)
class _Served:
    """Of the pairs of one table, (P,): level, booked cost, share of calls that hang up."""

    level: Numbers
    cost: Numbers
    hung_up: Numbers | float = np.nan


def tier_physics(case: PlanningCase) -> TierPhysics | None:
    """Levels and costs from queues and stocks; None where a case has none of these tables.

    Raises InvalidInput that names segment and tier where no sensible stock or queue comes out.
    """
    found: TierPhysics | None = None
    for table, serve in _BY_TABLE.items():
        if table not in case.tables:
            continue
        if found is None:
            shape = (len(case.segments), len(case.tiers))
            found = TierPhysics(np.full(shape, np.nan), np.zeros(shape), np.full(shape, np.nan))
        pairs = PairRows(case, table)
        place = pairs.segment, pairs.tier
        try:
            served = serve(case, pairs)
        except ValueError as error:
            raise InvalidInput(
                [_problem(pairs, later("{table}: {reason}."), 0, table=table, reason=str(error))]
            ) from error
        found.level[place] = served.level
        found.cost[place] += served.cost
        found.hung_up[place] = served.hung_up
    return found


def _promise(case: PlanningCase, pairs: PairRows, column: str) -> Numbers:
    promise = pairs.numbers(column)
    of_tier = case.table("tiers").numbers("service_level")[pairs.tier]
    return np.where(np.isnan(promise), of_tier, promise)


def _orders(case: PlanningCase, pairs: PairRows) -> Numbers:
    """Orders of the whole segment per period, (P,)."""
    table = case.table("segments")
    orders = table.numbers("customers") * table.numbers("orders_per_customer")
    return np.asarray(orders[pairs.segment])


def _queues(case: PlanningCase, pairs: PairRows) -> _Served:
    """Fewest agents that keep the promise; what level that gives, and who hangs up.

    Queues with the same figures are computed once. Without calls there is nobody to wait.
    """
    calls, hours = _orders(case, pairs), pairs.numbers("open_hours")
    rate = calls / (hours * SECONDS)
    patience = pairs.numbers("patience")
    level, agents = np.ones(len(rate)), np.zeros(len(rate))
    hung_up = np.where(np.isnan(patience), np.nan, 0.0)
    figures = np.column_stack(
        [
            rate,
            pairs.numbers("handle_time"),
            _promise(case, pairs, "answered_share"),
            pairs.numbers("answer_within"),
            patience,
        ]
    )
    _require(
        pairs,
        rate * pairs.numbers("handle_time") > MOST_ERLANGS,
        later('The calls of "{segment}" in tier "{tier}" need over {most} agents.'),
        say(
            "Look at the units: handle_time is in seconds, open_hours are those of a whole period."
        ),
        "handle_time",
        most=f"{MOST_ERLANGS:,}",
    )
    for patient in (False, True):
        its = np.flatnonzero((rate > 0) & (np.isnan(patience) == patient))
        if len(its) == 0:
            continue
        # NaN differs from itself, so that columns of NaN would keep equal rows apart.
        known = figures[its, :4] if patient else figures[its]
        alike, which = np.unique(known, axis=0, return_inverse=True)
        which = which.reshape(-1)
        call_rate, handle_time, target, within = alike.T[:4]
        waits = None if patient else alike.T[4]
        needed = agents_for_service_level(call_rate, handle_time, target, within, waits)
        if waits is None:
            answered = erlang_c_service_level(call_rate, handle_time, needed, within)
        else:
            answered = erlang_a_in_time(call_rate, handle_time, needed, waits, within).answered
            hung_up[its] = erlang_a(call_rate, handle_time, needed, waits).abandonment[which]
        agents[its], level[its] = needed[which], answered[which]
    paid = agents_with_shrinkage(agents, pairs.numbers("shrinkage", 0.0))
    return _Served(level, np.asarray(paid * pairs.numbers("cost_per_hour") * hours), hung_up)


def _stocks(case: PlanningCase, pairs: PairRows) -> _Served:
    """Safety stock for the fill rate; holding cost of it and of half an order quantity."""
    fill = _promise(case, pairs, "fill_rate")
    demand = _orders(case, pairs) * pairs.numbers("units_per_order", 1.0)
    wanted = demand > 0
    mean = np.where(wanted, demand, 1.0)
    spread = lead_time_spread(
        pairs.numbers("variation") * mean,
        pairs.numbers("lead_time"),
        mean,
        pairs.numbers("lead_time_spread", 0.0),
    )
    quantity = mean / pairs.numbers("replenishments")
    factor = safety_factor_for_exact_fill_rate(fill, spread, quantity)
    held = quantity / 2 + safety_stock(factor, spread)
    _require(
        pairs,
        wanted & (held < 0),
        later(
            'The average stock of "{segment}" in tier "{tier}" comes out below 0: '
            "such a fill rate lives on backorders alone."
        ),
        say("Raise the fill rate, or replenish more often."),
        "fill_rate",
    )
    return _Served(fill, np.where(wanted, held * pairs.numbers("holding_cost"), 0.0))


def _season_stocks(case: PlanningCase, pairs: PairRows) -> _Served:
    """The quantity that is enough with the probability asked for, or with the best one.

    Units short are lost sales, by way of the level; units left over are booked.
    """
    segments = case.table("segments")
    per_order = segments.numbers("revenue_per_order") * segments.numbers("margin")
    units = pairs.numbers("units_per_order", 1.0)
    demand = _orders(case, pairs) * units
    wanted = demand > 0
    mean = np.where(wanted, demand, 1.0)
    normal = NormalDemand(mean, pairs.numbers("variation") * mean)
    short = per_order[pairs.segment] / units + pairs.numbers("goodwill", 0.0)
    over = pairs.numbers("unit_cost") - pairs.numbers("salvage", 0.0)
    given = pairs.numbers("enough_probability")
    best = np.isnan(given)
    _require(
        pairs,
        wanted & best & (short <= 0),
        later('A unit short of "{segment}" in tier "{tier}" costs nothing: no quantity is best.'),
        say("Give revenue and margin, goodwill, or enough_probability."),
        "enough_probability",
    )
    costs = ShortAndOver(np.where(best & (short > 0), short, 1.0), over)
    quantity = normal.stock_for(np.where(best, costs.critical_ratio, given))
    missing = normal.expected_short(quantity)
    _require(
        pairs,
        wanted & ((quantity < 0) | (missing > mean)),
        later('The stock of "{segment}" in tier "{tier}" comes out below 0.'),
        say("A variation so large, or a probability so small, is beyond normal demand."),
        "variation",
    )
    filled = fill_rate_from_short(np.where(wanted, missing, 0.0), mean)
    left_over = quantity - mean + missing
    return _Served(filled, np.where(wanted, over * left_over, 0.0))


_BY_TABLE: dict[str, Callable[[PlanningCase, PairRows], _Served]] = {
    "queues": _queues,
    "stocks": _stocks,
    "season_stocks": _season_stocks,
}


def _require(
    pairs: PairRows, wrong: NDArray[np.bool_], message: str, remedy: str, column: str, **places: str
) -> None:
    """Refuse what is wrong: one problem for each row of the table, of the first pair at fault."""
    at_fault = np.flatnonzero(wrong)
    _rows, first = np.unique(pairs.rows[at_fault], return_index=True)
    if len(at_fault):
        raise InvalidInput(
            [
                _problem(pairs, message, int(i), remedy, column, **places)
                for i in at_fault[first[:MOST_TOLD]]
            ]
        )


def _problem(
    pairs: PairRows,
    message: str,
    index: int,
    remedy: str = "",
    column: str | None = None,
    **places: str,
) -> Problem:
    segment, tier = pairs.names(index)
    value = None if column is None else float(pairs.numbers(column)[index])
    return Problem(
        column=column,
        value=None if value is None or np.isnan(value) else plainly(value),
        message=say(message, segment=segment, tier=tier, **places),
        remedy=remedy or say("Check the figures of this table, and the sizes of the segments."),
        table=pairs.table.name,
        file=pairs.table.file or None,
        row=pairs.table.rows[int(pairs.rows[index])],
    )
