"""What each limit is worth: next units solved, where the plan stays best, what it costs in all."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.text import Text

from slopt.plan.plan import Plan
from slopt.report.explain_words import goal_amount
from slopt.report.limit_words import difference, gain, price, quantity
from slopt.report.numbers import NONE, gap_words
from slopt.report.table import Col, sentence, table
from slopt.study.explain_limits import LimitValue, Relief
from slopt.study.explain_rules import RuleCost
from slopt.study.frontier.axis import axis_of


def limits_in_full(plan: Plan, limits: Sequence[LimitValue], width: int) -> list[Text]:
    """A table of all limits, then a sentence or two for each that costs something."""
    if not limits:
        return [Text("No limit applies.")]
    lines = [Text("What each limit is worth", style="bold"), Text("")]
    rows: list[list[str | Text]] = []
    for limit in sorted(limits, key=lambda value: not _matters(value)):
        use, known = limit.price.use, limit.price.relaxation is not None
        sign = "≥" if use.at_least else "≤"
        rows.append(
            [
                Text(use.name, style="bold" if _matters(limit) else ""),
                f"{sign} {quantity(plan.problem, use.name, use.limit)}",
                price(plan.problem, use.name, limit.price.relaxation or 0.0) if known else NONE,
                _range(plan, limit),
                _costs(plan, limit.whole),
            ]
        )
    columns = [
        Col("limit", right=False, shorten=True),
        Col("set to"),
        Col("price"),
        Col("the plan stays best", right=False, drop=1),
        Col("without it", right=False, wrap=True),
    ]
    lines += table(columns, rows, width)
    for limit in limits:
        text = _units(plan, limit)
        if text:
            lines += [Text(""), *sentence(text, width)]
    lines += [Text(""), *_notes(plan, limits, width)]
    return lines


def _matters(limit: LimitValue) -> bool:
    """True where the limit costs something by any of its figures."""
    return limit.price.binds or bool(limit.whole and limit.whole.costs_something)


def _range(plan: Plan, limit: LimitValue) -> str:
    best, name = limit.best_range, limit.name
    if best is None:
        return "not known"
    axis = axis_of(plan.problem, name)
    ends = [best.low, best.high]
    loose = 0 if axis.is_floor else 1
    # Of what is counted, the last value before the one with which a better plan begins.
    if axis.is_whole and ends[loose] is not None:
        ends[loose] = (ends[loose] or 0.0) - axis.relief
    low, high = (None if end is None else quantity(plan.problem, name, end) for end in ends)
    if low is None and high is None:
        return "at any value"
    if low is None:
        return f"up to {high}"
    if high is None:
        return f"from {low} on"
    return low if low == high else f"{low} to {high}"


def _costs(plan: Plan, whole: RuleCost | None) -> str:
    """What the best plan without the limit gains."""
    if whole is None:
        return ""
    if whole.cost is None:
        return "not solved"
    if whole.cost == 0:
        return "no gain"
    if not whole.costs_something:
        return "no gain beyond the gap"
    return gain(plan.problem, whole.cost)


def _units(plan: Plan, limit: LimitValue) -> str:
    """`budget: 96 k more gains nothing; 480 k more saves 36.5 k (1 moves)`; empty if nothing."""
    if not limit.price.next_gain and not any(relief.gain for relief in limit.reliefs):
        return _unsolved(limit)
    problem, name = plan.problem, limit.name
    said = [_relief(plan, limit, relief) for relief in limit.reliefs]
    step, start = limit.price.next_step, ""
    if step is not None and math.isfinite(step) and limit.price.next_gain:
        way = "lower" if limit.price.use.at_least else "more"
        start = (
            f"the first amount that helps is {difference(problem, name, step)} {way}, which "
            f"{gain(problem, limit.price.next_gain)}; "
        )
    elif limit.price.fixed_choice:
        start = f"each unit {gain(problem, limit.price.fixed_choice)} with every choice as it is; "
    return f"{name}: {start}{'; '.join(said)}."


def _unsolved(limit: LimitValue) -> str:
    """What there was no time for; empty where there was."""
    if any(relief.gain is None for relief in limit.reliefs):
        return f"{limit.name}: not all of its next units were solved."
    return ""


def _relief(plan: Plan, limit: LimitValue, relief: Relief) -> str:
    way = "lower" if limit.price.use.at_least else "more"
    units = f"{difference(plan.problem, limit.name, relief.units)} {way}"
    if relief.gain is None:
        return f"{units} was not solved"
    if relief.gain == 0:
        return f"{units} gains nothing"
    if relief.least == 0:
        return f"{units} gains nothing beyond the gap"
    if not relief.moves:
        return f"{units} {gain(plan.problem, relief.gain)}"
    return f"{units} {gain(plan.problem, relief.gain)} ({len(relief.moves)} would move)"


def _notes(plan: Plan, limits: Sequence[LimitValue], width: int) -> list[Text]:
    """How sure these figures are."""
    shares = [limit.best_range.within for limit in limits if limit.best_range]
    share = max(shares, default=0.0)
    if share:
        lines = sentence(
            f"Between the values given no plan is better than this one by more than "
            f"{gap_words(share)}, the gap of its proof; beyond the looser one there may be.",
            width,
        )
    else:
        lines = sentence(
            "Within the values given this very plan is proven best; at the tighter end it stops to "
            "keep the limit or another one gets ahead, at the looser end a better one begins.",
            width,
        )
    unsure = [
        relief.most - relief.gain
        for limit in limits
        for relief in limit.reliefs
        if relief.most is not None and relief.gain is not None
    ]
    spread = max(unsure, default=0.0)
    if spread > 1e-9 * max(1.0, abs(plan.objective)):
        lines += sentence(
            f"Gains are those of the plans found, proven to at most {goal_amount(plan, spread)} "
            "more.",
            width,
        )
    return lines
