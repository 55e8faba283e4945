"""Small random problems over several periods, the same ones for the same seed."""

from __future__ import annotations

import numpy as np

from slopt.problem.horizon.evaluate import evaluate_horizon
from slopt.problem.horizon.problem import NEVER, HorizonChoice, HorizonProblem, Project, StaffOption
from slopt.problem.rules import Rule
from slopt.vocabulary import Goal, RuleKind

FEATURES = (
    "churn",
    "deter",
    "lag",
    "history",
    "fixed",
    "changes",
    "stay",
    "notice",
    "each",
    "max_changes",
    "menu",
    "resource",
    "extra",
    "staff",
    "whole",
    "projects",
    "lifts",
    "budget",
    "carry",
    "levels",
    "caps",
    "rules",
    "soft",
    "goal",
)
"""What a problem may have beside tiers with costs and lost orders; ask for any of them by name."""
MOST = 15_000
"""Combinations of paths that a random problem has at the most, for one set of project starts."""


def plain_horizon(cost, lost_orders, customers=None, periods=None, **changes) -> HorizonProblem:
    """A problem from costs and lost orders per customer (S x T x K), everything else neutral."""
    cost, lost = np.array(cost, dtype=float), np.array(lost_orders, dtype=float)
    s, t, k = cost.shape
    zero = np.zeros(cost.shape)
    values = {
        "segments": tuple(f"s{i}" for i in range(s)),
        "periods": tuple(f"p{i}" for i in range(t)),
        "tiers": tuple(f"t{i}" for i in range(k)),
        "rank": np.arange(1, k + 1),
        "mode_tier": np.arange(k),
        "mode_project": np.full(k, -1),
        "customers": np.ones(s) if customers is None else np.array(customers, dtype=float),
        "weight": np.ones(s),
        "end_value": np.zeros(s),
        "newcomer_value": np.zeros(s),
        "history": np.full((s, 1), -1),
        "margin": np.zeros((s, t)),
        "keep": np.ones((s, t)),
        "join": np.zeros((s, t)),
        "cost": cost,
        "fixed_cost": zero.copy(),
        "lost_orders": lost,
        "lost_customers": zero.copy(),
        "lost_prospects": zero.copy(),
        "lost_unsplit": zero.copy(),
        "leave": zero.copy(),
        "deter": zero.copy(),
        "service_level": np.tile(np.linspace(0.5, 0.9, k), (s, t, 1)),
        "barred": np.zeros(cost.shape, dtype=bool),
        "discount": np.ones(t),
        "change_cost": np.zeros((s, k, k)),
        "open_cost": np.zeros((t, k)),
        "least_stay": np.zeros(k, dtype=np.int64),
        "lag": np.zeros(s, dtype=np.int64),
        "stayed": np.full(s, 1_000),
    }
    if periods is not None:
        values["periods"] = tuple(periods)
    return HorizonProblem(**{**values, **changes})


