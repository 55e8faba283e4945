"""Futures of a case: what is drawn, with which weights, and the problem that each makes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from slopt.case.changes import with_values
from slopt.case.load import load_case
from slopt.errors import InvalidInput, UsageError
from slopt.problem.build import build_problem
from slopt.problem.scenarios.asked import varied_inputs
from slopt.problem.scenarios.build import draw_futures
from slopt.problem.scenarios.listed import shared_out
from slopt.shipped import examples

BASE = {
    "case.toml": '[case]\nname = "Small"\ndiscount_rate = 0.1\n[limits]\nbudget = 5000\n',
    "segments.csv": "segment,customers,margin,revenue_per_order\nA,10,0.2,40\nB,20,0.3,50\n",
    "tiers.csv": "tier,service_level,cost_per_order\nlow,0.8,1\nhigh,0.9,3\n",
    "resources.csv": (
        "resource,capacity,unit_cost,extra_capacity,extra_unit_cost,reserve_unit_cost\n"
        "hours,100,2,50,3,0.5\nboxes,100,1,,,\n"
    ),
    "usage.csv": "resource,tier,per_order\nhours,low,0.1\nhours,high,0.3\n",
    "response.csv": "segment,lost_order_share,leave_probability\n*,0.3,0.05\nB,0.3,0.1\n",
    "sources.csv": (
        "table,column,segment,tier,kind,low,high,span,distribution\n"
        "response,leave_probability,*,*,measured,0.01,0.2,,\n"
        "segments,customers,*,*,assumed,,,0.1,\n"
        "tiers,service_level,*,low,assumed,0.75,0.85,,triangular\n"
        "settings,limits.budget,*,*,assumed,4000,6000,,\n"
    ),
}
CORRELATIONS = {
    "correlations.csv": (
        "first,second,correlation\nresponse.leave_probability,segments.customers,0.8\n"
    )
}
SCENARIOS = {
    "scenarios.csv": "scenario,probability\nusual,0.6\nstrike,0.3\nboom,0.1\n",
    "scenario_values.csv": (
        "scenario,path,value\n"
        "strike,tiers[high].service_level,0.7\n"
        "strike,segments.customers,0.5x\n"
        "boom,segments.customers,2x\n"
        "boom,segments[A].customers,15\n"
        "boom,limits.budget,9000\n"
    ),
}


def case_of(folder, *tables, **settings):
    """The small case with further tables and settings."""
    files = {**BASE, **{name: text for table in tables for name, text in table.items()}}
    for name, text in files.items():
        (folder / name).write_text(text)
    return load_case(folder, settings)


def one(case, **settings):
    """A case with settings by name, underscores in place of dots."""
    return with_values(case, {name.replace("__", "."): value for name, value in settings.items()})


def same(problem, other):
    """Whether two choice problems have the same figures."""
    fields = ("service_level", "service_cost", "lost_orders", "lost_customers", "weight", "use")
    return all(
        np.allclose(getattr(problem, n), getattr(other, n), rtol=1e-12) for n in fields
    ) and (problem.budget == other.budget)


def test_each_future_is_the_problem_of_the_case_with_its_values(tmp_path):
    """As if the values had been written into the case; the case's own numbers are the base."""
    case = case_of(tmp_path)
    futures = draw_futures(case, 20)
    assert same(futures.problem.base, build_problem(case))
    for future in (0, 7, 19):
        leave, customers, low, budget = (drawn[future] for drawn in futures.drawn)
        written = with_values(
            case,
            {
                "response[*].leave_probability": leave[0],
                "response[B].leave_probability": leave[-1],
                "segments[A].customers": customers[0],
                "segments[B].customers": customers[-1],
                "tiers[low].service_level": low[0],
                "limits.budget": budget[0],
            },
        )
        assert same(futures.problem.problem(future), build_problem(written))
        assert same(build_problem(futures.case_of(future)), build_problem(written))


def test_cells_of_one_row_of_sources_move_together_and_rows_apart(tmp_path):
    """By the same quantile; each input has one point in each stratum."""
    futures = draw_futures(case_of(tmp_path), 50)
    factor = futures.drawn[1] / futures.inputs[1].now
    np.testing.assert_allclose(factor[:, 0], factor[:, -1])
    strata = np.sort(np.floor(futures.places * 50).astype(int), axis=0)
    assert (strata == np.arange(50)[:, None]).all()
    ranks = stats.spearmanr(futures.places).statistic
    assert np.abs(ranks - np.eye(4)).max() < 0.5


