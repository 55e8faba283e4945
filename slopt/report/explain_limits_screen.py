"""What each limit is worth: next units solved, where the plan stays best, what it costs in all."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.text import Text

from slopt.plan.plan import Plan
from slopt.report.explain_words import goal_amount
from slopt.report.language import ENGLISH, Language
from slopt.report.limit_words import difference, gain, limit_label, price, quantity
from slopt.report.numbers import NONE
from slopt.report.table import Col, sentence, table
from slopt.study.explain_limits import LimitValue, Relief
from slopt.study.explain_rules import RuleCost
from slopt.study.frontier.axis import axis_of


def limits_in_full(
    plan: Plan, limits: Sequence[LimitValue], width: int, language: Language = ENGLISH
) -> list[Text]:
    """A table of all limits, then a sentence or two for each that costs something."""
    _ = language
    if not limits:
        return [Text(_("No limit applies."))]
    lines = [Text(_("What each limit is worth"), style="bold"), Text("")]
    rows: list[list[str | Text]] = []
    for limit in sorted(limits, key=lambda value: not _matters(value)):
        use, known = limit.price.use, limit.price.relaxation is not None
        sign = "≥" if use.at_least else "≤"
        rows.append(
            [
                Text(limit_label(use.name, _), style="bold" if _matters(limit) else ""),
                f"{sign} {quantity(plan.problem, use.name, use.limit, _)}",
                price(plan.problem, use.name, limit.price.relaxation or 0.0, _) if known else NONE,
                _range(plan, limit, _),
                _costs(plan, limit.whole, _),
            ]
        )
    columns = [
        Col(_("limit"), right=False, shorten=True),
        Col(_("set to")),
        Col(_("price")),
        Col(_("the plan stays best"), right=False, drop=1),
        Col(_("without it"), right=False, wrap=True),
    ]
    lines += table(columns, rows, width, language=_)
    for limit in limits:
        text = _units(plan, limit, _)
        if text:
            lines += [Text(""), *sentence(text, width)]
    lines += [Text(""), *_notes(plan, limits, width, _)]
    return lines


def _matters(limit: LimitValue) -> bool:
    """True where the limit costs something by any of its figures."""
    return limit.price.binds or bool(limit.whole and limit.whole.costs_something)


def _range(plan: Plan, limit: LimitValue, _: Language) -> str:
    best, name = limit.best_range, limit.name
    if best is None:
        return _("not known")
    axis = axis_of(plan.problem, name)
    ends = [best.low, best.high]
    loose = 0 if axis.is_floor else 1
    # Of what is counted, the last value before the one with which a better plan begins.
    if axis.is_whole and ends[loose] is not None:
        ends[loose] = (ends[loose] or 0.0) - axis.relief
    low, high = (None if end is None else quantity(plan.problem, name, end, _) for end in ends)
    if low is None and high is None:
        return _("at any value")
    if low is None:
        return _("up to {high}", high=high)
    if high is None:
        return _("from {low} on", low=low)
    return low if low == high else _("{low} to {high}", low=low, high=high)


def _costs(plan: Plan, whole: RuleCost | None, _: Language) -> str:
    """What the best plan without the limit gains."""
    if whole is None:
        return ""
    if whole.cost is None:
        return _("not solved")
    if whole.cost == 0:
        return _("no gain")
    if not whole.costs_something:
        return _("no gain beyond the gap")
    return gain(plan.problem, whole.cost, _)


def _units(plan: Plan, limit: LimitValue, _: Language) -> str:
    """`budget: 96 k more gains nothing; 480 k more saves 36.5 k (1 moves)`; empty if nothing."""
    problem, name = plan.problem, limit.name
    gains = bool(limit.price.next_gain) or any(relief.gain for relief in limit.reliefs)
    # Amounts that were asked for are answered also where they gain nothing.
    is_answer = limit.whole is None and limit.reliefs and not _unsolved(limit, _)
    if not gains and not is_answer:
        return _unsolved(limit, _)
    said = [_relief(plan, limit, relief, _) for relief in limit.reliefs]
    step = limit.price.next_step
    if step is not None and math.isfinite(step) and limit.price.next_gain:
        first = _(
            "the first amount that helps is {units}, which {saves}",
            units=_units_of(plan, limit, step, _),
            saves=gain(problem, limit.price.next_gain, _),
        )
        said = [first, *said]
    elif limit.price.fixed_choice:
        saves = gain(problem, limit.price.fixed_choice, _)
        said = [_("each unit {saves} with every choice as it is", saves=saves), *said]
    return _("{limit}: {gains}.", limit=limit_label(name, _), gains=_("; ").join(said))


def _unsolved(limit: LimitValue, _: Language) -> str:
    """What there was no time for; empty where there was."""
    if any(relief.gain is None for relief in limit.reliefs):
        name = limit_label(limit.name, _)
        return _("{limit}: not all of its next units were solved.", limit=name)
    return ""


def _units_of(plan: Plan, limit: LimitValue, units: float, _: Language) -> str:
    """So many units in the direction that gives relief."""
    amount = difference(plan.problem, limit.name, units, _)
    if limit.price.use.at_least:
        return _("{amount} lower", amount=amount)
    return _("{amount} more", amount=amount)


def _relief(plan: Plan, limit: LimitValue, relief: Relief, _: Language) -> str:
    units = _units_of(plan, limit, relief.units, _)
    if relief.gain is None:
        return _("{units} was not solved", units=units)
    if relief.gain == 0:
        return _("{units} gains nothing", units=units)
    if relief.least == 0:
        return _("{units} gains nothing beyond the gap", units=units)
    saves = gain(plan.problem, relief.gain, _)
    if not relief.moves:
        return _("{units} {saves}", units=units, saves=saves)
    moves = len(relief.moves)
    return _("{units} {saves} ({moves} would move)", units=units, saves=saves, moves=moves)


def _notes(plan: Plan, limits: Sequence[LimitValue], width: int, _: Language) -> list[Text]:
    """How sure these figures are."""
    shares = [limit.best_range.within for limit in limits if limit.best_range]
    share = max(shares, default=0.0)
    if share:
        said = _(
            "Between the values given no plan is better than this one by more than {gap}, the gap "
            "of its proof; beyond the looser one there may be.",
            gap=_.gap(share),
        )
    else:
        said = _(
            "Within the values given this very plan is proven best; at the tighter end it stops to "
            "keep the limit or another one gets ahead, at the looser end a better one begins."
        )
    lines = sentence(said, width)
    unsure = [
        relief.most - relief.gain
        for limit in limits
        for relief in limit.reliefs
        if relief.most is not None and relief.gain is not None
    ]
    spread = max(unsure, default=0.0)
    if spread > 1e-9 * max(1.0, abs(plan.objective)):
        said = _(
            "Gains are those of the plans found, proven to at most {amount} more.",
            amount=goal_amount(plan, spread, _),
        )
        lines += sentence(said, width)
    return lines
