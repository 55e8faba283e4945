"""Control limits and drift on simulated actuals: false alarms as stated, planted effects found."""

from __future__ import annotations

import numpy as np
import pytest
from actuals_maker import as_happened, draw, many_segments, plan_of

from slopt.study.monitor.advice import with_factors
from slopt.study.monitor.drift import Parameter, Scope, drifts
from slopt.study.monitor.drivers import Compared
from slopt.study.monitor.noise import Measure, Noise, signals
from slopt.study.monitor.split import split

PERIODS = 3
RUNS = 30


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    """Today's tiers of forty segments."""
    return plan_of(many_segments(tmp_path_factory.mktemp("noise") / "case"))


def looked_at(plan, seed, planted=None, periods=PERIODS):
    """(what is compared, its split) of one draw."""
    rows = draw(plan.case, plan.problem, plan.choice.modes, periods, seed, planted)
    compared = Compared(plan, as_happened(plan.case, rows))
    return compared, split(compared)


@pytest.fixture(scope="module")
def undisturbed(plan):
    """Draws in which nothing was planted."""
    return [looked_at(plan, seed) for seed in range(RUNS)]


@pytest.fixture(scope="module")
def judged(undisturbed):
    """The figures of each of them, judged."""
    return [signals(*one, Noise(0.05)) for one in undisturbed]


@pytest.fixture(scope="module")
def looks(undisturbed):
    """The drift of each of them."""
    return [drifts(*one, 0.05) for one in undisturbed]


def factors(plan, **of_segment):
    """(S, T) of ones, but for the segments named S03=1.5."""
    values = np.ones((len(plan.case.segments), len(plan.problem.periods)))
    for name, factor in of_segment.items():
        values[plan.case.segments.place(name)] = factor
    return values


def test_five_hundred_figures_do_not_cry_wolf(judged):
    """Where nothing happened, an alarm is raised in about one look in twenty at most."""
    assert len(judged[0]) > 500
    assert sum(any(signal.is_alarm for signal in found) for found in judged) <= 4


@pytest.mark.parametrize("measure", [one for one in Measure if one is not Measure.NET])
def test_each_figure_is_judged_at_the_level_that_is_stated(judged, measure):
    """Of the p-values of every measure at most about 5 % are below 0.05, and not far fewer."""
    p = [one.p for found in judged for one in found if one.measure is measure]
    assert len(p) >= 1000
    assert 0.025 <= np.mean(np.array(p) <= 0.05) <= 0.062


def test_planted_effects_are_found_and_few_others(plan):
    """A poor level, dear service, fewer orders, a lower price: each is an alarm of its own kind."""
    s = {name: plan.case.segments.place(name) for name in ("S03", "S08", "S15", "S22")}
    level = np.zeros((len(plan.case.segments), 4))
    level[s["S03"], 1] = -0.10
    cost, orders, price = (factors(plan) for _ in range(3))
    cost[s["S08"], 2], orders[s["S15"], 0], price[s["S22"], 1] = 1.5, 0.8, 0.7
    planted = {
        (Measure.LEVEL, s["S03"], 1),
        (Measure.COST, s["S08"], 2),
        (Measure.ORDERS, s["S15"], 0),
        (Measure.PRICE, s["S22"], 1),
    }
    effects = {"level": level, "cost": cost, "orders": orders, "price": price}
    false = 0
    for seed in range(100, 106):
        found = signals(*looked_at(plan, seed, effects), Noise())
        alarms = {(one.measure, one.segment, one.period): one for one in found if one.is_alarm}
        assert planted <= set(alarms)
        assert all(alarms[key].money < 0 for key in planted)
        false += len(alarms) - len(planted)
    assert false <= 3


def test_alarms_are_what_lies_outside_the_limits(plan):
    """The limits shown and the alarms say the same."""
    planted = {"level": -0.03, "leave": 2.0, "orders": 0.95}
    found = signals(*looked_at(plan, 5, planted), Noise())
    alarms = [one for one in found if one.is_alarm]
    assert len(alarms) > 20
    for one in found:
        room = 1e-9 * max(abs(one.low), abs(one.high))
        if one.is_alarm:
            assert one.observed <= one.low + room or one.observed >= one.high - room
        else:
            assert one.low - room <= one.observed <= one.high + room


def test_a_poor_level_is_one_alarm_and_not_three(plan):
    """Orders that were lost and customers who left because of a poor level are no alarms too."""
    planted = {"level": -0.15 * (factors(plan, S04=2.0) - 1)}
    counts = dict.fromkeys(Measure, 0)
    for seed in range(200, 204):
        for one in signals(*looked_at(plan, seed, planted), Noise()):
            counts[one.measure] += one.is_alarm
    assert counts[Measure.LEVEL] >= 10
    assert counts[Measure.LEFT] + counts[Measure.LOST_ORDERS] <= 1


def test_a_forecast_with_a_spread_of_its_own_makes_no_alarms_of_it(plan):
    """Demand that varies by a tenth is noise to who says so, and alarms to who does not."""
    rng = np.random.default_rng(3)
    orders = np.clip(1 + 0.1 * rng.standard_normal((40, 4)), 0.5, 1.5)
    of_orders = looked_at(plan, 9, {"orders": orders})
    blind = signals(*of_orders, Noise(forecast_spread=0.0))
    told = signals(*of_orders, Noise(forecast_spread=0.1))
    assert sum(one.is_alarm for one in blind if one.measure is Measure.ORDERS) > 20
    assert not any(one.is_alarm for one in told if one.measure is Measure.ORDERS)


