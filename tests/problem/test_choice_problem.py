"""The problem as a value: shapes and numbers checked, pairs thinned by firm limits."""

from __future__ import annotations

import numpy as np
import pytest
from strategies import make_case, random_problem, simple_problem

from slopt.errors import InvalidInput
from slopt.problem.build import build_problem
from slopt.problem.choice import Bar
from slopt.problem.rules import Rule
from slopt.vocabulary import RuleKind


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e16])
def test_numbers_that_cannot_be_are_refused(bad):
    """NaN, infinity and beyond 1e15 never get into a problem."""
    with pytest.raises(ValueError, match="service_cost"):
        simple_problem([[1, bad]], [[1, 1]])


def test_wrong_shapes_are_refused():
    """A weight too many is named with both shapes."""
    with pytest.raises(ValueError, match=r"weight has shape \(3,\), expected \(1,\)"):
        simple_problem([[1, 1]], [[1, 1]], weight=np.ones(3))


def test_arrays_are_frozen_and_replace_makes_a_checked_copy():
    """Writing into an array fails; replace leaves the first problem as it was."""
    problem = simple_problem([[1, 1]], [[1, 1]])
    with pytest.raises(ValueError, match="read-only"):
        problem.service_cost[0, 0] = 5
    other = problem.replace(budget=3.0)
    assert problem.budget is None
    assert other.same_as(problem.replace(budget=3.0))
    assert not other.same_as(problem)


def test_a_rule_leaves_the_pairs_and_only_contracts_thin_them():
    """A cost cap on one segment is a row with a price; a floor takes pairs away."""
    rule = Rule("cap", RuleKind.MAX_SERVICE_COST, (0,), value=2.0)
    problem = simple_problem([[1, 2, 3], [1, 2, 3]], [[0, 0, 0]] * 2)
    assert problem.replace(rules=(rule,)).admissible.all()
    barred = problem.barred.copy()
    barred[0, 0] = Bar.MIN_TIER
    assert problem.replace(barred=barred).admissible.sum() == 5


@pytest.mark.parametrize("seed", range(5))
def test_a_problem_is_the_same_as_itself(seed):
    """same_as holds between a problem and its unchanged copy."""
    problem = random_problem(seed)
    assert problem.same_as(problem.replace())


def _tables(**segment):
    return {
        "segments": [
            {"segment": "a", "group": "g", "customers": 10, "orders_per_customer": 2, **segment},
            {"segment": "b", "group": "g", "customers": 5, "orders_per_customer": 2},
        ],
        "tiers": [
            {"tier": "gold", "rank": 9, "service_level": 0.9},
            {"tier": "iron", "rank": 1, "service_level": 0.5},
            {"tier": "tin", "rank": 1, "service_level": 0.6},
        ],
    }


@pytest.mark.parametrize(
    ("column", "tier", "open_to"),
    [
        ("min_tier", "gold", ["gold"]),
        ("max_tier", "iron", ["iron", "tin"]),
        ("min_tier", "tin", ["gold", "iron", "tin"]),
        ("fixed_tier", "tin", ["tin"]),
    ],
)
def test_contract_tiers_go_by_rank(column, tier, open_to):
    """Floors and ceilings compare ranks, so that tied tiers stay; a pin is that tier alone."""
    problem = build_problem(make_case(_tables(**{column: tier})))
    found = [problem.tiers[k] for k in np.flatnonzero(problem.barred[0] == 0)]
    assert found == open_to
    assert not problem.barred[1].any()


def test_weights_default_to_customers_times_orders():
    """10 x 2 and 5 x 2; a weight that is given, also 0, stays."""
    assert build_problem(make_case(_tables())).weight.tolist() == [20, 10]
    assert build_problem(make_case(_tables(weight=0))).weight.tolist() == [0, 10]


def test_extra_units_cost_the_difference_to_normal_ones():
    """extra_unit_cost 7 on unit_cost 4 is a premium of 3; blank means none; cheaper is negative."""
    tables = _tables()
    tables["resources"] = [
        {"resource": "x", "capacity": 1, "unit_cost": 4, "extra_unit_cost": 7},
        {"resource": "y", "capacity": 1, "unit_cost": 4},
        {"resource": "z", "capacity": 1, "unit_cost": 4, "extra_unit_cost": 1},
    ]
    assert build_problem(make_case(tables)).extra_premium.tolist() == [3, 0, -3]


def test_rules_bind_segments_groups_or_all():
    """A group binds its members, `*` or a blank all; same_tier with an other binds both."""
    tables = _tables()
    tables["rules"] = [
        {"rule": "one", "kind": "max_service_cost", "segment": "b", "value": 3},
        {"rule": "group", "kind": "same_tier", "segment": "g"},
        {"rule": "all", "kind": "max_in_tier", "tier": "gold", "value": 1, "penalty": 5},
        {"rule": "both", "kind": "same_tier", "segment": "a", "other": "b"},
        {"rule": "order", "kind": "not_below", "segment": "a", "other": "g"},
    ]
    one, group, everyone, both, order = build_problem(make_case(tables)).rules
    assert (one.members, one.value, one.is_soft) == ((1,), 3.0, False)
    assert group.members == (0, 1)
    assert (everyone.members, everyone.tier, everyone.penalty) == ((0, 1), 0, 5.0)
    assert both.members == (0, 1)
    assert order.pairs == ((0, 1),)


def test_numbers_beyond_use_are_problems_of_the_input():
    """A cost beyond 1e15 is told with its segment before any solver sees it."""
    tables = _tables()
    tables["tiers"] = [{**tier, "cost_per_customer": 1e15} for tier in tables["tiers"]]
    tables["segments"] = [{**one, "customers": 1e3} for one in tables["segments"]]
    with pytest.raises(InvalidInput, match='segment "a" in tier'):
        build_problem(make_case(tables))


def test_bars_add_up():
    """Flags of several reasons are kept side by side."""
    problem = build_problem(make_case(_tables(min_tier="gold", fixed_tier="gold")))
    assert problem.barred[0].tolist() == [0, *[Bar.MIN_TIER | Bar.FIXED_TIER] * 2]


def test_weights_beyond_use_are_made_smaller_alike():
    """1e10 customers with 1e10 orders each weigh as much as they did against each other."""
    tables = _tables()
    tables["segments"] = [
        {**one, "customers": (i + 1) * 1e10, "orders_per_customer": 1e10}
        for i, one in enumerate(tables["segments"])
    ]
    tables["tiers"] = [{"tier": t["tier"], "service_level": 0.5} for t in tables["tiers"]]
    weight = build_problem(make_case(tables)).weight
    assert weight.max() <= 1e15
    assert weight[-1] / weight[0] == pytest.approx(len(weight))
