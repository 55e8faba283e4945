"""How a horizon problem was answered, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from slopt.problem.horizon.problem import HorizonChoice
from slopt.solve.outcome import relative_gap
from slopt.vocabulary import Method, Status


@dataclass(frozen=True, eq=False)
class HorizonOutcome:
    """The answer to a horizon problem, in the unit and sense of its goal.

    `choice` is None without a plan. `prices` by name of limit (`budget 2027Q1`, as the evaluation
    names them), 0 or more: what the goal gains from one unit more of it, if paths could be mixed.
    `certified` is the bound that prices prove without trusting the solver, None where the route
    worked out none. `conflict` names limits and rules that no plan keeps together; empty where not
    found. `why` says in words why this route was taken.
    """

    status: Status
    method: Method
    solver: str
    seed: int
    seconds: float
    choice: HorizonChoice | None = None
    objective: float | None = None
    bound: float | None = None
    certified: float | None = None
    prices: Mapping[str, float] = field(default_factory=dict)
    conflict: tuple[str, ...] = ()
    why: str = ""

    @property
    def gap(self) -> float | None:
        """Relative gap between plan and bound, None where either is missing."""
        return relative_gap(self.objective, self.bound)

    def replace(self, **changes: Any) -> HorizonOutcome:
        """A copy with other values."""
        return replace(self, **changes)
