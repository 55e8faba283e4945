"""Offers at the prices of the limits: what each costs with all it uses, and when a choice flips."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.plan.plan import Plan
from slopt.problem.program import LinearProgram
from slopt.problem.sharing import rows_of
from slopt.solve.outcome import Relaxation

Numbers = NDArray[np.float64]

TIE = 1e-9
"""Relative to the priced value of a segment: closer ones are equal but for rounding."""


@dataclass(frozen=True)
class Flip:
    """The price of a limit at which the choice would change to `tier`, and its price now."""

    limit: str
    now: float
    at: float
    tier: int


class AtPrices:
    """All offers of a plan's problem at its relaxation prices.

    `terms[name]` is what each offer adds to a shared row, (S, K), with the sign of a use; `value`
    is the minimised value of each offer plus its terms at their prices, (S, K).
    """

    def __init__(self, plan: Plan, relaxation: Relaxation) -> None:
        self.plan, self.prices = plan, relaxation.prices
        problem, program = plan.problem, relaxation.program
        self.value = (-1.0 if problem.goal.maximises else 1.0) * problem.values
        if program is None:
            self.terms = {row.name: row.use for row in rows_of(problem)}
        else:
            self.terms = _terms(program, self.value.shape)
        for name, terms in self.terms.items():
            self.value = self.value + self.prices[name] * terms

    def flips(self, segment: int) -> tuple[Flip, ...]:
        """For each limit the nearest price at which another tier becomes the cheapest.

        None where the chosen tier is not the cheapest at the prices of now: then whole tiers, or
        a rule between segments, hold it where it is, and no price says when it goes.
        """
        chosen = int(self.plan.choice[segment])
        value = self.value[segment]
        others = np.flatnonzero(self.plan.problem.admissible[segment])
        others = others[others != chosen]
        dearer = value[others] - value[chosen]
        tie = TIE * max(1.0, abs(float(value[chosen])))
        if np.any(dearer < -tie):
            return ()
        dearer[dearer < tie] = 0.0
        flips = []
        for name, terms in self.terms.items():
            now, saved = self.prices[name], terms[segment, chosen] - terms[segment, others]
            touched = saved != 0
            at = now + dearer[touched] / saved[touched]
            reached = (saved[touched] > 0) | (at > 0)
            if reached.any():
                nearest = np.where(reached, np.abs(at - now), np.inf).argmin()
                flips.append(Flip(name, now, float(at[nearest]), int(others[touched][nearest])))
        return tuple(sorted(flips, key=lambda f: abs(f.at - f.now) / max(f.now, f.at, 1e-12)))


def _terms(program: LinearProgram, shape: tuple[int, ...]) -> dict[str, Numbers]:
    """What each pair adds to the named rows of a program, (S, K), with the sign of a use."""
    segment, tier = program.choose.T
    found = {}
    for name, row in program.shared.items():
        terms = np.zeros(shape)
        terms[segment, tier] = program.coefficients(row)[: len(program.choose)]
        found[name] = -terms if program.is_floor(row) else terms
    return found
