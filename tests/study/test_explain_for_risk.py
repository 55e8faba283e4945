"""Why a tier in a plan for uncertain futures: every other one, priced by changing the plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from risk_cases import random_scenarios

from slopt.case.load import load_case
from slopt.engine.solving import solve_case
from slopt.problem.evaluate import evaluate
from slopt.problem.scenarios.fares import fares
from slopt.problem.scenarios.measures import cvar
from slopt.shipped import examples
from slopt.study.compare.in_futures import paired_fares
from slopt.study.explain_risk import explain_for_risk
from slopt.vocabulary import RiskMeasure, Sampling


@pytest.fixture(scope="module")
def plan():
    """The deliveries, planned for the worst fifth of a few futures."""
    case = load_case(examples()["scms_deliveries"])
    risk = replace(case.settings.risk, measure=RiskMeasure.CVAR, tail=0.2, samples=30)
    found = solve_case(case.replace(settings=replace(case.settings, risk=risk))).plan
    assert found is not None
    return found


def test_every_other_tier_is_what_the_plan_with_it_comes_to(plan) -> None:
    """Own, mean and share are those of the plan with that one tier changed, priced from scratch."""
    problem, before = plan.risk.problem, plan.risk.fares
    found = explain_for_risk(plan)
    assert len(found.segments) == plan.problem.segment_count
    for segment in found.segments[::5]:
        for other in segment.others:
            choice = plan.choice.copy()
            choice[segment.segment] = other.tier
            after = fares(problem, choice, before.reserve)
            change = after.value - before.value
            own = evaluate(problem.base, choice).objective - plan.evaluation.objective
            assert other.own == pytest.approx(own, abs=1e-3)
            assert other.mean == pytest.approx(change @ problem.probability, abs=1e-3)
            worst = [cvar(its.value, problem.probability, 0.2) for its in (before, after)]
            assert other.tail == pytest.approx(worst[1] - worst[0], abs=1e-3)
            better = change < -1e-9 * np.abs(before.value).max()
            assert other.better_in == pytest.approx(problem.probability @ better)
            broken = {breach.rule for breach in evaluate(problem.base, choice).violations}
            assert set(other.breaks) == (broken if other.barred is None else set())


def test_no_tier_that_keeps_the_limits_is_better_by_what_the_plan_aims_at(plan) -> None:
    """The plan is the best in its bad futures: a possible other tier is not better by its value."""
    from slopt.problem.scenarios.aim import aim_value

    risk = plan.risk
    for segment in explain_for_risk(plan).segments:
        for other in segment.others:
            if other.is_possible:
                choice = plan.choice.copy()
                choice[segment.segment] = other.tier
                worth = aim_value(risk.problem, choice, risk.aim)
                assert worth.loss >= risk.worth.loss * (1 - 1e-4)


def test_a_plan_for_the_worst_futures_is_told_worse_there_than_no_other_tier() -> None:
    """The worst futures with another tier may be others: only the two means are compared."""
    case = load_case(examples()["clinic_supplies"])
    asked = replace(case.settings.risk, measure=RiskMeasure.CVAR, sampling=Sampling.LISTED)
    case = case.replace(settings=replace(case.settings, risk=asked))
    found = explain_for_risk(solve_case(case).plan)
    others = {
        found.plan.problem.segments[one.segment]: one.next_best.tail for one in found.segments
    }
    assert others["VETS"] == pytest.approx(4671.8, abs=1)
    assert min(others.values()) > 0


def test_one_segment_alone_is_explained_as_among_all(plan) -> None:
    """Asking for one gives what asking for all gives of it."""
    whole, one = explain_for_risk(plan).segments[7], explain_for_risk(plan, [7]).segments[0]
    assert whole == one


@pytest.mark.parametrize("seed", range(5))
def test_two_plans_are_held_against_each_other_in_the_same_futures(seed: int) -> None:
    """Mean and chance are those of the differences future by future; swapped, they turn over."""
    rng = np.random.default_rng(seed)
    problem = random_scenarios(rng, count=9, segments=4)
    a, b = (rng.integers(0, len(problem.base.tiers), 4) for _ in range(2))
    futures = _Futures(problem)
    found, turned = paired_fares(futures, a, b), paired_fares(futures, b, a)
    values = [
        [evaluate(problem.problem(w), choice) for w in range(problem.count)] for choice in (a, b)
    ]
    sign = -1 if problem.base.goal.maximises else 1
    each = [[one.objective - sign * one.penalties for one in its] for its in values]
    change = np.array(each[1]) - np.array(each[0])
    assert found.difference.mean == pytest.approx(change @ problem.probability, abs=1e-6)
    better = (sign * change < -1e-6) @ problem.probability
    assert found.better.value == pytest.approx(better)
    assert found.better.value + turned.better.value + found.equal == pytest.approx(1.0)
    assert turned.difference.mean == pytest.approx(-found.difference.mean)


class _Futures:
    """Futures of a problem that no case stands behind."""

    def __init__(self, problem) -> None:
        from slopt.case.case import Settings

        self.problem, self.inputs, self.listed = problem, (1,), ()
        self.probability = problem.probability
        self.values = np.linspace(0, 1, problem.count)[:, None]
        self.places = (np.arange(problem.count)[:, None] + 0.5) / problem.count
        self.scenario = np.full(problem.count, -1)
        self.case = type("Case", (), {"settings": Settings()})()
