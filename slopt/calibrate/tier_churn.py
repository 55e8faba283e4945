"""Churn that differs by tier, where no log holds failures: the loss of an offer as it was seen.

Where failures are known, leave_probability carries the loss. Where churn records tell no more
than who had which tier and who left, what customers of a tier leave more often than those of the
segment's calmest tier becomes the offer's `lost_customers`, in money.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from slopt.calibrate.absence import Absence, ChurnFit, churn_by_absence
from slopt.calibrate.counts import Counts
from slopt.calibrate.estimate import NOT_AN_EFFECT, Estimate, Findings
from slopt.calibrate.history import History
from slopt.calibrate.levels import offered
from slopt.calibrate.scoring import Score, cross_validated, overall_share
from slopt.calibrate.shares import Interval, difference
from slopt.calibrate.shrinkage import shrink_shares
from slopt.calibrate.tallies import AccountCells, Numbers, add_up
from slopt.calibrate.who_left import per_period, record_periods
from slopt.calibrate.worth import worth_of_customers
from slopt.sayings import say
from slopt.vocabulary import SourceKind


def find_tier_churn(
    counts: Counts, history: History, findings: Findings, cells: AccountCells,
    absence: Absence | None,
) -> None:  # fmt: skip
    """Replace base_churn by the churn of the calmest tier, and add lost_customers to offers."""
    if len(counts.tiers) < 2:
        return
    tiers, segments = len(counts.tiers), len(counts.segments)
    pair = cells.segment * tiers + cells.tier
    n = add_up(pair, cells.n, segments * tiers)
    left = add_up(pair, cells.left, segments * tiers)
    family = np.arange(segments * tiers) % tiers
    how = "beta-binomial"
    if absence is None:
        shares = shrink_shares(left, n, family, tiers)
        fit = ChurnFit(shares.means, shares.estimates)
    else:
        pairs = replace(cells, segment=pair)
        fit, how = churn_by_absence(pairs, pairs, family, absence), absence.method
    findings.scores.append(_score(n, left, tiers, history.seed))
    known = [k for k in range(tiers) if not math.isnan(fit.means[k].value)]
    calmest = min(known, key=lambda k: fit.means[k].value)
    periods = record_periods(history)
    chosen = offered(n, tiers, history.menu)
    for s, segment in enumerate(counts.segments):
        of_tiers = [per_period(fit.estimates[s * tiers + k], periods) for k in range(tiers)]
        base = of_tiers[calmest]
        findings.add(
            [Estimate(
                "segments", "base_churn", base.value, SourceKind.FITTED,
                f"{history.name}: left with tier {counts.tiers[calmest]}, drawn towards that "
                f"tier's share over segments ({how})", segment,
                n=float(n[s * tiers + calmest]), interval=base,
            )]
        )  # fmt: skip
        worth = worth_of_customers(history, findings, segment, base.value)
        for k, tier in enumerate(counts.tiers):
            if not chosen[s * tiers + k] or math.isnan(of_tiers[k].value):
                continue
            cases = float(n[s * tiers + k])
            more = Interval(0.0, 0.0, 0.0) if k == calmest else difference(of_tiers[k], base)
            _offer(history, findings, segment, tier, more, worth, cases)
    findings.warn(
        say(
            "Offers lose what customers of their tier leave more often than those "
            "of {tier}, as it was seen.",
            tier=counts.tiers[calmest],
        ),
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
            say(
                "Segment {segment}: customers of tier {tier} leave less often by "
                "{value} points than those of the calmest tier.",
                segment=segment,
                tier=tier,
                value=f"{-100 * more.value:.1f}",
            ),
            say("Its lost_customers is written as 0."),
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
        told = np.array([each.value for each in fit.estimates])
        return np.where(np.isnan(told), overall_share(hits, trials), told)

    return Score(
        say("leaving, by tier"), say("log loss"), cross_validated(left, n, predict, seed),
        cross_validated(left, n, overall_share, seed), say("one churn for all"), say("five folds"),
        float(n.sum()),
    )  # fmt: skip
