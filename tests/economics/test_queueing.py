"""Waiting with endless patience against published tables and sums of the queue's own chances."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slopt.economics.queueing import erlang_b, erlang_c, erlang_c_service_level


@pytest.mark.parametrize(
    ("load", "agents", "lost"), [(4.461, 10, 0.01), (10, 10, 0.2146), (25, 30, 0.0526), (1, 1, 0.5)]
)
def test_erlang_b_is_the_one_of_the_tables(load, agents, lost):
    """Standard traffic tables: 10 lines carry 4.461 erlangs at 1 %; 25 on 30 lose 5.3 %."""
    assert erlang_b(load, agents) == pytest.approx(lost, abs=6e-5)


@given(load=st.floats(0.01, 60), agents=st.integers(0, 60))
@settings(max_examples=60, deadline=None)
def test_erlang_b_is_the_ratio_of_its_sum(load, agents):
    """B = (R^c / c!) / (sum over n <= c of R^n / n!), added up term by term."""
    terms = [math.exp(n * math.log(load) - math.lgamma(n + 1)) for n in range(agents + 1)]
    assert erlang_b(load, agents) == pytest.approx(terms[-1] / math.fsum(terms), rel=1e-9)


def test_three_agents_with_a_load_of_two():
    """Hillier and Lieberman, Gross and Harris: P(wait) = 4/9 and 8/9 callers in the queue."""
    found = erlang_c(2, 1, 3)
    assert found.wait_probability == pytest.approx(4 / 9)
    assert found.mean_wait * 2 == pytest.approx(8 / 9)
    assert found.occupancy == pytest.approx(2 / 3)
    assert found.abandonment == 0


def test_hundred_calls_in_half_an_hour():
    """The example of the Call Centre Helper: 3 minutes each, 14 agents: 17.4 % wait, mean wait
    7.8 s, 88.8 % in 20 s, occupancy 71.4 %.
    """
    rate = 100 / 1800
    found = erlang_c(rate, 180, 14)
    assert found.wait_probability == pytest.approx(0.174, abs=5e-4)
    assert found.mean_wait == pytest.approx(7.8, abs=0.05)
    assert found.occupancy == pytest.approx(0.714, abs=5e-4)
    assert erlang_c_service_level(rate, 180, 14, 20) == pytest.approx(0.888, abs=5e-4)


def test_three_hundred_and_sixty_calls_in_half_an_hour():
    """The example of Mitan's description of Erlang C: 4 minutes each, 55 agents: 23.9 % wait, mean
    wait 8.2 s, 84.6 % in 15 s, occupancy 87.3 %.
    """
    found = erlang_c(360 / 1800, 240, 55)
    assert found.wait_probability == pytest.approx(0.239, abs=5e-4)
    assert found.mean_wait == pytest.approx(8.2, abs=0.05)
    assert found.occupancy == pytest.approx(0.873, abs=5e-4)
    assert erlang_c_service_level(360 / 1800, 240, 55, 15) == pytest.approx(0.846, abs=5e-4)


def test_fifty_agents_of_garnett_mandelbaum_and_reiman():
    """48 calls a minute of a minute each, 50 agents, no impatience: mean wait 20.8 s, queue 17,
    occupancy 96 %, and one caller in ten waits beyond 58.1 s (Designing a call center, 2002).
    """
    found = erlang_c(48, 1, 50)
    assert found.mean_wait * 60 == pytest.approx(20.8, abs=0.05)
    assert found.mean_wait * 48 == pytest.approx(17, abs=0.5)
    assert found.occupancy == pytest.approx(0.96)
    assert 1 - erlang_c_service_level(48, 1, 50, 58.1 / 60) == pytest.approx(0.1, abs=5e-4)


@given(load=st.floats(0.05, 20), spare=st.integers(1, 10))
@settings(max_examples=40, deadline=None)
def test_erlang_c_is_the_sum_over_the_states(load, spare):
    """P(wait) and the mean queue from p_n = p_(n-1) R / min(n, c), added up state by state."""
    agents = math.ceil(load * 1.02) + spare - 1
    chance, chances = 1.0, [1.0]
    for n in range(1, 20_000):
        chance *= load / min(n, agents)
        chances.append(chance)
        if chance < 1e-25:
            break
    total = math.fsum(chances)
    queue = math.fsum((n - agents) * p for n, p in enumerate(chances) if n > agents) / total
    found = erlang_c(load, 1, agents)
    assert found.wait_probability == pytest.approx(math.fsum(chances[agents:]) / total, rel=1e-6)
    assert found.mean_wait == pytest.approx(queue / load, rel=1e-6)


def test_overload_without_impatience_never_ends():
    """At R = c and beyond everybody waits for ever and nothing is answered in time."""
    found = erlang_c([3, 5], 1, 3)
    assert found.wait_probability.tolist() == [1, 1]
    assert np.isinf(found.mean_wait).all()
    assert found.occupancy.tolist() == [1, 1]
    assert erlang_c_service_level(3, 1, 3, 1000) == 0


def test_thousands_of_agents_keep_their_digits():
    """5,000 agents at 98 %: the recursion equals the ratio of its sum, taken in logarithms."""
    load, agents = 4900.0, 5000
    n = np.arange(agents + 1)
    logs = n * math.log(load) - np.array([math.lgamma(k + 1) for k in n])
    direct = math.exp(logs[-1] - logs.max()) / np.exp(logs - logs.max()).sum()
    assert erlang_b(load, agents) == pytest.approx(direct, rel=1e-8)
    assert 0 < erlang_c(load, 1, agents).wait_probability < 0.2


def test_arguments_broadcast_like_arrays():
    """Loads down and agents across give a table, each cell as by itself."""
    table = erlang_c(np.array([[1.0], [2.0]]), 1, np.array([3, 4, 5]))
    assert table.mean_wait.shape == (2, 3)
    assert table.mean_wait[1, 0] == erlang_c(2, 1, 3).mean_wait


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((-1, 1, 1), "call_rate must be at least 0, not -1"),
        ((1, 0, 1), "handle_time must be above 0"),
        ((1, 1, 0), "agents must be at least 1"),
        ((1, 1, 1.5), "agents must be whole"),
        ((math.nan, 1, 1), "call_rate"),
    ],
)
def test_bad_arguments_are_named(arguments, words):
    """A value out of range is refused with its name and range."""
    with pytest.raises(ValueError, match=words):
        erlang_c(*arguments)
