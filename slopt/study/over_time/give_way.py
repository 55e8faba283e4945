"""Which demand of a plan over periods may give way, by what figure of the case, and how far."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from slopt.case.paths import quoted
from slopt.problem.horizon.problem import HorizonProblem
from slopt.study.over_time.relief import Relieved
from slopt.vocabulary import RuleKind

CENT = 0.01
FINE = 1e-6
"""Shares and units are told to so much."""
ALMOST = 1e-3
"""Of a step: what a solver leaves of rounding is no step more."""
ON_COUNTS = (RuleKind.MIN_IN_TIER, RuleKind.MAX_IN_TIER)
NO_VALUE = (RuleKind.NOT_BELOW, RuleKind.SAME_TIER)


@dataclass(frozen=True)
class Figure:
    """A figure of the case that demands rest on.

    `name` is that of a limit of a period, of a limit of all periods, or of a rule; `path` where it
    stands in the case. `demands` give way together when it changes. `period` is its place, None for
    a figure of all periods. `value` is what it is now, `step` the finest that it is told to.
    """

    name: str
    path: str
    demands: tuple[str, ...]
    value: float
    step: float
    is_floor: bool = False
    period: int | None = None

    @property
    def is_whole(self) -> bool:
        """True for what is counted."""
        return self.step == 1.0

    @property
    def relieved(self) -> Relieved:
        """The demands as those that give way together."""
        return Relieved(self.demands, 1.0, self.is_whole)

    def after(self, amount: float) -> float:
        """The figure once it has given way by at least so much."""
        if self.is_floor:
            return max(0.0, self._told(math.floor((self.value - amount) / self.step + ALMOST)))
        return self._told(math.ceil((self.value + amount) / self.step - ALMOST))

    def _told(self, steps: int) -> float:
        return round(steps * self.step, 6)


def figure_of(problem: HorizonProblem, demand: str) -> Figure | None:
    """The figure that a demand rests on, None for what has none: contracts, stays, orderings."""
    return next((one for one in figures(problem) if demand in one.demands), None)


def figures(problem: HorizonProblem) -> Iterator[Figure]:
    """All figures that may give way."""
    for name, step in (("budget", CENT), ("max_lost_sales", CENT), ("min_service_level", FINE)):
        for p, value in enumerate(getattr(problem, name).tolist()):
            if not np.isnan(value):
                period = problem.periods[p]
                one, path = f"{name} {period}", f"periods[{quoted(period)}].{name}"
                floor = name == "min_service_level"
                yield Figure(one, path, (one,), value, step, floor, p)
    for r, resource in enumerate(problem.resources):
        for p, period in enumerate(problem.periods):
            one, value = f"{resource} {period}", float(problem.capacity[r, p])
            path = f"resource_periods[{quoted(resource)}, {quoted(period)}].capacity"
            yield Figure(one, path, (one,), value, FINE, period=p)
    for name in ("max_changes", "max_tiers"):
        most = getattr(problem, name)
        if most is not None:
            demands = tuple(f"{name} {period}" for period in problem.periods)
            yield Figure(name, f"limits.{name}", demands, float(most), 1.0)
    for rule in problem.rules:
        if rule.kind in NO_VALUE or rule.is_soft:
            continue
        demands = tuple(f"{rule.name} {period}" for period in problem.periods)
        step = 1.0 if rule.kind in ON_COUNTS else CENT
        step = FINE if rule.kind is RuleKind.MIN_SERVICE_LEVEL else step
        path = f"rules[{quoted(rule.name)}].value"
        yield Figure(rule.name, path, demands, rule.value, step, rule.kind.is_floor)


def with_figure(problem: HorizonProblem, figure: Figure, value: float) -> HorizonProblem:
    """The problem with another value of a figure."""
    if figure.period is None:
        if figure.path == f"limits.{figure.name}":
            return problem.replace(**{figure.name: round(value)})
        rules = tuple(
            replace(rule, value=value) if rule.name == figure.name else rule
            for rule in problem.rules
        )
        return problem.replace(rules=rules)
    period = problem.periods[figure.period]
    for name in ("budget", "max_lost_sales", "min_service_level"):
        if figure.name == f"{name} {period}":
            values = getattr(problem, name).copy()
            values[figure.period] = value
            return problem.replace(**{name: values})
    resource = problem.resources.index(figure.name.removesuffix(f" {period}"))
    capacity = problem.capacity.copy()
    capacity[resource, figure.period] = value
    return problem.replace(capacity=capacity)
