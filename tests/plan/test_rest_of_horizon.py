"""The rest of a horizon, once its first periods are settled, is the same problem from there on."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from horizon_judge import enumerate_best
from horizon_problems import random_horizon

from slopt.case.case import PlanningCase, Settings
from slopt.plan.files import csv_text
from slopt.plan.horizon.actual import Actuals, with_actuals
from slopt.plan.horizon.plan import Settled, bases, make_horizon_plan
from slopt.plan.horizon.rest import choice_of_rest, joined, rest_of
from slopt.plan.horizon.rows import HORIZON_COLUMNS, horizon_columns, horizon_rows
from slopt.plan.long_plan import write_csv
from slopt.problem.horizon.evaluate import evaluate_horizon
from slopt.problem.horizon.problem import NEVER, HorizonChoice
from slopt.solve.horizon.outcome import HorizonOutcome
from slopt.vocabulary import Basis, Goal, Method, Status

CASE = PlanningCase(Settings(), {})


def optimal(problem):
    """The outcome of a solver that tries everything."""
    best = enumerate_best(problem)
    if best is None:
        return HorizonOutcome(Status.INFEASIBLE, Method.HIGHS, "enumeration", 1, 0.0)
    return HorizonOutcome(
        Status.OPTIMAL,
        Method.HIGHS,
        "enumeration",
        1,
        0.0,
        best.choice,
        best.objective,
        best.objective,
    )


def settled_at(problem, choice, first):
    """The first periods as the choice has them, nothing known of what happened."""
    s, t, *_ = problem.size
    evaluation = evaluate_horizon(problem, choice)
    return Settled(first, problem, choice, Actuals.none(s, t), evaluation)


def solvable(seeds, **wanted):
    """Problems of two periods or more that have a plan, with the best one."""
    for seed in seeds:
        problem = random_horizon(seed, **wanted)
        if len(problem.periods) > 1 and (best := enumerate_best(problem)) is not None:
            yield seed, problem, best


@pytest.mark.parametrize("seeds", [range(0, 45), range(45, 90)])
def test_planning_again_without_news_confirms_the_best_plan(seeds):
    """From any period on, the best rest of the best plan is worth what the best plan is worth."""
    met = 0
    for seed, problem, best in solvable(seeds):
        for first in range(1, len(problem.periods)):
            settled = settled_at(problem, best.choice, first)
            rest = rest_of(problem, best.choice, settled.kept, first)
            plan = make_horizon_plan(CASE, rest, optimal(rest), settled)
            assert plan is not None, (seed, first)
            scale = max(1.0, abs(best.objective))
            assert plan.objective == pytest.approx(best.objective, abs=1e-6 * scale), (seed, first)
            assert plan.bound == pytest.approx(best.objective, abs=1e-6 * scale), (seed, first)
            assert not plan.evaluation.violations, (seed, first)
            met += 1
    assert met > 15


def test_the_rest_differs_from_the_whole_by_what_is_settled():
    """Of any two ways to go on, the difference is the same in the rest and in the whole."""
    rng = np.random.default_rng(7)
    met = 0
    for seed, problem, best in solvable(range(200, 260)):
        s, t, _k, m, _r = problem.size
        first = int(rng.integers(1, t))
        evaluation = evaluate_horizon(problem, best.choice)
        rest = rest_of(problem, best.choice, evaluation, first)
        share = (t - first) / t if problem.goal is Goal.MAX_SERVICE else 1.0
        constants = []
        for _again in range(4):
            modes = best.choice.modes.copy()
            modes[:, first:] = rng.integers(0, m, (s, t - first))
            hired = best.choice.hired.copy()
            hired[:, first:] = rng.integers(0, 9, hired[:, first:].shape)
            whole = HorizonChoice(modes, hired, best.choice.released, best.choice.started)
            then = choice_of_rest(problem, whole, first)
            again = joined(best.choice, then, first)
            assert np.array_equal(again.modes, modes)
            assert np.array_equal(again.started, best.choice.started)
            of_whole, of_rest = evaluate_horizon(problem, whole), evaluate_horizon(rest, then)
            constants.append(of_whole.objective - share * of_rest.objective)
            now = {breach.rule: breach.amount for breach in of_rest.violations}
            then_broken = {breach.rule: breach.amount for breach in of_whole.violations}
            for name, amount in now.items():
                if "max_changes_each" not in name:
                    assert then_broken[name] == pytest.approx(amount), (seed, name)
            np.testing.assert_allclose(of_rest.spent, of_whole.spent[first:])
            np.testing.assert_allclose(of_rest.held, of_whole.held[:, first:], atol=1e-9)
            np.testing.assert_allclose(of_rest.capacity, of_whole.capacity[:, first:], atol=1e-9)
        assert np.ptp(constants) <= 1e-7 * max(1.0, *np.abs(constants)), seed
        met += 1
    assert met > 10


def test_announced_tiers_stay_within_the_notice():
    """With notice, no segment leaves its announced tier before that is over."""
    met = 0
    for _seed, problem, best in solvable(range(300, 340), features={"churn", "lifts"}):
        s = len(problem.segments)
        notice = np.full(s, 1)
        evaluation = evaluate_horizon(problem, best.choice)
        rest = rest_of(problem, best.choice, evaluation, 1, notice)
        again = enumerate_best(rest)
        assert again is not None
        tier = problem.mode_tier[best.choice.modes]
        assert np.array_equal(rest.mode_tier[again.choice.modes[:, 0]], tier[:, 1])
        met += 1
    assert met > 10


def test_actual_customers_and_money_are_those_of_the_plan_again():
    """After actuals, the evaluation has the actual customers, cost, level and lost orders."""
    problem = random_horizon(11, {"churn", "deter", "fixed", "lag"}, 3, 4, 10**9)
    rng = np.random.default_rng(3)
    s, t, k, *_ = problem.size
    choice = HorizonChoice(
        rng.integers(0, k, (s, t)), np.zeros((0, t)), np.zeros((0, t)), np.zeros(0, dtype=int)
    )
    actuals = replace(
        Actuals.none(s, t),
        tier=np.array([[1, -1, 0, -1], [-1] * 4, [0, 1, 1, -1]]),
        customers=np.array([[10.0, np.nan, 7, 4], [np.nan] * 4, [3.0, 99, np.nan, np.nan]]),
        service_cost=np.where(rng.random((s, t)) < 0.5, 123.0, np.nan),
        service_level=np.where(rng.random((s, t)) < 0.5, 0.625, np.nan),
        lost_orders=np.where(rng.random((s, t)) < 0.5, 45.0, np.nan),
    )
    happened, chosen = with_actuals(problem, choice, actuals)
    evaluation = evaluate_horizon(happened, chosen)
    for figure, shown in (
        (actuals.customers, evaluation.base.customers[:, :t]),
        (actuals.service_cost, evaluation.by_segment["service_cost"]),
        (actuals.lost_orders, evaluation.by_segment["lost_orders"]),
    ):
        known = ~np.isnan(figure)
        np.testing.assert_allclose(shown[known], figure[known])
    at = (np.arange(s)[:, None], np.arange(t)[None, :], chosen.modes)
    known = ~np.isnan(actuals.service_level)
    assert np.all(happened.service_level[at][known] == 0.625)
    tiers = happened.mode_tier[chosen.modes]
    assert np.array_equal(tiers[actuals.tier >= 0], actuals.tier[actuals.tier >= 0])
    untouched = actuals.tier < 0
    assert np.array_equal(chosen.modes[untouched], choice.modes[untouched])


def test_planning_again_after_actuals_is_the_best_that_is_left():
    """With actuals of the first period, the plan is the best that begins with what happened."""
    met = 0
    for seed, problem, best in solvable(range(400, 440), features={"churn", "budget", "carry"}):
        s, t, *_ = problem.size
        blank = np.full((s, t), np.nan)
        customers, cost = blank.copy(), blank.copy()
        customers[:, 0], customers[:, 1] = problem.customers, 0.9 * problem.customers
        evaluation = evaluate_horizon(problem, best.choice)
        cost[:, 0] = evaluation.by_segment["service_cost"][:, 0] * 0.97
        actuals = replace(Actuals.none(s, t), customers=customers, service_cost=cost).until(1)
        happened, choice = with_actuals(problem, best.choice, actuals)
        evaluation = evaluate_horizon(happened, choice)
        rest = rest_of(happened, choice, evaluation, 1)
        settled = Settled(1, happened, choice, actuals, evaluation)
        plan = make_horizon_plan(CASE, rest, optimal(rest), settled)
        frozen = np.arange(len(problem.mode_tier))[None, :] != choice.modes[:, :1]
        barred = happened.barred.copy()
        barred[:, 0] |= frozen
        judged = enumerate_best(happened.replace(barred=barred))
        if judged is None or plan is None:
            assert judged is None or np.nansum(evaluation.spent[:1] > problem.budget[:1]), seed
            continue
        assert plan.objective == pytest.approx(judged.objective, rel=1e-6), seed
        assert plan.basis[0] == [Basis.ACTUAL] * s
        assert plan.basis[1] == [Basis.PLAN] * s
        met += 1
    assert met > 5


def test_a_long_plan_is_written_as_a_short_one_is():
    """By columns and by rows, plan.csv is the same text, and its money that of the evaluation."""
    problem = random_horizon(5, {"churn", "lifts", "changes", "history"}, 3, 3, 10**9)
    s, t, k, *_ = problem.size
    modes = np.random.default_rng(1).integers(0, k, (s, t))
    none, never = np.zeros((0, t)), np.full(len(problem.projects), NEVER)
    choice = HorizonChoice(modes, none, none, never)
    evaluation = evaluate_horizon(problem, choice)
    columns = horizon_columns(problem, choice, evaluation, bases(problem, None))
    file = io.BytesIO()
    write_csv(file, columns)
    assert file.getvalue().decode() == csv_text(HORIZON_COLUMNS, horizon_rows(columns))
    assert columns["service_cost"].sum() == pytest.approx(evaluation.booked["service_cost"].sum())
    assert columns["lost_sales"].sum() == pytest.approx(sum(map(np.sum, evaluation.lost.values())))
