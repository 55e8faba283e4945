"""What relief of a limit is really worth: the least that helps, and what it gains, by solving.

Relaxation prices speak of mixtures of tiers. Whole tiers move in steps: often the next unit of
budget buys nothing, and the first amount that does buys a lot. Two programs find that step: the
least of the limit that any better plan needs, and the best plan with that much.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np

from slopt.plan.plan import Plan, Price
from slopt.problem.program import LinearProgram
from slopt.solve.highs import Options, run
from slopt.vocabulary import Status

BETTER = 1e-6
"""A plan counts as better from this relative improvement on."""
SLACK = 1e-9
"""Relative room given to the new limit, so that the plan that defines it fits."""


def with_next_steps(plan: Plan, options: Options) -> Plan:
    """The plan with `next_step`, `next_gain` and `fixed_choice` for its limits.

    Solved for small problems with a proven plan only, and for as many limits as the time in
    `options` allows. A soft rule has no next step: its penalty is the price of each unit.
    """
    program = plan.outcome.relaxation.program if plan.outcome.relaxation else None
    if program is None or plan.status is not Status.OPTIMAL or not plan.problem.is_small:
        return plan
    begin = time.perf_counter()
    fixed = fixed_choice_prices(plan, program, options)
    prices = {
        price.name: replace(price, fixed_choice=fixed.get(price.name)) for price in plan.prices
    }
    for price in plan.prices:
        left = options.time_limit_s - (time.perf_counter() - begin)
        if left <= 0:
            break
        try:
            own = replace(options, time_limit_s=left)
            prices[price.name] = with_next_step(plan, program, prices[price.name], own)
        except KeyboardInterrupt:
            break
    return plan.with_prices(tuple(prices.values()))


def with_next_step(plan: Plan, program: LinearProgram, price: Price, options: Options) -> Price:
    """One limit's prices with its next step, where it has one.

    Where relief saves extra units at once, the fixed-choice price says it all. Raises
    KeyboardInterrupt on Ctrl-C.
    """
    if price.use.penalty is not None or price.fixed_choice or price.name not in program.shared:
        return price
    step, gain = next_step(plan, program, price.name, replace(options, gap=0.0))
    return replace(price, next_step=step, next_gain=gain)


def next_step(
    plan: Plan, program: LinearProgram, name: str, options: Options
) -> tuple[float | None, float | None]:
    """(least relief of a named limit that makes a better plan possible, what that plan gains).

    (inf, 0) where no relief of this limit helps; (None, None) where time ran out, or where the step
    is too small for the solver to tell from rounding.
    """
    row, objective = program.shared[name], plan.objective
    at_least = program.is_floor(row)
    limit = program.row_lower[row] if at_least else program.row_upper[row]
    direction = -1.0 if at_least else 1.0
    target = program.sign * objective - program.offset
    target -= BETTER * max(1.0, abs(target))
    priced = np.flatnonzero(program.cost)
    least = (
        _with_limit(program, row, -np.inf, np.inf)
        .with_row(priced, program.cost[priced], -np.inf, target)
        .replace(cost=direction * program.coefficients(row), offset=0.0, sign=1.0)
    )
    answer = run(least, options, confirm=False)
    if answer.status is Status.INTERRUPTED:
        raise KeyboardInterrupt
    if answer.status is Status.INFEASIBLE:
        return math.inf, 0.0
    if answer.status is not Status.OPTIMAL or answer.objective is None:
        return None, None
    needed = direction * answer.objective
    relief = direction * (needed - limit)
    room = SLACK * max(1.0, abs(needed))
    relieved = (
        _with_limit(program, row, needed - room, np.inf)
        if at_least
        else _with_limit(program, row, -np.inf, needed + room)
    )
    best = run(relieved, options)
    if best.objective is None or relief <= room:
        return None, None
    return relief, abs(best.objective - objective)


def _with_limit(program: LinearProgram, row: int, lower: float, upper: float) -> LinearProgram:
    row_lower, row_upper = program.row_lower.copy(), program.row_upper.copy()
    row_lower[row], row_upper[row] = lower, upper
    return program.replace(row_lower=row_lower, row_upper=row_upper)


def fixed_choice_prices(plan: Plan, program: LinearProgram, options: Options) -> dict[str, float]:
    """Prices with every tier as it is, for the rows where something continuous is left.

    That is: resources with extra units for sale, and soft rules. Empty where nothing is left.
    """
    continuous = np.zeros(len(program.row_lower), dtype=np.bool_)
    continuous[program.row_of[~program.integral[program.index]]] = True
    if not continuous.any():
        return {}
    chosen = plan.choice[program.choose[:, 0]] == program.choose[:, 1]
    lower, upper = program.lower.copy(), program.upper.copy()
    lower[: len(chosen)] = upper[: len(chosen)] = chosen
    answer = run(program.replace(lower=lower, upper=upper).relaxed(), options)
    if answer.row_duals is None:
        return {}
    return {
        name: abs(float(answer.row_duals[row]))
        for name, row in program.shared.items()
        if continuous[row]
    }
