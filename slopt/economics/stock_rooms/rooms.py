"""The tables items and item_demand as numbers: the items of all stock rooms, and what they cost.

One of the files of economics that know the planning case.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase, Table
from slopt.case.texts import Texts
from slopt.economics.demand_laws import GammaLaw, Law, NormalLaw
from slopt.economics.stock_rooms.best_levels import Group, Prices, StockItems, level_of_fill
from slopt.economics.stock_rooms.continuous import ContinuousReview
from slopt.economics.stock_rooms.losses import DemandRows, demand_rows, sums_by
from slopt.economics.stock_rooms.periodic import PeriodicReview, times_of_a_cycle
from slopt.economics.stock_rooms.season import SeasonStock
from slopt.economics.stock_rooms.stocked import Stocked
from slopt.errors import InvalidInput, Problem
from slopt.sayings import say
from slopt.vocabulary import LOSSES, DemandLaw, StockKind

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


MOST_NORMAL = 0.5
"""Spread / mean up to which demand is taken as normal where nothing else is said."""
NEXT_TO_NONE = 1e-6
"""Of a review time."""
MOST_TOLD = 5
"""Items at fault that are told."""


@dataclass(frozen=True, eq=False)
class UnitCosts:
    """Money, (I,): of a unit held, and for each unit short; `ordering` is paid in any case."""

    held: Numbers
    booked: Numbers
    lost_orders: Numbers
    lost_customers: Numbers
    lost_prospects: Numbers
    ordering: Numbers

    @property
    def lost(self) -> Numbers:
        """The three kinds of lost sales of a unit short."""
        return self.lost_orders + self.lost_customers + self.lost_prospects


@dataclass(frozen=True, eq=False)
class StockRooms:
    """All items of a case. `room` (I,) is the place of each item's room in `rooms`.

    `weight` (R, I) is the use of each resource by a unit in stock, `unit_cost` (R,) what a unit of
    the resource costs, `share` (I,) the item's share in the orders of its room: the service level
    of a room is the share of orders that find what they ask for. `quantity` is ordered at a time,
    `worth` what a unit costs to buy, (I,), NaN where that is not known. `customers` and
    `orders_per_customer` are those of `segments`, (S,).
    """

    rooms: tuple[str, ...]
    room: Places
    names: Texts
    kinds: Texts
    items: StockItems
    costs: UnitCosts
    weight: Numbers
    unit_cost: Numbers
    share: Numbers
    quantity: Numbers
    worth: Numbers
    rows: DemandRows
    segments: Texts
    customers: Numbers
    orders_per_customer: Numbers

    def prices(
        self, service_cost: Numbers, lost_sales: Numbers, service_level: Numbers, use: Numbers
    ) -> Prices:
        """What a unit short, held and in stock costs each item at the terms of its room (U,)."""
        of_cost, of_loss = service_cost[self.room], lost_sales[self.room]
        short = of_cost * self.costs.booked + of_loss * self.costs.lost
        short += service_level[self.room] * self.share / self.items.demand
        stock = use @ self.weight + of_cost * (self.unit_cost @ self.weight)
        return Prices(short, of_cost * self.costs.held, stock)

    def sums(self, figures: Numbers) -> Numbers:
        """Sums by room of figures of items, (..., I) -> (..., U)."""
        flat = figures.reshape(-1, figures.shape[-1])
        count = len(self.rooms)
        rows = [sums_by(self.room, row, count) for row in flat]
        return np.array(rows).reshape(*figures.shape[:-1], count)


def stock_rooms(case: PlanningCase) -> StockRooms:
    """The stock rooms of a case. Raises InvalidInput with the items at fault."""
    table, rows = case.table("items"), demand_rows(case)
    count = len(table)
    demand = sums_by(rows.item, rows.mean, count)
    variance = sums_by(rows.item, rows.variance, count)
    orders = sums_by(rows.item, rows.orders, count)
    rooms = table.texts("room")
    words = Texts.of(dict.fromkeys(rooms.tolist()))
    room = rooms.places_in(words)
    of_room = sums_by(room, orders, len(words))
    use = table.use_columns
    weight = np.array(
        [np.nan_to_num(use[r]) if r in use else np.zeros(count) for r in case.resources]
    )
    quantity = _quantity(table, demand)
    return StockRooms(
        rooms=tuple(words.tolist()),
        room=room,
        names=table.texts("item"),
        kinds=table.texts("kind"),
        items=_stock_items(table, demand, variance, quantity),
        costs=_unit_costs(table, rows, demand, quantity),
        weight=weight.reshape(len(case.resources), count),
        unit_cost=case.table("resources").numbers("unit_cost"),
        share=orders / of_room[room],
        quantity=quantity,
        worth=table.numbers("unit_cost"),
        rows=rows,
        segments=case.segments,
        customers=case.table("segments").numbers("customers"),
        orders_per_customer=case.table("segments").numbers("orders_per_customer"),
    )


def _holding(table: Table) -> Numbers:
    """Money per unit and period; NaN where nothing says it."""
    given = table.numbers("holding_cost")
    return np.where(
        np.isnan(given), table.numbers("unit_cost") * table.numbers("holding_rate"), given
    )


def _quantity(table: Table, demand: Numbers) -> Numbers:
    """Units ordered at a time: as given, else the economic order quantity; NaN of season items."""
    given, placed = table.numbers("order_quantity"), table.numbers("order_cost")
    with np.errstate(divide="ignore", invalid="ignore"):
        economic = np.sqrt(2 * placed * demand / _holding(table))
    kind = table.texts("kind")
    quantity = np.where(np.isnan(given), economic, given)
    quantity = np.where(
        kind.is_in([StockKind.PERIODIC]), demand * table.numbers("review_time"), quantity
    )
    return np.where(kind.is_in([StockKind.SEASON]), np.nan, quantity)


def _unit_costs(table: Table, rows: DemandRows, demand: Numbers, quantity: Numbers) -> UnitCosts:
    season = table.texts("kind").is_in([StockKind.SEASON])
    left_over = table.numbers("unit_cost") - table.numbers("salvage")
    placed = table.numbers("order_cost")
    times = np.where(season, 1.0, demand / np.where(season, 1.0, quantity))

    def mean(per_unit: Numbers) -> Numbers:
        return sums_by(rows.item, rows.mean * per_unit, len(table)) / demand

    return UnitCosts(
        held=np.where(season, left_over, _holding(table)),
        booked=mean(rows.booked),
        ordering=placed * times,
        **{name: mean(getattr(rows, name)) for name in LOSSES},
    )


def _stock_items(table: Table, demand: Numbers, variance: Numbers, quantity: Numbers) -> StockItems:
    """All items, those of one way of ordering and one law of demand together."""
    kind, season = table.texts("kind"), table.texts("kind").is_in([StockKind.SEASON])
    lead, review = (np.nan_to_num(table.numbers(name)) for name in ("lead_time", "review_time"))
    of_lead = (demand * table.numbers("lead_time_spread")) ** 2
    time = np.where(season, 1.0, lead + np.where(kind.is_in([StockKind.PERIODIC]), review, 0.0))
    spread = np.sqrt(time * variance + np.where(season, 0.0, of_lead))
    vague = spread > MOST_NORMAL * time * demand
    said = table.texts("law")
    is_gamma = np.where(said.is_filled, said.is_in([DemandLaw.GAMMA]), vague)
    groups = []
    for which in StockKind:
        for gamma in (False, True):
            rows = np.flatnonzero(kind.is_in([which]) & (is_gamma == gamma))
            if not len(rows):
                continue
            d, v, law = demand[rows], variance[rows], GammaLaw if gamma else NormalLaw
            items: Stocked
            match which:
                case StockKind.CONTINUOUS:
                    items = _continuous(law, d, v, quantity[rows], lead[rows], of_lead[rows])
                case StockKind.PERIODIC:
                    items = _periodic(law, d, v, review[rows], lead[rows], of_lead[rows])
                case StockKind.SEASON:
                    items = SeasonStock(law(d, np.sqrt(v)))
            groups.append(_group(table, rows, items))
    # Of a season item nothing may be bought, which is a level like any other.
    skip = ~season & (np.nan_to_num(table.numbers("min_fill_rate")) == 0)
    return StockItems(tuple(groups), skip)


LawOf = Callable[[Numbers, Numbers], Law]
"""Mean and spread -> the law of demand."""


def _continuous(
    law: LawOf,
    demand: Numbers,
    variance: Numbers,
    quantity: Numbers,
    lead: Numbers,
    of_lead: Numbers,
) -> ContinuousReview:
    mean, spread = demand * lead, np.sqrt(lead * variance + of_lead)
    over_lead = law(mean, spread)
    if law is NormalLaw:
        return ContinuousReview(demand, quantity, over_lead, over_lead)
    # Lots of mean square v a unit: when it is ordered, stock is v / 2 below s on average.
    below = variance / (2 * demand)
    to_meet = law(mean + below, np.sqrt(spread**2 + below**2))
    return ContinuousReview(demand, quantity, over_lead, to_meet)


def _periodic(
    law: LawOf, demand: Numbers, variance: Numbers, review: Numbers, lead: Numbers, of_lead: Numbers
) -> PeriodicReview:
    def over(time: Numbers) -> Law:
        return law(demand * time, np.sqrt(variance * time + of_lead))

    # Without a lead time nothing has been asked for before the cycle begins, or next to nothing.
    first = np.maximum(lead, NEXT_TO_NONE * review)
    end = over(lead + review)
    begin = over(first)
    if law is not NormalLaw:
        # Of the scale of the end, so that the two densities cross once.
        scale = (variance * (lead + review) + of_lead) / (demand * (lead + review))
        begin = law(demand * first, np.sqrt(scale * demand * first))
    return PeriodicReview(demand, review, begin, end, over(times_of_a_cycle(lead, review)))


def _group(table: Table, rows: Places, items: Stocked) -> Group:
    """The items with the range of levels between their least and their highest fill rate."""
    least = np.nan_to_num(table.numbers("min_fill_rate")[rows])
    most = table.numbers("max_fill_rate")[rows]
    low, high = items.lowest, items.highest
    if least.any():
        low = np.where(least > 0, level_of_fill(items, np.maximum(least, 1e-9)), low)
    capped = ~np.isnan(most) & (most < 1)
    if capped.any():
        high = np.where(capped, level_of_fill(items, np.where(capped, most, 0.5)), high)
    _require_reachable(table, rows, items, least, most)
    return Group(rows, items, np.minimum(low, high), high)


def _require_reachable(
    table: Table, rows: Places, items: Stocked, least: Numbers, most: Numbers
) -> None:
    """No floor above what the highest stock fills, no ceiling below what the lowest fills."""
    filled_low = 1 - items.short(items.lowest) / items.demand
    filled_high = 1 - items.short(items.highest) / items.demand
    names, problems = table.texts("item"), []
    for index in np.flatnonzero(least > filled_high)[:MOST_TOLD].tolist():
        row = int(rows[index])
        says = say(
            'min_fill_rate of item "{item}" is {asked}, and no stock of it fills more than {edge}.',
            item=names[row],
            asked=repr(float(least[index])),
            edge=f"{filled_high[index]:.12g}",
        )
        remedy = say("Lower it, or make the item's demand or lead time less uncertain.")
        problems.append(_of_item(table, row, "min_fill_rate", says, remedy))
    for index in np.flatnonzero(most < filled_low)[:MOST_TOLD].tolist():
        row = int(rows[index])
        says = say(
            'max_fill_rate of item "{item}" is {asked}, and no stock of it fills less than {edge}.',
            item=names[row],
            asked=repr(float(most[index])),
            edge=f"{filled_low[index]:.6g}",
        )
        remedy = say("Raise it, or clear it: an item that is stocked fills at least so much.")
        problems.append(_of_item(table, row, "max_fill_rate", says, remedy))
    if problems:
        raise InvalidInput(problems)


def _of_item(table: Table, row: int, column: str, says: str, remedy: str) -> Problem:
    """A problem with a cell of the table items."""
    file = table.file or None
    return Problem(says, remedy, table="items", file=file, row=table.rows[row], column=column)
