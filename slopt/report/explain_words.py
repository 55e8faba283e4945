"""One segment in whole sentences: what it gets, costs and saves, what comes next, what holds it.

All is said from one row of figures, so that the screen, the table and the document say the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slopt.plan.plan import Plan
from slopt.report.limit_words import price
from slopt.report.numbers import amount
from slopt.vocabulary import Goal

TIE = 1e-9
"""Plans whose values differ by less than this share are equally good."""

Row = Mapping[str, Any]
"""A row of SEGMENT_COLUMNS."""


def in_words(plan: Plan, row: Row) -> str:
    """All that is said of a segment in sentences, as one text."""
    parts = [verdict(plan, row), *money_sentences(plan, row), *hold_sentences(plan, row)]
    return " ".join(parts)


def verdict(plan: Plan, row: Row) -> str:
    """What the segment gets, and what comes next at which price."""
    was, best = row["current_tier"], row["next_best"]
    start = f"{row['segment']}: {row['tier']}"
    if was is not None:
        start += f", was {was}" if was != row["tier"] else ", as today"
    if best is None:
        return f"{start}. No other {plan.case.settings.words.tier} is possible."
    solved, priced = row["next_best_costs"], row["next_best_costs_by_prices"]
    if solved is None:
        if priced is not None and priced > 0:
            cost = worse(plan, priced)
            return f"{start}. Next best is {best}: at the prices of the limits it is {cost}."
        return f"{start}. At the prices of the limits, {best} comes next."
    if solved <= TIE * abs(plan.objective):
        return f"{start}. A tie: the best plan with {best} is as good."
    return f"{start}. Next best is {best}: the whole plan would be {worse(plan, solved)}."


def worse(plan: Plan, cost: float) -> str:
    """`625 EUR a year worse`, or points of service level."""
    return f"{goal_amount(plan, cost)} worse"


def goal_amount(plan: Plan, value: float) -> str:
    """A difference in the unit of the goal, with that unit."""
    if plan.problem.goal is Goal.MAX_SERVICE:
        return f"{100 * value:.3f} points of {plan.case.settings.words.service_level}"
    info = plan.case.settings.case
    return f"{amount(value)} {info.currency} a {info.period}".replace("  ", " ")


def money_sentences(plan: Plan, row: Row) -> list[str]:
    """What the tier costs and saves against today's, and against the cheapest that is possible."""
    words, tier, now = plan.case.settings.words, row["tier"], row["current_tier"]
    cheapest, more = row["cheapest_tier"], row["service_cost_against_cheapest"]
    cost, lost = amount(row["service_cost"]), amount(row["lost_sales"])
    said = [f"It costs {cost} of {words.service_cost} and {lost} of expected {words.lost_sales}."]
    if now is not None and now != tier:
        changes = _changes(plan, row["service_cost_against_today"], row["lost_sales_against_today"])
        said.append(f"Against {now}, as today: {changes}.")
    if row["next_best"] is None:
        return said
    if more <= 0:
        said.append(f"No {words.tier} costs less here.")
    elif cheapest == now:
        said.append(f"No {words.tier} costs less here than {cheapest}.")
    else:
        changes = _changes(plan, more, row["lost_sales_against_cheapest"])
        said.append(f"Against {cheapest}, the cheapest: {changes}.")
    return said


def _changes(plan: Plan, cost: float, lost: float) -> str:
    """Booked cost, expected loss and their sum, against another tier of the segment."""
    words = plan.case.settings.words
    return (
        f"{words.service_cost} {signed(cost)}, {words.lost_sales} {signed(lost)}, together "
        f"{signed(cost + lost)}"
    )


def signed(value: float) -> str:
    """An amount with its sign."""
    return f"+{amount(value)}" if value > 0 else amount(value)


def hold_sentences(plan: Plan, row: Row) -> list[str]:
    """The limit that keeps the segment from the tier best for it alone, and until which price."""
    limit, problem = row["held_back_by"], plan.problem
    if row["best_alone"] is None or row["next_best"] is None:
        # Without another possible tier no price moves the segment.
        return []
    gain = goal_amount(plan, row["best_alone_gains"])
    first = f"Alone it would be better off in {row['best_alone']}, by {gain}."
    if limit is None:
        tier = plan.case.settings.words.tier
        second = (
            f"No price of a limit holds it back: that a {tier} is whole, the number of them, or a "
            "rule between segments does."
        )
        return [first, second]
    now = price(problem, limit, row["price"])
    if row["moves_up_at"] is None:
        second = (
            f"What holds it back most is {limit}, at a price of {now}; that price alone does not "
            "decide."
        )
        return [first, second]
    at = price(problem, limit, row["moves_up_at"])
    if at == now:
        second = (
            f"What holds it back is {limit}: at its price of {now} both are as good, and a little "
            "less moves it."
        )
        return [first, second]
    second = (
        f"What holds it back is {limit}: at its price of {now} it stays, and it moves up once that "
        f"price falls to {at}."
    )
    return [first, second]
