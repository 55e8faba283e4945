"""Sources of offers with closed forms, to judge problems whose offers are made when needed."""

from __future__ import annotations

import numpy as np
from strategies import random_problem

from slopt.economics.generated import Best, GeneratedOffers, PlanFile
from slopt.problem.generated.columns import Part
from slopt.problem.generated.joining import join

LITTLE = 1e-12


class Curves:
    """Deciders with a level q between two others: cost a q^2, loss b (1 - q), use c q of each."""

    def __init__(self, names, a, b, low, high, use=()):
        self.names = tuple(names)
        self.a, self.b = np.array(a, dtype=float), np.array(b, dtype=float)
        self.low, self.high = np.array(low, dtype=float), np.array(high, dtype=float)
        self.c = np.array(use, dtype=float).reshape(len(use), len(self.names))

    def at(self, q):
        """The offers at levels (U, G)."""
        q = np.asarray(q, dtype=float)
        zero = np.zeros_like(q)
        return GeneratedOffers(
            service_level=q,
            service_cost=self.a[:, None] * q * q,
            lost_orders=self.b[:, None] * (1 - q),
            lost_customers=zero,
            lost_prospects=zero.copy(),
            use=self.c[:, :, None] * q[None],
            allowed=np.ones(q.shape, dtype=bool),
        )

    def first(self):
        """Four levels from the lowest to the highest."""
        return self.at(self.low[:, None] + np.outer(self.high - self.low, np.linspace(0, 1, 4)))

    def best(self, terms):
        """Where the derivative is 0, or at an end."""
        slope = terms.lost_sales * self.b + terms.service_level - terms.use @ self.c
        bend = 2 * terms.service_cost * self.a
        inside = slope / np.where(bend > 0, bend, 1.0)
        ends = np.where(slope > 0, self.high, self.low)
        level = np.clip(np.where(bend > 0, inside, ends), self.low, self.high)
        offers = self.at(level[:, None])
        value = terms.value(offers)[:, 0]
        return Best(offers, value - LITTLE * np.abs(value))

    def between(self, low, high, share):
        """The level in between."""
        step = high.service_level - low.service_level
        return self.at(low.service_level + step * np.asarray(share)[:, None])

    def plan_files(self, details):
        """None."""
        return {}


class Rosters:
    """One decider with n = 0, 1, .. whole people: each costs the same, the loss is b / (n + 1)."""

    def __init__(self, name, each, b, most, resources=0):
        self.names, self.resources = (name,), resources
        self.each, self.b, self.most = float(each), float(b), most

    def of(self, people):
        """The offers of so many people, (1, G)."""
        n = np.asarray(people, dtype=float).reshape(1, -1)
        zero = np.zeros_like(n)
        return GeneratedOffers(
            service_level=zero,
            service_cost=self.each * n,
            lost_orders=self.b / (n + 1),
            lost_customers=zero.copy(),
            lost_prospects=zero.copy(),
            use=np.zeros((self.resources, *n.shape)),
            allowed=np.ones(n.shape, dtype=bool),
            labels=(tuple(f"{int(k)} people" for k in n[0]),),
            details=(tuple(int(k) for k in n[0]),),
        )

    def first(self):
        """Nobody, and all."""
        return self.of([0, self.most])

    def best(self, terms):
        """The best of all."""
        everything = self.of(range(self.most + 1))
        value = terms.value(everything)[0]
        place = int(value.argmin())
        return Best(self.of([place]), np.array([value[place] - LITTLE * abs(value[place])]))

    def between(self, low, high, share):
        """None: nothing lies between whole people."""

    def plan_files(self, details):
        """How many people."""
        rows = tuple({"desk": self.names[0], "people": people} for people in details)
        return {"staff.csv": PlanFile(("desk", "people"), rows)}


class ListedRosters(Rosters):
    """As `Rosters`, and can list those near the best."""

    def within(self, terms, slack, most):
        """All that are worth no more than the best and the slack."""
        everything = self.of(range(self.most + 1))
        value = terms.value(everything)[0]
        near = np.flatnonzero(value <= value.min() + slack[0])
        return self.of(near) if len(near) <= most else None


def joined(plain, *sources):
    """A problem with sources: (part, source) pairs, or sources of levels."""
    pairs = [its if isinstance(its, tuple) else (Part.LEVEL, its) for its in sources]
    return join(plain, [(part, source, source.first()) for part, source in pairs])


def random_joined(seed):
    """A random problem whose last segment has a level, and that has a stock room and a desk."""
    plain, rng = random_problem(seed), np.random.default_rng(seed)
    resources = len(plain.resources)
    level, room = (
        Curves(
            [name],
            [rng.integers(10, 60)],
            [rng.integers(20, 90)],
            [0.25],
            [1.0],
            rng.integers(0, 9, (resources, 1)),
        )
        for name in (plain.segments[-1], "room")
    )
    desk = ListedRosters("desk", 12, 100, 3, resources)
    return joined(plain, level, (Part.STOCK, room), (Part.STAFF, desk))
