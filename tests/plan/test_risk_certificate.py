"""Bounds over futures that are proven from weights and prices, against trying every choice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from risk_cases import best_by_trying, best_of_each_future, random_risk

from slopt.plan.risk_certificate import RiskPrices, proven_loss
from slopt.problem.scenarios.aim import Aim
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.problem.sharing import obstacle, share
from slopt.solve.highs import Options
from slopt.solve.risk.by_weights import by_weights
from slopt.vocabulary import RiskMeasure

AIMS = (
    Aim(RiskMeasure.MEAN),
    Aim(RiskMeasure.CVAR, tail=0.3),
    Aim(RiskMeasure.CVAR, tail=0.4, weight=0.5),
    Aim(RiskMeasure.REGRET),
)


def has_prices(problem: ScenarioProblem) -> bool:
    """True where bounds from prices hold: no late unit costs less than an ordinary one."""
    dear = not problem.base.counts_service_cost or bool(np.all(problem.extra_premium >= 0))
    return dear and obstacle(problem.base) is None


def any_prices(rng: np.random.Generator, problem: ScenarioProblem, aim: Aim) -> RiskPrices:
    """Allowed weights and some prices, none of them found by any search."""
    p = problem.probability
    is_free = aim.measure is RiskMeasure.REGRET
    counts = rng.dirichlet(np.ones(len(p))) if is_free else p.copy()
    late = counts[:, None] * rng.random((len(p), problem.base.size[2]))
    names = share(problem.base).rows.names
    return RiskPrices(counts, late, {name: float(rng.random()) for name in names})


@pytest.mark.parametrize("seed", range(40))
def test_no_choice_is_better_than_a_proven_bound(seed: int) -> None:
    """Whatever the prices are: the bound is at most the least loss of all choices and reserves."""
    problem = random_risk(seed)
    if not has_prices(problem):
        return
    rng = np.random.default_rng(seed)
    for aim in AIMS:
        best = best_of_each_future(problem) if aim.measure is RiskMeasure.REGRET else None
        least = best_by_trying(problem, aim, best)
        values = None if best is None else np.array(best)
        bound = proven_loss(problem, aim, any_prices(rng, problem, aim), values)
        assert bound is not None
        if least is not None:
            assert bound <= least + 1e-12 * abs(least)


def test_the_prices_of_a_search_prove_what_it_says_of_them() -> None:
    """Computed again from weights and prices the bound is no lower than the route says, up to
    rounding (menus are tried here, which makes it higher), and never above the plan's worth.
    """
    compared = 0
    for seed in range(60):
        problem = random_risk(seed)
        if not has_prices(problem):
            continue
        found = by_weights(problem, AIMS[1], Options(seed=1))
        if found.late is None or found.certified is None or found.outcome.relaxation is None:
            continue
        its = RiskPrices(found.counts, found.late, dict(found.outcome.relaxation.prices))
        bound = proven_loss(problem, AIMS[1], its)
        assert bound is not None
        room = 1e-6 * max(abs(found.certified), 1.0)
        assert bound >= found.certified - room
        if found.outcome.objective is not None:
            assert bound <= found.outcome.objective + room
        compared += 1
    assert compared > 20


def test_weights_that_the_aim_does_not_allow_prove_nothing() -> None:
    """More weight on a future than its share of the worst tail, or weights that add up to more."""
    problem = next(p for p in map(random_risk, range(50)) if has_prices(p))
    aim, p = Aim(RiskMeasure.CVAR, tail=0.9), problem.probability
    its = any_prices(np.random.default_rng(0), problem, aim)
    assert proven_loss(problem, aim, its) is not None
    first = np.zeros_like(p)
    first[0] = 1.0
    for counts in (first, 1.5 * p, -p, np.full_like(p, np.nan)):
        assert proven_loss(problem, aim, replace(its, counts=counts)) is None


def test_robust_plans_have_no_such_certificate() -> None:
    """Their aim is no weighing of futures."""
    problem = next(p for p in map(random_risk, range(50)) if has_prices(p))
    its = any_prices(np.random.default_rng(0), problem, AIMS[0])
    assert proven_loss(problem, Aim(RiskMeasure.ROBUST), its) is None
