"""What a list of losses over futures is worth, as the most over the weights they may have.

    value(Z) = max over q of q'(Z - shift)
    q = (1 - weight) p + weight t,   sum t = 1,   0 <= t <= most

With most = p / tail that is a blend of mean and CVaR; with most = 1, weight = 1 and shift = the
best value of every future it is the most regret; with weight = 0 the mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.scenarios.aim import Aim
from slopt.vocabulary import RiskMeasure

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Weighing:
    """Weights that futures may have: `probability`, `most` and `shift` are (W,) each."""

    probability: Numbers
    most: Numbers
    weight: float
    shift: Numbers

    @classmethod
    def of(cls, aim: Aim, probability: Numbers, best: Numbers | None = None) -> Weighing:
        """The weights of an aim; `best` (W,) are the least losses of the futures, for regret.

        Raises ValueError under robust, which is no weighing of futures, and without `best`.
        """
        count = len(probability)
        match aim.measure:
            case RiskMeasure.MEAN:
                return cls(probability, probability, 0.0, np.zeros(count))
            case RiskMeasure.CVAR:
                return cls(probability, probability / aim.tail, aim.weight, np.zeros(count))
            case RiskMeasure.REGRET if best is not None:
                return cls(probability, np.ones(count), 1.0, best)
        raise ValueError(f"no weights of futures stand for {aim.measure}")

    def counts(self, loss: Numbers) -> Numbers:
        """(W,): the weights at which losses (W,) are worth the most."""
        if self.weight == 0:
            return self.probability
        order = np.argsort(self.shift - loss, kind="stable")
        most = self.most[order]
        before = np.concatenate(([0.0], np.cumsum(most)[:-1]))
        tail = np.empty(len(loss))
        tail[order] = np.clip(1.0 - before, 0.0, most)
        return np.asarray((1 - self.weight) * self.probability + self.weight * tail)

    def value(self, loss: Numbers) -> float:
        """What losses (W,) are worth."""
        return float(self.counts(loss) @ (loss - self.shift))

    def values(self, losses: Numbers) -> Numbers:
        """(n,): what each column of losses (W, n) is worth."""
        moved = losses - self.shift[:, None]
        mean = self.probability @ moved
        if self.weight == 0:
            return np.asarray(mean)
        order = np.argsort(-moved, axis=0)
        most = self.most[order]
        before = np.cumsum(most, axis=0) - most
        tail = np.clip(1.0 - before, 0.0, most)
        worst = (tail * np.take_along_axis(moved, order, axis=0)).sum(axis=0)
        return np.asarray((1 - self.weight) * mean + self.weight * worst)
