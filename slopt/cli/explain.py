"""`slopt explain`: why the plan is as it is, and why not otherwise."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slopt.cli.common import (
    CaseArgument,
    JsonOption,
    MethodOption,
    ModelOption,
    OutOption,
    RiskOption,
    SetOption,
    counting,
    print_json,
    print_lines,
    read,
    screen_width,
    with_risk,
)
from slopt.cli.speaking import LangOption, spoken
from slopt.sayings import later
from slopt.vocabulary import Method, Status

if TYPE_CHECKING:
    from rich.text import Text

    from slopt.case.case import PlanningCase
    from slopt.engine.explaining import Explained, Question
    from slopt.engine.solving import Solved
    from slopt.study.explain_risk import ExplainedForRisk, TierInFutures

FILE = "explanation.json"
NO_PLAN = "result.json"
SEGMENTS = "explanation_segments.csv"


def run(
    case: CaseArgument,
    segment: Annotated[
        str | None, typer.Argument(metavar="SEGMENT", help="One segment, in full.")
    ] = None,
    limits: Annotated[
        bool, typer.Option("--limits", help="What each limit is worth, unit by unit, solved.")
    ] = False,
    rules: Annotated[
        bool, typer.Option("--rules", help="What each rule and contract costs, by solving without.")
    ] = False,
    why_not: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SEGMENT=TIER", help="Solve the plan with this wish; may be given repeatedly."
        ),
    ] = None,
    next_units: Annotated[
        list[str] | None,
        typer.Option(
            "--next",
            metavar="LIMIT=UNITS",
            help="What so many units more of a limit gain; may be given repeatedly.",
        ),
    ] = None,
    risk: RiskOption = None,
    settings: SetOption = None,
    model: ModelOption = None,
    method: MethodOption = Method.AUTO,
    out: OutOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Say why each segment has its tier, what limits and rules cost, and who pays for a wish."""
    from slopt.engine.explaining import Question, explain_case

    question = Question(segment, limits, rules, tuple(why_not or ()), tuple(next_units or ()))
    planning_case = read(case, with_risk(settings, risk), model, over_time=True)
    if planning_case.has_periods:
        raise typer.Exit(_over_time(planning_case, question, method, out, json))
    with counting(later("solving")) as tell:
        found = explain_case(planning_case, question, method, tell)
    if found.solved.plan is None:
        _no_plan(found.solved, out, json)
    elif json or out:
        _write(found, out, json)
    if found.solved.plan is not None and not json:
        print_lines(_lines(found, question.is_whole, screen_width(), case))
    raise typer.Exit(_exit_code(found, question.is_whole))


def _over_time(
    case: PlanningCase, question: Question, method: Method, out: Path | None, json: bool
) -> int:
    """Over periods one segment is explained, and nothing else; the exit code."""
    from slopt.cli.explain_over_time import explain_over_time
    from slopt.engine.explaining import Question
    from slopt.problem.build import require_one_period

    if question.segment is None or question != Question(question.segment):
        require_one_period(case)
    return explain_over_time(case, question.segment or "", method, out, json)


def _no_plan(solved: Solved, out: Path | None, json: bool) -> None:
    """What there is to say where there is no plan."""
    from slopt.plan.files import json_text, write_files
    from slopt.plan.result import no_plan_result
    from slopt.report.no_plan_screen import no_plan_lines
    from slopt.study.explain_document import TABLES

    document = no_plan_result(solved.case, solved.outcome, solved.seconds)
    if out:
        write_files(out, {NO_PLAN: json_text(document)}, stale=[FILE, *TABLES])
    if json:
        print_json(document)
    else:
        print_lines(
            no_plan_lines(solved.case, solved.problem, solved.outcome, screen_width(), spoken())
        )


def _write(found: Explained, out: Path | None, json: bool) -> None:
    """The document, and the tables of what it has."""
    from slopt.plan.files import json_text, result_without_plan, write_files
    from slopt.report.explain_words import in_words
    from slopt.study.explain_document import TABLES, explanation_tables

    if found.for_risk is not None:
        document, tables = _of_risk(found.for_risk)
    else:
        document = found.document(partial(in_words, found.plan))
        tables = explanation_tables(document)
    if out:
        files = {FILE: json_text(document), **tables}
        stale = [*TABLES, *result_without_plan(out)]
        write_files(out, files, stale=[name for name in stale if name not in files])
    if json:
        print_json(document)


def _of_risk(found: ExplainedForRisk) -> tuple[dict[str, Any], dict[str, str]]:
    """The document and the table of a plan for uncertain futures."""
    from slopt.report.explain_risk_screen import tier_words
    from slopt.report.language import ENGLISH
    from slopt.study.explain_risk_document import risk_explanation_csv, risk_explanation_document

    def in_words(segment: int, other: TierInFutures) -> str:
        return tier_words(found, segment, other, ENGLISH)

    table = risk_explanation_csv(found, in_words)
    return risk_explanation_document(found, in_words), {SEGMENTS: table}


def _lines(found: Explained, whole: bool, width: int, case: str) -> list[Text]:
    """What the screen shows: each part that was asked, an empty line in between."""
    from rich.text import Text

    from slopt.plan.provenance import Provenance
    from slopt.report.curve_screen import curve_lines, curves_lines
    from slopt.report.explain_limits_screen import limits_in_full
    from slopt.report.explain_rules_screen import rules_in_full
    from slopt.report.explain_screen import more_lines, overview_lines
    from slopt.report.explain_segment_screen import segment_lines
    from slopt.report.explain_wish_screen import wish_lines
    from slopt.report.level_plot import level_lines
    from slopt.report.table import sentence

    plan, parts, _ = found.plan, [], spoken()
    if found.for_risk is not None:
        from slopt.report.explain_risk_screen import explain_risk_lines

        return explain_risk_lines(found.for_risk, whole, width, _)
    if found.segments is not None and whole:
        parts.append(overview_lines(plan, found.segments, width, _))
        if found.standings:
            parts.append(curves_lines(plan, found.standings, width, _))
    elif found.standings:
        parts.append(curve_lines(found.standings[0], width, _))
    elif found.segments is not None:
        parts.append(segment_lines(plan, found.segments, width, Provenance(plan.case), _))
    if curve := level_lines(plan, found.by_level, width, _):
        parts.append(curve)
    if found.limits is not None:
        parts.append(limits_in_full(plan, found.limits, width, _))
    if found.rules is not None:
        parts.append(rules_in_full(plan, found.rules, width, _))
    if found.wish is not None:
        parts.append(wish_lines(plan, found.wish, width, _))
    if whole:
        parts.append(more_lines(plan, case, width, _))
    if not found.is_complete:
        said = _("Interrupted: what had been solved by then is shown.")
        if not found.interrupted:
            said = _(
                "Time was over before all of this was solved; --set solve.time_limit_s=... gives "
                "more."
            )
        parts.append(sentence(said, width))
    return [line for part in parts for line in (*part, Text(""))][:-1]


def _exit_code(found: Explained, whole: bool) -> int:
    """That of the plan; where the plan stands but an answer that was asked for was cut short, 5."""
    status = found.solved.outcome.status
    if found.interrupted:
        return Status.INTERRUPTED.exit_code
    cut = not whole and not found.is_complete
    if found.wish is not None and found.wish.outcome.status is not Status.INFEASIBLE:
        cut |= found.wish.outcome.status is not Status.OPTIMAL
    if status is Status.OPTIMAL and cut:
        return Status.FEASIBLE.exit_code
    return status.exit_code
