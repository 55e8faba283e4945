"""How much likelier a failure makes it that a customer leaves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.calibrate.counts import Counts
from slopt.calibrate.estimate import NOT_AN_EFFECT, Estimate, Finding, Findings
from slopt.calibrate.history import History
from slopt.calibrate.levels import FEWEST_SEGMENTS
from slopt.calibrate.scoring import Score, cross_validated, overall_share
from slopt.calibrate.shares import Interval, difference, stratified_difference, wilson
from slopt.calibrate.shrinkage import shrink_normal
from slopt.calibrate.tallies import AccountCells, Indices, Numbers, add_up
from slopt.vocabulary import SourceKind

FEWEST = 20
"""Customers with, and without, a failure that a difference needs."""
BANDS = 8
"""More than there are bands of how often a customer orders."""


@dataclass(frozen=True)
class Strata:
    """Customers with and without a failure by stratum: a segment, and how often they order."""

    segment: Indices
    hits: Numbers
    exposed: Numbers
    base_hits: Numbers
    unexposed: Numbers

    def difference(self, chosen: NDArray[np.bool_]) -> tuple[Interval, float]:
        """How many more of those with a failure left, within the chosen strata; and of how many."""
        return stratified_difference(
            self.hits[chosen], self.exposed[chosen], self.base_hits[chosen], self.unexposed[chosen]
        )


def _strata(cells: AccountCells) -> Strata:
    key = cells.segment * BANDS + cells.band
    strata = np.unique(key[cells.failure >= 0])
    place = np.searchsorted(strata, key)
    columns = []
    for failure in (1, 0):
        chosen = cells.failure == failure
        columns.append(add_up(place[chosen], cells.left[chosen], len(strata)))
        columns.append(add_up(place[chosen], cells.n[chosen], len(strata)))
    return Strata(strata // BANDS, *columns)


def find_leaving(counts: Counts, history: History, findings: Findings, cells: AccountCells) -> None:
    """leave_probability: how much likelier customers with a failure are to leave."""
    table = _strata(cells)
    exposed, unexposed = float(table.exposed.sum()), float(table.unexposed.sum())
    if min(exposed, unexposed) < FEWEST:
        findings.warn(
            f"{exposed:,.0f} customers had a failure and {unexposed:,.0f} had none.",
            f"leave_probability needs {FEWEST} of each; it is 0 unless [[assume]] gives it.",
            "response",
            "leave_probability",
        )
        return
    everybody = np.ones(len(table.segment), bool)
    overall, n = table.difference(everybody)
    with_failure = wilson(float(table.hits.sum()), exposed)
    without = wilson(float(table.base_hits.sum()), unexposed)
    _tell(findings, with_failure, without, exposed, unexposed, overall)
    if math.isnan(overall.value):
        findings.warn(
            "No segment has customers with and without a failure who order alike.",
            "leave_probability is 0 unless [[assume]] gives it.",
            "response",
            "leave_probability",
        )
        return
    words = f"{history.name}: {gone_words(history)}, with a failure less without"
    method = f"{words}, among customers of one segment who order alike (Mantel-Haenszel)"
    findings.add([_leave(overall, n, method, "*")])
    if overall.low < 0:
        whether = "left no more often" if overall.value <= 0 else "may not leave more often"
        findings.warn(
            f"Customers with a failure {whether} than those without: {overall.value:.3f}, "
            f"{overall.low:.3f} to {overall.high:.3f}.",
            "Chances below 0 are written as 0.",
            "response",
            "leave_probability",
            overall.value,
        )
    by_segment = [table.difference(table.segment == s) for s in range(len(counts.segments))]
    compared = sum(not math.isnan(each.value) for each, _ in by_segment)
    if compared >= FEWEST_SEGMENTS:
        values = np.array([each.value for each, _ in by_segment])
        variances = _pooled_variances(table, len(counts.segments))
        fit = shrink_normal(values, variances)
        shrunk = f"{method}; drawn towards the mean, segments differ by {fit.between:.2g}"
        findings.add(
            _leave(share, its, shrunk, segment)
            for segment, share, (_, its) in zip(
                counts.segments, fit.estimates, by_segment, strict=True
            )
        )
        _warn_of_segments(findings, dict(zip(counts.segments, fit.estimates, strict=True)))
    findings.scores.append(_score(cells, history.seed))


def _leave(share: Interval, n: float, method: str, segment: str) -> Estimate:
    """The estimate as a chance from 0 to 1; the callers say aloud what lies below."""
    kept = Interval(*(min(max(end, 0.0), 1.0) for end in share))
    return Estimate(
        "response", "leave_probability", kept.value, SourceKind.FITTED, method, segment, n=n,
        interval=kept,
    )  # fmt: skip


def _warn_of_segments(findings: Findings, shares: Mapping[str, Interval]) -> None:
    """Name the segments in which failures go with no loss, or with one that may be none."""
    none = [segment for segment, share in shares.items() if share.value <= 0]
    unsure = [segment for segment, share in shares.items() if share.low < 0 < share.value]
    for names, message in (
        (none, "customers with a failure left no more often than the others"),
        (unsure, "whether failures make customers leave, the log cannot tell"),
    ):
        if names:
            shown = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if names[6:] else "")
            findings.warn(
                f"In {shown}: {message}.",
                "Chances below 0 are written as 0.",
                "response",
                "leave_probability",
            )


def _pooled_variances(table: Strata, segments: int) -> Numbers:
    """Variance of each segment's difference, with the shares of all: thin ones have no 0."""
    both = (table.exposed > 0) & (table.unexposed > 0)
    spread = []
    for hits, n in ((table.hits, table.exposed), (table.base_hits, table.unexposed)):
        share = (hits.sum() + 0.5) / (n.sum() + 1)
        spread.append(share * (1 - share))
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(both, table.exposed * table.unexposed, 0.0) / np.maximum(
            table.exposed + table.unexposed, 1.0
        )
        of_each = weight**2 * (spread[0] / table.exposed + spread[1] / table.unexposed)
    total = add_up(table.segment[both], of_each[both], segments)
    weights = add_up(table.segment[both], weight[both], segments)
    nothing = np.full(segments, np.inf)
    return np.asarray(np.divide(total, weights**2, where=weights > 0, out=nothing))


