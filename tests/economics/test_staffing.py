"""Agents for a promise: the fewest that keep it, and the square-root rule."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from slopt.economics.abandonment import erlang_a, erlang_a_in_time
from slopt.economics.queueing import erlang_c, erlang_c_service_level
from slopt.economics.staffing import (
    agents_for_abandonment,
    agents_for_mean_wait,
    agents_for_service_level,
    agents_with_shrinkage,
    grade_for_wait_probability,
    square_root_agents,
    wait_probability_at_grade,
)


def test_eighty_percent_in_twenty_seconds():
    """100 calls in half an hour of 3 minutes need 14 agents (Call Centre Helper), and with
    patience of a minute 12.
    """
    assert agents_for_service_level(100 / 1800, 180, 0.8, 20) == 14
    assert agents_for_service_level(100 / 1800, 180, 0.8, 20, patience=60) == 12


@given(
    rate=st.floats(0.1, 40),
    target=st.floats(0.05, 0.99),
    within=st.floats(0, 2),
    patience=st.floats(0.2, 10),
)
@settings(max_examples=25, deadline=None)
def test_found_agents_keep_the_promise_and_one_less_breaks_it(rate, target, within, patience):
    """Service level, mean wait and abandonment, with and without impatience."""
    c = int(agents_for_service_level(rate, 1, target, within))
    assert erlang_c_service_level(rate, 1, c, within) >= target
    assert c == 1 or erlang_c_service_level(rate, 1, c - 1, within) < target
    c = int(agents_for_service_level(rate, 1, target, within, patience))
    assert erlang_a_in_time(rate, 1, c, patience, within).answered >= target
    assert c == 1 or erlang_a_in_time(rate, 1, c - 1, patience, within).answered < target
    c = int(agents_for_abandonment(rate, 1, 1 - target, patience))
    assert erlang_a(rate, 1, c, patience).abandonment <= 1 - target
    assert c == 1 or erlang_a(rate, 1, c - 1, patience).abandonment > 1 - target
    c = int(agents_for_mean_wait(rate, 1, 0.3))
    assert erlang_c(rate, 1, c).mean_wait <= 0.3
    assert c == 1 or erlang_c(rate, 1, c - 1).mean_wait > 0.3


def test_loads_and_targets_broadcast():
    """Three loads down and two targets across make a table of six."""
    table = agents_for_service_level(np.array([[1.0], [10.0], [400.0]]), 1, [0.5, 0.9], 0.2, 3.0)
    assert table.shape == (3, 2)
    assert (np.diff(table, axis=0) > 0).all()
    assert (np.diff(table, axis=1) >= 0).all()
    assert agents_for_mean_wait(10.0, 1.0, [0.1, 0.5], 4.0).shape == (2,)


def test_square_root_rule_at_large_load():
    """gamma = 1 on 10,000 erlangs: 10,100 agents, and Halfin and Whitt's chance of a wait."""
    agents = square_root_agents(10_000, 1)
    assert agents == 10_100
    exact = erlang_c(10_000, 1, agents).wait_probability
    assert wait_probability_at_grade(1) == pytest.approx(float(exact), abs=3e-3)
    assert square_root_agents(100, -0.5) == 95


def test_square_root_rule_with_impatience():
    """Garnett, Mandelbaum and Reiman's limit against the exact queue of 2,500 agents."""
    for grade in (-1.0, 0.0, 1.0):
        exact = erlang_a(2500, 1, int(square_root_agents(2500, grade)), 2.0).wait_probability
        assert wait_probability_at_grade(grade, 2.0) == pytest.approx(float(exact), abs=0.01)
    assert wait_probability_at_grade(0.0, 1.0) == pytest.approx(0.5)


def test_the_limit_is_made_of_the_normal_distribution():
    """1 / (1 + gamma Phi / phi), with Phi integrated numerically."""

    def density(x):
        return np.exp(-x * x / 2) / np.sqrt(2 * np.pi)

    for gamma in (0.2, 1.0, 2.5):
        below = 0.5 + quad(density, 0, gamma)[0]
        expected = 1 / (1 + gamma * below / density(gamma))
        assert wait_probability_at_grade(gamma) == pytest.approx(expected, rel=1e-9)


@given(wait=st.floats(1e-6, 0.999))
@settings(deadline=None)
def test_grade_is_the_inverse_of_its_wait(wait):
    """The grade found for a chance of waiting gives that chance."""
    assert wait_probability_at_grade(grade_for_wait_probability(wait)) == pytest.approx(wait)


def test_shrinkage_and_bad_targets():
    """70 at the phones with 30 % away are 100 paid; a target of 1 has no answer."""
    assert agents_with_shrinkage(70, 0.3) == pytest.approx(100)
    with pytest.raises(ValueError, match="target"):
        agents_for_service_level(1, 1, 1.0, 1)
    with pytest.raises(ValueError, match="shrinkage"):
        agents_with_shrinkage(1, 1)
