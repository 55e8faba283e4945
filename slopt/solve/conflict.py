"""Why no plan exists: a smallest set of the business's own demands that contradict each other.

Found by QuickXplain (Junker 2004): together impossible, possible without any one of them. Each
question along the way is the whole program without its goal, so conflicts that exist only in whole
numbers are found as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from slopt.problem.choice import ChoiceProblem
from slopt.problem.demands import (
    Conflict,
    ContractsBy,
    Demand,
    DemandKind,
    bar_of,
    demands_of,
    split,
    with_only,
)
from slopt.problem.parts import scope
from slopt.problem.precheck import Contradiction, contradictions
from slopt.solve.highs import Options
from slopt.solve.outcome import Relaxation
from slopt.solve.price_proof import price_proof
from slopt.solve.route import MANY
from slopt.solve.trials import Trials

Asked = TypeVar("Asked")
"""What a search for a conflict is about: demands, or their names."""
MOST_NAMED = 40
"""Contracts and forbidden offers that are looked at one by one; more count by the tier they name,
until it is known which of them matter."""

MOST_NEARBY = 100
"""Sets of segments whose own demands are looked at before those of all."""
NEARBY_SHARE = 0.3
"""Of the time, what that may take."""
DETAIL_TIMES = 3.0
"""Times what finding a conflict took, that may go into which of its contracts matter."""


def find_conflict(
    problem: ChoiceProblem, options: Options, proof: Relaxation | None = None
) -> tuple[str, ...]:
    """The names of a smallest conflict, as `smallest_conflict` finds it."""
    return smallest_conflict(problem, options, proof).names


def smallest_conflict(
    problem: ChoiceProblem, options: Options, proof: Relaxation | None = None
) -> Conflict:
    """A smallest conflict; an empty one where the search was cut short, or there is a plan.

    `proof`, prices that prove the conflict, narrows the search to the limits that have one, and
    names them where there is no time to find the smallest set.
    """
    plain = fewest(contradictions(problem))
    if plain is not None and plain.needs_all and len(plain.demands) <= MOST_NAMED:
        return Conflict.proven(plain.demands)
    demands = manageable_demands(problem)
    if plain is not None and len(plain.demands) <= MOST_NAMED:
        demands = split(demands, [demand for demand in plain.demands if demand.is_bar])
    trials = Trials(problem, demands, options)
    prices = None if proof is None else proof.prices
    try:
        if not trials.possible(()):
            return Conflict()
        first = one_conflict(trials, demands, prices)
        if plain is not None and len(plain.demands) > MOST_NAMED:
            return first
        spent = options.time_limit_s - trials.seconds_left
        seconds = min(trials.seconds_left / 2, DETAIL_TIMES * spent)
        return in_detail(problem, first, replace(options, time_limit_s=seconds))
    except (TimeoutError, KeyboardInterrupt):
        priced = prices or {}
        return Conflict(tuple(d for d in demands if priced.get(d.name, 0.0) > 0))


def fewest(found: Sequence[Contradiction]) -> Contradiction | None:
    """The one with the fewest demands."""
    return min(found, key=lambda c: len(c.demands), default=None)


def manageable_demands(problem: ChoiceProblem) -> tuple[Demand, ...]:
    """The demands of a problem, contracts by tier where they are too many to be asked about."""
    bound = np.count_nonzero(problem.barred.any(axis=1))
    demands = demands_of(problem) if bound <= MOST_NAMED else ()
    if demands and sum(demand.is_bar for demand in demands) <= MOST_NAMED:
        return demands
    return demands_of(problem, ContractsBy.TIER)


def one_conflict(
    trials: Trials, demands: Sequence[Demand], prices: Mapping[str, float] | None = None
) -> Conflict:
    """A smallest conflict among some demands, in their order; an empty one where all can be kept.

    `prices` prove that they cannot; they are looked for where there are none. Raises TimeoutError
    where nothing is known in the time.
    """
    names = list(demands)
    near = contradicting_nearby(trials, names)
    if near is not None:
        names = near
    elif prices is None:
        some = Options(time_limit_s=min(trials.question_s, trials.seconds_left))
        prices = price_proof(trials.problem_of(names), some)
    if prices is not None and near is None:
        narrowed = [d for d in names if d.is_bar or prices.get(d.name, 1.0) > 0]
        if not _told_possible(trials, narrowed):
            names = narrowed
    if trials.possible(names):
        return Conflict()
    try:
        found = frozenset(quick_xplain(names, trials.possible))
        needed = found
    except TimeoutError:
        found, needed = _filtered(trials, names)
    trials.contradicting.append(found)
    return Conflict(tuple(d for d in demands if d in found), needed)


def contradicting_nearby(trials: Trials, demands: Sequence[Demand]) -> list[Demand] | None:
    """Demands on the segments of one rule that contradict each other, whatever all others ask.

    None where there are none, or the problem is too small for that to save time. Few segments are
    a quick question, and where that is where the trouble is, all the others need not be looked at.
    """
    problem = trials.problem
    rules = {d: scope(problem.rules[d.place]) for d in demands if d.kind is DemandKind.RULE}
    if problem.is_small:
        return None
    enough = (1 - NEARBY_SHARE) * trials.seconds_left
    for segments in sorted(set(rules.values()), key=len)[:MOST_NEARBY]:
        is_late = trials.seconds_left < enough
        if is_late or 2 * len(segments) > len(problem.segments):
            return None
        near = [
            d
            for d in demands
            if (d.is_bar and not segments.isdisjoint(d.segments))
            or (d in rules and rules[d] <= segments)
        ]
        if not _told_possible(trials, near):
            return near
    return None


def _told_possible(trials: Trials, demands: Sequence[Demand]) -> bool:
    """As asked, and True where the time did not suffice to tell."""
    try:
        return trials.possible(demands)
    except TimeoutError:
        return True


def _filtered(
    trials: Trials, demands: Sequence[Demand]
) -> tuple[frozenset[Demand], frozenset[Demand]]:
    """Leave out one demand after the other where that is told; (what is left, what is needed)."""
    known = (c for c in trials.contradicting if c <= frozenset(demands))
    left = min(known, key=len)
    needed = set()
    for demand in demands:
        if demand in left:
            try:
                if trials.possible(left - {demand}):
                    needed.add(demand)
                else:
                    left -= {demand}
            except TimeoutError:
                continue
    return left, frozenset(needed)


def in_detail(problem: ChoiceProblem, conflict: Conflict, options: Options) -> Conflict:
    """The conflict with the contracts that matter one by one, where those are few enough.

    Those that tie a segment most come last, so that they are the ones that are kept.
    """
    tied = sum(len(demand.segments) for demand in conflict.demands)
    if tied == sum(demand.is_bar for demand in conflict.demands) or tied > MANY:
        return conflict
    singles = [
        bar_of(problem, segment, demand.bar)
        for demand in conflict.demands
        for segment in demand.segments
    ]
    singles.sort(key=lambda single: _range(problem, single))
    others = [demand for demand in conflict.demands if not demand.is_bar]
    trials = Trials(problem, split(demands_of(problem, ContractsBy.TIER), singles), options)
    try:
        found = one_conflict(trials, [*singles, *others])
    except TimeoutError:
        return conflict
    few = sum(demand.is_bar for demand in found.demands) <= MOST_NAMED
    return found if found.demands and few and found.is_smallest else conflict


def _range(problem: ChoiceProblem, demand: Demand) -> float:
    """How much the offers of the segment of a contract differ in service cost."""
    return float(np.ptp(problem.service_cost[demand.segments[0]]))


def constraints(problem: ChoiceProblem, contracts: bool = True) -> list[str]:
    """Every limit, resource, firm rule and contract tier, by name: what a planner could give up."""
    by = ContractsBy.SEGMENT if contracts else None
    return [demand.name for demand in demands_of(problem, by, offers=False)]


def only(problem: ChoiceProblem, names: set[str], contracts: bool = False) -> ChoiceProblem:
    """The problem with the named constraints alone; soft rules and forbidden offers stay.

    `contracts` says that all contract tiers stay as well, named or not.
    """
    demands = demands_of(problem, None if contracts else ContractsBy.SEGMENT, offers=False)
    return with_only(problem, [d for d in demands if d.name in names], demands)


def quick_xplain(
    demands: Sequence[Asked], possible: Callable[[Sequence[Asked]], bool]
) -> list[Asked]:
    """A smallest impossible subset of `demands`; they themselves must be, and [] must not."""

    def explain(background: list[Asked], changed: bool, parts: list[Asked]) -> list[Asked]:
        if changed and not possible(background):
            return []
        if len(parts) == 1:
            return parts
        half = len(parts) // 2
        first, second = parts[:half], parts[half:]
        from_second = explain(background + first, True, second)
        from_first = explain(background + from_second, bool(from_second), first)
        return from_first + from_second

    return explain([], False, list(demands)) if demands else []
