"""Checks of contracts: what a promise needs, what a review can have counted."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.choosers import outside_tier
from slopt.case.cost_checks import at
from slopt.case.few import flagged
from slopt.case.given_offers import GivenOffers
from slopt.case.pair_rows import PairRows
from slopt.case.raw import RawCase
from slopt.case.reviews import reviews_of_pairs
from slopt.case.texts import Texts
from slopt.case.told_once import told_once
from slopt.errors import Problem, Severity
from slopt.sayings import later, say

OF_ONE_PERIOD = ("promises", "attainments", "willingness")
"""Tables that a plan over periods does not know."""
MOST_CORRELATED = 1_000_000
"""Orders of a review whose failures are correlated."""
FEW_REVIEWS = 10
"""Reviews below which a chance that was counted says little."""
OF_THE_PROMISE = (
    "counted",
    "correlation",
    "penalty_per_breach",
    "penalty_per_point",
    "most_penalty",
    "value_at_risk",
)
"""Columns that count for nothing where nothing is promised."""


def check_promises(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Every problem of promises and of the reviews behind them."""
    if not {"segments", "tiers"} <= case.tables.keys():
        return
    if case.has_periods:
        yield from _over_time(case, raw)
        return
    yield from _prices_in_offers(case, raw)
    if "promises" in case.tables:
        yield from _terms(case, raw)
        yield from _pairs(case, raw)
        yield from _in_offers(case, raw)
    if "attainments" in case.tables:
        yield from _reviews(case, raw)


