"""The limits of a plan: how much of each is used, its price, what more of it really buys."""

from __future__ import annotations

import math
from dataclasses import dataclass

from slopt.engine.reporting import Dossier
from slopt.plan.plan import Plan, Price
from slopt.report.language import Language
from slopt.report.limit_words import difference
from slopt.report.page.names import limit_amount, limit_name, price_amount
from slopt.study.explain_limits import Relief
from slopt.vocabulary import Goal


@dataclass(frozen=True)
class LimitRow:
    """A limit, its price, and what relief of it really buys."""

    name: str
    used: str
    limit: str
    price: str
    buys: str
    binds: bool


def by_binding(plan: Plan) -> list[Price]:
    """The limits of a plan, those that bind first."""
    return sorted(plan.prices, key=lambda price: not price.binds)


def limit_row(dossier: Dossier, price: Price, _: Language) -> LimitRow:
    """One limit in its own unit."""
    plan = dossier.plan
    problem, use = plan.problem, price.use
    return LimitRow(
        limit_name(use.name, _),
        limit_amount(problem, use.name, use.used, _),
        f"{'≥' if use.at_least else '≤'} {limit_amount(problem, use.name, use.limit, _)}",
        price_amount(problem, use.name, price.relaxation, _),
        _buys(dossier, price, _),
        price.binds,
    )


def _buys(dossier: Dossier, price: Price, _: Language) -> str:
    """What relief of a limit really buys, found by solving again."""
    plan = dossier.plan
    problem, use = plan.problem, price.use
    if use.penalty is not None:
        return _("soft: each unit counts {penalty}", penalty=_.amount(use.penalty))
    if price.fixed_choice:
        return _("each unit {gain}", gain=_.amount(price.fixed_choice))
    if price.next_step is None and use.name in dossier.reliefs:
        return _relief(dossier, dossier.reliefs[use.name], use.at_least, use.name, _)
    if price.next_step is None:
        return _("not solved: slopt explain --limits")
    if not math.isfinite(price.next_step):
        return _("nothing")
    gain = price.next_gain or 0.0
    worth = _.amount(gain)
    if problem.goal is Goal.MAX_SERVICE:
        worth = _("{points} points", points=_.amount(100 * gain))
    if price.next_step == 1:
        return _("one more is worth {worth}", worth=worth)
    step = limit_amount(problem, use.name, price.next_step, _)
    if use.at_least:
        return _("{worth} if it is {step} lower", worth=worth, step=step)
    return _("nothing below {step} more, then {worth}", worth=worth, step=step)


def _relief(dossier: Dossier, relief: Relief, at_least: bool, name: str, _: Language) -> str:
    """What so many units more gain; what a plan was not found for is not said to gain nothing."""
    problem = dossier.problem
    step = difference(problem, name, relief.units, _)
    if relief.gain is None:
        return _("not solved: slopt explain --limits")
    if not relief.gain or relief.least == 0:
        return _("{step} more: nothing beyond the gap", step=step)
    worth = _.amount(relief.gain)
    if problem.goal is Goal.MAX_SERVICE:
        worth = _("{points} points", points=_.amount(100 * relief.gain))
    if at_least:
        return _("{worth} if it is {step} lower", worth=worth, step=step)
    return _("{step} more: {worth}", step=step, worth=worth)
