"""The price of robustness as a curve."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from strategies import simple_problem

from slopt.problem.scenarios.fares import fares
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.solve.highs import Options
from slopt.study.risk.price_of_robustness import (
    RobustnessCurve,
    price_of_robustness,
    promised_chance,
)
from slopt.study.risk.sample import Sample
from slopt.vocabulary import Status


def two_ways() -> ScenarioProblem:
    """Four segments alike; the cheap tier costs 1 and may cost 5, the safe one costs 2 for sure.

    In each of the 16 futures another set of segments is at its worst.
    """
    base = simple_problem([[1.0, 2.0]] * 4, np.zeros((4, 2)))
    worst = np.array([[5.0, 2.0]] * 4)
    futures = [
        base.replace(service_cost=np.where(np.array(bad)[:, None], worst, base.service_cost))
        for bad in itertools.product([False, True], repeat=4)
    ]
    return ScenarioProblem.of(base, futures, np.full(16, 1 / 16))


def curve_of(problem: ScenarioProblem) -> RobustnessCurve:
    """The curve of futures that are all there are."""
    sample = Sample(problem.probability, drawn=False)
    return price_of_robustness(problem, sample, Options(gap=0.0), further=[3])


def test_each_point_has_its_price_its_guarantee_and_how_often_it_fails() -> None:
    """All cheap costs 4 and guarantees 8 with one at worst, where all safe guarantees 8, too; from
    two on all are safe, for a price of 4, and no future is worse. By hand."""
    curve = curve_of(two_ways())
    assert [p.at_worst for p in curve.points] == [0, 1, 2, 3, 4]
    assert [p.guaranteed for p in curve.points] == pytest.approx([4, 8, 8, 8, 8])
    assert curve.price(curve.points[2]) == pytest.approx(4)
    assert curve.plain.exceeded.value == pytest.approx(15 / 16)
    assert curve.points[2].exceeded.value == 0
    assert curve.points[2].exposed == 0
    assert curve.moves(curve.points[2]) == 4
    assert curve.status is Status.OPTIMAL
    assert curve.plans.shape == (5, 4)


@pytest.mark.parametrize(("at_worst", "exposed"), [(0, 3), (1, 4), (2, 5), (3, 4), (4, 4), (7, 9)])
def test_what_theory_promises_is_the_chance_of_so_many_heads(at_worst: int, exposed: int) -> None:
    """Counted over all throws of so many coins, after Bertsimas and Sim (2004), theorem 3."""
    if at_worst >= exposed:
        assert promised_chance(at_worst, exposed) == 0
        return
    middle = (at_worst + exposed) / 2
    whole, part = math.floor(middle), middle - math.floor(middle)
    heads = [sum(throw) for throw in itertools.product([0, 1], repeat=exposed)]
    more = sum(count > whole for count in heads) + (1 - part) * heads.count(whole)
    assert promised_chance(at_worst, exposed) == pytest.approx(min(1.0, more / len(heads)))


def test_independent_even_deviations_keep_the_promise() -> None:
    """Of 200,000 futures in which each of 12 segments lies anywhere between better and worse by the
    same, no larger share is worse than guaranteed than theory promises."""
    rng = np.random.default_rng(4)
    size = rng.uniform(1, 9, 12)
    moved = rng.uniform(-1, 1, (200_000, 12)) @ size
    for at_worst in range(12):
        guaranteed = np.sort(size)[::-1][:at_worst].sum()
        assert (moved > guaranteed).mean() <= promised_chance(at_worst, 12) + 0.005


def test_the_guarantee_fails_only_where_more_segments_than_so_many_are_at_worst() -> None:
    """Futures with no more than so many segments at their worst never lose more."""
    problem = two_ways()
    for point in curve_of(problem).points:
        assert point.choice is not None
        losses = fares(problem, point.choice).value
        for future, bad in enumerate(itertools.product([0, 1], repeat=4)):
            if sum(bad) <= point.at_worst:
                assert losses[future] <= point.guaranteed + 1e-9


def test_without_a_plan_the_curve_ends_at_once() -> None:
    """A budget that nothing keeps: one point, infeasible, without figures."""
    problem = two_ways()
    base = problem.base.replace(budget=1.0)
    none = ScenarioProblem.of(base, [base.replace(budget=None)], np.ones(1))
    curve = curve_of(none)
    assert [p.status for p in curve.points] == [Status.INFEASIBLE]
    assert curve.points[0].choice is None
    assert curve.kept is None
