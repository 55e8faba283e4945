"""How much likelier a failure makes it that a customer leaves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.calibrate.absence import BANDS, Absence
from slopt.calibrate.counts import Counts
from slopt.calibrate.estimate import NOT_AN_EFFECT, Estimate, Finding, Findings
from slopt.calibrate.history import History
from slopt.calibrate.levels import FEWEST_SEGMENTS
from slopt.calibrate.scoring import Score, cross_validated, overall_share
from slopt.calibrate.shares import Interval, Z, difference, stratified_difference, wilson
from slopt.calibrate.shrinkage import shrink_normal
from slopt.calibrate.tallies import AccountCells, Indices, Numbers, add_up
from slopt.calibrate.who_left import gone_words
from slopt.sayings import in_a_row, later, listed, say
from slopt.vocabulary import SourceKind

FEWEST = 20
"""Customers with, and without, a failure that a difference needs."""


@dataclass(frozen=True)
class Strata:
    """Customers with and without a failure by stratum: a segment, and how often they order.

    Where they are gone by absence, the difference is corrected for who comes back.
    """

    segment: Indices
    band: Indices
    hits: Numbers
    exposed: Numbers
    base_hits: Numbers
    unexposed: Numbers

    absence: Absence | None = None

    def difference(self, chosen: NDArray[np.bool_]) -> tuple[Interval, float]:
        """How many more of those with a failure left, within the chosen strata; and of how many."""
        if self.absence is None:
            return self._seen(chosen)
        gaps, weights, variances, trials = [], [], [], 0.0
        for band in np.unique(self.band[chosen]):
            its = chosen & (self.band == band)
            gap, n = self._seen(its)
            if math.isnan(gap.value):
                continue
            chance = float(self.absence.ordering[band])
            seen = ((gap.high - gap.low) / (2 * Z)) ** 2
            of_chance = (gap.value / chance) ** 2 * float(self.absence.variance[band])
            gaps.append(gap.value / chance)
            variances.append((seen + of_chance) / chance**2)
            weights.append(float(self.weights[its].sum()))
            trials += n
        if not gaps:
            return Interval(math.nan, -1.0, 1.0), 0.0
        share = np.array(weights) / sum(weights)
        value = float(share @ np.array(gaps))
        spread = Z * math.sqrt(float(share**2 @ np.array(variances)))
        low, high = value - spread, value + spread
        # A log too short to see who comes back: the difference may be larger by as much.
        return Interval(value, low, high / (self.absence.least if high > 0 else 1.0)), trials

    @property
    def weights(self) -> Numbers:
        """What each stratum weighs; 0 where it lacks one of the two."""
        both = (self.exposed > 0) & (self.unexposed > 0)
        total = np.maximum(self.exposed + self.unexposed, 1.0)
        return np.asarray(np.where(both, self.exposed * self.unexposed / total, 0.0))

    def _seen(self, chosen: NDArray[np.bool_]) -> tuple[Interval, float]:
        return stratified_difference(
            self.hits[chosen], self.exposed[chosen], self.base_hits[chosen], self.unexposed[chosen]
        )


def strata_of(cells: AccountCells, absence: Absence | None = None) -> Strata:
    """Customers of whom failures are known, with and without one, by stratum."""
    key = cells.segment * BANDS + cells.band
    strata = np.unique(key[cells.failure >= 0])
    place = np.searchsorted(strata, key)
    hits, n = [], []
    for failure in (1, 0):
        chosen = cells.failure == failure
        hits.append(add_up(place[chosen], cells.left[chosen], len(strata)))
        n.append(add_up(place[chosen], cells.n[chosen], len(strata)))
    return Strata(strata // BANDS, strata % BANDS, hits[0], n[0], hits[1], n[1], absence)


def find_leaving(
    counts: Counts, history: History, findings: Findings, cells: AccountCells,
    absence: Absence | None,
) -> None:  # fmt: skip
    """leave_probability: how much likelier customers with a failure are to leave."""
    table = strata_of(cells, absence)
    exposed, unexposed = float(table.exposed.sum()), float(table.unexposed.sum())
    if min(exposed, unexposed) < FEWEST:
        findings.warn(
            say(
                "{exposed} customers had a failure and {unexposed} had none.",
                exposed=f"{exposed:,.0f}",
                unexposed=f"{unexposed:,.0f}",
            ),
            say(
                "leave_probability needs {fewest} of each; it is 0 unless [[assume]] gives it.",
                fewest=FEWEST,
            ),
            "response",
            "leave_probability",
        )
        return
    everybody = np.ones(len(table.segment), bool)
    overall, n = table.difference(everybody)
    with_failure = wilson(float(table.hits.sum()), exposed)
    without = wilson(float(table.base_hits.sum()), unexposed)
    gone = "left" if absence is None else "stayed away"
    _tell(findings, gone, with_failure, without, exposed, unexposed, overall)
    if math.isnan(overall.value):
        findings.warn(
            say("No segment has customers with and without a failure who order alike."),
            say("leave_probability is 0 unless [[assume]] gives it."),
            "response",
            "leave_probability",
        )
        return
    words = f"{history.name}: {gone_words(history)}, with a failure less without"
    method = f"{words}, among customers of one segment who order alike (Mantel-Haenszel)"
    if absence is not None:
        method += f"; {absence.method}"
    if _is_separated(table):
        findings.warn(
            say(
                "All customers with a failure left and none of the others, or the "
                "reverse: one parts those who left from those who stayed."
            ),
            say(
                "leave_probability has the interval of the counts (Newcombe). Is the "
                "failure noted only of those who left?"
            ),
            "response",
            "leave_probability",
        )
    findings.add([_leave(overall, n, method, "*")])
    if overall.low < 0:
        its = {
            "overall": f"{overall.value:.3f}",
            "low": f"{overall.low:.3f}",
            "high": f"{overall.high:.3f}",
        }
        findings.warn(
            say(
                "Customers with a failure left no more often than those without: {overall}, {low} "
                "to {high}.",
                **its,
            )
            if overall.value <= 0
            else say(
                "Customers with a failure may not leave more often than those without: {overall}, "
                "{low} to {high}.",
                **its,
            ),
            say("Chances below 0 are written as 0."),
            "response",
            "leave_probability",
            overall.value,
        )
    by_segment = [table.difference(table.segment == s) for s in range(len(counts.segments))]
    compared = sum(not math.isnan(each.value) for each, _ in by_segment)
    values = np.array([each.value for each, _ in by_segment])
    variances = _pooled_variances(table, len(counts.segments))
    if _differ(values, variances):
        findings.warn(
            say(
                "Segments differ in how many more leave after a failure, by more than "
                "chance: from {least} to {most}.",
                least=f"{np.nanmin(values):.3f}",
                most=f"{np.nanmax(values):.3f}",
            ),
            say("Each has its own leave_probability; the one for all holds for none of them."),
            "response",
            "leave_probability",
        )
    if compared < FEWEST_SEGMENTS and _differ(values, variances):
        findings.add(
            _leave(share, its, f"{method}; of this segment alone, as segments differ", segment)
            for segment, (share, its) in zip(counts.segments, by_segment, strict=True)
            if not math.isnan(share.value)
        )
    if compared >= FEWEST_SEGMENTS:
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


def _is_separated(table: Strata) -> bool:
    """Whether having had a failure parts all who left from all who stayed."""
    hits, base = float(table.hits.sum()), float(table.base_hits.sum())
    exposed, unexposed = float(table.exposed.sum()), float(table.unexposed.sum())
    return (hits == exposed and base == 0) or (hits == 0 and base == unexposed)


def _differ(values: Numbers, variances: Numbers) -> bool:
    """Whether segments scatter by more than chance, at 5 % (Cochran's Q)."""
    from scipy.stats import chi2

    known = np.isfinite(values) & np.isfinite(variances)
    if known.sum() < 2:
        return False
    y, weight = values[known], 1 / np.maximum(variances[known], 1e-18)
    q = float((weight * (y - (weight * y).sum() / weight.sum()) ** 2).sum())
    return q > float(chi2.ppf(0.95, int(known.sum()) - 1))


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
        (none, later("In {shown}: customers with a failure left no more often than the others.")),
        (unsure, later("In {shown}: whether failures make customers leave, the log cannot tell.")),
    ):
        if names:
            shown = listed(names[:6])
            if names[6:]:
                shown = say("{names} and {more} more", names=shown, more=len(names) - 6)
            findings.warn(
                say(message, shown=shown),
                say("Chances below 0 are written as 0."),
                "response",
                "leave_probability",
            )


