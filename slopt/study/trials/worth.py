"""What a trial is worth before it is made: preposterior analysis over its possible results.

The input is one of M equally likely values. A trial gives an estimate of it, normal around the
value with the standard error of its size there. Of each possible estimate the chances of the values
are updated by Bayes' rule and the plan that is then best is taken:

    EVSI = min_k E[loss_k] - E_estimate[ min_k E[loss_k | estimate] ]

Source: Raiffa and Schlaifer 1961, Applied Statistical Decision Theory, ch. 5. Estimates are summed
over by quantiles of the normal distribution, so that there is nothing random in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

DRAWS = 21
"""Results looked at for each value of the input: equally likely quantiles."""
RESULTS = 401
"""Results at which it is looked up what plan they call for."""


@dataclass(frozen=True)
class Result:
    """Estimates from `low` to `high` after which plan `plan` (a row of choices) is the best."""

    low: float
    high: float
    plan: int


def worth_of_trial(values: Numbers, errors: Numbers, losses: Numbers) -> float:
    """EVSI in the unit of the losses, a period.

    Args:
        values: (M,) equally likely values of what is estimated, in increasing order.
        errors: (M,) the standard error of the estimate at each value; inf where none is made.
        losses: (K, M) of each plan at each value.
    """
    if not np.isfinite(errors).all() or len(losses) < 2:
        return 0.0
    scores = np.array([NormalDist().inv_cdf((d + 0.5) / DRAWS) for d in range(DRAWS)])
    scores /= np.sqrt((scores**2).mean())
    seen = (values[:, None] + errors[:, None] * scores).ravel()
    after = posterior_losses(seen, values, errors, losses).min(axis=0).mean()
    return max(float(losses.mean(axis=1).min() - after), 0.0)


def posterior_losses(seen: Numbers, values: Numbers, errors: Numbers, losses: Numbers) -> Numbers:
    """(K, J): the expected loss of each plan after each estimate seen (J,)."""
    sure = np.maximum(errors, 1e-12 * max(1.0, float(np.abs(values).max())))
    logs = -0.5 * ((seen[:, None] - values) / sure) ** 2 - np.log(sure)
    weights = np.exp(logs - logs.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    return np.asarray(losses @ weights.T)


def results_of(
    values: Numbers, errors: Numbers, losses: Numbers, planned: int
) -> tuple[Result, ...]:
    """Which estimates call for which plan, from the lowest; equal plans count as the planned one.

    Estimates are shares, and looked at as far as they are likely.
    """
    edge = float(errors.max())
    seen = np.linspace(max(values[0] - edge, 0.0), min(values[-1] + edge, 1.0), RESULTS)
    after = posterior_losses(seen, values, errors, losses)
    best = after.argmin(axis=0)
    tie = after[planned] <= after.min(axis=0) + 1e-9 * np.maximum(1.0, np.abs(after.min(axis=0)))
    best = np.where(tie, planned, best)
    found: list[Result] = []
    begin = 0
    for place in range(1, RESULTS + 1):
        if place < RESULTS and best[place] == best[begin]:
            continue
        low = -np.inf if begin == 0 else float((seen[begin - 1] + seen[begin]) / 2)
        high = np.inf if place == RESULTS else float((seen[place - 1] + seen[place]) / 2)
        found.append(Result(low, high, int(best[begin])))
        begin = place
    return tuple(found)


def annuity(periods: float, rate: float) -> float:
    """What one unit of money a period is worth now, for so many periods, whole or not."""
    return periods if rate == 0 else float((1 - (1 + rate) ** -periods) / rate)
