"""The bands of a frontier on the screen: what each of its plans comes to in many futures."""

from __future__ import annotations

from itertools import pairwise

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.report.frontier_words import AxisWords
from slopt.report.language import Language
from slopt.report.numbers import NONE, Unit, percent
from slopt.report.risk_words import chance_words, drawn_words, tail_words
from slopt.report.screen import EXPECTED
from slopt.report.table import Col, sentence, table
from slopt.study.frontier import Frontier
from slopt.study.frontier.bands import FrontierBands, PointBands
from slopt.study.spread import Spread


def band_lines(
    found: Frontier,
    bands: FrontierBands,
    case: PlanningCase,
    axis: AxisWords,
    width: int,
    _: Language,
) -> list[Text]:
    """A row a point: lost sales and the total in the mean, their bands, and broken limits."""
    words = _.words(case.settings.words)
    marks = [each for each in (bands.chosen, bands.today) if each is not None]
    shown = [each for each in bands.points if each is not None] + marks
    if not shown:
        return []
    means = [each.total_cost.mean for each in bands.points if each is not None]
    steps = [abs(b - a) for a, b in pairwise(means)]
    unit = _.totals_unit([each.total_cost.high for each in shown], [max(steps, default=0.0)])
    own_unit = axis.unit_beside(unit)
    rows = []
    for place, (point, its) in enumerate(zip(found.points, bands.points, strict=True)):
        is_plan = found.chosen is not None and found.chosen.value == point.value
        name = _("plan") if is_plan else (_("knee") if place == found.knee else "")
        cells = [axis.cell(point.value, own_unit), name, *_cells(its, unit)]
        rows.append([Text(cell, style="bold" if name else "") for cell in cells])
    columns = [
        Col(axis.head),
        Col(_("point"), right=False),
        Col(_("lost, mean"), style=EXPECTED),
        Col(_("5 %"), style=EXPECTED, drop=2),
        Col(_("95 %"), style=EXPECTED, drop=2),
        Col(_("total, mean")),
        Col(_("5 %"), drop=1),
        Col(_("95 %")),
        Col(tail_words(bands.tail, _)),
        Col(_("breaks, %")),
    ]
    note = [
        _("{unit}.", unit=_.unit_head(unit, case.settings.case)),
        drawn_words(bands.futures, bands.seed, _),
        _("Between 5 % and 95 % lie nine of ten of them."),
        _("Breaks: the share of futures in which the plan breaks a limit."),
    ]
    head = _("What the plans come to if the numbers are wrong:")
    lines = [*sentence(head, width), *table(columns, rows, width, language=_)]
    lines += sentence(_.sentences(note), width)
    if bands.chosen is not None:
        lines += sentence(_of_plan(bands.chosen, case, words.lost_sales, _), width)
    return lines


def _cells(its: PointBands | None, unit: Unit) -> list[str]:
    if its is None:
        return [NONE] * 8
    lost, total = its.lost_sales, its.total_cost
    return [
        *(unit.plain(value) for value in (lost.mean, lost.low, lost.high)),
        *(unit.plain(value) for value in (total.mean, total.low, total.high, total.tail)),
        percent(its.breaks),
    ]


def _of_plan(its: PointBands, case: PlanningCase, lost: str, _: Language) -> str:
    """How far the plan of the case's own limit may be off, in a sentence."""
    currency = case.settings.case.currency
    spread: Spread = its.total_cost
    unit = _.totals_unit([spread.low, spread.high], [(spread.high - spread.low) / 4])
    text = _(
        "With the case's own limit the total lies between {low} and {high} in nine of ten futures, "
        "{mean} in the mean.",
        low=_.money_in(unit, spread.low, currency),
        high=_.money_in(unit, spread.high, currency),
        mean=_.money_in(unit, spread.mean, currency),
    )
    return _.sentences([text, chance_words(its.breaks, _)])
