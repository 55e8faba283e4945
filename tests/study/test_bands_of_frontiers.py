"""The plans of a frontier over many futures, against the judge of one future and every choice."""

from __future__ import annotations

import numpy as np
import pytest
from oracles import feasible_choices
from risk_cases import random_scenarios
from strategies import random_problem

from slopt.problem.evaluate import evaluate
from slopt.problem.scenarios.aim import Aim, aim_value
from slopt.problem.scenarios.measures import cvar, quantile
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.solve.highs import Options
from slopt.study.frontier import frontier
from slopt.study.frontier.axis import axis_of
from slopt.study.frontier.bands import at_limit, frontier_bands
from slopt.study.frontier.for_risk import for_risk
from slopt.study.frontier.grid import Span
from slopt.study.frontier.least import Way
from slopt.vocabulary import Goal, RiskMeasure

WAY = Way(Options(gap=0.0))


def with_frontier(seed: int, along: str = "budget", goal: Goal = Goal.MIN_TOTAL_COST):
    """Random futures and the frontier of their case, with three points at least."""
    rng = np.random.default_rng(seed)
    while True:
        problem = random_scenarios(rng, count=6, goal=goal, segments=4)
        found = frontier(problem.base, axis_of(problem.base, along), WAY, Span(count=4))
        if sum(point.choice is not None for point in found.points) >= 3:
            return problem, found


@pytest.mark.parametrize("seed", range(6))
def test_every_band_is_that_of_the_plan_priced_in_each_future_by_itself(seed: int) -> None:
    """Quantiles, means and bad ends are those of the values that `evaluate` gives one by one."""
    problem, found = with_frontier(seed)
    bands = frontier_bands(found, problem, tail=0.25, seed=seed)
    for point, its in zip(found.points, bands.points, strict=True):
        if point.choice is None:
            assert its is None
            continue
        there = at_limit(problem, found.axis, point.value)
        each = [evaluate(there.problem(w), point.choice) for w in range(problem.count)]
        for name, spread in (("lost_sales", its.lost_sales), ("total_cost", its.total_cost)):
            values = np.array([getattr(one, name) for one in each])
            assert spread.own == pytest.approx(getattr(point.evaluation, name))
            assert spread.mean == pytest.approx(values @ problem.probability)
            assert spread.low == pytest.approx(quantile(values, problem.probability, 0.05))
            assert spread.high == pytest.approx(quantile(values, problem.probability, 0.95))
            assert spread.tail == pytest.approx(cvar(values, problem.probability, 0.25))
        firm = {rule.name for rule in problem.base.rules if rule.is_soft}
        broken = [any(u.breach > 0 for u in one.limits if u.name not in firm) for one in each]
        names = [limit.name for limit in each[0].limits]
        if not {"max_tiers", "max_changes"} & set(names) and not problem.base.rules:
            assert its.breaks == pytest.approx(problem.probability @ np.array(broken, dtype=float))


def test_an_uncertain_limit_moves_as_far_as_the_limit_of_the_axis() -> None:
    """A capacity that is 3 units short in one future is 3 units short at every point."""
    base = next(one for one in map(random_problem, range(100)) if one.size[2] > 0)
    short = base.replace(capacity=base.capacity - 3.0)
    problem = ScenarioProblem.of(base, [base, short], np.array([0.5, 0.5]))
    axis = axis_of(base, base.resources[0])
    moved = at_limit(problem, axis, 100.0)
    assert moved.base.capacity[0] == 100.0
    assert moved.capacity[:, 0].tolist() == [100.0, 97.0]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("measure", [RiskMeasure.MEAN, RiskMeasure.CVAR])
def test_every_point_of_a_frontier_for_risk_is_the_best_of_all_choices(seed, measure) -> None:
    """No choice that keeps the limits at own numbers is better by the aim, at any point."""
    problem, found = with_frontier(seed + 20)
    aim = Aim(measure, tail=0.3)
    its = for_risk(found, problem, aim, Options(gap=0.0)).found
    for point in its.points:
        there = at_limit(problem, its.axis, point.value)
        best = min(
            (
                aim_value(there, np.array(choice), aim).loss
                for choice, _ in feasible_choices(there.base)
            ),
            default=None,
        )
        if best is None:
            assert point.choice is None
        else:
            assert point.objective == pytest.approx(best, rel=1e-6)
