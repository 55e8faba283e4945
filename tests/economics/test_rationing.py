"""Reserves for better classes: closed forms, another way to compute, every reserve tried."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm
from scipy.stats import binom, poisson

from slopt.economics.inventory import exact_fill_rate, lead_time_spread
from slopt.economics.rationing.class_service import (
    ClassDemand,
    Unmet,
    order_up_to_service,
    reorder_point_service,
    season_service,
)
from slopt.economics.rationing.search import RationingCosts, best_reserves, least_reorder_point
from slopt.economics.rationing.two_classes import best_two_class_reserve, two_class_service
from slopt.vocabulary import DemandLaw


def _demand(rates, lead_time):
    return ClassDemand(np.array(rates, dtype=float), lead_time)


def _deshpande(rates, lead_time, point, quantity, reserve):
    """Fill rates and backorders of two classes as Deshpande, Cohen and Donohue write them: by the
    number of demands after the stock has reached the threshold, binomial between the classes.
    """
    total, better = sum(rates), rates[0] / sum(rates)
    after = np.arange(400)
    fill, owed = np.zeros(2), np.zeros(2)
    for position in range(point + 1, point + quantity + 1):
        chance = poisson.pmf(position - reserve + after, total * lead_time)
        before = poisson.cdf(position - reserve - 1, total * lead_time)
        lasts = binom.cdf(reserve - 1, after, better) if reserve else np.zeros(len(after))
        fill += np.array([before + chance @ lasts, before]) / quantity
        beyond = [
            np.maximum(np.arange(n + 1) - reserve, 0) @ binom.pmf(np.arange(n + 1), n, better)
            for n in after[:80]
        ]
        owed += np.array([chance[:80] @ beyond, (1 - better) * (chance @ after)]) / quantity
    return fill, owed


@pytest.mark.parametrize(
    ("rates", "lead_time", "point", "quantity", "reserve"),
    [
        ((2.0, 3.0), 1.5, 8, 5, 3),
        ((0.5, 4.0), 1.0, 5, 1, 1),
        ((3.0, 1.0), 2.0, 9, 8, 0),
        ((1.0, 1.0), 2.0, 4, 3, 4),
    ],
)
def test_two_classes_that_wait_are_as_published(rates, lead_time, point, quantity, reserve):
    """The chain agrees with the binomial sums of Deshpande, Cohen and Donohue (2003)."""
    ours = reorder_point_service(
        _demand(rates, lead_time), point, quantity, [0, reserve], Unmet.WAITS
    )
    fill, owed = _deshpande(rates, lead_time, point, quantity, reserve)
    assert ours.fill_rates[0] == pytest.approx(fill, abs=1e-10)
    assert ours.owed[0] == pytest.approx(owed, abs=1e-10)


@given(
    rates=st.lists(st.floats(0.2, 4), min_size=1, max_size=4),
    lead_time=st.floats(0.2, 3),
    thick=st.lists(st.integers(0, 3), min_size=4, max_size=4),
    quantity=st.integers(1, 8),
)
@settings(max_examples=40, deadline=None)
def test_every_unit_is_on_hand_owed_or_on_order(rates, lead_time, thick, quantity):
    """Stock less what is owed is the mean position less a lead time's demand, whatever the
    reserves; better classes are served better.
    """
    reserves = np.concatenate([[0], np.cumsum(thick)])[: len(rates)]
    point = int(reserves[-1]) + thick[-1]
    demand = _demand(rates, lead_time)
    ours = reorder_point_service(demand, point, quantity, reserves, Unmet.WAITS)
    position = point + (quantity + 1) / 2 - demand.total * lead_time
    assert ours.on_hand[0] - ours.owed[0].sum() == pytest.approx(position, abs=1e-9)
    assert np.all(np.diff(ours.fill_rates[0]) <= 1e-12)


def test_more_classes_are_as_the_whole_chain_says():
    """With four classes the exponential of the generator, by another algorithm, gives the same."""
    demand, reserves = _demand([1.0, 0.5, 2.0, 1.5], 1.2), np.array([0, 1, 3, 4])
    point, quantity = 7, 4
    levels = np.arange(point + quantity + 1)
    rates = (demand.rates * (levels[:, None] > reserves)).sum(axis=1)
    generator = np.diag(-rates) + np.diag(rates[1:], -1)
    start = np.where(levels > point, 1 / quantity, 0.0)
    size = len(levels)
    with_time = np.zeros((2 * size, 2 * size))  # expm of [[G, I], [0, 0]] holds the integral too
    with_time[:size, :size], with_time[:size, size:] = generator, np.eye(size)
    both = expm(with_time * demand.lead_time)[:size]
    chance, spent = start @ both[:, :size], start @ both[:, size:]
    ours = reorder_point_service(demand, point, quantity, reserves, Unmet.WAITS)
    for each, reserve in enumerate(reserves):
        assert ours.fill_rates[0, each] == pytest.approx(chance[levels > reserve].sum())
        owed = demand.rates[each] * spent[levels <= reserve].sum()
        assert ours.owed[0, each] == pytest.approx(owed)


def test_one_unit_whose_demand_is_lost_is_a_queue_of_one():
    """s = 0 and Q = 1 with lost sales is Erlang's loss system: the fill rate is 1 / (1 + load)."""
    ours = reorder_point_service(_demand([3.0], 0.5), 0, 1, [0], Unmet.LOST)
    assert ours.fill_rates[0, 0] == pytest.approx(1 / 2.5)
    assert ours.orders[0] == pytest.approx(3 / 2.5)


