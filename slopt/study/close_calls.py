"""Which moves are close calls: without them the best plan is hardly worse."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from slopt.plan.plan import Plan
from slopt.problem.program import LinearProgram
from slopt.solve.highs import Options, run
from slopt.vocabulary import Status

CLOSE = 1e-3
"""A move is a close call if the best plan without it is worse by less than this share."""


def close_calls(
    plan: Plan, segments: Sequence[int], options: Options, share: float = CLOSE
) -> dict[int, bool]:
    """For each segment: is the best plan without its tier worse by less than `share`?

    Solved for small problems with a proven plan only, and for as many segments as the time limit
    allows; the others are left out.
    """
    program = plan.outcome.relaxation.program if plan.outcome.relaxation else None
    if program is None or plan.status is not Status.OPTIMAL or not plan.problem.is_small:
        return {}
    begin, calls = time.perf_counter(), {}
    for segment in segments:
        left = options.time_limit_s - (time.perf_counter() - begin)
        if left <= 0:
            break
        within = replace(options, time_limit_s=left)
        calls[segment] = _is_close(plan, program, segment, share, within)
    return calls


def _is_close(
    plan: Plan, program: LinearProgram, segment: int, share: float, options: Options
) -> bool:
    """The relaxation answers most of these questions in milliseconds: where even a mixture
    without the tier is worse by more than that, every plan is."""
    upper = program.upper.copy()
    upper[program.column_of(segment, int(plan.choice[segment]))] = 0.0
    without = program.replace(upper=upper)
    room = share * abs(plan.objective)
    for question in (without.relaxed(), without):
        answer = run(question, options, confirm=False)
        if answer.objective is None:
            return False
        if program.sign * (answer.objective - plan.objective) >= room:
            return False
    return True