def _pooled_variances(table: Strata, segments: int) -> Numbers:
    """Variance of each segment's difference, with the shares of all: thin ones have no 0."""
    weight, both = table.weights, table.weights > 0
    spread = []
    for hits, n in ((table.hits, table.exposed), (table.base_hits, table.unexposed)):
        share = (hits.sum() + 0.5) / (n.sum() + 1)
        spread.append(share * (1 - share))
    with np.errstate(divide="ignore", invalid="ignore"):
        of_each = weight**2 * (spread[0] / table.exposed + spread[1] / table.unexposed)
    if table.absence is not None:
        of_each = of_each / table.absence.ordering[table.band] ** 2
    total = add_up(table.segment[both], of_each[both], segments)
    weights = add_up(table.segment[both], weight[both], segments)
    nothing = np.full(segments, np.inf)
    return np.asarray(np.divide(total, weights**2, where=weights > 0, out=nothing))


def _tell(
    findings: Findings, gone: str, with_failure: Interval, without: Interval, exposed: float,
    unexposed: float, overall: Interval,
) -> None:  # fmt: skip
    crude = difference(with_failure, without)
    words = say(
        "Of customers with a failure {with_failure} % {gone}, of the others {without} %.",
        with_failure=f"{100 * with_failure.value:.1f}",
        gone=gone,
        without=f"{100 * without.value:.1f}",
    )
    if not math.isnan(overall.value):
        words = in_a_row(
            words,
            say(
                "Among alike customers the difference is {points} points ({low} to {high}).",
                points=f"{100 * overall.value:.1f}",
                low=f"{100 * overall.low:.1f}",
                high=f"{100 * overall.high:.1f}",
            ),
        )
    rows = tuple(
        {"had_failure": had, "customers": n, "left": each.value, "low": each.low,
         "high": each.high}
        for had, n, each in ((True, exposed, with_failure), (False, unexposed, without))
    )  # fmt: skip
    findings.findings.append(Finding("leaving", words, rows))
    if crude.value:
        findings.warn(
            say(
                "leave_probability is a difference seen, {crude} points in the raw.",
                crude=f"{100 * crude.value:.1f}",
            ),
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
        table = strata_of(AccountCells(segment, segment * 0, band, failure, trials, hits))
        effect, _ = table.difference(np.ones(len(table.segment), bool))
        step = 0.0 if math.isnan(effect.value) else effect.value
        calm = failure == 0
        overall = hits[calm].sum() / max(trials[calm].sum(), 1.0)
        size = int(base.max()) + 1
        own = add_up(base[calm], hits[calm], size) + 10 * overall
        share = own / (add_up(base[calm], trials[calm], size) + 10)
        return np.asarray(np.clip(share[base] + step * (failure == 1), 0.001, 0.999))

    return Score(
        say("leaving"), say("log loss"), cross_validated(left, n, predict, seed),
        cross_validated(left, n, overall_share, seed), say("one churn for all"), say("five folds"),
        float(n.sum()),
    )  # fmt: skip
