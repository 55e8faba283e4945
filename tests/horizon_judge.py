"""The best plan over several periods, by trying every one.

The judge follows the definitions in slopt/problem/horizon/problem.py with loops of its own: every
start of every project, every path of modes of every segment, all of them combined. Staff, which is
continuous, is settled for each combination that can still win by a tiny program of its own.
"""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from slopt.problem.horizon.problem import NEVER, HorizonChoice, HorizonProblem
from slopt.vocabulary import Goal, RuleKind

ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Best:
    """The best value and one of the choices that have it."""

    objective: float
    choice: HorizonChoice


def enumerate_best(problem: HorizonProblem) -> Best | None:
    """The best plan of all; None where no plan keeps everything that is firm."""
    best: Best | None = None
    sign = -1.0 if problem.goal.maximises else 1.0
    for starts in _starts(problem):
        found = _best_with(problem, starts)
        if found is not None and (best is None or sign * found.objective < sign * best.objective):
            best = found
    return best


def _starts(problem):
    """Every way to start the projects that is allowed."""
    t = len(problem.periods)
    ways = []
    for project in problem.projects:
        if project.started is not None:
            ways.append([project.started])
            continue
        latest = t - 1 if project.latest is None else project.latest
        ways.append([NEVER, *range(max(project.earliest, 0), min(latest, t - 1) + 1)])
    for starts in itertools.product(*ways):
        if all(_project_allowed(problem, starts, p) for p in range(len(starts))):
            yield starts


def _project_allowed(problem, starts, p):
    project, start, t = problem.projects[p], starts[p], len(problem.periods)
    if start >= t:
        return True
    if any(starts[other] < t for other in project.excludes):
        return False
    if project.started is not None:
        return True
    return all(start >= starts[q] + problem.projects[q].takes for q in project.after)


@dataclass
class _Path:
    """The modes of one segment in all periods, and what they mean."""

    modes: tuple[int, ...]
    tiers: list[int]
    changed: list[bool]
    service: list[float]
    change: list[float]
    used: list[list[float]]
    level: list[float]
    caused: list[float]
    lost: float


def _paths(problem, s, in_effect):
    """The paths that a segment may take, where a project in effect lifts modes."""
    t = len(problem.periods)
    modes = range(len(problem.mode_tier))
    allowed = [
        [
            m
            for m in modes
            if not problem.barred[s, p, m]
            and (problem.mode_project[m] < 0 or in_effect[problem.mode_project[m]][p])
        ]
        for p in range(t)
    ]
    for path in itertools.product(*allowed):
        found = _follow(problem, s, path)
        if found is not None:
            yield found


def _follow(problem, s, path):
    """One path, from the definitions; None where a least stay or the limit of changes is broken."""
    lag, last = int(problem.lag[s]), len(path) - 1
    tiers = [int(problem.mode_tier[m]) for m in path]
    at, stayed = int(problem.current[s]), int(problem.stayed[s])
    changed, change = [], []
    for tier in tiers:
        moves = at >= 0 and tier != at
        if moves and stayed < problem.least_stay[at]:
            return None
        changed.append(moves)
        change.append(float(problem.change_cost[s, at, tier]) if moves else 0.0)
        stayed = 1 if moves or at < 0 else stayed + 1
        at = tier
    made = int(problem.changes_before[s]) + sum(changed)
    if problem.max_changes_each is not None and made > problem.max_changes_each:
        return None

    def leaves(p):
        then = p - lag
        mode = path[then] if then >= 0 else int(problem.history[s, then])
        if mode < 0:
            return 0.0
        return float(problem.leave[s, p, mode] if p <= last else problem.leave_after[s, mode])

    n, gone, unwon, lost = float(problem.customers[s]), 0.0, 0.0, 0.0
    service, used, level, caused = [], [], [], []
    for p, m in enumerate(path):
        here, disc = (s, p, m), float(problem.discount[p])
        left, deterred = leaves(p) * n, float(problem.deter[here]) * n
        service.append(n * problem.cost[here] + problem.fixed_cost[here])
        used.append(
            [
                n * problem.use[r, s, p, m] + problem.fixed_use[r, s, p, m]
                for r in range(len(problem.resources))
            ]
        )
        level.append(float(problem.service_level[here]))
        money = sum(
            getattr(problem, f"lost_{kind}")[here]
            for kind in ("orders", "customers", "prospects", "unsplit")
        )
        lost += disc * (n * money + problem.margin[s, p] * (gone + unwon))
        caused.append(
            n
            * (
                money
                + _drives_away(problem, s, p, m) * _missed(problem, s, p) / disc
                + problem.deter[here] * _never_won(problem, s, p) / disc
            )
        )
        if p == last:
            lost += disc * problem.end_value[s] * (gone + left + unwon)
            lost += disc * problem.newcomer_value[s] * deterred
        keep = float(problem.keep[s, p])
        n, gone, unwon = (
            keep * (n - left) + float(problem.join[s, p]) - deterred,
            keep * (gone + left),
            keep * unwon + deterred,
        )
    for j in range(1, lag + 1):
        left = leaves(last + j) * n
        lost += problem.discount[last] * problem.discount_step**j * problem.end_value[s] * left
        n = float(problem.keep[s, last]) * (n - left)
    return _Path(path, tiers, changed, service, change, used, level, caused, float(lost))


