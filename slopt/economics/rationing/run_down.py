"""Stock that runs down by single units, at a rate that depends on what is left.

The chain behind all exact figures of `rationing.py`: from i units on hand the stock falls to i - 1
at rate r(i), and stays at 0. Where better classes have reserves, fewer classes are served from a
lower stock, so that r is smaller there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopt.economics.arguments import Numbers

_NEGLIGIBLE = 1e-17


@dataclass(frozen=True, eq=False)
class RunDown:
    """What a stock that runs down does until each of T times, for B starts and levels 0 .. S.

    Args:
        chance: P(i units are left at the time), (T, B, S + 1).
        spent: mean time with i units left until then, (T, B, S + 1).
        spent_twice: `spent` added up over the time, its integral from 0; (T, B, S + 1).
    """

    chance: Numbers
    spent: Numbers
    spent_twice: Numbers


def run_down(rates: Numbers, start: Numbers, times: Numbers) -> RunDown:
    """Follow the chain by uniformisation: every term is positive, so nothing cancels.

    With R the largest rate, the chain takes a possible step at each point of a Poisson process of
    rate R: from i to i - 1 with chance r(i) / R, else none. The number N of points until a time
    follows Poisson(R time), and

        chance = sum_n P(N = n) p_n,   spent = sum_n P(N > n) p_n / R,
        spent_twice = sum_n E[(N - n - 1)+] p_n / R^2

    with p_n the chances after n steps.

    Args:
        rates: r(i), (B, S + 1), 0 or more, 0 at level 0, above 0 somewhere.
        start: chances of the levels at time 0, (B, S + 1).
        times: 0 or more, (T,).

    Source: Jensen 1953 (uniformisation).
    """
    from scipy.special import pdtr, pdtrc

    fastest = float(rates.max())
    means = fastest * np.asarray(times, dtype=float)
    longest = float(means.max(initial=0.0))
    steps = np.arange(int(np.ceil(longest + 10 * np.sqrt(longest) + 40)) + 1)
    at_most = pdtr(steps, means[:, None])
    exactly = np.diff(at_most, axis=1, prepend=0.0)
    beyond = pdtrc(steps, means[:, None])
    # E[(N - m)+] = mean P(N >= m) - m P(N >= m + 1), here with m = n + 1.
    later = np.maximum(means[:, None] * beyond - (steps + 1) * pdtrc(steps + 1, means[:, None]), 0)
    shape = (len(means), *start.shape)
    chance, spent, twice = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    falls = rates / fastest
    now = np.array(start, dtype=float)
    for n in steps:
        for t in range(len(means)):
            chance[t] += exactly[t, n] * now
            spent[t] += beyond[t, n] / fastest * now
            twice[t] += later[t, n] / fastest**2 * now
        if np.all(beyond[:, n] < _NEGLIGIBLE):
            break
        down = falls * now
        now -= down
        now[:, :-1] += down[:, 1:]
    return RunDown(chance, spent, twice)
