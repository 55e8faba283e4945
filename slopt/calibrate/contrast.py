"""The effect of a failure, told by lots: arms differ in failures by chance of the lot alone.

With D_y and D_x the differences of the arms in outcome y and exposure x, the effect is D_y / D_x
(Wald 1940, Annals of Mathematical Statistics 11, 284-300; Angrist, Imbens and Rubin 1996, Journal
of the American Statistical Association 91, 444-455). Its interval is that of Fieller (1954, Journal
of the Royal Statistical Society B 16, 175-185): the effects t for which D_y - t D_x is within
chance of 0. It holds also where the arms hardly differ in failures, and is then without end.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.calibrate.shares import SURE, Interval
from slopt.calibrate.tallies import Indices, Numbers
from slopt.sayings import say

FEWEST = 2
"""Cases of a group of a stratum, below which it has no scatter."""


@dataclass(frozen=True, eq=False)
class Units:
    """Cases by lot, one entry each: stratum, whether treated, whether after, exposure, outcome."""

    stratum: Indices
    treated: NDArray[np.bool_]
    after: NDArray[np.bool_]
    x: Numbers
    y: Numbers

    def take(self, chosen: NDArray[np.bool_]) -> Units:
        """Some of them."""
        return Units(
            self.stratum[chosen], self.treated[chosen], self.after[chosen], self.x[chosen],
            self.y[chosen],
        )  # fmt: skip

    @property
    def signs(self) -> dict[tuple[bool, bool], float]:
        """(treated, after) of each group that is compared, and whether it counts for or against.

        Treated less control; after less before; or the difference of both.
        """
        both = bool(self.treated.any() and (~self.treated).any())
        times = bool(self.after.any() and (~self.after).any())
        if both and times:
            return {(t, a): 1.0 if t == a else -1.0 for t in (True, False) for a in (True, False)}
        if both:
            now = bool(self.after.any())
            return {(True, now): 1.0, (False, now): -1.0}
        one = bool(self.treated.any())
        return {(one, True): 1.0, (one, False): -1.0} if times else {}


@dataclass(frozen=True)
class Contrast:
    """Differences of outcome and exposure with their covariances; of how many cases.

    `freedom` is that of the t distribution, infinite for the normal one.
    """

    y: float
    x: float
    yy: float
    xy: float
    xx: float
    n: float
    freedom: float = math.inf

    @property
    def effect(self) -> float:
        """Outcome for each unit of exposure; NaN where the exposure is the same."""
        return self.y / self.x if self.x else math.nan

    def interval(self) -> Interval | None:
        """Fieller's, of 95 %; None where it has no end."""
        z = self._quantile()
        a = self.x**2 - z**2 * self.xx
        if not a > 0:
            return None
        b = self.y * self.x - z**2 * self.xy
        c = self.y**2 - z**2 * self.yy
        root = math.sqrt(max(b**2 - a * c, 0.0))
        low, high = (b - root) / a, (b + root) / a
        return Interval(self.effect, min(low, self.effect), max(high, self.effect))

    def log_likelihood(self, effects: Numbers) -> Numbers:
        """Of each effect, the true difference of exposures being whatever it is."""
        variance = np.maximum(self.yy - 2 * effects * self.xy + effects**2 * self.xx, 1e-300)
        squared = (self.y - effects * self.x) ** 2 / variance
        if math.isinf(self.freedom):
            logs = -squared / 2
        else:
            logs = -(self.freedom + 1) / 2 * np.log1p(squared / self.freedom)
        return np.asarray(logs - np.log(variance) / 2)

    def _quantile(self) -> float:
        from scipy.stats import norm, t

        at = 1 - (1 - SURE) / 2
        return float(norm.ppf(at) if math.isinf(self.freedom) else t.ppf(at, self.freedom))


