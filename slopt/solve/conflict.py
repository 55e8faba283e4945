"""Why no plan exists: a smallest set of the business's own limits and rules that contradict.

Found by QuickXplain (Junker 2004): together infeasible, feasible without any one of them. Each
question along the way is a small program without a goal, so conflicts that exist only in whole
numbers are found as well.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np

from slopt.problem.choice import Bar, ChoiceProblem
from slopt.problem.evaluate import BARRED_BY
from slopt.problem.matrix import assemble
from slopt.solve.highs import Options, run
from slopt.vocabulary import LIMITS, Goal, Status

CONTRACTS = (Bar.MIN_TIER, Bar.MAX_TIER, Bar.FIXED_TIER)


def find_conflict(problem: ChoiceProblem, options: Options) -> tuple[str, ...]:
    """Names of a smallest conflict; empty where the search was cut short.

    Segments without any offered tier are a conflict by themselves: `allowed[SEGMENT]` for each.
    """
    bare = np.flatnonzero(np.all(problem.barred & Bar.NOT_OFFERED, axis=1))
    if len(bare):
        return tuple(f"allowed[{problem.segments[segment]}]" for segment in bare)

    def feasible(names: Sequence[str]) -> bool:
        kept = only(problem, set(names))
        left = max(0.0, options.time_limit_s - (time.perf_counter() - begin))
        question = Options(gap=1.0, time_limit_s=left, seed=options.seed)
        answer = run(assemble(kept.replace(goal=Goal.MIN_BUDGET)), question)
        if answer.values is None and answer.status is not Status.INFEASIBLE:
            raise TimeoutError
        return answer.values is not None

    begin = time.perf_counter()
    names = constraints(problem)
    try:
        if not feasible([]):
            return ()
        return tuple(sorted(quick_xplain(names, feasible), key=names.index))
    except TimeoutError:
        return ()


def constraints(problem: ChoiceProblem) -> list[str]:
    """Every limit, resource, firm rule and contract tier, by name: what a planner could give up."""
    names = [name for name in LIMITS if getattr(problem, name) is not None]
    names += list(problem.resources)
    names += [rule.name for rule in problem.rules if not rule.is_soft]
    for bar in CONTRACTS:
        bound = np.flatnonzero(np.any(problem.barred & bar, axis=1))
        names += [f"{BARRED_BY[bar]}[{problem.segments[segment]}]" for segment in bound]
    return names


def only(problem: ChoiceProblem, names: set[str]) -> ChoiceProblem:
    """The problem with the named constraints alone; soft rules and forbidden offers stay."""
    kept = np.array([name in names for name in problem.resources], dtype=np.bool_)
    barred = problem.barred.copy()
    for bar in CONTRACTS:
        for segment in np.flatnonzero(np.any(barred & bar, axis=1)):
            if f"{BARRED_BY[bar]}[{problem.segments[segment]}]" not in names:
                barred[segment] &= ~np.int8(bar)
    return problem.replace(
        **{name: None for name in LIMITS if name not in names},
        resources=tuple(name for name in problem.resources if name in names),
        use=problem.use[kept],
        capacity=problem.capacity[kept],
        extra_capacity=problem.extra_capacity[kept],
        extra_premium=problem.extra_premium[kept],
        rules=tuple(rule for rule in problem.rules if rule.is_soft or rule.name in names),
        barred=barred,
    )


def quick_xplain(names: Sequence[str], feasible: Callable[[Sequence[str]], bool]) -> list[str]:
    """A smallest subset of `names` that is infeasible; `names` itself must be, and [] must not."""

    def explain(background: list[str], changed: bool, parts: list[str]) -> list[str]:
        if changed and not feasible(background):
            return []
        if len(parts) == 1:
            return parts
        half = len(parts) // 2
        first, second = parts[:half], parts[half:]
        from_second = explain(background + first, True, second)
        from_first = explain(background + from_second, bool(from_second), first)
        return from_first + from_second

    return explain([], False, list(names)) if names else []
