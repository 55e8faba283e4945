"""Levels, stock rooms and desks in a choice problem: further columns and rows, off the menu."""

from __future__ import annotations

import numpy as np
import pytest
from made_offers import Curves, Rosters, joined, random_joined
from oracles import judge
from strategies import simple_problem

from slopt.errors import InvalidInput
from slopt.plan.price_certificate import priced_bound
from slopt.problem.evaluate import evaluate
from slopt.problem.generated.columns import Part
from slopt.problem.generated.joining import with_offers
from slopt.problem.generated.merging import chained, kept, taken
from slopt.problem.generated.terms import terms_of
from slopt.problem.parts import part_of
from slopt.problem.precheck import contradictions
from slopt.problem.sharing import obstacle
from slopt.solve.highs import Options
from slopt.solve.solve import solve
from slopt.vocabulary import Goal, Status


def small(**changes):
    """Two segments with two tiers, one with a level, a stock room and a desk."""
    plain = simple_problem([[1, 2], [1, 2], [7, 7]], [[5, 1], [6, 1], [9, 9]], **changes)
    level = Curves(["s2"], [10], [30], [0.2], [1.0])
    room = Curves(["room"], [20], [30], [0.0], [1.0])
    return joined(plain, level, (Part.STOCK, room), (Part.STAFF, Rosters("desk", 3, 40, 5)))


def test_rows_and_columns_stand_in_their_order():
    """Segments, rooms, desks; tiers, then offers; foreign pairs are barred and worth nothing."""
    problem = small()
    assert problem.segments == ("s0", "s1", "s2", "room", "desk")
    assert (problem.segment_count, problem.menu_size) == (3, 2)
    assert [problem.part_of_row(s) for s in range(5)] == [
        Part.TIER, Part.TIER, Part.LEVEL, Part.STOCK, Part.STAFF,
    ]  # fmt: skip
    assert problem.admissible.sum(axis=1).tolist() == [2, 2, 4, 4, 2]
    assert not problem.admissible[2, :2].any()
    assert not problem.admissible[0, 2:].any()
    assert not np.any(problem.service_cost[~problem.admissible])
    assert problem.mean_weight.tolist() == [1 / 3, 1 / 3, 1 / 3, 0, 0]


def test_offers_have_words():
    """A tier has its name, a level is one, a roster says what it is; none today says nothing."""
    problem = small()
    assert problem.offer_name(0, 1) == "t1"
    assert problem.offer_name(2, 3) == "level"
    assert problem.offer_name(4, 3) == "5 people"
    assert problem.offer_name(4, -1) == ""


def test_a_problem_without_sources_is_the_one_it_was():
    """Where no source has a decider, nothing is added."""
    plain = simple_problem([[1, 2]], [[5, 1]])
    assert joined(plain, Curves([], [], [], [], [])) is plain


@pytest.mark.parametrize("seed", range(40))
def test_evaluation_follows_the_definitions(seed):
    """Money, level, menu, changes, limits and rules as an oracle of plain loops has them."""
    problem, rng = random_joined(seed), np.random.default_rng(seed)
    for _ in range(5):
        choice = np.array([rng.choice(np.flatnonzero(row)) if row.any() else 0
                           for row in problem.admissible])  # fmt: skip
        mine, its = evaluate(problem, choice), judge(problem, choice)
        assert mine.objective == pytest.approx(its.objective)
        assert mine.service_cost == pytest.approx(its.service_cost)
        assert (mine.tiers_used, mine.changes) == (its.tiers_used, its.changes)
        assert bool(mine.violations) == bool(its.violated)


def every_choice(problem):
    """All admissible choices of a problem."""
    import itertools

    return itertools.product(*(np.flatnonzero(row) for row in problem.admissible))


@pytest.mark.parametrize("seed", range(12))
def test_bounds_by_prices_leave_levels_off_the_menu(seed):
    """At any prices, with a menu that costs and is limited, no choice beats the proven bound."""
    rng = np.random.default_rng(seed)
    problem = small(open_cost=rng.uniform(0, 3, 2), max_tiers=int(rng.integers(1, 3)), budget=40.0)
    prices = {"budget": float(rng.uniform(0, 1))}
    values = [evaluate(problem, np.array(choice)) for choice in every_choice(problem)]
    best = min(value.objective for value in values if not value.violations)
    assert obstacle(problem) is None
    assert priced_bound(problem, prices) <= best + 1e-12


