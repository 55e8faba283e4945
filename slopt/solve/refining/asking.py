"""Asking the sources for offers until those that are listed are as good as all.

That is so for mixtures of offers. A plan is whole, so that at the end offers around the best ones
are listed as well: at prices a little higher and lower, and between those that are mixed.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Set
from dataclasses import dataclass, field

import numpy as np

from slopt.economics.generated import GeneratedOffers, Terms
from slopt.problem.choice import ChoiceProblem
from slopt.problem.generated.columns import Part
from slopt.problem.generated.terms import Asked, ask, dearer, terms_of, unlisted
from slopt.solve.by_program import options_left
from slopt.solve.highs import Options
from slopt.solve.refining.growing import better_offers, blends, chosen_pairs, grown
from slopt.solve.refining.pricing import Priced, priced

MOST_ROUNDS = 40
SHARE = 0.25
"""Of the gap asked for, that offers not listed may still be worth at the end."""
NEARBY = (0.1, 0.01, 1e-3, 1e-4)
"""Prices are also asked this much higher and lower, so that limits can be used up."""
ALONG = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Shares of the way between two offers of a mixture at which others are asked for as well."""
FEW = 200
"""Deciders of a source up to which that is worth while; among more the plan finds enough."""
SPREAD = 5e-3
"""By which share prices differ at the most where there are more."""


@dataclass
class Asking:
    """What the sources have told so far of one problem, under one limit of time.

    `dual` is the best bound on all plans that prices alone prove, in the minimised sense, and
    `prices` are those; None before there are any.
    """

    options: Options
    begin: float = field(default_factory=time.perf_counter)
    told: list[tuple[Asked, ...]] = field(default_factory=list)
    dual: float = -np.inf
    prices: Mapping[str, float] | None = None

    @property
    def left(self) -> Options:
        """The options with the time that is left."""
        return options_left(self.options, self.begin)

    @property
    def is_late(self) -> bool:
        """True where the time is over."""
        return time.perf_counter() - self.begin >= self.options.time_limit_s

    def until_listed(
        self, problem: ChoiceProblem, whole: bool, silent: Set[Part] = frozenset()
    ) -> ChoiceProblem:
        """The problem with the offers that count at its best prices.

        `whole` says that the problem is the one asked about, so that its bound counts. Sources of
        the parts that are `silent` are not asked. Raises SolverTrouble where a source fails.
        """
        known = self.prices
        for _ in range(MOST_ROUNDS):
            point = priced(problem, self.left, known)
            if point is None:
                return problem
            known = point.prices if not point.is_ray else known
            asked = ask(problem, point.prices, for_goal=not point.is_ray, silent=silent)
            self.told.append(asked)
            gain = unlisted(asked)
            if whole and not point.is_ray and point.bound - gain > self.dual:
                self.dual, self.prices = point.bound - gain, point.prices
            enough = not point.is_ray and gain <= SHARE * self.options.gap * abs(point.bound)
            settled = enough or not any(its.is_better.any() for its in asked)
            problem = self._grown(problem, point, asked, settled)
            if settled or self.is_late:
                return problem
        return problem

    def ask_for_ends(self, problem: ChoiceProblem) -> None:
        """Ask every source for the least of each figure alone, which holds without any prices."""
        assert problem.generated is not None
        for made in problem.generated.made:
            if made.part is Part.SERVED:
                continue
            count, resources = len(made.rows), len(problem.resources)
            for one in np.eye(3 + resources):
                cost, lost, level = (np.full(count, share) for share in one[:3])
                terms = Terms(cost, lost, level, one[3:])
                nobody = np.zeros(count)
                best = made.source.best(terms)
                self.told.append((Asked(made, terms, best, nobody, nobody > 0),))

    def _grown(
        self, problem: ChoiceProblem, point: Priced, asked: tuple[Asked, ...], settled: bool
    ) -> ChoiceProblem:
        """The best offers at the prices as columns; in the end also those around them."""
        needed = chosen_pairs(problem, None)
        if point.mixture is not None:
            needed |= point.mixture > 0
        further: list[list[GeneratedOffers]] = []
        for its in asked:
            new = [better_offers(its)]
            if settled and not point.is_ray:
                blended = []
                if point.mixture is not None:
                    along = ALONG if len(its.made.rows) <= FEW else ()
                    blended = list(blends(problem, its.made, point.mixture, along))
                new += blended
                if not (blended and its.made.part is Part.STOCK):
                    # Stocks in between use limits up as well, and are made at once.
                    new += self._nearby(problem, point, its)
            further.append(new)
        return grown(problem, asked, further, needed)

    def _nearby(self, problem: ChoiceProblem, point: Priced, asked: Asked) -> list[GeneratedOffers]:
        """The best offers at prices a little higher and lower.

        Where deciders are many each has prices of its own: else all would change offers at once.
        """
        if not any(point.prices.values()):
            return []
        own, source = terms_of(problem, asked.made, {}), asked.made.source
        count = len(asked.made.rows)
        if count <= FEW:
            steps = [np.full(count, side * step) for step in NEARBY for side in (-1.0, 1.0)]
        else:
            random = np.random.default_rng(self.options.seed)
            steps = [random.uniform(-SPREAD, SPREAD, count)]
        return [
            source.best(dearer(asked.terms, own, step)).offers for step in steps if not self.is_late
        ]
