"""Certificates of small problems, each beside the best plan of all as plain loops find it."""

from __future__ import annotations

import itertools
import json
from fractions import Fraction
from functools import cache
from typing import Any

from oracles import judge
from strategies import random_problem

from slopt.problem.choice import ChoiceProblem
from slopt.solve.highs import Options
from slopt.study.prove import prove_no_plan, prove_plan
from slopt.verify.document import no_plan_certificate, plan_certificate
from slopt.verify.guard import NUMBERS, SEAL, digest, exactly, read
from slopt.verify.numbers import numbers_text
from slopt.verify.verifier import Case

RULES = 40
SEEDS = (*range(RULES), 42, 61, 62, 63, 70, 74, 75, 77, 82, 88)
"""The last ten are such that prices alone leave a gap to the best plan."""
Best = tuple[float, tuple[int, ...]] | None


def best_of(problem: ChoiceProblem) -> Best:
    """(value to be minimised, choice) of the best plan that keeps every rule; None without one."""
    sign = -1 if problem.goal.maximises else 1
    segments, tiers, _ = problem.size
    plans = []
    for choice in itertools.product(range(tiers), repeat=segments):
        judged = judge(problem, choice)
        if not judged.violated:
            plans.append((sign * judged.objective, choice))
    return min(plans, default=None)


def named(problem: ChoiceProblem, choice: tuple[int, ...]) -> dict[str, str]:
    """A choice as a plan: tier by segment."""
    return {problem.segments[s]: problem.tiers[k] for s, k in enumerate(choice)}


def certificate_of(problem: ChoiceProblem, best: Best, by_core: bool = False) -> tuple[str, str]:
    """(certificate, numbers) of the best plan, or of there being none."""
    numbers = numbers_text(problem, "a case", "its hash")
    given = read(numbers, NUMBERS)
    if best is None:
        proof = prove_no_plan(Case(given, feasibility=True), {}, Options())
        assert proof is not None
        return no_plan_certificate(numbers, proof), numbers
    case = Case(given)
    with exactly():
        value, _ = case.judge(named(problem, best[1]))
    proof = prove_plan(case, value, {}, 0.0, Options(), problem if by_core else None)
    return plan_certificate(numbers, named(problem, best[1]), proof), numbers


@cache
def certified(seed: int) -> tuple[ChoiceProblem, Best, str, str]:
    """A random problem, its best plan, its certificate and its numbers.

    From RULES on the problems have limits only and the core is asked for the proof.
    """
    problem = random_problem(seed, plain=seed >= RULES)
    best = best_of(problem)
    return problem, best, *certificate_of(problem, best, by_core=seed >= RULES)


def resealed(document: dict[str, Any]) -> str:
    """A certificate of these fields with a seal that is whole, as a forger would write it."""
    fields = {name: value for name, value in document.items() if name != "seal"}
    lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in fields.items()]
    body = "{\n" + ",\n".join(lines)
    return f'{body}{SEAL}{digest(body)}"\n}}\n'


def claimed(certificate: str, name: str) -> Fraction:
    """A number that a certificate claims."""
    return Fraction(json.loads(certificate, parse_float=Fraction)[name])
