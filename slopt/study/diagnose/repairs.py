"""Ways out of a conflict: the least change of each kind that leaves a plan, and the best plan then.

What is to give way is decided first (`ConflictSearch.find_ways_out`); here it is by how much. A
contract goes to the nearest tier that leaves a plan, and a limit to the least value that does,
which is proven to be the least with the others as they are.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from slopt.errors import SolverTrouble
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.demands import Demand, DemandKind
from slopt.problem.evaluate import Evaluation, evaluate
from slopt.problem.parts import part_of, scope
from slopt.solve.highs import Options
from slopt.solve.outcome import Outcome
from slopt.solve.solve import answer
from slopt.solve.trials import find_plan
from slopt.study.diagnose.changes import Change, changed, limit_axis, rounded, step_of, tiers_to_try
from slopt.study.diagnose.elastic import least_relief
from slopt.study.frontier.axis import Axis, axis_of
from slopt.study.frontier.least import Least, Way, least
from slopt.vocabulary import Method, Status

EXACT_PAIRS = 2_000
"""Pairs of segment and tier up to which a least is asked for to the end."""
LEAST_SHARE = 0.15
"""Of the time that is left, what one try at the least of one limit gets."""
PLAN_SHARE = 0.3
"""Of the time that is left, what the best plan after a change gets."""
NUDGES = 4
"""Tries at a plan at the least of a limit, each a unit looser: sums of floats are rounded."""


@dataclass(frozen=True, eq=False)
class Repair:
    """Changes that leave a plan, and the best plan then.

    `cost` is the money that the changes ask for: budget, and resources at their price; None where
    nothing of that has a price. `problem` is the problem after the changes.
    """

    changes: tuple[Change, ...]
    problem: ChoiceProblem
    outcome: Outcome
    evaluation: Evaluation

    @property
    def cost(self) -> float | None:
        """The sum over the changes that have a price."""
        known = [change.cost for change in self.changes if change.cost is not None]
        return sum(known) if known else None

    @property
    def is_proven(self) -> bool:
        """True where each amount is known to be the least."""
        return all(change.is_proven for change in self.changes)


class Repairer:
    """Works out repairs of one problem, until the time is up.

    `unit_price` is what one more unit of a limit costs in money, by name, where it has a price.
    """

    def __init__(self, problem: ChoiceProblem, way: Way, unit_price: Mapping[str, float]) -> None:
        self.problem, self.way, self.unit_price = problem, way, unit_price
        self.deadline = time.perf_counter() + way.options.time_limit_s

    @property
    def seconds_left(self) -> float:
        """Of the time for all repairs together."""
        return max(0.0, self.deadline - time.perf_counter())

    def repair(self, given_way: Iterable[Demand], plan: Choice) -> Repair:
        """The least changes of these demands alone, of which `plan` keeps all others.

        Where the time does not suffice for the least, the limits go where this plan needs them.
        """
        demands = list(given_way)
        axes = {d: limit_axis(self.problem, d) for d in demands}
        limits = {d: axis for d, axis in axes.items() if axis is not None}
        others = [d for d in demands if d not in limits]
        if any(demand.kind is DemandKind.RESOURCE for demand in others):
            return self._as_needed(others, limits, plan)
        try:
            return self._least_changes(others, limits)
        except TimeoutError:
            return self._as_needed(others, limits, plan)

    def cheapest(self, demands: Iterable[Demand]) -> Repair | None:
        """The least money that limits with a price ask for together, where two or more move.

        None where fewer do, or where they do not suffice.
        """
        axes = {d: limit_axis(self.problem, d) for d in demands}
        limits = {d: axis for d, axis in axes.items() if axis is not None}
        values = self._together(limits, [])
        moved = {
            d: a for d, a in limits.items() if values.get(d.name, self._now(a)) != self._now(a)
        }
        if len(moved) < 2:
            return None
        amounts, plan = self._amounts(moved, [])
        return self._planned(amounts, plan)

    def _least_changes(self, others: list[Demand], limits: Mapping[Demand, Axis]) -> Repair:
        changes: list[Change] = []
        for place, demand in enumerate(others):
            waiting = [*others[place + 1 :], *limits]
            changes.append(self._nearest_tier(demand, changes, waiting))
        amounts, plan = self._amounts(limits, changes)
        return self._planned([*changes, *amounts], plan)

    def _as_needed(
        self, others: list[Demand], limits: Mapping[Demand, Axis], plan: Choice
    ) -> Repair:
        """The limits at what a plan uses of them, contracts given up."""
        used = evaluate(self.problem, plan)
        changes = []
        for demand in [*others, *limits]:
            if demand.kind is DemandKind.RESOURCE:
                r = demand.place
                before = float(self.problem.capacity[r])
                # Without extra units, which the budget may not have room for.
                value = max(before, float(math.ceil(used.used[r])))
            elif demand in limits:
                axis = limits[demand]
                before = self._now(axis)
                value = rounded(axis, axis.used(used))
                value = axis.relief * max(axis.relief * value, axis.relief * before)
            else:
                named = demand.kind is DemandKind.CONTRACT
                changes.append(Change(demand, before_tier=demand.tier if named else None))
                continue
            if value != before:
                changes.append(replace(self._set(demand, before, value), is_proven=False))
        return self._planned(changes, plan)

    def _nearest_tier(self, demand: Demand, changes: list[Change], waiting: list[Demand]) -> Change:
        """The contract at the nearest tier that leaves a plan, else given up."""
        if demand.kind not in (DemandKind.CONTRACT, DemandKind.OFFERS):
            return Change(demand)
        before = demand.tier if demand.kind is DemandKind.CONTRACT else None
        if len(demand.segments) == 1:
            opened = changed(self.problem, changes)
            for tier in tiers_to_try(opened, demand):
                change = Change(demand, before_tier=before, after_tier=tier)
                if self._leaves_a_plan([*changes, change], waiting):
                    return change
        return Change(demand, before_tier=before)

    def _leaves_a_plan(self, changes: list[Change], waiting: list[Demand]) -> bool:
        asked = changed(self.problem, changes, waiting)
        seconds = min(self.seconds_left, self.way.options.time_limit_s / 10)
        try:
            return find_plan(asked, Options(1.0, seconds, self.way.options.seed)) is not None
        except TimeoutError:
            return False

    def _amounts(
        self, limits: Mapping[Demand, Axis], changes: list[Change]
    ) -> tuple[list[Change], Choice | None]:
        """The least of each limit with the others where they have come to, one after the other.

        With a plan that keeps them all. Raises TimeoutError.
        """
        values = self._together(limits, changes) if len(limits) > 1 else {}
        found: dict[Demand, Change] = {}
        plan: Choice | None = None
        for demand, axis in limits.items():
            others = {d: its for d, its in limits.items() if d is not demand}
            at = [
                found.get(d) or self._set(d, self._now(its), values[d.name])
                for d, its in others.items()
                if d in found or d.name in values
            ]
            waiting = [d for d in others if d not in found and d.name not in values]
            asked = changed(self.problem, [*changes, *at], waiting)
            found[demand], plan = self._least(demand, axis, asked)
        return [change for change in found.values() if change.after != change.before], plan

    def _together(self, limits: Mapping[Demand, Axis], changes: list[Change]) -> dict[str, float]:
        """Values of several limits that together ask for the least; {} where none were found."""
        asked = changed(self.problem, changes)
        if not asked.admissible.any(axis=1).all():
            return {}
        axes = [axis_of(asked, demand.name) for demand in limits]
        price = {axis.name: self._price(axis) for axis in axes}
        try:
            relief = least_relief(asked, axes, price, self._options(self.seconds_left / 3))
        except SolverTrouble:
            return {}
        if relief is None:
            return {}
        values = {a.name: (a.limit(asked) or 0.0) + a.relief * relief[a.name] for a in axes}
        return {a.name: rounded(a, values[a.name]) for a in axes}

    def _price(self, axis: Axis) -> float:
        """What a unit of relief counts: its price, else as if doubling the limit cost a unit."""
        price = self.unit_price.get(axis.name, 0.0)
        return price if price > 0 else 1.0 / max(abs(self._now(axis)), 1e-6)

    def _least(self, demand: Demand, axis: Axis, problem: ChoiceProblem) -> tuple[Change, Choice]:
        """The least of a limit that leaves a plan, no tighter than it is now, and the plan."""
        own = axis_of(problem, axis.name)
        best = self._least_nearby(demand, axis, problem)
        if best is not None:
            return self._told(demand, axis, best)
        for method in (self.way.method, Method.HIGHS):
            options = self._options(self.seconds_left * LEAST_SHARE)
            way = replace(self.way, options=options, method=method)
            try:
                found = least(problem, own, way)
            except SolverTrouble:
                continue
            if found.status is Status.INTERRUPTED:
                raise KeyboardInterrupt
            if found.value is not None:
                best = found
                break
        if best is None:
            raise TimeoutError
        return self._told(demand, axis, best)

    def _least_nearby(self, demand: Demand, axis: Axis, problem: ChoiceProblem) -> Least | None:
        """The least of a rule by the segments that it speaks of, where all the others allow it.

        None where they do not, where that was not told, and for what is no rule on few segments.
        """
        if demand.kind is not DemandKind.RULE or problem.is_small:
            return None
        segments = np.array(sorted(scope(self.problem.rules[demand.place])), dtype=np.int64)
        if 2 * len(segments) > len(problem.segments):
            return None
        part = part_of(problem, segments)
        options = self._options(self.seconds_left * LEAST_SHARE)
        with suppress(SolverTrouble, TimeoutError):
            found = least(part, axis_of(part, axis.name), replace(self.way, options=options))
            if found.status is Status.INTERRUPTED:
                raise KeyboardInterrupt
            if found.value is None:
                return None
            value = rounded(axis, found.value)
            at = axis_of(problem, axis.name).at(problem, value)
            seconds = max(self.seconds_left / 3, 0.1)
            choice = find_plan(at, replace(options, gap=1.0, time_limit_s=seconds))
            return None if choice is None else replace(found, choice=choice)
        return None

    def _told(self, demand: Demand, axis: Axis, best: Least) -> tuple[Change, Choice]:
        """A least as a change, no tighter than the limit is now; TimeoutError where it has none."""
        if best.value is None or best.choice is None:
            raise TimeoutError
        before = self._now(axis)
        value = axis.relief * max(axis.relief * rounded(axis, best.value), axis.relief * before)
        unit = step_of(axis, best.value)
        known = best.bound is not None and abs(best.value - best.bound) <= 0.5 * unit
        change = self._set(demand, before, value)
        return replace(change, least=best.value, is_proven=known or value == before), best.choice

    def _now(self, axis: Axis) -> float:
        """Where the limit is."""
        return axis.limit(self.problem) or 0.0

    def _set(self, demand: Demand, before: float, value: float) -> Change:
        price = self.unit_price.get(demand.name)
        cost = None if price is None else price * (value - before)
        return Change(demand, before=before, after=value, cost=cost)

    def _planned(self, changes: list[Change], plan: Choice | None) -> Repair:
        """The best plan after the changes, or the one that is known to be possible."""
        seconds = max(self.seconds_left * PLAN_SHARE, 0.1)
        options = replace(self.way.options, time_limit_s=seconds)
        for nudge in range(NUDGES):
            tried = [self._nudged(change, nudge) for change in changes]
            problem = changed(self.problem, tried)
            try:
                outcome = answer(problem, options, self.way.method, self.way.model)
            except SolverTrouble:
                outcome = Outcome(Status.NO_PLAN, Method.HIGHS, "", options.seed, 0.0)
            if outcome.status is Status.INTERRUPTED:
                raise KeyboardInterrupt
            if outcome.choice is not None:
                return _with_plan(tried, problem, outcome, outcome.choice)
            if outcome.status is not Status.INFEASIBLE:
                break
        if plan is None or evaluate(problem, plan).violations:
            raise TimeoutError
        objective = evaluate(problem, plan).objective
        known = outcome.replace(status=Status.FEASIBLE, choice=plan, objective=objective)
        return _with_plan(tried, problem, known, plan)

    def _nudged(self, change: Change, units: int) -> Change:
        axis = limit_axis(self.problem, change.demand)
        if not units or axis is None or change.after is None or axis.is_whole:
            return change
        value = change.after + units * axis.relief * step_of(axis, change.after)
        moved = self._set(change.demand, change.before or 0.0, value)
        return replace(moved, least=change.least, is_proven=change.is_proven)

    def _options(self, seconds: float) -> Options:
        pairs = int(self.problem.admissible.sum())
        gap = 0.0 if pairs <= EXACT_PAIRS else self.way.options.gap
        return replace(self.way.options, gap=gap, time_limit_s=max(seconds, 0.1))


def _with_plan(
    changes: list[Change], problem: ChoiceProblem, outcome: Outcome, choice: Choice
) -> Repair:
    return Repair(tuple(changes), problem, outcome, evaluate(problem, choice))


def cheapest_first(repairs: Iterable[Repair]) -> list[Repair]:
    """By what the plan then costs in all, lost sales included; fewer changes first among equals."""
    return sorted(repairs, key=lambda r: (r.evaluation.total_cost, len(r.changes)))


def distinct(repairs: Iterable[Repair]) -> Iterator[Repair]:
    """Without those that change the same demands to the same values as an earlier one."""
    seen = set()
    for repair in repairs:
        key = frozenset((c.demand, c.after, c.after_tier) for c in repair.changes)
        if key not in seen:
            seen.add(key)
            yield repair
