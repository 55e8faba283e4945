"""A plan over periods in many futures: each is a case of its own, priced by the judge."""

from __future__ import annotations

import numpy as np
import pytest
from horizon_cases import write_case

from slopt.case.load import load_case
from slopt.engine.horizons import solve_over_time
from slopt.engine.risks_over_time import risk_over_time
from slopt.errors import UsageError
from slopt.problem.horizon.build import build_horizon
from slopt.problem.horizon.evaluate import evaluate_horizon
from slopt.problem.scenarios.measures import quantile

SOURCES = """table,column,segment,tier,kind,low,high,source
response,leave_probability,*,*,assumed,0.04,0.16,to be measured
segments,base_churn,*,*,assumed,0.01,0.05,stands for a log
periods,demand_factor,*,*,assumed,0.8,1.4,stands for a forecast
"""
SAMPLES = 12


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """The plan of the small cycle over a few futures."""
    folder = tmp_path_factory.mktemp("cycle")
    write_case(folder)
    (folder / "sources.csv").write_text(SOURCES, encoding="utf-8")
    plan = solve_over_time(load_case(folder)).plan
    assert plan is not None
    return risk_over_time(plan, SAMPLES)


def test_every_future_is_the_case_with_its_numbers_priced_by_the_judge(found) -> None:
    """Totals, money by period and levels are those of `evaluate_horizon`, future by future."""
    fares, plan = found.fares, found.plan
    for w in range(found.futures.count):
        one = evaluate_horizon(build_horizon(found.futures.case_of(w)), plan.choice)
        assert fares.npv[w] == pytest.approx(one.npv)
        assert fares.service_cost[w] == pytest.approx(one.service_cost)
        assert fares.lost_sales[w] == pytest.approx(one.lost_sales)
        assert fares.spent[w] == pytest.approx(one.spent)
        assert fares.level[w] == pytest.approx(one.service_level)
        assert fares.use[w] == pytest.approx(one.used)
        theirs = {use.name: use.breach for use in one.limits if use.penalty is None}
        mine = {
            f"{name} {fares.periods[p]}": fares.breaches[w, place]
            for place, (name, p) in enumerate(fares.names)
        }
        assert mine == pytest.approx(theirs)


def test_bands_and_chances_add_up_over_the_futures(found) -> None:
    """The band of a period holds its quantiles; a limit's chance is that of futures beyond it."""
    fares = found.fares
    spread = fares.by_period[1]["booked"]
    assert spread.low == quantile(fares.spent[:, 1], fares.probability, 0.05)
    assert spread.low <= spread.mean <= spread.high
    assert spread.own == plan_spent(found, 1)
    for limit in fares.limits:
        place = fares.names.index((limit.name, limit.period))
        share = np.mean(fares.breaches[:, place] > 0)
        assert limit.chance == pytest.approx(share)
    assert fares.totals["npv"].tail <= fares.totals["npv"].mean
    assert max(limit.chance for limit in fares.limits) <= fares.chance_of_any <= 1 + 1e-12


def plan_spent(found, period: int) -> float:
    """Booked cost of a period at the case's own numbers."""
    return float(found.plan.evaluation.spent[period])


def test_the_same_seed_draws_the_same_futures_for_any_plan(found) -> None:
    """Priced once more the plan has the same figures to the last bit."""
    again = risk_over_time(found.plan, SAMPLES)
    assert np.array_equal(again.fares.npv, found.fares.npv)
    assert found.futures.count == SAMPLES


def test_an_input_that_moves_nothing_explains_nothing(found) -> None:
    """Shares lie between 0 and 1, and the inputs come by what they explain."""
    fares, places = found.fares, found.futures.places
    order = fares.drivers(places)
    shares = [fares.share_explained(places[:, place]) for place in order]
    assert shares == sorted(shares, reverse=True)
    assert all(0 <= share <= 1 for share in shares)
    assert fares.share_explained(np.full(SAMPLES, 0.5)) < 1


def test_bad_futures_are_those_of_the_lowest_net_present_value(found) -> None:
    """What counts is what the plan is worth: more customers cost more and are worth more."""
    fares = found.fares
    assert fares.counts @ fares.npv == pytest.approx(fares.totals["npv"].tail)
    ranks = [np.argsort(np.argsort(its)) for its in (found.futures.places[:, 0], fares.npv)]
    share = float(np.corrcoef(*ranks)[0, 1]) ** 2
    assert fares.share_explained(found.futures.places[:, 0]) == pytest.approx(share)


def test_a_mean_over_few_futures_has_an_interval_and_a_tail_too_small_says_so(found) -> None:
    """The interval holds the mean; a worst tenth of a few futures is too few for a mean."""
    mean = found.mean_npv
    assert mean.value == pytest.approx(found.fares.totals["npv"].mean)
    assert mean.low < mean.value < mean.high
    assert found.any_broken.low <= found.fares.chance_of_any <= found.any_broken.high
    assert "tail" in {few.code.value for few in found.too_small}


def test_choosing_for_risk_over_periods_is_refused_in_one_sentence(found) -> None:
    """The plan is chosen at the case's own numbers; the message says what to do instead."""
    from dataclasses import replace

    from slopt.vocabulary import RiskMeasure

    case = found.plan.case
    settings = case.settings
    risky = replace(settings, risk=replace(settings.risk, measure=RiskMeasure.CVAR))
    with pytest.raises(UsageError, match="slopt risk shows how it fares"):
        solve_over_time(case.replace(settings=risky))