def test_lost_sales_balance():
    """What is ordered is what is sold, in all policies at once."""
    demand = _demand([1.0, 2.0, 3.0], 1.2)
    points = np.array([2, 5, 8])
    ours = reorder_point_service(demand, points, 10, [[0, 1, 2], [0, 2, 7], [0, 0, 0]], Unmet.LOST)
    sold = (demand.rates * ours.fill_rates).sum(axis=1)
    assert ours.orders * 10 == pytest.approx(sold)
    assert ours.short == pytest.approx(demand.rates * (1 - ours.fill_rates))
    assert ours.fill_rates[2] == pytest.approx(np.full(3, ours.fill_rates[2, 0]))


def test_lost_sales_of_two_classes_as_published():
    """Melchiors, Dekker and Kleijn (2000) count a cycle by when the reserve is reached; done so by
    numerical integration, the shares agree.
    """
    rates, lead, point, quantity, kept = (2.0, 3.0), 1.5, 8, 12, 3
    total = sum(rates)
    times = np.linspace(0, lead, 20_001)
    left = np.arange(1, point - kept + 1)
    # Units above the reserve at time t: point - kept less a Poisson number of both classes.
    full = poisson.pmf(point - kept - left, total * times[:, None])
    open_time = np.trapezoid(full.sum(axis=1), times)
    hit = total * poisson.pmf(point - kept - 1, total * times)  # density of reaching the reserve
    lasts = np.array(
        [
            np.trapezoid(poisson.cdf(kept - 1, rates[0] * times[: n + 1]), times[: n + 1])
            for n in range(0, len(times), 50)
        ]
    )
    rest = np.interp(lead - times, times[::50], lasts)
    reserve_time = np.trapezoid(hit * rest, times)
    # Both classes buy in the open time, class 1 alone from the reserve; the rest of the cycle
    # is as long as it takes both to buy what is left of Q.
    sold = total * open_time + rates[0] * reserve_time
    calm = (quantity - sold) / total
    cycle = lead + calm
    expected = [(open_time + reserve_time + calm) / cycle, (open_time + calm) / cycle]
    ours = reorder_point_service(_demand(rates, lead), point, quantity, [0, kept], Unmet.LOST)
    assert ours.fill_rates[0] == pytest.approx(expected, abs=1e-6)
    assert 1 / ours.orders[0] == pytest.approx(cycle, rel=1e-6)


def test_a_level_that_is_reviewed_all_the_time_is_a_base_stock():
    """With ever shorter reviews (R, S) becomes (S - 1, 1)."""
    demand = _demand([1.0, 2.0], 1.5)
    often = order_up_to_service(demand, 7, 1e-6, [0, 2])
    each = reorder_point_service(demand, 6, 1, [0, 2], Unmet.WAITS)
    assert often.fill_rates == pytest.approx(each.fill_rates, abs=1e-5)
    assert often.owed == pytest.approx(each.owed, abs=1e-5)
    assert often.on_hand == pytest.approx(each.on_hand, abs=1e-5)


def test_one_class_in_a_season_is_a_newsvendor():
    """Without reserves the units short are E[(D - stock)+] of the Poisson demand of the season."""
    ours = season_service(_demand([2.0, 3.0], 2.0), np.arange(15), [0, 0])
    units = np.arange(80)
    short = [np.maximum(units - stock, 0) @ poisson.pmf(units, 10) for stock in range(15)]
    assert ours.short.sum(axis=1) == pytest.approx(short)
    assert ours.short[:, 0] == pytest.approx(0.4 * np.array(short))


