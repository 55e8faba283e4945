"""What must hold whatever the numbers: limits, scale, order, dominated tiers, halves, rules."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracles import judge
from strategies import permuted, problems, random_problem

from slopt.problem.matrix import assemble
from slopt.solve.highs import Options, run
from slopt.solve.solve import solve
from slopt.vocabulary import Goal, Status

MONEY = [Goal.MIN_TOTAL_COST, Goal.MIN_LOST_SALES, Goal.MIN_BUDGET]
FEW = settings(max_examples=30)


def value(problem):
    """Minimised value of the best plan, infinite without one."""
    outcome = solve(problem)
    if outcome.objective is None:
        assert outcome.status is Status.INFEASIBLE
        return np.inf
    return -outcome.objective if problem.goal.maximises else outcome.objective


def relaxed_value(problem):
    """Minimised value of the relaxation as reported, infinite without one."""
    answer = run(assemble(problem).relaxed(), Options())
    return np.inf if answer.objective is None else answer.objective


@FEW
@given(problems(), st.integers(0, 40))
def test_more_budget_never_hurts(problem, more):
    """The best plan with a larger budget is at least as good, and none appears to be lost."""
    assume(problem.budget is not None)
    assert value(problem.replace(budget=problem.budget + more)) <= value(problem) + 1e-6


@FEW
@given(problems())
def test_removing_any_limit_or_rule_never_hurts(problem):
    """Each limit and each rule taken away alone leaves the best plan at least as good."""
    with_all = value(problem)
    for name in ("budget", "max_tiers", "max_changes", "min_service_level", "max_lost_sales"):
        if getattr(problem, name) is not None:
            assert value(problem.replace(**{name: None})) <= with_all + 1e-6
    for rule in problem.rules:
        others = tuple(r for r in problem.rules if r is not rule)
        assert value(problem.replace(rules=others)) <= with_all + 1e-6


@FEW
@given(st.integers(0, 10**6), st.sampled_from(MONEY), st.sampled_from([1e-3, 4.0, 1e5]))
def test_scaling_money_scales_the_objective(seed, goal, factor):
    """All money, the limits in money and the premiums times f: the objective times f."""
    problem = random_problem(seed, goal=goal, plain=True)
    money = ("service_cost", "lost_orders", "lost_customers", "lost_prospects", "lost_unsplit")
    scaled = problem.replace(
        **{name: getattr(problem, name) * factor for name in (*money, "extra_premium")},
        **{
            name: None if getattr(problem, name) is None else getattr(problem, name) * factor
            for name in ("budget", "max_lost_sales")
        },
    )
    assert value(scaled) == pytest.approx(factor * value(problem), rel=1e-7, abs=1e-7 * factor)


@FEW
@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_segments_changes_nothing(problem, random):
    """Any permutation of the segments gives a plan of the same value."""
    order = list(range(len(problem.segments)))
    random.shuffle(order)
    other = permuted(problem, order)
    assert value(other) == pytest.approx(value(problem), abs=1e-6)
    outcome = solve(other)
    if outcome.choice is not None:
        back = np.empty_like(outcome.choice)
        back[order] = outcome.choice
        assert judge(problem, back).objective == pytest.approx(outcome.objective, abs=1e-6)


@FEW
@given(problems(plain=True), st.integers(0, 5))
def test_a_dominated_tier_changes_nothing(problem, dearer):
    """A copy of the first tier that costs more, uses more and is never cheaper is not needed."""
    segments = len(problem.segments)
    assume(problem.max_changes is None)

    def twice(values):
        return np.concatenate([values, values[..., :1]], axis=-1)

    more = problem.replace(
        tiers=(*problem.tiers, "copy"),
        rank=twice(problem.rank),
        open_cost=twice(problem.open_cost),
        barred=twice(problem.barred),
        use=np.concatenate([problem.use, problem.use[:, :, :1] + dearer], axis=2),
        service_cost=np.hstack([problem.service_cost, problem.service_cost[:, :1] + dearer]),
        **{
            name: twice(getattr(problem, name))
            for name in (
                "service_level",
                "lost_orders",
                "lost_customers",
                "lost_prospects",
                "lost_unsplit",
            )
        },
    )
    assume(not (problem.extra_premium < 0).any())  # more use may then be cheaper
    assert more.size[:2] == (segments, problem.size[1] + 1)
    assert value(more) == pytest.approx(value(problem), abs=1e-6)


@FEW
@given(st.integers(0, 10**6), st.sampled_from(MONEY), st.integers(0, 5))
def test_two_equal_halves_leave_the_bound_of_the_relaxation(seed, goal, which):
    """A segment split into two with half of everything: the relaxation's value stays."""
    problem = random_problem(seed, goal=goal, plain=True)
    which %= len(problem.segments)
    half = np.ones(len(problem.segments) + 1)
    half[[which, -1]] = 0.5
    order = [*range(len(problem.segments)), which]
    split = problem.replace(
        segments=(*problem.segments, "half"),
        current=problem.current[order],
        weight=problem.weight[order] * half,
        barred=problem.barred[order],
        service_level=problem.service_level[order],
        use=problem.use[:, order] * half[:, None],
        max_changes=None,
        **{
            name: getattr(problem, name)[order] * half[:, None]
            for name in (
                "service_cost",
                "lost_orders",
                "lost_customers",
                "lost_prospects",
                "lost_unsplit",
            )
        },
    )
    problem = problem.replace(max_changes=None)
    assume(problem.weight.sum() > 0)
    assert relaxed_value(split) == pytest.approx(relaxed_value(problem), abs=1e-6)


@FEW
@given(problems())
def test_the_relaxation_is_never_worse_than_the_plan(problem):
    """Mixing tiers can only help, and a tier limit cannot exclude what the relaxation holds."""
    assert relaxed_value(problem) * (-1 if problem.goal.maximises else 1) <= value(problem) + 1e-6


@FEW
@given(problems())
def test_a_firm_rule_is_never_cheaper_than_a_soft_one(problem):
    """Giving every firm rule a price instead can only improve the goal."""
    from dataclasses import replace

    soft = problem.replace(
        rules=tuple(r if r.is_soft else replace(r, penalty=0.5) for r in problem.rules)
    )
    assert value(soft) <= value(problem) + 1e-6
