"""The desks of a problem that plans nothing else beside tiers."""

from __future__ import annotations

from typing import Any

from slopt.economics.desks.desk import Desk
from slopt.errors import UsageError
from slopt.problem.choice import ChoiceProblem
from slopt.problem.generated.columns import Made, Part
from slopt.problem.generated.one_part import made_by, plans_others
from slopt.sayings import say


def made_by_desks(problem: ChoiceProblem) -> Made:
    """The part of a problem that its desks make.

    Raises UsageError where there are none, or where stock rooms or levels are planned as well.
    """
    if plans_others(problem, Part.STAFF):
        raise UsageError(
            say(
                "The model staffing answers for segments with tiers and desks; this case plans "
                "stock or levels too. Solve it without --model."
            )
        )
    made = made_by(problem, Part.STAFF)
    if made is None:
        raise UsageError(say("The model staffing needs a case with desks: table call_types."))
    return made


def desks_of(made: Made) -> tuple[Desk, ...]:
    """The desks of that part."""
    source: Any = made.source
    desks: tuple[Desk, ...] = source.desks
    return desks
