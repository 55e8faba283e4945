"""What is said where there is no plan, and of a plan that breaks rules."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.problem.choice import ChoiceProblem
from slopt.problem.demands import Conflict
from slopt.problem.evaluate import Breach
from slopt.report.limit_words import difference, limit_words
from slopt.report.table import Col, sentence, table
from slopt.solve.outcome import Outcome
from slopt.study.diagnose.words import Wording
from slopt.vocabulary import Status

DIAGNOSE = (
    "What would have to give way, by how much, and the best plan then: slopt diagnose, with the "
    "same case and options."
)
NAMED = 8
"""Segments that are named of those with the same contract."""


def no_plan_lines(
    case: PlanningCase, problem: ChoiceProblem, outcome: Outcome, width: int
) -> list[Text]:
    """Why there is no plan, in the words of the rules, and which command helps."""
    if outcome.status is Status.INFEASIBLE:
        return _conflict(case, problem, outcome.contradiction, width)
    limit = case.settings.solve.time_limit_s
    what, remedy = {
        Status.UNBOUNDED: (
            "The program is unbounded: something can be had without end.",
            "Check the model file for a variable without a bound.",
        ),
        Status.INTERRUPTED: ("Interrupted before a plan was found.", ""),
    }.get(
        outcome.status,
        (
            f"No plan was found within {limit:g} s; that none exists is not proven.",
            f"Give it more time: --set solve.time_limit_s={10 * limit:g}",
        ),
    )
    return [*sentence(what, width, "bold"), *sentence(remedy, width)]


def _conflict(
    case: PlanningCase, problem: ChoiceProblem, found: Conflict, width: int
) -> list[Text]:
    if not found.demands:
        text = "No plan keeps every limit. Which of them contradict was not found in the time."
        return [*sentence(text, width, "bold"), *sentence(DIAGNOSE, width)]
    count = len(found.demands)
    if count == 1:
        head = "No plan meets every limit. This one cannot be met, whatever else is given up:"
    elif found.is_smallest:
        head = (
            f"No plan meets every limit. These {count} contradict each other; without any one of "
            "them the rest can be met:"
        )
    else:
        head = (
            f"No plan meets every limit. These {count} contradict each other; whether all of them "
            "are needed for that was not shown in the time:"
        )
    told = conflict_lines(Wording.of(case, problem), found, width)
    return [*sentence(head, width, "bold"), *told, Text(""), *sentence(DIAGNOSE, width)]


def conflict_lines(wording: Wording, found: Conflict, width: int) -> list[Text]:
    """A line for each member, the same contract of several segments in one."""
    lines: list[Text] = []
    for group in wording.grouped(found.demands):
        names = ", ".join(group.segments[:NAMED])
        more = len(group.segments) - NAMED
        names += f" and {more:,} more" if more > 0 else ""
        text = f"{group.words}: {names}" if names else group.words
        lines += sentence(text, width, indent="    ", first="  ")
    return lines


def violation_lines(problem: ChoiceProblem, violations: Iterable[Breach], width: int) -> list[Text]:
    """The firm rules that a brought plan breaks, by how much."""
    rows = [
        [v.rule, difference(problem, v.rule, v.amount), limit_words(problem, v.rule)]
        for v in violations
    ]
    if not rows:
        return [Text("The plan keeps every limit and rule.", style="bold")]
    head = "The plan breaks 1 rule:" if len(rows) == 1 else f"The plan breaks {len(rows)} rules:"
    columns = [
        Col("rule", right=False, shorten=True),
        Col("by"),
        Col("limit", right=False, wrap=True),
    ]
    return [Text(head, style="bold"), Text(""), *table(columns, rows, width)]
