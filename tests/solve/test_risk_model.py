"""Plans for uncertain numbers by their programs, against all choices and what is known by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from oracles import every_choice, judge
from risk_cases import best_by_trying, best_of_each_future, random_risk
from scipy.stats import norm
from strategies import GOALS, problem_with_choosers, simple_problem, with_resource

from slopt.errors import UsageError
from slopt.problem.evaluate import evaluate
from slopt.problem.prospect_pools import ProspectPool
from slopt.problem.scenarios.aim import Aim, aim_value, deviations
from slopt.problem.scenarios.question import RiskQuestion
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.solve.highs import Options
from slopt.solve.risk.by_model import best_of_one_future, solve_by_model
from slopt.solve.risk.stated_question import state
from slopt.vocabulary import RiskMeasure, Status

AIMS = {
    "mean": Aim(),
    "mean, no limit ever broken": Aim(chance=0.0),
    "the worst 30 %": Aim(RiskMeasure.CVAR, tail=0.3),
    "a blend": Aim(RiskMeasure.CVAR, tail=0.3, weight=0.4),
    "a blend, limits broken in 35 %": Aim(RiskMeasure.CVAR, tail=0.2, weight=0.5, chance=0.35),
    "regret": Aim(RiskMeasure.REGRET),
    "regret, limits broken in half": Aim(RiskMeasure.REGRET, chance=0.5),
    "two at their worst": Aim(RiskMeasure.ROBUST, at_worst=2),
    "one at its worst, limits broken in 25 %": Aim(RiskMeasure.ROBUST, at_worst=1, chance=0.25),
}


@pytest.mark.parametrize("seed", range(22))
@pytest.mark.parametrize("aim", AIMS.values(), ids=AIMS.keys())
def test_no_choice_and_no_reserve_is_better(aim: Aim, seed: int) -> None:
    """The program's loss is the least of all choices with their best reserves, each priced by plain
    loops; where it finds no plan no choice keeps what it must, and a reason is named."""
    problem = random_risk(seed + 1000)
    found = solve_by_model(problem, aim)
    best = best_of_each_future(problem) if aim.measure is RiskMeasure.REGRET else None
    expected = best_by_trying(problem, aim, best)
    if expected is None:
        assert found.outcome.status is Status.INFEASIBLE
        assert found.outcome.conflict or found.chances
        return
    assert found.outcome.status is Status.OPTIMAL
    assert found.outcome.objective == pytest.approx(expected, rel=1e-7, abs=1e-7)
    assert found.outcome.bound == pytest.approx(expected, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("goal", GOALS)
@pytest.mark.parametrize("seed", range(5))
def test_units_of_several_resources_are_reserved_each_for_itself(goal, seed: int) -> None:
    """Under the mean every resource has a newsvendor of its own."""
    problem = random_risk(seed + 2000, goal=goal, reserve=3)
    found = solve_by_model(problem, Aim())
    expected = best_by_trying(problem, Aim())
    if expected is None:
        assert found.outcome.status is Status.INFEASIBLE
    else:
        assert found.outcome.objective == pytest.approx(expected, rel=1e-7, abs=1e-7)


@pytest.mark.parametrize("seed", range(8))
def test_customers_who_choose_do_so_before_the_future_is_seen(seed: int) -> None:
    """Of the menus at the case's own numbers, the one best over the futures is found."""
    base = problem_with_choosers(seed)
    rng = np.random.default_rng(seed)
    moved = [
        base.replace(lost_orders=base.lost_orders * rng.uniform(0.2, 3, base.lost_orders.shape))
        for _ in range(3)
    ]
    problem = ScenarioProblem.of(base, moved, np.array([0.5, 0.25, 0.25]))
    aim = Aim(RiskMeasure.CVAR, tail=0.4)
    found = solve_by_model(problem, aim)
    every = (np.array(choice) for choice in every_choice(base))
    kept = [choice for choice in every if not evaluate(base, choice).violations]
    losses = [aim_value(problem, choice, aim).loss for choice in kept]
    if losses:
        assert found.outcome.objective == pytest.approx(min(losses))
    else:
        assert found.outcome.status is Status.INFEASIBLE


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("at_worst", [0, 1, 3, 9])
def test_the_robust_plan_stands_the_worst_set_of_segments(at_worst: int, seed: int) -> None:
    """Its loss is the least, over choices, of the most, over all sets of so many segments, of the
    value with these segments at their worst."""
    problem = random_risk(seed + 3000)
    found = solve_by_model(problem, Aim(RiskMeasure.ROBUST, at_worst=at_worst))
    worse, sign = deviations(problem), -1 if problem.base.goal.maximises else 1
    losses = []
    for choice in every_choice(problem.base):
        judged = judge(problem.base, choice)
        if not judged.violated:
            sets = itertools.combinations(range(len(choice)), min(at_worst, len(choice)))
            most = max(sum(worse[s, choice[s]] for s in chosen) for chosen in sets)
            losses.append(sign * judged.objective + most)
    if losses:
        assert found.outcome.objective == pytest.approx(min(losses), rel=1e-7, abs=1e-7)
    else:
        assert found.outcome.conflict


