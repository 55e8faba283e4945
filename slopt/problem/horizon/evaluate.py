"""The value of a plan over periods, without a solver: what it costs, loses, uses and breaks.

The customers are followed period by period, straight from the definitions in problem.py; the
programs that solvers get are not read here, so that their answers can be judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from slopt.problem.choice import shares
from slopt.problem.evaluate import Breach, LimitUse
from slopt.problem.horizon.problem import (
    NEVER,
    Flags,
    HorizonChoice,
    HorizonProblem,
    Numbers,
    Places,
)
from slopt.vocabulary import Goal, RuleKind

BOOKED = ("service_cost", "change_cost", "open_cost", "extra_cost", "staff_cost", "project_cost")
"""The lines of booked cost; savings of projects are in `project_cost`, which may be below 0."""


@dataclass(frozen=True, eq=False)
class Base:
    """The customers of a plan: n, gone, unwon (S, T + 1) at the start of each period and after
    the last; left, deterred (S, T) in each; `echo` (S,) the present value of those who still leave
    after the last period because of a lag."""

    customers: Numbers
    gone: Numbers
    unwon: Numbers
    left: Numbers
    deterred: Numbers
    echo: Numbers


@dataclass(frozen=True, eq=False)
class HorizonEvaluation:
    """What a plan over periods is worth. Arrays are by period (T,) in the money of the period.

    `booked` by line of BOOKED; service_cost_total is their sum. `lost_*` are felt in the period;
    `after_*` are those felt after the last one, in present value. Present values: service_cost,
    lost_orders .. lost_unsplit, lost_sales (after the horizon included), total_cost. `npv` is
    what the customers bring in (margin x customers, and the worth of the base after the horizon)
    less booked cost and lost orders. `caused` (T,) are the lost sales that the service of the
    period causes. used, capacity, extra are (R, T), held (O, T); carried (T,) what goes on to the
    next period. `by_segment` holds (S, T) money by line: service_cost, change_cost and the losses.
    """

    objective: float
    booked: dict[str, Numbers]
    spent: Numbers
    lost: dict[str, Numbers]
    after: dict[str, float]
    present: dict[str, float]
    npv: float
    penalties: float
    service_level: Numbers
    mean_service_level: float
    caused: Numbers
    base: Base
    changed: Flags
    tiers_used: Places
    used: Numbers
    capacity: Numbers
    extra: Numbers
    held: Numbers
    carried: Numbers
    by_segment: dict[str, Numbers]
    limits: tuple[LimitUse, ...]
    broken: tuple[Breach, ...]
    violations: tuple[Breach, ...]

    @property
    def service_cost(self) -> float:
        """Booked cost in present value."""
        return self.present["service_cost"]

    @property
    def lost_sales(self) -> float:
        """The three losses in present value, those after the last period included."""
        return self.present["lost_sales"]

    @property
    def total_cost(self) -> float:
        """Booked and lost, in present value."""
        return self.present["total_cost"]

    @property
    def changes(self) -> int:
        """Changes of tier over all periods."""
        return int(self.changed.sum())


def evaluate_horizon(problem: HorizonProblem, choice: HorizonChoice) -> HorizonEvaluation:
    """Value of a choice; it need not keep any limit."""
    s, t, _k, _m, _r = problem.size
    at = (np.arange(s)[:, None], np.arange(t)[None, :], choice.modes)
    base = follow(problem, choice.modes)
    n = base.customers[:, :t]
    tier = problem.mode_tier[choice.modes]
    before = np.concatenate([problem.current[:, None], tier[:, :-1]], axis=1)
    changed = (before >= 0) & (before != tier)
    change = np.where(changed, problem.change_cost[np.arange(s)[:, None], before, tier], 0.0)
    used = n * problem.use[:, *at] + problem.fixed_use[:, *at]
    used = used.sum(axis=1)
    held, working, staff_cost = _staff(problem, choice)
    capacity = problem.capacity + working + _added(problem, choice)
    extra = np.maximum(used - capacity, 0.0)
    in_use = np.stack([np.isin(np.arange(len(problem.tiers)), tier[:, p]) for p in range(t)])
    by_segment = {
        "service_cost": n * problem.cost[at] + problem.fixed_cost[at],
        "change_cost": change,
        "lost_orders": n * problem.lost_orders[at],
        "lost_customers": n * problem.lost_customers[at] + problem.margin * base.gone[:, :t],
        "lost_prospects": n * problem.lost_prospects[at] + problem.margin * base.unwon[:, :t],
        "lost_unsplit": n * problem.lost_unsplit[at],
    }
    booked = {
        "service_cost": by_segment["service_cost"].sum(axis=0),
        "change_cost": change.sum(axis=0),
        "open_cost": (problem.open_cost * in_use).sum(axis=1),
        "extra_cost": (extra * problem.extra_premium).sum(axis=0),
        "staff_cost": staff_cost,
        "project_cost": _project_cost(problem, choice),
    }
    spent = np.sum([booked[line] for line in BOOKED], axis=0)
    lost = {name: by_segment[name].sum(axis=0) for name in LOSS_LINES}
    after = _after(problem, base)
    present = {name: float(problem.discount @ lost[name]) + after[name] for name in LOSS_LINES}
    present["service_cost"] = float(problem.discount @ spent)
    present["lost_sales"] = sum(present[name] for name in LOSS_LINES)
    present["total_cost"] = present["service_cost"] + present["lost_sales"]
    levels = problem.service_level[at]
    level = problem.mean_weight @ levels
    caused = (n * problem.caused[at]).sum(axis=0)
    carried, limit = _budgets(problem, spent)
    limits = (
        *_period_limits(problem, spent, limit, used, capacity, caused, level, changed, in_use),
        *_rule_limits(problem, choice.modes, tier, levels, n, by_segment),
    )
    weight = dict(zip(problem.periods, problem.period_weight.tolist(), strict=True))
    broken, violations, penalties = [], [*_illegal(problem, choice, tier, changed)], 0.0
    for period, use in limits:
        if use.breach and use.penalty is None:
            violations.append(Breach(use.name, use.breach))
        elif use.breach and use.penalty is not None:
            price = use.penalty * weight[period]
            broken.append(Breach(use.name, use.breach, price))
            penalties += use.breach * price
    mean_level = float(level.mean())
    goal = {
        Goal.MIN_TOTAL_COST: present["total_cost"],
        Goal.MIN_LOST_SALES: present["lost_sales"],
        Goal.MIN_BUDGET: present["service_cost"],
        Goal.MAX_SERVICE: mean_level,
    }[problem.goal]
    return HorizonEvaluation(
        objective=goal - penalties if problem.goal.maximises else goal + penalties,
        booked=booked,
        spent=spent,
        lost=lost,
        after=after,
        present=present,
        npv=_worth_of_perfect_service(problem) - present["total_cost"],
        penalties=penalties,
        service_level=np.asarray(level),
        mean_service_level=mean_level,
        caused=caused,
        base=base,
        changed=changed,
        tiers_used=in_use.sum(axis=1),
        used=used,
        capacity=capacity,
        extra=extra,
        held=held,
        carried=carried,
        by_segment=by_segment,
        limits=tuple(use for _period, use in limits),
        broken=tuple(broken),
        violations=tuple(violations),
    )


LOSS_LINES = ("lost_orders", "lost_customers", "lost_prospects", "lost_unsplit")


def follow(problem: HorizonProblem, modes: Places) -> Base:
    """The customers of every segment under the modes (S, T)."""
    s, t, *_ = problem.size
    row = np.arange(s)
    n, gone, unwon = [problem.customers], [np.zeros(s)], [np.zeros(s)]
    left, deterred = [], []
    for p in range(t):
        left.append(_leaving(problem, modes, p) * n[p])
        deterred.append(problem.deter[row, p, modes[:, p]] * n[p])
        keep = problem.keep[:, p]
        n.append(keep * (n[p] - left[p]) + problem.join[:, p] - deterred[p])
        gone.append(keep * (gone[p] + left[p]))
        unwon.append(keep * unwon[p] + deterred[p])
    echo, count = np.zeros(s), n[t]
    last = problem.discount[t - 1]
    step = problem.discount_step
    for j in range(int(problem.lag.max(initial=0))):
        share = np.where(j < problem.lag, _leaving(problem, modes, t + j), 0.0)
        echo += last * step ** (j + 1) * problem.end_value * share * count
        count = problem.keep[:, t - 1] * count * (1 - share)
    return Base(
        *(np.stack(each, axis=1) for each in (n, gone, unwon)),
        left=np.stack(left, axis=1),
        deterred=np.stack(deterred, axis=1),
        echo=echo,
    )


def _leaving(problem: HorizonProblem, modes: Places, period: int) -> Numbers:
    """(S,): share of the customers whom the mode of `lag` periods ago drives away in a period.

    Beyond the last period, the shares of the last one.
    """
    s, t, *_ = problem.size
    row, then = np.arange(s), period - problem.lag
    at = min(period, t - 1)
    mode = modes[row, np.clip(then, 0, t - 1)]
    # Tiers of before the plan are the modes without a project, which come first.
    past = problem.history[row, np.clip(then, -problem.history.shape[1], -1)]
    mode = np.where(then >= 0, mode, past)
    return np.where(mode >= 0, problem.leave[row, at, mode], 0.0)


def _after(problem: HorizonProblem, base: Base) -> dict[str, float]:
    last = problem.discount[-1]
    missed = base.gone[:, -2] + base.left[:, -1]
    unwon = problem.end_value * base.unwon[:, -2] + problem.newcomer_value * base.deterred[:, -1]
    return {
        "lost_orders": 0.0,
        "lost_customers": float(last * (problem.end_value @ missed) + base.echo.sum()),
        "lost_prospects": float(last * unwon.sum()),
        "lost_unsplit": 0.0,
    }


def _worth_of_perfect_service(problem: HorizonProblem) -> float:
    """Margin of the customers whom perfect and free service would keep, in present value."""
    t = len(problem.periods)
    most, last = problem.most_customers, problem.discount[-1]
    during = problem.discount @ (problem.margin * most[:, :t]).sum(axis=0)
    stay = problem.end_value @ most[:, t - 1] + problem.newcomer_value @ problem.join[:, t - 1]
    return float(during + last * stay)


def _staff(problem: HorizonProblem, choice: HorizonChoice) -> tuple[Numbers, Numbers, Numbers]:
    """(held (O, T), units at work (R, T), cost (T,))."""
    t, r = len(problem.periods), len(problem.resources)
    held, working, cost = np.zeros((len(problem.staff), t)), np.zeros((r, t)), np.zeros(t)
    for o, option in enumerate(problem.staff):
        for p in range(t):
            gone = choice.released[o, : p + 1].sum()
            hired = [(p - h, choice.hired[o, h]) for h in range(p + 1)]
            hired += [(p + 1 + i, units) for i, units in enumerate(option.past)]
            held[o, p] = option.units + sum(units for _age, units in hired) - gone
            at_work = sum(option.at_work(age) * units for age, units in hired)
            working[option.resource, p] += option.units + at_work - gone
            cost[p] += option.wage[p] * held[o, p]
            cost[p] += option.hire_cost * choice.hired[o, p]
            cost[p] += option.release_cost * choice.released[o, p]
    return held, working, cost


def in_effect(project_start: int, takes: int, period: int) -> bool:
    """Is a project in effect in a period?"""
    return period >= project_start + takes


def _added(problem: HorizonProblem, choice: HorizonChoice) -> Numbers:
    added = np.zeros((len(problem.resources), len(problem.periods)))
    for project, start in zip(problem.projects, choice.started.tolist(), strict=True):
        for p in range(len(problem.periods)):
            if in_effect(start, project.takes, p):
                for resource, units in project.adds:
                    added[resource, p] += units
    return added


def _project_cost(problem: HorizonProblem, choice: HorizonChoice) -> Numbers:
    cost = np.zeros(len(problem.periods))
    for project, start in zip(problem.projects, choice.started.tolist(), strict=True):
        for p in range(len(problem.periods)):
            cost[p] += project.investment if p == start else 0.0
            if in_effect(start, project.takes, p):
                cost[p] += project.running_cost - project.saves
    return cost


def _budgets(problem: HorizonProblem, spent: Numbers) -> tuple[Numbers, Numbers]:
    """(what each period carries to the next, what each may spend), (T,); NaN without a budget."""
    carried, limit = np.zeros(len(spent)), np.full(len(spent), np.nan)
    before = problem.carry_in
    for p, budget in enumerate(problem.budget):
        if not np.isnan(budget):
            limit[p] = budget + before
            carried[p] = max(limit[p] - spent[p], 0.0) if problem.carries[p] else 0.0
        before = carried[p]
    return carried, limit


def _period_limits(
    problem: HorizonProblem,
    spent: Numbers,
    may_spend: Numbers,
    used: Numbers,
    capacity: Numbers,
    caused: Numbers,
    level: Numbers,
    changed: Flags,
    in_use: Flags,
) -> Iterator[tuple[str, LimitUse]]:
    for p, period in enumerate(problem.periods):
        if not np.isnan(may_spend[p]):
            yield period, LimitUse(f"budget {period}", float(spent[p]), float(may_spend[p]))
        for r, name in enumerate(problem.resources):
            yield (
                period,
                LimitUse(
                    f"{name} {period}",
                    float(used[r, p]),
                    float(capacity[r, p]),
                    extra=float(problem.extra_capacity[r, p]),
                ),
            )
        if problem.max_tiers is not None:
            yield (
                period,
                LimitUse(f"max_tiers {period}", float(in_use[p].sum()), float(problem.max_tiers)),
            )
        if problem.max_changes is not None:
            moved = float(changed[:, p].sum())
            yield period, LimitUse(f"max_changes {period}", moved, float(problem.max_changes))
        if not np.isnan(problem.min_service_level[p]):
            least = float(problem.min_service_level[p])
            name = f"min_service_level {period}"
            yield period, LimitUse(name, float(level[p]), least, at_least=True)
        if not np.isnan(problem.max_lost_sales[p]):
            most = float(problem.max_lost_sales[p])
            yield period, LimitUse(f"max_lost_sales {period}", float(caused[p]), most)


def _rule_limits(
    problem: HorizonProblem,
    modes: Places,
    tier: Places,
    levels: Numbers,
    customers: Numbers,
    by_segment: dict[str, Numbers],
) -> Iterator[tuple[str, LimitUse]]:
    at = (np.arange(len(modes))[:, None], np.arange(modes.shape[1])[None, :], modes)
    caused = customers * problem.caused[at]
    for rule in problem.rules:
        members = np.array(rule.members, dtype=np.int64)
        for p, period in enumerate(problem.periods):
            chosen = tier[members, p]
            limit, floor = rule.value, rule.kind.is_floor
            match rule.kind:
                case RuleKind.MIN_SERVICE_LEVEL:
                    sums = float(shares(problem.weight[members]) @ levels[members, p])
                case RuleKind.MAX_SERVICE_COST:
                    sums = float(by_segment["service_cost"][members, p].sum())
                case RuleKind.MAX_LOST_SALES:
                    sums = float(caused[members, p].sum())
                case RuleKind.MIN_IN_TIER | RuleKind.MAX_IN_TIER:
                    sums = float((chosen == rule.tier).sum())
                case RuleKind.NOT_BELOW:
                    rank = problem.rank[tier[:, p]]
                    sums = float(sum(max(0, int(rank[b] - rank[a])) for a, b in rule.pairs))
                    limit, floor = 0.0, False
                case RuleKind.SAME_TIER:
                    counts = Counter(chosen.tolist())
                    sums = float(len(members) - max(counts.values()))
                    limit, floor = 0.0, False
            name = f"{rule.name} {period}"
            yield period, LimitUse(name, sums, limit, at_least=floor, penalty=rule.penalty)


def _illegal(
    problem: HorizonProblem, choice: HorizonChoice, tier: Places, changed: Flags
) -> Iterator[Breach]:
    """What may not be decided, whatever it costs."""
    s, t, *_ = problem.size
    at = (np.arange(s)[:, None], np.arange(t)[None, :], choice.modes)
    for segment, p in np.argwhere(problem.barred[at]).tolist():
        yield Breach(f"not allowed[{problem.segments[segment]}] {problem.periods[p]}", 1.0)
    yield from _stays(problem, tier, changed)
    if problem.max_changes_each is not None:
        over = changed.sum(axis=1) - problem.max_changes_each
        for segment in np.flatnonzero(over > 0).tolist():
            yield Breach(f"max_changes_each[{problem.segments[segment]}]", float(over[segment]))
    yield from _illegal_staff(problem, choice)
    yield from _illegal_projects(problem, choice)


def _stays(problem: HorizonProblem, tier: Places, changed: Flags) -> Iterator[Breach]:
    """Tiers that are left before their least stay is over."""
    stayed, at = problem.stayed.copy(), problem.current.copy()
    for p, period in enumerate(problem.periods):
        least = np.where(at >= 0, problem.least_stay[at], 0)
        short = np.where(changed[:, p], least - stayed, 0)
        for segment in np.flatnonzero(short > 0).tolist():
            yield Breach(f"least_stay[{problem.segments[segment]}] {period}", float(short[segment]))
        stayed = np.where(changed[:, p] | (at < 0), 1, stayed + 1)
        at = tier[:, p]


ROOM = 1e-7
"""Units of staff that rounding in a solver may cost."""


def _illegal_staff(problem: HorizonProblem, choice: HorizonChoice) -> Iterator[Breach]:
    held, _working, _cost = _staff(problem, choice)
    for o, option in enumerate(problem.staff):
        hired, released = choice.hired[o], choice.released[o]
        for p, period in enumerate(problem.periods):
            # Hired in period h (negative: before the plan) a unit may go from h + hold on.
            old = sum(hired[h] for h in range(p - option.hold + 1) if h >= 0)
            old += sum(u for i, u in enumerate(option.past) if p + 1 + i >= option.hold)
            over = {
                "release": float(released[: p + 1].sum() - option.units - old),
                "most_hired": float(hired[p]) - _or_infinite(option.most_hired),
                "most_held": float(held[o, p]) - _or_infinite(option.most_held),
                "below 0": -float(min(hired[p], released[p])),
                "whole": max(_fraction(hired[p]), _fraction(released[p])) if option.whole else 0.0,
            }
            for what, amount in over.items():
                if amount > ROOM * max(1.0, option.units, float(hired.sum())):
                    yield Breach(f"{option.name} {what} {period}", amount)


def _or_infinite(limit: float | None) -> float:
    return float("inf") if limit is None else limit


def _fraction(units: float) -> float:
    return abs(units - round(units))


def _illegal_projects(problem: HorizonProblem, choice: HorizonChoice) -> Iterator[Breach]:
    t, started = len(problem.periods), choice.started.tolist()
    for index, project in enumerate(problem.projects):
        start = started[index]
        if project.started is not None:
            if start != project.started:
                yield Breach(f"{project.name} was started before", 1.0)
        elif start < t:
            latest = t - 1 if project.latest is None else project.latest
            if not max(project.earliest, 0) <= start <= latest:
                yield Breach(f"{project.name} may not start then", 1.0)
            for other in project.after:
                if not in_effect(started[other], problem.projects[other].takes, start):
                    yield Breach(f"{project.name} before {problem.projects[other].name}", 1.0)
        elif start != NEVER:
            yield Breach(f"{project.name} starts after the last period", 1.0)
        for other in project.excludes:
            if start < t and started[other] < t:
                yield Breach(f"{project.name} and {problem.projects[other].name}", 1.0)
    project_of = problem.mode_project[choice.modes]
    for segment, p in np.argwhere(project_of >= 0).tolist():
        index = int(project_of[segment, p])
        if not in_effect(started[index], problem.projects[index].takes, p):
            name = f"{problem.projects[index].name} not in effect[{problem.segments[segment]}]"
            yield Breach(f"{name} {problem.periods[p]}", 1.0)
