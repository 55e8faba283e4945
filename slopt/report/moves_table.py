"""Who moves, largest effect first, and how sure each move is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from rich.text import Text

from slopt.plan.plan import Plan
from slopt.plan.provenance import Provenance
from slopt.report.language import ENGLISH, Language, later
from slopt.report.numbers import level_decimals, percent
from slopt.report.offer_words import levels_of_tiers, offer_words
from slopt.report.screen import BOOKED, EXPECTED
from slopt.report.table import Col, sentence, table

MOST_MOVES = 12
SHARED = later("open tiers, extra units")
SHARED_PROSPECTS = later("shared prospects")


def moves_lines(
    plan: Plan,
    width: int,
    checks: Mapping[int, bool],
    provenance: Provenance | None,
    language: Language = ENGLISH,
) -> list[Text]:
    """Who moves, largest effect first, with a sum line equal to the change of the totals."""
    if not plan.moves or (plan.current is None and plan.problem.generated is None):
        return []
    _ = language
    words, problem = _.words(plan.case.settings.words), plan.problem
    moves = np.array(plan.moves)
    before, after = problem.current[moves], plan.choice[moves]
    cost = problem.service_cost[moves, after] - problem.service_cost[moves, before]
    lost = problem.lost_sales[moves, after] - problem.lost_sales[moves, before]
    order = np.argsort(-np.abs(cost + lost), kind="stable")
    unit = _.rows_unit([*np.abs(cost), *np.abs(lost)])
    places = level_decimals(
        plan.case.table("tiers").numbers("service_level").tolist(), levels_of_tiers(problem)
    )
    rows = []
    for i in order[:MOST_MOVES]:
        s = int(moves[i])
        digits = places if after[i] < problem.menu_size else max(places, 1)
        rows.append(
            [
                problem.segments[s],
                f"{offer_words(problem, s, int(before[i]), _)} → "
                f"{offer_words(problem, s, int(after[i]), _)}",
                f"{percent(problem.service_level[s, before[i]], digits)} → "
                f"{percent(problem.service_level[s, after[i]], digits)}",
                unit.signed(cost[i]),
                unit.signed(lost[i]),
                unit.signed(cost[i] + lost[i]),
                (_("close") if checks[s] else _("firm")) if s in checks else "",
                _sample(plan, s, provenance),
            ]
        )
    change, lost_change = float(cost.sum()), float(lost.sum())
    if plan.current is not None:
        change = plan.evaluation.service_cost - plan.current.service_cost
        lost_change = plan.evaluation.lost_sales - plan.current.lost_sales
    shared = change - float(cost.sum())
    if len(order) > MOST_MOVES:
        rest = order[MOST_MOVES:]
        rows.append(
            [
                _("{n} more", n=len(rest)),
                "",
                "",
                unit.signed(float(cost[rest].sum())),
                unit.signed(float(lost[rest].sum())),
                unit.signed(float((cost + lost)[rest].sum())),
                "",
                "",
            ]
        )
    if unit.signed(shared) != "0":
        rows.append([_(SHARED), "", "", unit.signed(shared), "0", unit.signed(shared), "", ""])
    info = plan.case.settings.case
    if problem.pools and plan.current is not None:
        talk = unit.signed(lost_change - float(lost.sum()))
        rows.append([_(SHARED_PROSPECTS), "", "", "0", talk, talk, "", ""])
    foot = [
        _.count("{n} move", "{n} moves", len(moves)),
        "",
        "",
        unit.signed(change),
        unit.signed(lost_change),
        unit.signed(change + lost_change),
        "",
        "",
    ]
    columns = [
        Col(words.segment, right=False, shorten=True),
        Col(words.tier, right=False, shorten=True),
        Col(_("level, %"), drop=3),
        Col(words.service_cost, style=BOOKED),
        Col(_("lost"), style=EXPECTED),
        Col(_("total"), style="bold"),
        Col(_("how sure"), right=False, drop=1),
        Col("n", drop=2),
    ]
    while not any(row[-1] for row in rows):
        columns, foot = columns[:-1], foot[:-1]
        rows = [row[:-1] for row in rows]
    head = sentence(_("Changes in {unit}", unit=_.unit_head(unit, info)), width)
    return [*head, *table(columns, rows, width, foot, _)]


def _sample(plan: Plan, segment: int, provenance: Provenance | None) -> str:
    n = provenance.sample(segment, int(plan.choice[segment])) if provenance else None
    return "" if n is None else f"{n:,.0f}"
