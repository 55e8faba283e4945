"""Why a case has no plan, and what is the least that has to give way.

First the conflicts: demands that no plan keeps together, each of them needed for that. Then the
repairs: the least changes that leave a plan, each with the best plan then. Of a problem that has
plans it says which limits are the tightest.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from slopt.problem.choice import Bar, ChoiceProblem
from slopt.problem.demands import Conflict, Demand, alike, forbidden, split
from slopt.problem.precheck import Contradiction, contradictions
from slopt.solve.conflict import (
    MOST_NAMED,
    contradicting_nearby,
    in_detail,
    manageable_demands,
    one_conflict,
)
from slopt.solve.highs import Options
from slopt.solve.outcome import Outcome
from slopt.solve.solve import answer
from slopt.solve.trials import Trials
from slopt.study.diagnose.conflicts import Conflicts, ConflictSearch, apart_first
from slopt.study.diagnose.repairs import Repair, Repairer, cheapest_first, distinct
from slopt.study.diagnose.tightness import Tightness, tightest
from slopt.study.frontier.least import Way
from slopt.vocabulary import Status

INF = float("inf")
MOST_ALIKE, MOST_TRIED = 2, 60
"""Ways out that differ in whose contracts give way only; and ways out that are looked at."""
MOST_REPAIRS = 8
"""Ways out that are worked out: a menu, not a catalogue."""
ENOUGH_S, ENOUGH_TIMES = 5.0, 10.0
"""Seconds, and times what the first conflicts took, that all of them are looked for."""
MOST_CHANGES = 4
"""Demands that one repair changes beyond what the smallest way out needs."""


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """What stands between a problem and a plan.

    `status` is INFEASIBLE with `conflicts` and `repairs`, cheapest first; OPTIMAL or FEASIBLE with
    `tightness`; NO_PLAN where the time did not suffice to tell. `left_out` says how many ways out
    there are besides the repairs, each of demands none of which could be kept; None: not known.
    """

    status: Status
    problem: ChoiceProblem
    conflicts: Conflicts | None = None
    repairs: tuple[Repair, ...] = ()
    left_out: int | None = None
    tightness: tuple[Tightness, ...] = ()
    outcome: Outcome | None = None
    seconds: float = 0.0
    is_interrupted: bool = False

    @property
    def repairs_are_all(self) -> bool:
        """True where nothing else can give way, but for more at a time."""
        return self.left_out == 0


def diagnose(
    problem: ChoiceProblem, way: Way, unit_price: Mapping[str, float] | None = None
) -> Diagnosis:
    """Conflicts and repairs of a problem without a plan, the tightest limits of one that has some.

    `unit_price` is what a unit of a limit costs in money, by name, where it has a price. A third
    of the time at most goes into each of: solving, conflicts, repairs.
    """
    begin = time.perf_counter()
    third = way.within(way.options.time_limit_s / 3)
    plain = contradictions(problem)
    known = plain or _contradicts_nearby(problem, third.options)
    outcome = None if known else answer(problem, third.options, way.method, way.model)
    status = Status.INFEASIBLE if outcome is None else outcome.status
    if status is not Status.INFEASIBLE:
        limits = () if outcome is None else tightest(problem, outcome, third)
        seconds = time.perf_counter() - begin
        return Diagnosis(status, problem, tightness=limits, outcome=outcome, seconds=seconds)
    try:
        found = _diagnosed(problem, plain, outcome, third, unit_price or {})
    except KeyboardInterrupt:
        found = Diagnosis(status, problem, outcome=outcome, is_interrupted=True)
    return replace(found, seconds=time.perf_counter() - begin)


def _diagnosed(
    problem: ChoiceProblem,
    plain: tuple[Contradiction, ...],
    outcome: Outcome | None,
    way: Way,
    unit_price: Mapping[str, float],
) -> Diagnosis:
    if _nothing_offered(problem):
        # Nothing can be given up for these segments: nobody has worked out what they would cost.
        facts = tuple(Conflict.proven(found.demands) for found in plain)
        conflicts = Conflicts(facts, facts, is_smallest=True, are_all=False)
        return Diagnosis(Status.INFEASIBLE, problem, conflicts)
    prices = None if outcome is None or outcome.relaxation is None else outcome.relaxation.prices
    demands = _demands(problem, plain, way.options, prices)
    trials = Trials(problem, demands, way.options)
    search = ConflictSearch(trials)
    repairs: list[Repair] = []
    left_out: int | None = None
    interrupted = False
    try:
        _find_conflicts(search, plain, prices)
        repairer = Repairer(problem, way, unit_price)
        left_out = _find_repairs(search, repairer, repairs)
        _add_cheapest(search, repairer, repairs)
    except KeyboardInterrupt:
        interrupted = True
    return Diagnosis(
        Status.INFEASIBLE,
        problem,
        search.result(),
        tuple(cheapest_first(distinct(repairs))),
        left_out,
        outcome=outcome,
        is_interrupted=interrupted,
    )


def _contradicts_nearby(problem: ChoiceProblem, options: Options) -> bool:
    """True where the demands on the segments of one rule are known to leave no plan."""
    demands = manageable_demands(problem)
    seconds = options.time_limit_s / 2
    trials = Trials(problem, demands, replace(options, time_limit_s=seconds))
    return contradicting_nearby(trials, demands) is not None


def _nothing_offered(problem: ChoiceProblem) -> bool:
    """True where a segment could be offered nothing, whatever is given up."""
    barred = (problem.barred & Bar.NOT_OFFERED) != 0
    return bool(np.any(np.all(barred & ~forbidden(problem), axis=1)))


def _demands(
    problem: ChoiceProblem,
    plain: tuple[Contradiction, ...],
    options: Options,
    prices: Mapping[str, float] | None,
) -> tuple[Demand, ...]:
    """What may be given up: contracts one by one where they are few or known to matter."""
    demands = manageable_demands(problem)
    if all(len(demand.segments) <= 1 for demand in demands):
        return demands
    singles = [d for found in plain for d in found.demands if d.is_bar]
    if not plain:
        trials = Trials(problem, demands, options)
        try:
            conflict = one_conflict(trials, demands, prices)
            conflict = in_detail(problem, conflict, options)
        except TimeoutError:
            return demands
        singles = [d for d in conflict.demands if d.is_bar and len(d.segments) == 1]
    return split(demands, singles) if len(singles) <= MOST_NAMED else demands


def _find_conflicts(
    search: ConflictSearch, plain: tuple[Contradiction, ...], prices: Mapping[str, float] | None
) -> None:
    """Some conflict of each kind first, then all of them as far as a few seconds go."""
    begin, total = time.perf_counter(), search.trials.seconds_left
    try:
        search.enter(plain)
        search.find_apart(prices)
        spent = time.perf_counter() - begin
        search.trials.allow(min(total - spent, max(ENOUGH_S, ENOUGH_TIMES * spent)))
        search.find_smallest()
    except TimeoutError:
        pass


def _find_repairs(search: ConflictSearch, repairer: Repairer, repairs: list[Repair]) -> int | None:
    """Add repairs to the list; how many other ways out there are, None where that is not known."""
    trials, left_out = search.trials, 0
    kinds: Counter[tuple[str, ...]] = Counter()
    trials.allow(repairer.seconds_left)
    try:
        for given_way in _ways_out(search, repairer):
            if given_way is None or repairer.seconds_left <= 0:
                left_out = -1
                break
            kinds[alike(given_way)] += 1
            if len(repairs) >= MOST_REPAIRS or kinds[alike(given_way)] > MOST_ALIKE:
                left_out += 1
                continue
            rest = [demand for demand in trials.demands if demand not in given_way]
            given = sorted(given_way, key=trials.demands.index)
            try:
                repairs.append(repairer.repair(given, trials.plan_that_keeps(rest)))
            except TimeoutError:
                # One that cannot be worked out does not keep the others from being.
                left_out += 1
    except TimeoutError:
        left_out = -1
    if not repairs:
        _from_what_is_known(search, repairer, repairs)
    return left_out if left_out >= 0 else None


def _ways_out(search: ConflictSearch, repairer: Repairer) -> Iterator[frozenset[Demand] | None]:
    """Demands that can give way together, the smallest sets first; None where there may be more.

    Of a small problem all sets are known before the first is worked out, and those that have the
    least in common with the ones before come first.
    """
    if repairer.problem.is_small:
        found = list(islice(search.find_ways_out(), MOST_TRIED))
        yield from apart_first(found)
        if len(found) == MOST_TRIED:
            yield None
        return
    smallest = 0
    for place, given_way in enumerate(search.find_ways_out()):
        smallest = smallest or len(given_way)
        if len(given_way) > max(smallest, MOST_CHANGES) or place >= MOST_TRIED:
            yield None
            return
        yield given_way


def _add_cheapest(search: ConflictSearch, repairer: Repairer, repairs: list[Repair]) -> None:
    """Limits with a price that move together, where that takes less money than any one repair."""
    involved = {demand for conflict in search.conflicts for demand in conflict.demands}
    priced = [d for d in involved if repairer.unit_price.get(d.name, 0.0) > 0 and not d.is_bar]
    if len(priced) < 2 or repairer.seconds_left <= 0:
        return
    costs = [r.cost for r in repairs if all(change.cost is not None for change in r.changes)]
    with suppress(TimeoutError):
        found = repairer.cheapest(sorted(priced, key=search.trials.demands.index))
        if found is not None and (found.cost or 0.0) < min((c or 0.0 for c in costs), default=INF):
            repairs.append(found)


def _from_what_is_known(search: ConflictSearch, repairer: Repairer, repairs: list[Repair]) -> None:
    """The repair that the plan found on the way which keeps the most demands asks for."""
    trials = search.trials
    best = max(trials.kept, key=lambda kept: len(kept.demands), default=None)
    if best is not None:
        given_way = [demand for demand in trials.demands if demand not in best.demands]
        with suppress(TimeoutError):
            repairs.append(repairer.repair(given_way, best.choice))
