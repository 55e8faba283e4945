"""What every tier would cost, lose and use in every segment, before any optimisation."""

from __future__ import annotations

import numpy as np
from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.problem.choice import ChoiceProblem
from slopt.report.assumed import assumed_lines
from slopt.report.language import ENGLISH, Language
from slopt.report.losses import loss_cells, loss_columns
from slopt.report.numbers import percent
from slopt.report.screen import BOOKED
from slopt.report.table import Col, sentence, table

MOST_ROWS = 120


def offers_lines(
    case: PlanningCase, problem: ChoiceProblem, width: int, language: Language = ENGLISH
) -> list[Text]:
    """The offers as a table by segment, those that nothing forbids."""
    _ = language
    words, info = _.words(case.settings.words), case.settings.case
    pairs = [(int(s), int(k)) for s, k in np.argwhere(problem.admissible)]
    shown = pairs[:MOST_ROWS]
    total = problem.service_cost + problem.lost_sales
    unit = _.rows_unit(float(total[pair]) for pair in shown)
    rows: list[list[str | Text]] = []
    for s, k in shown:
        first = not rows or shown[len(rows) - 1][0] != s
        rows.append(
            [
                problem.segments[s] if first else "",
                ("○ " if problem.current[s] == k else "  ") + problem.tiers[k],
                percent(problem.service_level[s, k], 1),
                unit.plain(problem.service_cost[s, k]),
                *loss_cells(problem, s, k, unit),
                unit.plain(total[s, k]),
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
        *(Col(name, drop=3, told=True) for name in problem.resources),
    ]
    head = _.count(
        "{name} · {n} offer to {segments}; nothing is optimised here",
        "{name} · {n} offers to {segments}; nothing is optimised here",
        len(pairs),
        name=info.name,
        segments=_.counted(len(problem.segments), words.segment),
    )
    lines = [*sentence(head, width), Text(""), *table(columns, rows, width, language=_)]
    if len(pairs) > MOST_ROWS:
        more = f"{len(pairs) - MOST_ROWS:,}"
        lines.append(Text(_("... and {n} more: --out DIR or --json has all.", n=more)))
    lines += [Text(""), *_legend(case, problem, _.unit_head(unit, info), width, _)]
    return [*lines, *assumed_lines(case, width, _)]


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
    forbidden = int((~problem.admissible).sum())
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
