"""Levels, stock rooms and desks on a page: the plan by its parts, and where each stands."""

from __future__ import annotations

from dataclasses import dataclass

from slopt.engine.reporting import Dossier
from slopt.problem.generated.columns import Part
from slopt.report import charts
from slopt.report.charts import Chart
from slopt.report.curve_screen import curve_sentences
from slopt.report.language import Language
from slopt.report.numbers import Unit, percent
from slopt.report.offer_words import offer_words
from slopt.report.page.names import middle_cut
from slopt.report.parts_table import part_words
from slopt.study.exchange_curve import Standing, curve_rows, designs_at, standings
from slopt.study.parts import part_by_row, parts_of

MOST_CURVES, MOST_BELOW_CHARTS = 6, 3
"""Curves on a page, the most money first; the rest is said by `slopt explain`."""
MOST_DESKS = 2
"""Desks whose designs are told."""
MOST_EACH = 6
"""Levels, rooms or desks of a part that have a line of their own."""
WIDTH, HEIGHT = 214, 104
"""Px of a picture: three beside each other."""
NEAR = 4.0
"""Offers of up to so many times the total of the planned one are drawn; a curve may rise far."""


@dataclass(frozen=True)
class PartRow:
    """A part of the plan, or one of what it is made of; its money in the unit of the totals."""

    name: str
    what: str
    level: str
    cost: str
    lost: str
    total: str
    is_one: bool


@dataclass(frozen=True)
class DesignRow:
    """A design of a desk at its best; its money in the unit of the totals."""

    desk: str
    design: str
    agents: str
    cost: str
    lost: str
    total: str
    against: str
    is_plan: bool


@dataclass(frozen=True)
class CurveFigure:
    """The curve of a level, a room or a desk, with its finding as a title."""

    title: str
    unit: str
    chart: Chart
    text: str


def part_rows(dossier: Dossier, unit: Unit, _: Language) -> tuple[PartRow, ...]:
    """The plan by its parts, and what each level, room and desk is given; none for tiers alone."""
    plan, problem, rows = dossier.plan, dossier.problem, []
    for part in parts_of(problem, plan.choice, plan.evaluation):
        amounts = (part.service_cost, part.lost_sales)
        if part.part is None and all(unit.signed(amount) == "0" for amount in amounts):
            continue
        level = "" if part.service_level is None else f"{percent(part.service_level, 1)} %"
        rows.append(_row(part_words(part, plan, _), "", level, unit, amounts, is_one=False))
        if part.part not in (Part.LEVEL, Part.STOCK, Part.STAFF):
            continue
        ordered = sorted(part.rows.tolist(), key=lambda row: -_money(dossier, row))
        for row in ordered[:MOST_EACH]:
            column = int(plan.choice[row])
            own = float(problem.service_cost[row, column]), float(problem.lost_sales[row, column])
            what = offer_words(problem, row, column, _)
            is_level = part.part is Part.LEVEL
            texts = ("", what) if is_level else (what, "")
            rows.append(_row(dossier.names[row], *texts, unit, own, is_one=True))
        if len(ordered) > MOST_EACH:
            rest = ordered[MOST_EACH:]
            its = problem.service_cost[rest, plan.choice[rest]].sum()
            lost = problem.lost_sales[rest, plan.choice[rest]].sum()
            more = _("{n} more", n=f"{len(rest):,}")
            rows.append(_row(more, "", "", unit, (float(its), float(lost)), is_one=True))
    return tuple(rows)


def design_rows(dossier: Dossier, unit: Unit, _: Language) -> tuple[DesignRow, ...]:
    """What other designs of desks would come to, the best first; none where there is no choice."""
    plan, problem, rows = dossier.plan, dossier.problem, []
    desks = [
        row
        for row, part in enumerate(part_by_row(problem))
        if part is Part.STAFF and designs_at(problem, row, int(plan.choice[row]))
    ]
    for row in sorted(desks, key=lambda row: -_money(dossier, row))[:MOST_DESKS]:
        designs = designs_at(problem, row, int(plan.choice[row]))
        first = designs[0]
        for its in sorted(designs, key=lambda its: its.total_cost)[:MOST_EACH]:
            more = its.total_cost - first.total_cost
            rows.append(
                DesignRow(
                    dossier.names[row],
                    its.design,
                    f"{its.agents:,}",
                    unit.plain(its.service_cost),
                    unit.plain(its.lost_sales),
                    unit.plain(its.total_cost),
                    "" if its is first else unit.signed(more),
                    its is first,
                )
            )
    return tuple(rows)


