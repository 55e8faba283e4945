"""What every tier would cost and lose over time: one period in full, the cheapest tier of each."""

from __future__ import annotations

import numpy as np
from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.plan.horizon.offer_rows import modes_offered, money_of_offers
from slopt.problem.horizon.problem import HorizonProblem
from slopt.report.assumed import assumed_lines
from slopt.report.horizon_grid import LIFTED, grid_lines
from slopt.report.language import ENGLISH, Language
from slopt.report.losses import loss_columns
from slopt.report.numbers import NONE, percent
from slopt.report.screen import BOOKED
from slopt.report.table import Col, sentence, table
from slopt.vocabulary import LOSSES

MOST_ROWS = 60


def offers_over_time_lines(
    case: PlanningCase,
    problem: HorizonProblem,
    period: int,
    width: int,
    language: Language = ENGLISH,
) -> list[Text]:
    """The offers of one period that nothing bars, and each segment's cheapest tier by period."""
    _, info = language, case.settings.case
    words = _.words(case.settings.words)
    head = _(
        "{name} · what every {tier} costs and loses in {period}, of {n} periods from {first} to "
        "{last}; nothing is optimised here",
        name=info.name,
        tier=words.tier,
        period=problem.periods[period],
        n=len(problem.periods),
        first=problem.periods[0],
        last=problem.periods[-1],
    )
    lines = [*sentence(head, width), Text("")]
    lines += _of_period(case, problem, period, width, _)
    heading = _(
        "The {tier} that costs least by itself in each period, booked and lost; limits, changes "
        "and projects are left aside:",
        tier=words.tier,
    )
    lines += [Text(""), *sentence(heading, width)]
    lines += grid_lines(case, problem, cheapest(problem), width, _)
    return [*lines, *assumed_lines(case, width, _)]


def cheapest(problem: HorizonProblem) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """(S, T): the tier, without a project, of least booked and lost cost that nothing bars.

    Where all are barred it is the first one.
    """
    tiers = len(problem.tiers)
    total = money_of_offers(problem)["total_cost"][:, :, :tiers]
    barred = problem.barred[:, :, :tiers]
    return np.asarray(np.where(barred, np.inf, total).argmin(axis=2))


def _of_period(
    case: PlanningCase, problem: HorizonProblem, period: int, width: int, _: Language
) -> list[Text]:
    """The table of one period and what its signs mean."""
    words, money = _.words(case.settings.words), money_of_offers(problem)
    offered = modes_offered(problem)[:, period] & ~problem.barred[:, period]
    pairs = [(int(s), int(m)) for s, m in np.argwhere(offered)]
    pairs.sort(key=lambda pair: (pair[0], int(problem.mode_tier[pair[1]]), pair[1]))
    shown = pairs[:MOST_ROWS]
    unit = _.rows_unit(float(money["total_cost"][s, period, m]) for s, m in shown)
    rows: list[list[str | Text]] = []
    for s, m in shown:
        tier, at = int(problem.mode_tier[m]), (s, period, m)
        first = not rows or shown[len(rows) - 1][0] != s
        today = problem.current[s] == tier and problem.mode_project[m] < 0
        kinds = [unit.plain(float(money[name][at])) for name in LOSSES]
        if money["lost_unsplit"][at] != 0:
            kinds = [NONE] * len(LOSSES)
        rows.append(
            [
                problem.segments[s] if first else "",
                ("○ " if today else "  ")
                + problem.tiers[tier]
                + (LIFTED if problem.mode_project[m] >= 0 else ""),
                percent(problem.service_level[at], 1),
                unit.plain(float(money["service_cost"][at])),
                unit.plain(float(money["lost_sales"][at])),
                *kinds,
                unit.plain(float(money["total_cost"][at])),
                *(
                    _.amount(float(problem.customers[s] * use[at] + fixed[at]))
                    for use, fixed in zip(problem.use, problem.fixed_use, strict=True)
                ),
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
    lines = table(columns, rows, width, language=_)
    if len(pairs) > len(shown):
        more = f"{len(pairs) - len(shown):,}"
        lines.append(Text(_("... and {n} more: --out DIR or --json has all.", n=more)))
    said = [
        _(
            "{unit}, whole {segment} with the customers of the case; what is lost is caused in the "
            "period, whenever it is felt, and not booked.",
            unit=_.unit_head(unit, case.settings.case),
            segment=words.segment,
        )
    ]
    if np.any(problem.current >= 0):
        said.append(_("○ today."))
    if any(problem.mode_project[m] >= 0 for _s, m in shown):
        said.append(_("{sign} lifted by a project.", sign=LIFTED))
    said.append(_("--period shows another period; --out DIR or --json has all of them."))
    return [*lines, Text(""), *sentence(_.sentences(said), width)]
