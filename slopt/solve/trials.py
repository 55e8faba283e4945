"""Which demands can be kept together: the question behind conflicts and repairs, asked seldom.

Each answer is a plan or a proof of the whole program, whole tiers included. What is learned serves
later questions: a plan keeps more demands than were asked for, and more demands than contradict
each other contradict each other as well.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from slopt.errors import SolverTrouble
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.demands import Demand, DemandKind, broken_by, with_only, without
from slopt.problem.matrix import assemble
from slopt.problem.parts import Places, joined, part_of, parts
from slopt.problem.precheck import contradictions
from slopt.problem.sharing import share
from slopt.solve.by_prices import solve_rows
from slopt.solve.coupling import coupling_of
from slopt.solve.highs import Options, run
from slopt.solve.route import choose_route
from slopt.solve.tie_break import read_choice
from slopt.vocabulary import Goal, Method, Status

FIRST_SHARE = 0.2
"""Of the time, what a route by prices gets with each of two goals before HiGHS is asked."""
QUESTION_SHARE = 0.2
"""Of all the time, what one question gets: one that is hard is not to keep the others from being
asked."""


def find_plan(problem: ChoiceProblem, options: Options) -> Choice | None:
    """Any plan, None where it is proven that there is none; whatever the problem's goal.

    Raises TimeoutError where that cannot be told: in the time, or because the solver failed.
    """
    if contradictions(problem):
        return None
    apart = parts(problem)
    try:
        if apart is None or (len(apart) == 1 and len(apart[0]) == len(problem.segments)):
            return _found(problem, options)
        return _found_apart(problem, apart, options)
    except SolverTrouble as trouble:
        raise TimeoutError from trouble


def _found_apart(problem: ChoiceProblem, apart: list[Places], options: Options) -> Choice | None:
    """A plan of each part alone, the smallest part first; None where one has none."""
    begin, plans, is_late = time.perf_counter(), [], False
    apart = sorted(apart, key=len)
    for segments in apart:
        left = options.time_limit_s - (time.perf_counter() - begin)
        try:
            plan = _found(part_of(problem, segments), replace(options, time_limit_s=max(0.0, left)))
        except TimeoutError:
            # Another part may still have none, which is all there is to know.
            is_late = True
            continue
        if plan is None:
            return None
        plans.append(plan)
    if is_late:
        raise TimeoutError
    return joined(problem, apart, plans)


def _found(problem: ChoiceProblem, options: Options) -> Choice | None:
    begin = time.perf_counter()
    cheap = problem.replace(goal=Goal.MIN_BUDGET)
    route = choose_route(cheap, Method.AUTO, "tier_plan").method
    if route.needs_shared_rows:
        # Where limits lie close to what is best for the goal, plans are found on the way there.
        for tried in (problem, cheap):
            sharing = share(tried)
            some = replace(options, time_limit_s=options.time_limit_s * FIRST_SHARE)
            priced = solve_rows(sharing.rows, coupling_of(tried, sharing), some, route)
            if priced.choice is not None:
                return sharing.spread(priced.choice)
            if priced.status is Status.INFEASIBLE:
                return None
            _raise_if_interrupted(priced.status)
    left = options.time_limit_s - (time.perf_counter() - begin)
    program = assemble(cheap)
    answer = run(program, replace(options, time_limit_s=max(0.0, left)))
    if answer.values is not None:
        return read_choice(program, answer.values, len(problem.segments))
    if answer.status is Status.INFEASIBLE:
        return None
    _raise_if_interrupted(answer.status)
    raise TimeoutError


def _raise_if_interrupted(status: Status) -> None:
    if status is Status.INTERRUPTED:
        raise KeyboardInterrupt


@dataclass(frozen=True, eq=False)
class Kept:
    """A plan, and the demands that it keeps."""

    demands: frozenset[Demand]
    choice: Choice


class Trials:
    """Questions about the demands of one problem, until the time is up."""

    def __init__(self, problem: ChoiceProblem, demands: Iterable[Demand], options: Options) -> None:
        self.problem = problem
        self.demands = tuple(demands)
        self.seed = options.seed
        self.allow(options.time_limit_s)
        self.kept: list[Kept] = []
        self.contradicting: list[frozenset[Demand]] = []
        self.untold: list[frozenset[Demand]] = []

    @property
    def seconds_left(self) -> float:
        """Of the time for all questions together."""
        return max(0.0, self.deadline - time.perf_counter())

    def allow(self, seconds: float) -> None:
        """So much time from now on."""
        self.deadline = time.perf_counter() + seconds
        self.question_s = QUESTION_SHARE * seconds

    def possible(self, demands: Collection[Demand]) -> bool:
        """Is there a plan that keeps these demands? TimeoutError where that cannot be told."""
        wanted = frozenset(demands)
        if any(wanted <= kept.demands for kept in self.kept):
            return True
        if any(wanted >= conflict for conflict in self.contradicting):
            return False
        if self.seconds_left <= 0 or wanted in self.untold:
            raise TimeoutError
        seconds = min(self.seconds_left, self.question_s)
        try:
            choice = find_plan(self.problem_of(wanted), Options(1.0, seconds, self.seed))
        except TimeoutError:
            self.untold.append(wanted)
            raise
        if choice is None:
            self.contradicting.append(wanted)
            return False
        self._learn(choice, wanted)
        return True

    def problem_of(self, demands: Iterable[Demand]) -> ChoiceProblem:
        """The problem with these of the demands alone."""
        return with_only(self.problem, demands, self.demands)

    def plan_that_keeps(self, demands: Collection[Demand]) -> Choice:
        """A plan that keeps demands which can be kept together."""
        return self._known(frozenset(demands)).choice

    def largest_kept(self, demands: Collection[Demand]) -> frozenset[Demand]:
        """Demands that can be kept together, these among them, and not one more."""
        known = self._known(frozenset(demands)).demands
        for demand in self.demands:
            if demand not in known and self.possible(known | {demand}):
                known = self._known(known | {demand}).demands
        return known

    def _known(self, wanted: frozenset[Demand]) -> Kept:
        """The plan that keeps the most, of those that keep what is wanted."""
        if not self.possible(wanted):
            raise ValueError("these demands cannot be kept together")
        fitting = (kept for kept in self.kept if kept.demands >= wanted)
        return max(fitting, key=lambda kept: len(kept.demands))

    def _learn(self, choice: Choice, wanted: frozenset[Demand]) -> None:
        """Remember which demands a plan keeps: those wanted of it, and what else it does.

        A resource that is not wanted may sell extra units, which the budget would have to pay for:
        where the plan breaks what is wanted because of that, such resources do not count as kept.
        """
        gone: list[Demand] = []
        broken = broken_by(self.problem, self.demands, choice)
        if broken & wanted:
            gone = [d for d in self.demands if d.kind is DemandKind.RESOURCE and d not in wanted]
            rest = [d for d in self.demands if d not in gone]
            broken = broken_by(without(self.problem, gone), rest, choice)
        kept = frozenset(self.demands).difference(gone, broken)
        self.kept.append(Kept(kept if kept >= wanted else wanted, choice))
