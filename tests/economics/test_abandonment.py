"""Erlang A against published figures, sums over states, a simulation, and its two limits."""

from __future__ import annotations

import heapq
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slopt.economics.abandonment import erlang_a, erlang_a_in_time, mean_wait_of_answered
from slopt.economics.queueing import erlang_b, erlang_c, erlang_c_service_level


@pytest.mark.parametrize(
    ("agents", "waits", "hangs_up", "wait"),
    [(12, 0.9031, 0.2154, 2.154), (15, 0.6136, 0.0850, 0.850), (18, 0.2822, 0.0248, 0.248)],
)
def test_worked_example(agents, waits, hangs_up, wait):
    """3 calls a minute of 5 minutes, mean patience 10 minutes; 0.2822 is 0.28215 rounded up."""
    found = erlang_a(3, 5, agents, 10)
    assert found.wait_probability == pytest.approx(waits, abs=6e-5)
    assert found.abandonment == pytest.approx(hangs_up, abs=5e-5)
    assert found.mean_wait == pytest.approx(wait, abs=5e-4)


def test_fifty_agents_of_garnett_mandelbaum_and_reiman():
    """48 calls a minute of a minute, 50 agents, patience 2 minutes: 3.1 % hang up, mean wait
    3.7 s, queue 3, occupancy 93 %, one in ten waits beyond 12.5 s (Designing a call center, 2002).
    """
    found = erlang_a(48, 1, 50, 2)
    assert found.abandonment == pytest.approx(0.031, abs=5e-4)
    assert found.mean_wait * 60 == pytest.approx(3.7, abs=0.05)
    assert found.mean_wait * 48 == pytest.approx(3, abs=0.5)
    assert found.occupancy == pytest.approx(0.93, abs=5e-3)
    in_time = erlang_a_in_time(48, 1, 50, 2, 12.5 / 60)
    assert 1 - in_time.answered - in_time.abandoned == pytest.approx(0.1, abs=2e-3)


def _by_states(rate, handle, agents, patience, states=3000):
    """P(wait), mean queue and share that hangs up, from the chances of the states one by one."""
    chances = [1.0]
    for n in range(1, states):
        leaving = min(n, agents) / handle + max(n - agents, 0) / patience
        chances.append(chances[-1] * rate / leaving)
    total = math.fsum(chances)
    queue = math.fsum((n - agents) * p for n, p in enumerate(chances) if n > agents) / total
    return math.fsum(chances[agents:]) / total, queue / rate, queue / patience / rate


@given(
    rate=st.floats(0.1, 8),
    handle=st.floats(0.2, 4),
    agents=st.integers(1, 25),
    patience=st.floats(0.2, 10),
)
@settings(max_examples=60, deadline=None)
def test_measures_are_the_sums_over_the_states(rate, handle, agents, patience):
    """The recursion of the source, added up state by state, in light load and in overload."""
    waits, wait, hangs_up = _by_states(rate, handle, agents, patience)
    found = erlang_a(rate, handle, agents, patience)
    assert found.wait_probability == pytest.approx(waits, rel=1e-9, abs=1e-300)
    assert found.mean_wait == pytest.approx(wait, rel=1e-9, abs=1e-300)
    assert found.abandonment == pytest.approx(hangs_up, rel=1e-9, abs=1e-300)
    busy = rate * (1 - hangs_up) * handle / agents
    assert found.occupancy == pytest.approx(busy, rel=1e-9)


