"""Pools that take several types of calls, against closed forms and sums over their own states."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm
from scipy.sparse import coo_array
from scipy.sparse.linalg import spsolve

from slopt.economics.abandonment import erlang_a, erlang_a_in_time
from slopt.economics.desks.pool_queue import PoolCalls, pool_figures
from slopt.economics.desks.priority_chain import LineAhead
from slopt.economics.queueing import erlang_c, erlang_c_service_level


def figures(rates, agents, *calls):
    """The figures of one pool: rates by type, then the arguments of PoolCalls."""
    return pool_figures(PoolCalls.of(np.array(rates)[:, None], *calls), [agents])


def chain(rates, handle, patience, agents, most=30):
    """Share of each of two types that hangs up, the first answered first, from all states.

    A state is (calls of type 1 with an agent, of type 2, of type 1 waiting, of type 2 waiting).
    """
    states = [(i, j, 0, 0) for i, j in product(range(agents + 1), repeat=2) if i + j < agents]
    states += [
        (i, agents - i, *q) for i in range(agents + 1) for q in product(range(most), repeat=2)
    ]
    at = {state: place for place, state in enumerate(states)}
    rows, columns, values = [], [], []

    def move(state, to, rate):
        if rate > 0 and to in at:
            rows.extend((at[to], at[state]))
            columns.extend((at[state], at[state]))
            values.extend((rate, -rate))

    for state in states:
        i, j, q1, q2 = state
        if i + j < agents:
            move(state, (i + 1, j, 0, 0), rates[0])
            move(state, (i, j + 1, 0, 0), rates[1])
        else:
            move(state, (i, j, q1 + 1, q2), rates[0])
            move(state, (i, j, q1, q2 + 1), rates[1])
            move(state, (i, j, q1 - 1, q2), q1 / patience[0])
            move(state, (i, j, q1, q2 - 1), q2 / patience[1])
        for left, rate in (((i - 1, j), i / handle[0]), ((i, j - 1), j / handle[1])):
            a, b = left
            if q1:
                move(state, (a + 1, b, q1 - 1, q2), rate)
            elif q2:
                move(state, (a, b + 1, 0, q2 - 1), rate)
            else:
                move(state, (a, b, 0, 0), rate)
    matrix = coo_array((values, (rows, columns)), shape=(len(states),) * 2).tolil()
    matrix[0] = 1
    right = np.zeros(len(states))
    right[0] = 1
    chance = spsolve(matrix.tocsc(), right)
    waiting = np.array([state[2:] for state in states])
    return chance @ waiting / np.array(patience) / np.array(rates)


def test_one_type_is_erlang_a():
    """3 calls a minute of 5 minutes, patience 10, 15 agents: 8.5 % hang up."""
    found = figures([3], 15, 5, 10, 0, 0.5)
    assert found.abandonment[0, 0] == pytest.approx(0.0850, abs=5e-5)
    assert found.answered_in_time[0, 0] == pytest.approx(
        erlang_a_in_time(3, 5, 15, 10, 0.5).answered, rel=1e-10
    )
    assert found.wait_probability[0] == pytest.approx(0.6136, abs=5e-5)


@pytest.mark.parametrize(
    ("agents", "waits", "in_time"),
    [(11, 68.2, 39.0), (12, 44.9, 64.0), (13, 28.5, 79.6), (14, 17.4, 88.8), (16, 5.7, 97.1)],
)
def test_table_of_the_call_centre_helper(agents, waits, in_time):
    """100 calls in half an hour of 3 minutes each, in percent: who waits, who is answered in 20
    seconds. Nothing changes where the calls are told apart as two equal types.
    """
    for rates in ([100 / 1800], [60 / 1800, 40 / 1800]):
        found = figures(rates, agents, 180, None, 0, 20)
        assert 100 * found.wait_probability[0] == pytest.approx(waits, abs=0.05)
        assert 100 * found.answered_in_time[:, 0] == pytest.approx(in_time, abs=0.05)
        assert np.all(found.abandonment == 0)


def test_the_first_priority_waits_as_if_alone_while_all_are_busy():
    """Without patience P(W > T) = P(all busy) e^(-(c - R_1) T / h) for the highest priority, R_1
    its own load; without priorities all are in between.
    """
    found = figures([3 / 60, 2 / 60], 17, 180, None, [1, 0], [20, 60])
    busy = erlang_c(5 / 60, 180, 17).wait_probability
    late = busy * np.exp(-(17 - 9) * 20 / 180)
    assert found.answered_in_time[0, 0] == pytest.approx(1 - late, rel=1e-10)
    whole = erlang_c_service_level(5 / 60, 180, 17, 60)
    assert (
        found.answered_in_time[1, 0]
        < whole
        < figures([3 / 60, 2 / 60], 17, 180, None, [1, 0], 60).answered_in_time[0, 0]
    )


def test_one_agent_with_priorities_waits_as_cobham_says():
    """E[W_2] = W_0 / ((1 - s_1)(1 - s_1 - s_2)), from the chances to wait longer than any time.

    The handle times differ: W_0 = (R_1 h_1 + R_2 h_2), s_i = R_i.
    """
    rates, handle = np.array([0.2, 0.1]), np.array([1.0, 3.0])
    times = np.concatenate([np.linspace(0, 30, 121), np.linspace(31, 250, 74)])
    late = np.array(
        [
            1 - figures(rates, 1, handle, None, [1, 0], [time, time]).answered_in_time[:, 0]
            for time in times
        ]
    )
    found = np.trapezoid(late, times, axis=0)
    start = (rates * handle**2).sum()
    assert found[0] == pytest.approx(start / (1 - 0.2), rel=1e-3)
    assert found[1] == pytest.approx(start / ((1 - 0.2) * (1 - 0.5)), rel=1e-3)


@pytest.mark.parametrize("agents", [2, 4, 6])
def test_equal_handle_times_and_patience_are_exact(agents):
    """Two priorities, 180 seconds and patience 120 for both: the sum over all states."""
    rates = [1.2 / 60, 0.8 / 60]
    found = figures(rates, agents, 180, 120, [1, 0])
    judged = chain(rates, (180, 180), (120, 120), agents)
    assert found.abandonment[:, 0] == pytest.approx(judged, rel=1e-7)


@pytest.mark.parametrize(
    ("handle", "patience"),
    [
        ((180, 180), (60, 240)),
        ((180, 180), (240, 60)),
        ((300, 138), (150, 240)),
        ((138, 300), (240, 150)),
        ((100, 400), (120, 120)),
    ],
)
def test_what_differs_is_approximated_within_three_points(handle, patience):
    """Handle times or patience up to 4 times as long: within 0.03 of the sum over states."""
    work = 4.2
    rates = [0.5 * work / handle[0], 0.5 * work / handle[1]]
    for agents in (3, 6):
        found = figures(rates, agents, handle, patience, [1, 0])
        judged = chain(rates, handle, patience, agents, most=18)
        assert found.abandonment[:, 0] == pytest.approx(judged, abs=0.03)


@given(
    rate=st.floats(0.2, 5),
    in_front=st.floats(0, 1),
    leaving=st.floats(0.02, 1),
    hangs_up=st.floats(0.02, 1),
    within=st.floats(0, 3),
)
@settings(max_examples=25, deadline=None)
def test_waiting_behind_others_is_the_exponential_of_its_matrix(
    rate, in_front, leaving, hangs_up, within
):
    """Agents take 2 a unit of time: share answered within a time, by the matrix of the chain."""
    line = LineAhead(*(np.array([x]) for x in (rate, 2.0, in_front, leaving)))
    states = 120
    k = np.arange(states)
    logs = np.concatenate([[0.0], np.cumsum(np.log(rate / (2.0 + leaving * k[1:])))])
    start = np.exp(logs - logs.max())
    start /= start.sum()
    down = 2.0 + leaving * k
    matrix = np.diag(-(down + in_front + hangs_up))
    matrix += np.diag(down[1:], 1) + np.diag([in_front] * (states - 1), -1)
    whole = np.zeros((states + 1, states + 1))
    whole[:states, :states] = matrix
    whole[states, 0] = down[0]
    served = (expm(whole * within) @ np.append(start, 0))[states]
    assert line.answered(np.array([hangs_up]), np.array([within]))[0] == pytest.approx(
        served, abs=1e-9
    )
    assert line.answered(np.array([hangs_up]), np.array([200.0]))[0] == pytest.approx(
        1 - line.lost(np.array([hangs_up]))[0], abs=1e-9
    )


@given(
    rates=st.lists(st.floats(0.001, 0.05), min_size=2, max_size=3),
    priority=st.lists(st.integers(0, 2), min_size=3, max_size=3),
    patience=st.lists(st.floats(60, 200), min_size=3, max_size=3),
    agents=st.integers(1, 15),
)
@settings(max_examples=40, deadline=None)
def test_agents_are_never_more_than_busy_and_more_answer_more(rates, priority, patience, agents):
    """Occupancy at most 1, shares between 0 and 1, and one agent more loses no more in all."""
    count = len(rates)
    found = [
        figures(rates, c, [200, 150, 250][:count], patience[:count], priority[:count], 20)
        for c in (agents, agents + 1)
    ]
    for its in found:
        assert its.occupancy[0] <= 1 + 1e-9
        assert np.all((its.abandonment >= 0) & (its.abandonment <= 1))
        assert np.all(its.answered_in_time <= 1 - its.abandonment + 1e-9)
    lost = [np.array(rates) @ its.abandonment[:, 0] for its in found]
    assert lost[1] <= lost[0] * (1 + 1e-2)


def test_many_cases_at_once_are_as_each_alone():
    """700 numbers of agents and loads together give what each gives alone."""
    agents = np.tile(np.arange(5, 40), 20)
    load = np.repeat(np.linspace(0.5, 1.3, 20), 35)
    rates = np.stack([0.05 * load, 0.04 * load])
    calls = (200, [100, 150], [1, 0], [20, 40])
    whole = pool_figures(PoolCalls.of(rates, *calls), agents)
    for place in (0, 333, 699):
        alone = pool_figures(PoolCalls.of(rates[:, place : place + 1], *calls), agents[place])
        assert whole.abandonment[:, place] == pytest.approx(alone.abandonment[:, 0], abs=1e-7)
        assert whole.answered_in_time[:, place] == pytest.approx(
            alone.answered_in_time[:, 0], abs=1e-7
        )


def test_a_type_without_calls_changes_nothing():
    """Nobody of a second type calls: the first waits as in Erlang A."""
    found = figures([3, 0], 15, [5, 9], [10, 4], [0, 1])
    assert found.abandonment[0, 0] == pytest.approx(erlang_a(3, 5, 15, 10).abandonment, rel=1e-6)


def test_what_cannot_be_is_refused_in_words():
    """Patience for some, nobody who calls, a queue that grows for ever, shares out of range."""
    with pytest.raises(ValueError, match="for all types of calls of a pool, or for none"):
        figures([1, 1], 5, 1, [np.inf, 3])
    with pytest.raises(ValueError, match="rate must be above 0 for one type"):
        figures([0, 0], 5, 1)
    with pytest.raises(ValueError, match="above the load of 6 erlangs, not 6"):
        figures([2, 4], 6, 1)
    with pytest.raises(ValueError, match="patience must be above 0"):
        figures([2], 6, 1, 0)
    with pytest.raises(ValueError, match="rate must be at least 0"):
        figures([-1], 6, 1)
