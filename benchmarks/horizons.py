"""Problems over several periods as large as asked for, from a seed.

Segments of very different size, tiers with rising cost and falling losses, churn and word of
mouth, tiers that cost something to change, two resources with staff that is hired ahead and paid
overtime, a budget that is carried over within the year, a floor on the mean service level that
rises. Limits lie a little below what the best plan without any would use, so that most bind.
"""

from __future__ import annotations

import numpy as np

from slopt.problem.horizon.evaluate import evaluate_horizon
from slopt.problem.horizon.problem import HorizonChoice, HorizonProblem, Project, StaffOption
from slopt.problem.horizon.sharing import share_horizon
from slopt.solve.horizon.paths.oracle import PathOracle


def horizon_problem(
    segments: int, periods: int, tiers: int = 5, seed: int = 1, projects: int = 0
) -> HorizonProblem:
    """A problem of so many segments, periods and tiers, with or without projects that lift."""
    rng = np.random.default_rng(seed)
    s, t, k = segments, periods, tiers
    m = k + projects
    mode_tier = np.append(np.arange(k), np.full(projects, k // 2))
    mode_project = np.append(np.full(k, -1), np.arange(projects))
    step = np.append(
        np.linspace(0.0, 1.0, k), np.linspace(0.0, 1.0, k)[k // 2] + np.zeros(projects)
    )
    lift = np.append(np.zeros(k), np.full(projects, 0.15))
    shape = (s, t, m)
    demand = rng.lognormal(0.0, 0.8, s)[:, None, None]
    season = 1.0 + 0.25 * np.sin(
        2 * np.pi * (np.arange(t)[None, :, None] / 4 + rng.random((s, 1, 1)))
    )
    noise = rng.uniform(0.9, 1.1, (s, 1, m))
    level = 0.70 + 0.28 * (1 - (1 - np.minimum(step + lift, 1.0)) ** 1.7)
    level = np.clip(level + rng.normal(0.0, 0.01, (s, 1, m)), 0.4, 0.999) * np.ones(shape)
    cost = 20.0 * demand * season * (0.4 + step**1.6) * noise
    value = rng.lognormal(4.2, 0.5, (s, 1, 1))
    lost = 1.6 * value * demand * season * (1 - level)
    leave = np.clip(rng.uniform(0.1, 0.5, (s, 1, 1)) * (1 - level), 0.0, 0.4)
    customers = rng.lognormal(5.0, 1.2, s)
    keep = np.full((s, t), 1 - rng.uniform(0.01, 0.04))
    join = np.round(customers[:, None] * rng.uniform(0.0, 0.05, (s, t)), 2)
    top = join / (customers[:, None] * 2.0)
    deter = np.minimum(rng.uniform(0.0, 0.2, (s, 1, 1)) * (1 - level), top[:, :, None])
    discount = np.asarray(0.98 ** np.arange(t), dtype=np.float64)
    base = 12.0 + 6.0 * step
    use = np.stack([base * 0.02 * demand * season * noise, 0.05 * demand * season * (1 + 2 * step)])
    change = np.zeros((s, k, k))
    away = 0.5 * customers
    change[:] = away[:, None, None] * (1 - np.eye(k))
    zero = np.zeros(shape)
    problem = HorizonProblem(
        segments=tuple(f"s{i}" for i in range(s)),
        periods=tuple(f"q{i + 1}" for i in range(t)),
        tiers=tuple(f"t{i}" for i in range(k)),
        rank=np.arange(1, k + 1),
        mode_tier=mode_tier,
        mode_project=mode_project,
        customers=customers,
        weight=customers,
        end_value=(3.0 * value * demand)[:, 0, 0],
        newcomer_value=(2.5 * value * demand)[:, 0, 0],
        history=rng.integers(0, k, (s, 1)),
        margin=np.broadcast_to((0.5 * value * demand)[:, :, 0], (s, t)).copy(),
        keep=keep,
        join=join,
        cost=cost,
        fixed_cost=zero + 30.0 * step,
        lost_orders=lost,
        lost_customers=zero.copy(),
        lost_prospects=zero.copy(),
        lost_unsplit=zero.copy(),
        leave=leave,
        deter=deter,
        service_level=level,
        barred=np.zeros(shape, dtype=bool),
        discount=discount,
        discount_step=0.98,
        change_cost=change,
        open_cost=np.zeros((t, k)),
        least_stay=np.zeros(k, dtype=np.int64),
        lag=np.zeros(s, dtype=np.int64),
        stayed=np.full(s, 1_000),
        resources=("agents", "couriers"),
        use=use,
        fixed_use=np.zeros((2, *shape)),
        capacity=np.zeros((2, t)),
        extra_capacity=np.zeros((2, t)),
        extra_premium=np.zeros((2, t)),
    )
    return _limited(problem, projects)


def _limited(problem: HorizonProblem, projects: int) -> HorizonProblem:
    """Limits a little below what the segments would use if nothing were shared."""
    _s, t, k, m, _r = problem.size
    rows = share_horizon(problem)
    open_modes = np.broadcast_to(np.arange(m) < k, (t, m))
    oracle = PathOracle(rows, open_modes)
    _cost, modes = oracle.best(oracle.priced(np.zeros(len(rows.rows))))
    none = np.zeros((0, t))
    free = evaluate_horizon(problem, HorizonChoice(modes, none, none, np.zeros(0, dtype=np.int64)))
    at_hand = 0.9 * free.used.mean(axis=1)
    staff = StaffOption(
        name="team",
        resource=0,
        units=float(at_hand[0]),
        wage=np.full(t, 25.0),
        hire_cost=60.0,
        release_cost=30.0,
        lead=1,
        ramp=(0.5,),
    )
    lift = tuple(
        Project(
            name=f"project {p}",
            investment=0.003 * float(free.spent.sum()),
            takes=1,
            saves=0.0005 * float(free.spent.mean()),
        )
        for p in range(projects)
    )
    return problem.replace(
        capacity=np.stack([np.zeros(t), 0.97 * free.used[1]]),
        extra_capacity=0.1 * free.used,
        extra_premium=np.stack([np.full(t, 40.0), np.full(t, 60.0)]),
        staff=(staff,),
        projects=lift,
        budget=0.95 * free.spent + 25.0 * at_hand[0],
        carries=np.arange(t) % 4 != 3,
        min_service_level=np.linspace(0.95, 0.985, t) * float(free.service_level.max()),
    )
