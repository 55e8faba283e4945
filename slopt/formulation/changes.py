"""At most so many segments change their tier.

    sum over s and k other than today's of x[s,k] <= max_changes

A segment without a tier today does not count. The price is what one more move would gain in the
relaxation.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from slopt.formulation.choose import chosen_sum
from slopt.formulation.shared import name_limit
from slopt.problem.choice import ChoiceProblem


def changes_within_limit(model: pyo.ConcreteModel, problem: ChoiceProblem) -> None:
    """Add the rule where changes are limited and any change is possible."""
    changed = problem.changed.astype(np.float64)
    if problem.max_changes is None or not np.any(changed[problem.admissible]):
        return
    model.changes_within_limit = pyo.Constraint(
        expr=chosen_sum(model, problem, changed) <= problem.max_changes
    )
    name_limit(model, "max_changes", model.changes_within_limit)
