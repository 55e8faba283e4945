"""The value of a plan over periods, without a solver: what it costs, loses, uses and breaks.

The customers are followed period by period, straight from the definitions in problem.py; the
programs that solvers get are not read here, so that their answers can be judged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopt.problem.evaluate import Breach, LimitUse
from slopt.problem.horizon.followed import Base, felt_after, follow, worth_of_perfect_service
from slopt.problem.horizon.forbidden_choices import forbidden
from slopt.problem.horizon.limit_uses import limits_of_periods, limits_of_rules
from slopt.problem.horizon.problem import (
    LOST,
    Flags,
    HorizonChoice,
    HorizonProblem,
    Numbers,
    Places,
)
from slopt.vocabulary import Goal

BOOKED = ("service_cost", "change_cost", "open_cost", "extra_cost", "staff_cost", "project_cost")
"""The lines of booked cost; savings of projects are in `project_cost`, which may be below 0."""
LOSS_LINES = LOST
"""The lines of lost sales."""


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
    effective = _effective(problem, choice)
    capacity = problem.capacity + working + _added(problem, effective)
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
        "project_cost": _project_cost(problem, choice, effective),
    }
    spent = np.sum([booked[line] for line in BOOKED], axis=0)
    lost = {name: by_segment[name].sum(axis=0) for name in LOSS_LINES}
    after = felt_after(problem, base)
    present = {name: float(problem.discount @ lost[name]) + after[name] for name in LOSS_LINES}
    present["service_cost"] = float(problem.discount @ spent)
    present["lost_sales"] = sum(present[name] for name in LOSS_LINES)
    present["total_cost"] = present["service_cost"] + present["lost_sales"]
    levels = problem.service_level[at]
    level = problem.mean_weight @ levels
    caused_by = n * problem.caused[at]
    caused = caused_by.sum(axis=0)
    carried, limit = carried_and_limits(problem, spent)
    limits = (
        *limits_of_periods(problem, spent, limit, used, capacity, caused, level, changed, in_use),
        *limits_of_rules(problem, tier, levels, by_segment["service_cost"], caused_by),
    )
    weight = dict(zip(problem.periods, problem.period_weight.tolist(), strict=True))
    broken, penalties = [], 0.0
    violations = [*forbidden(problem, choice, changed, held, effective)]
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
        npv=worth_of_perfect_service(problem) - present["total_cost"],
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


def _effective(problem: HorizonProblem, choice: HorizonChoice) -> Flags:
    """(P, T): is the project in effect in the period?"""
    found = np.zeros((len(problem.projects), len(problem.periods)), dtype=np.bool_)
    for index, project in enumerate(problem.projects):
        start = int(choice.started[index])
        found[index] = [in_effect(start, project.takes, p) for p in range(found.shape[1])]
    return found


def _added(problem: HorizonProblem, effective: Flags) -> Numbers:
    """(R, T): units of capacity that projects add."""
    added = np.zeros((len(problem.resources), len(problem.periods)))
    for index, project in enumerate(problem.projects):
        for resource, units in project.adds:
            added[resource] += np.where(effective[index], units, 0.0)
    return added


def _project_cost(problem: HorizonProblem, choice: HorizonChoice, effective: Flags) -> Numbers:
    """(T,): investments and running cost, less savings."""
    period, cost = np.arange(len(problem.periods)), np.zeros(len(problem.periods))
    for index, project in enumerate(problem.projects):
        cost += np.where(period == choice.started[index], project.investment, 0.0)
        cost += np.where(effective[index], project.running_cost - project.saves, 0.0)
    return cost


def carried_and_limits(problem: HorizonProblem, spent: Numbers) -> tuple[Numbers, Numbers]:
    """(what each period carries to the next, what each may spend), (T,); NaN without a budget."""
    carried, limit = np.zeros(len(spent)), np.full(len(spent), np.nan)
    before = problem.carry_in
    for p, budget in enumerate(problem.budget):
        if not np.isnan(budget):
            limit[p] = budget + before
            # The last budget, and one before a period that has none, is left to nobody.
            if problem.carries[p] and p + 1 < len(spent) and not np.isnan(problem.budget[p + 1]):
                carried[p] = max(limit[p] - spent[p], 0.0)
        before = carried[p]
    return carried, limit