def _drives_away(problem, s, p, mode):
    """Share of the customers who will leave for the service of a period."""
    then = p + int(problem.lag[s])
    inside = then < len(problem.periods)
    return float(problem.leave[s, then, mode] if inside else problem.leave_after[s, mode])


def _missed(problem, s, p):
    """Present value of a customer who leaves in a period: each later margin, and the end."""
    last, here, worth = len(problem.periods) - 1, 1.0, 0.0
    for u in range(p + 1, last + 1):
        here *= float(problem.keep[s, u - 1])
        worth += here * float(problem.discount[u] * problem.margin[s, u])
    return worth + here * float(problem.discount[last] * problem.end_value[s])


def _never_won(problem, s, p):
    """Present value of one who would have joined after a period."""
    last = len(problem.periods) - 1
    if p == last:
        return float(problem.discount[last] * problem.newcomer_value[s])
    margin = float(problem.discount[p + 1] * problem.margin[s, p + 1])
    return margin + _missed(problem, s, p + 1)


def _best_with(problem, starts):
    """The best plan with these starts of projects."""
    s, t, k, _m, r = problem.size
    effect = [
        [p >= start + project.takes for p in range(t)]
        for project, start in zip(problem.projects, starts, strict=True)
    ]
    paths = [list(_paths(problem, place, effect)) for place in range(s)]
    if not all(paths):
        return None
    pick = np.array(list(itertools.product(*(range(len(each)) for each in paths))))

    def total(what):
        return sum(np.array([what(p) for p in paths[q]])[pick[:, q]] for q in range(s))

    def each(what):
        return np.stack([np.array([what(p) for p in paths[q]])[pick[:, q]] for q in range(s)], 1)

    tiers, service, caused = (
        each(lambda p: p.tiers),
        each(lambda p: p.service),
        each(lambda p: p.caused),
    )
    level, used = each(lambda p: p.level), total(lambda p: p.used).reshape(len(pick), t, r)
    changed = total(lambda p: np.array(p.changed, dtype=float))
    in_use = np.stack([(tiers == tier).any(axis=1) for tier in range(k)], axis=2)
    mean = np.einsum("s,nst->nt", _shares(problem.weight), level)
    spent = service.sum(axis=1) + total(lambda p: p.change)
    spent = spent + (in_use * problem.open_cost).sum(axis=2)
    capacity = problem.capacity.T.astype(float).copy()
    for q, (project, start) in enumerate(zip(problem.projects, starts, strict=True)):
        for p in range(t):
            spent[:, p] += project.investment if p == start else 0.0
            if effect[q][p]:
                spent[:, p] += project.running_cost - project.saves
                for resource, units in project.adds:
                    capacity[p, resource] += units
    fine = np.ones(len(pick), dtype=bool)
    if problem.max_tiers is not None:
        fine &= (in_use.sum(axis=2) <= problem.max_tiers).all(axis=1)
    if problem.max_changes is not None:
        fine &= (changed <= problem.max_changes).all(axis=1)
    fine &= _below(-mean, -_no_limit(problem.min_service_level, -1e9)).all(axis=1)
    fine &= _below(caused.sum(axis=1), _no_limit(problem.max_lost_sales, 1e18)).all(axis=1)
    weight = problem.discount if problem.goal is not Goal.MAX_SERVICE else np.full(t, 1 / t)
    penalties = np.zeros(len(pick))
    for rule in problem.rules:
        breach = _breach(problem, rule, tiers, service, caused, level)
        if rule.penalty is None:
            fine &= (breach == 0).all(axis=1)
        else:
            penalties += rule.penalty * (breach @ weight)
    lost = total(lambda p: p.lost)
    base = {
        Goal.MIN_TOTAL_COST: lost + penalties,
        Goal.MIN_LOST_SALES: lost + penalties,
        Goal.MIN_BUDGET: penalties,
        Goal.MAX_SERVICE: penalties - mean.mean(axis=1),
    }[problem.goal]
    counts = 1.0 if problem.goal in (Goal.MIN_TOTAL_COST, Goal.MIN_BUDGET) else 0.0
    base = base + counts * (spent @ problem.discount)
    settle = _staffed if problem.staff else _unstaffed
    found = settle(problem, np.flatnonzero(fine), base, spent, used, capacity, counts)
    if found is None:
        return None
    value, at, hired, released = found
    modes = np.array([paths[q][pick[at, q]].modes for q in range(s)])
    choice = HorizonChoice(modes, hired, released, np.array(starts, dtype=np.int64))
    return Best(-value if problem.goal.maximises else value, choice)


