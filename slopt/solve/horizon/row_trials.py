"""Which demands of a program can be kept together by whole choices."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np

from slopt.problem.horizon.problem import Flags, Numbers
from slopt.problem.program import LinearProgram
from slopt.solve.highs import Options, run
from slopt.solve.horizon.elastic import Demand
from slopt.vocabulary import Status

QUESTION_SHARE = 0.3
"""Of the time, what a single question may take."""
MOST_S = 5.0
"""Seconds that a single question may take at the most."""
KEPT = 1e-9
"""Relative room within which the plan of a question keeps what it was not asked to keep."""


class RowTrials:
    """Answers about one program; what is learned from one serves the others.

    A question drops all demands but the ones it names; everything else of the program stays.
    Questions raise TimeoutError where they cannot be answered before the deadline.
    """

    def __init__(
        self,
        program: LinearProgram,
        demands: Mapping[str, Demand],
        options: Options,
        deadline: float,
    ) -> None:
        self.program = program.replace(cost=np.zeros(len(program.cost)), offset=0.0)
        self.demands = demands
        self.options = options
        self.deadline = deadline
        self.kept: list[frozenset[str]] = []

    def possible(self, wanted: Collection[str]) -> bool:
        """Is there a plan that keeps these demands?"""
        asked = frozenset(wanted)
        if any(asked <= kept for kept in self.kept):
            return True
        values = self._solve(self._with_only(asked))
        if values is None:
            return False
        self.kept.append(asked | self._also_kept(values))
        return True

    def _options(self) -> Options:
        left = self.deadline - time.perf_counter()
        if left <= 0:
            raise TimeoutError
        most = min(max(QUESTION_SHARE * self.options.time_limit_s, 1.0), MOST_S)
        return replace(self.options, gap=1.0, time_limit_s=min(left, most))

    def _solve(self, program: LinearProgram) -> Numbers | None:
        answer = run(program, self._options(), confirm=False)
        if answer.status is Status.INFEASIBLE:
            return None
        if answer.values is None:
            raise TimeoutError
        return answer.values

    def _with_only(self, wanted: frozenset[str]) -> LinearProgram:
        lower, upper = self.program.row_lower.copy(), self.program.row_upper.copy()
        most = self.program.upper.copy()
        for name, demand in self.demands.items():
            if name in wanted:
                most[demand.columns] = 0.0
            else:
                lower[demand.rows], upper[demand.rows] = -np.inf, np.inf
        return self.program.replace(row_lower=lower, row_upper=upper, upper=most)

    def _also_kept(self, values: Numbers) -> frozenset[str]:
        program = self.program
        activity = np.bincount(
            program.row_of,
            weights=program.value * values[program.index],
            minlength=len(program.row_lower),
        )
        room = KEPT * np.maximum(1.0, np.abs(activity))
        holds: Flags = (activity >= program.row_lower - room) & (
            activity <= program.row_upper + room
        )
        return frozenset(
            name
            for name, demand in self.demands.items()
            if holds[demand.rows].all() and not (values[demand.columns] > 0.5).any()
        )
