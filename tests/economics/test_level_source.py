"""Segments that choose a service level: their figures, their best levels, proven bounds."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from level_cases import level_case, random_level_case
from strategies import make_case

from slopt.economics.generated import Terms
from slopt.economics.levels.bounds import lines_below
from slopt.economics.levels.source import LevelSource
from slopt.economics.offers import make_offers
from slopt.errors import InvalidInput

FIGURES = ("service_cost", "lost_orders", "lost_customers", "lost_prospects")


def even(source, count):
    """(U, count): levels from floor to ceiling."""
    low, high = source.curves.lowest[:, None], source.curves.highest[:, None]
    return low + (high - low) * np.linspace(0, 1, count)


def any_terms(source, seed):
    """Terms with random prices, some of them 0."""
    rng = np.random.default_rng(seed)
    count, resources = len(source.names), source.curves.resources

    def prices(size):
        return rng.exponential(1.0, size) * (rng.random(size) < 0.8)

    return Terms(prices(count), prices(count), 100 * prices(count), prices(resources))


@pytest.mark.parametrize("seed", range(8))
def test_levels_cost_and_lose_what_tiers_of_these_levels_do(seed):
    """Apart from the terms of `level_costs` the case's own economics counts, at any level."""
    case = random_level_case(seed)
    without = {
        name: table
        for name, table in case.tables.items()
        if name not in ("level_costs", "level_curves")
    }
    tier = make_case(
        {
            "segments": [{"segment": "a", "customers": 1}],
            "tiers": [{"tier": f"t{i}", "service_level": 0} for i in range(5)],
        }
    )
    no_level = np.full(len(case.segments), np.nan)
    segments = case.table("segments").with_columns({"min_level": no_level, "max_level": no_level})
    plain = case.replace(tables={**without, "segments": segments, "tiers": tier.tables["tiers"]})
    source = LevelSource(case.replace(tables=without))
    levels = even(source, 5)
    expected = make_offers(plain, lift=levels)
    found = source.at(levels)
    for name in FIGURES:
        assert getattr(found, name) == pytest.approx(getattr(expected, name), rel=1e-9, abs=1e-9)
    assert found.use == pytest.approx(expected.use)


def test_terms_are_what_their_formulas_say():
    """Each shape by hand for 100 customers with 2 orders at level 0.8."""
    costs = [
        {"term": "a", "shape": "fixed", "per_customer": 1},
        {"term": "b", "shape": "linear", "per_order": 1},
        {"term": "c", "shape": "power", "exponent": 2, "per_segment": 10},
        {"term": "d", "shape": "saturating", "exponent": 0.5, "per_customer": 1},
        {"term": "e", "shape": "nines", "per_customer": 1},
        {"term": "f", "shape": "logistic", "steepness": 10, "middle": 0.8, "per_segment": 30},
        {"term": "g", "shape": "linear", "resource": "staff", "per_order": 0.5},
    ]
    case = level_case(
        [{"orders_per_customer": 2}],
        costs,
        resources=[{"resource": "staff", "capacity": 1000, "unit_cost": 3}],
    )
    found = LevelSource(case).at(np.array([[0.8]]))
    by_hand = 100 + 200 * 0.8 + 10 * 0.64 + 100 / np.sqrt(0.2) - 100 * np.log(0.2) + 15
    assert found.service_cost[0, 0] == pytest.approx(by_hand + 3 * 80)
    assert found.use[0, 0, 0] == pytest.approx(0.5 * 200 * 0.8)
    assert found.lost_orders[0, 0] == pytest.approx(200 * 0.2 * 10)


def test_an_own_term_replaces_that_of_all():
    """The segment's own row of a term counts whole, the other segments have that of *."""
    case = level_case(
        [{}, {}],
        [
            {"term": "a", "shape": "linear", "per_customer": 1},
            {"segment": "s1", "term": "a", "shape": "fixed", "per_segment": 7},
        ],
    )
    assert LevelSource(case).at(np.full((2, 1), 0.5)).service_cost.ravel() == pytest.approx([50, 7])


def test_points_replace_what_is_computed():
    """Whole figures by points stand in place of computed ones; rates come on top of terms."""
    points = [
        {
            "segment": "s0",
            "point": "a",
            "level": 0.5,
            "service_cost": 10,
            "lost_orders": 90,
            "use:staff": 4,
        },
        {
            "segment": "s0",
            "point": "b",
            "level": 1.0,
            "service_cost": 30,
            "lost_orders": 10,
            "use:staff": 8,
        },
        {"segment": "*", "point": "a", "level": 0.5, "cost_per_order": 2},
        {"segment": "*", "point": "b", "level": 1.0, "cost_per_order": 4},
    ]
    case = level_case(
        [{}, {}],
        [{"term": "base", "shape": "fixed", "per_customer": 1}],
        points,
        resources=[{"resource": "staff", "capacity": 1000, "unit_cost": 3}],
        usage=[{"resource": "staff", "per_order": 1}],
    )
    found = LevelSource(case).at(np.full((2, 1), 0.75))
    assert found.service_cost.ravel() == pytest.approx([20, 100 + 300 + 300])
    assert found.lost_orders.ravel() == pytest.approx([50, 250])
    assert found.use[0].ravel() == pytest.approx([6, 100])


