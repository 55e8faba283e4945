"""Plans whose limits are broken in no more than a given share of the futures.

Where a plan breaks a limit too often, the futures in which it does so the most are let off as far
as the chance allows, and the rows of the worst of the others are added; and so on. What comes out
keeps the chances, and is the best plan where none may be broken at all.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from slopt.problem.scenarios.aim import CHANCE_ROOM
from slopt.problem.scenarios.fares import Fares, LimitFare, fares
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.solve.by_program import options_left
from slopt.solve.highs import Options
from slopt.solve.outcome import relative_gap
from slopt.solve.risk.by_futures import Found, by_futures
from slopt.solve.risk.chance_bounds import ChanceBounds, beyond
from slopt.solve.risk.chance_rows import ChanceRows
from slopt.solve.risk.exchanges import Planned
from slopt.solve.risk.losses import FurtherRow, Losses
from slopt.solve.risk.weighing import Weighing
from slopt.vocabulary import Method, Status

Numbers = NDArray[np.float64]

ROUNDS = 60
AT_ONCE = 3
"""Rows of one limit that are added at a time: those of one limit are much alike."""
MOST_ROWS = 40
"""Rows of futures from which on only the worst is added: the core takes 64 rows in all."""
AGAIN = 4
"""Times that other futures are let off, as long as the plan gets better."""
NEAR_ENOUGH = 5e-4
"""The gap of problems whose futures that are let off may yet be others: the bound is not nearer."""


@dataclass(frozen=True, eq=False)
class WithinChances:
    """What was found, and where nothing keeps the chances the limits that are at fault."""

    found: Found
    limits: tuple[str, ...] = ()


def within_chances(
    problem: ScenarioProblem,
    chance: float,
    losses: Losses,
    weighing: Weighing,
    options: Options,
    method: Method,
) -> WithinChances:
    """The best plan that was found of those that break each limit in no more than `chance`."""
    search = _Search(problem, chance, losses, weighing, options, method)
    try:
        return search.run()
    except KeyboardInterrupt:
        return search.interrupted()


class _Rows:
    """Rows of futures that a plan must keep; `let_off` says which need not be, None: the worst."""

    def __init__(
        self, rows_of: ChanceRows, chance: float, let_off: dict[str, set[int]] | None
    ) -> None:
        self.rows_of, self.chance, self.let_off = rows_of, chance, let_off
        self.of: dict[str, list[FurtherRow]] = {}
        self.kept: dict[str, set[int]] = {}
        self.known: set[tuple[str, int, bytes]] = set()
        self.tightened = False

    @property
    def all(self) -> list[FurtherRow]:
        """The rows of every limit."""
        return [row for rows in self.of.values() for row in rows]

    def require(self, limit: LimitFare, fare: Fares) -> None:
        """Rows for the worst futures that break a limit and are not let off."""
        kept = self.kept.setdefault(limit.name, set())
        breach = limit.breach
        order = [int(w) for w in np.argsort(-breach, kind="stable") if breach[w] > 0]
        left = [w for w in order if w in kept or not self._is_let_off(limit.name, w)]
        if self.let_off is None:
            left = self._after_the_worst(order, kept)
        many = len(self.all) >= MOST_ROWS
        for w in left[: 1 if many else AT_ONCE]:
            late = fare.late[w] > 0
            row = self.rows_of.row(limit.name, w, late)
            if (limit.name, w, late.tobytes()) in self.known:
                # What the row does not see of reserved units is taken off its limit.
                row = replace(row, limit=row.limit - float(breach[w]))
                self.tightened = True
            self.known.add((limit.name, w, late.tobytes()))
            self.of.setdefault(limit.name, []).append(row)
            kept.add(w)

    def _is_let_off(self, name: str, future: int) -> bool:
        return self.let_off is not None and future in self.let_off.get(name, ())

    def _after_the_worst(self, order: list[int], kept: set[int]) -> list[int]:
        """What is left of some futures, the worst first, when as many as may be are let off."""
        room, left = self.chance + CHANCE_ROOM, []
        for w in order:
            if w not in kept and self.rows_of.problem.probability[w] <= room:
                room -= self.rows_of.problem.probability[w]
            else:
                left.append(w)
        return left


@dataclass(frozen=True, eq=False)
class _Passed:
    """What came of one choice of futures to let off; `plan` keeps the chances, or is None."""

    found: Found
    plan: Planned | None
    rows: _Rows


class _Search:
    """What is known so far."""

    def __init__(
        self,
        problem: ScenarioProblem,
        chance: float,
        losses: Losses,
        weighing: Weighing,
        options: Options,
        method: Method,
    ) -> None:
        self.problem, self.chance, self.losses = problem, chance, losses
        self.weighing, self.options, self.method = weighing, options, method
        self.begin = time.perf_counter()
        self.rows_of = ChanceRows(problem, losses)
        self.free: Found | None = None
        self.passed: _Passed | None = None
        self.stopped = False

    def run(self) -> WithinChances:
        """A plan that keeps the chances; then others let off what that one finds the hardest."""
        self.free = free = self._solve([])
        self.passed = best = first = self._pass(free, None)
        for _ in range(AGAIN):
            if best.plan is None or not best.rows.of or self.chance == 0:
                break
            if self.stopped or self._late():
                break
            other = self._pass(free, self._hardest_of(best.plan))
            if other.plan is None or other.plan.value >= best.plan.value:
                break
            self.passed = best = other
        if self.stopped:
            return self.interrupted()
        return self._judged(free, first, best)

    def interrupted(self) -> WithinChances:
        """What was known when Ctrl-C came."""
        free = self.free
        if free is None:
            raise KeyboardInterrupt
        plan = None if self.passed is None else self.passed.plan
        return WithinChances(replace(free, status=Status.INTERRUPTED, plan=plan))

    def _pass(self, free: Found, let_off: dict[str, set[int]] | None) -> _Passed:
        """Add rows until a plan keeps the chances or there is none."""
        rows, found = _Rows(self.rows_of, self.chance, let_off), free
        for _ in range(ROUNDS):
            if found.plan is None:
                break
            fare = self._fare(found.plan)
            broken = [one for one in self._limits(fare) if self._too_often(one)]
            if not broken:
                return _Passed(found, found.plan, rows)
            if self._late() or self.stopped:
                break
            for limit in broken:
                rows.require(limit, fare)
            found = self._solve(rows.all)
        return _Passed(found, None, rows)

    def _hardest_of(self, plan: Planned) -> dict[str, set[int]]:
        """By limit: the futures that come nearest to breaking it or do, as far as chance allows."""
        fare, hardest = self._fare(plan), {}
        for limit in self._limits(fare):
            room, its = self.chance + CHANCE_ROOM, set()
            for w in np.argsort(-beyond(limit), kind="stable").tolist():
                if self.problem.probability[w] > room:
                    break
                room -= self.problem.probability[w]
                its.add(w)
            hardest[limit.name] = its
        return hardest

    def _solve(self, rows: list[FurtherRow]) -> Found:
        left = options_left(self.options, self.begin)
        rough = replace(left, gap=max(left.gap, NEAR_ENOUGH)) if self.chance and rows else left
        found = by_futures(self.losses.with_rows(rows), self.weighing, rough, None, self.method)
        self.stopped |= found.status is Status.INTERRUPTED
        return found

    def _fare(self, plan: Planned) -> Fares:
        choice = self.losses.sharing.spread(plan.choice)
        return fares(self.problem, choice, self.losses.full_reserve(plan.reserve))

    def _limits(self, fare: Fares) -> list[LimitFare]:
        return [one for one in fare.limits if one.penalty is None]

    def _too_often(self, limit: LimitFare) -> bool:
        probability = float(self.problem.probability @ (limit.breach > 0))
        return probability > self.chance + CHANCE_ROOM

    def _late(self) -> bool:
        return time.perf_counter() - self.begin >= self.options.time_limit_s

    def _at_fault(self, rows: _Rows) -> tuple[str, ...]:
        """Of limits whose rows cannot be kept together those without which they could be."""
        names = list(rows.of)
        for name in list(names):
            others = [row for other in names if other != name for row in rows.of[other]]
            if not self._late() and self._solve(others).status is Status.INFEASIBLE:
                names.remove(name)
        return tuple(names)

    def _judged(self, free: Found, first: _Passed, best: _Passed) -> WithinChances:
        """The plan with a bound for all that keep the chances."""
        found, plan, rows = best.found, best.plan, best.rows
        bound = free.bound
        faults: tuple[str, ...] = ()
        if rows.of and free.plan is not None and not self._late():
            if self.chance == 0 and not rows.tightened:
                bound = max(bound, found.bound)
                if found.status is Status.INFEASIBLE:
                    return WithinChances(found, self._at_fault(rows))
            else:
                ran = (first.found, found) if found.proven or first.found.proven else (free,)
                proven = [its.proven for its in ran if its.proven is not None]
                names = list({**first.rows.of, **rows.of})
                for one in {id(its.plan): its.plan for its in (first, best)}.values():
                    fare = self._fare(one or free.plan)
                    least, at_fault = self._bounds(found.method).best(names, proven, fare)
                    bound, faults = max(bound, least), faults or at_fault
        if faults:
            return WithinChances(replace(found, status=Status.INFEASIBLE, plan=None), faults)
        if plan is None:
            status = free.status if free.plan is None else Status.NO_PLAN
            return WithinChances(replace(free, status=status, plan=None, bound=bound))
        gap = relative_gap(plan.value, min(bound, plan.value))
        status = Status.FEASIBLE
        if gap is not None and gap <= self.options.gap:
            status = Status.OPTIMAL
        return WithinChances(replace(free, status=status, plan=plan, bound=bound))

    def _bounds(self, method: Method) -> ChanceBounds:
        return ChanceBounds(
            self.losses, self.weighing, self.rows_of, self.chance, method, self._left
        )

    def _left(self) -> Options:
        spent = time.perf_counter() - self.begin
        return replace(self.options, time_limit_s=self.options.time_limit_s - spent)
