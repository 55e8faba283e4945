"""What a trial of service tells: who leaves for a failure, what is lost, how a tier serves.

Arms were drawn by lot, so that they differ in failures for no other reason than their tiers. What
is measured so replaces what a log alone suggests.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from slopt.calibrate.contrast import (
    Contrast,
    contrast_between,
    contrast_within,
    level_likelihood,
    level_of,
    words_of,
)
from slopt.calibrate.counts import Counts
from slopt.calibrate.estimate import Estimate, Finding, Findings
from slopt.calibrate.history import Drawn, History, HoldsFor, TrialKeys
from slopt.calibrate.known_before import KnownBefore, LogLikelihood
from slopt.calibrate.shares import Interval
from slopt.calibrate.trial_counts import TrialCounts, TrialTiers
from slopt.case.case import PlanningCase
from slopt.sayings import later, say
from slopt.study.trials.lessons import FEWEST_ORDERS
from slopt.vocabulary import SourceKind

LEAVE, LOST, LEVEL = "leave_probability", "lost_order_share", "service_level"


@dataclass(frozen=True)
class _Kind:
    """An effect that a trial tells: its column of response, that of its outcome, its sign."""

    column: str
    outcome: str
    sign: float
    weak: str
    words: str


KINDS = (
    _Kind(
        LEAVE, "left", 1.0,
        later("The arms hardly differ in who had a failure, so that the trial tells no "
              "leave_probability."),
        later("Trial ({how}): {value} of those who had a failure leave for it ({low} to {high}), "
              "{n} customers and periods."),
    ),
    _Kind(
        LOST, "bought", -1.0,
        later("The arms hardly differ in failed orders, so that the trial tells no "
              "lost_order_share."),
        later("Trial ({how}): {value} of failed orders are lost ({low} to {high}), {n} customers."),
    ),
)  # fmt: skip


def find_trial(
    counts: Counts, history: History, findings: Findings, base: PlanningCase | None = None
) -> None:
    """Add what the trial tells to the findings, and to the case what nobody has assumed.

    `base` is the case that it is of, whose ranges say what was known before.
    """
    keys = history.trial
    if keys is None or "trial" not in history.logs:
        return
    trial = TrialCounts(counts, history.logs["trial"], keys)
    _warn_of_lost_rows(trial, findings)
    known = None if base is None or keys.alone else KnownBefore(base)
    for kind in KINDS:
        if trial.has(kind.outcome):
            _find_effect(kind, trial, history, keys, findings, known)
    if trial.has("orders"):
        _find_levels(trial, history, keys, findings, known)


def _warn_of_lost_rows(trial: TrialCounts, findings: Findings) -> None:
    if trial.blank:
        findings.warn(
            say("{count} rows of the trial lack segment, arm or failures.", count=trial.blank),
            say("They are left out."),
            "trial",
            "arm",
        )


def _find_effect(
    kind: _Kind, trial: TrialCounts, history: History, keys: TrialKeys, findings: Findings,
    known: KnownBefore | None,
) -> None:  # fmt: skip
    units, paired = trial.units(kind.outcome)
    whole = keys.drawn is Drawn.SEGMENTS
    contrast = contrast_between(units) if whole else contrast_within(units)
    if contrast is None:
        findings.warn(
            say("The trial has no two groups to compare.")
            if not whole
            else say("The trial has fewer than two segments of an arm."),
            say(
                "Map arm with treated and control, or phase with before and after; cases of both "
                "are needed in one segment, or in two segments each."
            ),
            "response",
            kind.column,
        )
        return
    found = contrast.interval()
    if found is None:
        findings.warn(
            say(kind.weak),
            say("Serve the treated at a tier that differs more, or for longer."),
            "response",
            kind.column,
        )
        return
    share = _signed(found, kind.sign)
    how = paired or words_of(units.signs)
    if whole:
        how = say("{how}, whole segments", how=how)
    findings.findings.append(_told(kind, how, share, contrast))
    if share.low < 0 or share.high > 1:
        _warn_of_range(kind, share, findings)
    n = contrast.n
    source = (
        f"{history.name}: trial, {how}; difference of outcomes by that of failures, "
        f"{contrast.y:+.4g} by {contrast.x:+.4g} (Fieller)"
    )
    segments = ["*"] if keys.holds_for is HoldsFor.ALL else trial.segments(units)
    kept = Interval(*(min(max(end, 0.0), 1.0) for end in share))
    _write(
        history,
        findings,
        [
            Estimate(
                "response", kind.column, kept.value, SourceKind.MEASURED, source, segment, n=n,
                interval=kept,
            )
            for segment in segments
        ],
        known,
        [lambda values: contrast.log_likelihood(kind.sign * values)] * len(segments),
    )  # fmt: skip


def _signed(found: Interval, sign: float) -> Interval:
    return found if sign > 0 else Interval(-found.value, -found.high, -found.low)


def _told(kind: _Kind, how: str, share: Interval, contrast: Contrast) -> Finding:
    words = say(
        kind.words,
        how=how,
        value=f"{100 * share.value:.1f} %",
        low=f"{100 * share.low:.1f} %",
        high=f"{100 * share.high:.1f} %",
        n=f"{contrast.n:,.0f}",
    )
    row = {
        "learns": kind.column, "design": how, "value": share.value, "low": share.low,
        "high": share.high, "n": contrast.n, "outcome": contrast.y, "failures": contrast.x,
    }  # fmt: skip
    return Finding(f"trial of {kind.column}", words, (row,))


def _warn_of_range(kind: _Kind, share: Interval, findings: Findings) -> None:
    findings.warn(
        say(
            "The trial alone tells {low} to {high}, beyond what a share can be.",
            low=f"{share.low:.3f}",
            high=f"{share.high:.3f}",
        ),
        say("It is written from 0 to 1; a larger or longer trial tells it more closely."),
        "response",
        kind.column,
        share.value,
    )


def _find_levels(
    trial: TrialCounts, history: History, keys: TrialKeys, findings: Findings,
    known: KnownBefore | None,
) -> None:  # fmt: skip
    """Service levels of the tiers on trial, by segment, or of the tier for all."""
    served = trial.treated_orders()
    estimates: list[Estimate] = []
    likely: list[LogLikelihood] = []
    rows: list[dict[str, Any]] = []
    for segment, tier, its in _groups(served, keys.holds_for is HoldsFor.ALL):
        orders = float(its.orders.sum())
        if orders < FEWEST_ORDERS:
            findings.warn(
                say(
                    "The trial has {orders} orders of {tier} in {segment}.",
                    orders=f"{orders:,.0f}",
                    tier=tier,
                    segment=segment,
                ),
                say("A service level needs {fewest}.", fewest=FEWEST_ORDERS),
                "offers",
                LEVEL,
            )
            continue
        level, effect = level_of(its.orders - its.failed, its.orders)
        likely.append(partial(level_likelihood, level.value, orders / effect))
        table = "tiers" if segment == "*" else "offers"
        source = (
            f"{history.name}: trial, share of orders served as promised (Wilson); customers "
            f"scatter {effect:.3g} times as much as orders"
        )
        estimates.append(
            Estimate(
                table, LEVEL, level.value, SourceKind.MEASURED, source, segment, tier, n=orders,
                interval=level,
            )
        )  # fmt: skip
        rows.append(
            {"learns": LEVEL, "segment": segment, "tier": tier, "value": level.value,
             "low": level.low, "high": level.high, "n": orders}
        )  # fmt: skip
    if rows:
        least, most = (f"{100 * end(r['value'] for r in rows):.1f}" for end in (min, max))
        n = f"{sum(r['n'] for r in rows):,.0f}"
        words = (
            say("Trial: {most} % of {n} orders were served as promised.", most=most, n=n)
            if len(rows) == 1
            else say(
                "Trial: {least} to {most} % of orders were served as promised, {n} orders in all.",
                least=least,
                most=most,
                n=n,
            )
        )
        findings.findings.append(Finding("trial of service_level", words, tuple(rows)))
    _write(history, findings, estimates, known, likely)


def _groups(served: TrialTiers, together: bool) -> Iterable[tuple[str, str, TrialTiers]]:
    segments = np.full(len(served.segment), "*") if together else served.segment
    pairs = sorted(set(zip(segments.tolist(), served.tier.tolist(), strict=True)))
    for segment, tier in pairs:
        yield segment, tier, served.take((segments == segment) & (served.tier == tier))


def _write(
    history: History, findings: Findings, estimates: Sequence[Estimate],
    known: KnownBefore | None, likely: Sequence[LogLikelihood],
) -> None:  # fmt: skip
    """In place of what the log suggests; what is assumed beats it, with a warning."""
    for each, its in zip(estimates, likely, strict=True):
        if history.assumed(each.table, each.column, each.segment, each.tier) is not None:
            findings.warn(
                say("What the trial measured is also assumed: {column}.", column=each.column),
                say("What is assumed is kept. Take it out of [[assume]] to use the trial."),
                "trial",
                each.column,
                float(each.value) if not isinstance(each.value, str) else math.nan,
            )
            continue
        if each.segment == "*" and each.table == "response":
            for cell in [cell for cell in findings.cells if cell[:2] == (each.table, each.column)]:
                del findings.cells[cell]
        joined, told = (each, None) if known is None else known.with_trial(each, its)
        if told is not None:
            findings.findings.append(told)
        findings.add([joined])
