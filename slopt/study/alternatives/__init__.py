"""Other plans to choose from: the next best ones, or those that differ most within a margin.

The next best are found one by one: the best plan that is none of those before it, proven as any
plan is. Those that differ most are found one by one as well: the largest number D is looked for
with which some plan within the margin differs in D segments from the best plan and from every one
before it, by halving. Each half is a question for the best plan that far apart, so that the plan
shown is the best of those.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from slopt.plan.plan import Plan
from slopt.problem.choice import Choice
from slopt.problem.evaluate import Evaluation, evaluate
from slopt.sayings import say
from slopt.solve.outcome import relative_gap
from slopt.study.alternatives.alike import aligned, distance, groups_of, kinds_of
from slopt.study.alternatives.apart import HALF, Apart, Asker, Found, Group, asker_for
from slopt.study.anew import LEAST_S, Anew
from slopt.study.close_calls import CLOSE
from slopt.study.explain import Move, moves_between
from slopt.study.explain_rules import sign_of
from slopt.study.frontier.least import Way
from slopt.vocabulary import Status

NEAR_LIMIT = 0.002
"""A limit is near where less than this share of it is left, or less than one of what is counted."""
COUNTED = ("max_tiers", "max_changes")
ROUNDING = 1e-9
"""Relative; differences below it are none."""
COARSE = 0.1
"""Of the margin: how finely it is told whether a plan so far apart lies within it."""
PROBE = 0.25
"""Of the time for one plan, that a single question may take."""


@dataclass(frozen=True, eq=False)
class OtherPlan:
    """Another plan, and how it compares with the best.

    `worse` is in the unit of the goal, `share` relative to the best plan's value. `bound`: no plan
    that is not listed before it is better than that; `is_proven` says that the plan is as good as
    that, to the gap asked for. `apart` is the number of segments in which it differs at least from
    the best and from each one before it; `apart_at_most` what is proven of any plan in the margin.
    """

    choice: Choice
    evaluation: Evaluation
    objective: float
    worse: float
    share: float
    moves: tuple[Move, ...]
    bound: float | None
    is_proven: bool
    apart: int
    apart_at_most: int | None = None

    def is_near_tie(self, gap: float | None) -> bool:
        """True where nobody should decide by the difference: below 0.1 %, or below the gap."""
        return self.share <= max(CLOSE, gap or 0.0)

    def near_limits(self) -> list[str]:
        """Limits of which next to nothing is left."""
        near = []
        for use in self.evaluation.limits:
            most = use.limit + use.extra
            left = use.used - use.limit if use.at_least else most - use.used
            room = HALF if use.name in COUNTED else NEAR_LIMIT * abs(most)
            if use.penalty is None and left <= room:
                near.append(use.name)
        return near


@dataclass(frozen=True, eq=False)
class Alternatives:
    """Other plans, in the order in which they were found.

    `within` is the margin where plans were to differ most, None for the next best. `is_all` says
    that there is no other plan at all (in the margin). `tells_alike` is false where plans that only
    exchange alike segments may count as different.
    """

    plan: Plan
    others: tuple[OtherPlan, ...]
    within: float | None
    is_all: bool
    is_complete: bool
    interrupted: bool = False
    groups: tuple[Group, ...] = ()
    tells_alike: bool = True


def alternatives(plan: Plan, count: int, anew: Anew, within: float | None = None) -> Alternatives:
    """Up to `count` other plans: the next best or, with `within`, those that differ most."""
    groups = groups_of(kinds_of(plan.problem))
    asker = asker_for(plan, anew.way, groups, count + 1)
    found: list[OtherPlan] = []
    is_all = False
    for place in range(count):
        # What is left of the time is shared among the plans still to be found.
        seconds = anew.left / (count - place)

        def ask(place: int, way: Way, seconds: float = seconds) -> OtherPlan | None:
            search = Search(plan, tuple(found), asker, groups, way.within(seconds))
            return search.next_best() if within is None else search.most_different(within)

        try:
            its = anew.each(
                say("plan {place} of {count}", place=place + 1, count=count), [place], ask
            )
        except TimeoutError:
            anew.is_complete = False
            break
        if place not in its:
            break
        other = its[place]
        if other is None:
            is_all = True
            break
        found.append(other)
    told = asker.tells_alike or not groups
    return Alternatives(
        plan, tuple(found), within, is_all, anew.is_complete, anew.interrupted, tuple(groups), told
    )


@dataclass(frozen=True, eq=False)
class Search:
    """For one more plan, apart from the best and from those before."""

    plan: Plan
    before: tuple[OtherPlan, ...]
    asker: Asker
    groups: list[Group]
    way: Way
    begin: float = field(default_factory=time.perf_counter)

    def next_best(self) -> OtherPlan | None:
        """The best plan that is none of those before; None where there is none.

        Raises TimeoutError where none was found in time.
        """
        cuts = [Apart(choice, 1) for choice in self._choices()]
        while True:
            found = self._best(cuts, gap=0.0)
            if found.status is Status.INFEASIBLE:
                return None
            if found.choice is None:
                raise TimeoutError
            other = self._other(found)
            if other.apart > 0:
                return other
            cuts.append(Apart(found.choice, 1))

    def most_different(self, within: float) -> OtherPlan | None:
        """The plan in the margin that is farthest from all before; None where none differs.

        Raises TimeoutError where none was found in time, though there may be some.
        """
        plan = self.plan
        sign, small = sign_of(plan), plan.problem.is_small
        cap = sign * plan.objective + within * abs(plan.objective)
        cap += ROUNDING * max(1.0, abs(cap))
        low, high = 0, int(np.count_nonzero(plan.problem.admissible.sum(axis=1) > 1))
        proven, best = high, None
        gap = 0.0 if small else max(self.way.options.gap, COARSE * within)
        while low < high:
            middle = (low + high + 1) // 2
            found = self._best(self._cuts(middle), gap, PROBE)
            if found.choice is not None and sign * (found.objective or 0.0) <= cap:
                best = self._other(found)
                if best.apart < middle:
                    break
                low = best.apart
                continue
            high = middle - 1
            beyond = found.bound is not None and sign * found.bound > cap
            if found.status is Status.INFEASIBLE or beyond:
                proven = high
        if best is None or best.apart == 0:
            if proven > 0:
                raise TimeoutError
            return None
        found = self._best(self._cuts(best.apart), 0.0 if small else self.way.options.gap, PROBE)
        if found.choice is not None and sign * (found.objective or 0.0) <= sign * best.objective:
            again = self._other(found)
            best = again if again.apart >= best.apart else best
        return replace(best, apart_at_most=max(proven, best.apart))

    def _choices(self) -> list[Choice]:
        return [self.plan.choice, *(other.choice for other in self.before)]

    def _cuts(self, least: int) -> list[Apart]:
        return [Apart(choice, least) for choice in self._choices()]

    def _best(self, cuts: Sequence[Apart], gap: float, share: float = 1.0) -> Found:
        """The best plan apart, within a share of the time that is left, and never quite none."""
        limit = self.way.options.time_limit_s
        left = limit - (time.perf_counter() - self.begin)
        seconds = max(LEAST_S, min(left, share * limit))
        return self.asker.best(cuts, replace(self.way.options, gap=gap, time_limit_s=seconds))

    def _other(self, found: Found) -> OtherPlan:
        plan = self.plan
        assert found.choice is not None
        assert found.objective is not None
        choice = aligned(found.choice, plan.choice, self.groups)
        worse = sign_of(plan) * (found.objective - plan.objective)
        if abs(worse) <= ROUNDING * max(1.0, abs(plan.objective)):
            worse = 0.0
        gap = relative_gap(found.objective, found.bound)
        return OtherPlan(
            choice,
            evaluate(plan.problem, choice),
            found.objective,
            worse,
            worse / (abs(plan.objective) or 1.0),
            tuple(moves_between(plan.choice, choice)),
            found.bound,
            gap is not None and gap <= max(self.way.options.gap, ROUNDING),
            min(distance(choice, other, self.groups) for other in self._choices()),
        )
