"""What failures of a tier lose that is later, or less late, than those of the others.

`leave_probability` is that of an average failure. Where a curve tells how dissatisfaction rises
with lateness, the failures of each tier are weighed by how much more they dissatisfy than being on
time, over the tier's own latenesses: m is that excess by the mean over all failures. A customer
with a failure then leaves with chance m x leave_probability, and what an offer loses,
N (1 - q^n) m leave_probability V, is written as its `lost_customers`, which takes the place of the
same formula without m: nothing is counted twice.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from slopt.calibrate.counts import Counts
from slopt.calibrate.curve_error import refitted
from slopt.calibrate.curves import Answers, Curve
from slopt.calibrate.estimate import Estimate, Finding, Findings, known_value
from slopt.calibrate.history import History
from slopt.calibrate.shares import SURE, Interval, Z
from slopt.calibrate.tallies import LatenessCells, Numbers, add_up
from slopt.calibrate.worth import worth_of_customers
from slopt.economics.lost_sales import dissatisfied_share
from slopt.sayings import say
from slopt.vocabulary import LossKind, SourceKind

FEWEST = 20
"""Failures with a lateness that a tier needs to be told from the others."""
OTHER_WAYS = ("kind", "complaint_rate")
"""Columns of response under which leave_probability is not the only way to leave."""


@dataclass(frozen=True)
class Severity:
    """How much the failures of each tier dissatisfy by those of all: 1 is like all.

    `error` is the standard error of the failures that there were; `low` and `high` hold that of the
    curve too. A tier with too few failures counts as 1, without an error.
    """

    factor: Numbers
    error: Numbers
    failures: Numbers
    low: Numbers
    high: Numbers

    @property
    def differs(self) -> bool:
        """Whether tiers differ by more than chance (at 5 %), and by a twentieth at least."""
        from scipy.stats import chi2

        known = self.failures >= FEWEST
        if known.sum() < 2 or float(np.abs(self.factor[known] - 1).max()) < 0.05:
            return False
        weight = 1 / np.maximum(self.error[known], 1e-3) ** 2
        mean = float((weight * self.factor[known]).sum() / weight.sum())
        q = float((weight * (self.factor[known] - mean) ** 2).sum())
        return q > float(chi2.ppf(0.95, int(known.sum()) - 1))


def severity_of_tiers(cells: LatenessCells, tiers: int, curve: Curve) -> Severity | None:
    """The severity by tier; None where no failure has a lateness or none dissatisfies.

    The interval is that of the failures alone: the curve counts as known.
    """
    failed = cells.hits > 0
    fine = ~failed
    if not failed.any() or not fine.any():
        return None
    share = curve(cells.late)
    base = float((cells.n[fine] * share[fine]).sum() / cells.n[fine].sum())
    excess = np.maximum(share[failed] - base, 0.0)
    n, tier = cells.n[failed], cells.tier[failed]
    total = add_up(tier, n, tiers)
    overall = float((n * excess).sum() / n.sum())
    if overall <= 0:
        return None
    some = np.maximum(total, 1.0)
    mean = add_up(tier, n * excess, tiers) / some
    spread = add_up(tier, n * (excess - mean[tier]) ** 2, tiers) / some
    enough = total >= FEWEST
    factor = np.where(enough, mean / overall, 1.0)
    error = np.where(enough, np.sqrt(spread / some) / overall, 0.0)
    return Severity(factor, error, total, factor - Z * error, factor + Z * error)


def with_curve_error(
    severity: Severity, cells: LatenessCells, curves: Sequence[Curve], seed: int
) -> Severity:
    """The severity with an interval that holds the error of the curve: quantiles of its draws.

    `curves` are those that might have been fitted as well; each is given the error of the failures.
    """
    random = np.random.default_rng(seed)
    drawn = []
    for curve in curves:
        each = severity_of_tiers(cells, len(severity.factor), curve)
        if each is not None:
            drawn.append(each.factor + each.error * random.standard_normal(len(each.factor)))
    if len(drawn) < FEWEST:
        return severity
    low, high = np.quantile(drawn, [(1 - SURE) / 2, (1 + SURE) / 2], axis=0)
    return replace(
        severity,
        low=np.maximum(np.minimum(low, severity.factor), 0.0),
        high=np.maximum(high, severity.factor),
    )


def find_lateness_loss(
    counts: Counts, history: History, findings: Findings, answers: Answers, curve: Curve
) -> None:
    """Write what offers lose where tiers differ in how much their failures dissatisfy.

    `curve` tells dissatisfaction by lateness, fitted to `answers`.
    """
    if len(counts.tiers) < 2:
        return
    cells = counts.lateness()
    severity = severity_of_tiers(cells, len(counts.tiers), curve)
    if severity is None or not severity.differs:
        return
    severity = with_curve_error(
        severity, cells, refitted(answers, curve, history.seed), history.seed
    )
    words = ", ".join(f"{tier} {severity.factor[k]:.2f}" for k, tier in enumerate(counts.tiers))
    rows = tuple(
        {"tier": tier, "failures": float(severity.failures[k]), "severity": float(
            severity.factor[k]), "low": float(severity.low[k]), "high": float(severity.high[k])}
        for k, tier in enumerate(counts.tiers)
    )  # fmt: skip
    findings.findings.append(
        Finding(
            "severity of failures",
            say(
                "How much a failure dissatisfies by its lateness, the average failure "
                "as 1: {words}.",
                words=words,
            ),
            rows,
        )
    )
    if _goes_another_way(history, findings):
        findings.warn(
            say(
                "Failures of some tiers are later than those of others, and the "
                "response goes another way than leave_probability alone."
            ),
            say("What offers lose is not weighed by lateness."),
            "offers",
            "lost_customers",
        )
        return
    for segment in counts.segments:
        for k, tier in enumerate(counts.tiers):
            _offer(history, findings, segment, tier, severity, k)


def _goes_another_way(history: History, findings: Findings) -> bool:
    """Whether customers leave by complaints or stock-outs, and not by leave_probability alone."""
    kind = findings.cells.get(("response", "kind", "*", "*"))
    return (
        any(history.assumed("response", column, "*") for column in OTHER_WAYS)
        or findings.has("response", "complaint_rate")
        or (kind is not None and kind.value == LossKind.STOCK_OUT.value)
    )


def _offer(
    history: History, findings: Findings, segment: str, tier: str, severity: Severity, k: int
) -> None:
    leave = _leave(history, findings, segment)
    found = findings.cells.get(("offers", "service_level", segment, tier))
    if leave is None or found is None or findings.value("offers", "lost_customers", segment, tier):
        return
    assumed = history.assumed("tiers", "service_level", "*", tier)
    level = float(found.value if assumed is None else assumed.value)
    orders = known_value(history, findings, "segments", "orders_per_customer", segment)
    churn = known_value(history, findings, "segments", "base_churn", segment) or 0.0
    worth = worth_of_customers(history, findings, segment, churn)
    hit = float(dissatisfied_share(np.array(1.0 if orders is None else orders), np.array(level)))
    factor = float(severity.factor[k])
    chance, kind = leave
    value = min(chance.value * factor, 1.0)
    # The relative errors of the chance to leave and of the severity, on either side.
    below, above = (
        math.hypot(
            (end - chance.value) / chance.value if chance.value else 0.0,
            float(of_severity) / factor - 1 if factor > 0 else 0.0,
        )
        for end, of_severity in ((chance.low, severity.low[k]), (chance.high, severity.high[k]))
    )
    interval = Interval(
        *(worth * hit * min(max(value * by, 0.0), 1.0) for by in (1.0, 1 - below, 1 + above))
    )
    findings.add(
        [Estimate(
            "offers", "lost_customers", interval.value, kind,
            f"{history.name}: a failure of {tier} dissatisfies {factor:.2f} times as much as an "
            f"average one, by its lateness; times leave_probability {chance.value:.3g}",
            segment, tier, n=float(severity.failures[k]), interval=interval,
        )]
    )  # fmt: skip


def _leave(
    history: History, findings: Findings, segment: str
) -> tuple[Interval, SourceKind] | None:
    """The chance to leave after an average failure, with its range; None where it is 0."""
    assumed = history.assumed("response", "leave_probability", segment)
    if assumed is not None:
        value = float(assumed.value)
        ends = (value if end is None else end for end in (assumed.low, assumed.high))
        return (Interval(value, *ends), SourceKind.ASSUMED) if value > 0 else None
    for whose in (segment, "*"):
        found = findings.cells.get(("response", "leave_probability", whose, "*"))
        if found is not None and found.interval is not None:
            return (found.interval, found.kind) if float(found.value) > 0 else None
    return None
