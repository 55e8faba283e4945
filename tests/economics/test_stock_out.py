"""Stock-outs: published shares are whole, losses are their weighted sums and stay apart."""

from __future__ import annotations

import numpy as np
import pytest

from slopt.economics.stock_out import (
    BY_CATEGORY,
    WORLD_AVERAGE,
    Reaction,
    StockOutLosses,
    later_order_loss,
    loss_per_stock_out,
    losses_by_reaction,
    simple_stock_out_loss,
)


def test_published_shares_add_up():
    """The world average and all ten categories, each to 100 %."""
    assert len(BY_CATEGORY) == 10
    for shares in (WORLD_AVERAGE, *BY_CATEGORY.values()):
        assert sum(shares.values()) == pytest.approx(1)
    assert WORLD_AVERAGE[Reaction.OTHER_SHOP] == 0.31
    assert BY_CATEGORY["diapers"][Reaction.OTHER_BRAND] == 0.21


def test_loss_of_the_world_average():
    """Margin 2, basket 8, substitutes at 1.5 and 1.8, backorders at 0.5 with a fifth lost:
    0.31 x 10 + 0.26 x 0.5 + 0.19 x 0.2 + 0.15 x 0.4 + 0.09 x 2 = 3.508 lost, 0.075 booked.
    """
    losses = losses_by_reaction(
        2,
        margin_of_other_brand=1.5,
        margin_of_same_brand=1.8,
        margin_of_basket=8,
        handling=0.5,
        lost_later=0.2,
    )
    found = loss_per_stock_out(WORLD_AVERAGE, losses)
    assert found.lost_orders == pytest.approx(3.508)
    assert found.handling == pytest.approx(0.075)
    assert found.lost_customers == 0


def test_loss_of_drawn_reactions():
    """100,000 shoppers who react by chance lose as much on average; one in a hundred leaves."""
    shares = {Reaction.LEAVES: 0.01, Reaction.NOTHING: 0.29, Reaction.OTHER_BRAND: 0.7}
    losses = losses_by_reaction(
        4, margin_of_other_brand=5, margin_of_same_brand=4, customer_value=300
    )
    found = loss_per_stock_out(shares, losses)
    drawn = np.random.default_rng(2).choice(3, 100_000, p=[0.01, 0.29, 0.7])
    assert found.lost_orders == pytest.approx(np.array([0, 4, -1])[drawn].mean(), abs=0.03)
    assert found.lost_customers == pytest.approx(np.array([300, 0, 0])[drawn].mean(), abs=0.3)


def test_simple_loss():
    """40 units short, price 12, purchase price 9: 120."""
    assert simple_stock_out_loss(40, 12, 9) == pytest.approx(120)


def test_later_orders_of_a_delay():
    """A cut of 2.1 % of next year's margin of 1,000 is 21, at 5 % 20; four years add up."""
    assert later_order_loss(1000, [0.021], 0) == pytest.approx(21)
    assert later_order_loss(1000, [0.021], 0.05) == pytest.approx(20)
    years = sum(1000 * 0.046 / 1.05**t for t in (1, 2, 3, 4))
    assert later_order_loss(1000, [0.046] * 4, 0.05) == pytest.approx(years)


def test_shares_and_losses_must_fit():
    """Shares that do not add up, and a reaction without a loss."""
    with pytest.raises(ValueError, match="shares must add up to 1"):
        loss_per_stock_out({Reaction.NOTHING: 0.9}, {})
    with pytest.raises(ValueError, match="losses must hold nothing"):
        loss_per_stock_out({Reaction.NOTHING: 1.0}, {Reaction.LATER: StockOutLosses()})
