"""How far a plan over periods uses each limit and rule, period by period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from slopt.problem.choice import shares
from slopt.problem.evaluate import LimitUse
from slopt.problem.horizon.problem import Flags, HorizonProblem, Numbers, Places
from slopt.vocabulary import RuleKind


def limits_of_periods(
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
    """Budgets, resources and the other limits, each with its period.

    spent, may_spend, caused, level (T,), may_spend NaN without a budget; used, capacity (R, T);
    changed (S, T); in_use (T, K).
    """
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


def limits_of_rules(
    problem: HorizonProblem, tier: Places, levels: Numbers, cost: Numbers, caused: Numbers
) -> Iterator[tuple[str, LimitUse]]:
    """Every rule in every period; all arrays are (S, T), cost and caused money of the period."""
    for rule in problem.rules:
        members = np.array(rule.members, dtype=np.int64)
        for p, period in enumerate(problem.periods):
            chosen = tier[members, p]
            limit, floor = rule.value, rule.kind.is_floor
            match rule.kind:
                case RuleKind.MIN_SERVICE_LEVEL:
                    sums = float(shares(problem.weight[members]) @ levels[members, p])
                case RuleKind.MAX_SERVICE_COST:
                    sums = float(cost[members, p].sum())
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