@pytest.mark.parametrize("seed", range(12))
def test_listed_offers_are_solved_with_their_menu(seed):
    """The best of all choices of the listed offers is found, whatever the menu costs."""
    rng = np.random.default_rng(seed)
    problem = small(open_cost=rng.uniform(0, 3, 2), max_tiers=int(rng.integers(1, 3)), budget=40.0)
    values = [evaluate(problem, np.array(choice)) for choice in every_choice(problem)]
    best = min(value.objective for value in values if not value.violations)
    assert solve(problem, Options(gap=0.0)).objective == pytest.approx(best)


def test_a_menu_that_is_too_small_is_not_said_of_levels():
    """Three rows without any tier in common need no more of the menu than the segments do."""
    problem = small(max_tiers=1)
    assert contradictions(problem) == ()
    assert solve(problem, Options()).status is not Status.INFEASIBLE


def test_names_that_stand_for_two_things_are_refused():
    """A stock room with the name of a segment is told so."""
    plain = simple_problem([[1, 2]], [[5, 1]])
    room = Curves(["s0"], [20], [30], [0.0], [1.0])
    with pytest.raises(InvalidInput, match="name of two things"):
        joined(plain, (Part.STOCK, room))


def test_offers_can_be_exchanged_and_come_back():
    """With other offers and then the first ones again the problem is the one that it was."""
    problem = small(budget=40.0)
    first = [made.offers for made in problem.generated.made]
    more = [chained(its, [taken(its, np.zeros((len(its.allowed), 1), dtype=int))]) for its in first]
    back = with_offers(with_offers(problem, more), first)
    assert back.replace(generated=problem.generated).same_as(problem)


def test_what_is_kept_is_needed_or_good():
    """Of more offers than fit the needed one stays, and the best by value."""
    room = Curves(["room"], [20], [30], [0.0], [1.0])
    offers = room.at(np.linspace(0, 1, 6)[None])
    needed = np.zeros((1, 6), dtype=bool)
    needed[0, 5] = True
    value = np.array([[3.0, 1.0, 2.0, 5.0, 4.0, 9.0]])
    left = kept(offers, value, 3, needed)
    assert left.service_level[0].tolist() == pytest.approx([0.2, 0.4, 1.0])


def test_todays_offer_is_known_wherever_it_stands():
    """`today` follows its offer through choosing some and chaining more."""
    room = Curves(["room"], [20], [30], [0.0], [1.0])
    offers = room.at(np.array([[0.1, 0.2, 0.3]]))
    from dataclasses import replace

    offers = replace(offers, today=np.array([2]))
    assert taken(offers, np.array([[2, 0]])).today.tolist() == [0]
    assert taken(offers, np.array([[0, 1]])).today.tolist() == [-1]
    assert chained(offers, [offers]).today.tolist() == [2]


def test_a_level_of_today_counts_as_a_change_when_it_moves():
    """max_changes sees a level that differs from today's, and the plan can stay."""
    from dataclasses import replace

    from slopt.problem.generated.joining import join

    level = Curves(["s0"], [10], [30], [0.2], [1.0])
    offers = replace(level.at(np.array([[0.5, 1.0]])), today=np.array([0]))
    plain = simple_problem([[0.0]], [[0.0]], max_changes=0)
    problem = join(plain, [(Part.LEVEL, level, offers)])
    assert problem.current.tolist() == [1]
    assert evaluate(problem, np.array([2])).changes == 1
    assert solve(problem, Options()).choice.tolist() == [1]


def test_terms_are_the_prices_of_what_a_decider_adds():
    """Budget on cost, cap on losses, floor by mean weight, resources on use, as the goal weighs."""
    problem = small(budget=40.0, max_lost_sales=90.0, min_service_level=0.5)
    level, room = problem.generated.made[:2]
    prices = {"budget": 0.5, "max_lost_sales": 0.25, "min_service_level": 6.0}
    terms = terms_of(problem, level, prices)
    assert terms.service_cost.tolist() == [1.5]
    assert terms.lost_sales.tolist() == [1.25]
    assert terms.service_level.tolist() == pytest.approx([2.0])
    assert terms_of(problem, room, prices).service_level.tolist() == [0.0]
    most = problem.replace(goal=Goal.MAX_SERVICE)
    assert terms_of(most, level, {}).service_cost.tolist() == [0.0]
    assert terms_of(most, level, {}).service_level.tolist() == pytest.approx([1 / 3])


def test_a_part_of_a_joint_problem_is_a_problem():
    """Rows can be looked at alone, for questions about what is possible at all."""
    part = part_of(small(), np.array([0, 2]))
    assert part.segments == ("s0", "s2")
    assert part.menu_size == 2
