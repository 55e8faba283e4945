"""Plans over futures by weights and prices, against full enumeration and against the program."""

from __future__ import annotations

import numpy as np
import pytest
from oracles import every_choice
from risk_cases import best_by_trying, best_of_each_future, random_risk, random_scenarios

from slopt.errors import UsageError
from slopt.problem.choice import ChoiceProblem
from slopt.problem.evaluate import evaluate
from slopt.problem.scenarios.aim import Aim, aim_value
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.solve.highs import Options
from slopt.solve.risk import by_futures
from slopt.solve.risk.by_model import solve_by_model
from slopt.solve.risk.by_weights import by_weights
from slopt.solve.risk.dispatch import prices_cannot, solve_for_risk
from slopt.solve.risk.losses import FuturePrices, Losses
from slopt.solve.risk.mixture import Mixture
from slopt.solve.risk.reserve import best_reserve
from slopt.solve.risk.weighing import Weighing
from slopt.vocabulary import Goal, Method, RiskMeasure, Status

AIMS = (
    Aim(),
    Aim(RiskMeasure.CVAR, 0.3, 1.0),
    Aim(RiskMeasure.CVAR, 0.5, 0.4),
    Aim(RiskMeasure.CVAR, 0.3, 1.0, chance=0.0),
    Aim(chance=0.3),
    Aim(RiskMeasure.REGRET),
)


def priced_problems(seeds: range) -> list[int]:
    """Seeds of `random_risk` whose problems prices can take."""
    return [seed for seed in seeds if prices_cannot(random_risk(seed)) is None]


@pytest.mark.parametrize("seed", priced_problems(range(60)))
def test_no_plan_beats_the_bound_and_what_is_called_best_is_best(seed: int) -> None:
    """Plans keep every limit and chance, bounds lie below the best of all choices and reserves."""
    problem = random_risk(seed)
    for aim in AIMS:
        best = None
        if aim.measure is RiskMeasure.REGRET:
            best = np.array(best_of_each_future(problem))
        true = best_by_trying(problem, aim, None if best is None else best.tolist())
        found = by_weights(problem, aim, Options(), best, Method.CORE)
        outcome = found.outcome
        if true is None:
            assert outcome.choice is None
            continue
        assert outcome.status is not Status.INFEASIBLE
        size = max(1.0, abs(true))
        assert outcome.bound is None or outcome.bound <= true + 1e-8 * size
        if outcome.choice is None:
            assert aim.chance
            continue
        judged = aim_value(problem, outcome.choice, aim, best, found.reserve)
        assert not judged.violations
        assert judged.loss == pytest.approx(outcome.objective, rel=1e-9, abs=1e-9)
        if outcome.status is Status.OPTIMAL:
            assert outcome.objective <= true + 1.01e-4 * size
        elif aim.measure is not RiskMeasure.REGRET:
            assert aim.chance


@pytest.mark.parametrize("seed", [1, 3, 12, 14])
def test_the_program_of_all_futures_gives_the_same_plan_value(seed: int) -> None:
    """Ten segments, thirty futures, units to reserve: both routes agree to the gap."""
    rng = np.random.default_rng(seed)
    problem = with_reserve(random_scenarios(rng, 30, Goal.MIN_TOTAL_COST, 10))
    for aim in AIMS[:3]:
        ours = by_weights(problem, aim, Options(), None, Method.CORE).outcome
        theirs = solve_by_model(problem, aim, Options(time_limit_s=20), gap=1e-6).outcome
        assert (ours.choice is None) == (theirs.choice is None)
        if ours.choice is not None:
            assert ours.objective == pytest.approx(theirs.objective, rel=2e-4)


def with_reserve(problem: ScenarioProblem) -> ScenarioProblem:
    """The problem where units of every other resource can be reserved."""
    resources = problem.base.size[2]
    cost = np.where(np.arange(resources) % 2 == 0, 0.3 * abs(problem.base.extra_premium), np.nan)
    problems = [problem.problem(w) for w in range(problem.count)]
    return ScenarioProblem.of(problem.base, problems, problem.probability, reserve_cost=cost)


