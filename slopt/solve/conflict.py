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
from slopt.problem.sharing import obstacle, share
from slopt.solve.by_prices import solve_rows
from slopt.solve.coupling import coupling_of
from slopt.solve.highs import Options, run
from slopt.solve.outcome import Relaxation
from slopt.solve.route import MANY, method_for
from slopt.vocabulary import LIMITS, Goal, Status

CONTRACTS = (Bar.MIN_TIER, Bar.MAX_TIER, Bar.FIXED_TIER)


def find_conflict(
    problem: ChoiceProblem, options: Options, proof: Relaxation | None = None
) -> tuple[str, ...]:
    """Names of a smallest conflict; empty where the search was cut short.

    Segments without any offered tier are a conflict by themselves: `allowed[SEGMENT]` for each. Of
    very many segments the contracts are not named one by one but taken as given. `proof`, prices
    that prove the conflict, narrows the search to the limits that have one, and names them where
    there is no time to find the smallest set.
    """
    bare = np.flatnonzero(np.all(problem.barred & Bar.NOT_OFFERED, axis=1)).tolist()
    if bare:
        return tuple(f"allowed[{problem.segments[segment]}]" for segment in bare)
    many = len(problem.segments) > MANY
    begin = time.perf_counter()

    def feasible(names: Sequence[str]) -> bool:
        kept = only(problem, set(names), contracts=many).replace(goal=Goal.MIN_BUDGET)
        left = max(0.0, options.time_limit_s - (time.perf_counter() - begin))
        return is_feasible(kept, Options(gap=1.0, time_limit_s=left, seed=options.seed))

    proven = [] if proof is None else [n for n, price in proof.prices.items() if price > 0]
    names = constraints(problem, contracts=not many)
    priced = constraints(problem, contracts=False) if proof is None else list(proof.prices)
    narrowed = [name for name in names if name in proven or name not in priced]
    try:
        if not feasible([]):
            return ()
        if proven and not feasible(narrowed):
            names = narrowed
        return tuple(sorted(quick_xplain(names, feasible), key=names.index))
    except TimeoutError:
        return tuple(proven)


def is_feasible(problem: ChoiceProblem, options: Options) -> bool:
    """Is there any plan? By prices where the problem is not small, else by HiGHS.

    Raises TimeoutError where the time does not suffice to tell.
    """
    if not problem.is_small and obstacle(problem) is None:
        sharing = share(problem)
        coupling = coupling_of(problem, sharing)
        priced = solve_rows(sharing.rows, coupling, options, method_for(len(problem.segments)))
        found, proven = priced.choice is not None, priced.status is Status.INFEASIBLE
    else:
        answer = run(assemble(problem), options)
        found, proven = answer.values is not None, answer.status is Status.INFEASIBLE
    if not found and not proven:
        raise TimeoutError
    return found


def constraints(problem: ChoiceProblem, contracts: bool = True) -> list[str]:
    """Every limit, resource, firm rule and contract tier, by name: what a planner could give up."""
    names = [name for name in LIMITS if getattr(problem, name) is not None]
    names += list(problem.resources)
    names += [rule.name for rule in problem.rules if not rule.is_soft]
    for bar in CONTRACTS if contracts else ():
        bound = np.flatnonzero(np.any(problem.barred & bar, axis=1)).tolist()
        names += [f"{BARRED_BY[bar]}[{problem.segments[segment]}]" for segment in bound]
    return names


def only(problem: ChoiceProblem, names: set[str], contracts: bool = False) -> ChoiceProblem:
    """The problem with the named constraints alone; soft rules and forbidden offers stay.

    `contracts` says that all contract tiers stay as well, named or not.
    """
    kept = np.array([name in names for name in problem.resources], dtype=np.bool_)
    barred = problem.barred.copy()
    for bar in () if contracts else CONTRACTS:
        for segment in np.flatnonzero(np.any(barred & bar, axis=1)).tolist():
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
