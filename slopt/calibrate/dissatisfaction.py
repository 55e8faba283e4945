"""What customers say: dissatisfaction by failure, and how it rises with lateness."""

from __future__ import annotations

import math

import numpy as np

from slopt.calibrate.assumptions import LINKS
from slopt.calibrate.counts import Counts
from slopt.calibrate.estimate import Estimate, Finding, Findings
from slopt.calibrate.history import History
from slopt.calibrate.lateness_curve import find_curve
from slopt.calibrate.lateness_loss import find_lateness_loss
from slopt.calibrate.shares import Interval, stratified_difference, wilson
from slopt.calibrate.tallies import AnswerCells, add_up
from slopt.sayings import say
from slopt.vocabulary import SourceKind


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
        fit = find_curve(history, findings, cells.late[late], cells.n[late], cells.bad[late])
        if fit is not None:
            find_lateness_loss(counts, history, findings, *fit)


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
    words = say(
        "Dissatisfied: {share} % after a failure, {without} % without; {step} "
        "points more ({low} to {high}) within segments.",
        share=f"{100 * shares[0].value:.1f}",
        without=f"{100 * shares[1].value:.1f}",
        step=f"{100 * step.value:.1f}",
        low=f"{100 * step.low:.1f}",
        high=f"{100 * step.high:.1f}",
    )
    rows = tuple(
        {"failed": name, "answers": float(total.sum()), "dissatisfied": share.value,
         "low": share.low, "high": share.high}
        for name, total, share in ((True, columns[1], shares[0]), (False, columns[3], shares[1]))
    )  # fmt: skip
    findings.findings.append(Finding("dissatisfaction", words, rows))
    if step.value <= 0:
        findings.warn(
            say(
                "Failures do not dissatisfy in these data: {step}, {low} to {high}.",
                step=f"{step.value:.3f}",
                low=f"{step.low:.3f}",
                high=f"{step.high:.3f}",
            ),
            say("Nothing is derived from the scores."),
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
