"""Page two, the why: the curves, what each move was chosen from, what binds, what nearly won."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from slopt.engine.reporting import Dossier
from slopt.plan.parts import has_levels
from slopt.report.language import Language
from slopt.report.numbers import Unit, percent
from slopt.report.offer_words import offer_words
from slopt.report.page.contracts import Contracts, contracts_of
from slopt.report.page.curves import has_frontier
from slopt.report.page.limits import LimitRow, by_binding, limit_row
from slopt.report.page.moves import knows_moves
from slopt.report.page.names import decimals_of_levels, few_names
from slopt.report.page.studies import share_of
from slopt.solve.model_file import is_shipped
from slopt.study.parts import rows_with_tiers

MOST_PANELS = 9
MOST_BARS = 5
"""Tiers that a panel shows where there are several panels: those of the plan and of today, and the
best of the others."""
MOST_LINES = 17
"""Bars below each other in all rows of panels, names of segments included, that fit on the page."""
LINES_OF_A_ROW = 1.5
"""Of panels, that one row of a table takes."""
ACROSS = 3
MOST_LIMITS, FEW_LIMITS = 6, 3
MOST_CALLS = 8
CALLS_BELOW_CURVES = 2
"""Closest calls where the curves of levels, rooms and desks take their room."""
SHORT_TIER = 12
"""Letters of a tier that stay on one line beside another."""


@dataclass(frozen=True)
class PanelBar:
    """An offer of a segment: money as shares of the panel's longest bar."""

    tier: str
    level: str
    booked: float
    expected: float
    total: str
    is_plan: bool
    is_today: bool


@dataclass(frozen=True)
class Panel:
    """A segment and all its offers."""

    segment: str
    bars: tuple[PanelBar, ...]
    more: str


@dataclass(frozen=True)
class CallRow:
    """A segment whose next best tier costs the plan little."""

    segment: str
    tier: str
    other: str
    more: str
    moves: str
    share: str


@dataclass(frozen=True)
class Why:
    """Page two, ready to be set."""

    panels: tuple[Panel, ...]
    panels_unit: str
    limits: tuple[LimitRow, ...]
    limits_more: str
    calls: tuple[CallRow, ...]
    calls_unit: str
    calls_more: str
    missing: str
    contracts: Contracts | None
    opens_cost: bool

    @property
    def has_movers(self) -> bool:
        """True where another choice for one moves others as well."""
        return any(row.moves for row in self.calls)

    @property
    def has_shares(self) -> bool:
        """True where a study drew futures."""
        return any(row.share for row in self.calls)


def why_of(dossier: Dossier, _: Language) -> Why:
    """Page two of a dossier."""
    info = dossier.case.settings.case
    contracts = contracts_of(dossier, _)
    lines = MOST_LINES - LINES_OF_A_ROW * (0 if contracts is None else contracts.lines)
    panel_unit, panels = _panels(dossier, lines, _)
    prices = by_binding(dossier.plan)
    more = len(prices) - MOST_LIMITS
    rows = min(len(prices), MOST_LIMITS)
    room = MOST_CALLS - max(rows - FEW_LIMITS, 0)
    if dossier.problem.generated is not None:
        room = CALLS_BELOW_CURVES
    call_unit, calls = _calls(dossier, room, _)
    return Why(
        panels,
        _.unit_head(panel_unit, info),
        tuple(limit_row(dossier, price, _) for price in prices[:MOST_LIMITS]),
        _.count("{n} more limit.", "{n} more limits.", more) if more > 0 else "",
        calls,
        _.unit_head(call_unit, info),
        _more_calls(dossier, calls, _),
        _missing(dossier, _),
        contracts,
        bool(np.any(dossier.problem.open_cost != 0)),
    )


def _panels(dossier: Dossier, lines: float, _: Language) -> tuple[Unit, tuple[Panel, ...]]:
    """All offers of the largest moves, in so many lines; of a single segment in any case."""
    plan, problem = dossier.plan, dossier.problem
    chosen = plan.moves if knows_moves(plan) else []
    if problem.generated is not None:
        tiered = set(rows_with_tiers(problem))
        chosen = [s for s in chosen if s in tiered]
    if len(plan.choice) == 1:
        chosen = [0]
    cost, lost = problem.service_cost, problem.lost_sales
    moves = np.array(chosen, dtype=np.int64)
    if len(chosen) > 1:
        total = cost + lost
        before, after = problem.current[moves], plan.choice[moves]
        size = np.abs(total[moves, after] - total[moves, before])
        most = MOST_PANELS if problem.generated is None else ACROSS
        moves = moves[np.argsort(-size, kind="stable")][:most]
    offered = [np.flatnonzero(problem.admissible[s]) for s in moves]
    money = [cost[s, k] + lost[s, k] for s, its in zip(moves, offered, strict=True) for k in its]
    unit = _.rows_unit([float(each) for each in money])
    panels: list[Panel] = []
    for s in moves.tolist():
        panel = _panel(dossier, s, unit, None if len(moves) == 1 else MOST_BARS, _)
        if _lines([*panels, panel]) > lines and len(moves) > 1:
            break
        panels.append(panel)
    return unit, tuple(panels)


