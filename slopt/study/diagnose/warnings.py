"""What is plain without a solver, as warnings of a case: it can be read, and has no plan."""

from __future__ import annotations

from slopt.case.case import PlanningCase
from slopt.errors import Problem, Severity
from slopt.problem.choice import ChoiceProblem
from slopt.problem.demands import Demand, DemandKind
from slopt.problem.precheck import Contradiction, contradictions
from slopt.sayings import SEMICOLON, in_a_row, listed, say
from slopt.study.diagnose.words import Wording, number

NAMED = 6
"""Demands that a warning names."""


def contradiction_warnings(case: PlanningCase, problem: ChoiceProblem) -> list[Problem]:
    """One warning a contradiction; those within the contract of one segment are checked before."""
    wording = Wording.of(case, problem)
    return [
        _warning(case, wording, found)
        for found in contradictions(problem)
        if not all(demand.kind is DemandKind.CONTRACT for demand in found.demands)
    ]


def _warning(case: PlanningCase, wording: Wording, found: Contradiction) -> Problem:
    first = found.demands[0]
    told = [group.words for group in wording.grouped(found.demands)]
    more = len(told) - NAMED
    text = listed(told[:NAMED], SEMICOLON)
    message = (
        say("No plan can meet this: {text}; and {more} more.", text=text, more=f"{more:,}")
        if more > 0
        else say("No plan can meet this: {text}.", text=text)
    )
    if found.needed is not None and first.name not in ("max_tiers", "max_changes"):
        best = number(round(found.needed, 4))
        message = in_a_row(message, say("What plans come to at best is {best}.", best=best))
    table, row, column = _place(case, first)
    return Problem(
        message,
        say("slopt diagnose says what would have to give way."),
        table=table,
        file=None if table is None else case.table(table).file,
        row=row,
        column=column,
        severity=Severity.WARNING,
    )


def _place(case: PlanningCase, demand: Demand) -> tuple[str | None, int | None, str | None]:
    """Where a demand stands in the case: table, row, column."""
    if demand.kind is DemandKind.LIMIT:
        return None, None, f"limits.{demand.name}"
    if demand.kind is DemandKind.RESOURCE:
        return "resources", int(case.table("resources").rows[demand.place]), "capacity"
    if demand.kind is DemandKind.RULE:
        return "rules", int(case.table("rules").rows[demand.place]), "kind"
    return "segments", int(case.table("segments").rows[demand.segments[0]]), None
