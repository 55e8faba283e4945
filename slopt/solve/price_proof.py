"""Prices that prove that a problem has no plan, for routes that bring none."""

from __future__ import annotations

import numpy as np

from slopt.problem.choice import ChoiceProblem
from slopt.problem.sharing import obstacle, share
from slopt.solve.highs import Options


def price_proof(problem: ChoiceProblem, options: Options) -> dict[str, float] | None:
    """Prices by name at which all that is used costs more than all there is; None without any."""
    if obstacle(problem) is not None or not problem.admissible.any(axis=1).all():
        return None
    rows = share(problem).rows
    if not rows.names or not rows.allowed.any(axis=1).all():
        return None
    from slopt.solve.prices.ray import find_ray

    ray = find_ray(rows, options, np.zeros(len(rows.names)))
    return None if ray is None else dict(zip(rows.names, ray.tolist(), strict=True))
