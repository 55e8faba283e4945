"""What a trial tells, with what was known before: the range in the sources of the case.

The value of a cell is one of M equally likely ones of its range; each counts by how likely it makes
the trial, by Bayes' rule. What a trial is worth is told by the same rule (slopt design), so that
the case with what was learnt has the plan that was told for its result.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from slopt.calibrate.estimate import Estimate, Finding
from slopt.calibrate.shares import SURE, Interval
from slopt.calibrate.tables import KEYS
from slopt.calibrate.tallies import Numbers
from slopt.case.case import PlanningCase
from slopt.problem.scenarios.inputs import UncertainInput, uncertain_inputs
from slopt.sayings import say

FINE = 2001
"""Equally likely values of a range, in which the largest value between two is the mean."""
LogLikelihood = Callable[[Numbers], Numbers]
"""How likely each value makes what was seen, as a logarithm, but for what is the same for all."""


class KnownBefore:
    """The ranges of a case, by the cells that they are of."""

    def __init__(self, case: PlanningCase) -> None:
        sources = case.table("sources")
        names = [sources.texts(name) for name in ("table", "column", "segment", "tier")]
        self._case = case
        self._inputs: dict[tuple[str, ...], UncertainInput] = {}
        for one in uncertain_inputs(case):
            if one.said_by is not None:
                table, column, *ids = (str(its[one.said_by]) for its in names)
                self._inputs[table, column, *(word or "*" for word in ids)] = one

    def with_trial(
        self, estimate: Estimate, likely: LogLikelihood
    ) -> tuple[Estimate, Finding | None]:
        """The estimate with what was known before, and words for it; itself where nothing was."""
        values = self._values(estimate)
        if values is None:
            return estimate, None
        logs = likely(values)
        weights = np.exp(logs - logs.max())
        weights /= weights.sum()
        half = (1 - SURE) / 2
        reached = np.cumsum(weights) - weights / 2
        low, high = np.interp([half, 1 - half], reached, values)
        mean = min(max(float(weights @ values), low), high)
        shown = {
            name: f"{100 * number:.1f} %"
            for name, number in (
                ("before_low", values[0]), ("before_high", values[-1]),
                ("value", mean), ("low", low), ("high", high),
            )
        }  # fmt: skip
        words = say(
            "With what was known before ({before_low} to {before_high}) it is {value} ({low} to "
            "{high}); so it is written into the case.",
            **shown,
        )
        row = {
            "learns": estimate.column, "segment": estimate.segment, "tier": estimate.tier,
            "value": mean, "low": float(low), "high": float(high),
            "before_low": float(values[0]), "before_high": float(values[-1]),
        }  # fmt: skip
        source = (
            f"{estimate.source}; the trial alone {_told(estimate)}, here with what was known "
            f"before, {values[0]:.4g} to {values[-1]:.4g}"
        )
        joined = replace(
            estimate, value=mean, interval=Interval(mean, float(low), float(high)), source=source,
            n=(estimate.n or 0.0) + self._cases(estimate),
        )  # fmt: skip
        return joined, Finding(f"{estimate.column} with what was known before", words, (row,))

    def _cases(self, estimate: Estimate) -> float:
        """The sample that the range is of, 0 where it is of none."""
        one = self._said(estimate)
        if one is None or one.said_by is None:
            return 0.0
        return float(np.nan_to_num(self._case.table("sources").numbers("n")[one.said_by]))

    def _said(self, estimate: Estimate) -> UncertainInput | None:
        """The input that speaks of the cell."""
        segment, tier = estimate.segment, estimate.tier
        for ids in ((segment, tier), ("*", tier), (segment, "*"), ("*", "*")):
            one = self._inputs.get((estimate.table, estimate.column, *ids))
            if one is not None:
                return one
        return None

    def _values(self, estimate: Estimate) -> Numbers | None:
        """(M,) equally likely values of the cell, in increasing order; None without a range."""
        one = self._said(estimate)
        if one is None:
            return None
        found = one.at((np.arange(FINE) + 0.5) / FINE)
        column = 0 if found.shape[1] == 1 else self._cell(one, estimate)
        return None if column is None else np.sort(found[:, column])

    def _cell(self, one: UncertainInput, estimate: Estimate) -> int | None:
        """Which of the cells of an input the estimate is of."""
        table = self._case.table(estimate.table)
        for cell, row in enumerate(one.rows.tolist()):
            if all(
                (str(table.texts(name)[row]) or "*") == getattr(estimate, name)
                for name in KEYS[estimate.table]
            ):
                return cell
        return None


def _told(estimate: Estimate) -> str:
    value = estimate.value
    shown = value if isinstance(value, str) else f"{value:.4g}"
    return f"{shown} ({estimate.low or 0:.4g} to {estimate.high or 1:.4g})"
