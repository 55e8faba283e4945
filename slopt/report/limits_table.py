"""What binds: use, price and what relief of each limit would really buy."""

from __future__ import annotations

import math

from rich.text import Text

from slopt.plan.plan import Plan, Price
from slopt.report.language import ENGLISH, Language
from slopt.report.limit_words import difference, gain, limit_label, price, quantity
from slopt.report.table import Col, table


def limits_lines(plan: Plan, width: int, language: Language = ENGLISH) -> list[Text]:
    """Every limit: used, limit, relaxation price, and what relief of it really buys."""
    _ = language
    if not plan.prices:
        return [Text(_("No limit applies."))]
    problem = plan.problem
    rows: list[list[str | Text]] = []
    for entry in sorted(plan.prices, key=lambda p: not p.binds):
        use = entry.use
        sign = "≥" if use.at_least else "≤"
        known = entry.relaxation is not None
        rows.append(
            [
                Text(limit_label(use.name, _), style="bold" if entry.binds else ""),
                quantity(problem, use.name, use.used, _),
                f"{sign} {quantity(problem, use.name, use.limit, _)}",
                price(problem, use.name, entry.relaxation or 0.0, _) if known else "–",
                _buys(entry, plan, _),
            ]
        )
    columns = [
        Col(_("limit"), right=False, shorten=True),
        Col(_("used")),
        Col(_("limit")),
        Col(_("price")),
        Col(_("what relief really buys"), right=False, wrap=True),
    ]
    if not any(str(row[-1]) for row in rows):
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    return table(columns, rows, width, language=_)


def _buys(entry: Price, plan: Plan, _: Language) -> str:
    problem, use = plan.problem, entry.use
    if use.penalty is not None and use.breach:
        return _(
            "broken by {breach}, which counts {penalty}",
            breach=difference(problem, use.name, use.breach, _),
            penalty=_.amount(use.breach * use.penalty),
        )
    if use.penalty is not None:
        return _("soft: each unit costs {price}", price=price(problem, use.name, use.penalty, _))
    if entry.fixed_choice:
        saves = gain(problem, entry.fixed_choice, _)
        if use.name in problem.resources:
            return _("each unit {saves}: fewer extra units", saves=saves)
        return _("each unit {saves}: less to buy", saves=saves)
    if entry.relaxation is None:
        return _("not known")
    if entry.next_step is None and problem.has_sources:
        return ""  # levels and stocks take up what the price says
    if entry.next_step is None:
        if problem.is_small:
            return _("too little to tell by solving")
        return _("not solved at this size")
    if not math.isfinite(entry.next_step):
        return _("nothing")
    saves = gain(problem, entry.next_gain or 0.0, _)
    if entry.next_step == 1:
        return _("one more {saves}", saves=saves)
    step = difference(problem, use.name, entry.next_step, _)
    if use.at_least:
        return _("{saves} if {step} lower", saves=saves, step=step)
    return _("{saves} from +{step} on", saves=saves, step=step)
