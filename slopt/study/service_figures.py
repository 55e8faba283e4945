"""The catalogue of service measures: what a case can tell of each, and which data it lacks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopt.case.case import PlanningCase, Table
from slopt.case.columns import plainly
from slopt.case.schema import ANY
from slopt.economics.cost_to_serve import CostToServe
from slopt.economics.service_measures import CATALOGUE, Kind, Measure
from slopt.errors import Problem, Severity
from slopt.sayings import say
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
    sums = {**_driver_units(accounts), **_figures(accounts), **given_figures(accounts.case)}
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


def given_figures(case: PlanningCase) -> dict[str, float]:
    """The figures that the case gives of the whole: for all together, or for every segment.

    Segments without customers need none. What is given for some segments only is no figure of the
    whole, and `figure_problems` says so.
    """
    return {
        figure: sum(by_segment.values())
        for figure, by_segment in _by_figure(case).items()
        if not _lacking(case, by_segment)
    }


def figure_problems(case: PlanningCase) -> list[Problem]:
    """What is wrong with the table of figures and takes more than one of its cells to see.

    A figure of some segments only is a warning, and a part that is more than its whole an error,
    be the whole a figure too or told by the segments.
    """
    table = case.table("figures")
    given = given_figures(case)
    known = {**_sizes(case), **given}
    problems = []
    for figure, by_segment in _by_figure(case).items():
        lacking = _lacking(case, by_segment)
        if lacking:
            problems.append(
                _problem(
                    table,
                    figure,
                    say(
                        "{figure} is not given for {lacking}, so that no measure of the whole "
                        "is made of it.",
                        figure=figure,
                        lacking=lacking[0],
                    ),
                    say("Add the missing segments, or one row for all: *."),
                    Severity.WARNING,
                )
            )
    for each in CATALOGUE:
        part, whole = given.get(each.numerator), known.get(each.denominator)
        if each.kind is not Kind.SHARE or part is None or whole is None or not _above(part, whole):
            continue
        message = say(
            "{each}: {numerator} is more than {denominator}, {whole}.",
            each=each.name,
            numerator=each.numerator,
            denominator=each.denominator,
            whole=plainly(whole),
        )
        remedy = say("Correct one of them: the first is a part of the second.")
        if each.denominator not in given:
            remedy = say("Correct it, or the segments, from which the second follows.")
        problems.append(_problem(table, each.numerator, message, remedy, Severity.ERROR))
    return problems


def _sizes(case: PlanningCase) -> dict[str, float]:
    """The wholes that the segments tell, whatever the plan."""
    segments = case.table("segments")
    customers = segments.numbers("customers")
    orders = float((customers * segments.numbers("orders_per_customer")).sum())
    count = float(customers.sum())
    return {"orders": orders, "promises": orders, "customers": count, "customers_at_start": count}


def _above(part: float, whole: float) -> bool:
    """Whether a part is more than its whole, and not by rounding alone."""
    return part > whole * (1 + 1e-9)


def _by_figure(case: PlanningCase) -> dict[str, dict[str, float]]:
    """Amounts by figure and segment ("*" for all together)."""
    table = case.table("figures")
    columns = (table.texts("figure"), table.texts("segment"), table.numbers("amount"))
    found: dict[str, dict[str, float]] = {}
    for figure, segment, amount in zip(*columns, strict=True):
        found.setdefault(figure, {})[segment] = float(amount)
    return found


def _lacking(case: PlanningCase, by_segment: dict[str, float]) -> list[str]:
    """The segments with customers of which a figure says nothing."""
    if ANY in by_segment:
        return []
    customers = case.table("segments").numbers("customers")
    return [
        name
        for name, count in zip(case.segments, customers, strict=True)
        if count > 0 and name not in by_segment
    ]


def _problem(table: Table, figure: str, message: str, remedy: str, severity: Severity) -> Problem:
    """A problem of a figure, at its last row."""
    row = max(np.flatnonzero(table.texts("figure").is_in([figure])).tolist())
    return Problem(
        message,
        remedy,
        table=table.name,
        file=table.file or None,
        row=table.rows[row],
        column="amount",
        value=plainly(float(table.numbers("amount")[row])),
        severity=severity,
    )


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
