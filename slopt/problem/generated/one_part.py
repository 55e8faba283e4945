"""One part of a problem with offers of sources: found, left out, and given other offers.

The models of service_levels, stock_levels and staffing state one part in a way of their own.
"""

from __future__ import annotations

import numpy as np

from slopt.economics.generated import GeneratedOffers
from slopt.problem.choice import Bar, ChoiceProblem
from slopt.problem.generated.columns import Made, Part
from slopt.problem.generated.joining import FIGURES, with_offers
from slopt.problem.generated.merging import chained


def made_by(problem: ChoiceProblem, part: Part) -> Made | None:
    """The deciders of a part; None where a problem has none."""
    made = () if problem.generated is None else problem.generated.made
    return next((its for its in made if its.part is part), None)


def plans_others(problem: ChoiceProblem, part: Part) -> bool:
    """True where sources of other parts make offers too, so that a bound has to count them."""
    made = () if problem.generated is None else problem.generated.made
    return any(its.part not in (part, Part.SERVED) for its in made)


def without_offers(problem: ChoiceProblem, made: Made) -> ChoiceProblem:
    """The problem in which each decider of a part has one offer, of no cost, loss or use."""
    barred = problem.barred.copy()
    barred[made.rows, problem.menu_size + 1 :] |= Bar.NOT_OFFERED
    figures = {name: getattr(problem, name).copy() for name in FIGURES}
    for values in figures.values():
        values[made.rows] = 0.0
    use = problem.use.copy()
    use[:, made.rows] = 0.0
    return problem.replace(barred=barred, use=np.ascontiguousarray(use), **figures)


def with_offers_of(problem: ChoiceProblem, made: Made, offers: GeneratedOffers) -> ChoiceProblem:
    """The problem with these offers of a part in place of those it has."""
    assert problem.generated is not None
    parts = [offers if its.part is made.part else its.offers for its in problem.generated.made]
    return with_offers(problem, parts)


def with_further_offers(
    problem: ChoiceProblem, made: Made, offers: GeneratedOffers
) -> ChoiceProblem:
    """The problem with these offers of a part behind those it has."""
    return with_offers_of(problem, made, chained(made.offers, [offers]))
