"""The catalogue of service measures before, during and after the transaction.

Every measure is one count or sum divided by another, times a factor, so that its definition can be
read and questioned. Rates with conditions of their own (churn, fill rates, OTIF) also stand as
functions in `retention` and `order_fill`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import ArrayLike

from slopt.economics.arguments import Numbers, not_negative, positive


class Phase(Enum):
    """When the customer meets the service."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class Better(Enum):
    """Which way a measure should move."""

    HIGHER = "higher"
    LOWER = "lower"


class Kind(Enum):
    """What a measure's number is."""

    SHARE = "share"
    PER_THOUSAND = "per 1,000"
    RATIO = "ratio"
    MONEY = "money"
    TIME = "time"


@dataclass(frozen=True)
class Measure:
    """numerator / denominator (x 1,000 where it is per 1,000)."""

    name: str
    phase: Phase
    numerator: str
    denominator: str
    kind: Kind
    better: Better

    @property
    def definition(self) -> str:
        """The measure in words."""
        times = " x 1,000" if self.kind is Kind.PER_THOUSAND else ""
        return f"{self.numerator} / {self.denominator}{times}".replace("_", " ")

    def value(self, sums: Mapping[str, ArrayLike]) -> Numbers:
        """The measure of counted or summed figures, one number or an array over segments.

        Args:
            sums: numerator (0 or more) and denominator (above 0) by name.

        Raises:
            ValueError: names what is missing or out of range, or a share above 1.
        """
        missing = [each for each in (self.numerator, self.denominator) if each not in sums]
        if missing:
            raise ValueError(f"{self.name} needs {' and '.join(missing)}")
        top = not_negative(self.numerator, sums[self.numerator])
        bottom = positive(self.denominator, sums[self.denominator])
        if self.kind is Kind.SHARE and np.any(top > bottom):
            raise ValueError(f"{self.name}: {self.numerator} must not exceed {self.denominator}")
        return np.asarray(top / bottom * (1000 if self.kind is Kind.PER_THOUSAND else 1))


def _measures(phase: Phase, *rows: tuple[str, str, str, Kind, Better]) -> tuple[Measure, ...]:
    return tuple(
        Measure(name, phase, top, bottom, kind, better) for name, top, bottom, kind, better in rows
    )


_UP, _DOWN = Better.HIGHER, Better.LOWER

CATALOGUE: tuple[Measure, ...] = (
    *_measures(
        Phase.BEFORE,
        ("conversion", "buyers", "leads", Kind.SHARE, _UP),
        ("acquisition cost", "acquisition_spend", "new_customers", Kind.MONEY, _DOWN),
        ("sales cycle", "days_from_lead_to_order", "first_orders", Kind.TIME, _DOWN),
        ("answer time", "hours_until_answer", "inquiries", Kind.TIME, _DOWN),
        ("quotes kept", "quotes_within_validity", "quotes", Kind.SHARE, _UP),
        ("market share", "own_sales", "market_sales", Kind.SHARE, _UP),
    ),
    *_measures(
        Phase.DURING,
        ("order accuracy", "correct_orders", "orders", Kind.SHARE, _UP),
        ("on time", "orders_on_time", "orders", Kind.SHARE, _UP),
        ("on time in full", "orders_on_time_in_full", "orders", Kind.SHARE, _UP),
        ("unit fill rate", "units_delivered", "units_ordered", Kind.SHARE, _UP),
        ("line fill rate", "lines_filled", "lines", Kind.SHARE, _UP),
        ("order fill rate", "orders_filled", "orders", Kind.SHARE, _UP),
        ("order time", "hours_from_order_to_delivery", "orders", Kind.TIME, _DOWN),
        ("agreement kept", "promises_kept", "promises", Kind.SHARE, _UP),
        ("undamaged", "undamaged_orders", "orders", Kind.SHARE, _UP),
        ("cost per contact", "contact_cost", "contacts", Kind.MONEY, _DOWN),
        ("abandonment", "abandoned_contacts", "contacts", Kind.SHARE, _DOWN),
        ("utilisation", "hours_used", "hours_paid", Kind.SHARE, _UP),
    ),
    *_measures(
        Phase.AFTER,
        ("complaint rate", "complaints", "orders", Kind.PER_THOUSAND, _DOWN),
        ("return rate", "returned_orders", "orders", Kind.SHARE, _DOWN),
        ("claims", "claim_cost", "revenue", Kind.RATIO, _DOWN),
        ("first-contact resolution", "solved_at_first_contact", "problems", Kind.SHARE, _UP),
        ("resolution time", "hours_until_solved", "problems", Kind.TIME, _DOWN),
        ("installations in time", "installations_on_time", "installations", Kind.SHARE, _UP),
        ("repairs in time", "repairs_on_time", "repairs", Kind.SHARE, _UP),
        ("spare parts at hand", "parts_from_stock", "parts_asked_for", Kind.SHARE, _UP),
        ("loaners at hand", "loaners_given", "loaners_asked_for", Kind.SHARE, _UP),
        ("traced products", "products_traced", "products_to_trace", Kind.SHARE, _UP),
        ("churn", "customers_lost", "customers_at_start", Kind.SHARE, _DOWN),
        ("retention", "customers_kept", "customers_at_start", Kind.SHARE, _UP),
        ("stable customers", "customers_of_every_period", "customers_at_start", Kind.SHARE, _UP),
        ("repeat purchase", "repeat_buyers", "buyers", Kind.SHARE, _UP),
        ("cost to serve", "service_cost", "revenue", Kind.RATIO, _DOWN),
        ("service cost per customer", "service_cost", "customers", Kind.MONEY, _DOWN),
        ("value per acquisition cost", "lifetime_value", "acquisition_cost", Kind.RATIO, _UP),
        ("referral", "referral_revenue", "revenue", Kind.RATIO, _UP),
    ),
)


def measures_of(sums: Mapping[str, ArrayLike]) -> dict[str, Numbers]:
    """All measures of the catalogue whose figures are given, in its order, by name."""
    return {
        each.name: each.value(sums)
        for each in CATALOGUE
        if each.numerator in sums and each.denominator in sums
    }
