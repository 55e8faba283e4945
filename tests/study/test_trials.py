"""Which trial teaches most for its cost, against closed forms, brute force and simulated trials."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hotline_case import write_hotline

from slopt.calibrate.contrast import Units, contrast_within
from slopt.case.load import load_case
from slopt.engine.designing import design_of
from slopt.engine.solving import solve_case
from slopt.errors import UsageError
from slopt.problem.build import build_problem
from slopt.problem.evaluate import evaluate
from slopt.problem.scenarios.inputs import uncertain_inputs
from slopt.shipped import examples
from slopt.study.trials.asked import Lots, TrialDesign, Wanted
from slopt.study.trials.assignment import CONTROL, TREATED, arms_of
from slopt.study.trials.files import design_document
from slopt.study.trials.lessons import Lesson
from slopt.study.trials.precision import Layout, layouts
from slopt.study.trials.sizes import error_for, power_of
from slopt.study.trials.strata import Stratum
from slopt.study.trials.value_curve import MANY, others_of, value_curve, with_input
from slopt.study.trials.worth import posterior_losses, results_of, worth_of_trial


@pytest.fixture(scope="module")
def hotline(tmp_path_factory):
    """29,000 customers of whom nobody knows how many leave after a failure."""
    return load_case(write_hotline(tmp_path_factory.mktemp("hotline")))


@pytest.fixture(scope="module")
def proposal(hotline):
    """What is proposed to learn who leaves."""
    return first(hotline)


def leaving(case):
    """The input that says who leaves."""
    return next(one for one in uncertain_inputs(case) if one.name == "response.leave_probability")


def first(case, **wanted):
    """The proposal for who leaves."""
    found = design_of(case, Wanted(("response.leave_probability",), **wanted))
    return found.looked[0].proposal


def test_knowing_an_input_is_worth_what_all_plans_at_all_values_say(hotline):
    """At every place of the input, and in every draw of the others, all 27 plans are priced.

    Plans are solved at the places alone: between two of them a third plan may be a bit better.
    """
    one, problem = leaving(hotline), build_problem(hotline)
    plan = solve_case(hotline, next_steps=False).plan
    everything = others_of(hotline, uncertain_inputs(hotline))
    assert len(everything.cases) == 32
    others = everything.first(8)
    curve = value_curve(problem, plan.choice, one, others, replace_options())
    plans = [np.array(each) for each in product(range(3), repeat=3)]
    losses = np.zeros((27, len(MANY)))
    for weight, case in zip(others.probability, others.cases, strict=True):
        for g, at in enumerate(MANY.tolist()):
            drawn = build_problem(with_input(case, one, at))
            losses[:, g] += [weight * evaluate(drawn, each).objective for each in plans]
    values = one.at(MANY).mean(axis=1)
    fine = [np.interp(one.at(curve.fine).mean(axis=1), values, row) for row in losses]
    worth = np.mean(fine, axis=1).min() - np.min(fine, axis=0).mean()
    assert curve.worth_knowing <= worth * (1 + 1e-9)
    assert curve.worth_knowing == pytest.approx(worth, rel=2e-3)


def test_what_the_other_inputs_are_in_the_mean_counts(hotline):
    """An input alone is worth more to know here than among others, and both agree with futures."""
    from slopt.engine.risks import risk_of

    one, problem = leaving(hotline), build_problem(hotline)
    plan = solve_case(hotline, next_steps=False).plan
    alone = value_curve(problem, plan.choice, one, others_of(hotline, [one]), replace_options())
    among = value_curve(
        problem, plan.choice, one, others_of(hotline, uncertain_inputs(hotline)), replace_options()
    )
    (told,) = [its for its in risk_of(hotline).knowing.by_input if its.name == one.name]
    assert among.worth_knowing == pytest.approx(told.worth.value, rel=0.1)
    assert alone.worth_knowing != pytest.approx(among.worth_knowing, rel=0.1)


def replace_options():
    """Options that prove every plan."""
    from slopt.solve.highs import Options

    return Options()


def normal_values(spread=1.0):
    """101 equally likely values of a normal distribution, and two plans that differ by them."""
    from scipy.stats import norm

    values = spread * norm.ppf((np.arange(101) + 0.5) / 101)
    return values, np.array([np.zeros(101), values])


@pytest.mark.parametrize("error", [0.3, 1.0, 3.0])
def test_a_trial_of_a_normal_value_is_worth_its_closed_form(error):
    """Two plans of a linear difference: EVSI = s phi(0) with s^2 = 1 / (1 + error^2) of before."""
    values, losses = normal_values()
    spread = values.std()
    expected = spread**2 / np.hypot(spread, error) * 0.39894
    assert worth_of_trial(values, np.full(101, error), losses) == pytest.approx(expected, rel=0.02)


def test_a_trial_is_worth_no_more_than_knowing_and_more_the_larger_it_is():
    """From nothing, for one that tells nothing, to what the value itself is worth."""
    values, losses = normal_values()
    errors = [100.0, 3.0, 1.0, 0.3, 0.05, 1e-9]
    worth = [worth_of_trial(values, np.full(101, error), losses) for error in errors]
    knowing = losses.mean(axis=1).min() - losses.min(axis=0).mean()
    assert worth == sorted(worth)
    assert worth[0] < 0.02 * knowing
    assert worth[-1] == pytest.approx(knowing)


def test_the_worth_of_a_trial_is_that_of_simulated_trials(proposal):
    """20,000 values and results from a fixed seed, each decided by its own posterior."""
    curve, trial = proposal.value_curve, proposal.best
    values = trial.layout.value(curve.cells, trial.arms)
    errors = trial.layout.errors(curve.cells, trial.arms, trial.length)
    random = np.random.default_rng(2)
    true = random.integers(0, len(values), 20000)
    seen = values[true] + errors[true] * random.standard_normal(20000)
    chosen = posterior_losses(seen, values, errors, curve.fine_losses).argmin(axis=0)
    losses = curve.fine_losses
    gained = losses[losses.mean(axis=1).argmin()][true] - losses[chosen, true]
    assert trial.worth_a_period == pytest.approx(gained.mean(), abs=3 * gained.std() / 20000**0.5)


def test_the_best_size_is_worth_most_and_none_is_worth_more_than_knowing(proposal):
    """Along the curve the worth grows, the net has its peak at the best, EVSI stays below EVPPI."""
    worth = [trial.worth_a_period for trial in proposal.curve]
    assert worth == sorted(worth)
    assert worth[-1] <= proposal.value_curve.worth_knowing * (1 + 1e-9)
    assert proposal.best.net == max(trial.net for trial in proposal.curve)
    assert 0 < proposal.best.treated < proposal.curve[-1].treated


def test_a_trial_costs_what_its_customers_cost_and_risk(tmp_path):
    """By the offers: the treated at the tier on trial, less the same customers at the planned.

    What they lose is expected over the range of who leaves, whose middle is not today's value.
    """
    case = alone(load_case(write_hotline(tmp_path)))
    proposal = first(case, setup=1000.0, length=1.0)
    trial, one = proposal.proposed, leaving(case)
    problems = [build_problem(with_input(case, one, (g + 0.5) / 50)) for g in range(50)]
    lost = np.mean([each.lost_sales for each in problems], axis=0)
    customers = case.table("segments").numbers("customers")
    booked = risked = cost = 0.0
    for stratum, arm in zip(trial.layout.strata, trial.arms, strict=True):
        share = arm / customers[stratum.segment] / 1.1
        gap = [problems[0].service_cost, lost]
        costs = [
            each[stratum.segment, stratum.treated] - each[stratum.segment, stratum.control]
            for each in gap
        ]
        booked += share * costs[0]
        risked += share * costs[1]
        cost += share * sum(max(each, 0) for each in costs)
    assert trial.booked == pytest.approx(booked)
    assert trial.risked == pytest.approx(risked, rel=1e-3)
    assert trial.cost == pytest.approx(cost + 1000, rel=1e-3)
    assert trial.worth == pytest.approx(trial.worth_a_period * (1 / 1.1**2 + 1 / 1.1**3))


def alone(case):
    """The case with who leaves as the one number that is uncertain."""
    sources = case.table("sources")
    kept = np.arange(len(sources)) == 0
    ends = {name: np.where(kept, sources.numbers(name), np.nan) for name in ("low", "high")}
    return case.replace(tables={**case.tables, "sources": sources.with_columns(ends)})


def test_a_trial_is_made_where_it_costs_least():
    """Customers of the stratum in which a bit of knowledge is cheapest are taken first."""
    dear, cheap = (replace(one, extra_cost=cost) for one, cost in
                   zip(strata_of_two(), (9.0, 2.0), strict=True))  # fmt: skip
    found = layouts(
        Lesson.LEAVING, (dear, cheap), np.zeros(2, bool), Wanted(), Lots.CUSTOMERS, np.array([0.2])
    )
    (turn,) = [layout for layout in found if layout.in_turn]
    assert [one.segment for one in turn.strata] == [1, 0]
    assert turn.arms(0.25).tolist() == [1250.0, 0.0]
    assert turn.arms(0.75).tolist() == [2500.0, 1250.0]
    assert turn.arms(1.0).tolist() == [2500.0, 2500.0]


def test_a_trial_pays_in_a_shipped_case():
    """How well the own van serves is worth trying where the choice stands for five years."""
    case = load_case(examples()["clinic_supplies"])
    found = design_of(case, Wanted(("tiers[own van].service_level",), periods=5))
    assert found.first is not None
    assert found.first.proposal.proposed.net > 1000


def simulated(strata, arms, leave, count, seed):
    """Trials of who leaves: the Fieller interval of each."""
    random = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        parts = []
        for place, (one, arm) in enumerate(zip(strata, arms.astype(int).tolist(), strict=True)):
            for treated in (False, True):
                x = (random.random(arm) < one.failing[treated]).astype(float)
                y = (random.random(arm) < one.churn + leave * x).astype(float)
                parts.append((np.full(arm, place), np.full(arm, treated), x, y))
        s, t, x, y = (np.concatenate(each) for each in zip(*parts, strict=True))
        found.append(contrast_within(Units(s, t, np.ones(len(s), bool), x, y)).interval())
    return found


def strata_of_two():
    """Two segments whose tiers differ much in failures."""
    one = Stratum(0, 0, 1, 5000, 0, (0.6, 0.1), 2.0, 0.1, (0.6, 0.1), 1.0, -1.0)
    return (one, replace(one, segment=1, exposures=(0.8, 0.3), failing=(0.8, 0.3), churn=0.2))


def test_the_power_of_the_proposed_size_is_what_was_asked():
    """3,000 trials of the size for 80 % to tell 0.25 from 0.1 exclude 0.1 in 80 %, within 2."""
    layout = Layout(Lesson.LEAVING, strata_of_two(), Wanted(), Lots.CUSTOMERS)
    wanted, arms = error_for(0.15, 0.8), layout.arms(0.001)
    for share in np.linspace(0.001, 1, 2000):
        arms = layout.arms(float(share))
        if layout.errors(np.array([[0.25]]), arms, 1.0)[0] <= wanted:
            break
    found = simulated(layout.strata, arms, 0.25, 3000, seed=4)
    excluded = np.mean([its is None or not its.low <= 0.1 <= its.high for its in found])
    assert excluded == pytest.approx(0.8, abs=0.02)


def test_the_standard_error_told_is_that_of_simulated_trials():
    """The estimates of 1,000 trials scatter as much, within 7 %."""
    layout = Layout(Lesson.LEAVING, strata_of_two(), Wanted(), Lots.CUSTOMERS)
    arms = np.array([150.0, 150.0])
    values = [its.value for its in simulated(layout.strata, arms, 0.2, 1000, seed=6) if its]
    assert np.std(values) == pytest.approx(
        float(layout.errors(np.array([[0.2]]), arms, 1.0)[0]), rel=0.07
    )


@pytest.mark.parametrize("design", list(TrialDesign))
def test_lost_orders_of_customers_who_differ_vary_as_told(design):
    """Customers differ in orders, of the failed ones 30 % are lost: the Fieller residual, 2,000."""
    strata = (replace(strata_of_two()[0], exposures=(0.6, 0.2), orders=2.0),)
    layout = Layout(Lesson.ORDERS, strata, Wanted(design=design), Lots.CUSTOMERS)
    arms, random = np.array([50.0]), np.random.default_rng(8)

    def left(failing):
        """Lost orders less 0.3 of the failed ones, in the mean of 50 customers."""
        failed = random.binomial(random.poisson(random.gamma(2, 1, (2000, 50))), failing)
        return (random.binomial(failed, 0.3) - 0.3 * failed).mean(axis=1)

    rates = {False: 0.3, True: 0.1}
    arms_there = (True, False) if design.has_control else (True,)
    effects = sum((1 if treated else -1) * left(rates[treated]) for treated in arms_there)
    if design.has_before:
        before = [left(rates[False]) for _ in arms_there]
        effects = effects - (before[0] - (before[1] if design.has_control else 0.0))
    told = layout.errors(np.array([[0.3]]), arms, 1.0)[0] * 0.4
    slack = 1.35 if design is TrialDesign.DIFFERENCES else 1.06
    assert effects.std() / slack <= float(told) * 1.06
    assert float(told) <= effects.std() * 1.06 * slack


def test_results_are_told_from_the_lowest_and_turn_where_plans_tie():
    """Two plans of a linear difference with an even prior: they tie at the switch."""
    values = np.linspace(0.1, 0.5, 101)
    found = results_of(values, np.full(101, 0.02), np.array([np.zeros(101), 0.3 - values]), 0)
    assert [result.plan for result in found] == [0, 1]
    assert found[0].high == found[1].low == pytest.approx(0.3, abs=0.005)


def test_whole_segments_have_the_power_of_a_t_test(hotline):
    """Four of them leave two degrees of freedom, as the interval that reads them has."""
    one = strata_of_two()[0]
    layout = Layout(
        Lesson.LEAVING, tuple(replace(one, segment=s) for s in range(4)), Wanted(), Lots.SEGMENTS
    )
    assert layout.freedom(layout.arms(1.0)) == 2
    random = np.random.default_rng(3)
    drawn = random.normal(1.0, 0.5, (40000, 2, 2)) - np.array([[0.0], [1.0]])
    error = np.sqrt(drawn.var(axis=2, ddof=1).sum(axis=1) / 2)
    far = np.abs(drawn[:, 0].mean(axis=1) - drawn[:, 1].mean(axis=1)) > 4.30265 * error
    assert power_of(1.0, 0.5, 0.05, 2.0) == pytest.approx(far.mean(), abs=0.01)


def test_a_single_whole_segment_is_no_surer_than_two():
    """Its customers are alike as those of others are, but where the input speaks of it alone."""
    one = replace(strata_of_two()[0], exposures=(0.0, 2.0))
    cells = np.array([[0.9]])

    def error(*strata):
        layout = Layout(Lesson.LEVEL, strata, Wanted(), Lots.SEGMENTS)
        return float(layout.errors(cells, layout.arms(1.0), 1.0)[0])

    assert error(one) > error(one, replace(one, segment=1))
    apart = error(replace(one, alone=True))
    assert error(one) / apart == pytest.approx((1 + (2 * 5000 - 1) * 0.01) ** 0.5)


def test_whole_segments_are_drawn_in_pairs(hotline, proposal):
    """Of 3 segments none; of 12 alike ones half are treated, by the seed, and count whole."""
    (looked,) = design_of(
        hotline, Wanted(("response.leave_probability",), lots=Lots.SEGMENTS)
    ).looked
    assert looked.proposal is None
    assert looked.too_few_segments
    one = strata_of_two()[0]
    strata = tuple(replace(one, segment=s, customers=100 + s) for s in range(12))
    layout = Layout(Lesson.LEAVING, strata, Wanted(), Lots.SEGMENTS)
    trial = replace(proposal.best, layout=layout, arms=layout.arms(1.0))
    drawn = arms_of(trial, seed=1)
    assert [each.arm for each in drawn].count(TREATED) == 6
    assert [each.arm for each in drawn].count(CONTROL) == 6
    for big, small in zip(drawn[1::2], drawn[::2], strict=True):
        assert {big.arm, small.arm} == {TREATED, CONTROL}
    assert arms_of(trial, seed=1) == drawn
    cells, arms = np.array([[0.2]]), layout.arms(1.0)
    apart = Layout(Lesson.LEAVING, strata, Wanted(alike=0.0), Lots.SEGMENTS)
    ratio = layout.errors(cells, arms, 1.0)[0] / apart.errors(cells, arms, 1.0)[0]
    assert ratio**2 == pytest.approx(1 + (105.5 - 1) * 0.01, rel=0.01)


def test_no_trial_is_proposed_where_none_pays(hotline):
    """A setup beyond all worth, and an input that changes no plan."""
    found = design_of(alone(hotline), Wanted(setup=1e9))
    assert found.first is None
    assert design_document(found, 0.0)["trial"] is None


def test_who_leaves_is_counted_by_whole_periods(hotline):
    """A trial of half a period tells a service level, and not who leaves in a period."""
    found = design_of(hotline, Wanted(length=0.5))
    short = {looked.input.name: looked.too_short for looked in found.looked if looked.lesson}
    assert short == {"response.leave_probability": True, "tiers[best].service_level": False}


def test_what_a_trial_does_not_teach_is_said_with_the_reason(hotline):
    """Margins are in the books."""
    document = design_document(design_of(hotline, Wanted(("segments.margin",))), 0.0)
    margin = next(row for row in document["inputs"] if row["input"] == "segments.margin")
    assert margin["teaches"] is None
    assert "books" in margin["why_not"]


def test_a_case_without_intervals_or_with_a_goal_of_service_is_refused(hotline):
    """Both in one sentence with the remedy."""
    with pytest.raises(UsageError, match="low and high"):
        design_of(load_case(examples()["tiny"]))
    with pytest.raises(UsageError, match="money"):
        design_of(load_case(examples()["parts_distributor"], {"plan.goal": "max_service"}))
    with pytest.raises(UsageError, match="Did you mean"):
        design_of(hotline, Wanted(("response.leave_probabilty",)))


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"power": 0.04}, "--power"),
        ({"periods": 0.0}, "--periods"),
        ({"length": 3.0}, "--length"),
        ({"length": 0.0}, "above 0"),
        ({"alike": 2.0}, "--alike"),
        ({"setup": float("nan")}, "--setup"),
    ],
)
def test_numbers_that_make_no_sense_are_refused_by_name(wanted, message):
    """Each with its option."""
    with pytest.raises(UsageError, match=message):
        Wanted(**wanted)
