"""Offers at the prices of the limits: what each costs with all it uses, and when a choice flips."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from slopt.plan.plan import Plan
from slopt.problem.program import LinearProgram
from slopt.problem.sharing import rows_of
from slopt.solve.outcome import Relaxation

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]

TIE = 1e-9
"""Relative to the priced value of a segment: closer ones are equal but for rounding."""


@dataclass(frozen=True)
class Flip:
    """The price of a limit at which the choice would change to `tier`, and its price now."""

    limit: str
    now: float
    at: float
    tier: int


@dataclass(frozen=True)
class Hold:
    """The limit that holds a segment back from `tier`, the one that would be best for it alone.

    The segment moves there once the price of the limit falls from `now` to `at`. `at` is None where
    not even a price of 0 would do, because other limits hold it as well. `limit`, `now` and `at`
    are None where no price holds it: whole tiers, a menu or a rule between segments do. `alone` is
    what the tier would gain by itself, in the unit of the goal.
    """

    tier: int
    alone: float
    limit: str | None = None
    now: float | None = None
    at: float | None = None


class AtPrices:
    """All offers of a plan's problem at its relaxation prices.

    `terms[name]` is what each offer adds to a shared row, (S, K), with the sign of a use; `value`
    is the minimised value of each offer plus its terms at their prices, (S, K).
    """

    def __init__(self, plan: Plan, relaxation: Relaxation) -> None:
        self.plan, self.prices = plan, relaxation.prices
        problem, program = plan.problem, relaxation.program
        self.own = (-1.0 if problem.goal.maximises else 1.0) * problem.values
        if program is None:
            self.terms = {row.name: row.use for row in rows_of(problem)}
        else:
            self.terms = _terms(program, self.own.shape)
        self.value = self.own.copy()
        for name, terms in self.terms.items():
            if self.prices[name]:
                self.value += self.prices[name] * terms
        self.row = np.arange(len(plan.choice))

    @cached_property
    def dearer(self) -> Numbers:
        """(S, K): what a tier costs more at the prices than the chosen one; infinite if barred."""
        dearer = self.value - self.value[self.row, self.plan.choice][:, None]
        return np.where(self.plan.problem.admissible, dearer, np.inf)

    @cached_property
    def next_best(self) -> Places:
        """(S,): the cheapest other tier at the prices, -1 where there is no other."""
        others = self.dearer.copy()
        others[self.row, self.plan.choice] = np.inf
        best = others.argmin(axis=1)
        return np.where(np.isfinite(others[self.row, best]), best, -1)

    @cached_property
    def _reached(self) -> dict[str, tuple[Numbers, Places]]:
        """By limit: the nearest price at which each segment flips, (S,), NaN if none, and where to.

        None where the chosen tier is not the cheapest at the prices of now: then whole tiers, or
        a rule between segments, hold it where it is, and no price says when it goes.
        """
        choice = self.plan.choice
        others = self.plan.problem.admissible.copy()
        others[self.row, choice] = False
        tie = TIE * np.maximum(1.0, np.abs(self.value[self.row, choice]))[:, None]
        others &= ~np.any(others & (self.dearer < -tie), axis=1)[:, None]
        dearer = np.where(self.dearer < tie, 0.0, self.dearer)
        found = {}
        for name, terms in self.terms.items():
            now, saved = self.prices[name], terms[self.row, choice][:, None] - terms
            touched = others & (saved != 0)
            if not touched.any():
                continue
            at = now + np.divide(dearer, saved, out=np.full(saved.shape, np.nan), where=touched)
            reached = touched & ((saved > 0) | (at > 0))
            nearest = np.where(reached, np.abs(at - now), np.inf).argmin(axis=1)
            price = np.where(reached[self.row, nearest], at[self.row, nearest], np.nan)
            found[name] = (price, nearest)
        return found

    def flips(self, segment: int) -> tuple[Flip, ...]:
        """For each limit the nearest price at which another tier becomes the cheapest."""
        flips = [
            Flip(name, self.prices[name], float(at[segment]), int(tier[segment]))
            for name, (at, tier) in self._reached.items()
            if not np.isnan(at[segment])
        ]
        return tuple(sorted(flips, key=lambda f: abs(f.at - f.now) / max(f.now, f.at, 1e-12)))

    @cached_property
    def limits(self) -> tuple[str, ...]:
        """The names of the shared rows, in the order that `holds` counts them in."""
        return tuple(self.terms)

    @cached_property
    def holds(self) -> tuple[Places, Numbers, Places, Numbers]:
        """By segment: the tier best for it alone, what that gains, the limit that costs it most.

        And the price of that limit at which it moves there, NaN where no price of it alone does.
        The tier is -1 where the segment has one as good, the limit is -1 where none has a price.
        """
        choice, admissible = self.plan.choice, self.plan.problem.admissible
        own = np.where(admissible, self.own, np.inf)
        wanted = own.argmin(axis=1)
        gains = self.own[self.row, choice] - own[self.row, wanted]
        tie = TIE * np.maximum(1.0, np.abs(self.own[self.row, choice]))
        wanted = np.where(gains > tie, wanted, -1)
        most, limit = np.zeros(len(choice)), np.full(len(choice), -1)
        at = np.full(len(choice), np.nan)
        above = self.dearer[self.row, wanted]
        for place, (name, terms) in enumerate(self.terms.items()):
            now = self.prices[name]
            more = terms[self.row, wanted] - terms[self.row, choice]
            holds = (wanted >= 0) & (now * more > most)
            if holds.any():
                most[holds], limit[holds] = now * more[holds], place
                at[holds] = now - above[holds] / more[holds]
        now_of = np.array([*(self.prices[name] for name in self.limits), np.nan])[limit]
        # Above its price of now only where whole tiers hold the segment and no price does.
        at = np.where((at >= 0) & (at <= now_of * (1 + TIE)), np.minimum(at, now_of), np.nan)
        return wanted, gains, limit, at

    def hold(self, segment: int) -> Hold | None:
        """What keeps a segment from the tier that is best for it alone; None where it has that."""
        wanted, gains, limit, at = (values[segment].item() for values in self.holds)
        if wanted < 0:
            return None
        if limit < 0:
            return Hold(wanted, gains)
        name = self.limits[limit]
        return Hold(wanted, gains, name, self.prices[name], None if np.isnan(at) else at)


def _terms(program: LinearProgram, shape: tuple[int, ...]) -> dict[str, Numbers]:
    """What each pair adds to the named rows of a program, (S, K), with the sign of a use."""
    segment, tier = program.choose.T
    found = {}
    for name, row in program.shared.items():
        terms = np.zeros(shape)
        terms[segment, tier] = program.coefficients(row)[: len(program.choose)]
        found[name] = -terms if program.is_floor(row) else terms
    return found