def one_segment(losses, probability, **further) -> ScenarioProblem:
    """One segment, a tier a column, a future a row of losses."""
    problems = [simple_problem([[0.0] * len(row)], [row]) for row in losses]
    base = simple_problem([[0.0] * len(losses[0])], [np.asarray(probability) @ np.array(losses)])
    return ScenarioProblem.of(base, problems, np.array(probability), **further)


def test_the_plan_of_least_regret_is_neither_the_mean_nor_the_worst_case_plan() -> None:
    """By hand. Losses of three tiers in two futures: (0, 100), (60, 50), (45, 80), the second with
    chance 0.9. Means: 90, 51, 76.5. Worst: 100, 60, 80. The best are 0 and 50, so regrets: 50, 60,
    45: the third tier."""
    problem = one_segment([[0, 60, 45], [100, 50, 80]], [0.1, 0.9])
    regret = solve_by_model(problem, Aim(RiskMeasure.REGRET))
    assert regret.outcome.choice is not None
    assert regret.outcome.choice[0] == 2
    assert regret.outcome.objective == pytest.approx(45)
    assert regret.best == pytest.approx([0, 50])
    mean = solve_by_model(problem, Aim()).outcome
    worst = solve_by_model(problem, Aim(RiskMeasure.CVAR, tail=1e-3)).outcome
    assert (mean.choice[0], mean.objective) == (1, pytest.approx(51))
    assert (worst.choice[0], worst.objective) == (1, pytest.approx(60))


def test_the_worst_futures_of_a_normal_loss_cost_their_closed_form() -> None:
    """Of a tier that loses 100 +- 20 and one that loses 130 for sure, the mean of the worst tail is
    100 + 20 density / tail: 135.1 for 10 %, 127.99 for 20 %. So caution changes the tier."""
    count = 1000
    risky = 100 + 20 * norm.ppf((np.arange(count) + 0.5) / count)
    problem = one_segment([[loss, 130.0] for loss in risky], np.full(count, 1 / count))
    for tail, tier in ((0.2, 0), (0.1, 1)):
        found = solve_by_model(problem, Aim(RiskMeasure.CVAR, tail=tail)).outcome
        closed = 100 + 20 * norm.pdf(norm.ppf(1 - tail)) / tail
        assert found.choice is not None
        assert found.choice[0] == tier
        assert found.objective == pytest.approx(min(closed, 130.0), abs=0.1)


def newsvendor(reserve_cost: float, premium: float, demand) -> ScenarioProblem:
    """One segment that needs `demand` units in its futures, none of them at hand."""
    one = with_resource(simple_problem([[0.0]], [[0.0]]), [[0.0]], 0.0, 0.0, premium)
    problems = [one.replace(use=np.array([[[units]]])) for units in demand]
    even = np.full(len(demand), 1 / len(demand))
    return ScenarioProblem.of(one, problems, even, reserve_cost=np.array([reserve_cost]))


def test_units_are_reserved_up_to_the_critical_ratio() -> None:
    """The newsvendor: a unit reserved costs 4, a late one 10, need is 100 +- 15: reserve its 60 %
    quantile, at a mean cost of 4 x 100 + 10 x 15 x density."""
    demand = 100 + 15 * norm.ppf((np.arange(1000) + 0.5) / 1000)
    found = solve_by_model(newsvendor(4.0, 10.0, demand), Aim())
    assert found.reserve[0] == pytest.approx(100 + 15 * norm.ppf(0.6), abs=0.05)
    expected = 4 * 100 + 10 * 15 * norm.pdf(norm.ppf(0.6))
    assert found.outcome.objective == pytest.approx(expected, rel=1e-3)


