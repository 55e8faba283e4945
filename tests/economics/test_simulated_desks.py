"""Promised service of desks against a simulation of agents and callers, call by call.

Confidence: a figure may be off by 4 standard errors of the simulation (one in 16,000 by chance),
and by the stated error of a formula where it is approximate; seeds are fixed. The simulators know
no formula (`simulated_desks.py`).
"""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from simulated_desks import Calls, pool, split

from slopt.economics.abandonment import erlang_a, erlang_a_in_time, mean_wait_of_answered
from slopt.economics.desks.pool_queue import PoolCalls, pool_figures
from slopt.economics.queueing import erlang_c, erlang_c_service_level

NEAR = 0.015
"""Stated error of the approximations of `pool_queue.py`, as a share of calls."""


def _agree(seen, figure, promised, slack=0.0):
    """The figure of every type is within 4 standard errors and `slack`."""
    apart = np.abs(seen.mean(figure) - promised)
    assert np.all(apart <= 4 * seen.error(figure) + slack), figure
    assert np.all(seen.error(figure) < 0.03), "the simulation is too short to judge"


def _figures(types, agents, within):
    last = max(each.urgency for each in types)
    patience = [each.patience for each in types]
    calls = PoolCalls.of(
        [[each.rate] for each in types],
        [each.handle for each in types],
        None if inf in patience else patience,
        [last - each.urgency for each in types],
        np.full(len(types), within),
    )
    return pool_figures(calls, agents)


def test_erlang_c():
    """Callers who never hang up: waiting, and answered within a minute."""
    seen = pool([Calls(3, 4)], 15, within=1.0, calls=12_000)
    promised = erlang_c(3, 4, 15)
    _agree(seen, "waited", promised.wait_probability)
    _agree(seen, "in_time", erlang_c_service_level(3, 4, 15, 1.0))
    assert abs(seen.mean("wait")[0] - promised.mean_wait) <= 4 * seen.error("wait")[0]


def test_erlang_a():
    """Callers who hang up: waiting, hanging up, answered and gone within a minute, mean waits."""
    seen = pool([Calls(3, 5, 10)], 15, within=1.0, calls=12_000)
    promised, in_time = erlang_a(3, 5, 15, 10), erlang_a_in_time(3, 5, 15, 10, 1.0)
    _agree(seen, "waited", promised.wait_probability)
    _agree(seen, "hung_up", promised.abandonment)
    _agree(seen, "in_time", in_time.answered)
    _agree(seen, "hung_up_in_time", in_time.abandoned)
    for figure, value in (
        ("wait", promised.mean_wait),
        ("wait_of_answered", mean_wait_of_answered(3, 5, 15, 10)),
    ):
        assert abs(seen.mean(figure)[0] - value) <= 4 * seen.error(figure)[0]


@pytest.mark.parametrize(
    ("types", "agents", "slack"),
    [
        ([Calls(1, 4, inf, 0), Calls(2, 4, inf, 1)], 15, 0.0),
        ([Calls(1, 5, 10, 0), Calls(2, 5, 10, 1)], 15, 0.0),
        ([Calls(1, 3, 10, 0), Calls(2, 6, 10, 1)], 15, NEAR),
        ([Calls(2, 2, 10), Calls(1, 8, 10)], 13, NEAR),
        ([Calls(1, 5, 4), Calls(2, 5, 20)], 15, NEAR),
        ([Calls(1, 3, 2, 0), Calls(2, 6, 12, 1), Calls(0.5, 8, 5, 2)], 19, NEAR),
    ],
    ids=["priority", "priority A", "handle times", "mixture", "patience", "all differ"],
)
def test_types_that_share_a_pool(types, agents, slack):
    """With priorities, different handle times and patience: each type is answered in time, and
    hangs up, as promised; where the formula is exact within chance alone.
    """
    seen = pool(types, agents, within=1.0, calls=12_000)
    promised = _figures(types, agents, 1.0)
    _agree(seen, "in_time", promised.answered_in_time[:, 0], slack)
    _agree(seen, "hung_up", promised.abandonment[:, 0], slack)


def test_pools_that_are_split():
    """Two groups of their own do as their own formulas say, and fewer calls in all are
    answered in time than by the same agents in one pool.
    """
    types = [Calls(1, 5, 10), Calls(2, 5, 10)]
    apart = split(types, [(6, [0]), (9, [1])], within=0.5, calls=12_000)
    for place, agents in enumerate((6, 9)):
        promised = _figures([types[place]], agents, 0.5)
        own = apart.mean("in_time")[place], apart.error("in_time")[place]
        assert abs(own[0] - promised.answered_in_time[0, 0]) <= 4 * own[1]
    together = pool(types, 15, within=0.5, calls=12_000)
    shares = np.array([1, 2]) / 3
    assert shares @ together.mean("in_time") > shares @ apart.mean("in_time") + 0.05


def test_patience_that_is_left_out_is_found_out():
    """Erlang C for callers who do hang up promises far less than they get: the judge sees it."""
    seen = pool([Calls(3, 5, 4)], 16, within=1.0, calls=10_000)
    wrong = erlang_c_service_level(3, 5, 16, 1.0)
    assert np.all(np.abs(seen.mean("in_time") - wrong) > 8 * seen.error("in_time"))
