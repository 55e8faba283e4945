"""What all tests share: seeded hypothesis, the shipped examples, each read and solved once."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import settings

from slopt.case.load import load_case
from slopt.engine.solving import Solved, solve_case
from slopt.shipped import examples

settings.register_profile("slopt", derandomize=True, deadline=None, database=None)
settings.load_profile("slopt")


@cache
def _solved(name: str) -> Solved:
    return solve_case(load_case(examples()[name]))


@pytest.fixture
def solved():
    """The answer to a shipped example, by name; solved once in a run."""
    return _solved