def test_a_cautious_planner_reserves_more() -> None:
    """Best in the worst 10 % alone: late units cost too much there, so the quantile of the worst
    futures, 1 - 0.4 x 10 %, is reserved (Gotoh and Takano 2007, EJOR 179(1), for no salvage)."""
    demand = 100 + 15 * norm.ppf((np.arange(1000) + 0.5) / 1000)
    found = solve_by_model(newsvendor(4.0, 10.0, demand), Aim(RiskMeasure.CVAR, tail=0.1))
    assert found.reserve[0] == pytest.approx(100 + 15 * norm.ppf(1 - 0.4 * 0.1), abs=0.1)


def test_nothing_is_reserved_where_late_units_are_no_dearer() -> None:
    """A unit reserved costs what a late one does, which may not be needed."""
    found = solve_by_model(newsvendor(10.0, 10.0, [1.0, 2.0, 3.0]), Aim())
    assert found.reserve.tolist() == [0.0]
    assert found.outcome.objective == pytest.approx(20.0)


def test_late_units_that_are_cheaper_come_last_all_the_same() -> None:
    """Each of the two units beyond capacity saves 3; nothing may be bought to save more."""
    one = with_resource(simple_problem([[0.0]], [[0.0]]), [[0.0]], 1.0, 0.0, -3.0)
    two = one.replace(use=np.array([[[3.0]]]))
    problem = ScenarioProblem.of(one, [one, two], np.array([0.5, 0.5]))
    assert solve_by_model(problem, Aim()).outcome.objective == pytest.approx(-3.0)


def test_only_the_chances_that_contradict_each_other_are_named() -> None:
    """The budget of 10 is broken in every future; the level is not, and is not named."""
    base = simple_problem([[9.0]], [[0.0]]).replace(budget=10.0, min_service_level=0.1)
    problem = ScenarioProblem.of(
        base, [base.replace(service_cost=np.array([[11.0]]))] * 2, np.array([0.5, 0.5])
    )
    found = solve_by_model(problem, Aim(chance=0.2))
    assert found.outcome.status is Status.INFEASIBLE
    assert found.chances == ("budget",)
    assert found.outcome.conflict == ()


def test_what_contradicts_itself_at_own_numbers_is_named_as_ever() -> None:
    """No tier is as cheap as the budget."""
    base = simple_problem([[9.0]], [[0.0]]).replace(budget=8.0)
    found = solve_by_model(ScenarioProblem.of(base, [base], np.ones(1)), Aim(chance=0.2))
    assert found.outcome.status is Status.INFEASIBLE
    assert found.outcome.conflict == ("budget",)
    assert found.chances == ()


def test_soft_rules_have_a_price_and_no_chance() -> None:
    """A soft rule that every future breaks is paid at own numbers and forbids nothing."""
    problem = next(
        one
        for one in (random_risk(seed) for seed in range(1, 200))
        if any(rule.is_soft and rule.kind.is_on_sum for rule in one.base.rules)
    )
    soft = {rule.name for rule in problem.base.rules if rule.is_soft}
    question = RiskQuestion(problem, Aim(chance=0.0))
    assert not soft.intersection(question.limits_with_a_chance)


def two_futures_of_a_budget(dear: float, own: float = 9.0) -> ScenarioProblem:
    """Two tiers; the better one costs 9, in the second of two futures `dear`; the budget is 10."""
    base = simple_problem([[1.0, own]], [[30.0, 0.0]]).replace(budget=10.0)
    worse = base.replace(service_cost=np.array([[1.0, dear]]))
    return ScenarioProblem.of(base, [base, worse], np.array([0.7, 0.3]))


def test_a_limit_is_broken_in_no_more_futures_than_allowed() -> None:
    """The better tier breaks the budget in three futures of ten: allowed at 0.4, not at 0.1."""
    problem = two_futures_of_a_budget(11.0)
    kept = solve_by_model(problem, Aim(chance=0.1)).outcome
    broken = solve_by_model(problem, Aim(chance=0.4)).outcome
    assert kept.choice is not None
    assert broken.choice is not None
    assert (kept.choice[0], broken.choice[0]) == (0, 1)


