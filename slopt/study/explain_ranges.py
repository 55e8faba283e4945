"""Between which values of a limit the present plan stays the best.

Tightened as far as the plan's own use, a limit can make no other plan better: what it takes away
are other plans. Beyond that, the limit itself becomes a column of the program, and the program asks
for its first value at which some other plan is worth more than this one, whose worth along the
limit is a straight line in each piece (it buys extra units, or breaks a soft rule, further and
further). For problems that are not small the ends are those up to which no plan is better by more
than the gap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopt.errors import UsageError
from slopt.plan.plan import Plan, Price
from slopt.problem.program import LinearProgram
from slopt.solve.highs import Options, run
from slopt.study.explain_rules import sign_of
from slopt.study.frontier.axis import Axis, axis_of
from slopt.study.frontier.least import Way, least
from slopt.study.next_unit import BETTER
from slopt.vocabulary import Status


@dataclass(frozen=True)
class BestRange:
    """Values of a limit with which the plan stays the best; None at an end that has no end.

    Past its tighter end the plan does not keep the limit or another one is better; at its looser
    end a better one begins. With `within` above 0 the plan need not be the best in between, but
    none is better by more than this share.
    """

    low: float | None
    high: float | None
    within: float = 0.0


def range_of(plan: Plan, price: Price, way: Way) -> BestRange | None:
    """The range of one limit; None where it is not known.

    That is: for resources whose extra units are the cheaper ones, for shared pools of prospects,
    for plans that are not proven, and where time ran out. Raises KeyboardInterrupt on Ctrl-C.
    """
    problem = plan.problem
    if plan.status is not Status.OPTIMAL or problem.pools:
        return None
    try:
        axis = axis_of(problem, price.name)
    except UsageError:
        return None
    program = plan.outcome.relaxation.program if plan.outcome.relaxation else None
    if problem.is_small and program is not None and price.name in program.shared:
        return _by_program(plan, price, axis, program, way.exact(problem))
    return None if problem.is_small else _by_least(plan, price, axis, way)


@dataclass(frozen=True)
class _Line:
    """What a plan is worth along a limit: base + rate max(0, use - value), looser values larger.

    It exists from `lowest` on. The worth is minimised, without the program's offset.
    """

    base: float
    rate: float
    use: float
    lowest: float


def _by_program(
    plan: Plan, price: Price, axis: Axis, program: LinearProgram, options: Options
) -> BestRange | None:
    line, now = _line(plan, price, axis, program), axis.relief * price.use.limit
    ends: list[float | None] = [line.lowest if np.isfinite(line.lowest) else None, None]
    flat = max(now, line.use) if line.rate > 0 else now
    pieces: list[tuple[int, float, float, bool]] = [(1, flat, np.inf, False)]
    if line.rate > 0:
        if now < line.use:
            pieces.insert(0, (1, now, line.use, True))
        pieces.append((0, line.lowest, min(now, line.use), True))
    found: set[int] = set()
    for end, low, high, slopes in pieces:
        if end in found or low >= high:
            continue
        question = _question(program, axis, price.name, line, (low, high), slopes, end == 1)
        answer = run(question, options)
        if answer.status is Status.INTERRUPTED:
            raise KeyboardInterrupt
        if answer.status is Status.INFEASIBLE:
            continue
        if answer.status is not Status.OPTIMAL or answer.objective is None:
            return None
        ends[end] = (1 if end == 1 else -1) * answer.objective
        found.add(end)
    return _told(axis, ends)


def _line(plan: Plan, price: Price, axis: Axis, program: LinearProgram) -> _Line:
    problem, use = plan.problem, price.use
    used, now = axis.relief * use.used, axis.relief * use.limit
    worth = program.sign * plan.objective - program.offset
    if use.penalty is not None:
        return _Line(worth - use.penalty * max(0.0, used - now), use.penalty, used, -np.inf)
    used = min(used, now) if use.extra == 0 else used
    if use.extra == 0:
        return _Line(worth, 0.0, used, used)
    premium = float(problem.extra_premium[problem.resources.index(price.name)])
    rate = premium if problem.counts_service_cost else 0.0
    lowest = used - use.extra
    if problem.budget is not None and premium > 0:
        slack = max(0.0, problem.budget - plan.evaluation.service_cost)
        lowest = max(lowest, min(now, used) - slack / premium)
    return _Line(worth - rate * max(0.0, used - now), rate, used, lowest)


def _question(
    program: LinearProgram,
    axis: Axis,
    name: str,
    line: _Line,
    span: tuple[float, float],
    slopes: bool,
    upwards: bool,
) -> LinearProgram:
    """The first value of the limit in a span, from its near end, with a better plan."""
    row, column = program.shared[name], len(program.cost)
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    lower[row], upper[row] = -np.inf, np.inf
    here = slice(program.start[row], program.start[row + 1])
    priced = np.flatnonzero(program.cost)
    rate = line.rate if slopes else 0.0
    target = line.base + rate * line.use
    target -= BETTER * max(1.0, abs(line.base))
    cost = np.zeros(column + 1)
    cost[column] = 1.0 if upwards else -1.0
    with_limit = program.replace(
        cost=cost,
        lower=np.append(program.lower, span[0]),
        upper=np.append(program.upper, span[1]),
        integral=np.append(program.integral, False),
        row_lower=lower,
        row_upper=upper,
        offset=0.0,
        sign=1.0,
    ).with_row(
        np.append(program.index[here], column),
        np.append(axis.relief * program.value[here], -1.0),
        -np.inf,
        0.0,
    )
    columns, values = priced, program.cost[priced]
    if rate:
        columns, values = np.append(columns, column), np.append(values, rate)
    return with_limit.with_row(columns, values, -np.inf, target)


def _told(axis: Axis, ends: list[float | None], within: float = 0.0) -> BestRange:
    """Ends by looseness as ends by value."""
    low, high = (None if end is None else axis.relief * end for end in ends)
    return BestRange(high, low, within) if axis.is_floor else BestRange(low, high, within)


def _by_least(plan: Plan, price: Price, axis: Axis, way: Way) -> BestRange | None:
    """From the plan's own use to the least relief with a plan better than the gap allows."""
    used, now = axis.relief * price.use.used, axis.relief * price.use.limit
    if plan.bound is None or (axis.moves_the_value(plan.problem) and now < used):
        return None
    room = max(abs(plan.objective - plan.bound), way.options.gap * abs(plan.objective))
    share = room / max(abs(plan.objective), 1e-300)
    prices, proof = plan.outcome.relaxation, plan.certificate
    is_free = prices is not None and prices.prices.get(price.name) == 0
    if is_free and proof is not None and abs(plan.objective - proof.bound) <= room:
        return _told(axis, [min(used, now), None], share)
    cap = plan.objective - sign_of(plan) * room
    found = least(plan.problem, axis, way, cap)
    if found.status is Status.INTERRUPTED:
        raise KeyboardInterrupt
    end = None
    if found.status is not Status.INFEASIBLE:
        if found.bound is None:
            return None
        end = max(axis.relief * found.bound, now)
    return _told(axis, [min(used, now), end], share)
