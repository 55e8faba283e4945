"""Markov value: the closed form for two states, sums over periods, and simulated customers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slopt.economics.lifetime_value import margin_multiple_from_now
from slopt.economics.loyalty_states import (
    LoyaltyState,
    customers_by_state,
    stays_or_leaves,
    value_by_state,
    value_over_periods,
)

CHAIN = np.array(
    [
        [0.30, 0.30, 0.00, 0.00, 0.00, 0.40],
        [0.15, 0.45, 0.30, 0.00, 0.00, 0.10],
        [0.10, 0.10, 0.45, 0.30, 0.00, 0.05],
        [0.05, 0.05, 0.10, 0.50, 0.27, 0.03],
        [0.04, 0.02, 0.02, 0.10, 0.80, 0.02],
        [0.00, 0.00, 0.00, 0.00, 0.00, 1.00],
    ]
)
MARGIN = np.array([20.0, 60, 80, 100, 140, 0])


@given(kept=st.floats(0, 1), rate=st.floats(0.001, 1), margin=st.floats(-100, 100))
def test_two_states_are_the_closed_form(kept, rate, margin):
    """Active and lost: m (1 + d) / (1 + d - r)."""
    value = value_by_state(stays_or_leaves(kept), [margin, 0], rate)
    assert value[0] == pytest.approx(margin * float(margin_multiple_from_now(kept, rate)))
    assert value[1] == 0


def test_pfeifer_and_carraway():
    """Their mail-order example of 2000: 40 of margin on a purchase, 4 of mailing, chances to buy
    again of 0.3, 0.2, 0.15 and 0.05 after one to four periods, 20 %. Values over four periods
    and without end, the latter also added up term by term.
    """
    chain = np.array(
        [
            [0.3, 0.7, 0, 0, 0],
            [0.2, 0, 0.8, 0, 0],
            [0.15, 0, 0, 0.85, 0],
            [0.05, 0, 0, 0, 0.95],
            [0, 0, 0, 0, 1],
        ]
    )
    margin = np.array([36.0, -4, -4, -4, 0])
    four = value_over_periods(chain, margin, 0.2, 4)
    assert four == pytest.approx([50.115, 4.220, 0.592, -1.980, 0], abs=6e-4)
    found = value_by_state(chain, margin, 0.2)
    assert found == pytest.approx([52.320, 5.554, 1.251, -1.820, 0], abs=6e-4)
    total, reach = np.zeros(5), np.eye(5)
    for _ in range(300):
        total = total + reach @ margin
        reach = reach @ chain / 1.2
    assert found == pytest.approx(total)


def test_more_periods_near_the_endless_value():
    """T = 0 is the margin, T = 1 one step more, T = 500 the endless value."""
    assert value_over_periods(CHAIN, MARGIN, 0.1, 0).tolist() == MARGIN.tolist()
    assert value_over_periods(CHAIN, MARGIN, 0.1, 1) == pytest.approx(MARGIN + CHAIN @ MARGIN / 1.1)
    endless = value_by_state(CHAIN, MARGIN, 0.1)
    assert value_over_periods(CHAIN, MARGIN, 0.1, 500) == pytest.approx(endless)
    assert endless[LoyaltyState.LOST] == 0
    assert (np.diff(endless[: LoyaltyState.LOST]) > 0).all()


def test_simulated_customers_are_worth_as_much():
    """20,000 customers who start satisfied, moved at random for 60 periods at 15 %."""
    random = np.random.default_rng(13)
    state = np.full(20_000, LoyaltyState.SATISFIED)
    worth, ladder = 0.0, np.cumsum(CHAIN, axis=1)
    for period in range(60):
        worth += MARGIN[state].mean() / 1.15**period
        state = (random.random(state.size)[:, None] > ladder[state]).sum(axis=1)
    value = value_by_state(CHAIN, MARGIN, 0.15)[LoyaltyState.SATISFIED]
    assert value == pytest.approx(worth, rel=0.02)


@given(periods=st.integers(0, 12))
@settings(deadline=None)
def test_no_customer_is_lost_from_the_count(periods):
    """Over all states the number stays; each period follows from the one before."""
    found = customers_by_state([10, 100, 50, 20, 5, 0], CHAIN, periods)
    assert found.shape == (periods + 1, 6)
    assert found.sum(axis=1) == pytest.approx(np.full(periods + 1, 185))
    assert found[1:] == pytest.approx(found[:-1] @ CHAIN)


def test_without_discounting_all_must_end():
    """r = 0.8 without discounting is worth 5 margins; a customer who never leaves has no value."""
    assert value_by_state(stays_or_leaves(0.8), [1, 0], 0)[0] == pytest.approx(5)
    with pytest.raises(ValueError, match="must end"):
        value_by_state(stays_or_leaves(1), [1, 0], 0)
    with pytest.raises(ValueError, match="must end"):
        value_by_state(stays_or_leaves(0.8), [1, 1], 0)


def test_tables_that_are_no_chain_are_refused():
    """Rows that do not add up, chances above 1, shapes that do not fit."""
    with pytest.raises(ValueError, match="transition must add up to 1"):
        value_by_state([[0.9, 0.0], [0, 1]], [1, 0], 0.1)
    with pytest.raises(ValueError, match="transition must be at least 0"):
        value_by_state([[1.5, -0.5], [0, 1]], [1, 0], 0.1)
    with pytest.raises(ValueError, match="square"):
        value_by_state([[0.5, 0.5]], [1, 0], 0.1)
    with pytest.raises(ValueError, match="one number for each state"):
        value_by_state([[1.0]], [1, 0], 0.1)