def test_a_price_is_told_of_a_chance_that_binds() -> None:
    """Two segments, one of which may break the budget in a future; more chance would be worth
    something."""
    base = simple_problem([[1, 9], [1, 9]], [[30, 0], [30, 0]]).replace(budget=18.0)
    futures = [
        base.replace(service_cost=base.service_cost + np.array(add))
        for add in ([[0, 2.0], [0, 0]], [[0, 0], [0, 2.0]], [[0, 0], [0, 0]])
    ]
    problem = ScenarioProblem.of(base, futures, np.array([0.3, 0.3, 0.4]))
    outcome = solve_by_model(problem, Aim(chance=0.4)).outcome
    assert outcome.relaxation is not None
    assert outcome.relaxation.prices["chance[budget]"] > 0


def test_cut_short_claims_no_more_than_is_known() -> None:
    """With next to no time there is no plan, or one with a bound that lies below what it loses."""
    rng = np.random.default_rng(5)
    base = simple_problem(rng.uniform(1, 9, (40, 4)), rng.uniform(1, 9, (40, 4)))
    base = base.replace(budget=1.1 * base.service_cost.min(axis=1).sum())
    moved = [
        base.replace(service_cost=base.service_cost * rng.uniform(0.6, 1.4, (40, 4)))
        for _ in range(30)
    ]
    problem = ScenarioProblem.of(base, moved, np.full(30, 1 / 30))
    aim = Aim(RiskMeasure.CVAR, tail=0.2, chance=0.2)
    found = solve_by_model(problem, aim, Options(time_limit_s=0.0)).outcome
    assert found.status in (Status.NO_PLAN, Status.FEASIBLE)
    assert (found.choice is None) == (found.status is Status.NO_PLAN)
    if found.bound is not None and found.objective is not None:
        assert found.bound < found.objective


def test_what_the_program_does_not_state_is_refused() -> None:
    """Prospects that segments share are refused in one sentence."""
    base = simple_problem([[1.0, 2.0]], [[3.0, 1.0]])
    points = np.array([0.0, 3.0])
    pool = ProspectPool("town", 100.0, 5.0, np.array([[3.0, 1.0]]), points, 4 * points, 1.0)
    pooled = base.replace(pools=(pool,))
    with pytest.raises(UsageError, match="prospects that segments share"):
        solve_by_model(ScenarioProblem.of(pooled, [pooled], np.ones(1)), Aim())


@pytest.mark.parametrize("seed", range(12))
def test_one_future_known_beforehand_is_planned_exactly(seed: int) -> None:
    """Its best value is that of trying everything, penalties at own numbers included."""
    problem = random_risk(seed + 4000)
    known = [best_of_one_future(problem, w, Options()) for w in range(problem.count)]
    if known[0] is not None:
        assert known == pytest.approx(best_of_each_future(problem), rel=1e-7, abs=1e-7)


def test_a_limit_that_nothing_can_break_takes_no_row() -> None:
    """No row for the future in which the budget of the case's own numbers is enough, and no
    decision where breaking it once would be too often."""
    program = state(RiskQuestion(two_futures_of_a_budget(11.0), Aim(chance=0.4))).program
    none = state(RiskQuestion(two_futures_of_a_budget(11.0), Aim(chance=0.1))).program
    roomy = state(RiskQuestion(two_futures_of_a_budget(9.5), Aim(chance=0.1))).program
    assert roomy.size[:2] == (2, 2)
    assert none.size[:2] == (2, 3)
    assert program.size[:2] == (3, 3)
    assert program.row_upper.max() == pytest.approx(10.0)
    assert program.value.min() == pytest.approx(-1.0)


def test_of_plans_as_good_in_the_worst_future_the_one_of_the_least_mean_is_taken() -> None:
    """Both tiers lose 100 in the worst future, which alone counts; in the other 50 or 10."""
    problem = one_segment([[50, 10], [100, 100]], [0.5, 0.5])
    for aim in (Aim(RiskMeasure.CVAR, tail=0.5), Aim(RiskMeasure.CVAR, tail=0.5, chance=0.0)):
        found = solve_by_model(problem, aim).outcome
        assert found.choice is not None
        assert (found.choice[0], found.objective) == (1, pytest.approx(100))
