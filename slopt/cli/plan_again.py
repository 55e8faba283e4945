"""The options with which a case with periods is planned again, while its earlier periods stay."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slopt.errors import UsageError
from slopt.sayings import say

if TYPE_CHECKING:
    from slopt.case.case import PlanningCase

FromOption = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="PERIOD",
        help="Plan again from this period on; with --locked, of a case with periods.",
    ),
]
LockedOption = Annotated[
    str | None,
    typer.Option(
        "--locked",
        metavar="RUN",
        help="The plan so far, by which the earlier periods stay: a folder written with --out, "
        "or CASE@ID.",
    ),
]
ActualsOption = Annotated[
    Path | None,
    typer.Option(
        "--actuals",
        metavar="FILE",
        help="What happened in the earlier periods; the columns of the table actuals.",
    ),
]


def cycle_words(
    start: str | None, locked: str | None, actuals: Path | None
) -> tuple[str, str, Path | None] | None:
    """--from, --locked and --actuals; None for a plan of all periods.

    Raises UsageError where one stands without the other that it needs.
    """
    if (start is None) != (locked is None) or (actuals is not None and start is None):
        raise UsageError(
            say(
                "To plan again, give both --from PERIOD and --locked RUN, the run with the plan so "
                "far; --actuals FILE goes with them."
            )
        )
    return None if start is None or locked is None else (start, locked, actuals)


def require_periods(case: PlanningCase, words: tuple[str, str, Path | None] | None) -> None:
    """Raises UsageError for a case of one period that is to be planned again."""
    if words is not None and not case.has_periods:
        raise UsageError(
            say("--from plans again over periods, and this case has one period only: leave it out.")
        )