def test_correlated_inputs_hang_together(tmp_path):
    """Their rank correlation is the one asked for, the strata are those of the draw without."""
    case = case_of(tmp_path, CORRELATIONS)
    futures = draw_futures(case, 400)
    ranks = stats.spearmanr(futures.places).statistic
    assert ranks[0, 1] == pytest.approx(0.8, abs=0.02)
    assert np.abs(ranks[2:, :2]).max() < 0.15
    strata = np.sort(np.floor(futures.places * 400).astype(int), axis=0)
    assert (strata == np.arange(400)[:, None]).all()


def test_the_same_seed_draws_the_same_futures_and_another_seed_others(tmp_path):
    """By default the seed of the case; few of the digits are golden."""
    case = case_of(tmp_path, CORRELATIONS)
    first, again = draw_futures(case, 8), draw_futures(case, 8)
    np.testing.assert_array_equal(first.values, again.values)
    other = draw_futures(one(case, solve__seed=2), 8)
    np.testing.assert_array_equal(other.values, draw_futures(case, 8, seed=2).values)
    assert not np.allclose(other.values, first.values)
    np.testing.assert_allclose(first.values[:2], GOLDEN, rtol=1e-7)


GOLDEN = [
    [0.0120374029419, 13.68006263347, 0.7957908387931, 5919.94940335],
    [0.05257846337463, 14.69528314174, 0.8133342841767, 4538.910945692],
]


def test_a_latin_hypercube_is_nearer_to_the_mean_than_chance(tmp_path):
    """The mean of a uniform input is met to a fraction of its stratum."""
    futures = draw_futures(case_of(tmp_path), 100)
    assert futures.values[:, 3].mean() == pytest.approx(5000, abs=2000 / 100)


def test_the_interval_covers_what_its_distribution_says(tmp_path):
    """95 % of a measured input lie between its low and its high, half below its value."""
    futures = draw_futures(case_of(tmp_path), 2000)
    at_b = futures.drawn[0][:, -1]
    assert np.mean((at_b >= 0.01) & (at_b <= 0.2)) == pytest.approx(0.95, abs=0.002)
    assert np.mean(at_b <= 0.1) == pytest.approx(0.5, abs=0.002)


def test_sobol_is_drawn_where_the_case_says_so(tmp_path):
    """Sixteen points have one in each sixteenth of every input."""
    case = one(case_of(tmp_path), risk__sampling="sobol", risk__samples=16)
    futures = draw_futures(case)
    assert futures.count == 16
    strata = np.sort(np.floor(futures.places * 16).astype(int), axis=0)
    assert (strata == np.arange(16)[:, None]).all()


def test_listed_scenarios_stand_alone_where_asked(tmp_path):
    """With their probabilities and the values of the case otherwise."""
    case = one(case_of(tmp_path, SCENARIOS), risk__sampling="listed")
    futures = draw_futures(case)
    assert futures.names == ("usual", "strike", "boom")
    np.testing.assert_allclose(futures.probability, [0.6, 0.3, 0.1])
    assert same(futures.problem.problem(0), build_problem(case))
    boom = {"segments[A].customers": 15, "segments[B].customers": 40, "limits.budget": 9000}
    assert same(futures.problem.problem(2), build_problem(with_values(case, boom)))


def test_intervals_are_drawn_within_each_scenario(tmp_path):
    """Futures in proportion to probability; factors are of what was drawn, amounts replace it."""
    futures = draw_futures(case_of(tmp_path, SCENARIOS), 50)
    assert np.bincount(futures.scenario).tolist() == [30, 15, 5]
    assert futures.probability.sum() == pytest.approx(1)
    for scenario, share in enumerate((0.6, 0.3, 0.1)):
        assert futures.probability[futures.scenario == scenario].sum() == pytest.approx(share)
    strike, boom = futures.scenario == 1, futures.scenario == 2
    customers, budget = futures.drawn[1], futures.drawn[3][:, 0]
    assert (customers[strike][:, 1] >= 9).all()
    assert (customers[strike][:, 1] <= 11).all()
    assert (customers[boom][:, 0] == 15).all()
    assert (customers[boom][:, 1] >= 36).all()
    assert (budget[boom] == 9000).all()
    assert futures.names[:2] == ("usual #1", "usual #2")
    assert (futures.problem.service_level[strike, :, 1] == 0.7).all()


def test_every_scenario_has_two_futures_however_rare_it_is():
    """At least two, as one does not tell its spread, and otherwise by the largest remainders."""
    assert shared_out(10, np.array([0.97, 0.02, 0.01])).tolist() == [6, 2, 2]
    assert shared_out(14, np.array([0.5, 0.3, 0.2])).tolist() == [7, 4, 3]
    assert shared_out(2, np.array([0.5, 0.3, 0.2])).tolist() == [2, 2, 2]


