"""Why a case over periods has no plan, and the least that would have to give way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product

from slopt.problem.horizon.evaluate import HorizonEvaluation, evaluate_horizon
from slopt.problem.horizon.problem import HorizonProblem
from slopt.solve.highs import Options
from slopt.solve.horizon.conflict import smallest_conflict
from slopt.solve.horizon.outcome import HorizonOutcome
from slopt.study.over_time.give_way import Figure, figure_of, figures, with_figure
from slopt.study.over_time.relief import ReliefProgram, Relieved

LESS = 1e-9
"""Amounts below this relieve nothing."""

CONFLICT_SHARE = 0.3
"""Of the time limit, what further conflicts may take."""
MOST_CONFLICTS = 8
MOST_WAYS = 12
"""Ways out of one figure from each conflict that are looked at."""

Solve = Callable[[HorizonProblem], HorizonOutcome]


@dataclass(frozen=True)
class Relief:
    """One figure and what it would have to become."""

    figure: Figure
    value: float


@dataclass(frozen=True, eq=False)
class RepairOverTime:
    """Changes with which there is a plan, the best one of the case so changed, and what it is
    worth. `money` is what the changes add to budgets in present value, 0 where they add none."""

    changes: tuple[Relief, ...]
    problem: HorizonProblem
    outcome: HorizonOutcome
    evaluation: HorizonEvaluation
    money: float


@dataclass(frozen=True, eq=False)
class DiagnosisOverTime:
    """Conflicts, and repairs in the order of the total cost that they lead to.

    Each of `conflicts` names demands that no plan keeps together, and that are still there when the
    limits of those before it are given up. Empty where none was found in the time, or where there
    is a plan.
    """

    problem: HorizonProblem
    outcome: HorizonOutcome
    conflicts: tuple[tuple[str, ...], ...] = ()
    repairs: tuple[RepairOverTime, ...] = ()


def diagnose_over_time(
    problem: HorizonProblem, outcome: HorizonOutcome, solve: Solve, options: Options
) -> DiagnosisOverTime:
    """Repairs of a problem that was found to have no plan.

    Every figure of the conflict, or one of each conflict where there are several, is relieved as
    little as possible, all others kept; then all budgets together, in present value, and all
    service floors, by the fewest points in all. Where none of these is enough, all figures give way
    at once, each at the price of its share.
    Every repair is solved. What takes longer than the time limit is left out.
    """
    deadline = time.perf_counter() + options.time_limit_s
    conflicts = _conflicts(problem, outcome, options)
    program = ReliefProgram(problem, options)
    found: list[RepairOverTime] = []

    def attempt(parts: Sequence[Figure], relieved: Sequence[Relieved]) -> None:
        left = deadline - time.perf_counter()
        if left <= 0 or not parts:
            return
        program.options = replace(options, time_limit_s=left)
        amounts = program.least(relieved)
        if amounts is None:
            return
        repair = _repaired(problem, parts, amounts.tolist(), solve)
        if repair is not None and not any(_same(repair, other) for other in found):
            found.append(repair)

    for parts in islice(_ways(problem, conflicts), MOST_WAYS):
        attempt(parts, _priced(problem, parts))
    every = list(figures(problem))
    budgets = [one for one in every if one.path.endswith("].budget")]
    floors = [one for one in every if one.path.endswith("].min_service_level")]
    if len(budgets) > 1:
        attempt(budgets, _priced(problem, budgets))
    named = {name for conflict in conflicts for name in conflict}
    if len(floors) > 1 and any(one.name in named for one in floors):
        attempt(floors, _priced(problem, floors))
    if not found:
        attempt(every, _priced(problem, every))
    ordered = sorted(found, key=lambda one: one.evaluation.total_cost)
    return DiagnosisOverTime(problem, outcome, conflicts, tuple(ordered))


def _conflicts(
    problem: HorizonProblem, outcome: HorizonOutcome, options: Options
) -> tuple[tuple[str, ...], ...]:
    """The conflict that is known, and what is left when the figures of all before are given up."""
    deadline = time.perf_counter() + CONFLICT_SHARE * options.time_limit_s
    found: list[tuple[str, ...]] = []
    conflict, gone = outcome.conflict, set[str]()
    while conflict:
        found.append(conflict)
        limits = {name for one in _figures_of(problem, conflict) for name in one.demands}
        left = deadline - time.perf_counter()
        if not limits or left <= 0 or len(found) == MOST_CONFLICTS:
            break
        gone |= limits
        conflict = smallest_conflict(problem, replace(options, time_limit_s=left), gone)
    return tuple(found)


def _figures_of(problem: HorizonProblem, conflict: Sequence[str]) -> list[Figure]:
    known = [figure_of(problem, name) for name in conflict]
    return list(dict.fromkeys(one for one in known if one is not None))


def _ways(
    problem: HorizonProblem, conflicts: Sequence[Sequence[str]]
) -> Iterator[tuple[Figure, ...]]:
    """One figure of each conflict; none where there is no conflict, or one rests on no figure."""
    if conflicts:
        for parts in product(*(_figures_of(problem, conflict) for conflict in conflicts)):
            yield tuple(dict.fromkeys(parts))


def _priced(problem: HorizonProblem, parts: Sequence[Figure]) -> list[Relieved]:
    """What gives way, and its price: present money, points, and else each as a share of itself."""
    if all(one.path.endswith("].budget") for one in parts):
        prices = [float(problem.discount[one.period or 0]) for one in parts]
    else:
        prices = [1 / max(abs(one.value), 1.0) for one in parts]
    return [
        Relieved(one.demands, price, one.is_whole) for one, price in zip(parts, prices, strict=True)
    ]


def _repaired(
    problem: HorizonProblem, parts: Sequence[Figure], amounts: Sequence[float], solve: Solve
) -> RepairOverTime | None:
    changes, money, changed = [], 0.0, problem
    for figure, amount in zip(parts, amounts, strict=True):
        if amount <= LESS:
            continue
        value = figure.after(amount)
        changes.append(Relief(figure, value))
        changed = with_figure(changed, figure, value)
        if figure.path.endswith("].budget"):
            money += float(problem.discount[figure.period or 0]) * (value - figure.value)
    if not changes:
        return None
    outcome = solve(changed)
    if outcome.choice is None:
        return None
    evaluation = evaluate_horizon(changed, outcome.choice)
    return RepairOverTime(tuple(changes), changed, outcome, evaluation, money)


def _same(one: RepairOverTime, other: RepairOverTime) -> bool:
    return one.changes == other.changes
