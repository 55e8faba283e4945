"""How many customers a segment can have: the fewest and the most that any allowed modes lead to.

The closer the two, the tighter a program that multiplies customers by choices. Where they are the
same, the number is known and nothing is multiplied.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopt.problem.horizon.problem import Flags, HorizonProblem, Numbers

SAME = 1e-12
"""Numbers of customers closer than this, relative, are one number but for rounding."""


@dataclass(frozen=True, eq=False)
class Reach:
    """fewest, most (S, T + L): customers at the start of each period, L the longest lag."""

    fewest: Numbers
    most: Numbers

    def is_known(self, segment: int, period: int) -> bool:
        """True where every plan has the same number of customers there."""
        low, high = self.fewest[segment, period], self.most[segment, period]
        return bool(high - low <= SAME * max(1.0, abs(high)))


def reach_of(problem: HorizonProblem) -> Reach:
    """Bounds on customers, period by period, from the modes that are not barred."""
    s, t, *_ = problem.size
    allowed = ~problem.barred
    low, high = [problem.customers], [problem.customers]
    for p in range(t + int(problem.lag.max(initial=0)) - 1):
        least, most = np.empty(s), np.empty(s)
        for segment in range(s):
            least[segment], most[segment] = _growth(problem, allowed, segment, p)
        join = problem.join[:, p] if p < t else 0.0
        ends = np.stack([least * low[p], least * high[p], most * low[p], most * high[p]])
        low.append(join + ends.min(axis=0))
        high.append(join + ends.max(axis=0))
    return Reach(np.stack(low, axis=1), np.stack(high, axis=1))


def _growth(
    problem: HorizonProblem, allowed: Flags, segment: int, period: int
) -> tuple[float, float]:
    """Least and most of what one customer becomes by the next period, newcomers apart."""
    t, lag = len(problem.periods), int(problem.lag[segment])
    now = min(period, t - 1)
    keep = float(problem.keep[segment, now])
    deter = problem.deter[segment, now][allowed[segment, now]] if period < t else np.zeros(1)
    shares = leaving_shares(problem, allowed, segment, period)
    if lag == 0:
        kept = keep * (1 - shares) - deter
        return float(kept.min(initial=np.inf)), float(kept.max(initial=-np.inf))
    stay = keep * (1 - np.array([shares.max(initial=0.0), shares.min(initial=1.0)]))
    return float(stay[0] - deter.max(initial=0.0)), float(stay[1] - deter.min(initial=np.inf))


def leaving_shares(problem: HorizonProblem, allowed: Flags, segment: int, period: int) -> Numbers:
    """The shares of customers that the mode of `lag` periods before may drive away in a period."""
    t, then = len(problem.periods), period - int(problem.lag[segment])
    leave = problem.leave[segment, period] if period < t else problem.leave_after[segment]
    if then >= 0:
        return np.asarray(leave[allowed[segment, min(then, t - 1)]])
    return np.array([leave_before(problem, segment, period)])


def leave_before(problem: HorizonProblem, segment: int, period: int) -> float:
    """The share that leaves in a period because of a tier of before the plan."""
    mode = int(problem.history[segment, period - int(problem.lag[segment])])
    if mode < 0:
        return 0.0
    during = period < len(problem.periods)
    shares = problem.leave[segment, period] if during else problem.leave_after[segment]
    return float(shares[mode])
