"""The least budgets that reach a target, on the screen: by period, against those of today."""

from __future__ import annotations

import math

import numpy as np
from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.problem.horizon.problem import HorizonProblem
from slopt.report.assumed import assumed_lines
from slopt.report.horizon_words import demand_words
from slopt.report.language import ENGLISH, Language
from slopt.report.numbers import NONE, percent
from slopt.report.screen import BOOKED
from slopt.report.table import Col, sentence, table
from slopt.study.over_time.least_path import LeastPath, without_budgets
from slopt.vocabulary import Status

MOST_NAMED = 4


def path_lines(
    found: LeastPath,
    case: PlanningCase,
    problem: HorizonProblem,
    width: int,
    language: Language = ENGLISH,
) -> list[Text]:
    """Everything `slopt budget --target` prints, at most `width` cells wide."""
    _, info, plan = language, case.settings.case, found.found
    words = _.words(case.settings.words)
    places = {
        "level": words.service_level,
        "target": percent(found.target, 1),
        "period": found.periods[found.by],
    }
    head = _(
        "{name} · the least budgets for a {level} of {target} % from {period} on",
        name=info.name,
        **places,
    )
    lines = [*sentence(head, width), Text("")]
    if plan is None:
        return lines + _out_of_reach(found, problem, width, _)
    with_budget = ~np.isnan(found.budgets)
    over = np.where(with_budget, found.over, 0.0)
    carried = np.where(with_budget, found.may_spend - found.budgets, 0.0)
    carries = bool(np.any(carried > TRIFLE * np.abs(plan.spent)))
    said = [
        _(
            "It takes {booked} of booked cost in present value.",
            booked=_.money(plan.service_cost, info.currency, 4),
        )
    ]
    short = np.flatnonzero(over > TRIFLE * np.abs(plan.spent)).tolist()
    if short:
        said.append(
            _(
                "Today's budgets are short in {periods}, by {amount} in all.",
                periods=_.listed([found.periods[p] for p in short[:MOST_NAMED]])
                + (" …" if len(short) > MOST_NAMED else ""),
                amount=_.money(float(over[short].sum()), info.currency),
            )
        )
    elif carries:
        said.append(
            _("Every period stays within today's budget and what earlier periods leave of theirs.")
        )
    elif with_budget.any():
        said.append(_("Every period stays within today's budget."))
    lines += [*sentence(_.sentences(said), width, "bold"), Text("")]
    unit = _.rows_unit([*plan.spent.tolist(), *found.budgets[with_budget].tolist()])
    rows: list[list[str | Text]] = [
        [
            period,
            unit.plain(float(found.budgets[p])) if with_budget[p] else NONE,
            *([unit.plain(float(carried[p])) if with_budget[p] else NONE] if carries else []),
            unit.plain(float(plan.spent[p])),
            unit.signed(float(over[p])) if with_budget[p] else NONE,
            percent(float(plan.levels[p]), 1),
            percent(found.target, 1) if p >= found.by else "",
        ]
        for p, period in enumerate(found.periods)
    ]
    columns = [
        Col(_("period"), right=False),
        Col(_("budget")),
        *([Col(_("carried in"))] if carries else []),
        Col(_("booked"), style=BOOKED),
        Col(_("over or under")),
        Col(_("level, %")),
        Col(_("target, %"), drop=1),
    ]
    title = _("In {money} of that period", money=_.money_unit(unit, info.currency))
    lines += [*sentence(title, width), *table(columns, rows, width, language=_)]
    if carries:
        counted = _("Over or under counts what earlier periods leave of their budgets.")
        lines += sentence(counted, width)
    lost = _(
        "Expected lost sales of that plan: {lost} in present value.",
        lost=_.money(plan.lost_sales, info.currency, 4),
    )
    lines += [Text(""), *sentence(lost, width)]
    gap = _("Proven to {gap} of the least.", gap=_.gap(plan.gap))
    return [*lines, *sentence(gap, width, "bold"), *assumed_lines(case, width, _)]


TRIFLE = 1e-9


def _out_of_reach(found: LeastPath, problem: HorizonProblem, width: int, _: Language) -> list[Text]:
    places = {"target": percent(found.target, 1), "period": found.periods[found.by]}
    if found.answer.status is not Status.INFEASIBLE:
        said = _("No plan was found in the time; that none exists is not proven.")
        return sentence(said, width, "bold")
    said = _("No budget reaches {target} % from {period} on.", **places)
    lines = sentence(said, width, "bold")
    if found.reachable is not None:
        most = _(
            "The most that can be reached from {period} on, whatever it costs, is {level} %.",
            period=places["period"],
            level=f"{math.floor(1e4 * found.reachable + 1e-6) / 100:.2f}",
        )
        lines += sentence(most, width, "bold")
    if found.answer.conflict:
        lines += [Text(""), *sentence(_("These contradict each other:"), width)]
        asked = without_budgets(problem, found.target, found.by)
        for name in found.answer.conflict:
            lines += sentence(demand_words(asked, name, _), width, indent="    ", first="  ")
    return lines
