"""The stability table: in how many sampled futures each segment's planned tier is the best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.scenarios.draws import lhs
from slopt.study.sensitivity.futures import Futures
from slopt.study.sensitivity.inputs import Input
from slopt.study.sensitivity.move import Place
from slopt.study.sensitivity.shares import SURE, Share

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Stability:
    """Sampled futures, N of them, P of which have a plan.

    best_tier (P, S): the tier each segment has in the best plan, the planned one where the whole
    recommendation is as good. regret (P,): what keeping it costs, infinite where it breaks a limit.
    value, kept_value (P,): the goal's value of the best plan, and of the recommendation, NaN where
    it breaks a limit. `unproven` of them are not proven within the gap. `reason`: why there is no
    plan, most often, in those that have none.
    """

    n: int
    plan: NDArray[np.int64]
    best_tier: NDArray[np.int64]
    regret: Numbers
    value: Numbers
    kept_value: Numbers
    unproven: int
    reason: str = ""

    @property
    def with_plan(self) -> int:
        """Futures that have a plan at all."""
        return len(self.regret)

    @property
    def keepable(self) -> Numbers:
        """The regret where the recommendation can be kept."""
        return self.regret[np.isfinite(self.regret)]

    @property
    def is_best(self) -> Share | None:
        """Futures in which the whole recommendation is the best plan; None without any plan."""
        whole = (self.best_tier == self.plan).all(axis=1)
        return Share(int(whole.sum()), len(whole)) if len(whole) else None

    @property
    def breaks(self) -> Share | None:
        """Futures in which the recommendation breaks a limit."""
        count = int(np.isinf(self.regret).sum())
        return Share(count, self.with_plan) if self.with_plan else None

    def regret_figures(self) -> dict[str, float | None]:
        """Mean with the ends of its interval, 95 % quantile and most of the regret, where kept."""
        kept = self.keepable
        if len(kept) == 0:
            return dict.fromkeys(("mean", "mean_low", "mean_high", "q95", "max"))
        mean = float(kept.mean())
        half = _half_width(kept)
        return {
            "mean": mean,
            "mean_low": None if half is None else max(mean - half, 0.0),
            "mean_high": None if half is None else mean + half,
            "q95": float(np.quantile(kept, 0.95)),
            "max": float(kept.max()),
        }

    def value_figures(self) -> dict[str, float | None]:
        """The middle and the 5 % and 95 % quantiles of the goal's value, best and kept."""
        figures: dict[str, float | None] = {}
        for name, values in (("best", self.value), ("kept", self.kept_value)):
            known = values[~np.isnan(values)]
            for word, share in (("q05", 0.05), ("median", 0.5), ("q95", 0.95)):
                known_any = len(known) > 0
                figures[f"{name}_{word}"] = float(np.quantile(known, share)) if known_any else None
        return figures

    def share(self, segment: int) -> Share | None:
        """Futures in which the planned tier of a segment is its best."""
        hits = int((self.best_tier[:, segment] == self.plan[segment]).sum())
        return Share(hits, self.with_plan) if self.with_plan else None

    def rival(self, segment: int) -> tuple[int, Share] | None:
        """The tier that is most often the best instead; None where none ever is."""
        others = self.best_tier[:, segment]
        others = others[others != self.plan[segment]]
        if len(others) == 0:
            return None
        counts = np.bincount(others)
        return int(counts.argmax()), Share(int(counts.max()), self.with_plan)


def _half_width(values: Numbers) -> float | None:
    """Half of the 95 % interval of a mean; None of a single value."""
    if len(values) < 2:
        return None
    from scipy.special import stdtrit

    error = float(values.std(ddof=1) / np.sqrt(len(values)))
    return error * float(stdtrit(len(values) - 1, (1 + SURE) / 2))


def stability(futures: Futures, samples: int, seed: int) -> Stability:
    """All inputs at once, each evenly over its range and apart from the others."""
    shares = lhs(len(futures.inputs), samples, seed)
    places = [place_of(futures.inputs, row) for row in shares]
    answers = futures.best(places)
    tiers, regrets, values, kept = [], [], [], []
    unproven, reasons = 0, Counter[str]()
    for place, best in zip(places, answers, strict=True):
        unproven += not best.is_proven
        moved = futures.moved(place)
        if moved is None:
            reasons[best.reason] += 1
            continue
        tiers.append(best.choice if moved else futures.plan)
        regrets.append(futures.regret(place))
        values.append(futures.sense * futures.least(place))
        loss = futures.kept(place)
        kept.append(futures.sense * loss if np.isfinite(loss) else np.nan)
    shape = (len(tiers), len(futures.plan))
    return Stability(
        samples,
        futures.plan,
        np.array(tiers, dtype=np.int64).reshape(shape),
        np.array(regrets),
        np.array(values),
        np.array(kept),
        unproven,
        max(reasons, key=reasons.__getitem__, default=""),
    )


def place_of(inputs: Sequence[Input], shares: Sequence[float] | Numbers) -> Place:
    """The place where each input is that share (0..1) of the way from its low to its high."""
    found = []
    for number, (one, share) in enumerate(zip(inputs, shares, strict=True)):
        if one.is_whole:
            steps = round(one.high - one.low)
            where = one.low + min(int(float(share) * (steps + 1)), steps)
        else:
            where = one.low + float(share) * (one.high - one.low)
        if where != one.today:
            found.append((number, where))
    return tuple(found)
