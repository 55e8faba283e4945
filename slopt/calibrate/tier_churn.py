"""Churn that differs by tier, where no log holds failures: the loss of an offer as it was seen.

Where failures are known, leave_probability carries the loss. Where churn records tell no more
than who had which tier and who left, what customers of a tier leave more often than those of the
segment's calmest tier becomes the offer's `lost_customers`, in money.
"""

from __future__ import annotations

import math

import numpy as np

from slopt.calibrate.counts import Counts
from slopt.calibrate.estimate import NOT_AN_EFFECT, Estimate, Findings, known_value
from slopt.calibrate.history import History
from slopt.calibrate.levels import offered
from slopt.calibrate.retention import per_period
from slopt.calibrate.scoring import Score, cross_validated, overall_share
from slopt.calibrate.shares import Interval, difference
from slopt.calibrate.shrinkage import shrink_shares
from slopt.calibrate.tallies import Numbers, add_up
from slopt.economics.lifetime_value import customer_value
from slopt.vocabulary import SourceKind


def find_tier_churn(counts: Counts, history: History, findings: Findings) -> None:
    """Replace base_churn by the churn of the calmest tier, and add lost_customers to offers."""
    if not counts.has_accounts or len(counts.tiers) < 2:
        return
    cells = counts.accounts()
    if not findings.has("segments", "base_churn") or (cells.failure >= 0).any():
        return
    tiers, segments = len(counts.tiers), len(counts.segments)
    pair = cells.segment * tiers + cells.tier
    n = add_up(pair, cells.n, segments * tiers)
    left = add_up(pair, cells.left, segments * tiers)
    fit = shrink_shares(left, n, np.arange(segments * tiers) % tiers, tiers)
    findings.scores.append(_score(n, left, tiers, history.seed))
    calmest = min(range(tiers), key=lambda k: fit.means[k].value)
    periods = history.logs["customers"].periods if "customers" in history.logs else 1.0
    chosen = offered(n, tiers, history.menu)
    for s, segment in enumerate(counts.segments):
        of_tiers = [per_period(fit.estimates[s * tiers + k], periods) for k in range(tiers)]
        base = of_tiers[calmest]
        findings.add(
            [Estimate(
                "segments", "base_churn", base.value, SourceKind.FITTED,
                f"{history.name}: left with tier {counts.tiers[calmest]}, drawn towards that "
                "tier's mean over segments (beta-binomial)", segment,
                n=float(n[s * tiers + calmest]), interval=base,
            )]
        )  # fmt: skip
        worth = _worth(history, findings, segment, base.value)
        for k, tier in enumerate(counts.tiers):
            if not chosen[s * tiers + k]:
                continue
            cases = float(n[s * tiers + k])
            more = Interval(0.0, 0.0, 0.0) if k == calmest else difference(of_tiers[k], base)
            _offer(history, findings, segment, tier, more, worth, cases)
    findings.warn(
        "Offers lose what customers of their tier leave more often than those of "
        f"{counts.tiers[calmest]}, as it was seen.",
        NOT_AN_EFFECT,
        "offers",
        "lost_customers",
    )


def _offer(
    history: History, findings: Findings, segment: str, tier: str, more: Interval, worth: float,
    cases: float,
) -> None:  # fmt: skip
    if more.value < 0:
        findings.warn(
            f"Segment {segment}: customers of tier {tier} leave less often by "
            f"{-100 * more.value:.1f} points than those of the calmest tier.",
            "Its lost_customers is written as 0.",
            "offers",
            "lost_customers",
            more.value,
        )
    money = Interval(*(max(end, 0.0) * worth for end in more))
    findings.add(
        [Estimate(
            "offers", "lost_customers", money.value, SourceKind.FITTED,
            f"{history.name}: {100 * more.value:.1f} points more left than with the calmest tier, "
            "times the value of a customer", segment, tier, n=cases, interval=money,
        )]
    )  # fmt: skip


def _score(n: Numbers, left: Numbers, tiers: int, seed: int) -> Score:
    """Churn by segment and tier against one churn for all."""

    def predict(hits: Numbers, trials: Numbers) -> Numbers:
        fit = shrink_shares(hits, trials, np.arange(len(hits)) % tiers, tiers)
        return np.array([each.value for each in fit.estimates])

    return Score(
        "leaving, by tier", "log loss", cross_validated(left, n, predict, seed),
        cross_validated(left, n, overall_share, seed), "one churn for all", "five folds",
        float(n.sum()),
    )  # fmt: skip


def _worth(history: History, findings: Findings, segment: str, churn: float) -> float:
    """Value of all customers of a segment, as the economics of the case have it."""

    def number(column: str, default: float) -> float:
        known = known_value(history, findings, "segments", column, segment)
        return default if known is None else known

    basis = history.assumed("response", "value_basis", segment)
    margin = (
        number("orders_per_customer", 1.0)
        * number("revenue_per_order", 0.0)
        * number("margin", 1.0)
    )
    rate = float(history.settings.get("case", {}).get("discount_rate", 0.0))
    value = customer_value(
        np.array(margin), np.array(1 - churn), rate,
        np.array(basis is None or basis.value == "lifetime"),
    )  # fmt: skip
    worth = float(value) * number("customers", 0.0)
    return worth if math.isfinite(worth) else 0.0
