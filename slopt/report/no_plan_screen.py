"""What is said where there is no plan, and of a plan that breaks rules."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.problem.choice import ChoiceProblem
from slopt.problem.demands import Conflict
from slopt.problem.evaluate import Breach
from slopt.report.language import ENGLISH, Language, later
from slopt.report.limit_words import difference, limit_label, limit_words
from slopt.report.table import Col, sentence, table
from slopt.solve.outcome import Outcome
from slopt.study.diagnose.words import Wording
from slopt.vocabulary import Status

DIAGNOSE = later(
    "What would have to give way, by how much, and the best plan then: slopt diagnose, with the "
    "same case and --set options."
)
WHOLE_TIME = 0.9
"""Of the time limit: a search that ended earlier had nothing left to try."""
NAMED = 8
"""Segments that are named of those with the same contract."""


def no_plan_lines(
    case: PlanningCase,
    problem: ChoiceProblem,
    outcome: Outcome,
    width: int,
    language: Language = ENGLISH,
) -> list[Text]:
    """Why there is no plan, in the words of the rules, and which command helps."""
    _ = language
    if outcome.status is Status.INFEASIBLE:
        return _conflict(case, problem, outcome.contradiction, width, _)
    limit = case.settings.solve.time_limit_s
    if outcome.status is Status.NO_PLAN and outcome.seconds < WHOLE_TIME * limit:
        text = _(
            "No plan was found, and that none exists is not proven either: more time would not "
            "change that."
        )
        return [*sentence(text, width, "bold"), *sentence(_(DIAGNOSE), width)]
    what, remedy = {
        Status.UNBOUNDED: (
            _("The program is unbounded: something can be had without end."),
            _("Check the model file for a variable without a bound."),
        ),
        Status.INTERRUPTED: (_("Interrupted before a plan was found."), ""),
    }.get(
        outcome.status,
        (
            _(
                "No plan was found within {seconds} s; that none exists is not proven.",
                seconds=f"{limit:g}",
            ),
            _("Give it more time: --set solve.time_limit_s={seconds}", seconds=f"{10 * limit:g}"),
        ),
    )
    return [*sentence(what, width, "bold"), *sentence(remedy, width)]


def _conflict(
    case: PlanningCase, problem: ChoiceProblem, found: Conflict, width: int, _: Language
) -> list[Text]:
    if not found.demands:
        text = _("No plan keeps every limit. Which of them contradict was not found in the time.")
        return [*sentence(text, width, "bold"), *sentence(_(DIAGNOSE), width)]
    count = len(found.demands)
    if count == 1:
        head = _("No plan meets every limit. This one cannot be met, whatever else is given up:")
    elif found.is_smallest:
        head = _(
            "No plan meets every limit. These {n} contradict each other; without any one of them "
            "the rest of these can be met:",
            n=count,
        )
    else:
        head = _(
            "No plan meets every limit. These {n} contradict each other; whether all of them are "
            "needed for that was not shown in the time:",
            n=count,
        )
    told = conflict_lines(Wording.of(case, problem, _.words(case.settings.words)), found, width, _)
    return [*sentence(head, width, "bold"), *told, Text(""), *sentence(_(DIAGNOSE), width)]


def conflict_lines(
    wording: Wording, found: Conflict, width: int, language: Language = ENGLISH
) -> list[Text]:
    """A line for each member, the same contract of several segments in one."""
    _, lines = language, list[Text]()
    for group in wording.grouped(found.demands):
        text = _.tell(group.words)
        names = _(", ").join(group.segments[:NAMED])
        more = len(group.segments) - NAMED
        if more > 0:
            names = _("{names} and {n} more", names=names, n=f"{more:,}")
        if names:
            text = _("{what}: {names}", what=text, names=names)
        lines += sentence(text, width, indent="    ", first="  ")
    return lines


def violation_lines(
    problem: ChoiceProblem, violations: Iterable[Breach], width: int, language: Language = ENGLISH
) -> list[Text]:
    """The firm rules that a brought plan breaks, by how much."""
    _ = language
    rows = [
        [
            limit_label(v.rule, _),
            difference(problem, v.rule, v.amount, _),
            limit_words(problem, v.rule, _),
        ]
        for v in violations
    ]
    if not rows:
        return [Text(_("The plan keeps every limit and rule."), style="bold")]
    head = _.count("The plan breaks {n} rule:", "The plan breaks {n} rules:", len(rows))
    columns = [
        Col(_("rule"), right=False, shorten=True),
        Col(_("by")),
        Col(_("limit"), right=False, wrap=True),
    ]
    return [Text(head, style="bold"), Text(""), *table(columns, rows, width, language=_)]
