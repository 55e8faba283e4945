"""What contracts are expected to pay and bring, and what customers who choose take."""

from __future__ import annotations

import numpy as np
from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.economics.promises.figures import paid_by_customer
from slopt.plan.promises import Promised, chosen, promised, would_take_at
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.report.language import ENGLISH, Language
from slopt.report.numbers import percent
from slopt.report.screen import BOOKED
from slopt.report.table import Col, sentence, table

MOST_ROWS = 12
"""Segments that have a line of their own."""


def contract_lines(
    case: PlanningCase,
    problem: ChoiceProblem,
    choice: Choice,
    service_cost: float,
    width: int,
    language: Language = ENGLISH,
) -> list[Text]:
    """What the booked cost of a plan has in it, its promises, and what customers choose.

    Nothing where there are no prices, no promises and nobody who chooses.
    """
    _ = language
    rows = promised(case, problem, choice)
    lines: list[Text] = []
    if rows:
        lines += [Text(""), *sentence(net_words(case, rows, service_cost, _), width)]
        lines += _promises(case, [r for r in rows if r.promised_share is not None], width, _)
    taken = _taken(case, problem, choice, width, _)
    return [*lines, Text(""), *taken] if taken else lines


def net_words(
    case: PlanningCase, rows: list[Promised], service_cost: float, language: Language = ENGLISH
) -> str:
    """What the booked cost of a plan has in it of fees and expected penalties."""
    _ = language
    fees, penalties = sum(r.fees for r in rows), sum(r.penalties for r in rows)
    info, words = case.settings.case, _.words(case.settings.words)
    before = _.money_each_period(service_cost + fees - penalties, info)
    cost = _.capital(words.service_cost)
    if all(row.promised_share is None for row in rows):
        return _(
            "{cost} is net: {before} before fees, less {fees} of fees.",
            cost=cost,
            before=before,
            fees=_.amount(fees, 4),
        )
    if fees == 0:
        return _(
            "{cost} is net: {before} before penalties, plus {penalties} of expected penalties.",
            cost=cost,
            before=before,
            penalties=_.amount(penalties, 4),
        )
    return _(
        "{cost} is net: {before} before fees and penalties, less {fees} of fees, plus {penalties} "
        "of expected penalties.",
        cost=cost,
        before=before,
        fees=_.amount(fees, 4),
        penalties=_.amount(penalties, 4),
    )


def _promises(case: PlanningCase, rows: list[Promised], width: int, _: Language) -> list[Text]:
    """The promises whose breach is expected to cost most."""
    if not rows:
        return []
    words, info = _.words(case.settings.words), case.settings.case
    shown = sorted(rows, key=lambda row: -row.penalties)[:MOST_ROWS]
    has_fees = any(row.fees for row in shown)
    unit = _.rows_unit([*(row.penalties for row in shown), *(row.fees for row in shown)])
    cells: list[list[str | Text]] = [
        [
            row.segment,
            row.tier,
            percent(row.promised_share, 1),
            percent(row.service_level, 1),
            percent(row.breach_probability, 1) + ("*" if row.measured_reviews else ""),
            f"{row.reviews:,}",
            unit.plain(row.penalties),
            *([unit.plain(row.fees)] if has_fees else []),
        ]
        for row in shown
    ]
    columns = [
        Col(words.segment, right=False, shorten=True),
        Col(words.tier, right=False),
        Col(_("promised, %")),
        Col(_("level, %")),
        Col(_("broken, %")),
        Col(_("reviews"), drop=2),
        Col(_("penalties"), style=BOOKED),
        *([Col(_("fees"), style=BOOKED)] if has_fees else []),
    ]
    said = [
        _(
            "{unit}. Broken: the chance that one review finds less than was promised.",
            unit=_.unit_head(unit, info),
        )
    ]
    if any(row.measured_reviews for row in shown):
        said.append(_("* counted in reviews that are over."))
    if len(rows) > len(shown):
        said.append(_("{n} more promises: --out DIR has all.", n=f"{len(rows) - len(shown):,}"))
    return [
        Text(""),
        *table(columns, cells, width, language=_),
        *sentence(_.sentences(said), width),
    ]