def test_use_by_points_is_paid_at_the_unit_cost():
    """Units by points cost what units of usage rows would have cost."""
    points = [
        {"segment": "s0", "point": "a", "level": 0.5, "use:staff": 4},
        {"segment": "s0", "point": "b", "level": 1.0, "use:staff": 8},
    ]
    case = level_case(
        [{}],
        [{"term": "base", "shape": "linear", "resource": "staff", "per_customer": 1}],
        points,
        resources=[{"resource": "staff", "capacity": 1000, "unit_cost": 3}],
        usage=[{"resource": "staff", "per_order": 1}],
    )
    found = LevelSource(case).at(np.array([[0.75]]))
    assert found.service_cost[0, 0] == pytest.approx(6 * 3)
    assert found.use[0, 0, 0] == pytest.approx(6)


@pytest.mark.parametrize("seed", range(30))
def test_the_best_level_is_as_good_as_any_and_its_bound_holds(seed):
    """Against 20,001 levels: none is better than the bound, and the best is within 1e-6 of it."""
    source = LevelSource(random_level_case(seed))
    terms = any_terms(source, seed)
    best = source.best(terms)
    value = terms.value(best.offers)[:, 0]
    tried = terms.value(source.at(even(source, 20_001)))
    size = 1 + np.abs(tried).max(axis=1)
    assert np.all(best.bound <= tried.min(axis=1) + 1e-12 * size)
    assert np.all(best.bound <= value)
    assert np.all(value - best.bound <= 1e-6 * size)


def test_prices_of_nothing_have_a_best_level_too():
    """Where nothing is priced every level is worth 0."""
    source = LevelSource(random_level_case(3))
    nothing = np.zeros(len(source.names))
    best = source.best(Terms(nothing, nothing, nothing, np.zeros(1)))
    assert best.bound == pytest.approx(nothing)


@pytest.mark.parametrize("seed", range(12))
def test_lines_lie_below_the_curves_and_touch_them_at_given_levels(seed):
    """No figure is below its lines, and at the levels the lines were made for they are equal."""
    source = LevelSource(random_level_case(seed))
    curves = source.curves
    levels = curves.grid(3)
    points, heights, counts = lines_below(curves, levels)
    for u in range(len(source.names)):
        its = counts[u]
        tried = np.linspace(curves.lowest[u], curves.highest[u], 4_001)[None]
        for at, touches in ((tried, False), (levels[[u]], True)):
            true = curves.at(np.array([u]), at)[:, 0]
            for figure, own in enumerate(true):
                lines = np.interp(at[0], points[u][its], heights[figure, u][its])
                room = 1e-9 * (1 + np.abs(own).max())
                assert np.all(lines <= own + room)
                if touches:
                    assert lines == pytest.approx(own, abs=room)


def test_first_offers_hold_the_ends_and_todays_level():
    """Floor and ceiling are offered, and today's level is the first where it is known."""
    case = level_case(
        [{"current_level": 0.9}, {}], [{"term": "a", "shape": "linear", "per_customer": 1}]
    )
    source = LevelSource(case)
    first = source.first()
    assert first.today.tolist() == [0, -1]
    assert first.service_level[0, 0] == 0.9
    for u in range(2):
        offered = first.service_level[u, first.allowed[u]]
        assert offered.min() == 0.5
        assert offered.max() == 0.95
        assert len(np.unique(offered)) == len(offered)


def test_between_two_offers_lies_the_level_between():
    """A share of the way, with the exact figures of that level."""
    source = LevelSource(random_level_case(1))
    low, high = (source.at(even(source, 2)[:, [i]]) for i in (0, 1))
    found = source.between(low, high, np.full(len(source.names), 0.25))
    assert found.service_level[:, 0] == pytest.approx(
        0.75 * source.curves.lowest + 0.25 * source.curves.highest
    )
    assert found.service_cost == pytest.approx(source.at(found.service_level).service_cost)


def test_a_source_travels():
    """It can be pickled, and answers the same afterwards."""
    source = LevelSource(random_level_case(2))
    again = pickle.loads(pickle.dumps(source))
    assert np.array_equal(source.first().service_cost, again.first().service_cost)


def test_segments_with_tiers_are_left_alone():
    """Only those with a floor and a ceiling choose a level."""
    case = make_case(
        {
            "segments": [
                {"segment": "a", "customers": 10, "min_level": 0.5, "max_level": 0.9},
                {"segment": "b", "customers": 20},
            ],
            "tiers": [{"tier": "t", "service_level": 0.9, "cost_per_customer": 3}],
            "level_costs": [{"term": "x", "shape": "linear", "per_customer": 2}],
        }
    )
    source = LevelSource(case)
    assert list(source.names) == ["a"]
    assert source.at(np.array([[0.5]])).service_cost[0, 0] == pytest.approx(10)


def test_figures_beyond_use_are_refused_by_name():
    """A cost that no float can hold to the cent names the segment."""
    with pytest.raises(InvalidInput, match='"s0"'):
        LevelSource(
            level_case(
                [{"max_level": 0.999999}],
                [{"term": "a", "shape": "saturating", "exponent": 5, "per_order": 1}],
            )
        )
