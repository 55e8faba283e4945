"""Why no plan over periods exists: a smallest set of demands that contradict each other.

Found by QuickXplain (Junker 2004) on the rows of the program, each demand a limit, resource, firm
rule, least stay or limit of changes in its period. Most contradictions show without whole numbers
already, and one linear program that breaks the demands as little as it can tells which may matter.
Offers that are barred (contracts, notice, pins) are looked at after that, and named where the
conflict needs them.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from slopt.problem.horizon.problem import HorizonProblem
from slopt.problem.program import LinearProgram
from slopt.solve.conflict import quick_xplain
from slopt.solve.highs import Options
from slopt.solve.horizon.by_program import StatedProgram, plainly_impossible, state
from slopt.solve.horizon.elastic import Demand, ElasticProgram
from slopt.solve.horizon.row_trials import RowTrials
from slopt.solve.model_file import build_model, find_model


def smallest_conflict(
    problem: HorizonProblem, options: Options, without: Collection[str] = ()
) -> tuple[str, ...]:
    """The names of demands that no plan keeps together, as the evaluation of a plan names them.

    Limits in `without` are given up. Empty where there is no conflict or none was found in the
    time; a set that is not the smallest where time was short.
    """
    from slopt.solve.pyomo_program import TriviallyInfeasibleError

    plain = plainly_impossible(problem)
    if plain:
        return () if without else plain
    deadline = time.perf_counter() + options.time_limit_s
    model = build_model(find_model("horizon_plan"), problem)
    try:
        stated = state(model, problem)
    except TriviallyInfeasibleError as error:
        named = getattr(model, "demands_by_name", {})
        return tuple(
            name for name, rows in named.items() if any(f"'{r.name}'" in str(error) for r in rows)
        )
    demands = _limits(stated)
    search = _Search(stated.program, demands, options, deadline)
    try:
        wanted = [name for name in demands if name not in without]
        if without and search.possible(wanted):
            return ()
        limits = search.smallest(_by_period(problem, wanted))
    except TimeoutError:
        return ()
    try:
        return (*limits, *_barred_offers(problem, limits, options, deadline))
    except (TimeoutError, TriviallyInfeasibleError):
        return limits


class _Search:
    """Looks for contradictions without whole numbers first, where most show, then with them."""

    def __init__(
        self,
        program: LinearProgram,
        demands: Mapping[str, Demand],
        options: Options,
        deadline: float,
    ) -> None:
        self.elastic = ElasticProgram(program, demands, deadline)
        self.trials = RowTrials(program, demands, options, deadline)

    def possible(self, names: Sequence[str]) -> bool:
        """Is there a plan that keeps these demands?"""
        return self.elastic.possible(names) and self.trials.possible(names)

    def smallest(
        self, groups: Sequence[Sequence[str]], always: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """A smallest contradicting set where the demands of `always` have to be kept anyway.

        Groups are added one after the other until they contradict each other. Empty where `always`
        alone do. Raises TimeoutError where nothing is known in time.
        """
        names: list[str] = []
        for group in [(), *groups]:
            names += group
            if not self.elastic.possible([*always, *names]):
                return self._smallest_in_parts(names, always)
        if not self.trials.possible(always):
            return ()
        found = quick_xplain(names, lambda some: self.trials.possible([*always, *some]))
        return tuple(name for name in names if name in found)

    def _smallest_in_parts(self, names: Sequence[str], always: Sequence[str]) -> tuple[str, ...]:
        few = self.elastic.matter(names)
        found: list[str] = list(names if self.elastic.possible([*always, *few]) else few)
        with contextlib.suppress(TimeoutError):
            found = quick_xplain(found, lambda some: self.elastic.possible([*always, *some]))
            # Where whole numbers alone make `always` impossible, no further demand is to blame.
            if always and not self.trials.possible(always):
                return ()
            found = quick_xplain(found, lambda some: self.trials.possible([*always, *some]))
        return tuple(name for name in names if name in found)


def _by_period(problem: HorizonProblem, demands: Collection[str]) -> list[list[str]]:
    """The names of demands by the period that they end with; those of all periods come last."""
    groups: list[list[str]] = [[] for _ in range(len(problem.periods) + 1)]
    for name in demands:
        ends = (p for p, period in enumerate(problem.periods) if name.endswith(f" {period}"))
        groups[next(ends, -1)].append(name)
    return groups


def _limits(stated: StatedProgram) -> dict[str, Demand]:
    return {
        name: Demand(rows=np.array(rows, dtype=np.int64)) for name, rows in stated.demands.items()
    }


def _barred_offers(
    problem: HorizonProblem, limits: Sequence[str], options: Options, deadline: float
) -> tuple[str, ...]:
    """The barred offers that a conflict of limits needs, by segment and period; () for none."""
    if not problem.barred.any():
        return ()
    free = problem.replace(barred=np.zeros_like(problem.barred))
    stated = state(build_model(find_model("horizon_plan"), free), free)
    left = replace(options, time_limit_s=max(0.0, deadline - time.perf_counter()))
    segments = _bars(problem, stated, by_period=False)
    search = _Search(stated.program, {**_limits(stated), **segments}, left, deadline)
    tied = search.smallest([list(segments)], limits)
    single = {
        name: demand
        for name, demand in _bars(problem, stated, by_period=True).items()
        if name.startswith(tuple(f"{one} " for one in tied))
    }
    search = _Search(stated.program, {**_limits(stated), **single}, left, deadline)
    return search.smallest([list(single)], limits)


def _bars(problem: HorizonProblem, stated: StatedProgram, by_period: bool) -> dict[str, Demand]:
    """What is barred, as columns that must be 0: by segment, or by segment and period."""
    columns: dict[str, list[int]] = {}
    for (segment, period, mode), column in stated.modes.items():
        if problem.barred[segment, period, mode]:
            name = f"not allowed[{problem.segments[segment]}]"
            if by_period:
                name += f" {problem.periods[period]}"
            columns.setdefault(name, []).append(column)
    return {
        name: Demand(columns=np.array(found, dtype=np.int64)) for name, found in columns.items()
    }
