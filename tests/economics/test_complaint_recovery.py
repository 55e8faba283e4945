"""Complaint and recovery: TARP's table, sums over customers, derivatives as differences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopt.economics.complaint_recovery import (
    LoyaltyAfterProblem,
    Recovery,
    loss_from_problems,
    published_loyalty,
    recovery_cost,
    recovery_gains,
    retention_after_problem,
)


def test_published_loyalty_at_its_corners():
    """Nobody complains: 9 % or 37 % stay; all are made good quickly: 82 % or 95 % (TARP)."""
    silent, quick = Recovery(0, 0, 0), Recovery(1, 1, 0)
    assert retention_after_problem(published_loyalty(True), silent) == pytest.approx(0.09)
    assert retention_after_problem(published_loyalty(True), quick) == pytest.approx(0.82)
    assert retention_after_problem(published_loyalty(False), silent) == pytest.approx(0.37)
    assert retention_after_problem(published_loyalty(False), quick) == pytest.approx(0.95)
    assert retention_after_problem(published_loyalty(True), Recovery(1, 0, 1)) == 0.54
    assert retention_after_problem(published_loyalty(True), Recovery(1, 0, 0)) == 0.19


def test_a_table_of_a_thousand_customers():
    """Large loss, 31 % silent, of the rest 40 % made good quickly and 30 % slowly: counted heads
    of 1,000 customers give 27.9 + 226.32 + 111.78 + 39.33 = 405.33 who stay.
    """
    found = retention_after_problem(published_loyalty(True), Recovery(0.69, 0.4, 0.3))
    heads = 310 * 0.09 + 690 * 0.4 * 0.82 + 690 * 0.3 * 0.54 + 690 * 0.3 * 0.19
    assert heads == pytest.approx(405.33)
    assert 1000 * found == pytest.approx(heads)


def test_drawn_customers_stay_as_often():
    """200,000 customers who complain, are made good and stay by chance."""
    random = np.random.default_rng(4)
    loyalty, recovery = published_loyalty(False), Recovery(0.6, 0.5, 0.2)
    tells, luck = random.random(200_000) < 0.6, random.random(200_000)
    chance = np.select([~tells, luck < 0.5, luck < 0.7], [0.37, 0.95, 0.70], 0.46)
    stays = (random.random(200_000) < chance).mean()
    assert retention_after_problem(loyalty, recovery) == pytest.approx(stays, abs=0.004)


def test_loss_from_problems():
    """5,000 customers, 10 % with a problem, 95 % stay without and 60 % with one, worth 800."""
    assert loss_from_problems(5000, 0.1, 0.95, 0.6, 800) == pytest.approx(140_000)
    assert loss_from_problems(5000, 0.1, 0.90, 0.97, 800) < 0


share = st.floats(0, 1)


@given(
    kappa=st.floats(0, 0.9),
    quickly=st.floats(0, 0.4),
    slowly=st.floats(0, 0.4),
    rates=st.lists(share, min_size=4, max_size=4),
)
def test_gains_are_the_differences_of_the_loss(kappa, quickly, slowly, rates):
    """A tenth of a point more of each share, priced by the loss itself: all are linear."""
    loyalty, base = LoyaltyAfterProblem(*rates), Recovery(kappa, quickly, slowly)
    gains = recovery_gains(1000, 0.2, 50, loyalty, base)

    def loss(recovery):
        return loss_from_problems(1000, 0.2, 1, retention_after_problem(loyalty, recovery), 50)

    for gain, better in (
        (gains.of_complaints, {"complaint_rate": base.complaint_rate + 0.1}),
        (gains.of_resolving_quickly, {"resolved_quickly": base.resolved_quickly + 0.1}),
        (gains.of_resolving_slowly, {"resolved_slowly": base.resolved_slowly + 0.1}),
    ):
        assert loss(base) - loss(replace(base, **better)) == pytest.approx(gain * 0.1, abs=1e-6)
    assert gains.of_speed == pytest.approx(gains.of_resolving_quickly - gains.of_resolving_slowly)


def test_recovery_cost_is_booked_per_complaint():
    """200 complaints at 12 of handling and 5 of compensation."""
    assert recovery_cost(200, 12, 5) == pytest.approx(3400)


def test_shares_that_exceed_all_are_refused():
    """More made good than complained, and percent in place of shares."""
    with pytest.raises(ValueError, match="add up to at most 1"):
        Recovery(0.5, 0.7, 0.4)
    with pytest.raises(ValueError, match="satisfied_quickly"):
        LoyaltyAfterProblem(0.1, 0.2, 0.3, 95)