def _unstaffed(problem, fine, base, spent, used, capacity, counts):
    """The best combination where capacities are what they are."""
    over = np.maximum(used[fine] - capacity, 0.0)
    kept = _below(over, problem.extra_capacity.T).all(axis=(1, 2))
    premium = (over * problem.extra_premium.T).sum(axis=2)
    kept &= _within_budgets(problem, spent[fine] + premium)
    if not kept.any():
        return None
    value = base[fine] + counts * (premium @ problem.discount)
    best = np.flatnonzero(kept)[np.argmin(value[kept])]
    nobody = np.zeros((0, len(problem.periods)))
    return float(value[best]), fine[best], nobody, nobody


def _within_budgets(problem, spent):
    kept, before = np.ones(len(spent), dtype=bool), np.full(len(spent), problem.carry_in)
    for p, budget in enumerate(problem.budget):
        if np.isnan(budget):
            before = np.zeros(len(spent))
            continue
        may = budget + before
        kept &= _below(spent[:, p], may)
        before = np.maximum(may - spent[:, p], 0.0) * problem.carries[p]
    return kept


def _staffed(problem, fine, base, spent, used, capacity, counts):
    """The best combination, with the cheapest staff for each that can still win."""
    free = _cheapest_staff(problem, None, None, capacity, counts)
    if free is None:
        return None
    best, known = None, {}
    for at in fine[np.argsort(base[fine], kind="stable")]:
        if best is not None and base[at] + free[0] >= best[0] - ROUNDING:
            break
        key = (used[at].tobytes(), spent[at].tobytes())
        if key not in known:
            known[key] = _cheapest_staff(problem, used[at], spent[at], capacity, counts)
        found = known[key]
        if found is not None and (best is None or base[at] + found[0] < best[0]):
            best = (float(base[at] + found[0]), at, found[1], found[2])
    return best