def test_intervals_of_the_response_hold_the_truth_as_often_as_stated(looks):
    """Of the 95 % intervals about 95 % hold 1, where the case is right."""
    for parameter in Parameter:
        held = [
            one.low <= 1 <= one.high
            for look in looks
            for one in look.found
            if one.parameter is parameter and one.scope is Scope.SEGMENT
        ]
        assert len(held) == RUNS * 40
        assert 0.93 <= np.mean(held) <= 0.975


def test_without_drift_none_is_seen(looks):
    """Where the case is right, drift is seen in about one look in ten at most: once among the
    segments, and once among all of them together."""
    assert sum(bool(one.drifting) for one in looks) <= 6
    assert sum(any(d.scope is Scope.SEGMENT for d in one.drifting) for one in looks) <= 3


def test_the_segments_that_drift_are_named_and_measured(plan):
    """Planted factors are found, inside their intervals, and used for planning again."""
    planted = {
        "leave": factors(plan, S05=2.5, S20=2.5),
        "lost": factors(plan, S11=1.6),
        "acquired": factors(plan, S31=0.7),
    }
    found = drifts(*looked_at(plan, 31, planted), 0.05)
    segments = {
        (one.parameter, str(plan.case.segments[one.place])): one
        for one in found.drifting
        if one.scope is Scope.SEGMENT
    }
    for key, factor in {
        (Parameter.LEAVE, "S05"): 2.5,
        (Parameter.LEAVE, "S20"): 2.5,
        (Parameter.LOST_ORDERS, "S11"): 1.6,
        (Parameter.ACQUIRED, "S31"): 0.7,
    }.items():
        assert segments[key].low <= factor <= segments[key].high
    assert len(segments) <= 5
    leave = found.factor[Parameter.LEAVE]
    problem = with_factors(plan.problem, found)
    place = plan.case.segments.place("S05")
    assert leave[place] == segments[Parameter.LEAVE, "S05"].factor
    assert problem.leave[place] == pytest.approx(plan.problem.leave[place] * leave[place])


def test_what_drifts_everywhere_is_one_factor_for_all(plan):
    """A quarter more customers who leave in every segment is found in all together."""
    found = drifts(*looked_at(plan, 41, {"leave": 1.25}), 0.05)
    every = next(
        one for one in found.found if one.parameter is Parameter.LEAVE and one.scope is Scope.ALL
    )
    assert every.is_drift
    assert every.low <= 1.25 <= every.high
    assert np.all(found.factor[Parameter.LEAVE] > 1)
    assert any(one.scope is Scope.OTHERS for one in found.drifting)


def test_what_moves_from_period_to_period_is_seen_as_a_trend(plan):
    """Orders lost that go from half to half as many again: on average as in the case, and yet."""
    lost = np.broadcast_to(np.array([0.5, 0.8, 1.2, 1.5]), (40, 4))
    found = drifts(*looked_at(plan, 51, {"lost": lost}, periods=4), 0.05)
    every = next(
        one
        for one in found.found
        if one.parameter is Parameter.LOST_ORDERS and one.scope is Scope.ALL
    )
    assert every.trend_p < 1e-4
    assert every.is_drift


def test_a_factor_of_counts_is_what_was_counted_over_what_was_expected(plan):
    """For Poisson counts the most likely factor is their ratio."""
    found = drifts(*looked_at(plan, 61), 0.05)
    for one in found.found:
        if one.parameter is Parameter.LOST_ORDERS:
            assert one.factor == pytest.approx(one.observed / one.expected)


def customers_alone(plan, seed, planted=None):
    """What is compared, and its split, where nothing but customers is told."""
    rows = draw(plan.case, plan.problem, plan.choice.modes, 4, seed, planted)
    nothing = dict.fromkeys(set(rows[0]) - {"period", "segment", "customers"}, np.nan)
    compared = Compared(plan, as_happened(plan.case, [row | nothing for row in rows]))
    return compared, split(compared)


def test_the_net_change_of_customers_is_judged_at_the_level_that_is_stated(plan):
    """Of its p-values at most about 5 % are below 0.05 where nothing happened, and alarms rare."""
    looks = [signals(*customers_alone(plan, seed), Noise()) for seed in range(12)]
    p = [one.p for found in looks for one in found if one.measure is Measure.NET]
    assert len(p) == 12 * 40 * 3
    assert 0.025 <= np.mean(np.array(p) <= 0.05) <= 0.065
    assert sum(any(one.is_alarm for one in found) for found in looks) <= 3


def test_customers_alone_show_who_left_more_than_chance(plan):
    """Three times as many who leave in one segment are alarms there that cost money."""
    size = plan.problem.customers * plan.problem.leave.max(axis=(1, 2))
    place = int(np.argmax(size))
    planted = factors(plan, **{str(plan.case.segments[place]): 3.0})
    compared, found = customers_alone(plan, 71, {"leave": planted})
    alarms = [one for one in signals(compared, found, Noise()) if one.is_alarm]
    assert {one.segment for one in alarms} == {place}
    assert all(one.measure is Measure.NET and one.money < 0 for one in alarms)
    assert not compared.contradictions.any()
