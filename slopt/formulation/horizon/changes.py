"""How many changes of tier a period may bring, and a segment may see over all periods.

    sum over s, k of r[s,t,k] <= max_changes                    for every period t
    sum over t, k of r[s,t,k] <= max_changes_each - changes_before[s]       for every segment s

r are the arrivals of moves.py. The price of a period's limit is what one more move then would gain
in the relaxation.
"""

from __future__ import annotations

import pyomo.environ as pyo

from slopt.formulation.horizon.moves import arrival
from slopt.formulation.horizon.named import name_demand, name_period_limit
from slopt.problem.horizon.problem import HorizonProblem


def changes_within_limits(model: pyo.ConcreteModel, problem: HorizonProblem) -> None:
    """Add the rules where changes are limited and any change is possible."""
    s, t, k, *_ = problem.size

    def arrivals(segments: range, periods: range) -> pyo.Expression:
        return sum(
            arrival(model, problem, i, p, to) for i in segments for p in periods for to in range(k)
        )

    if problem.max_changes is not None:
        model.changes_within_limit = pyo.Constraint(model.PERIODS)
        for p, period in enumerate(problem.periods):
            moved = arrivals(range(s), range(p, p + 1))
            if not isinstance(moved, int | float):
                model.changes_within_limit[period] = moved <= problem.max_changes
                name = f"max_changes {period}"
                name_period_limit(model, name, model.changes_within_limit[period])
    if problem.max_changes_each is not None:
        model.changes_each_within_limit = pyo.Constraint(model.SEGMENTS)
        for i, segment in enumerate(problem.segments):
            moved = arrivals(range(i, i + 1), range(t))
            if not isinstance(moved, int | float):
                still = problem.max_changes_each - int(problem.changes_before[i])
                model.changes_each_within_limit[segment] = moved <= still
                row = model.changes_each_within_limit[segment]
                name_demand(model, f"max_changes_each[{segment}]", [row])
