"""The certificate: bounds that hold whatever the prices, and are tight with the right ones."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from oracles import brute_force
from strategies import random_problem, simple_problem

from slopt.plan.certificate import certify, exact_bound, largest_breach
from slopt.problem.choice import EDGE
from slopt.problem.matrix import assemble
from slopt.solve.highs import Options, run
from slopt.solve.outcome import Relaxation
from slopt.solve.solve import solve
from slopt.vocabulary import Goal, Status


def solved_programs(seeds, **options):
    """(problem, program, relaxed answer, minimised optimum) of the feasible random problems."""
    for seed in seeds:
        problem = random_problem(seed, **options)
        best, its = brute_force(problem)
        if best is None:
            continue
        program = assemble(problem)
        answer = run(program.relaxed(), Options())
        assert answer.status is Status.OPTIMAL
        yield problem, program, answer, program.sign * its.objective


def test_bound_is_the_relaxation_and_never_above_the_optimum():
    """With the solver's prices the exact bound is the LP optimum to 1e-9, below the best plan."""
    seen = 0
    for _, program, answer, best in solved_programs(range(8000, 8100)):
        bound = exact_bound(program, answer.row_duals)
        relaxed = program.sign * answer.objective
        assert bound is not None
        assert float(bound) == pytest.approx(relaxed, rel=1e-9, abs=1e-9)
        assert float(bound) <= best + 1e-9 * max(1, abs(best))
        seen += 1
    assert seen > 30


def test_tampered_prices_still_give_a_valid_bound():
    """Prices shifted, scaled, negated or random can only weaken the bound, or give none."""
    rng = np.random.default_rng(0)
    for _, program, answer, best in solved_programs(range(8100, 8140)):
        duals = answer.row_duals
        for wrong in (
            duals * 1.7,
            -duals,
            np.zeros_like(duals),
            duals + rng.normal(0, 1, len(duals)),
            rng.normal(0, 100, len(duals)),
            np.round(duals, 1),
        ):
            bound = exact_bound(program, wrong)
            assert bound is None or float(bound) <= best + 1e-9 * max(1, abs(best))


def test_bound_is_exact_arithmetic():
    """In thirds and tenths: the same sum of fractions as written out by hand."""
    problem = simple_problem([[0.1, 0.4]], [[0.7, 0.1]], budget=0.3)
    program = assemble(problem)
    price = 1 / 3
    duals = np.zeros(len(program.row_lower))
    duals[program.shared["budget"]] = -price
    values = [Fraction(float(v)) for v in problem.values[0]]
    cost = [Fraction(float(c)) for c in problem.service_cost[0]]
    by_hand = min(v + Fraction(price) * c for v, c in zip(values, cost, strict=True)) - Fraction(
        price
    ) * Fraction(0.3)
    assert exact_bound(program, duals) == by_hand


def test_hand_example(solved):
    """tiny: the certified bound is 35,375, 1,000 below the optimum, as worked out on paper."""
    certificate = solved("tiny").plan.certificate
    assert certificate.bound == pytest.approx(35375, rel=1e-12)
    assert certificate.bound <= 35375 + 1e-6
    assert certificate.gap == pytest.approx(1000 / 36375)
    assert certificate.largest_breach == 0


@pytest.mark.parametrize("goal", list(Goal))
def test_certificate_has_the_sense_of_the_goal(goal):
    """For max_service the bound lies above the best plan, for all other goals below."""
    for seed in range(8200, 8240):
        problem = random_problem(seed, goal=goal)
        outcome = solve(problem)
        if outcome.choice is None:
            continue
        certificate = certify(problem, outcome.choice, outcome.objective, outcome.relaxation)
        worse = 1 if goal is Goal.MAX_SERVICE else -1
        assert worse * (certificate.bound - outcome.objective) >= -1e-7
        assert worse * (certificate.bound - outcome.bound) >= -1e-6
        assert certificate.gap >= 0
        assert certificate.largest_breach <= EDGE


def test_no_finite_bound_is_told_as_none():
    """A column without an upper bound and with a negative reduced cost proves nothing."""
    program = assemble(simple_problem([[1, 2]], [[0, 0]]))
    upper = program.upper.copy()
    upper[0] = np.inf
    cost = -program.cost
    assert exact_bound(program.replace(upper=upper, cost=cost), np.zeros(1)) is None


def test_largest_breach_is_measured_exactly():
    """Ten times the float 0.1 is exactly 5.55e-17 x 10 above 1, which no float sum shows."""
    problem = simple_problem([[0.1]] * 10, [[0.0]] * 10, budget=1.0)
    expected = float(10 * Fraction(0.1) - 1)
    assert largest_breach(problem, np.zeros(10, dtype=int)) == expected
    assert 0 < expected < 1e-9


def test_largest_breach_of_a_broken_budget():
    """6 units spent with a limit of 4: half of the limit too much."""
    problem = simple_problem([[3]] * 2, [[0]] * 2, budget=4.0)
    assert largest_breach(problem, np.zeros(2, dtype=int)) == 0.5


@pytest.mark.parametrize("goal", [Goal.MIN_TOTAL_COST, Goal.MAX_SERVICE])
def test_bound_is_rounded_to_the_safe_side(goal):
    """As a float it is never inside the exact bound: at most it, or at least it if maximised."""
    rounded = 0
    for thirds in range(1, 40):
        problem = simple_problem([[0.1, thirds / 3]] * 3, [[thirds / 7, 0.1]] * 3, goal=goal)
        program = assemble(problem)
        exact = program.sign * exact_bound(program, np.zeros(3))
        relaxation = Relaxation({}, program, np.zeros(3))
        bound = Fraction(certify(problem, np.zeros(3, dtype=int), 1.0, relaxation).bound)
        assert bound >= exact if goal is Goal.MAX_SERVICE else bound <= exact
        rounded += bound != exact
    assert rounded > 0
