"""How many agents a promise of service needs: exact, by search, and by the square-root rule.

Symbols as in `queueing`: R = lambda h the offered load, c agents, T the time promised.
`patience=None` means that nobody hangs up (Erlang C), else it is the mean patience (Erlang A).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from slopt.economics.abandonment import erlang_a, erlang_a_in_time
from slopt.economics.arguments import Numbers, inner_share, not_negative, positive, within
from slopt.economics.bisection import increasing_root
from slopt.economics.queueing import erlang_c, erlang_c_service_level

Agents = NDArray[np.int64]


def agents_for_service_level(
    call_rate: ArrayLike,
    handle_time: ArrayLike,
    target: ArrayLike,
    time_allowed: ArrayLike,
    patience: ArrayLike | None = None,
) -> Agents:
    """Fewest agents with which at least `target` of all calls are answered within T.

    Args:
        call_rate: lambda, above 0. handle_time: h, above 0.
        target: share of calls, above 0 and below 1; "80 % in 20 seconds" is 0.8 and 20 seconds.
        time_allowed: T, 0 or more. patience: see above.

    Source: 100 calls in half an hour of 3 minutes each need 14 agents for 80 % in 20 seconds.
    """
    goal = inner_share("target", target)
    if patience is None:
        return _fewest(
            lambda c: erlang_c_service_level(call_rate, handle_time, c, time_allowed) >= goal,
            call_rate,
            handle_time,
            goal,
            time_allowed,
        )
    return _fewest(
        lambda c: (
            erlang_a_in_time(call_rate, handle_time, c, patience, time_allowed).answered >= goal
        ),
        call_rate,
        handle_time,
        goal,
        time_allowed,
        patience,
    )


def agents_for_mean_wait(
    call_rate: ArrayLike,
    handle_time: ArrayLike,
    longest_mean_wait: ArrayLike,
    patience: ArrayLike | None = None,
) -> Agents:
    """Fewest agents with which the mean wait over all calls is at most `longest_mean_wait`, > 0."""
    goal = positive("longest_mean_wait", longest_mean_wait)
    if patience is None:
        return _fewest(
            lambda c: erlang_c(call_rate, handle_time, c).mean_wait <= goal,
            call_rate,
            handle_time,
            goal,
        )
    return _fewest(
        lambda c: erlang_a(call_rate, handle_time, c, patience).mean_wait <= goal,
        call_rate,
        handle_time,
        goal,
        patience,
    )


def agents_for_abandonment(
    call_rate: ArrayLike, handle_time: ArrayLike, most_abandoned: ArrayLike, patience: ArrayLike
) -> Agents:
    """Fewest agents with which at most the share `most_abandoned` (above 0, below 1) hangs up."""
    goal = inner_share("most_abandoned", most_abandoned)
    return _fewest(
        lambda c: erlang_a(call_rate, handle_time, c, patience).abandonment <= goal,
        call_rate,
        handle_time,
        goal,
        patience,
    )


def agents_for_wait_probability(load: ArrayLike, most_waiting: ArrayLike) -> Agents:
    """Fewest agents with which at most the share `most_waiting` of calls finds all agents busy.

    For callers who never hang up (Erlang C); where they do fewer wait, so that it is enough.

    Args:
        load: R in erlangs, above 0. most_waiting: above 0 and below 1.
    """
    work, goal = positive("load", load), inner_share("most_waiting", most_waiting)
    return _fewest(lambda c: erlang_c(work, 1, c).wait_probability <= goal, work, goal)


def agents_with_shrinkage(agents: ArrayLike, shrinkage: ArrayLike) -> Numbers:
    """Agents on the payroll for `agents` at the phones: agents / (1 - shrinkage).

    Args:
        agents: at the phones, 0 or more.
        shrinkage: share of paid time away from the phones (leave, illness, training), 0 to below 1.
    """
    away = within("shrinkage", shrinkage, 0, 1, without_high=True)
    return np.asarray(not_negative("agents", agents) / (1 - away))


def square_root_agents(load: ArrayLike, grade: ArrayLike) -> Numbers:
    """R + gamma sqrt(R): the square-root rule of staffing, before rounding up.

    Args:
        load: R in erlangs, 0 or more.
        grade: gamma, the grade of service; any number where callers lose patience, above 0
            where they do not.

    Source: Halfin and Whitt 1981; Garnett, Mandelbaum and Reiman 2002.
    """
    work = not_negative("load", load)
    return np.asarray(work + within("grade", grade) * np.sqrt(work))


def wait_probability_at_grade(
    grade: ArrayLike, patience_in_handle_times: ArrayLike | None = None
) -> Numbers:
    """P(wait) that the square-root rule tends to for a large load.

    Without impatience 1 / (1 + gamma Phi(gamma) / phi(gamma)) for gamma > 0. With it, s = sqrt(mu /
    theta) the root of patience in handle times and h(x) = phi(x) / (1 - Phi(x)) the normal hazard:
    1 / (1 + h(gamma s) / (s h(-gamma))).

    Args:
        grade: gamma. patience_in_handle_times: mu / theta, above 0, or None.

    Source: Halfin and Whitt 1981, with impatience Garnett, Mandelbaum and Reiman 2002.
    """
    if patience_in_handle_times is None:
        gamma = positive("grade", grade)
        return np.asarray(1 / (1 + gamma / _normal_hazard(-gamma)))
    gamma = within("grade", grade)
    root = np.sqrt(positive("patience_in_handle_times", patience_in_handle_times))
    return np.asarray(1 / (1 + _normal_hazard(gamma * root) / (root * _normal_hazard(-gamma))))


def grade_for_wait_probability(wait_probability: ArrayLike) -> Numbers:
    """gamma with which the share of calls that wait tends to `wait_probability` (between 0 and 1).

    The inverse of `wait_probability_at_grade` without impatience.
    """
    goal = inner_share("wait_probability", wait_probability)
    return increasing_root(
        lambda gamma: goal - wait_probability_at_grade(gamma),
        np.full(goal.shape, 1e-300),
        np.full(goal.shape, 40.0),
    )


def _normal_hazard(x: Numbers) -> Numbers:
    from scipy.special import erfcx

    return np.asarray(np.sqrt(2 / np.pi) / erfcx(x / np.sqrt(2)))


def _fewest(met: Callable[[Agents], NDArray[np.bool_]], *shapes: ArrayLike) -> Agents:
    """Fewest agents that meet a promise which more agents keep better; elementwise bisection."""
    shape = np.broadcast_shapes(*(np.shape(each) for each in shapes))
    low = np.zeros(shape, dtype=np.int64)  # too few
    high = np.ones(shape, dtype=np.int64)
    while True:
        short = ~met(high)
        if not np.any(short):
            break
        low = np.where(short, high, low)
        high = np.where(short, 2 * high, high)
    while np.any(high - low > 1):
        middle = (low + high + 1) // 2
        enough = met(middle)
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return np.asarray(high)