@pytest.mark.parametrize("unmet", list(Unmet))
def test_the_best_reserves_are_the_best_of_all(unmet):
    """No reserves of three classes cost less, at any reorder point."""
    demand = _demand([1.0, 1.5, 2.0], 1.0)
    costs = RationingCosts(np.array([40.0, 8.0, 2.0]), waiting=1.0, holding=0.5, order=3.0)
    best = best_reserves(demand, np.arange(8), 9, costs, unmet)
    for point in range(8):
        tried = [(0, *each) for each in combinations_with_replacement(range(point + 1), 2)]
        prices = [
            costs.of(reorder_point_service(demand, point, 9, each, unmet))[0] for each in tried
        ]
        assert best.cost[point] == pytest.approx(min(prices))
        assert costs.of(best.service)[point] == pytest.approx(min(prices))


def test_classes_of_one_cost_need_no_reserve():
    """Where a unit short costs the same in both classes, nothing is kept back."""
    demand = _demand([1.0, 2.0], 1.0)
    best = best_reserves(
        demand, np.arange(10), 11, RationingCosts(np.array([5.0, 5.0])), Unmet.LOST
    )
    assert not best.reserves.any()


@given(
    rates=st.lists(st.floats(0.3, 3), min_size=2, max_size=3),
    goals=st.lists(st.floats(0.5, 0.99), min_size=3, max_size=3),
    quantity=st.integers(1, 5),
)
@settings(max_examples=25, deadline=None)
def test_no_smaller_stock_keeps_the_fill_rates(rates, goals, quantity):
    """All reserves at all smaller reorder points break a target; the ones found keep them all."""
    demand = _demand(rates, 1.0)
    targets = np.sort(goals[: len(rates)])[::-1]
    found = least_reorder_point(demand, quantity, targets)
    assert np.all(found.fill_rates >= targets)
    for point in range(found.reorder_point):
        tried = [
            (0, *each) for each in combinations_with_replacement(range(point + 1), len(rates) - 1)
        ]
        service = reorder_point_service(demand, point, quantity, tried, Unmet.WAITS)
        assert not np.any(np.all(service.fill_rates >= targets, axis=1))


def test_a_reserve_serves_both_with_less_stock():
    """The example of the documentation: 99.5 % for a fifth of the demand and 85 % for the rest take
    7.1 units on hand with a reserve of 2, 11.0 where all get 99.5 %, 9.6 in two stocks.
    """
    demand, goals = _demand([1.0, 4.0], 2.0), [0.995, 0.85]

    def on_hand(demand, quantity, found):
        return reorder_point_service(
            demand, found.reorder_point, quantity, found.reserves, Unmet.WAITS
        ).on_hand[0]

    together = least_reorder_point(demand, 5, goals)
    assert (together.reorder_point, together.reserves.tolist()) == (14, [0, 2])
    assert together.fill_rates == pytest.approx([0.9956, 0.8994], abs=5e-5)
    assert on_hand(demand, 5, together) == pytest.approx(7.11, abs=0.005)
    all_alike = _demand([5.0], 2.0)
    for_all = on_hand(all_alike, 5, least_reorder_point(all_alike, 5, goals[:1]))
    assert for_all == pytest.approx(11.00, abs=0.005)
    apart = 0.0
    for rate, quantity, goal in ((1.0, 1, 0.995), (4.0, 4, 0.85)):
        own = _demand([rate], 2.0)
        apart += on_hand(own, quantity, least_reorder_point(own, quantity, [goal]))
    assert apart == pytest.approx(9.62, abs=0.005)


@pytest.mark.parametrize(("least", "near"), [(20, 0.012), (3, 0.035)])
def test_the_form_for_many_units_is_as_near_as_it_says(least, near):
    """Fill rates of two Poisson classes are within the stated distance of the exact chain, and the
    stock on hand within little more than half a unit.
    """
    rng = np.random.default_rng(7)
    for _ in range(40):
        total, share, lead = (
            rng.uniform(least, 2 * least),
            rng.uniform(0.1, 0.9),
            rng.uniform(0.5, 3),
        )
        rates = np.array([share, 1 - share]) * total / lead
        spread = np.sqrt(total)
        point = int(max(1, total + rng.uniform(-1, 2) * spread))
        kept = int(rng.integers(0, min(point, int(2 * spread)) + 1))
        quantity = int(rng.integers(1, 2 * total))
        exact = reorder_point_service(_demand(rates, lead), point, quantity, [0, kept], Unmet.WAITS)
        ours = two_class_service(
            rates[None], np.sqrt(rates)[None], lead, point, quantity, kept, law=DemandLaw.NORMAL
        )
        assert np.abs(ours.fill_rates - exact.fill_rates).max() < near
        assert abs(ours.on_hand[0] - exact.on_hand[0]) < 0.6


