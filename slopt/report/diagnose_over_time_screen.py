"""A diagnosis over periods on the screen: what contradicts what, and the least ways out."""

from __future__ import annotations

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.engine.diagnosing_over_time import DiagnosedOverTime
from slopt.report.assumed import assumed_lines
from slopt.report.horizon_resources import price_lines
from slopt.report.horizon_screen import no_horizon_plan_lines
from slopt.report.horizon_words import demand_words
from slopt.report.language import ENGLISH, Language
from slopt.report.limit_words import limit_label
from slopt.report.numbers import percent
from slopt.report.table import Col, sentence, table
from slopt.study.over_time.diagnosis import Relief, RepairOverTime

SHOWN = 6
"""Changes of a repair on the screen."""


def diagnosis_over_time_lines(
    found: DiagnosedOverTime, width: int, language: Language = ENGLISH
) -> list[Text]:
    """Everything `slopt diagnose` prints of a case over periods, at most `width` cells wide."""
    _, case, problem = language, found.case, found.diagnosis.problem
    head = _.count(
        "{name} · {n} period, {first}",
        "{name} · {n} periods from {first} to {last}",
        len(problem.periods),
        name=case.settings.case.name,
        first=problem.periods[0],
        last=problem.periods[-1],
    )
    lines = [*sentence(head, width), Text("")]
    if found.solved.plan is not None:
        said = _("There is a plan: no limits and rules contradict each other in any period.")
        lines += [*sentence(said, width, "bold"), Text("")]
        return lines + price_lines(found.solved.plan, width, _)
    lines += no_horizon_plan_lines(case, problem, found.solved.outcome, width, _)
    for conflict in found.diagnosis.conflicts[1:]:
        head = _("Apart from that, with those limits given up, these contradict each other too:")
        if len(conflict) == 1:
            head = _("Apart from that, with those limits given up, this one cannot be met either:")
        lines += [Text(""), *sentence(head, width, "bold")]
        for name in conflict:
            lines += sentence(demand_words(problem, name, _), width, indent="    ", first="  ")
    repairs = found.diagnosis.repairs
    if not repairs:
        if found.diagnosis.conflicts:
            said = _("No change of a single figure of the conflict was found that is enough.")
            lines += [Text(""), *sentence(said, width)]
        return lines
    lines += [Text(""), *_repair_lines(repairs, case, width, _)]
    said = _(
        "Each way out is the least of its kind, all else kept, and was solved: there is a plan "
        "with it."
    )
    lines += [Text(""), *sentence(said, width)]
    if any("].capacity" in c.figure.path for repair in repairs for c in repair.changes):
        free = _("Units that are added to the capacity of a resource are taken to cost nothing.")
        lines += sentence(free, width)
    return [*lines, *assumed_lines(case, width, _)]


def _repair_lines(
    repairs: tuple[RepairOverTime, ...], case: PlanningCase, width: int, _: Language
) -> list[Text]:
    unit = _.totals_unit([repair.evaluation.total_cost for repair in repairs])
    rows: list[list[str | Text]] = []
    for place, repair in enumerate(repairs, 1):
        for row, change in enumerate(repair.changes[:SHOWN]):
            first = row == 0
            rows.append(
                [
                    str(place) if first else "",
                    limit_label(change.figure.name, _),
                    _figure(change, change.figure.value, _),
                    _figure(change, change.value, _),
                    unit.plain(repair.evaluation.total_cost) if first else "",
                ]
            )
        if len(repair.changes) > SHOWN:
            more = _("{n} more: --json has all.", n=f"{len(repair.changes) - SHOWN:,}")
            rows.append(["", more, "", "", ""])
    head = _.money_unit(unit, case.settings.case.currency)
    columns = [
        Col(_("way out"), right=False),
        Col(_("change"), right=False, shorten=True),
        Col(_("from")),
        Col(_("to")),
        Col(_("total, {money}", money=head), style="bold"),
    ]
    title = _("Ways out, by the total, booked and lost in present value, that they lead to")
    return [*sentence(title, width), *table(columns, rows, width, language=_)]


def _figure(change: Relief, value: float, _: Language) -> str:
    if change.figure.is_floor and change.figure.step < 1 and change.figure.value <= 1:
        return f"{percent(value, 3)} %"
    return f"{value:,.10g}"
