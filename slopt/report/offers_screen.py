"""What every tier would cost, lose and use in every segment, before any optimisation."""

from __future__ import annotations

import numpy as np
from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.economics.promises.figures import PromiseFigures
from slopt.plan.promises import figures_of
from slopt.problem.choice import ChoiceProblem
from slopt.report.assumed import assumed_lines
from slopt.report.language import ENGLISH, Language
from slopt.report.losses import loss_cells, loss_columns
from slopt.report.numbers import Unit, percent
from slopt.report.offer_words import offer_words
from slopt.report.screen import BOOKED
from slopt.report.table import Col, sentence, table
from slopt.study.exchange_curve import curve_rows, efficient_columns
from slopt.study.parts import rows_with_tiers

MOST_ROWS = 120


def offers_lines(
    case: PlanningCase, problem: ChoiceProblem, width: int, language: Language = ENGLISH
) -> list[Text]:
    """The offers as a table by segment, those that nothing forbids."""
    _ = language
    words, info = _.words(case.settings.words), case.settings.case
    pairs = _pairs(problem)
    shown = pairs[:MOST_ROWS]
    total = problem.service_cost + problem.lost_sales
    unit = _.rows_unit(float(total[pair]) for pair in shown)
    contracts = figures_of(case, problem)
    rows: list[list[str | Text]] = []
    for s, k in shown:
        first = not rows or shown[len(rows) - 1][0] != s
        rows.append(
            [
                problem.segments[s] if first else "",
                ("○ " if problem.current[s] == k else "  ") + offer_words(problem, s, k, _),
                percent(problem.service_level[s, k], 1),
                unit.plain(problem.service_cost[s, k]),
                *loss_cells(problem, s, k, unit),
                unit.plain(total[s, k]),
                *_contract_cells(contracts, problem, s, k, unit),
                *(_.amount(units) for units in problem.use[:, s, k]),
            ]
        )
    columns = [
        Col(words.segment, right=False, shorten=True),
        Col(words.tier, right=False),
        Col(_("level, %")),
        Col(words.service_cost, style=BOOKED),
        *loss_columns(words, _),
        Col(_("total"), style="bold"),
        *_contract_columns(contracts, _),
        *(Col(name, drop=3, told=True) for name in problem.resources),
    ]
    head = _.count(
        "{name} · {n} offer to {segments}; nothing is optimised here",
        "{name} · {n} offers to {segments}; nothing is optimised here",
        len(pairs),
        name=info.name,
        segments=_.counted(problem.segment_count, words.segment),
    )
    lines = [*sentence(head, width), Text(""), *table(columns, rows, width, language=_)]
    if len(pairs) > MOST_ROWS:
        more = f"{len(pairs) - MOST_ROWS:,}"
        lines.append(Text(_("... and {n} more: --out DIR or --json has all.", n=more)))
    lines += [Text(""), *_legend(case, problem, _.unit_head(unit, info), width, _)]
    return [*lines, *assumed_lines(case, width, _)]


def _pairs(problem: ChoiceProblem) -> list[tuple[int, int]]:
    """The offers that nothing forbids; of levels, rooms and desks those on their curves."""
    curves = {
        row: efficient_columns(problem, row, always=problem.current[row : row + 1].tolist())
        for row in curve_rows(problem)
    }
    return [
        (s, k)
        for s, its in enumerate(problem.admissible)
        for k in (curves[s] if s in curves else np.flatnonzero(its)).tolist()
    ]


def _contract_columns(contracts: PromiseFigures | None, _: Language) -> list[Col]:
    """Fees, penalties and the chance of breach, where there are prices or promises."""
    if contracts is None:
        return []
    columns = [Col(_("fees"), drop=2, told=True)]
    if not np.isnan(contracts.breach).all():
        columns += [Col(_("penalties"), drop=2, told=True), Col(_("broken, %"), drop=2, told=True)]
    return columns


def _contract_cells(
    contracts: PromiseFigures | None, problem: ChoiceProblem, s: int, k: int, unit: Unit
) -> list[str]:
    if contracts is None:
        return []
    is_tier = s < problem.segment_count and k < problem.menu_size
    cells = [unit.plain(contracts.fees[s, k]) if is_tier else ""]
    if not np.isnan(contracts.breach).all():
        known = is_tier and not np.isnan(contracts.breach[s, k])
        cells += [
            unit.plain(contracts.penalties[s, k]) if known else "",
            percent(contracts.breach[s, k], 1) if known else "",
        ]
    return cells


def _legend(
    case: PlanningCase, problem: ChoiceProblem, unit: str, width: int, _: Language
) -> list[Text]:
    """Unit, marks, and what is left out."""
    words = _.words(case.settings.words)
    said = [
        _(
            "{unit}, whole {segment}; expected {lost} are not booked.",
            unit=unit,
            segment=words.segment,
            lost=words.lost_sales,
        )
    ]
    if np.any(problem.current >= 0):
        said.append(_("○ today."))
    pairs = problem.admissible[rows_with_tiers(problem), : problem.menu_size]
    forbidden = int((~pairs).sum())
    if forbidden:
        said.append(
            _.count(
                "{n} pair not offered or ruled out by contract.",
                "{n} pairs not offered or ruled out by contract.",
                forbidden,
            )
        )
    if problem.pools:
        shared = _(", ").join(pool.name for pool in problem.pools)
        said.append(
            _("Prospects in {pools} are shared: a plan counts them, no offer does.", pools=shared)
        )
    return sentence(_.sentences(said), width)
