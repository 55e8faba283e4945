"""Certificates of plans that customers choose: proven over every menu, and refused where not so."""

from __future__ import annotations

import json

import numpy as np
import pytest
from certificates import certificate_of, named, resealed
from oracles import feasible_choices
from strategies import problem_with_choosers

from slopt.problem.evaluate import evaluate
from slopt.verify.guard import RefusedError, verify


def plans_of(problem):
    """(value to be minimised, choice) of each plan that the independent evaluation takes."""
    sign = -1 if problem.goal.maximises else 1
    return [
        (sign * judged.objective, choice)
        for choice, judged in feasible_choices(problem)
        if not evaluate(problem, np.array(choice)).violations
    ]


def with_plans(count):
    """Problems of the first seeds that have plans."""
    found = []
    for seed in range(200):
        problem = problem_with_choosers(seed)
        plans = plans_of(problem)
        if plans:
            found.append((problem, min(plans)))
        if len(found) == count:
            break
    return found


@pytest.mark.parametrize("place", range(12))
def test_the_best_of_all_menus_is_proven(place):
    """Nothing is left between the best plan and the bound that the verifier takes."""
    problem, best = with_plans(12)[place]
    certificate, numbers = certificate_of(problem, best)
    proven = verify(certificate, numbers)
    assert float(proven.gap) < 1e-6


def test_a_plan_that_customers_would_not_choose_is_refused():
    """A plan that keeps every limit, but gives somebody less than the menu offers."""
    for problem, best in with_plans(12):
        certificate, numbers = certificate_of(problem, best)
        for choice, _ in feasible_choices(problem):
            broken = {b.rule.split("[")[0] for b in evaluate(problem, np.array(choice)).violations}
            if broken & {"choice", "same_service"}:
                document = json.loads(certificate)
                document["plan"] = named(problem, choice)
                with pytest.raises(RefusedError, match="the choice"):
                    verify(resealed(document), numbers)
                return
    raise AssertionError("no such plan among the problems")
