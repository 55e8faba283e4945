"""Why this tier: what each alternative costs the plan, and at which price the choice flips."""

from __future__ import annotations

import numpy as np
import pytest
from oracles import brute_force
from strategies import random_problem, simple_problem

from slopt.engine.solving import options_of
from slopt.plan.plan import make_plan
from slopt.problem.choice import Bar
from slopt.solve.highs import Options
from slopt.solve.solve import solve
from slopt.study.at_prices import AtPrices
from slopt.study.close_calls import close_calls
from slopt.study.explain import explain
from slopt.vocabulary import Status


def pinned(problem, segment, tier):
    """The problem with one segment pinned to a tier."""
    barred = problem.barred.copy()
    barred[segment, np.arange(len(problem.tiers)) != tier] |= Bar.FIXED_TIER
    return problem.replace(barred=barred)


def without(problem, segment, tier):
    """The problem with one pair forbidden."""
    barred = problem.barred.copy()
    barred[segment, tier] |= Bar.NOT_OFFERED
    return problem.replace(barred=barred)


def plans(seeds):
    """(problem, plan) of the random problems that have one."""
    for seed in seeds:
        problem = random_problem(seed)
        outcome = solve(problem)
        if outcome.choice is not None:
            yield problem, make_plan(None, problem, outcome)


def test_cost_of_an_alternative_equals_trying_all_with_it_pinned():
    """Best plan with the tier pinned, less the best plan; impossible where there is none."""
    seen = impossible = 0
    for problem, plan in plans(range(9500, 9540)):
        for entry in explain(plan, Options(gap=0.5)):
            for option in entry.alternatives:
                if option.barred is not None:
                    assert not problem.admissible[entry.segment, option.tier]
                    continue
                _, its = brute_force(pinned(problem, entry.segment, option.tier))
                assert option.possible == (its is not None)
                if its is None:
                    impossible += 1
                    continue
                seen += 1
                assert option.plan == pytest.approx(abs(its.objective - plan.objective), abs=1e-5)
    assert seen > 60
    assert impossible > 20


def test_next_best_is_the_cheapest_possible_alternative():
    """It is what the plan costs at least without the chosen tier, and tells the close calls."""
    for problem, plan in plans(range(9540, 9560)):
        for entry in explain(plan, Options()):
            _, its = brute_force(without(problem, entry.segment, entry.tier))
            if its is None:
                assert close_calls(plan, [entry.segment], Options(gap=0.0), 9.0) == {
                    entry.segment: False
                }
                assert entry.next_best is None
                continue
            expected = abs(its.objective - plan.objective)
            assert entry.next_best.plan == pytest.approx(expected, abs=1e-5)
            for share in (0.01, 0.05, 0.2):
                room = share * abs(plan.objective)
                if abs(expected - room) > 1e-5:
                    calls = close_calls(plan, [entry.segment], Options(gap=0.0), share)
                    assert calls == {entry.segment: expected < room}


def test_at_the_flip_price_the_choice_stops_being_the_cheapest():
    """With one price moved to the flip the two tie and no tier is cheaper; past it, one is."""
    seen = 0
    for problem, plan in plans(range(9560, 9600)):
        at_prices = AtPrices(plan, plan.outcome.relaxation)
        for entry in explain(plan, Options()):
            priced = at_prices.value[entry.segment]
            terms = {name: all_terms[entry.segment] for name, all_terms in at_prices.terms.items()}
            for flip in entry.flips:
                term = terms[flip.limit]
                at_flip = priced + (flip.at - flip.now) * term
                assert flip.at >= 0
                assert flip.tier != entry.tier
                assert at_flip[flip.tier] == pytest.approx(at_flip[entry.tier], abs=1e-6)
                possible = problem.admissible[entry.segment]
                assert at_flip[entry.tier] <= at_flip[possible].min() + 1e-6
                rises = term[entry.tier] > term[flip.tier]
                past = at_flip + (1e-3 if rises else -1e-3) * term
                assert past[flip.tier] < past[entry.tier]
                assert rises == (flip.at >= flip.now) or flip.at == flip.now
                seen += 1
    assert seen > 50