def _lines(panels: Sequence[Panel]) -> int:
    """Lines that panels take, so many in a row."""
    high = [1 + len(panel.bars) + bool(panel.more) for panel in panels]
    return sum(max(high[at : at + ACROSS]) for at in range(0, len(high), ACROSS))


def _panel(dossier: Dossier, s: int, unit: Unit, most: int | None, _: Language) -> Panel:
    """The offers of a segment by falling rank: at most so many of them."""
    plan, problem = dossier.plan, dossier.problem
    places = decimals_of_levels(dossier)
    money = problem.service_cost[s] + problem.lost_sales[s]
    chosen = int(plan.choice[s])
    today = int(problem.current[s]) if len(problem.current) else -1
    its = set(np.flatnonzero(problem.admissible[s]).tolist()) | ({today} if today >= 0 else set())
    offered = [k for k in its if math.isfinite(float(money[k]))]
    by_use = sorted(offered, key=lambda k: (k not in (chosen, today), float(money[k])))
    shown = by_use[:most]
    longest = max((float(money[k]) for k in shown), default=0.0) or 1.0
    more = len(by_use) - len(shown)
    return Panel(
        dossier.names[s],
        tuple(
            PanelBar(
                offer_words(problem, s, k, _),
                f"{percent(problem.service_level[s, k], places)} %",
                max(float(problem.service_cost[s, k]), 0.0) / longest,
                max(float(problem.lost_sales[s, k]), 0.0) / longest,
                unit.plain(float(money[k])),
                k == chosen,
                k == today,
            )
            for k in sorted(shown, key=lambda k: -int(problem.rank[k]))
        ),
        _.count("{n} dearer one more", "{n} dearer ones more", more) if more > 0 else "",
    )


def _missing(dossier: Dossier, _: Language) -> str:
    """Why a curve is not there."""
    has_budget = has_frontier(dossier)
    if (dossier.by_level and has_budget) or not has_levels(dossier.problem):
        return ""
    words = _.words(dossier.case.settings.words)
    if len(dossier.problem.segments) == 1:
        return _(
            "Curves by level and by budget need more than one {segment}.", segment=words.segment
        )
    if not dossier.problem.lost_sales.any():
        return _("Without expected {lost} there is no curve to draw.", lost=words.lost_sales)
    if not dossier.problem.service_cost.any():
        return _("Without {cost} there is no curve to draw.", cost=words.service_cost)
    if not is_shipped(dossier.case.settings.plan.model):
        return _("Under a model of your own slopt draws no curves.")
    if dossier.by_budget is not None and dossier.by_level:
        return _("The curve by budget is left out: it has a single point.")
    if dossier.by_level:
        return _("The curve by budget was not found in the time that a page takes: slopt frontier.")
    if has_budget:
        return _("The curve by level was not found in the time that a page takes: slopt explain.")
    return _(
        "The curves by level and by budget were not found in the time that a page takes: slopt "
        "frontier draws them."
    )


def _more_calls(dossier: Dossier, shown: Sequence[CallRow], _: Language) -> str:
    """How many close calls the table has no room for."""
    names = {row.segment for row in shown}
    more = sum(is_close and dossier.names[s] not in names for s, is_close in dossier.close.items())
    return _.count("And {n} more close call.", "And {n} more close calls.", more) if more else ""


def _calls(dossier: Dossier, most: int, _: Language) -> tuple[Unit, tuple[CallRow, ...]]:
    """The segments whose tier costs the plan least to deny."""
    problem = dossier.problem
    found = []
    for each in dossier.explained:
        near = each.next_best
        if near is not None and near.plan is not None:
            found.append((float(near.plan), each, near))
    found.sort(key=lambda call: call[0])
    if any(len(near.others) > 1 for _worse, _each, near in found):
        most = most * 3 // 4
    if any(len(problem.tiers[near.tier]) > SHORT_TIER for _worse, _each, near in found[:most]):
        most -= 1
    found = found[:most]
    unit = _.rows_unit([call[0] for call in found])
    rows = []
    for worse, each, near in found:
        names = [dossier.names[move.segment] for move in near.others]
        share = share_of(dossier, problem.segments[each.segment])
        rows.append(
            CallRow(
                dossier.names[each.segment],
                offer_words(problem, each.segment, each.tier, _),
                offer_words(problem, each.segment, near.tier, _),
                unit.signed(worse) if not problem.goal.maximises else f"+{_.amount(100 * worse)}",
                few_names(names, _),
                "" if share is None else percent(share),
            )
        )
    return unit, tuple(rows)
