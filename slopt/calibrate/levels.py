"""Service levels: the share of orders served as promised, by tier and by segment and tier."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from slopt.calibrate.counts import Counts
from slopt.calibrate.estimate import NOT_AN_EFFECT, Estimate, Findings
from slopt.calibrate.history import History, Menu, Unseen
from slopt.calibrate.prepared import BLOCKS, HELD_BACK
from slopt.calibrate.scoring import Score, cross_validated, log_loss, overall_share
from slopt.calibrate.shares import Interval, dispersion, wilson
from slopt.calibrate.shrinkage import shrink_shares
from slopt.calibrate.tallies import Cells, Indices, Numbers, add_up
from slopt.sayings import listed, say
from slopt.vocabulary import SourceKind

FEWEST_SEGMENTS = 3
"""Segments that a tier needs so that one can be drawn towards the others."""
FEW = 10
"""Cases below which a pair is named as resting on few."""
FEWEST_SINCE = 20
"""Orders since a change of service that its levels need."""
UNKNOWN = Interval(math.nan, math.nan, math.nan)


@dataclass(frozen=True)
class Levels:
    """Service levels found. `estimates` has a level for each pair (segment x tiers + tier);
    `means` one for each tier; `n` the cases of each pair; `method` how they came about.
    """

    estimates: tuple[Interval, ...]
    means: tuple[Interval, ...]
    n: Numbers
    method: str


def find_levels(counts: Counts, history: History, findings: Findings) -> Levels | None:
    """Levels of all pairs, added to the findings; None where no log tells how one was served."""
    cells, per_customer, since = _cells(counts, findings)
    if not cells.n.sum():
        return None
    tiers, pairs = len(counts.tiers), len(counts.segments) * len(counts.tiers)
    pair = cells.segment * tiers + cells.tier
    clumping = dispersion(cells.hits, cells.n, pair)
    hits, n = cells.by_group(pair, pairs)
    levels = _levels(hits / clumping, n / clumping, n, tiers)
    if per_customer:
        levels = _by_order(levels, counts, history)
    method = levels.method + since
    if clumping > 1.05:
        method += (
            f"; {clumping:.2g} orders count as one, as orders of the same time and pair fail "
            "together"
        )
    levels = replace(levels, method=method)
    _add(counts, history, findings, levels)
    if np.count_nonzero(n) > 1:
        findings.scores.append(_score(cells, pair, pairs, tiers, clumping, history.seed))
    return levels


def _cells(counts: Counts, findings: Findings) -> tuple[Cells, bool, str]:
    """Service by orders, of what was changed only since then; else by churn records.

    True as the second where a case is a customer; the third says since when, in words.
    """
    cells = counts.service()
    change = counts.change
    if change is not None and cells.n.sum():
        treated = np.isin(
            cells.segment, [counts.segments.index(name) for name in change.treated]
        ) if change.treated else np.ones(len(cells.n), bool)  # fmt: skip
        today = counts.service(after=change.on, treated=change.treated)
        since = float(today.n.sum() - cells.n[~treated].sum())
        if since >= FEWEST_SINCE:
            return today, False, f"; of what changed on {change.on} only since then"
        findings.warn(
            say("{since} orders of the treated since {on}.", since=f"{since:,.0f}", on=change.on),
            say("Their service levels are those of the whole log."),
            "offers",
            "service_level",
        )
    if cells.n.sum() or not counts.has_accounts:
        return cells, False, ""
    return *counts.account_service(), ""


def _levels(hits: Numbers, trials: Numbers, n: Numbers, tiers: int) -> Levels:
    """Shrunk where tiers have enough segments, else each pair by itself."""
    family = np.arange(len(trials)) % tiers
    seen = add_up(family, trials > 0, tiers)
    if seen.max(initial=0) >= FEWEST_SEGMENTS:
        fit = shrink_shares(hits, trials, family, tiers)
        method = (
            "drawn towards the tier's share over segments, which weighs as "
            f"{fit.strength:.3g} effective orders (beta-binomial)"
        )
        return Levels(fit.estimates, fit.means, n, method)
    by_tier = [add_up(family, values, tiers) for values in (hits, trials)]
    means = tuple(wilson(x, m) if m > 0 else UNKNOWN for x, m in zip(*by_tier, strict=True))
    own = tuple(
        wilson(x, m) if m > 0 else means[f] for x, m, f in zip(hits, trials, family, strict=True)
    )
    return Levels(own, means, n, "share of the log (Wilson interval)")


def _by_order(levels: Levels, counts: Counts, history: History) -> Levels:
    """From shares of customers without any failure, q^n, to the level of one order, q."""

    def root(interval: Interval, segment: str) -> Interval:
        assumed = history.assumed("segments", "orders_per_customer", segment)
        orders = float(assumed.value) if assumed else 1.0
        return Interval(*(max(end, 0.0) ** (1 / orders) if orders else end for end in interval))

    tiers = len(counts.tiers)
    estimates = tuple(
        root(each, counts.segments[index // tiers]) for index, each in enumerate(levels.estimates)
    )
    means = tuple(root(each, "*") for each in levels.means)
    method = f"customers without a failure, by order; {levels.method}"
    return Levels(estimates, means, levels.n, method)


def _add(counts: Counts, history: History, findings: Findings, levels: Levels) -> None:
    tiers, source = len(counts.tiers), history.name
    by_tier = add_up(np.arange(len(levels.n)) % tiers, levels.n, tiers)
    shrunk = "drawn towards" in levels.method
    kind = SourceKind.FITTED if shrunk else SourceKind.MEASURED
    findings.add(
        Estimate(
            "tiers", "service_level", mean.value, kind,
            f"{source}: {'segments weighted by orders; ' if shrunk else ''}{levels.method}",
            tier=tier, n=float(cases), interval=mean,
        )
        for tier, mean, cases in zip(counts.tiers, levels.means, by_tier, strict=True)
        if not math.isnan(mean.value)
    )  # fmt: skip
    thin = []
    chosen = offered(levels.n, tiers, history.menu)
    for index, (level, cases) in enumerate(zip(levels.estimates, levels.n, strict=True)):
        segment, tier = counts.segments[index // tiers], counts.tiers[index % tiers]
        if not chosen[index] or math.isnan(level.value):
            continue
        if cases < FEW:
            thin.append(f"{segment} {tier} ({cases:.0f})")
        method = levels.method if cases > 0 else f"never seen; {levels.method}"
        findings.add(
            [Estimate(
                "offers", "service_level", level.value,
                kind if cases > 0 else SourceKind.FITTED, f"{source}: {method}",
                segment, tier, n=float(cases), interval=level,
            )]
        )  # fmt: skip
    if tiers > 1:
        findings.warn(
            say("Service levels of tiers are compared as the tiers were used."),
            NOT_AN_EFFECT,
            "tiers",
            "service_level",
        )
    if thin:
        names = listed(thin[:6])
        if len(thin) > 6:
            names = say("{names} and {more} more", names=names, more=len(thin) - 6)
        findings.warn(
            say(
                "{thin} service levels rest on fewer than {few} orders: {names}.",
                thin=len(thin),
                few=FEW,
                names=names,
            ),
            say("They say little of their own; look at their intervals in sources."),
            "offers",
            "service_level",
        )


def offered(cases: Numbers, tiers: int, menu: Menu) -> NDArray[np.bool_]:
    """Which pairs may be chosen, by how often the log holds them; shape as `cases`.

    A segment of which no pair is seen often enough keeps the one it has most.
    """
    table = cases.reshape(-1, tiers)
    chosen = table >= menu.seen_at_least
    if menu.unseen is Unseen.OFFERED:
        chosen |= table == 0
    alone = np.asarray(~(chosen & (table > 0)).any(axis=1, keepdims=True))
    most: NDArray[np.bool_] = np.equal(table, table.max(axis=1, keepdims=True))
    chosen |= alone & most
    return chosen.ravel()


def _score(
    cells: Cells, pair: Indices, pairs: int, tiers: int, clumping: float, seed: int
) -> Score:
    """Levels from the first three quarters of the time against the last; folds without time."""

    def predict(hits: Numbers, n: Numbers) -> Numbers:
        found = _levels(hits / clumping, n / clumping, n, tiers).estimates
        told = np.array([each.value for each in found])
        return np.where(np.isnan(told), overall_share(hits, n), told)

    early = cells.block < BLOCKS - HELD_BACK
    if early.any() and not early.all():
        train = cells.take(early).by_group(pair[early], pairs)
        hits, n = cells.take(~early).by_group(pair[~early], pairs)
        loss = log_loss(hits, n, predict(*train))
        naive = log_loss(hits, n, overall_share(*train))
        split = say("the last quarter of the time")
    else:
        hits, n = cells.by_group(pair, pairs)
        loss = cross_validated(hits, n, predict, seed)
        naive = cross_validated(hits, n, overall_share, seed)
        split = say("five folds")
    return Score(
        say("service level"),
        say("log loss"),
        loss,
        naive,
        say("one level for all"),
        split,
        float(n.sum()),
    )
