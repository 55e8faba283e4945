"""A plan over periods against today in present value, and what happens period by period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.plan.horizon.result import knows_kinds
from slopt.plan.horizon.rows import basis_of
from slopt.problem.evaluate import Breach
from slopt.problem.horizon.evaluate import BOOKED as BOOKED_LINES
from slopt.problem.horizon.evaluate import HorizonEvaluation
from slopt.problem.horizon.problem import HorizonProblem
from slopt.report.horizon_words import broken_words
from slopt.report.language import Language, later
from slopt.report.numbers import Unit, percent
from slopt.report.screen import BOOKED, EXPECTED
from slopt.report.table import Col, sentence, table
from slopt.report.totals_table import level_lines, totals_lines
from slopt.vocabulary import LOSSES, Basis

Cell = TypeVar("Cell")


@dataclass(frozen=True)
class PresentValue:
    """The totals of a plan over periods, as those of one period are shown."""

    service_cost: float
    lost_orders: float
    lost_customers: float
    lost_prospects: float
    lost_unsplit: float
    lost_sales: float
    total_cost: float
    service_level: float
    knows_kinds: bool
    violations: tuple[Breach, ...]

    @classmethod
    def of(cls, evaluation: HorizonEvaluation) -> PresentValue:
        """The present values of an evaluation, its mean level and what it breaks."""
        return cls(
            **{
                name: evaluation.present[name]
                for name in ("service_cost", *LOSSES, "lost_unsplit", "lost_sales", "total_cost")
            },
            service_level=evaluation.mean_service_level,
            knows_kinds=knows_kinds(evaluation),
            violations=evaluation.violations,
        )


def present_value_lines(
    case: PlanningCase,
    then: HorizonEvaluation,
    now: HorizonEvaluation | None,
    width: int,
    language: Language,
    title: str = "",
) -> list[Text]:
    """Today against the plan over all periods, and the net present value of both."""
    _ = language
    plan, today = PresentValue.of(then), None if now is None else PresentValue.of(now)
    broken = () if today is None else today.violations
    if today is not None:
        today = replace(today, violations=())  # of which a screen over periods says more below

    def head(unit: Unit) -> str:
        return _("{money}, present value", money=_.money_unit(unit, case.settings.case.currency))

    lines = totals_lines(case, plan, today, width, title, _, head)
    lines += level_lines(case, plan, today, width, title, _)
    if broken:
        said = _(
            "Today's {tiers} would break: {limits}.",
            tiers=_.plural(_.words(case.settings.words).tier),
            limits=broken_words(broken, _),
        )
        lines += sentence(said, width)
    return lines


def period_lines(
    problem: HorizonProblem,
    evaluation: HorizonEvaluation,
    bases: Sequence[Sequence[Basis]],
    case: PlanningCase,
    width: int,
    language: Language,
) -> list[Text]:
    """A row a period: its budget, what is carried on, booked and lost, its level and moves."""
    _, t = language, len(problem.periods)
    words = _.words(case.settings.words)
    kinds = knows_kinds(evaluation)
    names = LOSSES if kinds else ("lost_unsplit",)
    unit = period_unit(evaluation, _)
    has_budget = bool(np.any(~np.isnan(problem.budget)))
    moves = evaluation.changed.sum(axis=0)
    columns = [
        Col(_("period"), right=False),
        Col("", right=False),
        Col(_("budget"), told=True, drop=2),
        Col(_("carried"), told=True, drop=3),
        Col(_("booked"), style=BOOKED),
        *(Col(_short(name, _), style=EXPECTED, drop=1, told=True) for name in names),
        Col(_("level, %")),
        Col(_("customers"), drop=4, told=True),
        Col(_("moves")),
    ]
    n = evaluation.base.customers[:, :t].sum(axis=0)
    said = {basis: _(word) for basis, word in BASIS_WORDS.items()}
    rows: list[list[str | Text]] = []
    for p, period in enumerate(problem.periods):
        budget = None if np.isnan(problem.budget[p]) else float(problem.budget[p])
        rows.append(
            [
                period,
                said[basis_of(bases[p])],
                unit.plain(budget),
                unit.plain(float(evaluation.carried[p])) if problem.carries[p] else "",
                unit.plain(float(evaluation.spent[p])),
                *(unit.plain(float(evaluation.lost[name][p])) for name in names),
                percent(float(evaluation.service_level[p]), 1),
                f"{n[p]:,.0f}",
                f"{moves[p]:,}",
            ]
        )
    if any(evaluation.after.values()):
        felt = [unit.plain(evaluation.after[name]) for name in names]
        ahead = f"{evaluation.base.customers[:, t].sum():,.0f}"
        rows.append([_("after"), "", "", "", "", *felt, "", ahead, ""])
    foot: list[str | Text] = [
        _("present"),
        "",
        "",
        "",
        unit.plain(evaluation.service_cost),
        *(unit.plain(evaluation.present[name]) for name in names),
        percent(evaluation.mean_service_level, 1),
        "",
        f"{evaluation.changes:,}",
    ]
    hidden = set()
    if all(basis_of(each) is Basis.PLAN for each in bases):
        hidden.add(1)
    if not has_budget:
        hidden.add(2)
    if not problem.carries.any():
        hidden.add(3)
    columns, foot = _without(columns, hidden), _without(foot, hidden)
    rows = [_without(row, hidden) for row in rows]
    title = _(
        "By period in {money} of that period; the last line is the present value, {lost} after "
        "the last period included",
        money=_.money_unit(unit, case.settings.case.currency),
        lost=words.lost_sales,
    )
    lines = sentence(title, width) + table(columns, rows, width, foot, _)
    return lines + _booked_lines(problem, evaluation, unit, width, _)


BASIS_WORDS = {
    Basis.PLAN: later("plan"),
    Basis.DECIDED: later("decided"),
    Basis.ACTUAL: later("actual"),
}


def _without(cells: list[Cell], hidden: set[int]) -> list[Cell]:
    return [cell for place, cell in enumerate(cells) if place not in hidden]


def period_unit(evaluation: HorizonEvaluation, language: Language) -> Unit:
    """One unit for all money by period."""
    lost = np.sum(list(evaluation.lost.values()), axis=0)
    return language.rows_unit([*np.abs(evaluation.spent), *np.abs(lost)])


def _short(name: str, _: Language) -> str:
    return {
        "lost_orders": _("orders"),
        "lost_customers": _("leaving"),
        "lost_prospects": _("prospects"),
        "lost_unsplit": _("lost"),
    }[name]


def booked_titles(_: Language) -> dict[str, str]:
    """What the lines of booked cost are called, in their order."""
    return {
        "service_cost": _("serving"),
        "change_cost": _("moving"),
        "open_cost": _("open tiers"),
        "extra_cost": _("extra units"),
        "staff_cost": _("staff"),
        "project_cost": _("projects"),
    }


def shown_lines(evaluation: HorizonEvaluation, unit: Unit) -> list[str]:
    """The lines of booked cost that are not 0 in every period, at the digits of the unit."""
    nothing = unit.plain(0.0)
    return [
        name
        for name in BOOKED_LINES
        if any(unit.plain(float(value)) != nothing for value in evaluation.booked[name])
    ]


def _booked_lines(
    problem: HorizonProblem, evaluation: HorizonEvaluation, unit: Unit, width: int, _: Language
) -> list[Text]:
    """What is booked by line, where there is more than the cost of serving."""
    titles = booked_titles(_)
    used = shown_lines(evaluation, unit)
    if not set(used) - {"service_cost"}:
        return []
    rows = [
        [
            period,
            *(unit.plain(float(evaluation.booked[name][p])) for name in used),
            unit.plain(float(evaluation.spent[p])),
        ]
        for p, period in enumerate(problem.periods)
    ]
    columns = [
        Col(_("period"), right=False),
        *(Col(titles[name]) for name in used),
        Col(_("booked"), style=BOOKED),
    ]
    return [Text(""), *table(columns, rows, width, language=_)]
