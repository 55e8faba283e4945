"""Who leaves: churn without a failure, by segment and by tier."""

from __future__ import annotations

import math

import numpy as np

from slopt.calibrate.absence import Absence, churn_by_absence, find_absence
from slopt.calibrate.counts import Counts
from slopt.calibrate.estimate import Estimate, Finding, Findings
from slopt.calibrate.history import History
from slopt.calibrate.leaving import FEWEST, find_leaving
from slopt.calibrate.levels import FEWEST_SEGMENTS
from slopt.calibrate.recovery import find_recovery
from slopt.calibrate.shares import Interval, wilson
from slopt.calibrate.shrinkage import shrink_shares
from slopt.calibrate.tallies import AccountCells, add_up
from slopt.calibrate.tier_churn import find_tier_churn
from slopt.calibrate.who_left import by_absence, gone_words, per_period, record_periods
from slopt.sayings import in_a_row, say
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
            say(
                "{stayed} customers stayed and {left} left, in the sense of {gone}.",
                stayed=f"{stayed:,.0f}",
                left=f"{cells.left.sum():,.0f}",
                gone=gone_words(history),
            ),
            in_a_row(
                say(
                    "Churn needs {fewest} of each; it is 0 unless [[assume]] gives it.",
                    fewest=FEWEST,
                ),
                say("Is customer the id of a customer, and not of an order?") if not stayed else "",
            ),
            "segments",
            "base_churn",
        )
        return
    absence = find_absence(counts, findings) if by_absence(history) else None
    _churn(counts, history, findings, cells, absence)
    if (cells.failure >= 0).any():
        find_leaving(counts, history, findings, cells, absence)
        find_recovery(counts, history, findings, absence)
    else:
        find_tier_churn(counts, history, findings, cells, absence)
    gone = say("left") if absence is None else say("stayed away in the last period")
    _by_segment(counts, findings, cells, gone)
    _by_tier(counts, findings, cells, gone)


def _churn(
    counts: Counts, history: History, findings: Findings, cells: AccountCells,
    absence: Absence | None,
) -> None:  # fmt: skip
    """base_churn: the share that left, of those without a failure where failures are known."""
    segments = len(counts.segments)
    has_failures = bool((cells.failure >= 0).any())
    everybody = cells
    if has_failures:
        cells = cells.take(cells.failure == 0)
    left = add_up(cells.segment, cells.left, segments)
    n = add_up(cells.segment, cells.n, segments)
    who = "customers without a failure" if has_failures else "all customers, failures unknown"
    kind = SourceKind.FITTED
    if absence is not None:
        zeros = np.zeros(segments, np.int64)
        shares = churn_by_absence(cells, everybody, zeros, absence).estimates
        how = f"{absence.method}; drawn towards the mean, normal interval"
        _warn_of_negative(counts, findings, shares)
    elif int((n > 0).sum()) >= FEWEST_SEGMENTS:
        fit = shrink_shares(left, n, np.zeros(segments, np.int64), 1)
        shares = fit.estimates
        how = f"drawn towards the mean, which weighs as {fit.strength:.3g} customers"
    else:
        shares = tuple(wilson(x, m) for x, m in zip(left, n, strict=True))
        kind, how = SourceKind.MEASURED, "Wilson interval"
    drawn = int((n > 0).sum()) >= FEWEST_SEGMENTS
    for s, segment in enumerate(counts.segments):
        if math.isnan(shares[s].value) or (n[s] == 0 and not drawn):
            findings.warn(
                say("Segment {segment}: no customers without a failure.", segment=segment)
                if has_failures
                else say("Segment {segment}: no all customers.", segment=segment),
                say("base_churn is 0 unless [[assume]] gives it."),
                "segments",
                "base_churn",
            )
            continue
        share = per_period(shares[s], record_periods(history))
        findings.add(
            [Estimate(
                "segments", "base_churn", share.value, kind,
                f"{history.name}: {gone_words(history)}, {who} ({how})", segment, n=float(n[s]),
                interval=share,
            )]
        )  # fmt: skip


def _warn_of_negative(
    counts: Counts, findings: Findings, shares: tuple[Interval, ...]
) -> None:  # fmt: skip
    """Segments of which fewer stayed away than of customers who are still there."""
    names = [name for name, its in zip(counts.segments, shares, strict=True) if its.value < 0]
    if names:
        shown = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if names[6:] else "")
        findings.warn(
            say(
                "In {shown}: no more customers stayed away than of those who came back.",
                shown=shown,
            ),
            say("Their base_churn is written as 0."),
            "segments",
            "base_churn",
        )


def _by_segment(counts: Counts, findings: Findings, cells: AccountCells, gone: str) -> None:
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
    told = {
        "share": f"{100 * left.sum() / n.sum():.1f}",
        "customers": f"{n.sum():,.0f}",
        "gone": gone,
    }
    words = say("{share} % of {customers} customers {gone}.", **told)
    if len(rows) > 1:
        least, most = rows[0], rows[-1]
        words = say(
            "{share} % of {customers} customers {gone}, from {least} % ({lowest}) to {most} % "
            "({highest}).",
            **told,
            least=f"{100 * least['value']:.1f}",
            lowest=least["segment"],
            most=f"{100 * most['value']:.1f}",
            highest=most["segment"],
        )
    findings.findings.append(Finding("churn by segment", words, tuple(rows)))


def _by_tier(counts: Counts, findings: Findings, cells: AccountCells, gone: str) -> None:
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
    findings.findings.append(
        Finding(
            "churn by tier",
            say("Left, by tier: {each}.", each=each)
            if gone == "left"
            else say("Stayed away in the last period, by tier: {each}.", each=each),
            tuple(rows),
        )
    )
