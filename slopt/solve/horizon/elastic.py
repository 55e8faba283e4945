"""Which demands of a program contradict each other even where choices need not be whole.

Every demand may be broken; only those that are asked about cost something. The least that they
have to be broken by is 0 where they can be kept together. From one question to the next only
costs change, so that each is answered from where the last one ended.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np

from slopt.errors import SolverTrouble
from slopt.problem.horizon.problem import Places
from slopt.problem.program import LinearProgram
from slopt.sayings import say
from slopt.solve.highs import gate, load, run_until_done
from slopt.solve.scaling import ScaledProgram

TRIFLE = 1e-6
"""Of rows scaled to coefficients of at most 1: demands broken by less in all are kept."""
NOTHING = 1e-7
"""A price below this is rounding."""


@dataclass(frozen=True, eq=False)
class Demand:
    """What the business asks for: rows that hold, or columns that stay 0."""

    rows: Places = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    columns: Places = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


class ElasticProgram:
    """A program without whole numbers whose demands may be broken at a price."""

    def __init__(
        self, program: LinearProgram, demands: Mapping[str, Demand], deadline: float
    ) -> None:
        self.demands = demands
        self.deadline = deadline
        rows = np.concatenate([np.zeros(0, dtype=np.int64), *(d.rows for d in demands.values())])
        elastic, broken = _elastic(program, rows)
        gate(elastic)
        self.solver = load(ScaledProgram(elastic))
        first = len(program.cost)
        places = first + np.arange(len(broken))
        self.slack = {name: places[np.isin(broken, d.rows)] for name, d in demands.items()}

    def possible(self, wanted: Collection[str]) -> bool:
        """Can these demands be kept together? TimeoutError where the deadline passes first."""
        import highspy

        for name, demand in self.demands.items():
            asked = name in wanted
            slack = self.slack[name].astype(np.int32)
            self.solver.changeColsCost(len(slack), slack, np.full(len(slack), float(asked)))
            held = demand.columns.astype(np.int32)
            upper = np.full(len(held), 0.0 if asked else 1.0)
            self.solver.changeColsBounds(len(held), held, np.zeros(len(held)), upper)
        left = self.deadline - time.perf_counter()
        if left <= 0:
            raise TimeoutError
        self.solver.setOptionValue("time_limit", self.solver.getRunTime() + left)
        interrupted = run_until_done(self.solver)
        status, kinds = self.solver.getModelStatus(), highspy.HighsModelStatus
        if status == kinds.kInfeasible:
            return False
        if interrupted or status == kinds.kTimeLimit:
            raise TimeoutError
        if status != kinds.kOptimal:
            raise SolverTrouble(say("HiGHS failed while solving. Please report the case."))
        return bool(self.solver.getInfo().objective_function_value <= TRIFLE)

    def matter(self, names: Collection[str]) -> list[str]:
        """Those of some demands that the last answer puts a price on, and all held columns."""
        price = np.abs(np.array(self.solver.getSolution().row_dual))
        return [
            name
            for name in names
            if len(self.demands[name].columns) or np.any(price[self.demands[name].rows] > NOTHING)
        ]


def _elastic(program: LinearProgram, rows: Places) -> tuple[LinearProgram, Places]:
    """The relaxed program with a column for each side of some rows that breaks it; their rows."""
    columns, count, _ = program.size
    scale = np.zeros(count)
    np.maximum.at(scale, program.row_of, np.abs(program.value))
    scale[scale == 0] = 1.0
    above = rows[np.isfinite(program.row_upper[rows])]
    below = rows[np.isfinite(program.row_lower[rows])]
    broken = np.concatenate([above, below])
    more = len(broken)
    value = np.concatenate([program.value, -scale[above], scale[below]])
    row = np.concatenate([program.row_of, broken])
    index = np.concatenate([program.index, columns + np.arange(more)])
    order = np.argsort(row, kind="stable")
    elastic = program.replace(
        cost=np.concatenate([np.zeros(columns), np.ones(more)]),
        lower=np.concatenate([program.lower, np.zeros(more)]),
        upper=np.concatenate([program.upper, np.full(more, np.inf)]),
        integral=np.zeros(columns + more, dtype=bool),
        start=np.concatenate([[0], np.cumsum(np.bincount(row, minlength=count))]),
        index=index[order],
        value=value[order],
        offset=0.0,
    )
    return elastic, broken
