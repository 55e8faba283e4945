"""Why the plan is as it is: segments, limits, rules, and wishes that it does not grant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slopt.engine.solving import Solved, options_of, solve_case
from slopt.errors import UsageError
from slopt.sayings import in_a_row, later, say
from slopt.vocabulary import Method

if TYPE_CHECKING:
    from slopt.case.case import PlanningCase
    from slopt.plan.plan import Plan
    from slopt.problem.evaluate import Evaluation
    from slopt.study.anew import Tell
    from slopt.study.exchange_curve import Standing
    from slopt.study.explain import Explanations
    from slopt.study.explain_document import InWords
    from slopt.study.explain_limits import LimitValue
    from slopt.study.explain_risk import ExplainedForRisk
    from slopt.study.explain_rules import RuleCost
    from slopt.study.explain_wish import Granted


@dataclass(frozen=True)
class Question:
    """What is to be explained; all of a small problem, and all segments of any, where nothing is.

    `segment` is a name, `why_not` are wishes and `next_units` amounts of limits, as typed.
    """

    segment: str | None = None
    limits: bool = False
    rules: bool = False
    why_not: Sequence[str] = ()
    next_units: Sequence[str] = ()

    @property
    def is_whole(self) -> bool:
        """True where nothing was singled out."""
        return self.segment is None and not (
            self.limits or self.rules or self.why_not or self.next_units
        )


@dataclass(frozen=True, eq=False)
class Explained:
    """A plan and what was asked about it; None where it was not asked, or is not solved at size.

    `by_level` are plans of least total at every service level, where nothing was singled out.
    `for_risk` is there of a plan that was chosen for its futures, and nothing else of it.
    `standings` are levels, stock rooms and desks on their curves, of which `segments` has none.
    `is_complete` is false where time or Ctrl-C ended it before all was solved.
    """

    solved: Solved
    segments: Explanations | None = None
    limits: Sequence[LimitValue] | None = None
    rules: Sequence[RuleCost] | None = None
    wish: Granted | None = None
    is_complete: bool = True
    interrupted: bool = False
    by_level: Sequence[Evaluation] = ()
    standings: Sequence[Standing] = ()
    for_risk: ExplainedForRisk | None = None

    @property
    def plan(self) -> Plan:
        """The plan that is explained."""
        assert self.solved.plan is not None
        return self.solved.plan

    def document(self, in_words: InWords) -> dict[str, Any]:
        """explanation.json; `in_words` says a row of a segment in sentences."""
        from slopt.study.explain_document import explanation_document

        return explanation_document(
            self.plan,
            self.segments,
            self.limits,
            self.rules,
            self.wish,
            in_words,
            self.is_complete,
            self.by_level,
            self.standings,
        )


def explain_case(
    case: PlanningCase,
    question: Question | None = None,
    method: Method = Method.AUTO,
    tell: Tell | None = None,
) -> Explained:
    """Solve a case and explain its plan; without one only `solved` is given.

    What is solved anew takes at most the time limit of the case once more. Raises UsageError for
    what is not known, and what solve_case raises.
    """
    from slopt.problem.build import build_problem
    from slopt.study.explain_limits import steps_of
    from slopt.study.explain_wish import wishes_of

    question = question or Question()
    _require_own_numbers(case, question)
    if question.segment is not None or question.why_not or question.next_units:
        problem = build_problem(case)
        require_segment(problem.segments, question.segment)
        wishes_of(problem, question.why_not)
        steps_of(problem, question.next_units)
    solved = solve_case(case, method, next_steps=False)
    if solved.plan is None:
        return Explained(solved)
    return explain_solved(solved, question, method, tell)


def explain_solved(
    solved: Solved,
    question: Question | None = None,
    method: Method = Method.AUTO,
    tell: Tell | None = None,
) -> Explained:
    """Explain the plan of a case that was solved, as `explain_case` does."""
    from slopt.engine.curves import by_level
    from slopt.study.anew import Anew
    from slopt.study.exchange_curve import curve_rows, standings
    from slopt.study.explain import explain
    from slopt.study.explain_limits import limit_values, steps_of
    from slopt.study.explain_rules import contract_names, figures_known, rule_costs, rule_names
    from slopt.study.explain_wish import grant, wishes_of
    from slopt.study.frontier.least import Way

    assert solved.plan is not None
    plan, question = solved.plan, question or Question()
    if plan.risk is not None:
        return _for_risk(solved, question)
    problem, whole = plan.problem, question.is_whole
    options = options_of(solved.case)
    way = Way(options, method, solved.case.settings.plan.model)
    anew = Anew(way) if tell is None else Anew(way, tell)
    small = whole and problem.is_small
    segments = limits = rules = wish = None
    known = figures_known(plan) if question.rules or question.why_not or small else None
    asked = [] if question.segment is None else [list(problem.segments).index(question.segment)]
    curved = curve_rows(problem)
    standing = standings(plan, curved if whole else sorted(set(curved) & set(asked)))
    if whole:
        segments = explain(plan, way.options, None, anew)
    elif asked and not standing:
        segments = explain(plan, way.options, asked, anew)
    if question.limits or question.next_units or small:
        steps = steps_of(problem, question.next_units)
        limits = limit_values(plan, anew, steps)
    if question.rules or small:
        names = [*rule_names(problem), *contract_names(problem, known)]
        rules = rule_costs(plan, names, anew, known)
    if question.why_not:
        wishes = wishes_of(problem, question.why_not)
        wish = anew.each(say("why not"), [wishes], lambda w, way: grant(plan, w, way, known)).get(
            wishes
        )
    curve = by_level(solved.case, problem) if whole and not anew.interrupted else ()
    return Explained(
        solved, segments, limits, rules, wish, anew.is_complete, anew.interrupted, curve, standing
    )


def _for_risk(solved: Solved, question: Question) -> Explained:
    """What other tiers would do in the futures for which a plan was chosen."""
    from slopt.study.explain_risk import explain_for_risk

    plan = solved.plan
    assert plan is not None
    asked = None
    if question.segment is not None:
        asked = [list(plan.problem.segments).index(question.segment)]
    return Explained(solved, for_risk=explain_for_risk(plan, asked))


def _require_own_numbers(case: PlanningCase, question: Question) -> None:
    """Raise UsageError for what is explained of plans at the case's own numbers alone."""
    asked = question.limits or question.rules or question.why_not or question.next_units
    if case.settings.risk.measure is not None and asked:
        raise UsageError(
            say(
                "Of a plan for uncertain futures the tiers are explained. Limits, rules, next "
                "units and wishes are those of a plan at the case's own numbers: add --risk none."
            )
        )


def require_segment(segments: Sequence[str], segment: str | None) -> None:
    """Raises UsageError where there is no such segment, stock room or desk."""
    from slopt.case.columns import suggest

    if segment is not None and segment not in segments:
        hint = suggest(segment, segments, later("Known are: {known}."))
        raise UsageError(
            in_a_row(say('There is no segment "{segment}" in this case.', segment=segment), hint)
        )
