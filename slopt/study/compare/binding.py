"""Limits on both sides: how much is used, what one unit more is worth, which of them bind."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from slopt.problem.evaluate import LimitUse
from slopt.study.compare.side import Side


class Turn(StrEnum):
    """What became of a limit from A to B."""

    BINDS_NOW = "binds_now"
    NO_LONGER_BINDS = "no_longer_binds"
    BINDS = "binds"
    SLACK = "slack"


@dataclass(frozen=True)
class LimitOnBothSides:
    """One limit. `a` and `b` are None on a side that does not have it; prices as they are known.

    Binding: its relaxation price is above 0; where no price is known, it is used up.
    """

    name: str
    turn: Turn
    a: LimitUse | None
    b: LimitUse | None
    price_a: float | None
    price_b: float | None


def limits_on_both_sides(a: Side, b: Side) -> tuple[LimitOnBothSides, ...]:
    """Every limit that one of the sides has, those that came to bind or ceased to first."""
    of_a = {use.name: use for use in a.evaluation.limits}
    of_b = {use.name: use for use in b.evaluation.limits}
    found = []
    for name in dict.fromkeys((*of_a, *of_b)):
        first, second = of_a.get(name), of_b.get(name)
        before = first is not None and a.binds(first)
        after = second is not None and b.binds(second)
        if before == after:
            turn = Turn.BINDS if after else Turn.SLACK
        else:
            turn = Turn.BINDS_NOW if after else Turn.NO_LONGER_BINDS
        found.append(
            LimitOnBothSides(name, turn, first, second, a.prices.get(name), b.prices.get(name))
        )
    order = list(Turn)
    return tuple(sorted(found, key=lambda limit: order.index(limit.turn)))