def _row(
    name: str, what: str, level: str, unit: Unit, amounts: tuple[float, float], is_one: bool
) -> PartRow:
    cost, lost = amounts
    money = (unit.plain(cost), unit.plain(lost), unit.plain(cost + lost))
    return PartRow(name, what, level, *money, is_one)


def _money(dossier: Dossier, row: int) -> float:
    problem, column = dossier.problem, int(dossier.plan.choice[row])
    return float(problem.service_cost[row, column] + problem.lost_sales[row, column])


def curve_figures(dossier: Dossier, _: Language) -> tuple[CurveFigure, ...]:
    """The curves of those with the most money; none for tiers alone."""
    rows = curve_rows(dossier.problem)
    rows.sort(key=lambda row: -_money(dossier, row))
    found = standings(dossier.plan, rows[: _most(dossier)])
    return tuple(_figure(dossier, each, _) for each in found if len(each.curve.columns) > 1)


def more_curves(dossier: Dossier, _: Language) -> str:
    """How many have no picture."""
    more = len(curve_rows(dossier.problem)) - _most(dossier)
    if more <= 0:
        return ""
    return _.count("{n} more: slopt explain CASE NAME.", "{n} more: slopt explain CASE NAME.", more)


def _most(dossier: Dossier) -> int:
    """How many pictures there is room for: fewer below the charts by level and by budget."""
    has_charts = bool(dossier.by_level) or dossier.by_budget is not None
    return MOST_BELOW_CHARTS if has_charts else MOST_CURVES


def _figure(dossier: Dossier, standing: Standing, _: Language) -> CurveFigure:
    problem, curve = standing.plan.problem, standing.curve
    row, info = curve.row, dossier.case.settings.case
    words = _.words(dossier.case.settings.words)
    cost, lost = problem.service_cost[row], problem.lost_sales[row]
    near = NEAR * float(cost[curve.chosen] + lost[curve.chosen])
    always = {curve.chosen, *(step.column for step in curve.steps)}
    columns = [k for k in curve.columns.tolist() if k in always or cost[k] + lost[k] <= near]
    unit = _.totals_unit([float(max(cost[columns].max(), lost[columns].max()))])
    head = _.unit_head(unit, info)

    def place(column: int) -> dict[str, float]:
        return {"booked": cost[column] / unit.size, "expected": lost[column] / unit.size}

    ends = [place(k) for k in columns]
    points = [
        {**its, "offer": offer_words(problem, row, k, _)}
        for its, k in zip(ends, columns, strict=True)
    ]
    offer = offer_words(problem, row, curve.chosen, _)
    marks = [{**place(curve.chosen), "label": _("plan"), "kind": "plan"}]
    today = int(problem.current[row])
    if today >= 0 and today != curve.chosen and today in columns:
        marks.append({**place(today), "label": _("today"), "kind": "today"})
    svg = charts.frontier(
        ends,
        marks,
        None,
        [],
        {"booked": words.service_cost, "expected": words.lost_sales},
        WIDTH,
        HEIGHT,
    )
    name = middle_cut(dossier.names[row])
    alt = _(
        "The curve of {name}: {offer} is planned, in {unit}.", name=name, offer=offer, unit=head
    )
    heads = (
        ("offer", _("Offer")),
        ("booked", f"{_.capital(words.service_cost)}, {head}"),
        ("expected", f"{_.capital(_('expected {lost}', lost=words.lost_sales))}, {head}"),
    )
    title = _("{name}: {offer}", name=name, offer=middle_cut(offer))
    text = _.sentences(curve_sentences(standing, _, most_flips=1))
    return CurveFigure(title, head, Chart(svg, alt, tuple(points), heads), text)
