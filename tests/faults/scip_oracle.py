"""SCIP's opinion of a choice problem, stated here once more from the definitions alone.

Nothing of slopt's program, scaling or adapter is used, so that a mistake in those shows.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyscipopt
from pyscipopt import Model, quicksum

from slopt.problem.choice import ChoiceProblem
from slopt.problem.rules import Rule
from slopt.vocabulary import Goal, RuleKind

WITHIN = 1e-9


@dataclass(frozen=True)
class Opinion:
    """The best value of the goal, None where SCIP says that no choice keeps everything firm."""

    objective: float | None


def ask_scip(problem: ChoiceProblem, seconds: float = 60.0) -> Opinion:
    """Solve to the end. Raises TimeoutError where that takes too long."""
    model = Model()
    model.hideOutput()
    model.setParams({"numerics/feastol": WITHIN, "limits/gap": 0.0, "limits/time": seconds})
    stated = _Stated(model, problem)
    stated.limits()
    penalties = quicksum(stated.rule(rule) for rule in problem.rules)
    sense = "maximize" if problem.goal.maximises else "minimize"
    model.setObjective(stated.goal(penalties), sense)
    model.optimize()
    status = model.getStatus()
    if status == "infeasible":
        return Opinion(None)
    if status != "optimal":
        raise TimeoutError(f"SCIP ended with {status}")
    return Opinion(model.getObjVal())


class _Stated:
    """The variables of a problem and the sums that its limits and rules are about."""

    def __init__(self, model: Model, problem: ChoiceProblem) -> None:
        self.model, self.problem = model, problem
        self.segments, self.tiers, self.resources = (range(n) for n in problem.size)
        self.x = {
            (s, k): model.addVar(vtype="B", ub=float(problem.barred[s, k] == 0))
            for s in self.segments
            for k in self.tiers
        }
        for s in self.segments:
            model.addCons(quicksum(self.x[s, k] for k in self.tiers) == 1)
        self.is_open = [self._any(k) for k in self.tiers]
        self.extra = [self._extra(r) for r in self.resources]
        self.cost = (
            self.total(problem.service_cost)
            + quicksum(float(problem.open_cost[k]) * self.is_open[k] for k in self.tiers)
            + quicksum(float(problem.extra_premium[r]) * self.extra[r] for r in self.resources)
        )
        self.lost = self.total(problem.lost_sales)
        self.level = self.mean(list(self.segments))

    def total(self, values, members=None):
        """A sum over the pairs that are chosen."""
        at = self.segments if members is None else members
        return quicksum(float(values[s, k]) * self.x[s, k] for s in at for k in self.tiers)

    def mean(self, members):
        """The service level of some segments by their weights, plain where those sum to 0."""
        weights = [float(self.problem.weight[s]) for s in members]
        weights = weights if sum(weights) else [1.0] * len(members)
        return quicksum(
            weight / sum(weights) * float(self.problem.service_level[s, k]) * self.x[s, k]
            for s, weight in zip(members, weights, strict=True)
            for k in self.tiers
        )

    def _any(self, k):
        opened = self.model.addVar(vtype="B")
        for s in self.segments:
            self.model.addCons(self.x[s, k] <= opened)
        self.model.addCons(opened <= quicksum(self.x[s, k] for s in self.segments))
        return opened

    def _extra(self, r):
        """max(used - capacity, 0), whichever way the price of an extra unit points."""
        used = self.total(self.problem.use[r])
        room, most = float(self.problem.capacity[r]), float(self.problem.extra_capacity[r])
        units, is_over = self.model.addVar(ub=most), self.model.addVar(vtype="B")
        self.model.addCons(units >= used - room)
        self.model.addCons(units <= most * is_over)
        self.model.addCons(units <= used - room + (most + room) * (1 - is_over))
        return units

    def limits(self) -> None:
        """All limits that the problem has."""
        problem, add = self.problem, self.model.addCons
        if problem.budget is not None:
            add(self.cost <= problem.budget)
        if problem.max_lost_sales is not None:
            add(self.lost <= problem.max_lost_sales)
        if problem.min_service_level is not None:
            add(self.level >= problem.min_service_level)
        if problem.max_tiers is not None:
            add(quicksum(self.is_open) <= problem.max_tiers)
        if problem.max_changes is not None:
            add(self.total(problem.changed.astype(float)) <= problem.max_changes)

    def rule(self, rule: Rule):
        """What breaking a rule costs; a firm one cannot be broken."""
        units = [self.model.addVar(lb=0.0) for _ in rule.pairs or (rule,)]
        self._breach(rule, units)
        if not rule.is_soft:
            for unit in units:
                self.model.addCons(unit <= 0.0)
            return 0.0
        return rule.penalty * quicksum(units)

    def _breach(self, rule: Rule, units) -> None:
        problem, members, add = self.problem, list(rule.members), self.model.addCons
        match rule.kind:
            case RuleKind.NOT_BELOW:
                for unit, (a, b) in zip(units, rule.pairs, strict=False):
                    add(unit >= self._rank(b) - self._rank(a))
            case RuleKind.SAME_TIER:
                is_common = [self.model.addVar(vtype="B") for _ in self.tiers]
                add(quicksum(is_common) == 1)
                for k in self.tiers:
                    others = len(members) - self._count(members, k)
                    add(units[0] >= others - len(members) * (1 - is_common[k]))
            case RuleKind.MIN_SERVICE_LEVEL:
                add(units[0] >= rule.value - self.mean(members))
            case RuleKind.MAX_SERVICE_COST:
                add(units[0] >= self.total(problem.service_cost, members) - rule.value)
            case RuleKind.MAX_LOST_SALES:
                add(units[0] >= self.total(problem.lost_sales, members) - rule.value)
            case RuleKind.MIN_IN_TIER:
                add(units[0] >= rule.value - self._count(members, rule.tier))
            case RuleKind.MAX_IN_TIER:
                add(units[0] >= self._count(members, rule.tier) - rule.value)

    def _rank(self, s):
        return quicksum(float(self.problem.rank[k]) * self.x[s, k] for k in self.tiers)

    def _count(self, members, k):
        return quicksum(self.x[s, k] for s in members)

    def goal(self, penalties):
        """What is to be small, or the service level to be high."""
        match self.problem.goal:
            case Goal.MIN_TOTAL_COST:
                return self.cost + self.lost + penalties
            case Goal.MIN_LOST_SALES:
                return self.lost + penalties
            case Goal.MIN_BUDGET:
                return self.cost + penalties
            case Goal.MAX_SERVICE:
                return self.level - penalties


def version() -> str:
    """Which SCIP it is."""
    return f"SCIP {Model().version()}, PySCIPOpt {pyscipopt.__version__}"
