"""One future as shared rows: what would be best if it were known beforehand."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from slopt.problem.scenarios.scenario_problem import ScenarioProblem, at
from slopt.problem.shared_rows import SharedRowProblem
from slopt.problem.sharing import obstacle
from slopt.solve.coupling import Coupling
from slopt.solve.risk.losses import Losses

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FutureRows:
    """The rows of every future: the limits at own numbers, and units beyond capacity in the future.

    `premium` (W or 1, R) is what a late unit costs whoever knows the future: its premium, or what
    reserving it costs where that is less.
    """

    losses: Losses
    premium: Numbers

    @classmethod
    def of(cls, problem: ScenarioProblem) -> FutureRows | None:
        """None where something keeps prices from the problem, so that it takes a program."""
        if obstacle(problem.base) is not None:
            return None
        losses = Losses.of(problem)
        premium = np.minimum(losses.premium, losses.reserve_cost)
        return None if np.any(premium < 0) else cls(losses, premium)

    def rows(self, future: int) -> tuple[SharedRowProblem, Coupling]:
        """The ordinary problem of one future."""
        known, losses = self.losses.rows, self.losses
        use, capacity = at(losses.use, future), at(losses.capacity, future)
        premium = at(self.premium, future)
        most = np.maximum(use.max(axis=2).sum(axis=1) - capacity, 0.0)
        count = len(capacity)
        relief = np.zeros((len(known.use) + count, len(known.extra_cost) + count))
        relief[: len(known.use), : len(known.extra_cost)] = known.extra_use
        relief[len(known.use) + np.arange(count), len(known.extra_cost) + np.arange(count)] = -1.0
        rows = known.replace(
            cost=np.ascontiguousarray(losses.pair[future]),
            use=(*known.use, *(np.ascontiguousarray(one) for one in use)),
            limit=np.append(known.limit, capacity),
            names=(*known.names, *(f"late {r}" for r in range(count))),
            floor=np.append(known.floor, np.zeros(count, dtype=np.bool_)),
            extra_cost=np.append(known.extra_cost, premium),
            extra_most=np.append(known.extra_most, most),
            extra_use=relief,
        )
        tiers = len(losses.coupling.open_cost)
        coupling = replace(
            losses.coupling,
            open_cost=losses.opened[future],
            open_use=np.vstack([losses.coupling.open_use, np.zeros((count, tiers))]),
        )
        return rows, coupling
