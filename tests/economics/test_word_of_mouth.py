"""Word of mouth: published chains of talk, pools that fill up, and their straight pieces."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slopt.economics.lost_sales import lost_customers, lost_prospects
from slopt.economics.reach_pieces import chords, tangents
from slopt.economics.word_of_mouth import (
    listeners_in_all,
    messages,
    people_who_know,
    prospects_reached,
    prospects_reached_slope,
    reached_by_segment,
    sales_by_talk,
    unhappy_customers,
)


def test_one_complaint():
    """(1 + 6) 9 = 63 hear of it, 25 % stay away: 15.75, at 1,000 each 15,750; the page rounds to
    16 people and 16,000.
    """
    unhappy = unhappy_customers(1, 6)
    told = messages(unhappy, 9, 1)
    assert told == pytest.approx(63)
    assert 0.25 * told == pytest.approx(15.75)
    assert sales_by_talk(told, 0.25, 1000) == pytest.approx(15_750)
    assert round(float(0.25 * told)) * 1000 == 16_000


def test_lost_sales_of_five_thousand_customers():
    """5,000 customers, 5 % lost, 8,000 of sales each: 2,000,000, at 10 % margin 200,000."""
    n = np.array
    assert lost_customers(n(5000.0), n(1.0), n(0.05), n(8000.0)) == pytest.approx(2e6)
    assert lost_customers(n(5000.0), n(1.0), n(0.05), n(800.0)) == pytest.approx(2e5)


def test_sixty_seven_people():
    """One unhappy customer tells 11, each of them 5: 1 + 11 + 55 know (Timm)."""
    assert people_who_know(11, 5, 2) == 67
    assert people_who_know(11, 5, [0, 1]).tolist() == [1, 12]
    assert people_who_know(3, 1, 4) == 13


@given(listeners=st.floats(0, 20), passed_on=st.floats(0, 0.9))
def test_endless_generations_are_the_sum(listeners, passed_on):
    """w / (1 - rho) added up generation by generation, and as the limit of people who know."""
    total = sum(listeners * passed_on**g for g in range(2000))
    assert listeners_in_all(listeners, passed_on) == pytest.approx(total)
    assert people_who_know(listeners, passed_on, 2000) - 1 == pytest.approx(total)


def test_a_pool_fills_up_as_dice_fall():
    """3,000 messages on 1,000 prospects at random reach about 950 different ones."""
    random = np.random.default_rng(9)
    seen = [np.unique(random.integers(0, 1000, 3000)).size for _ in range(50)]
    assert prospects_reached(1000, 3000) == pytest.approx(np.mean(seen), rel=0.005)


@given(pool=st.floats(1, 1e6), load=st.floats(1e-9, 1e-3), heavy=st.floats(30, 1e3))
def test_small_loads_are_linear_and_large_ones_reach_all(pool, load, heavy):
    """Within half the load of linear, never above it; a flood reaches the whole pool."""
    x = pool * load
    found = prospects_reached(pool, x)
    assert x * (1 - load / 2) * (1 - 1e-12) <= found <= x
    assert prospects_reached(pool, pool * heavy) == pytest.approx(pool)
    assert prospects_reached_slope(pool, x) == pytest.approx(1 - load, abs=1e-6)


def test_linear_loss_is_the_small_load_limit():
    """One segment with few unhappy customers: the pool's loss nears `lost_prospects`."""
    n = np.array
    linear = lost_prospects(n(100.0), n(0.01), n(9.0), n(0.1), n(0.25), n(400.0))
    told = messages(100 * 0.01, 9, 0.1)
    assert sales_by_talk(prospects_reached(1e6, told), 0.25, 400) == pytest.approx(float(linear))


def test_segments_share_what_is_reached():
    """The parts add up to the reach of all messages and stand as the messages do."""
    parts = reached_by_segment(100, [30, 60, 0])
    assert parts.sum() == pytest.approx(float(prospects_reached(100, 90)))
    assert parts[1] == pytest.approx(2 * parts[0])
    assert parts[2] == 0
    assert parts[0] < prospects_reached(100, 30)
    assert reached_by_segment(100, [0, 0]).tolist() == [0, 0]


@given(pool=st.floats(10, 1e5), load=st.floats(0.05, 8), tolerance=st.floats(1e-4, 0.1))
@settings(max_examples=40, deadline=None)
def test_chords_lie_below_within_the_tolerance(pool, load, tolerance):
    """On a fine grid the chords are below the curve by at most the error they state."""
    found = chords(pool, pool * load, pool * tolerance)
    assert found.messages[0] == 0
    assert found.messages[-1] == pool * load
    grid = np.linspace(0, pool * load, 3001)
    short = prospects_reached(pool, grid) - np.interp(grid, found.messages, found.reached)
    assert short.min() >= -1e-9 * pool
    assert short.max() <= found.largest_error + 1e-9 * pool
    assert found.largest_error <= pool * tolerance * (1 + 1e-6)


def test_one_chord_less_breaks_the_tolerance():
    """Evenly or unevenly placed, one piece fewer cannot do it: each but the last is used up."""
    found = chords(1000, 5000, 5)
    for start, end in zip(found.messages, found.messages[1:-1], strict=False):
        grid = np.linspace(start, end, 20_001)
        curve = prospects_reached(1000, grid)
        line = curve[0] + (curve[-1] - curve[0]) * (grid - start) / (end - start)
        assert (curve - line).max() == pytest.approx(5, rel=1e-3)


def test_tangents_lie_above_and_touch():
    """Each tangent is nowhere below the curve and meets it at its place."""
    at = np.array([0.0, 100, 700, 3000])
    found, grid = tangents(500, at), np.linspace(0, 5000, 2001)
    lines = found.intercepts[:, None] + found.slopes[:, None] * grid
    assert (lines >= prospects_reached(500, grid) - 1e-9).all()
    assert found.intercepts + found.slopes * at == pytest.approx(prospects_reached(500, at))


def test_talk_out_of_range_is_refused():
    """Talk that grows for ever, an empty pool, a tolerance of 0."""
    with pytest.raises(ValueError, match="passed_on must be at least 0 and below 1, not 1"):
        listeners_in_all(9, 1)
    with pytest.raises(ValueError, match="pool must be above 0"):
        prospects_reached(0, 1)
    with pytest.raises(ValueError, match="tolerance must be above 0"):
        chords(1, 1, 0)
    with pytest.raises(ValueError, match="more than 1000 pieces"):
        chords(1000, 5000, 1e-9)
    with pytest.raises(ValueError, match="generations"):
        people_who_know(11, 5, 1000)
