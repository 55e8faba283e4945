"""Which route a problem takes, and that it says why."""

from __future__ import annotations

import numpy as np
import pytest
from strategies import simple_problem, with_resource

from slopt.errors import UsageError
from slopt.problem.rules import Rule
from slopt.solve import route as module
from slopt.solve.outcome import Outcome
from slopt.solve.route import MANY, choose_route
from slopt.solve.solve import better_of
from slopt.vocabulary import Method, RuleKind, Status


def of_size(segments, **changes):
    """A problem of so many equal segments with two tiers."""
    return simple_problem(np.ones((segments, 2)), np.zeros((segments, 2)), **changes)


def test_size_and_shape_choose_the_route(monkeypatch):
    """Small: HiGHS. Then the core, from many segments on prices; without the core, HiGHS."""
    monkeypatch.setattr(module, "is_available", lambda: True)
    for segments, method in ((10, Method.HIGHS), (100, Method.CORE), (MANY, Method.PRICES)):
        assert choose_route(of_size(segments), Method.AUTO, "tier_plan").method is method
    monkeypatch.setattr(module, "is_available", lambda: False)
    without = choose_route(of_size(100), Method.AUTO, "tier_plan")
    assert without.method is Method.HIGHS
    assert "not part of this installation" in without.why
    assert choose_route(of_size(MANY), Method.AUTO, "tier_plan").method is Method.PRICES


def test_what_prices_cannot_take_goes_to_highs_and_says_why(monkeypatch):
    """A soft rule that compares segments, many such rules, cheap extra units, an own model."""
    monkeypatch.setattr(module, "is_available", lambda: True)
    soft = of_size(100, rules=(Rule("fair", RuleKind.NOT_BELOW, (0,), (1,), penalty=1.0),))
    pairs = tuple(Rule(f"r{i}", RuleKind.NOT_BELOW, (i,), (i + 1,)) for i in range(5))
    cheap = with_resource(of_size(100), np.ones((100, 2)), 9.0, extra=5.0, premium=-1.0)
    for problem, word in ((soft, "fair"), (of_size(100, rules=pairs), "5 rules"), (cheap, "less")):
        route = choose_route(problem, Method.AUTO, "tier_plan")
        assert route.method is Method.HIGHS
        assert word in route.why
    own = choose_route(of_size(100), Method.AUTO, "my_model.py")
    assert own.method is Method.PYOMO


def test_a_method_that_cannot_take_the_case_is_a_usage_error(monkeypatch):
    """Asked for by name, a route is taken or refused in one sentence, never changed silently."""
    monkeypatch.setattr(module, "is_available", lambda: False)
    soft = of_size(100, rules=(Rule("fair", RuleKind.NOT_BELOW, (0,), (1,), penalty=1.0),))
    for problem, method, model, word in (
        (soft, Method.PRICES, "tier_plan", "fair"),
        (of_size(9), Method.CORE, "tier_plan", "compiled core"),
        (of_size(9), Method.CORE, "my_model.py", "shipped models only"),
    ):
        with pytest.raises(UsageError, match=word):
            choose_route(problem, method, model)


def outcome(status, objective=None, bound=None):
    """An outcome of one segment, with the figures given."""
    choice = None if objective is None else np.zeros(1, dtype=np.int64)
    return Outcome(status, Method.CORE, "x", 1, 0.0, choice, objective, bound)


def test_of_two_outcomes_the_better_plan_and_the_better_bound_count():
    """Core: 100 with bound 98; HiGHS: 99.5 with bound 97. Together: 99.5 with bound 98."""
    first, second = outcome(Status.FEASIBLE, 100.0, 98.0), outcome(Status.FEASIBLE, 99.5, 97.0)
    both = better_of(first, second, 1e-4, maximises=False)
    assert (both.objective, both.bound, both.status) == (99.5, 98.0, Status.FEASIBLE)
    assert better_of(first, second, 0.02, maximises=False).status is Status.OPTIMAL
    up = better_of(first, second, 1e-4, maximises=True)
    assert (up.objective, up.bound) == (100.0, 97.0)
    none = better_of(outcome(Status.NO_PLAN), second, 1e-4, maximises=False)
    assert none.objective == 99.5
    assert better_of(none, outcome(Status.NO_PLAN), 1e-4, maximises=False).objective == 99.5
    proven = better_of(outcome(Status.NO_PLAN), outcome(Status.INFEASIBLE), 0.1, maximises=False)
    assert proven.status is Status.INFEASIBLE
    stopped = better_of(first, outcome(Status.INTERRUPTED), 1e-4, maximises=False)
    assert stopped.status is Status.INTERRUPTED
    assert stopped.objective == 100.0


def test_a_model_of_something_else_is_refused():
    """A shipped model that states another problem is not answered as if it were the tier plan."""
    with pytest.raises(UsageError, match="rationing does not plan tiers"):
        choose_route(of_size(3), Method.AUTO, "rationing")