def test_flip_of_a_budget_by_hand():
    """One more unit of cost saves 4, two more save 5: at a price of 4 the choice falls back.

    Costs 1, 2, 3 and losses 9, 5, 4 tie the second and the first at a budget price of 3, the
    second and the third at 0. With room in the budget its price is 0 now.
    """
    problem = simple_problem([[1, 2, 3.5]], [[9, 5, 4]], budget=2.5)
    plan = make_plan(None, problem, solve(problem))
    (entry,) = explain(plan, Options())
    assert plan.tiers == ["t1"]
    (flip,) = entry.flips
    assert (flip.limit, flip.now) == ("budget", 0)
    assert flip.at == pytest.approx(3)
    assert plan.problem.tiers[flip.tier] == "t0"
    priced = problem.values[0] + 3.01 * problem.service_cost[0]
    assert priced.argmin() == 0


def test_others_that_move_are_named():
    """Pinning the dear tier for one segment takes it from the other, at a budget for one."""
    problem = simple_problem([[1, 5], [1, 5]], [[9, 0], [9, 1]], budget=6.0)
    plan = make_plan(None, problem, solve(problem))
    assert plan.tiers == ["t1", "t0"]
    second = explain(plan, Options())[1]
    (option,) = second.alternatives
    assert option.plan == pytest.approx(1)
    assert option.alone == pytest.approx(-4)
    assert [(m.segment, m.before, m.after) for m in option.others] == [(0, 1, 0)]


def test_barred_alternatives_come_last_and_are_named():
    """A contract ceiling is told by its column, and never counted as next best."""
    barred = np.array([[0, 0, Bar.MAX_TIER]], dtype=np.int8)
    problem = simple_problem([[1, 2, 3]], [[5, 1, 0]], barred=barred)
    plan = make_plan(None, problem, solve(problem))
    (entry,) = explain(plan, Options())
    assert [option.barred for option in entry.alternatives] == [None, "max_tier"]
    assert entry.next_best.tier == 0


def test_explaining_an_unproven_plan_uses_prices_alone():
    """What the best plan would be with another tier is not asked where the best is not known."""
    problem = simple_problem([[1, 5], [1, 5]], [[9, 0], [9, 1]], budget=6.0)
    plan = make_plan(None, problem, solve(problem).replace(status=Status.FEASIBLE))
    for entry in explain(plan, Options()):
        assert all(option.plan is None for option in entry.alternatives)
        assert all(option.by_prices is not None for option in entry.alternatives)


def test_explanations_of_tiny(solved):
    """small in basic costs the plan 625 more, by the list of all combinations: 37,000."""
    plan = solved("tiny").plan
    small = explain(plan, options_of(plan.case), [2])[0]
    by_tier = {plan.problem.tiers[option.tier]: option for option in small.alternatives}
    # With small in basic the best plan is standard, standard, basic: 37,000.
    assert by_tier["basic"].plan == pytest.approx(625)
    assert [(m.segment, m.before, m.after) for m in by_tier["basic"].others] == [
        (0, 2, 1),
        (1, 0, 1),
    ]
    assert by_tier["premium"].plan == pytest.approx(49500 - 36375)


def test_flips_of_tiny(solved):
    """From the table of steps: key goes back to standard where the budget costs 1.875 - 1.

    regular is the segment that the relaxation splits, so it ties at the price of now, 5/3 - 1.
    small is in standard only because whole tiers must fit: at that price basic is cheaper for it,
    and no price is told.
    """
    plan = solved("tiny").plan
    key, regular, small = explain(plan, options_of(plan.case))
    (flip,) = key.flips
    assert (flip.limit, plan.problem.tiers[flip.tier]) == ("budget", "standard")
    assert flip.at == pytest.approx(0.875)
    (flip,) = regular.flips
    assert plan.problem.tiers[flip.tier] == "standard"
    assert flip.at == flip.now == pytest.approx(2 / 3)
    assert small.flips == ()
