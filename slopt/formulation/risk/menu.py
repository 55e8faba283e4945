"""The menu, opened before the future is seen, where opening a tier costs money in any future.

y[k] in {0,1},  x[s,k] <= y[k]
sum_k y[k] <= P
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from slopt.formulation.menu import tiers_on_the_menu
from slopt.problem.scenarios.question import RiskQuestion


def tiers_on_the_menu_of_all_futures(model: pyo.ConcreteModel, question: RiskQuestion) -> None:
    """Add FUTURES, and `open` with its rules where that costs money anywhere or is limited."""
    model.FUTURES = pyo.RangeSet(0, question.problem.count - 1)
    largest = np.abs(question.problem.open_cost).max(axis=0, initial=0.0)
    base = question.problem.base
    tiers_on_the_menu(model, base.replace(open_cost=np.maximum(largest, np.abs(base.open_cost))))