def _taken(
    case: PlanningCase, problem: ChoiceProblem, choice: Choice, width: int, _: Language
) -> list[Text]:
    """Who takes what, and up to which price."""
    rows = chosen(case, problem, choice)
    if not rows:
        return []
    words, info = _.words(case.settings.words), case.settings.case
    cells: list[list[str | Text]] = [
        [
            row.segment,
            row.tier,
            _.amount(row.worth, 4),
            _.amount(row.pays, 4),
            "–" if row.stays_up_to is None else _.amount(row.stays_up_to, 4),
            row.then_takes or "–",
        ]
        for row in rows[:MOST_ROWS]
    ]
    columns = [
        Col(words.segment, right=False, shorten=True),
        Col(_("takes"), right=False),
        Col(_("worth")),
        Col(_("pays"), style=BOOKED),
        Col(_("stays up to")),
        Col(_("then takes"), right=False, drop=1),
    ]
    said = [
        _(
            "Customers choose for themselves what is worth most beyond its price; {money} for one "
            "customer.",
            money=_.money_a_period(info),
        )
    ]
    if len(rows) > MOST_ROWS:
        said.append(_("{n} more choose: --out DIR has all.", n=f"{len(rows) - MOST_ROWS:,}"))
    return [*table(columns, cells, width, language=_), *sentence(_.sentences(said), width)]


def promise_lines(
    case: PlanningCase,
    problem: ChoiceProblem,
    choice: Choice,
    segment: int,
    width: int,
    language: Language = ENGLISH,
) -> list[Text]:
    """Of one segment: what its tier promises, how sure that is, what it is expected to pay.

    Nothing where nothing is promised to it.
    """
    _, name = language, problem.segments[segment]
    rows = [row for row in promised(case, problem, choice) if row.segment == name]
    if not rows or rows[0].promised_share is None:
        return []
    row, info = rows[0], case.settings.case
    said = [
        _(
            "{tier} promises {share} % and serves {level} %: the chance that a review "
            "finds it broken is {chance} %.",
            tier=row.tier,
            share=percent(row.promised_share, 1),
            level=percent(row.service_level, 1),
            chance=percent(row.breach_probability, 1),
        ),
        _(
            "Its service cost has {fees} of fees taken off and {penalties} of expected penalties "
            "added, {money}.",
            fees=_.amount(row.fees, 4),
            penalties=_.amount(row.penalties, 4),
            money=_.money_a_period(info),
        ),
    ]
    if row.measured_reviews:
        said.append(
            _.count(
                "The chance is counted in {n} review that is over.",
                "The chance is counted in {n} reviews that are over.",
                row.measured_reviews,
            )
        )
    return sentence(_.sentences(said), width)


def choice_lines(
    case: PlanningCase,
    problem: ChoiceProblem,
    choice: Choice,
    segment: int,
    width: int,
    language: Language = ENGLISH,
) -> list[Text]:
    """Of one segment that chooses: what each tier is worth to it, and at which price it takes it.

    Nothing for a segment that does not choose.
    """
    _, selection = language, problem.selection
    if selection is None or segment not in selection.choosers:
        return []
    words, info = _.words(case.settings.words), case.settings.case
    paid, surplus = paid_by_customer(case)[segment], selection.surplus[segment]
    at = would_take_at(case, problem, choice, segment)
    menu = selection.menu_of(choice)
    rows: list[list[str | Text]] = []
    for k in np.flatnonzero(selection.available[segment]).tolist():
        is_own = k == choice[segment]
        rows.append(
            [
                ("● " if is_own else "  ") + problem.tiers[k],
                _("yes") if menu[k] else _("no"),
                _.amount(surplus[k] + paid[k], 4),
                _.amount(paid[k], 4),
                _.amount(surplus[k], 4),
                "–" if is_own or np.isnan(at[k]) else _.amount(float(at[k]), 4),
            ]
        )
    columns = [
        Col(words.tier, right=False, shorten=True),
        Col(_("on the menu"), right=False),
        Col(_("worth")),
        Col(_("price")),
        Col(_("gains")),
        Col(_("taken at")),
    ]
    said = _(
        "What customers of {segment} choose from, {money} for one customer. Taken at: the price up "
        "to which they would take it in place of theirs, were it on the menu.",
        segment=problem.segments[segment],
        money=_.money_a_period(info),
    )
    return [*table(columns, rows, width, language=_), *sentence(said, width)]
