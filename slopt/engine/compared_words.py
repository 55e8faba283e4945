"""What the words of a comparison may name, be it over one period or over several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

from slopt.case.case import PlanningCase
from slopt.errors import UsageError
from slopt.sayings import say

TODAY = "today"
"""The word for today's tiers."""
PLAN_SUFFIXES = (".csv", ".parquet")
WORKBOOKS = (".xlsx", ".xlsm")
Read = Callable[[str, bool], PlanningCase]
"""(name of a case, is it B) -> the case, with the overrides that count for it."""
Solved = TypeVar("Solved")


class NoPlan(Exception, Generic[Solved]):
    """A case that has no plan to compare with; caught by whoever compares."""

    def __init__(self, label: str, solved: Solved) -> None:
        self.label, self.solved = label, solved
        super().__init__(label)


def is_bare(word: str) -> bool:
    """True for what has tiers and no case: today, and a plan file."""
    return word == TODAY or Path(word).suffix.casefold() in PLAN_SUFFIXES


def require_a_plan(words: tuple[str, str]) -> None:
    """Raises UsageError where both sides are today."""
    if words == (TODAY, TODAY):
        raise UsageError(say("Both sides are today. Name a plan to compare it with."))


def require_case_for(second: str, settings: Sequence[str], is_solved: bool) -> None:
    """Raises UsageError where settings are given and B is no case that is solved."""
    if settings and not is_solved:
        raise UsageError(
            say("--set counts for B, and {second} is no case that is solved.", second=second)
        )


def case_of_bare(
    other: PlanningCase | None, named: str | None, is_b: bool, read: Read
) -> PlanningCase:
    """The case that tiers without one belong to: the one that is named, else the other side's."""
    if named is not None:
        return read(named, is_b)
    if other is None:
        raise UsageError(
            say(
                "Which case do these plans belong to? A plan file has tiers and no "
                "costs: add --case."
            )
        )
    return other
