"""A better plan by moving one segment or two: the aim itself judges, over all futures at once.

Weights under which the plan is worth what it is are at most what any other plan is worth: a move
that gains nothing under them gains nothing. So only moves that do are priced by the aim.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice
from slopt.solve.coupling import keeps, with_open_tiers
from slopt.solve.risk.losses import FuturePrices, Losses
from slopt.solve.risk.weighing import Weighing

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]

MOVES = 400
"""Moves that are tried with each other; those of the least reduced cost."""
AT_ONCE = 1500
"""Pairs of moves that the aim prices in one go, 500 futures each in a tenth of a second."""
ROUNDS = 60
ROOM = 1e-12
"""Relative room at the limits, which have theirs already."""


@dataclass(frozen=True, eq=False)
class Planned:
    """A plan over merged segments, the units reserved, and what it is worth with penalties."""

    choice: Choice
    reserve: Numbers
    value: float


@dataclass(frozen=True, eq=False)
class _Moves:
    """Segments (n,) and their new tiers, and what each move changes: losses (W, n), use (W, R, n),
    shared rows (M, n)."""

    segment: Places
    tier: Places
    loss: Numbers
    need: Numbers
    rows: Numbers

    def of(self, places: Places) -> tuple[Numbers, Numbers, Numbers]:
        return self.loss[:, places], self.need[:, :, places], self.rows[:, places]


def improved(
    losses: Losses, weighing: Weighing, plan: Planned, reduced: Numbers, target: float, end: float
) -> Planned:
    """The plan after moves that pay, until its value is at most `target` or the time is `end`.

    `reduced` (S, K) are what pairs cost above the best of their segment at some prices; moves that
    cost little there are tried.
    """
    for _ in range(ROUNDS):
        if plan.value <= target or time.perf_counter() > end:
            break
        better = _step(losses, weighing, plan, reduced)
        if better is None:
            break
        plan = better
    return plan


def _step(losses: Losses, weighing: Weighing, plan: Planned, reduced: Numbers) -> Planned | None:
    """The best move or pair of moves that the aim likes better; None where none is found."""
    moves = _moves(losses, plan.choice, reduced)
    plain, need = losses.plain(plan.choice), losses.need(plan.choice)
    loss = plain + losses.late_cost(need, plan.reserve)
    counts = weighing.counts(loss)
    late = losses.prices_at(counts, need, plan.reserve)
    score = _score(losses, late, moves)
    single = np.flatnonzero(score < 0)
    first, second = np.triu_indices(len(moves.segment), 1)
    both = score[first] + score[second]
    apart = (both < 0) & (moves.segment[first] != moves.segment[second])
    first, second, both = first[apart], second[apart], both[apart]
    used = losses.rows.used(plan.choice)
    kept = _keeps_rows(losses, used, moves.rows[:, first] + moves.rows[:, second])
    first, second, both = first[kept], second[kept], both[kept]
    order = np.argsort(both, kind="stable")[:AT_ONCE]
    first, second = first[order], second[order]
    single = single[_keeps_rows(losses, used, moves.rows[:, single])]
    a = np.concatenate([single, first])
    b = np.concatenate([np.full(len(single), -1), second])
    if not len(a):
        return None
    twice = b >= 0
    pair = np.where(twice, b, 0)
    change = moves.loss[:, a] + np.where(twice, moves.loss[:, pair], 0.0)
    more = moves.need[:, :, a] + np.where(twice, moves.need[:, :, pair], 0.0)
    rows = moves.rows[:, a] + np.where(twice, moves.rows[:, pair], 0.0)
    totals = plain[:, None] + change + _late(losses, need, more, plan.reserve)
    worth = weighing.values(totals) + _penalties(losses, used[:, None] + rows)
    for place in np.argsort(worth, kind="stable").tolist():
        if not worth[place] < plan.value - 1e-12 * abs(plan.value):
            return None
        choice = plan.choice.copy()
        choice[moves.segment[a[place]]] = moves.tier[a[place]]
        if b[place] >= 0:
            choice[moves.segment[b[place]]] = moves.tier[b[place]]
        found = priced(losses, weighing, choice, plan.reserve)
        if found is not None and found.value < plan.value:
            return found
    return None


def priced(losses: Losses, weighing: Weighing, choice: Choice, reserve: Numbers) -> Planned | None:
    """What a choice is worth; None where it breaks a limit, the menu or an ordering."""
    if not keeps(losses.coupling, choice):
        return None
    rows = with_open_tiers(losses.coupling, losses.rows, choice)
    penalties, kept = rows.value(choice)
    if not kept:
        return None
    penalties -= rows.offset
    loss = losses.of_choice(choice, reserve)
    return Planned(choice, reserve, weighing.value(loss) + penalties)


def _moves(losses: Losses, choice: Choice, reduced: Numbers) -> _Moves:
    row = np.arange(len(choice))
    away = np.where(losses.rows.allowed, reduced, np.inf)
    away[row, choice] = np.inf
    order = np.argsort(away, axis=None, kind="stable")[:MOVES]
    order = order[np.isfinite(away.reshape(-1)[order])]
    segment, tier = np.divmod(order, away.shape[1])
    now = choice[segment]
    return _Moves(
        segment,
        tier,
        losses.pair[:, segment, tier] - losses.pair[:, segment, now],
        losses.use[:, :, segment, tier] - losses.use[:, :, segment, now],
        np.array([use[segment, tier] - use[segment, now] for use in losses.rows.use]).reshape(
            len(losses.rows.use), len(segment)
        ),
    )


def _score(losses: Losses, prices: FuturePrices, moves: _Moves) -> Numbers:
    """(n,): what moves add at least, by the tangent of the aim at the plan."""
    score = prices.counts @ moves.loss
    use = np.broadcast_to(moves.need, (losses.count, *moves.need.shape[1:]))
    return np.asarray(score + np.einsum("wr,wrn->n", prices.late, use))


def _late(losses: Losses, need: Numbers, more: Numbers, reserve: Numbers) -> Numbers:
    """(W, n): what late and reserved units cost after moves that need so much more."""
    total = np.zeros((losses.count, more.shape[2]))
    for r in range(need.shape[1]):
        beyond = np.maximum(need[:, r, None] + more[:, r] - reserve[r], 0.0)
        total += losses.premium[:, r, None] * beyond
        if losses.can_reserve[r]:
            total += losses.reserve_cost[r] * reserve[r]
    return total


def _extras(losses: Losses, used: Numbers) -> Numbers:
    """(E, n): the least extras that restore the rows they relieve, as far as they go."""
    rows = losses.rows
    per_unit = -rows.extra_use[rows.relieved, np.arange(len(rows.relieved))]
    beyond = (used - rows.limit[:, None])[rows.relieved] / per_unit[:, None]
    return np.clip(beyond, 0.0, rows.extra_most[:, None])


def _penalties(losses: Losses, used: Numbers) -> Numbers:
    return np.asarray(losses.rows.extra_cost @ _extras(losses, used))


def _keeps_rows(losses: Losses, used: Numbers, more: Numbers) -> NDArray[np.bool_]:
    """(n,): whether the shared rows hold after moves; open costs are looked at later."""
    rows = losses.rows
    after = used[:, None] + more
    room = ROOM * np.maximum(1.0, np.abs(rows.limit))
    total = after + rows.extra_use @ _extras(losses, after)
    return np.asarray(np.all(total <= (rows.limit + room)[:, None], axis=0))
