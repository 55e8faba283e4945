"""The indices of a survey: how satisfied each segment is, and whether it would recommend."""

from __future__ import annotations

import math

import numpy as np

from slopt.calibrate.counts import Counts
from slopt.calibrate.estimate import Estimate, Findings
from slopt.calibrate.history import History, Log
from slopt.calibrate.shares import Interval, Z, wilson
from slopt.errors import InvalidInput, Problem
from slopt.sayings import say
from slopt.vocabulary import SourceKind

RECOMMENDING = (0.0, 10.0)
"""The scale on which 9 and 10 recommend, and 0 to 6 advise against."""
FEWEST = 2
"""Answers from which a mean has an interval."""


def find_satisfaction(counts: Counts, history: History, findings: Findings) -> None:
    """Mean answers by segment, and promoters and detractors where the scale is 0 to 10.

    Nothing without a scale. Raises InvalidInput where scores lie outside of it.
    """
    log = scored_log(history)
    if log is None or log.scale is None or not (counts.has_orders or counts.has_accounts):
        return
    scale = log.scale
    its = counts.scores()
    asked = np.flatnonzero(its["n"] > 0)
    if not len(asked):
        return
    low, high = float(its["low"][asked].min()), float(its["high"][asked].max())
    if low < scale[0] or high > scale[1]:
        problem = Problem(
            say(
                "Scores run from {low} to {high}, the scale from {worst} to {best}.",
                low=f"{low:g}",
                high=f"{high:g}",
                worst=f"{scale[0]:g}",
                best=f"{scale[1]:g}",
            ),
            say("Correct worst_score and best_score, or name what is no score in missing."),
            file=history.path.name,
            column=f"{log.name}.best_score",
        )
        raise InvalidInput([problem])
    for s in asked.tolist():
        segment, n = counts.segments[s], float(its["n"][s])
        mean, spread = float(its["mean"][s]), float(its["sd"][s])
        half = Z * spread / math.sqrt(n - 1) if n >= FEWEST else math.nan
        interval = Interval(mean, max(mean - half, scale[0]), min(mean + half, scale[1]))
        findings.add([_estimate("answer", segment, interval, n, "mean of the scores, normal")])
        if scale == RECOMMENDING:
            for column, count in (("promoters", "of_9"), ("detractors", "of_6")):
                share = wilson(float(its[count][s]), n)
                findings.add([_estimate(column, segment, share, n, "share of the scores, Wilson")])


def scored_log(history: History) -> Log | None:
    """The log whose scores have a scale, None where none has."""
    logs = (history.logs.get(name) for name in ("surveys", "orders", "customers"))
    return next((log for log in logs if log and log.has("score") and log.scale), None)


def _estimate(column: str, segment: str, share: Interval, n: float, how: str) -> Estimate:
    return Estimate(
        "satisfaction", column, share.value, SourceKind.MEASURED, f"survey: {how}", segment,
        n=n, interval=share,
    )  # fmt: skip
