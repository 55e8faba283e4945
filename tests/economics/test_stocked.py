"""Stock under three ways of ordering: text books, other formulas, sums over whole units, grids."""

from __future__ import annotations

import numpy as np
import pytest

from slopt.economics.best_fill_rate import best_fill_rate, cost_per_z
from slopt.economics.demand_laws import GammaLaw, NormalLaw
from slopt.economics.inventory import exact_fill_rate, safety_factor_for_fill_rate
from slopt.economics.newsvendor import unit_costs
from slopt.economics.stock_rooms.best_levels import Group, Prices, StockItems, level_of_fill
from slopt.economics.stock_rooms.continuous import ContinuousReview
from slopt.economics.stock_rooms.periodic import PeriodicReview, times_of_a_cycle
from slopt.economics.stock_rooms.season import SeasonStock


def numbers(*values):
    """A column of numbers."""
    return np.array(values, dtype=float)


def all_of(items, low=None, high=None, may_skip=False):
    """Items of one way of ordering as all items that there are."""
    count = len(items.demand)
    group = Group(
        np.arange(count),
        items,
        items.lowest if low is None else low,
        items.highest if high is None else high,
    )
    return StockItems((group,), np.full(count, may_skip))


def normal(mean, spread):
    """Normal demand."""
    return NormalLaw(
        np.atleast_1d(np.asarray(mean, float)), np.atleast_1d(np.asarray(spread, float))
    )


def continuous(demand, quantity, mean, spread):
    """One item that is ordered at a level."""
    law = normal(mean, spread)
    return ContinuousReview(numbers(demand), numbers(quantity), law, law)


def periodic(demand, review, lead, variance):
    """One item that is ordered at a time."""
    first = lead or 1e-9

    def over(time):
        return normal(demand * time, np.sqrt(variance * time))

    at_times = over(times_of_a_cycle(numbers(lead), numbers(review)))
    return PeriodicReview(
        numbers(demand), numbers(review), over(first), over(lead + review), at_times
    )


def some(kind, seed, law=NormalLaw, count=40):
    """Random items of a kind; gamma demand varies more."""
    rng = np.random.default_rng(seed)
    demand = rng.lognormal(5, 1, count)
    variation, lead = rng.uniform(0.1, 0.4, count), rng.uniform(0.02, 0.3, count)
    if kind is ContinuousReview:
        quantity = demand * rng.uniform(0.01, 0.4, count)
        over_lead = law(demand * lead, variation * demand * np.sqrt(lead))
        return kind(demand, quantity, over_lead, over_lead)
    if kind is PeriodicReview:
        lead = np.maximum(lead * (rng.random(count) < 0.7), 1e-4)
        review = rng.uniform(0.02, 0.2, count)

        def over(time):
            return law(demand * time, variation * demand * np.sqrt(time))

        at_times = over(times_of_a_cycle(lead, review))
        return kind(demand, review, over(lead), over(lead + review), at_times)
    return kind(law(demand, variation * demand))


LAWS = [NormalLaw, GammaLaw]
KINDS = [ContinuousReview, PeriodicReview, SeasonStock]


def test_macs_newsstand_is_a_season_item():
    """Nahmias: 11.73 +- 4.74 copies, short 0.50, left over 0.15: 15.24 of them."""
    items = SeasonStock(normal(11.73, 4.74))
    best = all_of(items).best(Prices(numbers(0.5), numbers(0.15), numbers(0.0)))
    assert best.level == pytest.approx(15.24, abs=0.03)
    assert items.enough(best.level) == pytest.approx(0.5 / 0.65)


def test_wetsuits_of_cachon_and_terwiesch():
    """3,192 +- 1,181 at 180, cost 110, salvage 90: ratio 0.7778 and 4,095 pieces."""
    costs = unit_costs(180, 110, 90)
    items = SeasonStock(normal(3192, 1181))
    prices = Prices(numbers(costs.short), numbers(costs.over), numbers(0.0))
    assert all_of(items).best(prices).level == pytest.approx(4095, abs=1)


def test_mustard_of_nahmias():
    """Lots of 100 jars, lead-time demand 100 +- 25, 98 % filled: by the text book z = 1.02 and
    an order point of 126; the exact form, which counts no jar twice, agrees to half a jar.
    """
    book = 100 + 25 * float(safety_factor_for_fill_rate(0.98, 25, 100))
    items = continuous(200, 100, 100, 25)
    assert book == pytest.approx(126, abs=0.5)
    assert level_of_fill(items, numbers(0.98)) == pytest.approx(book, abs=0.5)


def test_small_lots_need_the_exact_fill_rate():
    """Lots of 10 against a spread of 25: at z = 0 the text book says 0.27 %, exactly 58 %."""
    items = continuous(200, 10, 100, 25)
    filled = 1 - items.short(numbers(100)) / 200
    assert filled == pytest.approx(numbers(exact_fill_rate(0.0, 25, 10)))
    assert filled == pytest.approx(numbers(0.58), abs=0.005)


