"""Certificates of cases in which different things would be called the same, were names glued."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from certificates import best_of, certificate_of, named
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import judge
from strategies import random_problem, simple_problem, with_resource

from slopt.case.load import load_case
from slopt.case.rule_names import rule_names
from slopt.errors import UsageError
from slopt.problem.build import build_problem
from slopt.problem.choice import ChoiceProblem
from slopt.problem.evaluate import evaluate
from slopt.verify.guard import NUMBERS, exactly, read, verify
from slopt.verify.numbers import numbers_text
from slopt.verify.verifier import ROOM, Case
from slopt.vocabulary import LIMITS

SEGMENTS = ("x", "x / y", "y / z", "z", "y", "x / y / z")
RULES = (
    "R", "R: x / y / z / rank 2", "R: x / y / rank 2", "R: x / y / rank 2 (2)", "same_tier",
    "use hours", "rule budget", "rule R", "rule rule budget", "x", "lost_sales", "changed",
)  # fmt: skip
FILES = {
    "case.toml": '[case]\nname = "Small"\n[limits]\nbudget = 60\n',
    "tiers.csv": "tier,service_level\nlow,0.8\nhigh,0.9\n",
}
COLLISIONS = {
    "segments that look like a pair": (SEGMENTS[:4], "R,not_below,ga,gb,\n"),
    "rules that are called as a limit": (
        ("a", "b", "c"),
        "budget,max_service_cost,*,,35\nrule budget,max_service_cost,*,,1000\n",
    ),
    "a rule that looks like a pair": (
        ("a", "b", "c"),
        "R,not_below,a,b,\nR: a / b / rank 2,max_service_cost,*,,1000\n",
    ),
    "a rule that is called as a kind of rule": (
        ("a", "b", "c"),
        "R,same_tier,*,,\nsame_tier,max_service_cost,*,,1000\n",
    ),
}


def judged_alike(problem: ChoiceProblem) -> None:
    """Every plan keeps all limits for the verifier where it does for the check of plans."""
    case = Case(read(numbers_text(problem, "a", "b"), NUMBERS))
    segments, tiers, _ = problem.size
    for choice in itertools.product(range(tiers), repeat=segments):
        if problem.admissible[np.arange(segments), choice].all():
            with exactly():
                _, over = case.judge(named(problem, choice))
            keeps = not evaluate(problem, np.array(choice)).violations
            assert all(share <= ROOM for _, share in over) == keeps, choice


@pytest.mark.parametrize("collision", COLLISIONS)
def test_no_limit_is_lost_where_names_collide(tmp_path: Path, collision: str) -> None:
    """A plan that breaks a rule is broken for the verifier, whatever its rules are called."""
    segments, rules = COLLISIONS[collision]
    groups = dict(zip(SEGMENTS, ("ga", "gb", "ga", "gb"), strict=False))
    files = {
        **FILES,
        "segments.csv": "segment,customers,group\n"
        + "".join(f"{s},10,{groups.get(s, '')}\n" for s in segments),
        "rules.csv": "rule,kind,segment,other,value\n" + rules,
        "offers.csv": "segment,tier,service_cost,lost_sales\n"
        + "".join(f"{s},low,10,9\n{s},high,20,2\n" for s in segments),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    problem = build_problem(load_case(tmp_path))
    judged_alike(problem)
    best = best_of(problem)
    assert best is not None
    verify(*certificate_of(problem, best))


@given(st.integers(0, 400), st.permutations(SEGMENTS), st.permutations(RULES))
@settings(max_examples=20, deadline=None)
def test_verifier_and_check_agree_whatever_things_are_called(
    seed: int, segments: list[str], rules: list[str]
) -> None:
    """And a certificate of the best plan holds."""
    problem = random_problem(seed)
    called = problem.replace(
        segments=tuple(segments[: len(problem.segments)]),
        rules=tuple(
            replace(rule, name=name) for rule, name in zip(problem.rules, rules, strict=False)
        ),
    )
    judged_alike(called)
    best = best_of(called)
    if best is not None:
        assert not judge(called, best[1]).violated
        verify(*certificate_of(called, best))


def test_two_things_of_one_name_are_refused() -> None:
    """No limit takes the place of another."""
    problem = with_resource(simple_problem([[1, 2]], [[2, 1]], budget=5.0), [[1, 1]], 1)
    problem = problem.replace(resources=("budget",))
    with pytest.raises(UsageError, match='"budget" stands for two things'):
        numbers_text(problem, "a", "b")


@given(
    st.lists(st.sampled_from(["budget", "hours", *RULES, *LIMITS]), unique=True),
    st.lists(st.sampled_from(["hours", "rule hours", "R", "rule max_tiers"]), unique=True),
)
def test_rules_are_called_as_nothing_else_is(rules: list[str], resources: list[str]) -> None:
    """Neither as a limit, nor as a resource, nor as another rule; most as they are."""
    names = rule_names(rules, resources)
    told = [*names.values(), *LIMITS, *resources]
    assert len(set(told)) == len(told)
    assert all(names[rule] == rule for rule in {*rules} - {*LIMITS, *resources})
