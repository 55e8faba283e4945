"""What comes back from solving, as values: no solver object leaves this layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice
from slopt.problem.demands import NO_CONFLICT, Conflict
from slopt.problem.program import LinearProgram
from slopt.solve.proof import Proof
from slopt.vocabulary import Method, Status

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Answer:
    """What the solver says of one linear program, in the program's own units and sense.

    `values` and `objective` are None where there is no solution, `bound` where none is known.
    `row_duals` (change of the minimised cost per unit of right-hand side) exist for programs
    without integer columns only.
    """

    status: Status
    values: Numbers | None = None
    objective: float | None = None
    bound: float | None = None
    seconds: float = 0.0
    row_duals: Numbers | None = None


@dataclass(frozen=True, eq=False)
class PricedAnswer:
    """What prices or the exact core say of a shared-row problem, in its minimised sense.

    `choice` and `objective` are None without a plan. `bound` is certified by `prices` (the best
    known at the root, (M,), 0 or more) or, beyond `root_bound`, by the `proof` of a search. Of an
    infeasible problem `prices` are a ray: with any positive multiple of them no choice keeps the
    rows.
    """

    status: Status
    choice: Choice | None = None
    objective: float | None = None
    bound: float | None = None
    prices: Numbers | None = None
    root_bound: float | None = None
    nodes: int = 0
    seconds: float = 0.0
    proof: Proof | None = None


@dataclass(frozen=True, eq=False)
class Relaxation:
    """Prices on the named shared rows: what the goal would gain from one unit more of each.

    That is: if tiers could be mixed; 0 or more, in the unit of the goal. Where a linear program was
    relaxed, `row_duals` are the dual values of all rows of `program` and `bound` is its value; None
    where prices were found without one. `unlisted` is what offers that the problem does not list
    could gain at the prices at the most, as their sources have proven: 0 where all are listed.
    """

    prices: Mapping[str, float]
    program: LinearProgram | None = None
    row_duals: Numbers | None = None
    bound: float | None = None
    unlisted: float = 0.0


@dataclass(frozen=True, eq=False)
class Outcome:
    """How a choice problem was answered.

    `objective` and `bound` are in the unit and sense of the goal (the bound of a maximised goal
    lies above it). `gap` is |objective - bound| / |objective|. `choice` is None without a plan.
    `why` says in words why this route was taken. Of an infeasible problem, the prices of
    `relaxation` (if any) prove it: no choice keeps the rows that have one, summed at these prices.
    `contradiction` is empty where the search for one was cut short.
    """

    status: Status
    method: Method
    solver: str
    seed: int
    seconds: float
    choice: Choice | None = None
    objective: float | None = None
    bound: float | None = None
    relaxation: Relaxation | None = None
    contradiction: Conflict = NO_CONFLICT
    why: str = ""

    @property
    def conflict(self) -> tuple[str, ...]:
        """The names of demands that contradict each other; () with a plan, or where not found."""
        return self.contradiction.names

    @property
    def gap(self) -> float | None:
        """Relative gap between plan and bound, None where either is missing."""
        return relative_gap(self.objective, self.bound)

    def reached(self, wanted: float) -> bool:
        """True where the gap is known and no larger than the one wanted."""
        return self.gap is not None and self.gap <= wanted

    def bounded(self, bound: float | None, gap: float, maximises: bool) -> Outcome:
        """The outcome with a bound that is known from elsewhere, as far as the plan allows.

        A plan within the gap of it is OPTIMAL, any other FEASIBLE; one cut short stays so.
        """
        if bound is None or self.objective is None:
            return self
        nearest = max if maximises else min
        outcome = self.replace(bound=nearest(bound, self.objective))
        if self.status not in (Status.OPTIMAL, Status.FEASIBLE):
            return outcome
        status = Status.OPTIMAL if outcome.reached(gap) else Status.FEASIBLE
        return outcome.replace(status=status)

    def replace(self, **changes: Any) -> Outcome:
        """A copy with other values."""
        return replace(self, **changes)


def relative_gap(objective: float | None, bound: float | None) -> float | None:
    """|objective - bound| / |objective|, 0 where the two are equal, None where one is missing.

    Where the objective is 0 the bound takes its place below the line.
    """
    if objective is None or bound is None:
        return None
    distance = abs(objective - bound)
    if distance == 0:
        return 0.0
    return distance / (abs(objective) or abs(bound))
