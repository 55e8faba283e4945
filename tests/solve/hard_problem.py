"""A problem that branch and bound does not finish: strongly correlated, ten tight resources."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from slopt.problem.choice import ChoiceProblem

SEGMENTS, TIERS, RESOURCES = 300, 8, 10


def hard_problem() -> ChoiceProblem:
    """Lost sales fall with use, nearly in step, so that almost every plan is nearly best."""
    rng = np.random.default_rng(5)
    use = np.sort(rng.integers(1, 1000, (RESOURCES, SEGMENTS, TIERS)), axis=2).astype(float)
    lost = 2e4 - use.sum(axis=0) - rng.integers(0, 100, (SEGMENTS, TIERS))
    pair = (SEGMENTS, TIERS)
    return ChoiceProblem(
        segments=tuple(f"s{i}" for i in range(SEGMENTS)),
        tiers=tuple(f"t{i}" for i in range(TIERS)),
        rank=np.arange(TIERS),
        open_cost=np.zeros(TIERS),
        weight=np.ones(SEGMENTS),
        current=np.full(SEGMENTS, -1),
        service_level=np.full(pair, 0.9),
        service_cost=np.zeros(pair),
        lost_orders=lost,
        lost_customers=np.zeros(pair),
        lost_prospects=np.zeros(pair),
        lost_unsplit=np.zeros(pair),
        barred=np.zeros(pair, dtype=np.int8),
        resources=tuple(f"r{i}" for i in range(RESOURCES)),
        use=use,
        capacity=np.full(RESOURCES, SEGMENTS * 520.0),
        extra_capacity=np.zeros(RESOURCES),
        extra_premium=np.zeros(RESOURCES),
    )


def main() -> None:
    """Solve it until interrupted and print what is left: status, objective, bound, plan checked."""
    import threading

    from slopt.problem.evaluate import evaluate
    from slopt.solve.highs import Options
    from slopt.solve.solve import solve

    problem = hard_problem()
    threading.Timer(1.0, lambda: print("running", flush=True)).start()
    outcome = solve(problem, Options(gap=0.0, time_limit_s=120))
    worth = evaluate(problem, outcome.choice)
    print(outcome.status, outcome.objective, outcome.bound, worth.objective, len(worth.violations))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
