"""How many a trial needs: shares, before and after, whole groups; and the power it then has.

All tests are two-sided. `level` is the chance to see a difference that is not there, `power` the
chance to see one that is. Sizes are of one arm, both arms alike, and not rounded.
"""

from __future__ import annotations

import math
from statistics import NormalDist

NORMAL = NormalDist()
FAR = 9.0
"""Standard deviations beyond which the counts of an arm are not looked at."""


def quantiles(power: float, level: float) -> tuple[float, float]:
    """The quantiles of the normal distribution for a two-sided test and its power.

    Raises ValueError unless 0 < level < power < 1.
    """
    if not 0 < level < power < 1:
        raise ValueError("the level lies above 0 and below the power, and that below 1")
    return NORMAL.inv_cdf(1 - level / 2), NORMAL.inv_cdf(power)


def arm_for_shares(first: float, second: float, power: float = 0.8, level: float = 0.05) -> float:
    """Cases of each arm to tell two shares apart by the normal test.

    n = (z_a sqrt(2 p (1 - p)) + z_b sqrt(p1 (1 - p1) + p2 (1 - p2)))^2 / (p1 - p2)^2, p the mean.
    0.6 and 0.7 with 80 % take 355.9. Source: Fleiss, Levin and Paik 2003, Statistical Methods for
    Rates and Proportions, 3rd ed., eq. 4.14.
    """
    of_level, of_power = quantiles(power, level)
    mean = (first + second) / 2
    of_none = math.sqrt(2 * mean * (1 - mean))
    of_some = math.sqrt(first * (1 - first) + second * (1 - second))
    return ((of_level * of_none + of_power * of_some) / (first - second)) ** 2


def with_continuity(arm: float, difference: float) -> float:
    """The same with the correction for continuity, which the exact test of Fisher needs.

    n/4 (1 + sqrt(1 + 4 / (n d)))^2: 355.9 at 0.1 become 375.7. Source: Casagrande, Pike and Smith
    1978, Biometrics 34, 483-486; Fleiss, Levin and Paik 2003, eq. 4.19.
    """
    return arm / 4 * (1 + math.sqrt(1 + 4 / (arm * abs(difference)))) ** 2


def arm_by_arcsine(first: float, second: float, power: float = 0.8, level: float = 0.05) -> float:
    """The same by the arcsine of the root of shares, whose variance does not depend on the share.

    n = 2 (z_a + z_b)^2 / h^2 with h = 2 asin sqrt p1 - 2 asin sqrt p2; h = 0.2 takes 392.4 with
    80 %. Source: Cohen 1988, Statistical Power Analysis, 2nd ed., ch. 6.
    """
    effect = 2 * (math.asin(math.sqrt(first)) - math.asin(math.sqrt(second)))
    return 2 * (sum(quantiles(power, level)) / effect) ** 2


def exact_power_of_shares(first: float, second: float, arm: int, level: float = 0.05) -> float:
    """The power of the normal test of two shares with `arm` cases each, over all their counts."""
    import numpy as np
    from scipy.stats import binom

    of_level = quantiles(max(0.8, (1 + level) / 2), level)[0]

    def counts(share: float) -> tuple[np.ndarray, np.ndarray]:
        spread = FAR * math.sqrt(arm * share * (1 - share)) + 1
        least = max(0, math.floor(arm * share - spread))
        most = min(arm, math.ceil(arm * share + spread))
        its = np.arange(least, most + 1)
        return its, binom.pmf(its, arm, share)

    (x, of_x), (y, of_y) = counts(first), counts(second)
    gap = np.abs(x[:, None] - y[None, :]) / arm
    mean = (x[:, None] + y[None, :]) / (2 * arm)
    seen = gap > of_level * np.sqrt(2 * mean * (1 - mean) / arm)
    return float(of_x @ seen @ of_y)


def difference_factor(before: bool, correlation: float, control: bool) -> float:
    """What the variance of an effect is multiplied by, against two arms measured once.

    With v the variance of one case: two arms once 2 v / n; before and after of one arm
    2 v (1 - r) / n; the difference of both arms' changes 4 v (1 - r) / n, r the correlation of
    before and after. Raises ValueError for a correlation outside -1 .. 1, or one arm measured once.
    """
    if not -1 <= correlation <= 1:
        raise ValueError("a correlation lies between -1 and 1")
    if not before:
        if not control:
            raise ValueError("one arm that is measured once has nothing to compare with")
        return 1.0
    return (2.0 if control else 1.0) * (1 - correlation)


def design_effect(size: float, alike: float) -> float:
    """1 + (m - 1) rho: by how much groups of m cases that are treated alike need more of them.

    `alike` is the intraclass correlation: 25 of 0.05 take 2.2 times as many. Source: Donner and
    Klar 2000, Design and Analysis of Cluster Randomization Trials, ch. 5.
    """
    return 1 + max(size - 1, 0.0) * alike


def power_of(effect: float, error: float, level: float = 0.05, freedom: float = math.inf) -> float:
    """The power of a two-sided test of an effect whose standard error is `error`: the normal one,
    or the t test of so many degrees of freedom.
    """
    if error <= 0:
        return 1.0
    shift = abs(effect) / error
    if math.isinf(freedom):
        edge = NORMAL.inv_cdf(1 - level / 2)
        return NORMAL.cdf(shift - edge) + NORMAL.cdf(-shift - edge)
    from scipy.stats import nct, t

    edge = float(t.ppf(1 - level / 2, freedom))
    return float(nct.sf(edge, freedom, shift) + nct.cdf(-edge, freedom, shift))


def error_for(effect: float, power: float = 0.8, level: float = 0.05) -> float:
    """The standard error with which an effect is seen with that power."""
    return abs(effect) / sum(quantiles(power, level))