def _simulate(rate, handle, agents, patience, within, calls=200_000):
    """First come, first served; callers who hang up take no agent."""
    random = np.random.default_rng(11)
    arrivals = np.cumsum(random.exponential(1 / rate, calls))
    handling, patient = random.exponential(handle, calls), random.exponential(patience, calls)
    free = [0.0] * agents
    offered = np.empty(calls)
    for i, (now, takes, patience_left) in enumerate(zip(arrivals, handling, patient, strict=True)):
        offered[i] = max(0.0, free[0] - now)
        if offered[i] <= patience_left:
            heapq.heapreplace(free, now + offered[i] + takes)
    counted = slice(calls // 20, None)
    offered, patient = offered[counted], patient[counted]
    gone = patient < offered
    return {
        "waits": (offered > 0).mean(),
        "wait": np.minimum(offered, patient).mean(),
        "gone": gone.mean(),
        "speed": offered[~gone].mean(),
        "answered": (~gone & (offered <= within)).mean(),
        "abandoned": (gone & (patient <= within)).mean(),
        "offered": (offered <= within).mean(),
    }


@pytest.mark.parametrize("agents", [12, 16])
def test_a_simulated_line_comes_to_the_same(agents):
    """200,000 simulated calls agree within sampling error, also on what happens within T."""
    seen = _simulate(3, 5, agents, 10, 0.5)
    found, in_time = erlang_a(3, 5, agents, 10), erlang_a_in_time(3, 5, agents, 10, 0.5)
    assert found.wait_probability == pytest.approx(seen["waits"], abs=0.02)
    assert found.mean_wait == pytest.approx(seen["wait"], rel=0.05)
    assert found.abandonment == pytest.approx(seen["gone"], abs=0.01)
    assert mean_wait_of_answered(3, 5, agents, 10) == pytest.approx(seen["speed"], rel=0.05)
    assert in_time.answered == pytest.approx(seen["answered"], abs=0.02)
    assert in_time.abandoned == pytest.approx(seen["abandoned"], abs=0.01)
    assert in_time.offered_in_time == pytest.approx(seen["offered"], abs=0.02)
    assert in_time.answered_of_patient == pytest.approx(
        seen["answered"] / (1 - seen["abandoned"]), abs=0.02
    )


def test_one_agent_waits_as_the_integral_says():
    """With one agent the wait in front of k callers is a sum of exponentials whose chances are
    counted here by sampling 200,000 sums for each k.
    """
    rate, handle, patience, within = 0.9, 1.0, 2.0, 0.8
    random = np.random.default_rng(3)
    chances = [1.0]
    for n in range(1, 60):
        chances.append(chances[-1] * rate / (1 / handle + (n - 1) / patience))
    chances = np.array(chances) / sum(chances)
    waited, in_time = np.zeros(200_000), chances[0]
    for k, chance in enumerate(chances[1:]):
        waited = waited + random.exponential(1 / (1 / handle + k / patience), waited.size)
        in_time += chance * (waited <= within).mean()
    found = erlang_a_in_time(rate, handle, 1, patience, within)
    assert found.offered_in_time == pytest.approx(in_time, abs=2e-3)


@given(rate=st.floats(0.1, 8), agents=st.integers(1, 25), patience=st.floats(0.2, 10))
@settings(max_examples=8, deadline=None)
def test_speed_of_answer_is_the_mean_of_many_shares(rate, agents, patience):
    """The mean wait of the answered is the area above their share answered within T."""
    times = np.linspace(0, 1, 1001) ** 2 * 40
    in_time = erlang_a_in_time(rate, 1, agents, patience, times).answered
    gap = 1 - in_time / in_time[-1]
    area = ((gap[1:] + gap[:-1]) / 2 * np.diff(times)).sum()
    found = mean_wait_of_answered(rate, 1, agents, patience)
    assert found == pytest.approx(area, rel=2e-3, abs=1e-9)


@given(load=st.floats(0.5, 20), spare=st.integers(1, 8))
@settings(max_examples=25, deadline=None)
def test_endless_patience_is_erlang_c(load, spare):
    """With a patience of a million handle times and some spare agents nothing else is left."""
    agents = math.ceil(load) + spare
    found, limit = erlang_a(load, 1, agents, 1e6), erlang_c(load, 1, agents)
    assert found.wait_probability == pytest.approx(limit.wait_probability, rel=1e-3)
    assert found.mean_wait == pytest.approx(limit.mean_wait, rel=1e-3)
    in_time = erlang_a_in_time(load, 1, agents, 1e6, 0.4).answered
    assert in_time == pytest.approx(erlang_c_service_level(load, 1, agents, 0.4), abs=1e-4)


def test_no_patience_is_erlang_b():
    """Callers who hang up at once are lost as on a line that nobody can wait on."""
    found = erlang_a(10, 1, 10, 1e-9)
    assert found.abandonment == pytest.approx(float(erlang_b(10, 10)), rel=1e-6)


@given(
    rate=st.floats(0.2, 30),
    agents=st.integers(1, 30),
    patience=st.floats(0.1, 20),
    within=st.floats(0, 3),
)
@settings(max_examples=40, deadline=None)
def test_more_agents_never_serve_worse(rate, agents, patience, within):
    """One agent more: nobody waits longer, fewer hang up, more are answered in time."""
    few, more = (erlang_a(rate, 1, agents + extra, patience) for extra in (0, 1))
    assert more.mean_wait <= few.mean_wait + 1e-12
    assert more.abandonment <= few.abandonment + 1e-12
    in_time = erlang_a_in_time(rate, 1, np.array([agents, agents + 1]), patience, within)
    assert in_time.answered[1] >= in_time.answered[0] - 1e-12
    parts = in_time.answered + in_time.abandoned
    assert (parts <= 1 + 1e-12).all()
    assert (in_time.answered <= in_time.offered_in_time + 1e-12).all()


def test_the_longest_time_answers_all_who_do_not_hang_up():
    """After a very long time every call is answered or gone; at T = 0 only those without wait."""
    found = erlang_a(3, 5, 12, 10)
    late = erlang_a_in_time(3, 5, 12, 10, 1000)
    assert late.abandoned == pytest.approx(float(found.abandonment))
    assert late.answered == pytest.approx(1 - float(found.abandonment))
    assert erlang_a_in_time(3, 5, 12, 10, 0).answered == pytest.approx(
        1 - float(found.wait_probability)
    )


def test_overload_of_thousands_of_agents_is_the_fluid_limit():
    """5,000 erlangs on 4,000 agents: one in five hangs up after a mean wait of 0.2 patience."""
    found = erlang_a(1000, 5, 4000, 60)
    assert found.abandonment == pytest.approx(0.2, rel=1e-6)
    assert found.mean_wait == pytest.approx(12, rel=1e-6)
    assert found.occupancy == pytest.approx(1)


def test_many_loads_at_once_are_as_each_alone():
    """An array mixes light load, overload and thousands of agents without disturbing any."""
    rate, agents = np.array([0.001, 3, 200, 5000.0]), np.array([1, 12, 90, 5100])
    together = erlang_a(rate, 1, agents, 2.0)
    for i in range(4):
        alone = erlang_a(rate[i], 1, agents[i], 2.0)
        assert together.mean_wait[i] == pytest.approx(float(alone.mean_wait), rel=1e-12)


def test_endless_queues_are_refused_in_words():
    """Twice the load and a patience of thousands of years is no question about a call centre."""
    with pytest.raises(ValueError, match="patience"):
        erlang_a(100, 1, 50, 1e9)
    with pytest.raises(ValueError, match="patience must be above 0"):
        erlang_a(1, 1, 1, 0)
    with pytest.raises(ValueError, match="call_rate must be above 0"):
        erlang_a(0, 1, 1, 1)