def test_the_form_for_many_units_finds_the_reserves_of_the_chain():
    """At five reorder points its best reserve is within one unit of the exact one."""
    rates, points = np.array([10.0, 30.0]), np.arange(60, 110, 10)
    exact = best_reserves(
        _demand(rates, 2.0), points, 40, RationingCosts(np.array([20.0, 2.0])), Unmet.WAITS
    )
    wide = np.tile(rates, (5, 1))
    found = best_two_class_reserve(
        wide, np.sqrt(wide), 2.0, points, 40, [20.0, 2.0], law=DemandLaw.NORMAL
    )
    assert np.abs(found - exact.reserves[:, 1]).max() <= 1
    assert exact.reserves[:, 1].tolist() == [13, 8, 5, 3, 2]


def test_without_a_reserve_the_normal_form_is_the_exact_fill_rate():
    """Both classes get what `exact_fill_rate` gives all, also with an uncertain lead time."""
    ours = two_class_service(
        [[3.0, 5.0]], [[2.0, 4.0]], 4.0, 40.0, 25.0, 0.0, 0.5, law=DemandLaw.NORMAL
    )
    sigma = lead_time_spread(np.sqrt(20), 4, 8, 0.5)
    expected = np.full(2, exact_fill_rate(8 / sigma, sigma, 25))
    assert ours.fill_rates[0] == pytest.approx(expected)


@pytest.mark.parametrize("law", list(DemandLaw))
def test_the_form_for_many_units_balances(law):
    """Without a reserve a unit is owed to either class in proportion to its demand, and a reserve
    moves units from the poorer class to the better one.
    """
    given = ([[3.0, 5.0]], [[2.0, 4.0]], 4.0, 38.0, 25.0)
    plain = two_class_service(*given, 0.0, law=law)
    assert plain.owed[0, 0] / plain.owed[0, 1] == pytest.approx(3 / 5)
    kept = two_class_service(*given, 6.0, law=law)
    assert kept.fill_rates[0, 0] > plain.fill_rates[0, 0] > kept.fill_rates[0, 1]
    assert kept.owed[0, 0] < plain.owed[0, 0]
    assert kept.on_hand > plain.on_hand


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((4, 3, [0, 5], Unmet.WAITS), "no reserve may exceed its reorder point"),
        ((4, 4, [0, 2], Unmet.LOST), "two orders may be on their way"),
        ((4, 3, [1, 2], Unmet.WAITS), "the reserve of the best class must be 0"),
        ((4, 3, [0], Unmet.WAITS), "reserves must hold 2 numbers"),
        ((4, 0, [0, 1], Unmet.WAITS), "quantity must be at least 1"),
        ((-1, 3, [0, 0], Unmet.WAITS), "stock must be at least 0"),
        ((4, 3, [0, 1.5], Unmet.WAITS), "reserves must be whole numbers"),
    ],
)
def test_policies_that_cannot_be_are_refused(arguments, words):
    """Each with what is wrong."""
    with pytest.raises(ValueError, match=words):
        reorder_point_service(_demand([1.0, 2.0], 1.0), *arguments)


def test_reserves_that_fall_are_refused():
    """A poorer class cannot have a smaller reserve."""
    with pytest.raises(ValueError, match="no class may have a smaller reserve than a better one"):
        reorder_point_service(_demand([1.0, 2.0, 1.0], 1.0), 5, 3, [0, 3, 2], Unmet.WAITS)


def test_targets_that_rise_are_refused():
    """No class may ask for more than a better one."""
    with pytest.raises(ValueError, match="no class may ask for a higher fill rate"):
        least_reorder_point(_demand([1.0, 2.0], 1.0), 3, [0.8, 0.9])


def test_too_many_reserves_are_refused_before_any_is_tried():
    """Six classes at a reorder point of 60 are named with their number and what to do."""
    with pytest.raises(ValueError, match="8259888 reserves are too many to try; use fewer classes"):
        best_reserves(_demand([1.0] * 6, 5.0), 60, 5, RationingCosts(np.ones(6)), Unmet.WAITS)
