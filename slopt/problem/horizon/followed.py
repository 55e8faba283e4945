"""The customers of a plan over periods, followed from the definitions in problem.py."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopt.problem.horizon.problem import HorizonProblem, Numbers, Places


@dataclass(frozen=True, eq=False)
class Base:
    """The customers of a plan: n, gone, unwon (S, T + 1) at the start of each period and after
    the last; left, deterred (S, T) in each; `echo` (S,) the present value of those who still leave
    after the last period because of a lag."""

    customers: Numbers
    gone: Numbers
    unwon: Numbers
    left: Numbers
    deterred: Numbers
    echo: Numbers


def follow(problem: HorizonProblem, modes: Places) -> Base:
    """The customers of every segment under the modes (S, T)."""
    s, t, *_ = problem.size
    row = np.arange(s)
    n, gone, unwon = [problem.customers], [np.zeros(s)], [np.zeros(s)]
    left, deterred = [], []
    for p in range(t):
        left.append(_leaving(problem, modes, p) * n[p])
        deterred.append(problem.deter[row, p, modes[:, p]] * n[p])
        keep = problem.keep[:, p]
        n.append(keep * (n[p] - left[p]) + problem.join[:, p] - deterred[p])
        gone.append(keep * (gone[p] + left[p]))
        unwon.append(keep * unwon[p] + deterred[p])
    echo, count = np.zeros(s), n[t]
    last = problem.discount[t - 1]
    step = problem.discount_step
    for j in range(int(problem.lag.max(initial=0))):
        share = np.where(j < problem.lag, _leaving(problem, modes, t + j), 0.0)
        echo += last * step ** (j + 1) * problem.end_value * share * count
        count = problem.keep[:, t - 1] * count * (1 - share)
    return Base(
        customers=np.stack(n, axis=1),
        gone=np.stack(gone, axis=1),
        unwon=np.stack(unwon, axis=1),
        left=np.stack(left, axis=1),
        deterred=np.stack(deterred, axis=1),
        echo=echo,
    )


def _leaving(problem: HorizonProblem, modes: Places, period: int) -> Numbers:
    """(S,): share of the customers whom the mode of `lag` periods ago drives away in a period.

    Beyond the last period, by `leave_after`.
    """
    s, t, *_ = problem.size
    row, then = np.arange(s), period - problem.lag
    mode = modes[row, np.clip(then, 0, t - 1)]
    past = problem.history[row, np.clip(then, -problem.history.shape[1], -1)]
    mode = np.where(then >= 0, mode, past)
    share = problem.leave[row, period, mode] if period < t else problem.leave_after[row, mode]
    return np.where(mode >= 0, share, 0.0)


def felt_after(problem: HorizonProblem, base: Base) -> dict[str, float]:
    """What is lost after the last period, in present value, by line of lost sales."""
    last = problem.discount[-1]
    missed = base.gone[:, -2] + base.left[:, -1]
    unwon = problem.end_value * base.unwon[:, -2] + problem.newcomer_value * base.deterred[:, -1]
    return {
        "lost_orders": 0.0,
        "lost_customers": float(last * (problem.end_value @ missed) + base.echo.sum()),
        "lost_prospects": float(last * unwon.sum()),
        "lost_unsplit": 0.0,
    }


def worth_of_perfect_service(problem: HorizonProblem) -> float:
    """Margin of the customers whom perfect and free service would keep, in present value."""
    t = len(problem.periods)
    most, last = problem.most_customers, problem.discount[-1]
    during = problem.discount @ (problem.margin * most[:, :t]).sum(axis=0)
    stay = problem.end_value @ most[:, t - 1] + problem.newcomer_value @ problem.join[:, t - 1]
    return float(during + last * stay)
