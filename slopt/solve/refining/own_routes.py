"""Shipped models that make offers in a way of their own: second opinions on `refine`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass

from slopt.problem.choice import ChoiceProblem
from slopt.problem.generated.columns import Part
from slopt.solve.highs import Options
from slopt.solve.outcome import Outcome


@dataclass(frozen=True, eq=False)
class Refined:
    """The problem with the offers that its plan is made of, and how it was answered."""

    problem: ChoiceProblem
    outcome: Outcome


def by_levels(problem: ChoiceProblem, options: Options) -> Refined:
    """By the model of levels, with lines below the true curves."""
    from slopt.solve.by_levels import solve_by_levels

    answer = solve_by_levels(problem, options)
    return Refined(answer.problem, answer.outcome)


def by_stock(problem: ChoiceProblem, options: Options) -> Refined:
    """By the model of stocks."""
    from slopt.solve.by_stock import solve_by_stock

    answer = solve_by_stock(problem, options)
    return Refined(answer.problem, answer.outcome)


def by_staff(problem: ChoiceProblem, options: Options) -> Refined:
    """By the model of staffing."""
    from slopt.solve.by_staff import solve_by_staff

    answer = solve_by_staff(problem, options)
    return Refined(answer.problem, answer.outcome)


OWN_ROUTES: Mapping[str, Callable[[ChoiceProblem, Options], Refined]] = {
    "service_levels": by_levels,
    "stock_levels": by_stock,
    "staffing": by_staff,
}
"""By the name of the model."""


def program_of(parts: Set[Part]) -> Callable[[ChoiceProblem, Options], Refined] | None:
    """The program that states all offers of these parts beside tiers; None where none does."""
    for part, route in ((Part.LEVEL, by_levels), (Part.STAFF, by_staff), (Part.STOCK, by_stock)):
        if part in parts and parts <= {part, Part.SERVED}:
            return route
    return None
