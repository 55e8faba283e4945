"""Which shares of the calls of a pool other channels may take: every combination of their steps.

One of the files of economics that know the planning case.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from slopt.case.desk_rows import DeskRows
from slopt.economics.desks.ways import Mix
from slopt.errors import InvalidInput, Problem
from slopt.sayings import say

MOST_MIXES = 64
"""Combinations of shares of one pool; each has numbers of agents of its own."""
ROUNDING = 1e-9


def mixes_of(rows: DeskRows, pool: int, types: list[int], design: str | None) -> tuple[Mix, ...]:
    """Every combination of shares for the types of calls (I,) of a pool; one where there is none.

    `design` None takes the channels of every design. Raises InvalidInput where there are too many.
    """
    choices = [_shares(rows, call_type, design) for call_type in types]
    count = int(np.prod([float(len(each)) for each in choices]))
    if count > MOST_MIXES:
        raise InvalidInput([_too_many(rows, pool, types, count)])
    return tuple(_mix(rows, types, chosen) for chosen in product(*choices))


def _shares(rows: DeskRows, call_type: int, design: str | None) -> list[dict[int, float]]:
    """Shares by channel (its row) that the calls of a type may be split into."""
    channels = rows.channels_of(call_type, design)
    table = rows.channels
    least, most = table.numbers("least_share"), table.numbers("most_share")
    steps = table.numbers("steps").astype(np.int64)
    of_each = [
        sorted(set(np.linspace(least[row], most[row], int(steps[row]) + 1).tolist()))
        for row in channels
    ]
    splits = (dict(zip(channels, shares, strict=True)) for shares in product(*of_each))
    return [split for split in splits if sum(split.values()) <= 1 + ROUNDING]


def _mix(rows: DeskRows, types: list[int], chosen: tuple[dict[int, float], ...]) -> Mix:
    table = rows.channels
    anyway, gives_up, sells, cost = (
        table.numbers(name) for name in ("calls_anyway", "gives_up", "sells", "cost_per_contact")
    )
    taken, served, given_up, unsold, price = np.zeros((5, len(types)))
    words = []
    for i, split in enumerate(chosen):
        for row, share in split.items():
            dealt_with = share * (1 - anyway[row] - gives_up[row])
            taken[i] += share * (1 - anyway[row])
            served[i] += dealt_with
            given_up[i] += share * gives_up[row]
            unsold[i] += dealt_with * (1 - sells[row])
            price[i] += share * cost[row]
            if share > 0:
                words.append((i, f"{round(100 * share, 2):g} % {table.texts('channel')[row]}"))
    names = rows.types.texts("call_type")
    several = len({i for i, _ in words}) > 1
    label = ", ".join(f"{names[types[i]]} {word}" if several else word for i, word in words)
    return Mix(label, np.minimum(taken, 1.0), served, given_up, unsold, price)


def _too_many(rows: DeskRows, pool: int, types: list[int], count: int) -> Problem:
    table = rows.channels
    first = next(row for each in types for row in rows.channels_of(each))
    return Problem(
        say(
            'The channels of the calls of pool "{pool}" can be combined in {count} ways, more '
            "than {most}.",
            pool=rows.pools.texts("pool")[pool],
            count=f"{count:,}",
            most=MOST_MIXES,
        ),
        say("Give them fewer steps, or split the pool."),
        table=table.name,
        file=table.file or None,
        row=table.rows[first],
        column="steps",
    )
