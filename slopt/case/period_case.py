"""One period of a case over time, as a case of its own: the tables with the period's figures.

Costs of serving are those before `cost_factor`, which whoever reads the offers multiplies with.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from slopt.case.by_period import (
    CONTRACT,
    base_churn,
    contract_places,
    demand_factor,
    of_resources,
    own_or,
    revenue_factor,
)
from slopt.case.case import PlanningCase, Table
from slopt.case.texts import Texts

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
MONEY = ("lost_orders", "lost_customers", "lost_prospects", "lost_sales")


def period_cases(
    case: PlanningCase, orders: Numbers | float = 1.0, price: Numbers | float = 1.0
) -> Iterator[PlanningCase]:
    """The case as it is in each of its periods, in their order.

    `orders` of a customer and the `price` of an order, (S, T), are multiples of what the case says.

    A segment without customers has one there, so that what a customer costs can be computed.
    Figures that the offers table gives grow with the demand, losses with revenue as well. A
    `unit_cost` of the period's own is divided by the period's cost factor.
    """
    demand, revenue = demand_factor(case) * orders, revenue_factor(case) * price
    churn = base_churn(case)
    contracts = {name: contract_places(case, name) for name in CONTRACT}
    unit_cost = of_resources(case).numbers("unit_cost")
    always = case.table("resources").numbers("unit_cost")
    for t, of_period in enumerate(case.table("periods").numbers("cost_factor").tolist()):
        tables = dict(case.tables)
        segments = case.table("segments")
        customers = segments.numbers("customers")
        tables["segments"] = segments.with_columns(
            {
                "customers": np.where(customers == 0, 1.0, customers),
                "orders_per_customer": segments.numbers("orders_per_customer") * demand[:, t],
                "revenue_per_order": segments.numbers("revenue_per_order") * revenue[:, t],
                "base_churn": churn[:, t],
                **{name: _named(case, places[:, t]) for name, places in contracts.items()},
            }
        )
        if "resources" in tables:
            tables["resources"] = tables["resources"].with_columns(
                {"unit_cost": own_or(unit_cost[:, t] / of_period, always)}
            )
        if "offers" in tables:
            tables["offers"] = _offers(case, tables["offers"], demand[:, t], revenue[:, t])
        yield case.replace(tables=tables)


def _named(case: PlanningCase, places: Places) -> Texts:
    """The tiers at these positions, blank for -1."""
    return Texts.of_codes([*case.tiers, ""], np.where(places < 0, len(case.tiers), places))


def _offers(case: PlanningCase, offers: Table, demand: Numbers, revenue: Numbers) -> Table:
    segment = offers.texts("segment").places_in(case.segments)
    orders, worth = demand[segment], (demand * revenue)[segment]
    uses = {f"use:{name}": values * orders for name, values in offers.use_columns.items()}
    return offers.with_columns(
        {
            "service_cost": offers.numbers("service_cost") * orders,
            **{name: offers.numbers(name) * worth for name in MONEY},
            **uses,
        }
    )
