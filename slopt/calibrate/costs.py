"""What service costs: by order and tier, by segment and tier, from the costs in the log."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from slopt.calibrate.counts import Counts
from slopt.calibrate.estimate import Estimate, Findings, known_value
from slopt.calibrate.history import History
from slopt.calibrate.levels import offered
from slopt.calibrate.means import Sums, ratio_interval, shrink_ratios
from slopt.calibrate.scoring import Score
from slopt.calibrate.shares import Interval
from slopt.calibrate.tallies import Numbers
from slopt.sayings import say
from slopt.vocabulary import SourceKind


def find_costs(counts: Counts, history: History, findings: Findings, cases: Numbers) -> None:
    """Cost by tier and the service cost of each pair; nothing where no log has a cost.

    `cases` are the orders (customers) of each pair; pairs that are not offered get no cost.
    Segment sizes must stand in the findings already.
    """
    if history.mapped("cost", "orders", "lines"):
        _by_order(counts, history, findings, cases)
    elif history.mapped("cost", "customers") and counts.has_accounts:
        _by_customer(counts, history, findings, cases)


def _by_order(counts: Counts, history: History, findings: Findings, cases: Numbers) -> None:
    by_size = history.mapped("size", "orders", "lines")
    base = "size" if by_size else "1"
    if not counts.sums("cost", base).rows.sum():
        findings.warn(
            say("No order has a cost and a size.") if by_size else say("No order has a cost."),
            say("Service cost is 0 unless [[assume]] gives it."),
            "tiers",
            "cost_per_order",
        )
        return
    costs = pair_costs(counts, "all", by_size)
    sizes = _orders_size(counts) if by_size else None
    method = "mean cost an order, drawn towards the tier's mean over segments (log scale)"
    if by_size:
        method = (
            "cost per unit of size, drawn towards the tier's over segments (log scale), "
            "times the segment's size of an order"
        )
    _tiers(counts, history, findings, "cost_per_order", counts.sums("cost", "1"))
    samples = counts.sums("cost", "1").base
    _offers(counts, history, findings, costs[0], samples, cases, method, sizes)
    score = _score(counts, by_size)
    if score is not None:
        findings.scores.append(score)


def pair_costs(counts: Counts, part: str, by_size: bool) -> tuple[tuple[Interval, ...], Sums]:
    """Cost an order, or a unit of size, of each pair, and the sums it rests on."""
    sums = counts.sums("cost", "size" if by_size else "1", part=part)
    return shrunk_by_tier(sums, len(counts.tiers)), sums


def shrunk_by_tier(sums: Sums, tiers: int) -> tuple[Interval, ...]:
    """The ratio of each pair, drawn towards those of its tier."""
    tier = np.arange(len(sums.rows)) % tiers
    ratios = [shrink_ratios(sums.take(tier == k)) for k in range(tiers)]
    return tuple(ratio for of_segment in zip(*ratios, strict=True) for ratio in of_segment)


def _by_customer(counts: Counts, history: History, findings: Findings, cases: Numbers) -> None:
    sums = counts.sums("cost", "1", table="accounts")
    costs = shrunk_by_tier(sums, len(counts.tiers))
    periods = history.logs["customers"].periods
    _tiers(counts, history, findings, "cost_per_customer", sums, 1 / periods)
    method = "mean cost a customer, drawn towards the tier's mean over segments (log scale)"
    _offers(counts, history, findings, costs, sums.base, cases, method, None, periods)


def _tiers(
    counts: Counts, history: History, findings: Findings, column: str, sums: Sums,
    factor: float = 1.0,
) -> None:  # fmt: skip
    tier = np.arange(len(sums.rows)) % len(counts.tiers)
    for k, name in enumerate(counts.tiers):
        of_tier = sums.take(tier == k)
        if not of_tier.rows.sum():
            findings.warn(
                say("Tier {name} has no cost in the log.", name=name),
                say("Its {column} is 0 unless [[assume]] gives it.", column=column),
                "tiers",
                column,
            )
            continue
        mean = _times(ratio_interval(of_tier), factor)
        findings.add(
            [Estimate(
                "tiers", column, mean.value, SourceKind.MEASURED,
                f"{history.name}: mean of the log (t interval)", tier=name,
                n=float(of_tier.base.sum()), interval=mean,
            )]
        )  # fmt: skip


def _offers(
    counts: Counts, history: History, findings: Findings,
    costs: Sequence[Interval], samples: Numbers, cases: Numbers, method: str,
    sizes: Numbers | None, periods: float | None = None,
) -> None:  # fmt: skip
    """Service cost of pairs: by order and size; by customer where `periods` are given."""
    tiers = len(counts.tiers)
    chosen = offered(cases, tiers, history.menu)
    for index, cost in enumerate(costs):
        segment, tier = counts.segments[index // tiers], counts.tiers[index % tiers]
        volume = _volume(history, findings, segment, periods)
        if not chosen[index] or volume is None:
            continue
        each = volume * (1.0 if sizes is None else float(sizes[index // tiers]))
        if not math.isfinite(cost.value * each):
            continue
        findings.add(
            [Estimate(
                "offers", "service_cost", cost.value * each, SourceKind.FITTED,
                f"{history.name}: {method}", segment, tier,
                n=float(samples[index]), interval=_times(cost, each),
            )]
        )  # fmt: skip


def _volume(
    history: History, findings: Findings, segment: str, periods: float | None
) -> float | None:
    """Orders of a segment a period; where `periods` is given, its customers by length of record."""
    customers = known_value(history, findings, "segments", "customers", segment)
    if customers is None or periods is not None:
        return None if customers is None or periods is None else customers / periods
    orders = known_value(history, findings, "segments", "orders_per_customer", segment)
    return customers * (1.0 if orders is None else orders)


def _orders_size(counts: Counts) -> Numbers:
    """Mean size of an order of each segment; that of all orders where it has none."""
    sums = counts.sums("size", "1", by="segment")
    overall = float(sums.pooled().ratio[0])
    return np.where(np.isfinite(sums.ratio), sums.ratio, overall)


def _times(interval: Interval, factor: float) -> Interval:
    return Interval(*(end * factor for end in interval))


def _score(counts: Counts, by_size: bool) -> Score | None:
    """Costs of the last quarter foretold, pair by pair, against one rate for all."""
    early, sums = pair_costs(counts, "early", by_size)
    late = counts.sums("cost", "size" if by_size else "1", part="late")
    if not sums.rows.sum() or not late.rows.sum():
        return None
    rate = np.array([cost.value for cost in early])
    overall = float(sums.pooled().ratio[0])
    told = np.where(np.isfinite(rate), rate, overall) * late.base
    actual, naive = late.amount, overall * late.base
    total = float(actual.sum()) or 1.0
    return Score(
        say("service cost"), say("absolute error by cost"),
        float(np.abs(told - actual).sum()) / total,
        float(np.abs(naive - actual).sum()) / total,
        say("one cost for all per unit of size") if by_size else say("one cost for all"),
        say("the last quarter of the time"), float(late.rows.sum()),
    )  # fmt: skip
