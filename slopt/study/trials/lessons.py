"""Which inputs a trial of service teaches, and why it does not teach the others."""

from __future__ import annotations

from enum import StrEnum

from slopt.problem.scenarios.inputs import UncertainInput
from slopt.sayings import later


class Lesson(StrEnum):
    """What a trial compares.

    LEAVING: who left, of customers of two arms whose chances to have a failure differ.
    ORDERS: orders that were bought by a customer of either arm. LEVEL: the share of orders that the
    tier on trial serves as promised.
    """

    LEAVING = "leave_probability"
    ORDERS = "lost_order_share"
    LEVEL = "service_level"


FEWEST_ORDERS = 20
"""Orders below which a trial tells no service level."""
TEACHES = {
    ("response", "leave_probability"): Lesson.LEAVING,
    ("response", "lost_order_share"): Lesson.ORDERS,
    ("tiers", "service_level"): Lesson.LEVEL,
    ("offers", "service_level"): Lesson.LEVEL,
}
"""By table and column."""
PROSPECTS = ("listeners", "prospect_share", "deterrence", "prospect_value", "passed_on",
             "praise_listeners", "persuasion")  # fmt: skip
BOOKS = ("service_cost", "cost_per_customer", "cost_per_order", "open_cost", "unit_cost",
         "extra_unit_cost", "margin", "per_order", "per_customer")  # fmt: skip
LOGS = ("customers", "orders_per_customer", "revenue_per_order", "base_churn")
NOT_SEEN = later(
    "prospects are not in a trial: who was warned off never ordered. Ask new customers, and those "
    "who did not buy."
)
IN_THE_BOOKS = later("the books and a quote tell it; no customer need be served otherwise.")
IN_THE_LOG = later(
    "the order log of the next period tells it; no customer need be served otherwise."
)
NO_TRIAL = later("a trial of service does not show it.")


def lesson_of(one: UncertainInput) -> Lesson | None:
    """What a trial that teaches this input compares; None where none does."""
    return None if one.is_setting else TEACHES.get((one.table, one.column.name))


def why_not(one: UncertainInput) -> str:
    """Why no trial of service teaches an input, as a sentence to be told."""
    name = one.column.name
    if name in PROSPECTS:
        return NOT_SEEN
    if name in BOOKS:
        return IN_THE_BOOKS
    return IN_THE_LOG if name in LOGS else NO_TRIAL
