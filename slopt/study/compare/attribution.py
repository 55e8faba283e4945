"""Which change of input moved which segment: found by solving between the two sides.

Inputs are taken over one cause after the other, in the order of `Cause`. After each, the plan is
made anew, and a segment that then leaves its tier leaves it because of that cause. Nobody moves
for less than the gap: of the new plan, as many segments as possible are put back to where they
were before it counts as moved. What is left between the last of these plans and B is too close to
tell, where it is worth less than the gap, and else a choice that no input explains.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from slopt.errors import InvalidInput, UsageError
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.evaluate import Evaluation, evaluate
from slopt.solve.highs import Options
from slopt.solve.model_file import is_shipped
from slopt.solve.solve import solve
from slopt.study.compare.causes import Cause
from slopt.study.compare.mixture import Mixture, with_segments
from slopt.study.compare.side import Side
from slopt.vocabulary import Method, Status

TIE = 1e-9
"""Plans whose values differ by less than this share are equally good, however near the gap."""
TRIES, LEAST_TRIES, FEW = 2_000, 20, 1_000
"""Groups that are tried at their earlier tiers, up to FEW segments, and among very many: each takes
a pass over all segments."""
MOST_OFFERS = 6_000_000
"""Pairs of segment and tier up to which plans in between are solved."""

Causes = tuple[Cause, ...]


@dataclass(frozen=True)
class Between:
    """A plan between A and B: the causes taken over since the plan before it, and its tiers.

    `choice` (S,) is over the segments of both sides, -1 for those that were not there.
    """

    causes: Causes
    choice: Choice


@dataclass(frozen=True, eq=False)
class Attribution:
    """By segment of both sides, (S,): why it moved; empty where it did not.

    `plans` are the plans on the way, A's first. `solved` counts those that were solved for it.
    `left_out` is true where several causes were not told apart because the case is large, time was
    up or the user interrupted. `room` is the relative worth up to which a move is too close to
    tell.
    """

    because: tuple[Causes, ...]
    plans: tuple[Between, ...]
    solved: int
    left_out: bool
    room: float


def attribute(
    mixture: Mixture, a: Side, b: Side, causes: Sequence[Cause], method: Method, options: Options
) -> Attribution:
    """Why each segment of both sides moved; `causes` are those that differ, in order."""
    return _Walk(mixture, a, b, method, options).along(causes)


class _Walk:
    """The way from A to B, cause by cause."""

    def __init__(
        self, mixture: Mixture, a: Side, b: Side, method: Method, options: Options
    ) -> None:
        self.mixture, self.a, self.b = mixture, a, b
        self.method, self.options = method, options
        self.end = time.perf_counter() + options.time_limit_s
        self.common = mixture.in_a & mixture.in_b
        self.start = mixture.choice_of(a.case, a.choice)
        self.goal = mixture.choice_of(b.case, b.choice)
        self.room = max(TIE, a.gap or 0.0, b.gap or 0.0)
        self.unexplained = Cause.AIM if b.is_for_other_than(a) else Cause.PLAN
        self.plans = [Between((), self.start)]
        self.solved, self.left_out = 0, False
        pairs = len(mixture.segments) * len(mixture.tiers)
        self.is_large = pairs > MOST_OFFERS

    def along(self, causes: Sequence[Cause]) -> Attribution:
        moved = np.flatnonzero(self.common & (self.start != self.goal))
        because: list[Causes] = [()] * len(self.common)
        if len(moved):
            self._visit(causes)
            rest = self._rest(causes)
            for s in moved.tolist():
                because[s] = self._first(s) or rest
        return Attribution(tuple(because), tuple(self.plans), self.solved, self.left_out, self.room)

    def _visit(self, causes: Sequence[Cause]) -> None:
        """Take over one cause after the other, and keep the plan after each."""
        if not causes and self.b.is_best:
            self._arrive((self.unexplained,), frozenset())
        elif not self.a.is_best:
            self._step((self.unexplained,), frozenset())
        waiting: Causes = ()
        for place, cause in enumerate(causes):
            waiting = (*waiting, cause)
            taken = frozenset(causes[: place + 1])
            if place == len(causes) - 1 and self.b.is_best:
                self._arrive(waiting, taken)
            elif self._step(waiting, taken):
                waiting = ()

    def _step(self, causes: Causes, taken: frozenset[Cause]) -> bool:
        """Solve what there is after some causes; False where there is no plan, or no time."""
        left = self.end - time.perf_counter()
        if self.is_large or left <= 0:
            self.left_out = True
            return False
        here = self._here(taken)
        try:
            problem = self._problem(taken, here)
            model = (self.b if Cause.GOAL in taken else self.a).case.settings.plan.model
            options = replace(self.options, time_limit_s=left)
            found = solve(problem, options, self._method(problem, model), model)
        except (InvalidInput, UsageError):
            return False
        if found.status is Status.INTERRUPTED:
            self.end, self.left_out = 0.0, True
            return False
        self.solved += 1
        if found.choice is None:
            self.left_out |= found.status is not Status.INFEASIBLE
            return False
        self.room = max(self.room, found.gap or 0.0)
        choice = np.full(len(here), -1, dtype=np.int64)
        choice[here] = found.choice
        self._keep(causes, problem, choice, here, is_shipped(model))
        return True

    def _method(self, problem: ChoiceProblem, model: str) -> Method:
        """The route asked for where it takes the problem in between, else the one that fits."""
        from slopt.problem.sharing import obstacle

        fits = not self.method.needs_shared_rows or obstacle(problem) is None
        return self.method if fits and is_shipped(model) else Method.AUTO

    def _arrive(self, causes: Causes, taken: frozenset[Cause]) -> None:
        """The last cause leads to B itself, whose plan is known."""
        try:
            problem = self._problem(taken, self.mixture.in_b)
        except InvalidInput:
            self.plans.append(Between(causes, self.goal))
            return
        ours = is_shipped(self.b.case.settings.plan.model)
        self._keep(causes, problem, self.goal, self.mixture.in_b, ours)

    def _keep(
        self,
        causes: Causes,
        problem: ChoiceProblem,
        choice: Choice,
        here: NDArray[np.bool_],
        own_objective: bool,
    ) -> None:
        if own_objective:
            before = self.plans[-1].choice[here]
            choice = choice.copy()
            choice[here] = fewest_moves(problem, before, choice[here], self.room)
        self.plans.append(Between(causes, choice))

    def _here(self, taken: frozenset[Cause]) -> NDArray[np.bool_]:
        return self.mixture.in_b if Cause.SEGMENTS in taken else self.mixture.in_a

    def _problem(self, taken: frozenset[Cause], here: NDArray[np.bool_]) -> ChoiceProblem:
        return with_segments(self.mixture.problem(taken), here)

    def _first(self, segment: int) -> Causes:
        """The causes of the first plan in which a segment leaves its tier, if it then arrives."""
        if self.plans[-1].choice[segment] == self.start[segment]:
            return ()
        for plan in self.plans[1:]:
            if plan.choice[segment] not in (-1, self.start[segment]):
                return plan.causes
        return ()

    def _rest(self, causes: Sequence[Cause]) -> Causes:
        """Why the last plan on the way differs from B."""
        if self.left_out and len(self.plans) == 1:
            return tuple(causes) or (self.unexplained,)
        if not self.b.is_best:
            return (self.unexplained,)
        its = self.mixture.choice_in_b(self.plans[-1].choice)
        if its is None:
            return (self.unexplained,)
        value = evaluate(self.b.problem, its)
        is_near = _is_near(self.b.problem, value, self.b.evaluation, self.room)
        return (Cause.CLOSE,) if is_near else (self.unexplained,)


def fewest_moves(problem: ChoiceProblem, before: Choice, after: Choice, room: float) -> Choice:
    """`after` with as many segments back at `before` as a loss of `room` of its value allows.

    Both are (S,); -1 in `before` is no tier. All at once if that is possible, else one half and
    then the other, and so on, those that lose least first. What keeps every rule stays so.
    """
    best = evaluate(problem, after)
    row = np.arange(len(after))
    can = (before >= 0) & (before != after) & problem.admissible[row, np.maximum(before, 0)]
    if not can.any():
        return after
    sense = -1.0 if problem.goal.maximises else 1.0
    loss = sense * (problem.values[row, np.maximum(before, 0)] - problem.values[row, after])
    candidates = np.flatnonzero(can)
    waiting = [candidates[np.argsort(loss[candidates], kind="stable")]]
    found, tries = after.copy(), max(LEAST_TRIES, TRIES * FEW // max(len(after), FEW))
    while waiting and tries:
        tries -= 1
        group = waiting.pop()
        found[group] = before[group]
        if _is_near(problem, evaluate(problem, found), best, room):
            continue
        found[group] = after[group]
        if len(group) > 1:
            half = len(group) // 2
            waiting += [group[half:], group[:half]]
    return found


def _is_near(problem: ChoiceProblem, new: Evaluation, old: Evaluation, room: float) -> bool:
    """True where `new` keeps every rule and is worse than `old` by at most `room`, relative."""
    sense = -1.0 if problem.goal.maximises else 1.0
    worse = sense * (new.objective - old.objective)
    return not new.violations and worse <= room * max(abs(new.objective), abs(old.objective))
