"""What the business asks for, by the names that the evaluation of a plan gives it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyomo.environ as pyo

from slopt.formulation.shared import name_limit


def name_period_limit(model: pyo.ConcreteModel, name: str, constraint: pyo.Constraint) -> None:
    """Report the price of a row under `name`; the search for conflicts may give the row up."""
    name_limit(model, name, constraint)
    name_demand(model, name, [constraint])


def name_demand(model: pyo.ConcreteModel, name: str, constraints: Iterable[Any]) -> None:
    """Rows that stand and fall together when it is asked which demands contradict each other."""
    if not hasattr(model, "demands_by_name"):
        model.demands_by_name = {}
    model.demands_by_name.setdefault(name, []).extend(constraints)
