"""How dissatisfaction rises with lateness: the curve, if the answers show one at all."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np

from slopt.calibrate.curves import (
    Answers,
    Curve,
    Logistic,
    fit_logistic,
    fit_pieces,
    fit_rising,
    rise_beyond_chance,
)
from slopt.calibrate.estimate import Finding, Findings
from slopt.calibrate.history import History
from slopt.calibrate.scoring import Score, cross_validated, overall_share
from slopt.calibrate.shares import Interval, wilson
from slopt.calibrate.tallies import Numbers, add_up
from slopt.sayings import SEMICOLON, listed, say

FEWEST = 50
"""Answers that a curve needs."""
FEWEST_PLACES = 5
"""Different latenesses that a curve of four parameters needs."""
EDGES = (-math.inf, -7.0, 0.0, 3.0, 7.0, 14.0, math.inf)
"""Lateness at which answers are grouped to be shown: on one edge counts as below it."""
MOST_PLACES = 200
PARAMETERS = ("low", "high", "steepness", "middle")


def find_curve(
    history: History, findings: Findings, late: Numbers, n: Numbers, bad: Numbers
) -> tuple[Answers, Curve] | None:
    """Tell dissatisfaction by lateness; the curve, or None where the answers show no rise.

    It is the logistic, or rising steps where that cannot be fitted, with what it is fitted to.
    """
    answers = gather(late, n, bad)
    unit = history.logs["orders"].late_in.value
    rows = _steps(answers, unit)
    shares = (f"{row['lateness']} {100 * row['dissatisfied']:.1f} %" for row in rows)
    words = say("Dissatisfied by lateness: {shares}.", shares=listed(shares, SEMICOLON))
    findings.findings.append(Finding("dissatisfaction by lateness", words, tuple(rows)))
    obstacle = _obstacle(answers)
    if obstacle:
        _warn(findings, obstacle, say("No logistic is fitted; the shares by lateness stand."))
        steps = fit_rising(answers)
        freedom = max(len(answers.x) - 1, 1)
        told = answers.n.sum() >= FEWEST and rise_beyond_chance(answers, steps, freedom)
        return (answers, steps) if told else None
    curve = fit_logistic(answers)
    if curve.high.value <= curve.low.value or not rise_beyond_chance(answers, curve):
        _warn(
            findings,
            say(
                "Dissatisfaction does not rise with lateness by more than chance: "
                "{low} % on one side, {high} % on the other.",
                low=f"{100 * curve.low.value:.0f}",
                high=f"{100 * curve.high.value:.0f}",
            ),
            say("No curve is fitted. Look at the scale of the score, and at what late means."),
        )
        return None
    _tell(findings, answers, curve, unit)
    findings.scores += _scores(answers, history.seed)
    return answers, curve


def _warn(findings: Findings, message: str, remedy: str) -> None:
    findings.warn(message, remedy, "response", "dissatisfaction curve")


def _obstacle(answers: Answers) -> str | None:
    """Why no curve can be fitted, None where one can."""
    if answers.n.sum() < FEWEST:
        return say(
            "{answers} answers have a lateness; a curve needs {fewest}.",
            answers=f"{answers.n.sum():,.0f}",
            fewest=FEWEST,
        )
    if len(answers.x) < FEWEST_PLACES:
        return say(
            "There are {places} different latenesses; a curve needs {fewest_places}.",
            places=len(answers.x),
            fewest_places=FEWEST_PLACES,
        )
    if answers.separated:
        return say(
            "One lateness parts all the dissatisfied from all the satisfied: the "
            "steepness of a logistic would be infinite."
        )
    return None


def _tell(findings: Findings, answers: Answers, curve: Logistic, unit: str) -> None:
    """The finding, and a warning where the answers leave a part of the curve open."""
    details: dict[str, Any] = {"answers": float(answers.n.sum())}
    unknown = []
    for name in PARAMETERS:
        its: Interval = getattr(curve, name)
        details |= {name: its.value, f"{name}_low": its.low, f"{name}_high": its.high}
        if not (math.isfinite(its.low) and math.isfinite(its.high)):
            unknown.append(name)
    findings.findings.append(
        Finding(
            "dissatisfaction curve",
            say(
                "Logistic from {low} to {high} %, half way at {middle} {unit} "
                "late{its_range}, steepness {steepness}{range}.",
                low=f"{100 * curve.low.value:.0f}",
                high=f"{100 * curve.high.value:.0f}",
                middle=f"{curve.middle.value:.1f}",
                unit=unit,
                its_range=_range(curve.middle, 1),
                steepness=f"{curve.steepness.value:.2f}",
                range=_range(curve.steepness, 2),
            ),
            (details,),
        )
    )
    if unknown:
        _warn(
            findings,
            say(
                "The answers do not tell how sure these parts of the curve are: {unknown}.",
                unknown=listed(unknown),
            ),
            say("Between the latenesses of the log the curve holds; beyond them it says nothing."),
        )
    first, last = float(answers.x[0]), float(answers.x[-1])
    if not first <= curve.middle.value <= last:
        _warn(
            findings,
            say(
                "Half of the rise lies at {middle} {unit}, outside of the log, which "
                "runs from {first} to {last}.",
                middle=f"{curve.middle.value:.1f}",
                unit=unit,
                first=f"{first:.1f}",
                last=f"{last:.1f}",
            ),
            say("Between the latenesses of the log the curve holds; beyond them it says nothing."),
        )


def _range(interval: Interval, digits: int) -> str:
    """An interval in brackets; nothing where an end is unknown."""
    if not (math.isfinite(interval.low) and math.isfinite(interval.high)):
        return ""
    return f" ({interval.low:.{digits}f} to {interval.high:.{digits}f})"


def gather(late: Numbers, n: Numbers, bad: Numbers) -> Answers:
    """Counts by lateness, rising; more than 200 different ones are grouped by quantiles."""
    x, place = np.unique(late, return_inverse=True)
    total, hits = add_up(place, n), add_up(place, bad)
    if len(x) > MOST_PLACES:
        group = np.minimum((MOST_PLACES * (np.cumsum(total) - total / 2) / total.sum()),
                           MOST_PLACES - 1).astype(np.int64)  # fmt: skip
        _, group = np.unique(group, return_inverse=True)
        x = add_up(group, x * total) / add_up(group, total)
        total, hits = add_up(group, total), add_up(group, hits)
    return Answers(x, hits, total)


def _steps(answers: Answers, unit: str) -> list[dict[str, Any]]:
    rows = []
    for low, high in pairwise(EDGES):
        chosen = (answers.x > low) & (answers.x <= high)
        n = float(answers.n[chosen].sum())
        if not n:
            continue
        share = wilson(float(answers.bad[chosen].sum()), n)
        ends = (f"over {low:g}", f"to {high:g}") if high > 0 else (f"{-low:g}", f"to {abs(high):g}")
        if low == -math.inf:
            ends = (f"{-high:g}", "or more")
        elif high == math.inf:
            ends = (ends[0], "")
        label = f"{' '.join(filter(None, ends))} {unit} {'late' if high > 0 else 'early'}"
        rows.append(
            {"lateness": label, "answers": n, "dissatisfied": share.value, "low": share.low,
             "high": share.high}
        )  # fmt: skip
    return rows


def _scores(answers: Answers, seed: int) -> list[Score]:
    naive = cross_validated(answers.bad, answers.n, overall_share, seed)

    def with_curve(fit: Any) -> Any:
        def predict(hits: Numbers, trials: Numbers) -> Numbers:
            there = trials > 0
            part = Answers(answers.x[there], hits[there], trials[there])
            if part.separated and fit is fit_logistic:
                return overall_share(hits, trials)
            curve: Curve = fit(part)
            return curve(answers.x)

        return predict

    curves = {
        say("logistic"): fit_logistic,
        say("three pieces"): fit_pieces,
        say("rising steps"): fit_rising,
    }
    return [
        Score(
            say("dissatisfaction, {name}", name=name), say("log loss"),
            cross_validated(answers.bad, answers.n, with_curve(fit), seed), naive,
            say("one share for all"), say("five folds"), float(answers.n.sum()),
        )
        for name, fit in curves.items()
    ]  # fmt: skip
