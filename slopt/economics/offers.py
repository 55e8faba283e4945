"""A planning case -> its offers: what every tier would cost, lose and use in every segment.

The one file of economics that knows the planning case. Arrays are segments x tiers (S, K), in the
case's order; `use` is resources x segments x tiers (R, S, K).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase, Table
from slopt.case.columns import LARGEST
from slopt.case.schema import ANY
from slopt.economics.lifetime_value import customer_value
from slopt.economics.lost_sales import (
    dissatisfied_share,
    failed_orders,
    lost_customers,
    lost_orders,
    lost_prospects,
)
from slopt.economics.service_cost import service_cost, units_used
from slopt.errors import InvalidInput, Problem

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Offers:
    """Every (segment, tier) pair in numbers; money per period for the whole segment.

    `lost_unsplit` is what a case gives as one `lost_sales`; the three kinds are 0 there.
    `allowed` is false for pairs that the offers table forbids.
    """

    service_level: Numbers
    service_cost: Numbers
    lost_orders: Numbers
    lost_customers: Numbers
    lost_prospects: Numbers
    lost_unsplit: Numbers
    use: Numbers
    allowed: NDArray[np.bool_]

    @property
    def lost_sales(self) -> Numbers:
        """The sum of the three kinds."""
        return self.lost_orders + self.lost_customers + self.lost_prospects + self.lost_unsplit


def make_offers(case: PlanningCase) -> Offers:
    """The default economics of a case, overridden by its offers table.

    Raises InvalidInput that names segment and tier where a number comes out beyond use.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        offers = _compute(case)
    _require_sane(case, offers)
    return offers


def _compute(case: PlanningCase) -> Offers:
    segments, tiers, given = case.table("segments"), case.table("tiers"), _Given(case)
    customers = segments.numbers("customers")[:, None]
    orders = segments.numbers("orders_per_customer")[:, None]
    level = given.instead_of(
        "service_level",
        np.broadcast_to(tiers.numbers("service_level"), (len(segments), len(tiers))),
    )
    use = _use(case, given, customers, orders)
    unit_cost = case.table("resources").numbers("unit_cost")
    cost = service_cost(
        customers,
        orders,
        tiers.numbers("cost_per_customer"),
        tiers.numbers("cost_per_order"),
        np.einsum("r,rst->st", unit_cost, use),
    )
    response = _Response(case)
    margin_per_order = (segments.numbers("revenue_per_order") * segments.numbers("margin"))[:, None]
    dissatisfied = dissatisfied_share(orders, level)
    value = customer_value(
        orders * margin_per_order,
        1 - segments.numbers("base_churn")[:, None],
        case.settings.case.discount_rate,
        response.lifetime[:, None],
    )
    leave = response["leave_probability"]
    parts = {
        "lost_orders": lost_orders(
            customers, failed_orders(orders, level), response["lost_order_share"], margin_per_order
        ),
        "lost_customers": lost_customers(
            customers, dissatisfied, leave, np.where(leave > 0, value, 0.0)
        ),
        "lost_prospects": lost_prospects(
            customers,
            dissatisfied,
            response["listeners"],
            response["prospect_share"],
            response["deterrence"],
            response["prospect_value"],
        ),
    }
    whole = given.column("lost_sales")
    is_split = np.isnan(whole)
    parts = {
        name: np.where(is_split, given.instead_of(name, part), 0.0) for name, part in parts.items()
    }
    return Offers(
        service_level=level,
        service_cost=given.instead_of("service_cost", cost),
        lost_unsplit=np.where(is_split, 0.0, whole),
        use=use,
        allowed=given.allowed,
        **parts,
    )


class _Given:
    """The offers table spread over segments x tiers, NaN where it says nothing."""

    def __init__(self, case: PlanningCase) -> None:
        self.table = case.table("offers")
        self.shape = (len(case.segments), len(case.tiers))
        self.place = (
            _positions(case.segments, self.table.texts("segment")),
            _positions(case.tiers, self.table.texts("tier")),
        )
        self.allowed = np.ones(self.shape, dtype=np.bool_)
        self.allowed[self.place] = self.table.flags("allowed").astype(np.bool_)

    def column(self, name: str) -> Numbers:
        return self._spread(self.table.numbers(name))

    def use(self, resource: str) -> Numbers:
        values = self.table.use_columns.get(resource)
        return np.full(self.shape, np.nan) if values is None else self._spread(values)

    def instead_of(self, name: str, computed: Numbers) -> Numbers:
        given = self.column(name)
        return np.where(np.isnan(given), computed, given)

    def _spread(self, values: Numbers) -> Numbers:
        spread = np.full(self.shape, np.nan)
        spread[self.place] = values
        return spread


