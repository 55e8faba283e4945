"""Why there is no plan: a conflict among many rules, against solving the same rules without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from statistics import median

import numpy as np

from benchmarks.instances import make_problem
from benchmarks.registry import Line, benchmark, seconds_of
from slopt.problem.choice import ChoiceProblem, shares
from slopt.problem.rules import Rule
from slopt.solve.highs import Options
from slopt.solve.outcome import Outcome
from slopt.solve.solve import solve
from slopt.vocabulary import RuleKind

RULES = 50
MARK = 10.0
"""Times a solve, that finding a conflict may take."""
KINDS = (RuleKind.MIN_SERVICE_LEVEL, RuleKind.MAX_SERVICE_COST, RuleKind.MAX_LOST_SALES)


def with_rules(segments: int, seed: int, count: int = RULES) -> ChoiceProblem:
    """A problem with so many rules on groups of its segments, kept by its best plan without them.

    Their values leave 2 % to that plan.
    """
    problem = make_problem(segments, seed)
    plan = solve(problem, Options(1e-3)).choice
    if plan is None:
        raise RuntimeError("the instance has no plan")
    rng = np.random.default_rng([segments, seed, 7])
    rules = []
    for place in range(count):
        members = np.sort(rng.choice(segments, max(4, segments // 20), replace=False))
        chosen = (members, plan[members])
        kind = KINDS[place % len(KINDS)]
        if kind is RuleKind.MIN_SERVICE_LEVEL:
            level = shares(problem.weight[members]) @ problem.service_level[chosen]
            value = 0.98 * float(level)
        elif kind is RuleKind.MAX_SERVICE_COST:
            value = 1.02 * float(problem.service_cost[chosen].sum())
        else:
            value = 1.02 * float(problem.lost_sales[chosen].sum())
        rules.append(Rule(f"rule {place + 1}", kind, tuple(members.tolist()), value=value))
    return problem.replace(rules=tuple(rules))


def with_conflict(problem: ChoiceProblem) -> ChoiceProblem:
    """The same with two rules that contradict: the members of the first floor may cost too little.

    At half of what the floor's members cost today at the least that reaches it, nothing does.
    """
    floor = next(rule for rule in problem.rules if rule.kind is RuleKind.MIN_SERVICE_LEVEL)
    members = np.array(floor.members)
    allowed = problem.admissible[members]
    cost = np.where(allowed, problem.service_cost[members], np.inf)
    cheapest = float(cost.min(axis=1).sum())
    level = float(np.where(allowed, problem.service_level[members], 0).max(axis=1).mean())
    tight = [replace(rule, value=0.97 * level) if rule is floor else rule for rule in problem.rules]
    cap = Rule("planted", RuleKind.MAX_SERVICE_COST, floor.members, value=1.05 * cheapest)
    return problem.replace(rules=(*tight, cap))


@benchmark("conflict", "the conflict among 51 rules", sizes=(200, 2_000), runs=3)
def conflict(segments: int, runs: int) -> Iterator[Line]:
    """Two rules of 51 contradict each other, found against one solve without the second."""
    solving, finding, sizes = [], [], []
    for seed in range(1, runs + 1):
        problem = with_rules(segments, seed)
        broken = with_conflict(problem)
        solving.append(seconds_of(solve, problem))
        found: list[Outcome] = []
        finding.append(seconds_of(lambda b=broken, f=found: f.append(solve(b))))
        sizes.append(len(found[0].conflict))
    ratios = [a / b for a, b in zip(finding, solving, strict=True)]
    yield Line(
        "conflict",
        f"{segments:,}",
        "proof and conflict",
        median(finding),
        other="solve without it",
        other_seconds=median(solving),
        ratio=median(ratios),
        mark=MARK,
        worst=max(ratios),
        note=f"{RULES + 1} rules, conflicts of {min(sizes)} to {max(sizes)}",
    )
