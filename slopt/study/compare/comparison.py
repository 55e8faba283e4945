"""The comparison as a value: sides, changed inputs, moves, the bridge, limits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from slopt.errors import UsageError
from slopt.problem.choice import Choice
from slopt.sayings import say
from slopt.solve.highs import Options
from slopt.study.compare.attribution import Attribution, Causes, attribute
from slopt.study.compare.binding import LimitOnBothSides, limits_on_both_sides
from slopt.study.compare.bridge import Bridge, Money, bridge
from slopt.study.compare.causes import Cause
from slopt.study.compare.changes import Change, changes_between
from slopt.study.compare.mixture import Mixture
from slopt.study.compare.side import Side
from slopt.vocabulary import Method


@dataclass(frozen=True)
class SegmentMove:
    """A segment that is not the same on both sides: another tier, gone (no `after`), or new.

    `money` is what the segment's own service cost
    and lost sales change by, at the inputs of B; all of it for gone segments (at A's) and new ones.
    `path` are the tiers between, with the causes that led to each.
    """

    segment: str
    before: str | None
    after: str | None
    causes: Causes
    money: Money
    path: tuple[tuple[Causes, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Comparison:
    """A and B side by side; `common` counts the segments that both have."""

    a: Side
    b: Side
    changes: tuple[Change, ...]
    moves: tuple[SegmentMove, ...]
    bridge: Bridge
    limits: tuple[LimitOnBothSides, ...]
    attribution: Attribution
    common: int

    @property
    def is_same_plan(self) -> bool:
        """True where every segment is on both sides and has the same tier."""
        return not self.moves

    @property
    def is_joint(self) -> bool:
        """True where a side has levels, stock rooms or desks, whose moves have no causes."""
        return is_joint(self.a, self.b)

    @property
    def is_same(self) -> bool:
        """True where plan and inputs are the same."""
        return self.is_same_plan and not self.changes

    @cached_property
    def causes(self) -> tuple[Cause, ...]:
        """The kinds of input that differ, in the order in which they are taken over."""
        return causes_of(self.changes)


def is_joint(a: Side, b: Side) -> bool:
    """True where a side has levels, stock rooms or desks."""
    return any(side.problem.generated is not None for side in (a, b))


def compare_sides(
    a: Side, b: Side, method: Method = Method.AUTO, options: Options | None = None
) -> Comparison:
    """Compare two sides. Raises UsageError where their money is not in one currency and period."""
    require_one_money(a, b)
    changes = changes_between(a.case, b.case)
    causes = causes_of(changes)
    mixture = Mixture(a.case, b.case)
    why = attribute(mixture, a, b, causes, method, options or _options(b))
    money = bridge(mixture, a, b, causes, why.because)
    return Comparison(
        a,
        b,
        tuple(changes),
        _moves(mixture, a, b, why, money),
        money,
        limits_on_both_sides(a, b),
        why,
        int((mixture.in_a & mixture.in_b).sum()),
    )


def causes_of(changes: tuple[Change, ...] | list[Change]) -> tuple[Cause, ...]:
    """The kinds of these changes, each once, in order."""
    found = {change.cause for change in changes}
    return tuple(cause for cause in Cause if cause in found)


def _options(side: Side) -> Options:
    solve = side.case.settings.solve
    return Options(solve.gap, solve.time_limit_s, solve.seed)


def require_one_money(a: Side, b: Side) -> None:
    """Raises UsageError where the money of two sides is not of one currency and period."""
    first, second = a.case.settings.case, b.case.settings.case
    if first.period is not second.period:
        raise UsageError(
            say(
                "A is per {period}, B per {other}: their money cannot be compared. "
                "Bring both cases to the same period.",
                period=first.period,
                other=second.period,
            )
        )
    if first.currency and second.currency and first.currency != second.currency:
        raise UsageError(
            say(
                "A is in {currency}, B in {other}: their money cannot be "
                "compared. Convert one of the cases, and set its case.currency.",
                currency=first.currency,
                other=second.currency,
            )
        )


def _moves(
    mixture: Mixture, a: Side, b: Side, why: Attribution, money: Bridge
) -> tuple[SegmentMove, ...]:
    """Everything that differs by segment, in the order of both sides' segments."""
    before = mixture.choice_of(a.case, a.choice)
    after = mixture.choice_of(b.case, b.choice)
    found = []
    for s in np.flatnonzero(before != after).tolist():
        segment = mixture.segments[s]
        if before[s] < 0:
            its = _own(b, mixture.row_in(b.case, s))
            found.append(
                SegmentMove(segment, None, mixture.tiers[after[s]], (Cause.SEGMENTS,), its)
            )
        elif after[s] < 0:
            its = NO_MONEY - _own(a, mixture.row_in(a.case, s))
            found.append(
                SegmentMove(segment, mixture.tiers[before[s]], None, (Cause.SEGMENTS,), its)
            )
        else:
            found.append(
                SegmentMove(
                    segment,
                    mixture.tiers[before[s]],
                    mixture.tiers[after[s]],
                    why.because[s],
                    money.moved[s],
                    _path(why, s, mixture.tiers, after),
                )
            )
    return tuple(found)


NO_MONEY = Money()


def _own(side: Side, segment: int) -> Money:
    """What a segment costs and loses by itself on its side."""
    problem, tier = side.problem, side.choice[segment]
    return Money(
        float(problem.service_cost[segment, tier]),
        float(problem.lost_orders[segment, tier]),
        float(problem.lost_customers[segment, tier]),
        float(problem.lost_prospects[segment, tier]),
        float(problem.lost_unsplit[segment, tier]),
    )


def _path(
    why: Attribution, segment: int, tiers: list[str], after: Choice
) -> tuple[tuple[Causes, str], ...]:
    """The tiers between A and B, where it is not one straight move."""
    steps, last = [], int(why.plans[0].choice[segment])
    for plan in why.plans[1:]:
        tier = int(plan.choice[segment])
        if tier not in (-1, last):
            steps.append((plan.causes, tiers[tier]))
            last = tier
    if last != int(after[segment]):
        steps.append((why.because[segment], tiers[int(after[segment])]))
    return tuple(steps) if len(steps) > 1 else ()
