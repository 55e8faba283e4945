"""Case, line and order fill; on time in full; the perfect order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopt.economics.order_fill import fill_rates, on_time_in_full, perfect_order_share


def test_order_of_two_items():
    """80 A and 20 B ordered, 75 and 20 on hand: 95 % of units, half of the lines, no order."""
    found = fill_rates(["first", "first"], [80, 20], [75, 20])
    assert (found.units, found.lines, found.orders) == (0.95, 0.5, 0.0)


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 4), st.integers(1, 9), st.integers(0, 9)), min_size=1, max_size=15
    )
)
def test_fill_rates_are_their_loops(rows):
    """Lines of several orders, counted one by one."""
    orders, ordered = [o for o, _, _ in rows], [n for _, n, _ in rows]
    delivered = [min(n, d) for _, n, d in rows]
    found = fill_rates(orders, ordered, delivered)
    assert found.units == pytest.approx(sum(delivered) / sum(ordered))
    full = [n == d for n, d in zip(ordered, delivered, strict=True)]
    assert found.lines == pytest.approx(sum(full) / len(full))
    complete = [
        all(f for o, f in zip(orders, full, strict=True) if o == each) for each in set(orders)
    ]
    assert found.orders == pytest.approx(sum(complete) / len(complete))


def test_on_time_in_full_counts_orders_that_are_both():
    """Three of four on time, three of four complete, two both: 50 %."""
    assert on_time_in_full(np.array([1, 1, 1, 0], bool), np.array([1, 1, 0, 1], bool)) == 0.5


def test_perfect_order_is_the_product():
    """95 % on each of four measures leaves 81 % perfect (the usual text-book example)."""
    assert perfect_order_share(0.95, 0.95, 0.95, 0.95) == pytest.approx(0.8145, abs=5e-5)
    assert perfect_order_share([1, 0.5], 0.5) == pytest.approx([0.5, 0.25])


def test_impossible_orders_are_refused():
    """More delivered than ordered, columns of different length, nothing at all."""
    with pytest.raises(ValueError, match="delivered must not exceed"):
        fill_rates(["a"], [1], [2])
    with pytest.raises(ValueError, match="same length"):
        fill_rates(["a"], [1, 2], [1, 1])
    with pytest.raises(ValueError, match="some units"):
        fill_rates(["a"], [0], [0])
    with pytest.raises(ValueError, match="one order"):
        on_time_in_full(np.array([], bool), np.array([], bool))
    with pytest.raises(ValueError, match="at least one share"):
        perfect_order_share()
