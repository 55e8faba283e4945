"""The catalogue of service measures: what a case can tell of each, and which data it lacks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopt.economics.cost_to_serve import CostToServe
from slopt.economics.service_measures import CATALOGUE, Measure
from slopt.study.customers import CustomerAccounts, volumes_of
from slopt.vocabulary import CostCategory, Stage

MINUTES_AN_HOUR = 60


@dataclass(frozen=True)
class Told:
    """A measure and its value; None where figures are `missing` or the case has none of them."""

    measure: Measure
    value: float | None
    missing: tuple[str, ...]


def told_measures(accounts: CustomerAccounts) -> list[Told]:
    """Every measure of the catalogue, in its order.

    What the table of figures gives stands before what follows from the others. A driver that is
    called as a figure of the catalogue (complaints, contacts, returned_orders ...) counts as it.
    """
    sums = {**_driver_units(accounts), **_figures(accounts), **_given(accounts)}
    found = []
    for measure in CATALOGUE:
        wanted = (measure.numerator, measure.denominator)
        missing = tuple(name for name in wanted if name not in sums)
        found.append(Told(measure, None if missing else _value(measure, sums), missing))
    return found


def _value(measure: Measure, sums: dict[str, float]) -> float | None:
    try:
        return float(measure.value(sums))
    except ValueError:  # nothing to divide by, or a share above 1: no measure of this case
        return None


def _given(accounts: CustomerAccounts) -> dict[str, float]:
    """The figures that the case gives, those of segments added up."""
    table = accounts.case.table("figures")
    sums: dict[str, float] = {}
    for figure, amount in zip(table.texts("figure"), table.numbers("amount"), strict=True):
        sums[figure] = sums.get(figure, 0.0) + float(amount)
    return sums


def _driver_units(accounts: CustomerAccounts) -> dict[str, float]:
    tables = CostToServe(accounts.case)
    volumes = volumes_of(accounts.case, accounts.problem, accounts.choice)
    return {
        driver: float(volumes.times(tables.rows.units(driver)).sum())
        for driver in dict.fromkeys(accounts.case.table("drivers").texts("driver"))
    }


def _figures(accounts: CustomerAccounts) -> dict[str, float]:
    results, ledger = accounts.results, accounts.ledger
    customers, orders = float(accounts.customers.sum()), float(accounts.orders.sum())
    churn = accounts.case.table("segments").numbers("base_churn")
    level = accounts.problem.service_level[np.arange(len(accounts.choice)), accounts.choice]
    lost = float(accounts.customers @ churn)
    figures = {
        "orders": orders,
        "promises": orders,
        "promises_kept": float(accounts.orders @ level),
        "customers": customers,
        "customers_at_start": customers,
        "customers_lost": lost,
        "customers_kept": customers - lost,
        "revenue": float(results.revenue.sum()),
        "service_cost": float(results.cost_to_serve.sum()),
    }
    growth, spent = accounts.case.table("growth"), float(accounts.stages[Stage.ACQUIRE].sum())
    if not np.isnan(growth.numbers("referral_revenue")).all():
        figures["referral_revenue"] = float(results.referral_revenue.sum())
    won = float(accounts.new_customers.sum())
    if spent > 0 and won > 0:
        worth = float(np.nansum(accounts.value.lifetime * accounts.customers))
        figures |= {
            "acquisition_spend": spent,
            "new_customers": won,
            "acquisition_cost": spent / won,
        }
        if customers > 0 and not np.isnan(accounts.value.lifetime).any():
            figures["lifetime_value"] = worth / customers
    if ledger.pools:
        used = float(ledger.charge.used_minutes.sum())
        figures["hours_used"] = used / MINUTES_AN_HOUR
        figures["hours_paid"] = (used + float(ledger.charge.unused_minutes.sum())) / MINUTES_AN_HOUR
    claims = [line.charged for line in ledger.lines if line.category == CostCategory.RECOVERY]
    if claims:
        figures["claim_cost"] = sum(claims)
    return figures