def test_what_can_be_reserved_and_changed_later_is_part_of_the_problem(tmp_path):
    """From resources and the settings of risk; nothing where they say nothing."""
    case = case_of(tmp_path)
    problem = draw_futures(case, 3).problem
    assert problem.can_reserve.tolist() == [True, False]
    assert problem.reserve_cost[0] == 0.5
    assert problem.later is None
    later = draw_futures(one(case, risk__change_share=0.5, risk__change_cost=7), 3).problem.later
    assert (later.share, later.cost, later.most) == (0.5, 7, None)


def test_a_case_without_anything_uncertain_is_told_what_to_add(tmp_path):
    """And so is one that is to list its futures and lists none."""
    case = case_of(tmp_path)
    with pytest.raises(UsageError, match="lists no scenarios"):
        draw_futures(one(case, risk__sampling="listed"))
    (tmp_path / "sources.csv").unlink()
    with pytest.raises(UsageError, match="Nothing in this case is uncertain"):
        draw_futures(load_case(tmp_path))


def test_a_future_whose_numbers_make_no_case_is_told_with_its_values(tmp_path):
    """The checks between tables hold in every future."""
    responses = (
        "segment,lost_order_share,leave_probability,listeners,passed_on,prospect_share,"
        "deterrence,prospect_value\n*,0.3,0.05,5,0.9,0.1,0.2,50\n"
    )
    sources = (
        "table,column,segment,tier,kind,low,high\nresponse,passed_on,*,*,assumed,0.8,1\n"
        "segments,margin,*,*,assumed,0.1,0.3\n"
    )
    case = case_of(tmp_path, {"response.csv": responses, "sources.csv": sources})
    own = draw_futures(case, 5)
    assert own.problem.count == 5
    wider = sources.replace("0.8,1", "0.8,1.2")
    ends = case_of(tmp_path, {"response.csv": responses, "sources.csv": wider})
    with pytest.raises(InvalidInput, match=r"in future f\d+, with response.passed_on=1"):
        _ = draw_futures(ends, 20).problem


def test_cases_of_other_kinds_are_refused_in_one_sentence():
    """Offers made as they are needed cannot be listed in futures, periods are planned elsewhere."""
    with pytest.raises(UsageError, match="Planning for uncertain numbers"):
        _ = draw_futures(load_case(examples()["kitchen_service"]), 3).problem
    menu = load_case(examples()["repair_menu"])
    chosen = draw_futures(menu, 3, inputs=varied_inputs(menu, ["segments.customers"]))
    with pytest.raises(UsageError, match="choose from the menu"):
        _ = chosen.problem
    over_time = draw_futures(load_case(examples()["heating_service"]), 3)
    assert over_time.case_of(2).has_periods
    with pytest.raises(UsageError, match="periods"):
        _ = over_time.problem


def test_futures_that_do_not_fit_into_memory_are_refused_with_figures(tmp_path, monkeypatch):
    """Before they are made."""
    futures = draw_futures(case_of(tmp_path), 5000)
    monkeypatch.setattr("slopt.problem.scenarios.build.available", lambda: 1_000_000)
    with pytest.raises(UsageError, match="5,000 futures of 2 segments x 2 tiers need"):
        _ = futures.problem


def test_inputs_that_are_asked_for_join_those_of_the_sources(tmp_path):
    """With ends they are uniform between these; cells that they name leave their other input."""
    case = case_of(tmp_path)
    found = varied_inputs(
        case, ["segments[A].customers=8:16", "segments.margin", "tiers[low].service_level"]
    )
    assert [one.name for one in found] == [
        "response.leave_probability",
        "segments.customers",
        "tiers[low].service_level",
        "limits.budget",
        "segments[A].customers",
        "segments.margin",
    ]
    assert found[1].rows.tolist() == [1]
    assert (found[4].lows[0], found[4].highs[0]) == (8, 16)
    np.testing.assert_allclose(found[5].highs, [0.24, 0.36])
    futures = draw_futures(case, 10, inputs=found)
    assert futures.values.shape == (10, 6)
    assert same(futures.problem.problem(3), build_problem(futures.case_of(3)))


@pytest.mark.parametrize(
    ("words", "error", "part"),
    [
        (["tiers.rank=1:3"], UsageError, "decision"),
        (["segments.margin=0.3:0.2"], UsageError, "not below"),
        (["segments.margin=0.3:1.2"], InvalidInput, "above 1"),
        (["segments.margin", "segments[A].margin=0.1:0.2"], UsageError, "same cell"),
        (["limits.max_lost_sales=1:2"], UsageError, "no value of today"),
    ],
)
def test_what_cannot_vary_is_refused(tmp_path, words, error, part):
    """In one sentence."""
    with pytest.raises(error, match=part):
        varied_inputs(case_of(tmp_path), words)