def contrast_within(units: Units) -> Contrast | None:
    """Within strata, as Mantel and Haenszel weigh them; None where no stratum has all groups.

    In one stratum the treated may have had the better service, in another the worse: each counts
    in the direction in which its exposure goes.
    """
    signs = units.signs
    if not signs:
        return None
    total = np.zeros(5)
    weights = n = 0.0
    for stratum in np.unique(units.stratum):
        its = units.take(units.stratum == stratum)
        groups = {key: (its.treated == key[0]) & (its.after == key[1]) for key in signs}
        sizes = {key: int(chosen.sum()) for key, chosen in groups.items()}
        if min(sizes.values()) < FEWEST:
            continue
        weight = 1 / sum(1 / size for size in sizes.values())
        means = {
            key: (its.y[chosen].mean(), its.x[chosen].mean()) for key, chosen in groups.items()
        }
        turn = 1.0 if sum(signs[key] * means[key][1] for key in signs) >= 0 else -1.0
        weights += weight
        n += sum(sizes.values())
        for key, chosen in groups.items():
            (yy, xy), (_, xx) = np.cov(its.y[chosen], its.x[chosen]) / sizes[key]
            y, x = means[key]
            part = turn * signs[key] * np.array([y, x, 0.0, 0.0, 0.0])
            total += weight * part + weight**2 * np.array([0.0, 0.0, yy, xy, xx])
    if not weights:
        return None
    y, x, yy, xy, xx = total / np.array([weights, weights, *[weights**2] * 3])
    return Contrast(float(y), float(x), float(yy), float(xy), float(xx), n)


def contrast_between(units: Units) -> Contrast | None:
    """Of whole strata that were drawn by lot: each is one case, as heavy as it has customers.

    Where there is a time before, each stratum counts by its change, and need not be compared with
    others. None below two of each arm.
    """
    by_arm: dict[bool, list[tuple[float, float, float]]] = {True: [], False: []}
    times = bool(units.after.any() and (~units.after).any())
    for stratum in np.unique(units.stratum):
        its = units.take(units.stratum == stratum)
        arm = bool(its.treated.mean() > 0.5)
        now = its.take(its.after) if times else its
        if not len(now.x):
            continue
        x, y = float(now.x.mean()), float(now.y.mean())
        if times:
            before = its.take(~its.after)
            if not len(before.x):
                continue
            x, y = x - float(before.x.mean()), y - float(before.y.mean())
        by_arm[arm].append((float(len(now.x)), x, y))
    if times and not by_arm[False]:
        del by_arm[False]
    if min(len(rows) for rows in by_arm.values()) < FEWEST:
        return None
    total = np.zeros(5)
    for arm, rows in by_arm.items():
        weight, x, y = np.array(rows).T
        share = weight / weight.sum()
        mean = np.array([share @ y, share @ x])
        off = share * (np.array([y, x]) - mean[:, None])
        cov = off @ off.T * len(rows) / (len(rows) - 1)
        sign = 1.0 if arm else -1.0
        total += np.array([sign * mean[0], sign * mean[1], cov[0, 0], cov[0, 1], cov[1, 1]])
    n = sum(weight for rows in by_arm.values() for weight, _, _ in rows)
    freedom = sum(len(rows) - 1 for rows in by_arm.values())
    y, x, yy, xy, xx = (float(each) for each in total)
    return Contrast(y, x, yy, xy, xx, n, float(freedom))


def level_of(good: Numbers, orders: Numbers) -> tuple[Interval, float]:
    """The share of orders that went well, and by how much customers scatter more than orders.

    (J,) orders of each customer and those of them that went well. The interval is that of Wilson,
    of so many fewer orders (design effect by the ratio estimator, at least 1).
    """
    from slopt.calibrate.shares import wilson

    total, hits = float(orders.sum()), float(good.sum())
    if total <= 0:
        return wilson(0.0, 0.0), 1.0
    share, count = hits / total, len(orders)
    effect = 1.0
    if count >= FEWEST and 0 < share < 1:
        scatter = float(((good - share * orders) ** 2).sum()) * count / (count - 1) / total**2
        effect = max(1.0, scatter / (share * (1 - share) / total))
    return wilson(hits / effect, total / effect), effect


def level_likelihood(level: float, orders: float, values: Numbers) -> Numbers:
    """The logarithm of how likely each level makes it that this share of orders went well."""
    inside = np.clip(values, 1e-12, 1 - 1e-12)
    return np.asarray(orders * (level * np.log(inside) + (1 - level) * np.log1p(-inside)))


def words_of(signs: Mapping[tuple[bool, bool], float]) -> str:
    """What was compared, in words for `sources`."""
    if len(signs) == 4:
        return say("difference in differences with a control group")
    treated = {key[0] for key in signs}
    return say("control group drawn by lot") if len(treated) == 2 else say("before and after")
