"""What customers say: dissatisfaction by failure, and how it rises with lateness."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np

from slopt.calibrate.assumptions import LINKS
from slopt.calibrate.counts import Counts
from slopt.calibrate.curves import Answers, Curve, fit_logistic, fit_pieces, fit_rising
from slopt.calibrate.estimate import Estimate, Finding, Findings
from slopt.calibrate.history import History
from slopt.calibrate.scoring import Score, cross_validated, overall_share
from slopt.calibrate.shares import Interval, stratified_difference, wilson
from slopt.calibrate.tallies import AnswerCells, Numbers, add_up
from slopt.vocabulary import SourceKind

FEWEST = 50
"""Answers that a curve needs."""
EDGES = (-math.inf, -7.0, 0.0, 3.0, 7.0, 14.0, math.inf)
"""Lateness at which answers are grouped to be shown: on one edge counts as below it."""
MOST_PLACES = 200


def find_dissatisfaction(counts: Counts, history: History, findings: Findings) -> None:
    """Tell dissatisfaction by failure and lateness, and what it adds to the response."""
    if not history.mapped("score"):
        return
    if not counts.has_orders and not counts.has_accounts:
        return
    cells = counts.answers()
    if not cells.n.sum():
        return
    _by_failure(history, findings, cells)
    late = np.isfinite(cells.late)
    if late.any():
        _by_lateness(history, findings, cells.late[late], cells.n[late], cells.bad[late])


def _by_failure(history: History, findings: Findings, cells: AnswerCells) -> None:
    failed, fine = cells.failed == 1, cells.failed == 0
    segments = int(cells.segment.max()) + 1
    columns = [
        add_up(cells.segment[chosen], values[chosen], segments)
        for chosen in (failed, fine)
        for values in (cells.bad, cells.n)
    ]
    shares = [wilson(float(columns[i].sum()), float(columns[i + 1].sum())) for i in (0, 2)]
    if not columns[1].sum() or not columns[3].sum():
        return
    step, n = stratified_difference(*columns)
    if math.isnan(step.value):
        return
    words = (
        f"Dissatisfied: {100 * shares[0].value:.1f} % after a failure, {100 * shares[1].value:.1f} "
        f"% without; {100 * step.value:.1f} points more ({100 * step.low:.1f} to "
        f"{100 * step.high:.1f}) within segments."
    )
    rows = tuple(
        {"failed": name, "answers": float(total.sum()), "dissatisfied": share.value,
         "low": share.low, "high": share.high}
        for name, total, share in ((True, columns[1], shares[0]), (False, columns[3], shares[1]))
    )  # fmt: skip
    findings.findings.append(Finding("dissatisfaction", words, rows))
    if step.value <= 0:
        findings.warn(
            f"Failures do not dissatisfy in these data: {step.value:.3f}, {step.low:.3f} to "
            f"{step.high:.3f}.",
            "Nothing is derived from the scores.",
            "response",
            "leave_probability",
            step.value,
        )
        return
    _links(history, findings, step, n)


def _links(history: History, findings: Findings, step: Interval, n: float) -> None:
    """Dissatisfied by a failure, times what is assumed of the dissatisfied."""
    for column, link in LINKS.items():
        assumed = history.assumed("response", link, "*")
        if assumed is None or findings.value("response", column) is not None:
            continue
        factor = float(assumed.value)
        low = (assumed.low if assumed.low is not None else factor) * max(step.low, 0.0)
        high = (assumed.high if assumed.high is not None else factor) * step.high
        findings.add(
            [Estimate(
                "response", column, factor * step.value, SourceKind.ASSUMED,
                f"{history.name}: a failure dissatisfies {100 * step.value:.1f} % more (n "
                f"{n:,.0f}); times {link} {factor:g}, assumed: {assumed.source}",
                n=n, interval=Interval(factor * step.value, low, high),
            )]
        )  # fmt: skip


def _by_lateness(
    history: History, findings: Findings, late: Numbers, n: Numbers, bad: Numbers
) -> None:
    answers = gather(late, n, bad)
    unit = history.logs["orders"].late_in.value
    rows = _steps(answers, unit)
    details: dict[str, Any] = {"answers": float(n.sum())}
    words = "Dissatisfied by lateness: " + "; ".join(
        f"{row['lateness']} {100 * row['dissatisfied']:.1f} %" for row in rows
    )
    findings.findings.append(Finding("dissatisfaction by lateness", f"{words}.", tuple(rows)))
    if n.sum() < FEWEST:
        findings.warn(
            f"{n.sum():,.0f} answers have a lateness.", f"A curve needs {FEWEST}.",
            "response", "dissatisfaction curve",
        )  # fmt: skip
        return
    if answers.separated:
        findings.warn(
            "One lateness parts all the dissatisfied from all the satisfied: the steepness of a "
            "logistic would be infinite.",
            "No curve is fitted; the difference by failure stands.",
            "response",
            "dissatisfaction curve",
        )
        return
    curve = fit_logistic(answers)
    if curve.high.value <= curve.low.value:
        findings.warn(
            f"Dissatisfaction does not rise with lateness: {100 * curve.low.value:.0f} % when "
            f"early, {100 * curve.high.value:.0f} % when late.",
            "Look at the scale of the score, and at what late means.",
            "response",
            "dissatisfaction curve",
        )
    for name in ("low", "high", "steepness", "middle"):
        its: Interval = getattr(curve, name)
        details |= {name: its.value, f"{name}_low": its.low, f"{name}_high": its.high}
    findings.findings.append(
        Finding(
            "dissatisfaction curve",
            f"Logistic from {100 * curve.low.value:.0f} to {100 * curve.high.value:.0f} %, half "
            f"way at {curve.middle.value:.1f} {unit} late ({curve.middle.low:.1f} to "
            f"{curve.middle.high:.1f}), steepness {curve.steepness.value:.2f} "
            f"({curve.steepness.low:.2f} to {curve.steepness.high:.2f}).",
            (details,),
        )
    )
    findings.scores += _scores(answers, history.seed)


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

    curves = {"logistic": fit_logistic, "three pieces": fit_pieces, "rising steps": fit_rising}
    return [
        Score(
            f"dissatisfaction, {name}", "log loss",
            cross_validated(answers.bad, answers.n, with_curve(fit), seed), naive,
            "one share for all", "five folds", float(answers.n.sum()),
        )
        for name, fit in curves.items()
    ]  # fmt: skip