@pytest.mark.parametrize("seed", priced_problems(range(100, 130)))
def test_any_weights_and_prices_of_late_units_give_a_bound(seed: int) -> None:
    """Whatever allowed weights: the averaged problem prices no choice above what the aim does."""
    problem, rng = random_risk(seed), np.random.default_rng(seed)
    aim = Aim(RiskMeasure.CVAR, 0.4, 0.7)
    losses = Losses.of(problem)
    weighing = Weighing.of(aim, problem.probability)
    counts = weighing.counts(rng.normal(size=problem.count))
    share = rng.random((problem.count, len(losses.resources)))
    late = losses.affordable(share * counts[:, None] * losses.premium)
    rows, coupling = losses.averaged(FuturePrices(counts, late))
    for one in list(every_choice(problem.base))[:40]:
        choice = losses.sharing.gather(np.array(one))
        if not np.array_equal(losses.sharing.spread(choice), one):
            continue
        own = rows.offset + rows.cost[np.arange(len(choice)), choice].sum()
        own += coupling.open_cost[np.unique(choice)].sum()
        reserve = losses.full_reserve(rng.random(len(losses.resources)) * losses.can_reserve)
        judged = aim_value(problem, np.array(one), aim, None, reserve)
        penalties = sum(breach.cost for breach in broken(problem, one))
        assert own <= judged.loss - penalties + 1e-9 * max(1.0, abs(own))


def broken(problem, choice):
    """The soft rules that a choice breaks at the case's own numbers."""
    return evaluate(problem.base, np.array(choice)).broken


@pytest.mark.parametrize("measure", [RiskMeasure.MEAN, RiskMeasure.CVAR])
def test_the_certificate_adds_up_again_from_the_futures_in_a_few_lines(measure) -> None:
    """Weights are allowed by the aim, and with the prices they give the bound that is told."""
    rng = np.random.default_rng(4)
    base = large_problem(rng, 40, 25)
    aim = Aim(measure, 0.2, 0.8)
    found = by_weights(base, aim, Options(), None, Method.CORE)
    q, y, own = found.counts, found.late, base.base
    p = base.probability
    assert q.sum() == pytest.approx(1)
    if measure is RiskMeasure.CVAR:
        assert np.all(q <= 0.2 * p + 0.8 * p / 0.2 + 1e-12)
        assert np.all(q >= 0.2 * p - 1e-12)
    assert np.all(y >= 0)
    assert np.all(y <= q[:, None] * base.extra_premium + 1e-12)
    prices = found.outcome.relaxation.prices
    cost = np.tensordot(q, base.service_cost + base.lost_sales, axes=1)
    cost = cost + np.einsum("wr,wrsk->sk", y, base.use)
    bound = -float((y * base.capacity).sum()) - prices["budget"] * own.budget * (1 + 1e-9)
    cost = cost + prices["budget"] * own.service_cost
    for r, name in enumerate(own.resources):
        cost = cost + prices[name] * own.use[r]
        bound -= prices[name] * own.capacity[r]
        extra = prices["budget"] * own.extra_premium[r] - prices[name]
        bound += min(0.0, extra) * own.extra_capacity[r] * (1 + 2e-9)
    bound += np.where(own.admissible, cost, np.inf).min(axis=1).sum()
    assert bound == pytest.approx(found.certified, rel=1e-7)
    assert bound <= found.outcome.objective
    assert found.outcome.status is Status.OPTIMAL


def large_problem(rng: np.random.Generator, segments: int, futures: int) -> ScenarioProblem:
    """Segments under a budget and two resources that may be exceeded, in so many futures."""
    step = np.arange(4) / 3
    size = rng.lognormal(3, 1, (segments, 1))
    cost = size * (0.3 + step**1.5) * rng.uniform(0.9, 1.1, (segments, 4))
    lost = size * rng.uniform(1, 3, (segments, 1)) * (1.2 - step)
    use = np.stack([size * (0.2 + step), size * (1 + step * rng.uniform(0, 1, (segments, 1)))])
    middle = use[:, :, 1].sum(axis=1)
    none = np.zeros((segments, 4))
    base = ChoiceProblem(
        segments=tuple(f"s{s}" for s in range(segments)),
        tiers=("low", "mid", "high", "top"),
        rank=np.arange(4),
        open_cost=np.zeros(4),
        weight=size[:, 0],
        current=np.full(segments, -1),
        service_level=np.broadcast_to(0.7 + 0.2 * step, (segments, 4)).copy(),
        service_cost=cost,
        lost_orders=lost,
        lost_customers=none,
        lost_prospects=none,
        lost_unsplit=none,
        barred=np.zeros((segments, 4), dtype=np.int8),
        resources=("a", "b"),
        use=use,
        capacity=0.95 * middle,
        extra_capacity=0.1 * middle,
        extra_premium=np.array([0.5, 0.7]),
        budget=float(cost[:, 2].sum()),
    )
    problems = [
        base.replace(
            lost_orders=lost * rng.lognormal(0, 0.1) * rng.lognormal(0, 0.6, (segments, 1)),
            use=use * rng.lognormal(0, 0.1),
        )
        for _ in range(futures)
    ]
    return ScenarioProblem.of(base, problems, np.full(futures, 1 / futures))