def _cheapest_staff(problem, used, spent, capacity, counts):
    """(cost in the goal, hired, released); None where none will do. `used` None: no capacity and no
    budget has to be kept.

    Columns: hired (O, T), released (O, T), extra (R, T), is extra used (R, T), carried (T,).
    """
    o, t, r = len(problem.staff), len(problem.periods), len(problem.resources)
    width = 2 * o * t + 2 * r * t + t
    hire, gone = np.arange(o * t).reshape(o, t), o * t + np.arange(o * t).reshape(o, t)
    extra = 2 * o * t + np.arange(r * t).reshape(r, t)
    beyond, carried = extra + r * t, width - t + np.arange(t)
    low, high, whole = np.zeros(width), np.full(width, np.inf), np.zeros(width)
    rows, floor, ceiling = [], [], []

    def row(entries, least, most):
        line = np.zeros(width)
        for column, value in entries:
            line[column] += value
        rows.append(line)
        floor.append(least)
        ceiling.append(most)

    money = np.zeros((t, width))
    fixed = np.zeros(t)
    work = [[[] for _ in range(t)] for _ in range(r)]
    base_work = np.zeros((r, t))
    for place, option in enumerate(problem.staff):
        for p in range(t):
            money[p, hire[place, p]] += option.hire_cost
            money[p, gone[place, p]] += option.release_cost
            for h in range(p + 1):
                money[p, hire[place, h]] += option.wage[p]
                money[p, gone[place, h]] -= option.wage[p]
                work[option.resource][p] += [
                    (hire[place, h], option.at_work(p - h)),
                    (gone[place, h], -1.0),
                ]
            fixed[p] += option.wage[p] * (option.units + sum(option.past))
            base_work[option.resource, p] += option.units + sum(
                units * option.at_work(p + 1 + i) for i, units in enumerate(option.past)
            )
            may_go = option.units + sum(
                units for i, units in enumerate(option.past) if p + 1 + i >= option.hold
            )
            so_far = [(gone[place, h], 1.0) for h in range(p + 1)]
            row(
                so_far + [(hire[place, h], -1.0) for h in range(p - option.hold + 1)],
                -np.inf,
                may_go,
            )
            if option.most_held is not None:
                row(
                    [(hire[place, h], 1.0) for h in range(p + 1)]
                    + [(gone[place, h], -1.0) for h in range(p + 1)],
                    -np.inf,
                    option.most_held - option.units - sum(option.past),
                )
        if option.most_hired is not None:
            high[hire[place]] = option.most_hired
        if option.whole:
            whole[hire[place]] = whole[gone[place]] = 1
    if used is not None:
        whole[beyond], high[beyond] = 1, 1
        for q in range(r):
            for p in range(t):
                money[p, extra[q, p]] += problem.extra_premium[q, p]
                high[extra[q, p]] = problem.extra_capacity[q, p]
                need = used[p, q] - capacity[p, q] - base_work[q, p]
                row([(extra[q, p], 1.0), *work[q][p]], need - ROUNDING, np.inf)
                if problem.extra_premium[q, p] < 0:
                    much = 10_000.0
                    row(
                        [(extra[q, p], 1.0), (beyond[q, p], -problem.extra_capacity[q, p])],
                        -np.inf,
                        0.0,
                    )
                    row(
                        [(extra[q, p], 1.0), (beyond[q, p], much), *work[q][p]],
                        -np.inf,
                        need + much,
                    )
        for p, budget in enumerate(problem.budget):
            if np.isnan(budget) or not problem.carries[p]:
                high[carried[p]] = 0.0
            if np.isnan(budget):
                continue
            entries = [(c, money[p, c]) for c in np.flatnonzero(money[p])]
            entries.append((carried[p], 1.0))
            before = problem.carry_in if p == 0 else 0.0
            if p:
                entries.append((carried[p - 1], -1.0))
            row(entries, -np.inf, budget + before - spent[p] - fixed[p] + ROUNDING)
    # Staff that costs nothing must not make the program unbounded, and idle staff is no good.
    cost = counts * (problem.discount @ money) + 1e-9 * (np.arange(width) < 2 * o * t)
    for presolve in (True, False):  # with presolve, HiGHS has given up on feasible programs
        answer = milp(
            cost,
            integrality=whole,
            bounds=Bounds(low, high),
            constraints=LinearConstraint(np.array(rows), floor, ceiling),
            options={"mip_rel_gap": 0.0, "presolve": presolve},
        )
        if answer.status in (0, 2):
            break
    assert answer.status in (0, 2), answer.message
    if answer.x is None:
        return None
    hired, released = answer.x[hire], answer.x[gone]
    value = counts * float(problem.discount @ (money @ answer.x + fixed))
    return value, np.round(hired, 9), np.round(released, 9)


def _shares(weight):
    total = weight.sum()
    return weight / total if total > 0 else np.full(len(weight), 1 / len(weight))


def _no_limit(values, instead):
    return np.where(np.isnan(values), instead, values)


def _below(values, limit):
    return values <= limit + ROUNDING * np.maximum(1.0, np.abs(limit))


def _breach(problem, rule, tiers, service, caused, level):
    """(N, T): by how many units each combination breaks a rule in each period."""
    members = list(rule.members)
    kind, own = rule.kind, tiers[:, members]
    if kind is RuleKind.NOT_BELOW:
        rank, height = problem.rank[tiers], np.zeros(tiers.shape[::2])
        for a in rule.members:
            for b in rule.others:
                if a != b:
                    height += np.maximum(rank[:, b] - rank[:, a], 0)
        return height
    if kind is RuleKind.SAME_TIER:
        height = np.zeros(tiers.shape[::2])
        for n in range(len(tiers)):
            for p in range(tiers.shape[2]):
                height[n, p] = len(members) - max(Counter(own[n, :, p].tolist()).values())
        return height
    sums = {
        RuleKind.MIN_SERVICE_LEVEL: np.einsum(
            "s,nst->nt", _shares(problem.weight[members]), level[:, members]
        ),
        RuleKind.MAX_SERVICE_COST: service[:, members].sum(axis=1),
        RuleKind.MAX_LOST_SALES: caused[:, members].sum(axis=1),
        RuleKind.MIN_IN_TIER: (own == rule.tier).sum(axis=1),
        RuleKind.MAX_IN_TIER: (own == rule.tier).sum(axis=1),
    }[kind]
    over = rule.value - sums if kind.is_floor else sums - rule.value
    return np.where(over > ROUNDING * max(1.0, abs(rule.value)), over, 0.0)
