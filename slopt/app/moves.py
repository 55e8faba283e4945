"""The table of moves: who moves, who differs from the saved plan, who is pinned or asked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.app.state import Reply, State
from slopt.app.view import View
from slopt.report.numbers import NONE, percent
from slopt.report.page.names import middle_cut

MOST_ROWS = 12
"""Moves that are shown, the largest first; what is pinned or asked for comes on top."""
NOISE = 1e-9
"""Shares of the amounts below this are the rounding of sums."""
LONGEST_TODAY = 10
"""Letters of a tier of today; that of the plan stands in a list, which shows the whole name."""


@dataclass(frozen=True)
class TierChoice:
    """A tier in the list of a row."""

    place: int
    name: str
    is_chosen: bool


@dataclass(frozen=True)
class Row:
    """A segment in the table of moves; `saved` is its tier in the saved plan, where it differs."""

    segment: int
    name: str
    full_name: str
    today: str
    full_today: str
    tiers: tuple[TierChoice, ...]
    tier: str
    is_move: bool
    saved: str
    level: str
    cost: str
    lost: str
    total: str
    is_pinned: bool


@dataclass(frozen=True)
class Moves:
    """The table of moves with its sum line."""

    unit: str
    rows: tuple[Row, ...]
    more: tuple[str, str, str, str] | None
    shared: tuple[str, str, str, str] | None
    foot: tuple[str, str, str, str]
    pinned: str


def moves_of(view: View, reply: Reply, state: State, asked: frozenset[int]) -> Moves:
    """Who moves, the largest effect first; who differs from the saved plan; who is pinned."""
    _ = view.language
    tiers, names = view.case.tiers, view.names
    count = len(view.case.segments)
    row = np.arange(count)
    has_today = reply.today is not None
    current = _current(view)
    choice = reply.choice
    if choice is None:
        choice = current.copy() if has_today else np.full(count, -1, dtype=np.int64)
        for segment, tier in state.pins.items():
            choice[segment] = tier
    known = choice >= 0
    cost, lost = np.zeros(count), np.zeros(count)
    cost[known] = reply.service_cost[row[known], choice[known]]
    lost[known] = reply.lost_sales[row[known], choice[known]]
    if has_today:
        cost -= reply.service_cost[row, current]
        lost -= reply.lost_sales[row, current]
    total = cost + lost
    moved = (choice != current) & known if has_today else known
    differs = np.zeros(count, dtype=np.bool_)
    if reply.saved_choice is not None and reply.choice is not None:
        differs = reply.saved_choice != choice
    order = np.argsort(-np.abs(total), kind="stable")
    movers = [int(s) for s in order if moved[s]]
    shown = set(movers[:MOST_ROWS]) | set(state.pins) | set(asked)
    shown |= set([int(s) for s in order if differs[s]][:MOST_ROWS])
    unit = _.rows_unit([*cost[sorted(shown)], *lost[sorted(shown)]])
    rows = []
    for s in (int(s) for s in order if int(s) in shown):
        k, now = int(choice[s]), int(current[s])
        rows.append(
            Row(
                s,
                names.shown[s],
                names.full[s],
                middle_cut(tiers[now], LONGEST_TODAY) if now >= 0 else NONE,
                tiers[now] if now >= 0 else "",
                _choices(view, s, k),
                middle_cut(tiers[k]) if k >= 0 else NONE,
                bool(moved[s]) and has_today,
                middle_cut(tiers[int(reply.saved_choice[s])])
                if differs[s] and reply.saved_choice is not None
                else "",
                _levels(view, reply, s, now, k),
                unit.signed(cost[s]) if has_today else unit.plain(cost[s]),
                unit.signed(lost[s]) if has_today else unit.plain(lost[s]),
                unit.signed(total[s]) if has_today else unit.plain(total[s]),
                s in state.pins,
            )
        )
    rest = [s for s in movers if s not in shown]
    show = unit.signed if has_today else unit.plain
    more = None
    if rest:
        more = (
            _.count("{n} more, together", "{n} more, together", len(rest)),
            show(cost[rest].sum()),
            show(lost[rest].sum()),
            show(total[rest].sum()),
        )
    foot = _foot(view, len(movers), count, has_today)
    alone = np.array([cost[moved].sum(), lost[moved].sum()])
    whole, shared = _whole(reply, alone), None
    if max(abs(whole - alone)) > NOISE * abs(alone).sum():
        added = whole - alone
        name = _("open tiers, extra units, shared prospects")
        shared = (name, show(added[0]), show(added[1]), show(added.sum()))
    sums = show(whole[0]), show(whole[1]), show(whole.sum())
    if reply.choice is None:
        foot, sums = _("There is no plan."), (NONE, NONE, NONE)
    held = [names.shown[s] for s in state.pins]
    pinned = ""
    if held:
        extra = [_("{n} more", n=len(held) - 4)] if len(held) > 4 else []
        pinned = _("Pinned: {names}.", names=_.listed([*held[:4], *extra]))
    return Moves(_.unit_head(unit, view.info), tuple(rows), more, shared, (foot, *sums), pinned)


def _whole(reply: Reply, alone: NDArray[np.float64]) -> NDArray[np.float64]:
    """(2,): by how much service cost and lost sales change with all that segments share."""
    if reply.plan is None:
        return alone
    whole = np.array([reply.plan.service_cost, reply.plan.lost_sales])
    if reply.today is not None:
        whole -= [reply.today.service_cost, reply.today.lost_sales]
    return whole


def _foot(view: View, moves: int, count: int, has_today: bool) -> str:
    """How many move and how many stay."""
    _ = view.language
    if not has_today:
        return _("All {segments}", segments=_.counted(count, view.words.segment))
    return _.count(
        "{n} move; {stay} of {all} stay",
        "{n} moves; {stay} of {all} stay",
        moves,
        stay=f"{count - moves:,}",
        all=f"{count:,}",
    )


def _current(view: View) -> NDArray[np.int64]:
    places = {tier: place for place, tier in enumerate(view.case.tiers)}
    texts = view.case.table("segments").texts("current_tier")
    return np.array([places.get(text, -1) for text in texts], dtype=np.int64)


def _choices(view: View, segment: int, chosen: int) -> tuple[TierChoice, ...]:
    """The tiers that a segment may have."""
    offered = set(np.flatnonzero(view.admissible[segment]).tolist()) | {chosen} - {-1}
    return tuple(
        TierChoice(k, middle_cut(view.case.tiers[k]), k == chosen) for k in sorted(offered)
    )


def _levels(view: View, reply: Reply, segment: int, before: int, after: int) -> str:
    def told(tier: int) -> str:
        return percent(float(reply.service_level[segment, tier]), view.level_decimals)

    now = NONE if after < 0 else told(after)
    return now if before < 0 else f"{told(before)} → {now}"
