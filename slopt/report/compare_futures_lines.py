"""Two plans over the same futures on the screen: in which share B is better, and by how much."""

from __future__ import annotations

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.report.goal_figures import goal_figures
from slopt.report.language import ENGLISH, Language
from slopt.report.numbers import percent
from slopt.report.risk_words import small_decimals, tail_phrase, tail_words
from slopt.report.screen import BOOKED, EXPECTED
from slopt.report.table import Col, sentence, table
from slopt.study.compare.in_futures import PairedFares
from slopt.study.spread import Spread


def compare_futures_lines(
    found: PairedFares, case: PlanningCase, width: int, language: Language = ENGLISH
) -> list[Text]:
    """The finding in sentences, and the differences in the mean, their band and their bad end."""
    _ = language
    lines = []
    for place, text in enumerate(_sayings(found, case, _)):
        lines += sentence(text, width, "" if place else "bold")
    return [*lines, Text(""), *_table(found, case, width, _)]


def _sayings(found: PairedFares, case: PlanningCase, _: Language) -> list[str]:
    share = found.better.value
    places = {
        "share": percent(share, small_decimals(share)),
        "n": f"{found.futures:,}",
        "seed": found.seed,
    }
    if found.equal > 1 - 1e-9:
        return [
            _("In all of the same {n} futures (seed {seed}) both are worth the same.", **places)
        ]
    first = _("B is better in {share} % of the same {n} futures (seed {seed}).", **places)
    values = [abs(found.difference.mean), abs(found.mean_difference.high)]
    figures = goal_figures(case, values, (), _)
    mean = found.difference.mean
    gains = (mean > 0) == found.maximises
    amounts = {
        "mean": figures.regret(abs(mean)),
        "low": figures.change(found.mean_difference.low),
        "high": figures.change(found.mean_difference.high),
        "unit": figures.head,
    }
    if found.mean_difference.low == found.mean_difference.high:  # the futures are all there are
        second = (
            _("In the mean it is better by {mean}.", **amounts)
            if gains
            else _("In the mean it is worse by {mean}.", **amounts)
        )
    elif gains:
        second = _(
            "In the mean it is better by {mean}: the difference is between {low} and {high} "
            "({unit}), as sure as 95 in 100.",
            **amounts,
        )
    else:
        second = _(
            "In the mean it is worse by {mean}: the difference is between {low} and {high} "
            "({unit}), as sure as 95 in 100.",
            **amounts,
        )
    third = _(
        "A breaks a limit in {a} % of them, B in {b} %.",
        a=percent(found.a.breaks, small_decimals(found.a.breaks)),
        b=percent(found.b.breaks, small_decimals(found.b.breaks)),
    )
    both = goal_figures(case, [found.a.tail, found.b.tail], [abs(found.a.tail - found.b.tail)], _)
    fourth = _(
        "As a mean {tail} of each, A comes to {a} and B to {b}.",
        tail=tail_phrase(found.tail_share, _),
        a=both.value(found.a.tail),
        b=both.value(found.b.tail),
    )
    return [first, second, fourth, third]


def _table(found: PairedFares, case: PlanningCase, width: int, _: Language) -> list[Text]:
    words = _.words(case.settings.words)
    spreads = [found.service_cost, found.lost_sales]
    ends = ("own", "mean", "low", "high", "tail")
    unit = _.rows_unit([getattr(spread, end) for spread in spreads for end in ends])
    rows: list[list[str | Text]] = [
        _row(Text(words.service_cost, style=BOOKED), found.service_cost, unit.signed),
        _row(
            Text(_("expected {lost}", lost=words.lost_sales), style=EXPECTED),
            found.lost_sales,
            unit.signed,
        ),
    ]
    figures = goal_figures(case, [getattr(found.difference, end) for end in ends], (), _)
    is_money = figures.unit is not None
    show = unit.signed if is_money else figures.change
    label = _.capital(figures.noun) if is_money else _("{level}, points", level=figures.noun)
    rows.append(_row(Text(label, style="bold"), found.difference, show))
    columns = [
        Col(_("B less A, {unit}", unit=_.unit_head(unit, case.settings.case)), right=False),
        Col(_("own numbers")),
        Col(_("mean")),
        Col(_("5 %")),
        Col(_("95 %")),
        Col(tail_words(found.tail_share, _)),
    ]
    note = _("The last column: the futures in which B is worse than A by most.")
    return [*table(columns, rows, width, language=_), *sentence(note, width)]


def _row(label: Text, spread: Spread, show) -> list[str | Text]:  # type: ignore[no-untyped-def]
    ends = (spread.own, spread.mean, spread.low, spread.high, spread.tail)
    return [label, *(show(value) for value in ends)]
