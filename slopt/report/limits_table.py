"""What binds: use, price and what relief of each limit would really buy."""

from __future__ import annotations

import numpy as np
from rich.text import Text

from slopt.plan.plan import Plan, Price
from slopt.report.numbers import amount, percent
from slopt.report.table import Col, table
from slopt.vocabulary import Goal


def limits_lines(plan: Plan, width: int) -> list[Text]:
    """Every limit: used, limit, relaxation price, and what relief of it really buys."""
    if not plan.prices:
        return [Text("No limit applies.")]
    rows: list[list[str | Text]] = []
    for price in sorted(plan.prices, key=lambda p: not p.binds):
        use = price.use
        rows.append(
            [
                Text(use.name, style="bold" if price.binds else ""),
                _quantity(use.used, use.name, plan),
                _quantity(use.limit, use.name, plan),
                _price(price, plan),
                _buys(price, plan),
            ]
        )
    return table(
        [
            Col("limit", right=False, shorten=True),
            Col("used"),
            Col("limit"),
            Col("price"),
            Col("what relief really buys", right=False),
        ],
        rows,
        width,
    )


def _is_level(name: str, plan: Plan) -> bool:
    rule = next((rule for rule in plan.problem.rules if rule.name == name), None)
    return name == "min_service_level" or (rule is not None and rule.kind == "min_service_level")


def _quantity(value: float, name: str, plan: Plan) -> str:
    return f"{percent(value, 1)} %" if _is_level(name, plan) else amount(value, 4)


def _price(price: Price, plan: Plan) -> str:
    if price.relaxation is None:
        return "–"
    if plan.problem.goal is Goal.MAX_SERVICE:
        return f"{100 * price.relaxation:.2g} points"
    if _is_level(price.name, plan):
        return f"{amount(price.relaxation / 100)} a point"
    return amount(price.relaxation)


def _buys(price: Price, plan: Plan) -> str:
    goal = plan.problem.goal
    if price.use.penalty is not None and price.use.breach:
        return f"broken, at {amount(price.use.breach * price.use.penalty)}"
    if price.fixed_choice:
        return f"saves {amount(price.fixed_choice)} each: fewer extra units"
    if price.next_step is None:
        return "nothing" if not price.binds else "not solved"
    if not np.isfinite(price.next_step):
        return "nothing"
    gain = (
        f"+{amount(100 * (price.next_gain or 0))} points"
        if goal is Goal.MAX_SERVICE
        else f"−{amount(price.next_gain)}"
    )
    if price.next_step == 1:
        return f"one more: {gain}"
    if _is_level(price.name, plan):
        step = f"{amount(100 * price.next_step)} points"
    else:
        step = amount(price.next_step)
    sign = "−" if price.use.at_least else "+"
    return f"nothing below {sign}{step}, then {gain}"
