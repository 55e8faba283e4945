"""What is said where there is no plan, and of a plan that breaks rules."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.case.settings import COLUMNS
from slopt.problem.choice import ChoiceProblem
from slopt.problem.evaluate import Breach
from slopt.report.limit_words import difference, limit_words
from slopt.report.table import Col, sentence, table
from slopt.report.words import capital
from slopt.solve.outcome import Outcome
from slopt.vocabulary import Status


def no_plan_lines(
    case: PlanningCase, problem: ChoiceProblem, outcome: Outcome, width: int
) -> list[Text]:
    """Why there is no plan, in the words of the rules, and which command helps."""
    if outcome.status is Status.INFEASIBLE:
        return _conflict(problem, outcome, width)
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


def _conflict(problem: ChoiceProblem, outcome: Outcome, width: int) -> list[Text]:
    if not outcome.conflict:
        text = "No plan keeps every limit. Which of them contradict was not found in the time."
        return sentence(text, width, "bold")
    count = len(outcome.conflict)
    head = (
        "No plan meets every limit. This one cannot be met, whatever else is given up:"
        if count == 1
        else f"No plan meets every limit. These {count} contradict each other; without any one of "
        "them the rest can be met:"
    )
    rows = [[name, capital(limit_words(problem, name))] for name in outcome.conflict]
    return [
        *sentence(head, width, "bold"),
        Text(""),
        *table([Col("limit", right=False), Col("set to", right=False, wrap=True)], rows, width),
        Text(""),
        *sentence(_help(outcome.conflict), width),
    ]


def _help(conflict: tuple[str, ...]) -> str:
    limits = [name for name in conflict if f"limits.{name}" in COLUMNS]
    which = "it" if len(conflict) == 1 else "one of them"
    if limits:
        return f"Relax {which}, for instance: --set limits.{limits[0]}=..."
    return f"Relax {which} in the case: more capacity, another value, or a penalty for a rule."


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