def test_spread_grows_with_the_root_of_time():
    """Ballou's exercise: 300 units over 4 periods are 600 and 98 % pays; 1,200 would say 96 %."""
    items = periodic(120, 4, 0, 300.0**2)
    spread = float(items.end.spread[0])
    assert spread == pytest.approx(600)
    assert best_fill_rate(2592, cost_per_z(0.24, 75, spread)).level == pytest.approx(0.98)
    assert best_fill_rate(2592, cost_per_z(0.24, 75, 4 * 300)).level == pytest.approx(0.96)


def test_equal_stockouts_of_the_exchange_curve():
    """Silver, Pyke and Thomas: where a unit short costs the more the longer it is sold, items of
    the same ratio of costs get the same safety factor, whatever their size.
    """
    demand = numbers(100, 1_000, 10_000)
    law = normal(demand / 10, demand / 20)
    items = ContinuousReview(demand, demand / 4, law, law)
    best = all_of(items).best(Prices(numbers(9, 9, 9), numbers(2, 2, 2), numbers(0, 0, 0)))
    factors = (best.level - law.mean) / law.spread
    assert factors == pytest.approx(np.full(3, factors[0]))


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("kind", KINDS)
def test_slopes_and_bends_are_those_of_the_figures(kind, law):
    """Differences of what is short, held and in stock over a small step of the level."""
    items = some(kind, 1, law)
    level, width = items.lowest + 0.4 * (items.highest - items.lowest), items.highest - items.lowest
    step = 1e-4 * width
    more, less = items.figures(level + step), items.figures(level - step)
    assert more.short == pytest.approx(items.short(level + step))
    for name in ("short", "held", "stock"):
        slope = (getattr(more, name) - getattr(less, name)) / (2 * step)
        assert getattr(items.rates(level).slopes, name) == pytest.approx(slope, rel=1e-4, abs=1e-6)
        slopes = (getattr(items.rates(at).slopes, name) for at in (level + step, level - step))
        bend = next(slopes) - next(slopes)
        assert getattr(items.rates(level).bends, name) * width == pytest.approx(
            bend / (2 * step) * width, rel=1e-3, abs=1e-6
        )


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("kind", KINDS)
def test_cost_is_convex_where_items_are_stocked(kind, law):
    """From the least level on all three figures bend upwards, but for what is next to nothing, and
    less is short with more stock.
    """
    items = some(kind, 2, law, 200)
    for share in np.linspace(0, 1, 50):
        level = items.lowest + share * (items.highest - items.lowest)
        rates = items.rates(level)
        for bend in (rates.bends.short, rates.bends.held, rates.bends.stock):
            assert np.all(bend * items.highest**2 >= -1e-6 * items.demand)
        assert np.all(rates.slopes.short <= 0)


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("may_skip", [True, False])
def test_best_levels_are_best_of_a_grid_and_proven(kind, may_skip, law):
    """No level of a fine grid costs less than the best one, nor anything less than its bound."""
    items = some(kind, 3, law)
    rng = np.random.default_rng(4)
    prices = Prices(rng.lognormal(2, 1.5, 40), rng.lognormal(1, 1, 40), rng.uniform(0, 2, 40))
    stock = all_of(items, may_skip=may_skip)
    best = stock.best(prices)
    cost = prices.of(stock.figures(best.level))
    grid = prices.short * items.demand if may_skip else np.full(40, np.inf)
    for share in np.linspace(0, 1, 2_000):
        level = items.lowest + share * (items.highest - items.lowest)
        grid = np.minimum(grid, prices.of(items.figures(level)))
    assert np.all(cost <= grid * (1 + 1e-9))
    assert np.all(best.bound <= cost)
    assert cost - best.bound == pytest.approx(np.zeros(40), abs=1e-7 * cost.max())
    assert grid == pytest.approx(cost, rel=1e-3)


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("kind", KINDS)
def test_levels_near_the_best_come_with_their_own_figures(kind, law):
    """Found beside the levels, the figures are those of the levels, of items left out as well."""
    items = all_of(some(kind, 6, law), may_skip=True)
    rng = np.random.default_rng(7)
    level, figures = items.near_best(Prices(*rng.lognormal(1, 2, (3, 40))))
    own = items.figures(level)
    for name in ("short", "held", "stock"):
        assert np.array_equal(getattr(figures, name), getattr(own, name))


