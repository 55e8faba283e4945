"""Who leaves: churn without a failure, by segment and by tier."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.calibrate.counts import Counts
from slopt.calibrate.estimate import Estimate, Finding, Findings
from slopt.calibrate.history import History
from slopt.calibrate.leaving import FEWEST, find_leaving, gone_words
from slopt.calibrate.levels import FEWEST_SEGMENTS
from slopt.calibrate.shares import Interval, wilson
from slopt.calibrate.shrinkage import shrink_shares
from slopt.calibrate.tallies import AccountCells, add_up
from slopt.vocabulary import SourceKind


def find_retention(counts: Counts, history: History, findings: Findings) -> None:
    """Add base_churn, leave_probability and churn by tier, where it is known who left."""
    if not counts.has_accounts:
        return
    cells = counts.accounts()
    if not cells.n.sum():
        return
    stayed = float((cells.n - cells.left).sum())
    if min(stayed, float(cells.left.sum())) < FEWEST:
        findings.warn(
            f"{stayed:,.0f} customers stayed and {cells.left.sum():,.0f} left, in the sense of "
            f"{gone_words(history)}.",
            f"Churn needs {FEWEST} of each; it is 0 unless [[assume]] gives it. Is customer the "
            "id of a customer, and not of an order?",
            "segments",
            "base_churn",
        )
        return
    has_failures = bool((cells.failure >= 0).any())
    _churn(counts, history, findings, cells, cells.failure == 0 if has_failures else cells.n > 0,
           has_failures)  # fmt: skip
    if has_failures:
        find_leaving(counts, history, findings, cells)
    _by_segment(counts, findings, cells)
    _by_tier(counts, findings, cells)


def _churn(
    counts: Counts, history: History, findings: Findings, cells: AccountCells,
    chosen: NDArray[np.bool_], has_failures: bool,
) -> None:  # fmt: skip
    """base_churn: the share that left, of those without a failure where failures are known."""
    segments = len(counts.segments)
    left = add_up(cells.segment[chosen], cells.left[chosen], segments)
    n = add_up(cells.segment[chosen], cells.n[chosen], segments)
    who = "customers without a failure" if has_failures else "all customers, failures unknown"
    periods = _periods(history)
    if int((n > 0).sum()) >= FEWEST_SEGMENTS:
        fit = shrink_shares(left, n, np.zeros(segments, np.int64), 1)
        shares, kind = fit.estimates, SourceKind.FITTED
        how = f"drawn towards the mean, which weighs as {fit.strength:.3g} customers"
    else:
        shares = tuple(wilson(x, m) for x, m in zip(left, n, strict=True))
        kind, how = SourceKind.MEASURED, "Wilson interval"
    for s, segment in enumerate(counts.segments):
        if n[s] == 0 and kind is SourceKind.MEASURED:
            findings.warn(
                f"Segment {segment}: no {who.split(',')[0]}.",
                "base_churn is 0 unless [[assume]] gives it.",
                "segments",
                "base_churn",
            )
            continue
        share = per_period(shares[s], periods)
        findings.add(
            [Estimate(
                "segments", "base_churn", share.value, kind,
                f"{history.name}: {gone_words(history)}, {who} ({how})", segment, n=float(n[s]),
                interval=share,
            )]
        )  # fmt: skip


def _by_segment(counts: Counts, findings: Findings, cells: AccountCells) -> None:
    """Churn by segment, from the lowest."""
    segments = len(counts.segments)
    n = add_up(cells.segment, cells.n, segments)
    left = add_up(cells.segment, cells.left, segments)
    rows = sorted(
        (
            {"segment": segment, "customers": float(n[s]),
             **wilson(float(left[s]), float(n[s]))._asdict()}
            for s, segment in enumerate(counts.segments) if n[s]
        ),
        key=lambda row: row["value"],
    )  # fmt: skip
    words = f"{100 * left.sum() / n.sum():.1f} % of {n.sum():,.0f} customers left"
    if len(rows) > 1:
        least, most = rows[0], rows[-1]
        words += (
            f", from {100 * least['value']:.1f} % ({least['segment']}) to "
            f"{100 * most['value']:.1f} % ({most['segment']})"
        )
    findings.findings.append(Finding("churn by segment", f"{words}.", tuple(rows)))


def _by_tier(counts: Counts, findings: Findings, cells: AccountCells) -> None:
    """Churn by tier."""
    tiers = len(counts.tiers)
    n = add_up(cells.tier, cells.n, tiers)
    left = add_up(cells.tier, cells.left, tiers)
    if int((n > 0).sum()) < 2:
        return
    pair = cells.segment * tiers + cells.tier
    pairs = len(counts.segments) * tiers
    by_pair = add_up(pair, cells.n, pairs), add_up(pair, cells.left, pairs)
    rows = []
    for index in np.flatnonzero(by_pair[0]):
        share = wilson(float(by_pair[1][index]), float(by_pair[0][index]))
        rows.append(
            {"segment": counts.segments[index // tiers], "tier": counts.tiers[index % tiers],
             "customers": float(by_pair[0][index]), "left": share.value, "low": share.low,
             "high": share.high}
        )  # fmt: skip
    each = ", ".join(
        f"{tier} {100 * left[k] / n[k]:.1f} %" for k, tier in enumerate(counts.tiers) if n[k]
    )
    findings.findings.append(Finding("churn by tier", f"Left, by tier: {each}.", tuple(rows)))


def _periods(history: History) -> float:
    customers = history.logs.get("customers")
    return customers.periods if customers is not None and customers.has("left") else 1.0


def per_period(share: Interval, periods: float) -> Interval:
    """A share gone in so many periods, as a share gone in one: 1 - (1 - c)^(1/periods)."""
    return Interval(*(1 - (1 - min(max(end, 0.0), 1.0)) ** (1 / periods) for end in share))
