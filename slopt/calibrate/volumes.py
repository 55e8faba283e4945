"""How large segments are: customers, orders, revenue, today's tier; how concentrated revenue is."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from slopt.calibrate.counts import Counts
from slopt.calibrate.estimate import Estimate, Finding, Findings
from slopt.calibrate.history import History
from slopt.calibrate.means import own_ratios, rate_interval
from slopt.calibrate.shares import Interval, wilson
from slopt.sayings import in_a_row, say
from slopt.vocabulary import SourceKind

TOP = 0.2
"""The share of customers of which the share of revenue is told."""


def find_volumes(counts: Counts, history: History, findings: Findings) -> None:
    """Add sizes of segments and the concentration of revenue to the findings."""
    if counts.has_orders:
        dated = counts.span_periods() is not None
        (_from_orders if dated else _from_undated)(counts, history, findings)
        _revenue(counts, findings, history)
    elif counts.has_accounts:
        _from_records(counts, history, findings)
    _concentration(counts, findings)


def _from_orders(counts: Counts, history: History, findings: Findings) -> None:
    span = counts.span_periods()
    assert span is not None
    # A log of a whole number of periods, up to its last days, counts as such.
    periods = max(math.floor(span * 1.02), 1)
    customers, orders = counts.volumes(periods)
    scale = 1.0
    if span < 0.98:
        scale = 1 / span
        findings.warn(
            say("The orders span {span} of a period.", span=f"{span:.2f}"),
            say("Orders are scaled up by {scale}; seasons are not known.", scale=f"{scale:.2f}"),
            "segments",
            "orders_per_customer",
        )
    has_customer = history.logs["orders"].has("customer")
    how = f"{history.name}: mean of the last {periods} whole periods of {span:.3g}"
    for s, segment in enumerate(counts.segments):
        base = float(customers[s]) if has_customer else 1.0
        if base <= 0:
            findings.warn(
                say(
                    "Segment {segment} has no order in the last {periods} periods.",
                    segment=segment,
                    periods=periods,
                ),
                say("It has no customers in the case."),
                "segments",
                "customers",
            )
        words = how if has_customer else f"{how}; without a customer in the log it counts as one"
        seen = float(orders[s]) * periods
        rate = rate_interval(seen, base * periods / scale) if base > 0 else Interval(0.0, 0.0, 0.0)
        findings.add(
            [
                Estimate(
                    "segments", "customers", base, SourceKind.MEASURED, words, segment,
                    n=seen,
                ),
                Estimate(
                    "segments", "orders_per_customer", rate.value, SourceKind.MEASURED,
                    f"{how} (Poisson interval)", segment, n=seen, interval=rate,
                ),
            ]
        )  # fmt: skip


def _from_undated(counts: Counts, history: History, findings: Findings) -> None:
    """Without days the log counts as one period."""
    findings.warn(
        say("No order has a day: the log counts as one period."),
        say("Map time in [orders.columns]."),
        "segments",
        "orders_per_customer",
    )
    sums = counts.sums("1.0", "1", by="segment")
    customers = counts.distinct_customers()
    for s, segment in enumerate(counts.segments):
        named = float(customers[s]) or 1.0
        rate = rate_interval(float(sums.base[s]), named)
        words = f"{history.name}: the whole log as one period"
        findings.add(
            [
                Estimate("segments", "customers", named, SourceKind.MEASURED, words, segment),
                Estimate(
                    "segments", "orders_per_customer", rate.value, SourceKind.MEASURED,
                    f"{words} (Poisson interval)", segment, n=float(sums.base[s]), interval=rate,
                ),
            ]
        )  # fmt: skip


def _revenue(counts: Counts, findings: Findings, history: History) -> None:
    """Revenue of an order, segment by segment."""
    sums = counts.sums("revenue", "1", by="segment")
    for segment, mean, n in zip(counts.segments, own_ratios(sums), sums.base, strict=True):
        if not n:
            continue
        if mean.value < 0:
            findings.warn(
                say(
                    "Segment {segment} sold for {mean} an order: less than nothing.",
                    segment=segment,
                    mean=f"{mean.value:.2f}",
                ),
                say("revenue_per_order is written as 0."),
                "segments",
                "revenue_per_order",
                mean.value,
            )
        findings.add(
            [Estimate(
                "segments", "revenue_per_order", max(mean.value, 0.0), SourceKind.MEASURED,
                f"{history.name}: mean of the log (interval by the scatter of all segments)",
                segment, n=float(n), interval=mean,
            )]
        )  # fmt: skip


def _from_records(counts: Counts, history: History, findings: Findings) -> None:
    """Sizes from churn records: customers as they stand, orders and revenue by period."""
    log = history.logs["customers"]
    customers, orders, revenue = counts.account_totals()
    for s, segment in enumerate(counts.segments):
        words = f"{history.name}: customers of the record"
        findings.add(
            [Estimate(
                "segments", "customers", float(customers[s]), SourceKind.MEASURED, words, segment,
                n=float(customers[s]),
            )]
        )  # fmt: skip
        assumed = history.assumed("segments", "orders_per_customer", segment)
        a_period = float(assumed.value) if assumed else 1.0
        if np.isfinite(orders[s]) and log.has("orders"):
            a_period = float(orders[s]) / log.periods
            findings.add(
                [Estimate(
                    "segments", "orders_per_customer", a_period, SourceKind.MEASURED,
                    f"{history.name}: mean of the record", segment, n=float(customers[s]),
                )]
            )  # fmt: skip
        if np.isfinite(revenue[s]) and log.has("revenue") and a_period > 0:
            findings.add(
                [Estimate(
                    "segments", "revenue_per_order", float(revenue[s]) / log.periods / a_period,
                    SourceKind.MEASURED, f"{history.name}: revenue of a customer by orders",
                    segment, n=float(customers[s]),
                )]
            )  # fmt: skip


def find_today(
    counts: Counts, history: History, findings: Findings, offered: NDArray[np.bool_]
) -> None:
    """Today's tier: of those offered, the one that a segment had most in the last quarter."""
    used = counts.use_of_tiers(offered)
    for s, segment in enumerate(counts.segments):
        total = float(used[s].sum())
        if total <= 0:
            continue
        k = int(used[s].argmax())
        share = used[s, k] / total
        findings.add(
            [Estimate(
                "segments", "current_tier", counts.tiers[k], SourceKind.MEASURED,
                f"{history.name}: {100 * share:.0f} % of the latest {total:.0f}", segment,
                n=total,
            )]
        )  # fmt: skip


def _concentration(counts: Counts, findings: Findings) -> None:
    if not (counts.has_orders or counts.has_accounts):
        return
    revenue = counts.revenue_of_customers()
    total = float(np.sum(revenue))
    if len(revenue) < 5 or total <= 0:
        return
    top = math.ceil(TOP * len(revenue))
    share = float(np.sum(revenue[:top])) / total
    words = say(
        "The top 20 % of {revenue} customers make {share} % of revenue.",
        revenue=f"{len(revenue):,}",
        share=f"{100 * share:.1f}",
    )
    rows: dict[str, float] = {"customers": len(revenue), "top_20_share": share}
    if counts.has_orders:
        customers, several, orders = counts.orders_of_customers()
        repeat = wilson(several, customers)
        words = in_a_row(
            words,
            say(
                "{again} % of customers ordered again within the log, {each} orders each.",
                again=f"{100 * repeat.value:.1f}",
                each=f"{orders / customers:.1f}",
            ),
        )
        rows |= {
            "repeat_rate": repeat.value, "repeat_low": repeat.low, "repeat_high": repeat.high,
            "orders_per_customer": orders / customers,
        }  # fmt: skip
    findings.findings.append(Finding("concentration", words, (rows,)))