def _tell(
    findings: Findings, with_failure: Interval, without: Interval, exposed: float,
    unexposed: float, overall: Interval,
) -> None:  # fmt: skip
    crude = difference(with_failure, without)
    words = (
        f"Of customers with a failure {100 * with_failure.value:.1f} % left, of the others "
        f"{100 * without.value:.1f} %."
    )
    if not math.isnan(overall.value):
        words += (
            f" Among alike customers the difference is {100 * overall.value:.1f} points "
            f"({100 * overall.low:.1f} to {100 * overall.high:.1f})."
        )
    rows = tuple(
        {"had_failure": had, "customers": n, "left": each.value, "low": each.low,
         "high": each.high}
        for had, n, each in ((True, exposed, with_failure), (False, unexposed, without))
    )  # fmt: skip
    findings.findings.append(Finding("leaving", words, rows))
    if crude.value:
        findings.warn(
            f"leave_probability is a difference seen, {100 * crude.value:.1f} points in the raw.",
            NOT_AN_EFFECT,
            "response",
            "leave_probability",
        )


def _score(cells: AccountCells, seed: int) -> Score:
    """Churn by segment, how often they order and failure, against one churn for all."""
    known = cells.failure >= 0
    n, left = cells.n[known], cells.left[known]
    segment, band, failure = cells.segment[known], cells.band[known], cells.failure[known]
    base = segment * BANDS + band

    def predict(hits: Numbers, trials: Numbers) -> Numbers:
        part = AccountCells(segment, segment * 0, band, failure, trials, hits)
        table = _strata(part)
        effect, _ = table.difference(np.ones(len(table.segment), bool))
        step = 0.0 if math.isnan(effect.value) else effect.value
        calm = failure == 0
        overall = hits[calm].sum() / max(trials[calm].sum(), 1.0)
        size = int(base.max()) + 1
        own = add_up(base[calm], hits[calm], size) + 10 * overall
        share = own / (add_up(base[calm], trials[calm], size) + 10)
        return np.asarray(np.clip(share[base] + step * (failure == 1), 0.001, 0.999))

    return Score(
        "leaving", "log loss", cross_validated(left, n, predict, seed),
        cross_validated(left, n, overall_share, seed), "one churn for all", "five folds",
        float(n.sum()),
    )  # fmt: skip


def gone_words(history: History) -> str:
    """What it means here that a customer left, in words."""
    customers = history.logs.get("customers")
    if customers is not None and customers.has("left"):
        return "marked as gone"
    return "ordered in the last period but one and not in the last"