def test_the_same_question_has_the_same_digits() -> None:
    """Plan, bound, weights and prices do not depend on when they are asked for."""
    problem = large_problem(np.random.default_rng(7), 60, 40)
    aim = Aim(RiskMeasure.CVAR, 0.1)
    one, two = (by_weights(problem, aim, Options(gap=1e-5)) for _ in range(2))
    assert np.array_equal(one.outcome.choice, two.outcome.choice)
    assert one.outcome.bound == two.outcome.bound
    assert np.array_equal(one.counts, two.counts)
    assert one.outcome.relaxation.prices == two.outcome.relaxation.prices


@pytest.mark.parametrize("calls", [1, 2, 3])
def test_after_an_interruption_what_was_found_is_told(calls: int, monkeypatch) -> None:
    """INTERRUPTED with the plan and the bound of the solves before, or without one."""
    real, done = by_futures.solve_rows, []

    def interrupted(*arguments, **named):
        done.append(1)
        if len(done) >= calls:
            raise KeyboardInterrupt
        return real(*arguments, **named)

    monkeypatch.setattr(by_futures, "solve_rows", interrupted)
    problem = large_problem(np.random.default_rng(7), 60, 40)
    found = by_weights(problem, Aim(RiskMeasure.CVAR, 0.1), Options(gap=1e-9))
    assert found.outcome.status is Status.INTERRUPTED
    assert (found.outcome.choice is None) == (calls == 1)
    if calls > 1:
        assert found.outcome.bound <= found.outcome.objective


def test_without_time_nothing_false_is_told() -> None:
    """A plan with its true gap, or none; never that there is no plan."""
    problem = large_problem(np.random.default_rng(7), 60, 40)
    found = by_weights(problem, Aim(RiskMeasure.CVAR, 0.1), Options(gap=1e-9, time_limit_s=0.0))
    assert found.outcome.status in (Status.FEASIBLE, Status.NO_PLAN)


def test_the_mixture_of_all_pairs_and_futures_has_no_gap() -> None:
    """With every pair a column, the program's dual values prove what its mixture is worth."""
    problem = large_problem(np.random.default_rng(3), 30, 20)
    losses = Losses.of(problem)
    weighing = Weighing.of(Aim(RiskMeasure.CVAR, 0.2, 0.6), problem.probability)
    plan = by_weights(problem, Aim(), Options()).outcome.choice
    mixture = Mixture(losses, weighing, plan)
    others = np.argwhere(np.arange(4)[None, :] != plan[:, None])
    mixture.add_pairs(others[:, 0], others[:, 1])
    need, reserve = losses.need(plan), np.zeros(2)
    mixture.add_futures(np.arange(20), need, reserve)
    mixture.add_late(need, reserve)
    for _ in range(60):
        mixed = mixture.solve(10)
        loss, need = mixture.loss_of(mixed.share, mixed.reserve)
        rows, _ = losses.averaged(mixed.futures)
        bound = rows.dual(mixed.prices)[0]
        added = mixture.add_futures(np.arange(20), need, mixed.reserve)
        if not added + mixture.add_late(need, mixed.reserve):
            break
    assert bound == pytest.approx(weighing.value(loss), rel=1e-6)


@pytest.mark.parametrize("seed", range(12))
def test_the_units_reserved_are_the_best_ones(seed: int) -> None:
    """No level on a grid around them is better, under the mean and under the worst tail."""
    rng = np.random.default_rng(seed)
    base = large_problem(rng, 5, 12)
    problems = [base.problem(w) for w in range(base.count)]
    problem = ScenarioProblem.of(
        base.base, problems, rng.dirichlet(np.ones(12)), reserve_cost=np.array([0.2, np.nan])
    )
    losses = Losses.of(problem)
    choice = rng.integers(0, 4, 5)
    plain, need = losses.plain(choice), losses.need(choice)
    for aim in AIMS[:3]:
        weighing = Weighing.of(aim, problem.probability)
        units = best_reserve(losses, weighing, plain, need)
        reached = weighing.value(plain + losses.late_cost(need, units))
        for level in np.linspace(0, max(1.0, need[:, 0].max()), 60):
            tried = weighing.value(plain + losses.late_cost(need, np.array([level, 0.0])))
            assert reached <= tried + 1e-9 * abs(tried)
        assert units[1] == 0