@pytest.mark.parametrize("spread", [0.1, 0.4, 0.6, 1.0, 4.0])
def test_season_items_lose_no_more_than_all_demand(spread):
    """Whatever the spread, nothing bought leaves the mean short; demand up to the level that makes
    up for demand below 0 counts as none, and from there on the text book's formula holds.
    """
    law = normal(100, 100 * spread)
    items = SeasonStock(law)
    least = items.none_up_to
    assert items.short(numbers(0)) == pytest.approx(numbers(100), rel=1e-9)
    assert law.short(least) + least * law.above(least) == pytest.approx(numbers(100), rel=1e-9)
    for level in np.linspace(0, float(items.highest[0]), 50):
        figures = items.figures(numbers(level))
        assert figures.short <= 100 * (1 + 1e-9)
        assert figures.held >= 0
        assert figures.held == pytest.approx(level - 100 + figures.short, abs=1e-7)
        if level >= least:
            assert figures.short == law.short(numbers(level))
    some_of = SeasonStock(NormalLaw(numbers(5, 100), numbers(1, 100 * spread))).part(np.array([1]))
    assert some_of.none_up_to == pytest.approx(least)


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("price", [2.0, 3.0])
def test_large_orders_may_wait_until_units_are_owed(law, price):
    """Orders of Q = 30 against 0.8 units over the lead time, D = 40, 1 for a unit short: while an
    order is never used up, short is D (0.8 - s) / Q and stock [(Q + s - 0.8)^2 + 0.2^2] / 2Q, so
    that the least cost is at s = D / price - 29.2, below 0, whatever the law.
    """
    demand = law(numbers(0.8), numbers(0.2))
    items = ContinuousReview(numbers(40.0), numbers(30.0), demand, demand)
    best = all_of(items).best(Prices(numbers(1.0), numbers(0.0), numbers(price)))
    level = 40 / price - 29.2
    assert best.level == pytest.approx([level], abs=1e-6)
    cost = 40 * (0.8 - level) / 30 + price * ((30 + level - 0.8) ** 2 + 0.2**2) / 60
    assert best.bound == pytest.approx([cost], rel=1e-8)


def test_prices_of_nothing_are_answered():
    """Without a price of stock the most is best, without one of shortage the least."""
    items = some(ContinuousReview, 5)
    stock, none, one = all_of(items), np.zeros(40), np.ones(40)
    assert np.array_equal(stock.best(Prices(one, none, none)).level, items.highest)
    assert np.array_equal(stock.best(Prices(none, one, none)).level, items.lowest)
    assert np.array_equal(stock.best(Prices(none, none, none)).bound, none)


def test_figures_are_those_of_poisson_demand_of_many_units():
    """(s, Q) with 400 units over the lead time, summed over whole units: fill and stock, to
    half a unit.
    """
    from scipy.stats import poisson

    mean, lot, point = 400.0, 30, 425
    demand = np.arange(0, 1_200)
    chance = poisson.pmf(demand, mean)
    positions = np.arange(point + 1, point + lot + 1)
    on_hand = np.maximum(positions[:, None] - demand, 0)
    held = (on_hand @ chance).mean()
    filled = ((on_hand > 0) @ chance).mean()
    items = continuous(2_000, lot, mean, np.sqrt(mean))
    level = numbers(point)
    assert 1 - items.short(level) / 2_000 == pytest.approx(numbers(filled), abs=2e-3)
    assert items.figures(level).held == pytest.approx(numbers(held), abs=0.6)


def test_periodic_stock_is_that_of_sampled_cycles():
    """(R, S) with demand in 200 small steps: short and on hand within four standard errors."""
    rng = np.random.default_rng(6)
    cycles, steps, review, lead = 4_000, 200, 0.1, 0.05
    demand, spread, level = 1_000.0, 120.0, 190.0
    step = review / steps
    drawn = rng.normal(demand * step, spread * np.sqrt(step), (cycles, int(1.5 * steps)))
    so_far = np.cumsum(drawn, axis=1)[:, int(0.5 * steps) :]
    net = level - so_far
    begin = level - np.cumsum(drawn, axis=1)[:, int(0.5 * steps) - 1]
    short = np.maximum(-net[:, -1], 0) - np.maximum(-begin, 0)
    on_hand = np.maximum(net, 0).mean(axis=1)
    items = periodic(demand, review, lead, spread**2)
    at = numbers(level)
    error = 4 * short.std() / np.sqrt(cycles)
    assert items.short(at) * review == pytest.approx(short.mean(), abs=error)
    error = 4 * on_hand.std() / np.sqrt(cycles) + demand * step
    assert items.figures(at).held == pytest.approx(on_hand.mean(), abs=error)


def test_fill_rates_are_reached_at_their_levels():
    """The level of a fill rate fills just so much."""
    for kind in KINDS:
        items = some(kind, 7)
        for goal in (0.6, 0.9, 0.99):
            level = level_of_fill(items, np.full(40, goal))
            assert 1 - items.short(level) / items.demand == pytest.approx(np.full(40, goal))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: normal(1, 0), "spread must be above 0"),
        (lambda: continuous(1, 0, 1, 1), "quantity must be above 0"),
        (lambda: periodic(1, -1, 1, 1), "spread must be above 0|review must be above 0"),
    ],
)
def test_items_that_cannot_be_are_refused(make, words):
    """Spreads, lots and reviews of nothing have no answer."""
    with pytest.raises(ValueError, match=words):
        make()
