"""Two plans side by side: moves and their causes, the bridge, the limits."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import brute_force
from strategies import make_case, random_case

from slopt.case.load import load_case
from slopt.engine.solving import solve_case
from slopt.errors import InvalidInput, UsageError
from slopt.problem.build import build_problem
from slopt.problem.evaluate import evaluate
from slopt.shipped import examples
from slopt.study.compare.attribution import fewest_moves
from slopt.study.compare.binding import Turn
from slopt.study.compare.bridge import PARTS, Money, StepKind
from slopt.study.compare.causes import INPUTS, Cause
from slopt.study.compare.changes import changes_between
from slopt.study.compare.comparison import compare_sides
from slopt.study.compare.files import bridge_rows, comparison_document
from slopt.study.compare.mixture import Mixture, with_segments
from slopt.study.compare.side import side_of_choice, side_of_plan, side_of_today

SEEDS = st.integers(0, 10_000)


def example(name, **settings):
    """A shipped example with other settings."""
    return load_case(examples()[name], {key.replace("__", "."): v for key, v in settings.items()})


def best(case, label="plan"):
    """The side of the best plan of a case."""
    plan = solve_case(case, next_steps=False).plan
    assert plan is not None
    return side_of_plan(label, plan)


def anyone(case, seed):
    """The side of some tiers, whatever they are worth."""
    rng = np.random.default_rng(seed)
    return side_of_choice("any", case, rng.integers(0, len(case.tiers), len(case.segments)))


def assert_adds_up(found):
    """The steps add up to the change of every part, with the same bits in any order."""
    bridge = found.bridge
    for part in (*PARTS, "lost_sales", "total_cost"):
        amounts = [getattr(step.money, part) for step in bridge.steps]
        change = getattr(bridge.end, part) - getattr(bridge.start, part)
        assert sum(amounts) == change
        assert sum(amounts, getattr(bridge.start, part)) == getattr(bridge.end, part)
        random.Random(1).shuffle(amounts)
        assert sum(amounts) == change
        exact = sum((Fraction(amount) for amount in amounts), Fraction(0))
        ends = Fraction(getattr(bridge.end, part)) - Fraction(getattr(bridge.start, part))
        assert exact == ends
    size = max(abs(side.evaluation.total_cost) for side in (found.a, found.b))
    for end, side in ((bridge.start, found.a), (bridge.end, found.b)):
        assert end.total_cost == pytest.approx(side.evaluation.total_cost, abs=1e-12 * size)
    moves = [step.money for step in bridge.steps if step.kind is StepKind.MOVES]
    assert sum(moves, Money()) == sum(bridge.moved.values(), Money())


@settings(max_examples=30)
@given(SEEDS, SEEDS, SEEDS)
def test_every_bridge_adds_up_to_the_last_bit(first, second, seed):
    """Between any two cases and any tiers, whatever segments, tiers and resources they share."""
    a, b = random_case(first), random_case(second)
    assert_adds_up(compare_sides(anyone(a, seed), anyone(b, seed + 1)))


@settings(max_examples=30)
@given(SEEDS, SEEDS)
def test_a_mixture_leads_from_one_case_to_the_other(first, second):
    """With nothing taken over it is worth what A is, with everything what B is."""
    a, b = random_case(first), random_case(second)
    mixture = Mixture(a, b)
    for case, taken, here in ((a, (), mixture.in_a), (b, INPUTS, mixture.in_b)):
        choice = anyone(case, first).choice
        mixed = with_segments(mixture.problem(taken), here)
        its = mixture.choice_of(case, choice)[here]
        expected, value = evaluate(build_problem(case), choice), evaluate(mixed, its)
        for name in ("total_cost", "lost_sales", "service_level", "objective"):
            assert getattr(value, name) == pytest.approx(
                getattr(expected, name), rel=1e-9, abs=1e-6
            )
        assert [b.rule for b in value.violations] == [b.rule for b in expected.violations] or {
            b.rule for b in value.violations
        } == {b.rule for b in expected.violations}


@settings(max_examples=30)
@given(SEEDS)
def test_only_what_differs_is_named(seed):
    """A case differs in nothing from itself read again, and in its budget once that is changed."""
    a = random_case(seed)
    assert changes_between(a, random_case(seed)) == []
    (change,) = changes_between(a, a.with_limits(budget=12_345.0))
    assert (change.cause, change.place, change.after) == (Cause.BUDGET, "limits.budget", 12_345.0)


def with_column(case, table, column, change):
    """The case with one column of a table changed."""
    its = case.table(table)
    columns = {name: its.column(name) for name in its}
    columns[column] = change(np.array(columns[column]))
    new = type(its)(table, columns, its.rows, its.file)
    return case.replace(tables={**case.tables, table: new})


def scaled(table, column, factor):
    """A change of one column by a factor."""
    return lambda case: with_column(case, table, column, lambda values: values * factor)


PLANTED = {
    Cause.BUDGET: lambda case: case.with_limits(budget=9_000_000.0),
    Cause.MAX_CHANGES: lambda case: case.with_limits(max_changes=4),
    Cause.COSTS: scaled("offers", "service_cost", np.linspace(0.5, 1.5, 172)),
    Cause.PRICES: scaled("segments", "margin", 0.3),
    Cause.LEVELS: scaled("offers", "service_level", np.linspace(0.6, 1.0, 172)),
    Cause.DEMAND: scaled("segments", "orders_per_customer", 0.4),
    Cause.RESPONSE: scaled("response", "lost_order_share", 0.1),
    Cause.CAPACITY: scaled("resources", "capacity", 0.64),
}


@pytest.mark.parametrize("cause", PLANTED)
def test_moves_belong_to_the_one_input_that_was_changed(solved, cause):
    """In a real case with one planted change every move is because of it, or a tie."""
    before = solved("scms_deliveries").plan.case
    changed = PLANTED[cause](before)
    found = compare_sides(best(before), best(changed))
    assert found.causes == (cause,)
    assert found.moves
    assert {move.causes for move in found.moves} <= {(cause,), (Cause.CLOSE,)}
    assert any(move.causes == (cause,) for move in found.moves)
    assert_adds_up(found)


def small_tables(rng, segments=4, tiers=3):
    """Offers with whole random costs and losses, the better tier dearer."""
    rows = []
    for s in range(segments):
        cost = np.sort(rng.integers(1, 400, tiers))
        lost = np.sort(rng.integers(1, 900, tiers))[::-1]
        for t in range(tiers):
            rows.append(
                {
                    "segment": f"s{s}",
                    "tier": f"t{t}",
                    "service_cost": int(cost[t]),
                    "lost_sales": int(lost[t]),
                }
            )
    return {
        "segments": [{"segment": f"s{s}", "customers": 1} for s in range(segments)],
        "tiers": [{"tier": f"t{t}", "service_level": 0.5 + t / 10} for t in range(tiers)],
        "offers": rows,
    }


@settings(max_examples=25)
@given(SEEDS)
def test_causes_are_those_of_the_best_plans_in_between_by_brute_force(seed):
    """Budget first, then costs: who moves for the budget is found by trying every choice."""
    rng = np.random.default_rng(seed)
    tables = small_tables(rng)
    budgets = rng.integers(300, 1100, 2).tolist()
    a = make_case(tables, {"limits.budget": str(budgets[0])})
    for row in tables["offers"]:
        row["service_cost"] = int(row["service_cost"] * rng.uniform(0.5, 1.5))
    b = make_case(tables, {"limits.budget": str(budgets[1])})
    middle = a.with_limits(budget=float(budgets[1]))
    choices = [brute_force(build_problem(case))[0] for case in (a, middle, b)]
    if any(choice is None for choice in choices):
        return
    found = compare_sides(best(a), best(b))
    assert_adds_up(found)
    plans = [np.array(best(case).choice) for case in (a, middle, b)]
    for case, plan, choice in zip((a, middle, b), plans, choices, strict=True):
        problem = build_problem(case)
        value = evaluate(problem, plan).objective
        assert value == pytest.approx(evaluate(problem, np.array(choice)).objective)
    for move in found.moves:
        s = a.segments.index(move.segment)
        assert (move.before, move.after) == (a.tiers[plans[0][s]], a.tiers[plans[2][s]])
    unique = all(
        np.array_equal(plan, choice) for plan, choice in zip(plans, choices, strict=True)
    ) and not any(
        _has_ties(build_problem(case), case_choice)
        for case, case_choice in zip((a, middle, b), choices, strict=True)
    )
    if unique and budgets[0] != budgets[1]:
        for move in found.moves:
            s = a.segments.index(move.segment)
            first = Cause.BUDGET if plans[0][s] != plans[1][s] else Cause.COSTS
            assert move.causes == (first,)


def _has_ties(problem, choice):
    from oracles import feasible_choices

    value = evaluate(problem, np.array(choice)).objective
    near = [c for c, judged in feasible_choices(problem) if abs(judged.objective - value) < 1e-6]
    return len(near) > 1


def test_a_plan_is_the_same_as_itself(solved):
    """Nothing moves, nothing changes, no step, and the document says so."""
    side = best(solved("tiny").plan.case)
    found = compare_sides(side, side)
    assert found.is_same
    assert found.moves == ()
    assert found.bridge.steps == ()
    document = comparison_document(found, 0.0)
    assert document["same_plan"]
    assert document["same_inputs"]
    assert document["bridge"] == []


def test_the_same_plan_at_other_costs_moves_nobody():
    """Where costs of one tier that nobody can leave rise, the bridge is that one step."""
    case = example("tiny")
    dearer = with_column(case, "tiers", "cost_per_order", lambda values: values + 1)
    choice = best(case).choice
    found = compare_sides(side_of_choice("A", case, choice), side_of_choice("B", dearer, choice))
    assert found.is_same_plan
    assert not found.is_same
    (step,) = found.bridge.steps
    assert (step.kind, step.causes) == (StepKind.INPUTS, (Cause.COSTS,))
    assert step.money.total_cost == 100 * 2 + 300 + 200


def test_todays_tiers_move_by_choice_alone():
    """The inputs of today and of the plan are the same; tiny is solved by hand in SOURCE.md."""
    case = example("tiny")
    found = compare_sides(side_of_today("today", case), best(case))
    assert {(m.segment, m.before, m.after) for m in found.moves} == {
        ("key", "standard", "premium"),
        ("small", "basic", "standard"),
    }
    assert {move.causes for move in found.moves} == {(Cause.PLAN,)}
    assert [row["amount"] for row in bridge_rows(found)] == [-3625.0]


def test_two_plans_of_equal_value_differ_by_a_close_call():
    """Two segments alike, and money for one of them: which one has the tier is a tie."""
    tables = {
        "segments": [{"segment": s, "customers": 1} for s in ("x", "y")],
        "tiers": [{"tier": "t0", "service_level": 0.5}, {"tier": "t1", "service_level": 0.9}],
        "offers": [
            {"segment": s, "tier": t, "service_cost": cost, "lost_sales": lost}
            for s in ("x", "y")
            for t, cost, lost in (("t0", 0, 100), ("t1", 50, 10))
        ],
    }
    case = make_case(tables, {"limits.budget": "50"})
    side = best(case)
    other = replace(
        side,
        choice=side.choice[::-1].copy(),
        evaluation=evaluate(side.problem, side.choice[::-1].copy()),
    )
    found = compare_sides(side, other)
    assert [move.causes for move in found.moves] == [(Cause.CLOSE,)] * 2
    assert found.bridge.end.total_cost == found.bridge.start.total_cost


def test_segments_of_one_side_alone_are_gone_or_new():
    """Cases without a segment in common: all of A's money goes, all of B's comes."""
    first = make_case(small_tables(np.random.default_rng(1)))
    tables = small_tables(np.random.default_rng(2))
    for rows in (tables["segments"], tables["offers"]):
        for row in rows:
            row["segment"] = "other " + row["segment"]
    found = compare_sides(best(first), best(make_case(tables)))
    assert_adds_up(found)
    assert {(move.before is None, move.after is None) for move in found.moves} == {
        (True, False),
        (False, True),
    }
    gone, new = found.bridge.steps[:2]
    assert (gone.kind, new.kind) == (StepKind.GONE, StepKind.NEW)
    assert gone.money.total_cost == -found.a.evaluation.total_cost
    assert (gone.segments, new.segments) == (4, 4)


def test_a_bridge_adds_up_where_a_cannot_be_priced_at_the_inputs_of_b(solved, monkeypatch):
    """Then every move is priced at the inputs of its own side, and the rest is one step."""
    before = solved("scms_deliveries").plan.case
    a, b = best(before), best(scaled("segments", "margin", 0.3)(before))

    def refuse(mixture, taken):
        raise InvalidInput([])

    monkeypatch.setattr(Mixture, "problem", refuse)
    found = compare_sides(a, b)
    assert_adds_up(found)
    assert found.bridge.steps[-1].kind is StepKind.OTHER
    assert found.moves
    for move in found.moves:
        s = before.segments.index(move.segment)
        its = [
            side.problem.service_cost[s, side.choice[s]]
            + side.problem.lost_sales[s, side.choice[s]]
            for side in (a, b)
        ]
        assert move.money.total_cost == pytest.approx(its[1] - its[0])


def test_a_tier_that_is_gone_moves_those_who_had_it():
    """Without premium, whoever had it moves because of the tiers on offer."""
    case = example("tiny", limits__budget="50000")
    columns = case.table("tiers").as_lists()
    tables = {
        name: [
            dict(zip(table.as_lists(), row, strict=True))
            for row in zip(*table.as_lists().values(), strict=True)
        ]
        for name, table in case.tables.items()
    }
    tables["tiers"] = [row for row in tables["tiers"] if row["tier"] != columns["tier"][2]]
    settings_of_case = {
        "limits.budget": "50000",
        "case.currency": "EUR",
        "case.discount_rate": "0.1",
    }
    without = make_case(tables, settings_of_case)
    found = compare_sides(best(case), best(without))
    assert_adds_up(found)
    assert found.moves
    assert {move.causes for move in found.moves} == {(Cause.TIERS,)}
    assert {move.before for move in found.moves} == {"premium"}


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [("case.currency", "USD", "currenc|in EUR"), ("case.period", "month", "per year")],
)
def test_money_of_two_kinds_is_not_compared(key, value, words):
    """Another currency or period is refused with what to do."""
    a, b = example("tiny"), load_case(examples()["tiny"], {key: value})
    with pytest.raises(UsageError, match=words):
        compare_sides(anyone(a, 1), anyone(b, 1))


def test_today_needs_a_tier_for_every_segment():
    """A segment without current_tier is named."""
    case = make_case(small_tables(np.random.default_rng(1)))
    with pytest.raises(UsageError, match='"s0" and 3 more have no current_tier'):
        side_of_today("today", case)


def test_limits_that_cease_to_bind_say_so():
    """With money for everything the budget of tiny no longer binds, and its price falls to 0."""
    found = compare_sides(best(example("tiny")), best(example("tiny", limits__budget="90000")))
    (limit,) = found.limits
    assert limit.turn is Turn.NO_LONGER_BINDS
    assert limit.price_a is not None
    assert limit.price_a > 0
    assert limit.price_b == 0


@settings(max_examples=25)
@given(SEEDS, st.floats(0, 0.2))
def test_putting_segments_back_keeps_rules_and_value(seed, room):
    """What `fewest_moves` returns is feasible where it began so, and as near as it was told."""
    rng = np.random.default_rng(seed)
    case = make_case(small_tables(rng), {"limits.budget": "900"})
    problem = build_problem(case)
    after = np.array(brute_force(problem)[0] or [0] * 4)
    before = rng.integers(0, 3, 4)
    found = fewest_moves(problem, before, after, room)
    assert all(k in (x, y) for k, x, y in zip(found, before, after, strict=True))
    first, its = evaluate(problem, after), evaluate(problem, found)
    if not first.violations:
        assert not its.violations
        assert its.objective <= first.objective * (1 + 2 * room) + 1e-6