def _over_time(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Promises, prices and choosing customers are for a plan of one period."""
    for name in OF_ONE_PERIOD:
        if name in case.tables:
            yield raw.tables[name].problem(
                say("A plan over periods does not know the table {table} yet.", table=name),
                say("Take the table out, or the table periods."),
                1,
            )
    table = case.table("tiers")
    for column, given in (
        ("price", table.numbers("price") > 0),
        ("outside", table.flags("outside")),
    ):
        yield from flagged(
            given,
            at(
                raw.tables["tiers"],
                table,
                column,
                say("A plan over periods does not know prices of tiers and who takes none yet."),
                say("Clear the cell, or take out the table periods."),
            ),
        )


def _terms(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """What is wrong within one row."""
    table, source = case.table("promises"), raw.tables["promises"]
    said = np.any([np.nan_to_num(table.numbers(name)) > 0 for name in OF_THE_PROMISE], axis=0)
    pairs = PairRows(case, "promises")
    promises = np.zeros((len(case.segments), len(case.tiers)), dtype=np.bool_)
    promises[pairs.segment, pairs.tier] = ~np.isnan(pairs.numbers("promised_share"))
    segment = table.texts("segment").places_in(case.segments)
    tier = table.texts("tier").places_in(Texts.of(case.tiers))
    for row in np.flatnonzero(said):
        its = promises if segment[row] < 0 else promises[[segment[row]]]
        said[row] = not (its if tier[row] < 0 else its[:, [tier[row]]]).any()
    yield from flagged(
        said,
        at(
            source,
            table,
            "promised_share",
            say("Nothing is promised here that could be broken."),
            say("Write promised_share, or clear penalties, counted and value_at_risk."),
        ),
    )


def _pairs(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """What is wrong with the pairs that rows come together for."""
    pairs, outside = PairRows(case, "promises"), outside_tier(case)
    promised = ~np.isnan(pairs.numbers("promised_share"))
    if outside is not None:
        promised &= pairs.tier != outside

    def told(
        wrong: NDArray[np.bool_],
        column: str,
        message: str,
        remedy: str,
        warn: bool = False,
        figures: NDArray[np.float64] | None = None,
    ) -> Iterator[Problem]:
        return told_once(
            case,
            raw,
            "promises",
            pairs.rows,
            wrong,
            column,
            message,
            remedy,
            pairs.segment,
            pairs.tier,
            figures,
            severity=Severity.WARNING if warn else Severity.ERROR,
        )

    fixed = pairs.numbers("penalty_per_breach", 0.0)
    yield from told(
        pairs.numbers("most_penalty", np.inf) < fixed,
        "most_penalty",
        later(
            'The cap on penalties of "{segment}" in tier "{tier}" is below the {figure} that every '
            "broken review pays."
        ),
        say("Raise most_penalty, or lower penalty_per_breach."),
        figures=fixed,
    )
    yield from told(
        (pairs.numbers("value_at_risk", 0.0) > 0) & ~pairs.fills("risk_resource"),
        "value_at_risk",
        later("The value at risk is counted nowhere without a risk_resource."),
        say(
            "Add a resource whose capacity is the most that may be at risk, and write its "
            "name in risk_resource."
        ),
    )
    segments = case.table("segments")
    customers = segments.numbers("customers")[pairs.segment]
    contracts = pairs.numbers("contracts", 1.0)
    yield from told(
        promised & (contracts > np.maximum(customers, 1.0)),
        "contracts",
        later('"{segment}" has more contracts in tier "{tier}" than customers.'),
        say("Look at contracts, and at customers in segments."),
        warn=True,
    )
    orders = customers * segments.numbers("orders_per_customer")[pairs.segment]
    shared = contracts * pairs.numbers("reviews", 1.0)
    given = pairs.numbers("counted")
    counted = np.where(np.isnan(given), orders / shared, given)
    yield from told(
        promised & np.isnan(given) & (orders > 0) & (counted < 1),
        "counted",
        later(
            'A review of "{segment}" in tier "{tier}" counts {figure} orders, which is less than '
            "one."
        ),
        say("Lower contracts or reviews, or write in counted the orders that a review counts."),
        figures=counted,
    )
    yield from told(
        promised & (pairs.numbers("correlation", 0.0) > 0) & (counted > MOST_CORRELATED),
        "correlation",
        later(
            'A review of "{segment}" in tier "{tier}" counts too many orders that fail together.'
        ),
        say(
            "Up to {most} can be counted where correlation is above 0.", most=f"{MOST_CORRELATED:,}"
        ),
    )


def _costs_given(case: PlanningCase) -> NDArray[np.bool_]:
    """(S, K): pairs whose service cost the offers table gives, with everything in it."""
    given = GivenOffers(case)
    column, computed = given.column("service_cost"), np.ones(given.shape)
    if column is not None:
        given.zero(column, computed)
    return np.asarray(computed == 0)


def _prices_in_offers(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """A price is no fee where the offers table gives the service cost."""
    table = case.table("tiers")
    yield from flagged(
        (table.numbers("price") > 0) & _costs_given(case).any(axis=0),
        at(
            raw.tables["tiers"],
            table,
            "price",
            say("The offers table gives service costs of this tier: the price is not taken off."),
            say("Have the fees in those figures, or clear service_cost in offers."),
            Severity.WARNING,
        ),
    )


def _in_offers(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """A service cost that is given has everything in it, so that fees and penalties add nothing."""
    pairs = PairRows(case, "promises")
    yield from told_once(
        case,
        raw,
        "promises",
        pairs.rows,
        _costs_given(case)[pairs.segment, pairs.tier],
        "segment",
        later(
            'The offers table gives the service cost of "{segment}" in tier "{tier}": fees and '
            "penalties are not added to it."
        ),
        say("Have them in that figure, or clear service_cost in offers."),
        pairs.segment,
        pairs.tier,
        severity=Severity.WARNING,
    )


def _reviews(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    table, source = case.table("attainments"), raw.tables["attainments"]
    orders, served = table.numbers("orders"), table.numbers("served")
    yield from flagged(
        orders <= 0,
        at(
            source,
            table,
            "orders",
            say("A review that counted no orders found nothing."),
            say("Write the orders it counted, or delete the row."),
        ),
    )
    yield from flagged(
        served > orders,
        lambda row: source.problem(
            say(
                "{served} orders were served as promised, more than the {orders} that were "
                "counted.",
                served=f"{served[row]:.12g}",
                orders=f"{orders[row]:.12g}",
            ),
            say("Look at served and orders."),
            table.rows[row],
            "served",
        ),
    )
    if "promises" not in case.tables:
        yield source.problem(
            say("Nothing is promised that these reviews could have found broken."),
            say("Add the table promises: slopt describe promises."),
            1,
            severity=Severity.WARNING,
        )
        return
    pairs = PairRows(case, "promises")
    its = np.flatnonzero(~np.isnan(pairs.numbers("promised_share")))
    found = reviews_of_pairs(case, pairs.segment[its], pairs.tier[its])
    tiers = table.texts("tier").places_in(Texts.of(case.tiers))
    told: set[int] = set()
    for reviews in found.values():
        row = int(reviews.rows[0])
        if len(reviews.rows) < FEW_REVIEWS and row not in told:
            told.add(row)
            yield source.problem(
                say(
                    'The chance of breach in tier "{tier}" is counted in {n} reviews: one of them '
                    "more or less changes it by {points} points.",
                    tier=case.tiers[int(tiers[row])],
                    n=len(reviews.rows),
                    points=f"{100 / len(reviews.rows):.3g}",
                ),
                say("Add reviews, or leave them out: the chance is then computed from the level."),
                table.rows[row],
                "review",
                severity=Severity.WARNING,
            )