def test_small_problems_are_exact_and_large_ones_priced() -> None:
    """`auto` is exact for four segments and takes prices for sixty; `pyomo` states anything."""
    small = large_problem(np.random.default_rng(1), 4, 6)
    large = large_problem(np.random.default_rng(1), 60, 6)
    aim = Aim(RiskMeasure.CVAR, 0.3)
    assert solve_for_risk(small, aim).outcome.gap <= 1e-12
    stated = solve_for_risk(small, aim, method=Method.PYOMO).outcome
    assert stated.objective == pytest.approx(solve_for_risk(small, aim).outcome.objective)
    priced = solve_for_risk(large, aim).outcome
    assert priced.method.needs_shared_rows
    stated = solve_for_risk(large, aim, method=Method.PYOMO).outcome
    assert stated.method is Method.PYOMO
    assert priced.objective == pytest.approx(stated.objective, rel=2e-4)


def test_prices_refuse_what_they_cannot_take() -> None:
    """A premium below 0 in any future is named, and the method that asked for it."""
    problem = large_problem(np.random.default_rng(1), 4, 6)
    problems = [problem.problem(w).replace(extra_premium=np.array([-1.0, 1.0])) for w in range(6)]
    cheap = ScenarioProblem.of(problem.base, problems, problem.probability)
    with pytest.raises(UsageError, match="cost less than its normal ones"):
        solve_for_risk(cheap, Aim(), method=Method.PRICES)


@pytest.mark.parametrize("measure", [RiskMeasure.MEAN, RiskMeasure.CVAR])
def test_limits_are_broken_in_no_more_futures_than_is_allowed(measure) -> None:
    """Forty segments: the plan keeps the chances, costs more than without them, and no more than
    one that is safe for sure."""
    problem = large_problem(np.random.default_rng(5), 40, 30)
    values = []
    for chance in (None, 0.4, 0.1):
        aim = Aim(measure, 0.2, chance=chance)
        found = by_weights(problem, aim, Options(gap=1e-3))
        judged = aim_value(problem, found.outcome.choice, aim, None, found.reserve)
        assert not judged.violations
        assert found.outcome.bound <= found.outcome.objective
        values.append(found.outcome.objective)
    assert values == sorted(values)


def test_chances_that_cannot_be_kept_are_named() -> None:
    """A resource that is too small in every future is at fault, and no other limit is."""
    problem = large_problem(np.random.default_rng(5), 40, 6)
    problems = [
        problem.problem(w).replace(
            capacity=np.array([0.0, 1e6]), extra_capacity=np.zeros(2), extra_premium=np.zeros(2)
        )
        for w in range(6)
    ]
    tight = ScenarioProblem.of(problem.base, problems, problem.probability)
    for chance in (0.0, 0.3):
        found = by_weights(tight, Aim(chance=chance), Options())
        assert found.outcome.status is Status.INFEASIBLE
        assert found.chances == ("a",)
        assert not found.outcome.conflict


def test_a_menu_is_decided_and_the_gap_closed() -> None:
    """Tiers that cost much to open, forty segments: proven, and as the program says."""
    problem = large_problem(np.random.default_rng(8), 40, 12)
    opening = np.array([0.0, 60.0, 90.0, 60.0])
    base = problem.base.replace(open_cost=opening, max_tiers=3)
    problems = [
        problem.problem(w).replace(open_cost=opening, max_tiers=3) for w in range(problem.count)
    ]
    priced = ScenarioProblem.of(base, problems, problem.probability)
    aim = Aim(RiskMeasure.CVAR, 0.3)
    ours = by_weights(priced, aim, Options()).outcome
    theirs = solve_by_model(priced, aim, Options(time_limit_s=20), gap=1e-6).outcome
    assert ours.status is Status.OPTIMAL
    assert ours.objective == pytest.approx(theirs.objective, rel=2e-4)


def test_units_reserved_and_late_units_need_not_be_known_together() -> None:
    """Premiums of twice what reserving costs, where few futures are known at first."""
    problem = large_problem(np.random.default_rng(9), 40, 50)
    problems = [problem.problem(w) for w in range(problem.count)]
    half = 0.5 * problem.base.extra_premium
    reserved = ScenarioProblem.of(problem.base, problems, problem.probability, reserve_cost=half)
    found = by_weights(reserved, Aim(RiskMeasure.CVAR, 0.1), Options(gap=1e-4))
    assert found.outcome.status is Status.OPTIMAL
    assert found.reserve.max() > 0
    without = by_weights(problem, Aim(RiskMeasure.CVAR, 0.1), Options(gap=1e-4))
    assert found.outcome.objective < without.outcome.objective