class _Response:
    """The response table by segment: its own row, else the `*` row, else the default."""

    def __init__(self, case: PlanningCase) -> None:
        table = case.table("response")
        self._table = table
        row = {segment: index for index, segment in enumerate(table.texts("segment"))}
        self._any = row.get(ANY)
        self._own = np.array([row.get(segment, -1) for segment in case.segments], dtype=np.int64)
        basis = table.texts("value_basis")
        common = basis[self._any] if self._any is not None else ""
        own = [(basis[index] if index >= 0 else "") or common for index in self._own]
        self.lifetime = np.array([word != "period" for word in own], dtype=np.bool_)

    def __getitem__(self, column: str) -> Numbers:
        """The column as (S, 1)."""
        values = self._table.numbers(column)
        common = values[self._any] if self._any is not None else np.nan
        common = 0.0 if np.isnan(common) else common
        padded = np.append(values, np.nan)
        own = padded[self._own]
        return np.where(np.isnan(own), common, own)[:, None]


def _use(case: PlanningCase, given: _Given, customers: Numbers, orders: Numbers) -> Numbers:
    """Units used, (R, S, K): the offers' own columns, else the most specific usage row."""
    use = np.zeros((len(case.resources), *given.shape))
    rows = _most_specific_usage(case.table("usage"), case)
    for index, resource in enumerate(case.resources):
        per_customer, per_order, per_segment = (np.zeros(given.shape) for _ in range(3))
        for place, (a, b, c) in rows.get(resource, []):
            per_customer[place], per_order[place], per_segment[place] = a, b, c
        computed = units_used(customers, orders, per_customer, per_order, per_segment)
        explicit = given.use(resource)
        use[index] = np.where(np.isnan(explicit), computed, explicit)
    return use


def _most_specific_usage(
    usage: Table, case: PlanningCase
) -> dict[str, list[tuple[tuple[int | slice, int | slice], tuple[float, float, float]]]]:
    """Usage rows by resource, general ones first, so that specific ones overwrite them.

    Specific means: segment and tier, then segment, then tier, then neither.
    """
    segment_at = {name: index for index, name in enumerate(case.segments)}
    tier_at = {name: index for index, name in enumerate(case.tiers)}
    everything = slice(None)
    ordered: dict[str, list[tuple[int, tuple[int | slice, int | slice], tuple[float, ...]]]] = {}
    columns = (
        usage.texts("resource"),
        usage.texts("segment"),
        usage.texts("tier"),
        usage.numbers("per_customer"),
        usage.numbers("per_order"),
        usage.numbers("per_segment"),
    )
    for resource, segment, tier, a, b, c in zip(*columns, strict=True):
        precedence = 2 * (segment != ANY) + (tier != ANY)
        place = (segment_at.get(segment, everything), tier_at.get(tier, everything))
        ordered.setdefault(resource, []).append((precedence, place, (a, b, c)))
    return {
        resource: [
            (place, (a, b, c)) for _, place, (a, b, c) in sorted(rows, key=lambda row: row[0])
        ]
        for resource, rows in ordered.items()
    }


def _positions(known: list[str], wanted: list[str]) -> NDArray[np.int64]:
    at = {name: index for index, name in enumerate(known)}
    return np.array([at[name] for name in wanted], dtype=np.int64)


def _require_sane(case: PlanningCase, offers: Offers) -> None:
    """Every figure finite and within what a float can hold to the cent."""
    problems = []
    for entry in fields(offers):
        values = getattr(offers, entry.name)
        for *_, segment, tier in np.argwhere(~(np.abs(values) <= LARGEST))[:5]:
            problems.append(
                Problem(
                    f'{entry.name} of segment "{case.segments[segment]}" in tier '
                    f'"{case.tiers[tier]}" comes out beyond {LARGEST:g}.',
                    "Check customers, orders, revenue and use, or take a larger unit of money.",
                    table="segments",
                    row=case.table("segments").rows[segment],
                )
            )
    if problems:
        raise InvalidInput(problems)
