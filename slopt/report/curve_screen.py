"""Where levels, stock rooms and desks stand on their curves: what a step more or less would do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.text import Text

from slopt.plan.plan import Plan
from slopt.problem.generated.columns import Part
from slopt.report.assumed import assumed_lines
from slopt.report.language import ENGLISH, Language
from slopt.report.limit_words import limit_label, price
from slopt.report.losses import loss_cells, loss_columns
from slopt.report.offer_bars import bar
from slopt.report.offer_words import offer_words
from slopt.report.screen import BOOKED, EXPECTED
from slopt.report.table import Col, sentence, table
from slopt.study.at_prices import Flip
from slopt.study.exchange_curve import Standing, Step, designs_at

MOST_ROWS = 12
MOST_OFFERS = 11
"""Offers of a curve on the screen, the chosen one and its neighbours always among them."""
MOST_FLIPS = 3
BAR = 22
"""Cells of the longest bar in the table of offers."""


def curves_lines(
    plan: Plan, standings: Sequence[Standing], width: int, language: Language = ENGLISH
) -> list[Text]:
    """A line each: its offer, and what a step more costs and saves; the most money first."""
    _ = language
    words, info = _.words(plan.case.settings.words), plan.case.settings.case
    ordered = sorted(standings, key=lambda each: -_money(each))[:MOST_ROWS]
    steps = [step for each in ordered for step in each.curve.steps]
    unit = _.rows_unit([x for step in steps for x in (step.service_cost, step.lost_sales)])
    rows: list[list[str | Text]] = []
    for each in ordered:
        row, more, problem = each.curve.row, each.curve.more, each.plan.problem
        rows.append(
            [
                problem.segments[row],
                offer_words(problem, row, each.curve.chosen, _),
                "" if more is None else offer_words(problem, row, more.column, _),
                "" if more is None else unit.signed(more.service_cost),
                "" if more is None else unit.signed(more.lost_sales),
                "" if more is None else _at_price(plan, each.flips[more.column], _),
            ]
        )
    columns = [
        Col(_("on a curve"), right=False, shorten=True),
        Col(_("plan"), right=False),
        Col(_("a step more"), right=False),
        Col(words.service_cost, style=BOOKED),
        Col(_("lost"), style=EXPECTED),
        Col(_("taken at a price of"), right=False, drop=1, wrap=True),
    ]
    title = _(
        "Levels, stock rooms and desks: where each stands on its curve, in {unit}",
        unit=_.unit_head(unit, info),
    )
    lines = [*sentence(title, width, "bold"), Text(""), *table(columns, rows, width, language=_)]
    if len(standings) > len(ordered):
        more_rows = f"{len(standings) - len(ordered):,}"
        lines += sentence(_("{n} more: --json has all.", n=more_rows), width)
    return lines


def _money(each: Standing) -> float:
    row, column, problem = each.curve.row, each.curve.chosen, each.plan.problem
    return float(problem.service_cost[row, column] + problem.lost_sales[row, column])


def _at_price(plan: Plan, flips: Sequence[Flip], _: Language) -> str:
    if not flips:
        return ""
    flip = flips[0]
    return _(
        "{limit} {price}, now {now}",
        limit=limit_label(flip.limit, _),
        price=price(plan.problem, flip.limit, flip.at, _),
        now=price(plan.problem, flip.limit, flip.now, _),
    )


def curve_lines(standing: Standing, width: int, language: Language = ENGLISH) -> list[Text]:
    """One level, stock room or desk in full: a step more, a step less, and its curve."""
    _, plan, curve = language, standing.plan, standing.curve
    problem = plan.problem
    row, chosen, info = curve.row, curve.chosen, plan.case.settings.case
    words = _.words(plan.case.settings.words)
    offer = offer_words(problem, row, chosen, _)
    said = _(
        "{name}: {offer}. {cost} {booked}, expected {lost} {expected}.",
        name=problem.segments[row],
        offer=offer,
        cost=_.capital(words.service_cost),
        booked=_.money_each_period(float(problem.service_cost[row, chosen]), info),
        lost=words.lost_sales,
        expected=_.money_each_period(float(problem.lost_sales[row, chosen]), info),
    )
    lines = [*sentence(said, width, "bold"), Text("")]
    for text in curve_sentences(standing, _):
        lines += sentence(text, width)
    lines += [Text(""), *_offers(standing, width, _), *design_lines(plan, row, chosen, width, _)]
    return [*lines, *assumed_lines(plan.case, width, _)]


def curve_sentences(
    standing: Standing, language: Language = ENGLISH, most_flips: int = MOST_FLIPS
) -> list[str]:
    """What a step more and a step less would do, and at which price each is taken."""
    _, curve, said = language, standing.curve, []
    if curve.more is None:
        said.append(_("More is not to be had here, or saves no lost sales."))
    else:
        taken = _taken(standing, curve.more, most_flips, _)
        said.append(_.sentences([_more(standing, curve.more, _), *taken]))
    if curve.less is None:
        said.append(_("Less is not to be had here, or saves no money."))
    else:
        taken = _taken(standing, curve.less, most_flips, _)
        said.append(_.sentences([_less(standing, curve.less, _), *taken]))
    return said


def _places(standing: Standing, step: Step, _: Language) -> dict[str, str]:
    plan = standing.plan
    currency = plan.case.settings.case.currency
    places = {
        "offer": offer_words(plan.problem, standing.curve.row, step.column, _),
        "cost": _.money(abs(step.service_cost), currency),
        "lost": _.money(abs(step.lost_sales), currency),
        "each": f"{step.saved_a_unit or 0.0:.2f}",
    }
    if standing.part is Part.LEVEL and step.service_level:
        points = abs(100 * step.service_level)
        places["cost_point"] = _.money(abs(step.service_cost) / points, currency)
        places["lost_point"] = _.money(abs(step.lost_sales) / points, currency)
    return places


def _more(standing: Standing, step: Step, _: Language) -> str:
    places = _places(standing, step, _)
    if "cost_point" in places:
        return _(
            "A step up to {offer} costs {cost} more and loses {lost} less: a point costs "
            "{cost_point} and saves {lost_point}.",
            **places,
        )
    return _(
        "A step more, {offer}, costs {cost} more and loses {lost} less: {each} of lost sales saved "
        "for each 1 spent.",
        **places,
    )


def _less(standing: Standing, step: Step, _: Language) -> str:
    places = _places(standing, step, _)
    if "cost_point" in places:
        return _(
            "A step down to {offer} saves {cost} and loses {lost} more: a point saves {cost_point} "
            "and loses {lost_point}.",
            **places,
        )
    return _(
        "A step less, {offer}, saves {cost} and loses {lost} more: {each} of lost sales for each 1 "
        "saved.",
        **places,
    )


def _taken(standing: Standing, step: Step, most: int, _: Language) -> list[str]:
    """At which prices of limits the step is taken."""
    said = []
    for flip in standing.flips[step.column][:most]:
        limit = limit_label(flip.limit, _)
        at = price(standing.plan.problem, flip.limit, flip.at, _)
        now = price(standing.plan.problem, flip.limit, flip.now, _)
        if at == now:
            said.append(
                _("At the price of {limit} now, {now}, it is as good.", limit=limit, now=now)
            )
        elif flip.at > flip.now:
            text = _(
                "It is taken once the price of {limit} rises from {now} to {at}.",
                limit=limit,
                now=now,
                at=at,
            )
            said.append(text)
        else:
            text = _(
                "It is taken once the price of {limit} falls from {now} to {at}.",
                limit=limit,
                now=now,
                at=at,
            )
            said.append(text)
    return said


def design_lines(plan: Plan, row: int, column: int, width: int, _: Language) -> list[Text]:
    """What the other designs of a desk would come to, at their best; nothing without a choice."""
    designs = designs_at(plan.problem, row, column)
    if not designs:
        return []
    first = designs[0]
    words, info = _.words(plan.case.settings.words), plan.case.settings.case
    unit = _.totals_unit([its.total_cost for its in designs])
    rows: list[list[str | Text]] = [
        [
            ("● " if its is first else "  ") + its.design,
            f"{its.agents:,}",
            unit.plain(its.service_cost),
            unit.plain(its.lost_sales),
            unit.plain(its.total_cost),
            "" if its is first else unit.signed(its.total_cost - first.total_cost),
        ]
        for its in sorted(designs, key=lambda its: its.total_cost)
    ]
    columns = [
        Col(_("design"), right=False, shorten=True),
        Col(_("agents"), drop=1),
        Col(words.service_cost, style=BOOKED),
        Col(_("lost"), style=EXPECTED),
        Col(_("total"), style="bold"),
        Col(_("against the plan")),
    ]
    title = _(
        "{name}: every design at its best, in {unit}",
        name=plan.problem.segments[row],
        unit=_.unit_head(unit, info),
    )
    return [Text(""), *sentence(title, width), *table(columns, rows, width, language=_)]


def shown_columns(standing: Standing, most: int = MOST_OFFERS) -> list[int]:
    """As many offers of the curve as are shown, spread over it, by rising cost."""
    columns = standing.curve.columns
    today = int(standing.plan.problem.current[standing.curve.row])
    always = {standing.curve.chosen, *(step.column for step in standing.curve.steps)}
    always |= {today} & set(columns.tolist())
    spread = np.linspace(0, len(columns) - 1, max(most - len(always), 2)).round().astype(int)
    kept = always | {int(columns[place]) for place in spread}
    return [column for column in columns.tolist() if column in kept]


def _offers(standing: Standing, width: int, _: Language) -> list[Text]:
    plan, problem, curve = standing.plan, standing.plan.problem, standing.curve
    row, words, info = curve.row, _.words(plan.case.settings.words), plan.case.settings.case
    shown = shown_columns(standing)
    unit = _.rows_unit([*problem.service_cost[row, shown], *problem.lost_sales[row, shown]])
    total = problem.service_cost[row] + problem.lost_sales[row]
    longest = max((abs(float(total[k])) for k in shown), default=1.0) or 1.0
    rows: list[list[str | Text]] = [
        [
            ("● " if k == curve.chosen else "○ " if k == problem.current[row] else "  ")
            + offer_words(problem, row, k, _),
            unit.plain(float(problem.service_cost[row, k])),
            *loss_cells(problem, row, k, unit),
            unit.plain(float(total[k])),
            bar(problem.service_cost[row, k], problem.lost_sales[row, k], longest, BAR),
        ]
        for k in shown
    ]
    columns = [
        Col(_("on the curve"), right=False, shorten=True),
        Col(words.service_cost, style=BOOKED),
        *loss_columns(words, _),
        Col(_("total"), style="bold"),
        Col(_("█ booked ░ lost"), right=False, drop=3),
    ]
    head = _.unit_head(unit, info)
    marks = _("{unit}  ● plan", unit=head)
    if problem.current[row] >= 0:
        marks = _("{unit}  ● plan  ○ today", unit=head)
    return [*table(columns, rows, width, language=_), Text(marks)]
