"""One problem before several judges that share no code: they must say the same."""

from __future__ import annotations

import math

from oracles import brute_force, judge
from scip_oracle import ask_scip

from slopt.errors import UsageError
from slopt.plan.certificate import certify
from slopt.problem.choice import ChoiceProblem
from slopt.solve.highs import Options
from slopt.solve.outcome import Outcome
from slopt.solve.solve import solve
from slopt.vocabulary import Method, Status

EXACT = Options(gap=0.0, time_limit_s=60.0)
MOST_CHOICES = 5_000
"""Up to so many choices all are tried."""


def same(one: float, other: float) -> bool:
    """Equal but for the rounding of sums."""
    return math.isclose(one, other, rel_tol=1e-7, abs_tol=1e-6)


def quarrels(problem: ChoiceProblem) -> list[str]:
    """What the judges do not agree upon, in words; empty where they are of one mind.

    SCIP's model is written anew from the definitions; up to a few thousand choices are all tried.
    Every route of slopt that takes the problem must find the value; the method of prices, which
    need not, must have it between its bound and its plan.
    """
    best = ask_scip(problem).objective
    found = []
    if problem.admissible.sum(axis=1).prod(dtype=float) <= MOST_CHOICES:
        _, its = brute_force(problem)
        tried = None if its is None else its.objective
        if (best is None) != (tried is None) or (tried is not None and not same(best, tried)):
            return [f"SCIP says {best}, trying all choices says {tried}"]
    for method in Method:
        try:
            outcome = solve(problem, EXACT, method)
        except UsageError:
            continue  # a method that says it does not take such a problem
        found += [f"{method.value}: {what}" for what in _wrong(problem, method, outcome, best)]
    return found


def _wrong(
    problem: ChoiceProblem, method: Method, outcome: Outcome, best: float | None
) -> list[str]:
    if best is None:
        if method is Method.PRICES and outcome.status is Status.NO_PLAN:
            return []
        right = outcome.status is Status.INFEASIBLE and outcome.choice is None
        return [] if right else [f"{outcome.status.value}, but there is no plan"]
    if outcome.choice is None:
        if method is Method.PRICES and outcome.status is Status.NO_PLAN:
            return []
        return [f"{outcome.status.value} without a plan, the best is worth {best}"]
    wrong = []
    judged = judge(problem, outcome.choice)
    if judged.violated:
        wrong.append(f"breaks {sorted(judged.violated)}")
    if not same(judged.objective, outcome.objective):
        wrong.append(f"says {outcome.objective}, its plan is worth {judged.objective}")
    sign = -1.0 if problem.goal.maximises else 1.0
    slack = 1e-6 + 1e-7 * abs(best)
    if outcome.bound is not None and sign * outcome.bound > sign * best + slack:
        wrong.append(f"bound {outcome.bound} rules out the best, {best}")
    if outcome.status is Status.OPTIMAL and not same(outcome.objective, best):
        wrong.append(f"calls {outcome.objective} optimal, the best is {best}")
    if method is not Method.PRICES and outcome.status is not Status.OPTIMAL:
        wrong.append(f"{outcome.status.value} at gap 0")
    if outcome.relaxation is not None:
        proof = certify(problem, outcome.choice, outcome.objective, outcome.relaxation).bound
        if proof is not None and sign * proof > sign * best + slack:
            wrong.append(f"certified bound {proof} rules out the best, {best}")
    return wrong
