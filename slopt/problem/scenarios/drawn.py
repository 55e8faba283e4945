"""Futures of a case as values: what every uncertain number is in each, and the case it makes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase, Settings
from slopt.problem.scenarios.inputs import UncertainInput
from slopt.problem.scenarios.listed import ListedScenario
from slopt.problem.scenarios.scenario_problem import ScenarioProblem

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Futures:
    """W futures of a case with D uncertain inputs.

    `probability` (W,) adds up to 1. `places` (W, D) are the quantiles that were drawn, 0 .. 1.
    Where only listed scenarios are taken D is 0. `drawn` has (W, C) or (W, 1) for each input: what
    its cells hold. `listed` are the scenarios of the case and `scenario` (W,) which of them a
    future is of, -1 where the case lists none. `own` are the cases of the listed scenarios with the
    inputs as today.
    """

    case: PlanningCase
    inputs: tuple[UncertainInput, ...]
    probability: Numbers
    places: Numbers
    drawn: tuple[Numbers, ...]
    scenario: NDArray[np.int64]
    listed: tuple[ListedScenario, ...] = ()
    own: tuple[PlanningCase, ...] = ()

    @property
    def count(self) -> int:
        """How many futures there are, W."""
        return len(self.probability)

    @cached_property
    def values(self) -> Numbers:
        """(W, D): what the inputs are in each future, in the unit of their columns.

        Of an input of several cells their mean.
        """
        means = [drawn.mean(axis=1) for drawn in self.drawn]
        return np.stack(means, axis=1) if means else np.zeros((self.count, 0))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """A name for each future: of its scenario, with a number where that has several."""
        if not self.listed:
            width = len(str(self.count))
            return tuple(f"f{w + 1:0{width}d}" for w in range(self.count))
        many = np.bincount(self.scenario, minlength=len(self.listed))
        seen = np.zeros(len(self.listed), dtype=np.int64)
        names = []
        for place in self.scenario.tolist():
            seen[place] += 1
            name = self.listed[place].name
            names.append(name if many[place] == 1 else f"{name} #{seen[place]}")
        return tuple(names)

    def case_of(self, future: int) -> PlanningCase:
        """The case in one future, not checked; `build` says whether its numbers make a case."""
        place = int(self.scenario[future])
        case = self.case if place < 0 else self.own[place]
        columns: dict[str, dict[str, Numbers]] = {}
        settings = case.settings
        for one, drawn in zip(self.inputs, self.drawn, strict=True):
            if one.is_setting:
                settings = _with(settings, one.column.name, float(drawn[future, 0]))
                continue
            table = columns.setdefault(one.table, {})
            if one.column.name not in table:
                table[one.column.name] = case.tables[one.table].numbers(one.column.name).copy()
            table[one.column.name][one.rows] = drawn[future]
        tables = dict(case.tables)
        for name, changed in columns.items():
            tables[name] = tables[name].with_columns(changed)
        return case.replace(settings=settings, tables=tables)

    @cached_property
    def problem(self) -> ScenarioProblem:
        """The choice in all futures. Raises InvalidInput where the numbers of one make no case,
        UsageError for cases whose futures cannot be listed so.
        """
        from slopt.problem.scenarios.build import scenario_problem

        return scenario_problem(self)


def _with(settings: Settings, name: str, value: float) -> Settings:
    """The settings with another number; NaN, which a scenario may bring, is none at all."""
    section, key = name.split(".")
    changed: Any = replace(getattr(settings, section), **{key: None if np.isnan(value) else value})
    return replace(settings, **{section: changed})