def random_horizon(
    seed: int,
    features: set[str] | None = None,
    segments: int | None = None,
    periods: int | None = None,
    most: int = MOST,
) -> HorizonProblem:
    """A problem of 1-3 segments, 1-4 periods, 2-3 tiers, with some features, or with these.

    Limits lie around what some random plan needs, so that some problems have many plans, some few
    and some none. `most` combinations of paths can be tried; pass segments and periods, and a large
    `most`, for problems that nobody enumerates.
    """
    rng = np.random.default_rng(seed)
    if features is None:
        features = {name for name in FEATURES if rng.random() < 0.4}
    while True:
        s = segments or int(rng.integers(1, 4))
        t = periods or int(rng.integers(1, 5))
        k = int(rng.integers(2, 4))
        lifted = int(rng.integers(1, 3)) if "lifts" in features else 0
        if float(k + lifted) ** (s * t) <= most:
            break
    has_projects = "projects" in features or lifted > 0
    projects = int(rng.integers(1, 3)) if has_projects else 0
    lifts = rng.permutation(k * max(projects, 1))[:lifted]
    mode_tier = np.concatenate([np.arange(k), lifts % k])
    mode_project = np.concatenate([np.full(k, -1), lifts // k])
    m, shape = k + lifted, (s, t, k + lifted)
    customers = rng.integers(5, 60, s).astype(float)
    join = rng.integers(0, 9, (s, t)).astype(float) if rng.random() < 0.6 else np.zeros((s, t))
    keep = rng.integers(80, 101, (s, t)) / 100
    level = np.sort(rng.integers(20, 101, shape) / 100, axis=2)
    cost = np.sort(rng.integers(0, 60, shape).astype(float), axis=2)
    values = {
        "mode_tier": mode_tier,
        "mode_project": mode_project,
        "weight": rng.integers(0, 9, s).astype(float),
        "end_value": rng.integers(0, 60, s).astype(float),
        "newcomer_value": rng.integers(0, 60, s).astype(float),
        "margin": rng.integers(0, 30, (s, t)).astype(float),
        "keep": keep,
        "join": join,
        "service_level": level,
        "discount": 0.9 ** np.arange(t),
        "discount_step": 0.9,
        "lost_customers": rng.integers(0, 20, shape).astype(float),
        "lost_prospects": rng.integers(0, 9, shape).astype(float),
        "lost_unsplit": np.where(rng.random(shape) < 0.1, rng.integers(0, 50, shape), 0.0),
    }
    if rng.random() < 0.5:
        values["rank"] = np.sort(rng.integers(1, 2 * k, k))
    values["tiers"] = tuple(f"t{i}" for i in range(k))
    values["rank"] = values.get("rank", np.arange(1, k + 1))
    values["change_cost"] = np.zeros((s, k, k))
    values["open_cost"] = np.zeros((t, k))
    values["least_stay"] = np.zeros(k, dtype=np.int64)
    if "churn" in features:
        values["leave"] = np.sort(rng.integers(0, 31, shape) / 100, axis=2)[:, :, ::-1].copy()
    history = np.full((s, 3), -1)
    if "history" in features:
        history = rng.integers(-1 if rng.random() < 0.5 else 0, m, (s, 3))
    values["history"] = history
    if "lag" in features:
        values["lag"] = rng.integers(0, 4, s)
        # Whom the last period drives away later need not be whom it drives away at once.
        leave = values.get("leave", np.zeros(shape))
        values["leave_after"] = np.round(leave[:, -1] / 2 + 0.01, 3)
    if "fixed" in features:
        values["fixed_cost"] = rng.integers(0, 200, shape).astype(float)
    if "changes" in features:
        away = rng.integers(0, 400, (s, k, k)).astype(float)
        if rng.random() < 0.5:
            away[:] = away[:, :1, :]
        away[:, np.arange(k), np.arange(k)] = 0
        values["change_cost"] = away
    if "stay" in features:
        values["least_stay"] = rng.integers(0, 4, k)
        values["stayed"] = rng.integers(1, 4, s)
    if "menu" in features:
        values["open_cost"] = rng.integers(0, 300, (t, k)).astype(float)
        values["max_tiers"] = int(rng.integers(1 if rng.random() < 0.3 else 2, k + 1))
    if "each" in features:
        values["max_changes_each"] = int(rng.integers(0, 4))
        values["changes_before"] = rng.integers(0, 2, s)
    if "max_changes" in features:
        values["max_changes"] = int(rng.integers(0, s + 1))
    someone = rng.integers(0, k, (s, t))
    if rng.random() < 0.7:
        today = np.where(history[:, -1:] >= 0, mode_tier[history[:, -1:]], -1)
        someone[:] = np.where(today >= 0, today, someone[:, :1])
    barred = rng.random(shape) < 0.1
    if "notice" in features:
        held = np.arange(m) != someone[:, :1]
        for place in range(s):
            barred[place, : int(rng.integers(0, t + 1))] = held[place]
    if rng.random() < 0.9:
        barred[np.arange(s)[:, None], np.arange(t)[None, :], someone] = False
    values["barred"] = barred
    if "goal" in features:
        values["goal"] = tuple(Goal)[rng.integers(4)]
    lost = rng.integers(0, 60, shape).astype(float)[:, :, ::-1]
    problem = plain_horizon(cost, lost, customers, **values)
    if "deter" in features:
        top = join / np.maximum(problem.most_customers[:, :t], 1e-9)
        share = np.sort(rng.random(shape), axis=2)[:, :, ::-1]
        problem = problem.replace(deter=np.minimum(share * top[:, :, None], 1.0))
    anyone = HorizonChoice(someone, np.zeros((0, t)), np.zeros((0, t)), np.zeros(0, dtype=np.int64))
    if features & {"resource", "extra", "staff", "whole"}:
        problem = _with_resources(rng, problem, anyone, features)
    if projects:
        problem = problem.replace(projects=_projects(rng, problem, projects))
    return _with_limits(rng, problem, anyone, features)


def _with_resources(rng, problem, anyone, features) -> HorizonProblem:
    s, t, _k, m, _r = problem.size
    r = int(rng.integers(1, 3))
    problem = problem.replace(
        resources=tuple(f"r{i}" for i in range(r)),
        use=rng.integers(0, 9, (r, s, t, m)).astype(float),
        fixed_use=rng.integers(0, 9, (r, s, t, m)).astype(float)
        if "fixed" in features
        else np.zeros((r, s, t, m)),
        capacity=np.zeros((r, t)),
        extra_capacity=np.zeros((r, t)),
        extra_premium=np.zeros((r, t)),
    )
    used = evaluate_horizon(problem, anyone).used
    share = 0.75 if features & {"staff", "whole"} else 1.0
    capacity = np.maximum(np.round(share * used + rng.integers(-20, 61, (r, t))), 0.0)
    extra, premium = np.zeros((r, t)), np.zeros((r, t))
    if "extra" in features:
        extra = rng.integers(0, 90, (r, t)).astype(float)
        premium = rng.integers(-1 if rng.random() < 0.3 else 0, 9, (r, t)).astype(float)
    staff = []
    if features & {"staff", "whole"}:
        for o in range(int(rng.integers(1, 3))):
            whole = "whole" in features and rng.random() < 0.7
            staff.append(
                StaffOption(
                    name=f"o{o}",
                    resource=int(rng.integers(r)),
                    units=float(rng.integers(0, 40)),
                    wage=rng.integers(0, 6, t).astype(float),
                    hire_cost=float(rng.integers(0, 6)),
                    release_cost=float(rng.integers(0, 6)),
                    lead=int(rng.integers(0, 3)),
                    ramp=((), (0.5,), (0.25, 0.5))[int(rng.integers(3))],
                    term=int(rng.integers(0, 3)),
                    most_hired=float(rng.integers(5, 60)) if rng.random() < 0.5 else None,
                    most_held=float(rng.integers(40, 150)) if rng.random() < 0.5 else None,
                    whole=whole,
                    past=tuple(rng.integers(0, 9, int(rng.integers(0, 3))).astype(float).tolist()),
                )
            )
    return problem.replace(
        capacity=capacity, extra_capacity=extra, extra_premium=premium, staff=tuple(staff)
    )


def _projects(rng, problem, count) -> tuple[Project, ...]:
    t, r = len(problem.periods), len(problem.resources)
    found = []
    for p in range(count):
        other = (0,) if p == 1 else ()
        tie = rng.random()
        earliest = int(rng.integers(0, t)) if rng.random() < 0.4 else 0
        found.append(
            Project(
                name=f"j{p}",
                investment=float(rng.integers(0, 300)),
                takes=int(rng.integers(0, 2)),
                running_cost=float(rng.integers(0, 30)),
                saves=float(rng.integers(0, 200)),
                adds=((int(rng.integers(r)), float(rng.integers(0, 60))),) if r else (),
                earliest=earliest,
                latest=int(rng.integers(earliest, t)) if rng.random() < 0.3 else None,
                after=other if tie < 0.4 else (),
                excludes=other if tie > 0.7 else (),
                started=-int(rng.integers(1, 3)) if rng.random() < 0.15 else None,
            )
        )
    return tuple(found)


def _with_limits(rng, problem, anyone, features) -> HorizonProblem:
    t = len(problem.periods)
    nobody = HorizonChoice(
        anyone.modes,
        np.zeros((len(problem.staff), t)),
        np.zeros((len(problem.staff), t)),
        np.array([NEVER if p.started is None else p.started for p in problem.projects], dtype=int),
    )
    value = evaluate_horizon(problem, nobody)
    changes: dict[str, object] = {}
    if features & {"budget", "carry"}:
        budget = np.round(value.spent * rng.uniform(0.95, 1.5, t))
        budget[rng.random(t) < 0.2] = np.nan
        changes["budget"] = budget
    if "carry" in features:
        changes["carries"] = rng.random(t) < 0.7
        changes["carry_in"] = float(rng.integers(0, 60))
    if "levels" in features:
        floor = value.service_level - rng.integers(-1, 9, t) / 100
        floor[rng.random(t) < 0.4] = np.nan
        changes["min_service_level"] = np.minimum(floor, 1.0)
    if "caps" in features:
        cap = np.round(value.caused * rng.uniform(0.95, 1.3, t))
        cap[rng.random(t) < 0.4] = np.nan
        changes["max_lost_sales"] = cap
    if features & {"rules", "soft"}:
        changes["rules"] = _rules(rng, problem, value, "soft" in features)
    return problem.replace(**changes)


def _rules(rng, problem, value, soft) -> tuple[Rule, ...]:
    s, _t, k, _m, _r = problem.size
    found = []
    for kind in RuleKind:
        if rng.random() > 0.22:
            continue
        members = tuple(sorted(rng.choice(s, int(rng.integers(1, s + 1)), replace=False).tolist()))
        others, tier, limit = (), None, 0.0
        if kind is RuleKind.NOT_BELOW:
            others = tuple(rng.choice(s, int(rng.integers(1, s + 1)), replace=False).tolist())
        elif kind is RuleKind.MIN_SERVICE_LEVEL:
            limit = float(rng.integers(10, 80)) / 100
        elif kind is RuleKind.MAX_SERVICE_COST:
            spent = value.by_segment["service_cost"][list(members)].sum(axis=0)
            limit = float(np.round(spent.mean() * rng.uniform(0.9, 1.4)))
        elif kind is RuleKind.MAX_LOST_SALES:
            limit = float(np.round(value.caused.mean() * rng.uniform(0.9, 1.4)))
        elif kind in (RuleKind.MIN_IN_TIER, RuleKind.MAX_IN_TIER):
            tier, limit = int(rng.integers(k)), float(rng.integers(0, len(members) + 1))
            limit = min(limit, 1.0) if kind.is_floor else max(limit, 1.0)
        penalty = None
        if soft and rng.random() < 0.6:
            penalty = float(rng.integers(1, 40))
        found.append(Rule(f"rule {kind}", kind, members, others, tier, limit, penalty))
    return tuple(found)
