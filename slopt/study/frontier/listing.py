"""Offers that are made as they are needed, made for a whole frontier at once.

The points of a frontier are told apart by the offers that they have, so that all are found among
one set: what each source offers first, and what the best plan of each point is made of.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from slopt.economics.generated import GeneratedOffers
from slopt.problem.choice import ChoiceProblem
from slopt.problem.generated.joining import with_offers
from slopt.problem.generated.merging import FIGURES, chained, taken
from slopt.problem.generated.terms import terms_of
from slopt.solve.refining.refine import refine
from slopt.study.frontier.axis import Axis
from slopt.study.frontier.least import Way
from slopt.vocabulary import Goal

KEPT = 4
"""Offers of each value: that of its plan, and the best others at its prices, which prove it."""
LEAST_OF = {
    "budget": Goal.MIN_BUDGET,
    "max_lost_sales": Goal.MIN_LOST_SALES,
    "min_service_level": Goal.MAX_SERVICE,
}
"""By limit: the goal of the plan that asks least of it."""
LEAST_S = 0.1
"""Seconds for a value, however many there are in the time limit."""


def listed_at(
    problem: ChoiceProblem, axis: Axis, way: Way, values: Iterable[float]
) -> ChoiceProblem:
    """The problem with the offers that its best plans at some values of a limit are made of.

    Values without a plan add nothing, nor do those for which the time limit leaves no time. Raises
    SolverTrouble where a source fails.
    """
    return _with_plans(problem, way, [axis.at(problem, value) for value in sorted(values)])


def listed_at_the_least_of(problem: ChoiceProblem, axis: Axis, way: Way) -> ChoiceProblem:
    """The problem with the offers of the plan that asks least of the limit of an axis.

    As it is for a resource or a rule, of which no goal is the least.
    """
    goal = LEAST_OF.get(axis.name)
    if goal is None:
        return problem
    loose = axis.at(problem, axis.loosest(problem)).replace(goal=goal)
    return _with_plans(problem, way, [loose])


def listed_at_the_least(problem: ChoiceProblem, way: Way) -> ChoiceProblem:
    """The problem with the offers of the least budget, lost sales and level that do.

    Each limit is given up for that while the others are kept. As it is without sources.
    """
    if not problem.has_sources:
        return problem
    asked = [
        problem.replace(**{name: None, "goal": goal})
        for name, goal in LEAST_OF.items()
        if getattr(problem, name) is not None
    ]
    return _with_plans(problem, way, asked)


def _with_plans(problem: ChoiceProblem, way: Way, asked: list[ChoiceProblem]) -> ChoiceProblem:
    """The problem with the offers of the best plans of others, which differ in limits and goal."""
    assert problem.generated is not None
    begin = time.perf_counter()
    further: list[list[GeneratedOffers]] = [[] for _made in problem.generated.made]
    for other in asked:
        left = way.options.time_limit_s - (time.perf_counter() - begin)
        if left <= 0:
            break
        options = replace(way.options, time_limit_s=max(left / len(asked), LEAST_S))
        found = refine(other, options, way.method, way.model)
        its, choice = found.problem.generated, found.outcome.choice
        if its is None or choice is None:
            continue
        known = found.outcome.relaxation
        prices = {} if known is None else known.prices
        for place, made in enumerate(its.made):
            worth = terms_of(found.problem, made, prices).value(made.offers)
            worth = np.where(made.offers.allowed, worth, np.inf)
            np.put_along_axis(worth, choice[made.rows][:, None] - its.first, -np.inf, axis=1)
            order = np.argsort(worth, axis=1, kind="stable")[:, :KEPT]
            further[place].append(taken(made.offers, order))
    offers = [
        _once(chained(made.offers, new))
        for made, new in zip(problem.generated.made, further, strict=True)
    ]
    return with_offers(problem, offers)


def _once(offers: GeneratedOffers) -> GeneratedOffers:
    """Each offer once; those left over go to the end, as ones that are not allowed."""
    figures = np.stack([getattr(offers, name) for name in FIGURES])
    figures = np.concatenate([figures, offers.use])
    allowed = np.array([_new(figures[:, u], its) for u, its in enumerate(offers.allowed)])
    order = np.argsort(~allowed, axis=1, kind="stable")
    width = int(allowed.sum(axis=1).max(initial=1))
    return taken(replace(offers, allowed=allowed), order[:, :width])


def _new(figures: NDArray[np.float64], allowed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(G,): true for an offer that no one before has; the first ones stay where they are."""
    _unique, first = np.unique(figures, axis=1, return_index=True)
    new = np.zeros(len(allowed), dtype=np.bool_)
    new[first] = True
    return new & allowed
