"""How a plan fares, what it regrets, what drives its bad futures and what knowing is worth."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest
from risk_cases import best_of_each_future, random_risk, random_scenarios
from scipy.stats import norm
from strategies import GOALS, simple_problem

from slopt.engine.risks import risk_of
from slopt.problem.evaluate import evaluate
from slopt.problem.scenarios.draws import lhs
from slopt.problem.scenarios.fares import fares
from slopt.problem.scenarios.many_choices import losses_of, values_of
from slopt.problem.scenarios.measures import cvar, mean, quantile
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.shipped import folder
from slopt.solve.highs import Options
from slopt.solve.risk.best_of_futures import best_of_futures
from slopt.study.risk.bands import bands, column_bands
from slopt.study.risk.drivers import drivers
from slopt.study.risk.files import FUTURES, INPUTS, risk_document, risk_files
from slopt.study.risk.following import Following
from slopt.study.risk.hindsight import hindsight
from slopt.study.risk.knowing import Group, Known, worth_by_input, worth_of_knowing
from slopt.study.risk.outlook import outlook
from slopt.study.risk.sample import Sample
from slopt.study.risk.sample_size import (
    TooFew,
    needed_for_chance,
    needed_for_level,
    needed_for_tail,
    too_small,
)


def even(count: int) -> np.ndarray:
    """As many equally likely futures."""
    return np.full(count, 1 / count)


@pytest.mark.parametrize("seed", range(24))
def test_many_choices_are_worth_what_each_is_worth_alone(seed: int) -> None:
    """The values by products of matrices are those of `fares`, for every goal and with reserves."""
    problem = random_risk(seed, goal=GOALS[seed % len(GOALS)])
    rng = np.random.default_rng(seed)
    s, k, r = problem.base.size
    choices = rng.integers(0, k, (5, s))
    reserve = np.where(problem.can_reserve, rng.uniform(0, 3, r), 0.0)
    for secured in (None, reserve):
        expected = np.stack([fares(problem, one, secured).value for one in choices], axis=1)
        assert values_of(problem, choices, secured) == pytest.approx(expected)
    sign = -1 if problem.base.goal.maximises else 1
    penalties = np.array([evaluate(problem.base, one).penalties for one in choices])
    expected = sign * values_of(problem, choices) + penalties
    assert losses_of(problem, choices) == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(8))
def test_figures_and_limits_are_those_of_the_futures(seed: int) -> None:
    """Means, quantiles and tails as the measures have them, own numbers as the judge has them, and
    chances and amounts as plain sums over the futures.
    """
    rng = np.random.default_rng(seed)
    problem = random_scenarios(rng, 30)
    choice = rng.integers(0, len(problem.base.tiers), len(problem.base.segments))
    found = outlook(problem, Sample(problem.probability), choice, 0.2)
    own, its = evaluate(problem.base, choice), fares(problem, choice)
    for name in ("service_cost", "lost_sales", "total_cost", "extra_cost"):
        figure, values = found.figures[name], getattr(its, name)
        assert figure.own == pytest.approx(getattr(own, name))
        assert figure.mean.value == pytest.approx(mean(values, problem.probability))
        assert figure.quantile(0.95).value == quantile(values, problem.probability, 0.95)
        assert figure.tail_mean.value == pytest.approx(cvar(values, problem.probability, 0.2))
    level = found.figures["service_level"]
    assert level.tail_mean.low <= level.tail_mean.value <= level.tail_mean.high
    assert level.tail_mean.value <= level.mean.value
    some = np.zeros(problem.count, dtype=bool)
    for limit, one in zip(its.limits, found.limits, strict=True):
        broken = limit.breach > 0
        some |= broken & (limit.penalty is None)
        assert one.chance.value == pytest.approx(float(problem.probability @ broken))
        assert one.broken_in == int(broken.sum())
        if broken.any():
            assert one.amount is not None
            expected = float(problem.probability[broken] @ limit.breach[broken])
            assert one.amount.value == pytest.approx(expected / one.chance.value)
    assert found.any_broken.value == pytest.approx(float(problem.probability @ some))


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 6, 7, 8, 9])
def test_regret_is_the_distance_to_the_best_plan_of_each_future(seed: int) -> None:
    """Against every plan tried in every future; a plan that may be made never regrets below 0."""
    problem = random_risk(seed, reserve=0, most_segments=3)
    best = best_of_futures(problem, Options(gap=0.0))
    assert best is not None
    expected = np.array(best_of_each_future(problem))
    choice = best.choices[0]
    its = losses_of(problem, choice[None])[:, 0]
    sign = -1 if problem.base.goal.maximises else 1
    found = hindsight(problem, Sample(problem.probability), best, its, sign * best.values, tail=0.2)
    size = np.abs(expected).max(initial=1.0)
    assert found.regret == pytest.approx(its - sign * expected, abs=1e-6 * size)
    assert found.regret.min() >= -1e-9 * size
    assert found.at_most >= found.outlook.mean.value - 1e-12


def test_the_input_that_makes_bad_futures_comes_first() -> None:
    """Three quarters of the variance by one input, a quarter by another that is low in bad futures,
    nothing by a third."""
    places = lhs(3, 400, 1)
    sample = Sample(even(400), places * 10, places)
    weights = np.sqrt([0.75, 0.25])
    loss = weights[0] * places[:, 0] - weights[1] * places[:, 1]
    first, second, third = drivers(sample, loss, 0.1, ("one", "two", "three"))
    assert [first.name, second.name, third.name] == ["one", "two", "three"]
    assert first.explained.low <= 0.75 <= first.explained.high
    assert second.explained.low <= 0.25 <= second.explained.high
    assert third.explained.value < 0.03
    assert first.separation > 0.5 > 0 > second.separation
    assert first.is_clear
    assert second.is_clear
    assert not third.is_clear
    assert first.in_bad > first.in_rest
    assert first.told("9", "5") == "In the bad futures one is at 9, in the others at 5."


def test_a_scenario_that_makes_bad_futures_is_named_with_its_shares() -> None:
    """All bad futures are of the strike, which is a tenth of all."""
    scenario = np.repeat([0, 1], [90, 10])
    sample = Sample(even(100), scenario=scenario)
    found = drivers(sample, 5.0 * scenario, 0.1, (), ("calm", "strike"))
    strike = next(one for one in found if one.name == "strike")
    assert strike.is_scenario
    assert (strike.in_bad, strike.in_rest) == pytest.approx((1.0, 0.0))
    assert strike.explained.value == pytest.approx(1.0)


def test_the_separation_is_that_of_all_pairs_of_futures() -> None:
    """Chance of higher less chance of lower, over all pairs of a bad and another future."""
    rng = np.random.default_rng(2)
    values = rng.integers(0, 5, 40).astype(float)
    loss = values + rng.normal(size=40) * 3
    order = np.argsort(-loss)
    bad, rest = values[order[:10]], values[order[10:]]
    expected = np.sign(bad[:, None] - rest[None, :]).mean()
    (found,) = drivers(Sample(even(40), values[:, None], values[:, None] / 5), loss, 0.25, ("x",))
    assert found.separation == pytest.approx(expected)


OFFSET = 0.3
TRUE_WORTH = {
    "normal": norm.pdf(OFFSET) - OFFSET * norm.cdf(-OFFSET),
    "uniform": 0.7**2 / 4,
    "two states": 0.7 * 0.15,
    "useless": 0.0,
}
"""-E[min(0, OFFSET + g)], the worth of knowing what one input adds (g) to the better plan's lead:
of a standard normal, of one even over -1 .. 1, of 1.05 or -0.45 with chances 0.3 and 0.7."""


def two_plans(seed: int, count: int) -> tuple[Sample, np.ndarray]:
    """Two plans whose difference is a sum over three of four inputs; the fourth moves both."""
    places = lhs(4, count, seed)
    values = places.copy()
    values[:, 0] = norm.ppf(places[:, 0])
    values[:, 2] = places[:, 2] < 0.3
    lead = OFFSET + values[:, 0] + (2 * values[:, 1] - 1) + 1.5 * (values[:, 2] - 0.3)
    first = 5 * values[:, 3]
    return Sample(even(count), values, places), np.stack([first, first + lead], axis=1)


def test_the_worth_of_knowing_an_input_is_its_closed_form() -> None:
    """On average over 30 samples of 500 futures within 5 % for a normal, an even and a two-valued
    input; a useless one is worth next to nothing; together they are worth more than each."""
    names = list(TRUE_WORTH)
    groups = [Group(name, Known.INPUT, (d,)) for d, name in enumerate(names)]
    groups.append(Group("both", Known.COLUMN, (0, 1)))
    found: dict[str, list[float]] = {one.name: [] for one in groups}
    for seed in range(30):
        sample, losses = two_plans(seed, 500)
        perfect, worth = worth_of_knowing(sample, losses, losses.min(axis=1), groups, seed)
        for one in worth:
            found[one.name].append(one.worth.value)
            assert one.worth.low <= one.worth.value <= one.worth.high
            assert one.worth.value <= perfect.value
        assert found["both"][-1] >= max(found["normal"][-1], found["uniform"][-1])
    for name, truth in TRUE_WORTH.items():
        assert np.mean(found[name]) == pytest.approx(truth, rel=0.05, abs=0.003)


def test_knowing_an_input_tells_of_those_that_hang_together_with_it() -> None:
    """Two normal inputs of correlation 0.8 add up to the lead of one plan: knowing either is worth
    what a normal of standard deviation 1.8 around the offset is."""
    count, found = 500, []
    for seed in range(10):
        first, other = norm.ppf(lhs(2, count, seed)).T
        values = np.stack([first, 0.8 * first + 0.6 * other], axis=1)
        sample = Sample(even(count), values, norm.cdf(values))
        losses = np.stack([np.zeros(count), OFFSET + values.sum(axis=1)], axis=1)
        group = Group("first", Known.INPUT, (0,))
        _, (worth,) = worth_of_knowing(sample, losses, losses.min(axis=1), [group], seed)
        found.append(worth.worth.value)
    expected = 1.8 * norm.pdf(OFFSET / 1.8) - OFFSET * norm.cdf(-OFFSET / 1.8)
    assert np.mean(found) == pytest.approx(expected, rel=0.03)


def test_the_quick_worth_of_many_decisions_is_that_of_each() -> None:
    """Two decisions at once, the second of which no input bears on."""
    sample, losses = two_plans(3, 500)
    flat = np.stack([losses[:, 0], losses[:, 0] + 1], axis=1)
    found = worth_by_input(sample, np.stack([losses, flat], axis=1), 3)
    assert found[:, 1].max() == 0.0
    assert found[:, 0] == pytest.approx(list(TRUE_WORTH.values()), rel=0.2, abs=0.01)


def test_knowing_which_listed_scenario_comes_is_knowing_everything() -> None:
    """Where nothing else is open: plans that lose (0, 10) and (4, 1) with chances 0.6 and 0.4."""
    probability = np.array([0.6, 0.4])
    losses = np.array([[0.0, 4.0], [10.0, 1.0]])
    sample = Sample(probability, scenario=np.array([0, 1]), drawn=False)
    group = Group("scenario", Known.SCENARIO)
    perfect, (worth,) = worth_of_knowing(sample, losses, losses.min(axis=1), [group])
    expected = (0.6 * 4 + 0.4 * 1) - (0.6 * 0 + 0.4 * 1)
    assert perfect.value == worth.worth.value == pytest.approx(expected)


def test_knowing_a_scenario_among_drawn_inputs_is_its_closed_form() -> None:
    """The same two scenarios, 60 and 40 futures each, with noise that moves both plans alike."""
    scenario = np.repeat([0, 1], [60, 40])
    noise = np.random.default_rng(1).normal(size=100)
    losses = np.array([[0.0, 4.0], [10.0, 1.0]])[scenario] + noise[:, None]
    sample = Sample(even(100), noise[:, None], norm.cdf(noise)[:, None], scenario)
    groups = [Group("scenario", Known.SCENARIO), Group("noise", Known.INPUT, (0,))]
    _, (known, useless) = worth_of_knowing(sample, losses, losses.min(axis=1), groups)
    assert known.worth.value == pytest.approx(2.4)
    assert useless.worth.value == pytest.approx(0.0, abs=1e-9)


def test_an_input_that_a_scenario_changes_is_worth_what_its_number_tells() -> None:
    """x is uniform between 8 and 10.5, and in a strike of 10 % 1.15 times as much, which costs 100
    in place of 15 for another plan. Knowing x tells of the strike only above 10.5.
    """
    scenario = np.repeat([0, 1], [180, 20])
    places = np.concatenate([lhs(1, n, n)[:, 0] for n in (180, 20)])
    x = (8 + 2.5 * places) * np.where(scenario == 1, 1.15, 1.0)
    sample = Sample(even(200), x[:, None], places[:, None], scenario)
    losses = np.column_stack([np.where(scenario == 1, 100.0, 0.0), np.full(200, 15.0)])
    perfect, (known,) = worth_of_knowing(
        sample, losses, losses.min(axis=1), [Group("x", Known.INPUT, (0,))]
    )
    assert perfect.value == pytest.approx(0.1 * 85)
    truth = 0.1 * (12.075 - 10.5) / 2.875 * 85
    assert known.worth.low <= truth <= known.worth.high
    assert known.worth.value <= truth
    told = np.where(x > 10.5, 1.0, np.where(x < 9.2, 0.0, 0.1 / 2.875 / (0.1 / 2.875 + 0.9 / 2.5)))
    explained = {one.name: one.explained for one in drivers(sample, losses[:, 0], 0.1, ["x"])}
    assert explained["x"].value <= told.var() / 0.09 + 0.1


def test_where_many_segments_hang_on_inputs_of_their_own_no_upper_end_is_told() -> None:
    """Few whole plans follow one of 30 inputs worse than a change of its own segment would."""
    places = lhs(30, 200, 1)
    gains = norm.ppf(places) - 0.2
    choices = np.random.default_rng(1).integers(0, 2, (40, 30))
    choices[0] = 0
    losses = -(gains @ choices.T)
    least = -np.maximum(gains, 0.0).sum(axis=1)
    sample = Sample(even(200), gains, places)
    groups = [Group(str(d), Known.INPUT, (d,)) for d in range(30)]
    _, found = worth_of_knowing(sample, losses, least, groups)
    assert all(np.isnan(one.worth.high) for one in found)


def test_segments_that_share_nothing_follow_inputs_each_for_itself() -> None:
    """40 segments, each with a tier that gains a normal of mean -d and deviation 1 and an input of
    its own: worth is the mean of what is gained above 0, and the column's the sum of all.
    """
    apart_by = np.arange(40) % 5 * 0.2
    truth = norm.pdf(apart_by) - apart_by * norm.cdf(-apart_by)
    places = lhs(40, 200, 3)
    gains = norm.ppf(places) - apart_by
    apart = np.stack([np.zeros_like(gains), -gains], axis=2)
    choices = np.random.default_rng(1).integers(0, 2, (40, 40))
    choices[0] = 0
    least = -np.maximum(gains, 0.0).sum(axis=1)
    groups = [Group(str(d), Known.INPUT, (d,)) for d in range(40)]
    groups.append(Group("column", Known.COLUMN, tuple(range(40))))
    sample = Sample(even(200), gains, places)
    perfect, found = worth_of_knowing(
        sample, -(gains @ choices.T), least, groups, 3, Following(apart)
    )
    assert found[-1].worth.value == pytest.approx(truth.sum(), rel=0.03)
    assert found[-1].worth.high <= perfect.high
    alone = [one.worth for one in found[:-1]]
    assert [one.value for one in alone] == pytest.approx(truth.tolist(), abs=0.05)
    assert sum(one.value for one in alone) == pytest.approx(truth.sum(), rel=0.1)
    hit = [one.low <= its <= one.high for one, its in zip(alone, truth, strict=True)]
    assert sum(hit) >= 37


def test_a_plan_that_is_the_best_of_hardly_any_future_may_follow_an_input(tmp_path) -> None:
    """Knowing the share of orders that are lost is worth 618, by every plan tried at 120 numbers
    of each of two inputs, though the plan that follows it is the best in 3 % of futures. No worth
    goes beyond that of knowing everything, none is its own lower end, and none is told twice.
    """
    from slopt.case.load import load_case

    tables = {
        "case.toml": '[case]\nname="T"\ncurrency="USD"\nperiod="year"\ndiscount_rate=0.1\n',
        "segments.csv": "segment,customers,orders_per_customer,revenue_per_order,margin,base_churn"
        "\na,3200,10,20,0.5,0.1\nb,7200,6,30,0.5,0.1\nc,12000,4,25,0.5,0.1\nd,2000,14,40,0.5,0.1\n",
        "tiers.csv": "tier,service_level,cost_per_order,open_cost\nbasic,0.9,,\nbetter,0.96,1.0,\n"
        "best,0.99,2.5,1000\n",
        "response.csv": "segment,lost_order_share,leave_probability,listeners,prospect_share,"
        "deterrence,prospect_value\n*,0.1,0.05,9,0.01,0.25,300\n",
        "sources.csv": "table,column,segment,tier,kind,low,high\n"
        "response,leave_probability,*,*,assumed,0.01,0.1\n"
        "response,lost_order_share,*,*,assumed,0.0,0.3\n",
    }
    for name, text in tables.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    knowing = risk_of(load_case(tmp_path)).knowing
    found = {one.name: one.worth for one in knowing.worth}
    assert found["response.lost_order_share"].value == pytest.approx(618.2, rel=0.03)
    assert found["response.leave_probability"].value == pytest.approx(17903, rel=0.05)
    assert len(found) == len(knowing.worth) == 2
    for one in found.values():
        assert one.low < one.value <= one.high <= knowing.perfect.high


def test_savings_that_are_rounding_are_worth_nothing() -> None:
    """Of a plan that is the best in every future, to the last digits."""
    losses = np.full((40, 1), 1e6)
    perfect, _ = worth_of_knowing(Sample(even(40)), losses, losses[:, 0] - 1e-8, [])
    assert (perfect.low, perfect.value, perfect.high) == (0.0, 0.0, 0.0)


def test_listed_scenarios_explain_their_share_of_the_variance() -> None:
    """Nothing is taken off for few futures where these are all there are."""
    probability, loss = np.array([0.6, 0.2, 0.1, 0.1]), np.array([1.0, 3.0, 2.0, 7.0])
    names = ["usual", "strike", "winter", "boom"]
    sample = Sample(probability, scenario=np.arange(4), drawn=False)
    found = {one.name: one.explained.value for one in drivers(sample, loss, 0.1, [], names)}
    mean_loss = probability @ loss
    variance = probability @ (loss - mean_loss) ** 2
    for number, name in enumerate(names):
        share = probability[number]
        part = share * (loss[number] - mean_loss) ** 2 / (1 - share)
        assert found[name] == pytest.approx(part / variance, abs=1e-6)


def test_the_size_that_would_do_is_above_the_one_there_is() -> None:
    """Also where futures count differently, so that a hundred tell less than a hundred."""
    probability = np.array([0.99 / 98] * 98 + [0.005] * 2)
    (first, *_) = too_small(Sample(probability), 0.1)
    assert first.need > 100


def test_sizes_that_would_do_are_those_of_wilks() -> None:
    """59 futures without a breach prove 5 % and 299 prove 1 %; no number proves never."""
    assert [needed_for_chance(share) for share in (0.05, 0.01, 0.0)] == [59, 299, None]
    assert needed_for_tail(0.05) == 200
    assert needed_for_level(0.95) == 72


def test_a_sample_too_small_says_the_size_that_would_do() -> None:
    """50 futures for the worst tenth and for a chance of 2 %, in whole sentences; 500 suffice."""
    costs = np.arange(50.0)[:, None, None] * np.ones((1, 2, 2))
    base = simple_problem(np.ones((2, 2)), np.ones((2, 2)), budget=1000.0)
    problems = [base.replace(service_cost=cost) for cost in costs]
    problem = ScenarioProblem.of(base, problems, even(50))
    sample = Sample(problem.probability)
    plan = outlook(problem, sample, np.zeros(2, dtype=np.int64), 0.1)
    found = {one.code: one for one in too_small(sample, 0.1, plan.limits, 0.02)}
    assert set(found) == {TooFew.TAIL, TooFew.QUANTILE, TooFew.CHANCE}
    assert found[TooFew.TAIL].need == 100
    assert found[TooFew.QUANTILE].need == 72
    assert found[TooFew.CHANCE].need == 149
    assert found[TooFew.CHANCE].message.startswith("budget is broken in 0 of 50 futures")
    assert too_small(Sample(even(500)), 0.1, plan.limits, 0.02) == ()
    never = {one.code: one for one in too_small(sample, 0.5, plan.limits, 0.0)}
    assert never[TooFew.CHANCE].need is None
    assert too_small(Sample(even(50), drawn=False), 0.1, plan.limits, 0.0) == ()


def test_bands_lie_between_the_quantiles_of_each_figure() -> None:
    """Of totals and of every segment, as plain quantiles of the futures give them."""
    rng = np.random.default_rng(4)
    problem = random_scenarios(rng, 40)
    choice = rng.integers(0, len(problem.base.tiers), len(problem.base.segments))
    found, its = bands(problem, choice), fares(problem, choice)
    total = found.totals["total_cost"]
    assert total.low == quantile(its.total_cost, problem.probability, 0.05)
    assert total.high == quantile(its.total_cost, problem.probability, 0.95)
    for row, tier in enumerate(choice.tolist()):
        lost = problem.lost_sales[:, row, tier]
        lost = np.broadcast_to(lost, (problem.count,))
        band = found.of_segment("lost_sales", row)
        assert band.low == pytest.approx(quantile(lost, problem.probability, 0.05))
        assert band.mean == pytest.approx(mean(lost, problem.probability))
        assert band.high == pytest.approx(quantile(lost, problem.probability, 0.95))
    assert column_bands(np.array([[3.0, 4.0]]), even(7)).tolist() == [[3, 4]] * 3


@pytest.fixture(scope="module")
def study():
    """A shipped case with few futures."""
    from dataclasses import replace

    from slopt.case.load import load_case

    case = load_case(folder("data") / "scms_deliveries")
    settings = case.settings
    few = replace(settings.risk, samples=40)
    return risk_of(case.replace(settings=replace(settings, risk=few)))


def test_the_files_have_a_row_a_future_and_a_row_an_input(study) -> None:
    """Means of the columns of futures.csv are the means that risk.json tells."""
    files = risk_files(study)
    rows = list(csv.DictReader(io.StringIO(files[FUTURES])))
    document = risk_document(study)
    figures = {one["name"]: one for one in document["figures"]}
    assert len(rows) == 40
    for name in ("value", "service_cost", "lost_sales", "service_level"):
        values = [float(row[name]) for row in rows]
        assert np.mean(values) == pytest.approx(figures[name]["mean"]["value"])
    regrets = [float(row["regret"]) for row in rows]
    assert min(regrets) >= 0
    assert np.mean(regrets) == pytest.approx(document["regret"]["mean"]["value"])
    inputs = list(csv.DictReader(io.StringIO(files[INPUTS])))
    singles = [row["input"] for row in inputs if row["kind"] == "input"]
    assert sorted(singles) == sorted(one.name for one in study.futures.inputs)
    assert all(row["worth"] for row in inputs)
    json.dumps(document, allow_nan=False)


def test_nothing_is_worth_more_than_knowing_everything(study) -> None:
    """Each input is worth at most what all are, which is at most the mean regret of the plan."""
    knowing, behind = study.knowing, study.hindsight
    assert knowing is not None
    assert behind is not None
    assert max(one.worth.value for one in knowing.worth) <= knowing.perfect.value
    assert knowing.perfect.value <= behind.outlook.mean.value + 1e-6
    assert knowing.perfect.value > 0


def test_few_futures_of_a_case_are_told_to_be_few(study) -> None:
    """40 futures have 4 in the worst tenth: the sentence names a size that would do."""
    (tail,) = (one for one in study.too_small if one.code is TooFew.TAIL)
    assert tail.need == 100
    assert "risk.samples=100" in tail.message


def test_a_case_without_a_plan_is_answered_as_slopt_solve_does() -> None:
    """No budget, no plan: the answer says so."""
    from dataclasses import replace

    from slopt.case.load import load_case
    from slopt.engine.solving import Solved

    case = load_case(folder("data") / "clinic_supplies")
    limits = replace(case.settings.limits, budget=1.0)
    risk = replace(case.settings.risk, samples=12)
    found = risk_of(case.replace(settings=replace(case.settings, limits=limits, risk=risk)))
    assert isinstance(found, Solved)
    assert found.plan is None


def test_a_case_without_uncertain_numbers_says_what_to_add() -> None:
    """One message with its remedy."""
    from slopt.case.load import load_case
    from slopt.errors import UsageError

    with pytest.raises(UsageError, match="Nothing in this case is uncertain"):
        risk_of(load_case(folder("data") / "tiny"))


def test_scenarios_drive_bad_futures_and_are_worth_knowing() -> None:
    """In the shipped case with a strike, bad futures are of the strike more often than others, and
    knowing the scenario is worth something; its names are in the files."""
    from dataclasses import replace

    from slopt.case.load import load_case

    case = load_case(folder("data") / "clinic_supplies")
    risk = replace(case.settings.risk, samples=60)
    found = risk_of(case.replace(settings=replace(case.settings, risk=risk)))
    strike = next(one for one in found.drivers if one.name == "courier strike")
    assert strike.in_bad > 3 * strike.in_rest
    assert found.knowing is not None
    (known,) = (one for one in found.knowing.worth if one.group.known is Known.SCENARIO)
    assert known.worth.value > 0
    kinds = {row["kind"] for row in csv.DictReader(io.StringIO(risk_files(found)[INPUTS]))}
    assert kinds == {"input", "scenario", "column", "scenarios"}
