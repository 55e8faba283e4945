"""What binds: use, price and what relief of each limit would really buy."""

from __future__ import annotations

import math

from rich.text import Text

from slopt.plan.plan import Plan, Price
from slopt.report.limit_words import difference, gain, price, quantity
from slopt.report.numbers import amount
from slopt.report.table import Col, table


def limits_lines(plan: Plan, width: int) -> list[Text]:
    """Every limit: used, limit, relaxation price, and what relief of it really buys."""
    if not plan.prices:
        return [Text("No limit applies.")]
    problem = plan.problem
    rows: list[list[str | Text]] = []
    for entry in sorted(plan.prices, key=lambda p: not p.binds):
        use = entry.use
        sign = "≥" if use.at_least else "≤"
        known = entry.relaxation is not None
        rows.append(
            [
                Text(use.name, style="bold" if entry.binds else ""),
                quantity(problem, use.name, use.used),
                f"{sign} {quantity(problem, use.name, use.limit)}",
                price(problem, use.name, entry.relaxation or 0.0) if known else "–",
                _buys(entry, plan),
            ]
        )
    columns = [
        Col("limit", right=False, shorten=True),
        Col("used"),
        Col("limit"),
        Col("price"),
        Col("what relief really buys", right=False, wrap=True),
    ]
    return table(columns, rows, width)


def _buys(entry: Price, plan: Plan) -> str:
    problem, use = plan.problem, entry.use
    if use.penalty is not None and use.breach:
        return f"broken by {difference(problem, use.name, use.breach)}, which counts " + amount(
            use.breach * use.penalty
        )
    if use.penalty is not None:
        return f"soft: each unit costs {price(problem, use.name, use.penalty)}"
    if entry.fixed_choice:
        why = "fewer extra units" if use.name in problem.resources else "less to buy"
        return f"each unit {gain(problem, entry.fixed_choice)}: {why}"
    if entry.relaxation is None:
        return "not known"
    if entry.next_step is None:
        return "too little to tell by solving" if problem.is_small else "not solved at this size"
    if not math.isfinite(entry.next_step):
        return "nothing"
    saves = gain(problem, entry.next_gain or 0.0)
    if entry.next_step == 1:
        return f"one more {saves}"
    step = difference(problem, use.name, entry.next_step)
    return f"{saves} if {step} lower" if use.at_least else f"{saves} from +{step} on"
