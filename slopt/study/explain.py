"""Why this tier: every other offer of a segment, what it would cost the whole plan, who pays.

Two readings of "what would it cost" are given, and kept apart:

* alone: the offer's own service cost and lost sales against the chosen one's;
* the plan: the best plan with that offer, found by solving, against the best plan.

And at which price of which limit the choice flips: with every other limit's price as it is, the
price at which another offer becomes the cheaper one for this segment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import overload

import numpy as np

from slopt.plan.plan import Plan
from slopt.problem.choice import Bar, Choice, ChoiceProblem
from slopt.problem.evaluate import BARRED_BY
from slopt.problem.sharing import rows_of
from slopt.sayings import say
from slopt.solve.highs import Options, run
from slopt.solve.outcome import Outcome, Relaxation
from slopt.solve.start import Start
from slopt.solve.tie_break import read_choice
from slopt.study.anew import Anew, best_plan
from slopt.study.at_prices import AtPrices, Flip, Hold
from slopt.study.frontier.least import Way
from slopt.study.parts import rows_with_tiers
from slopt.vocabulary import Status


@dataclass(frozen=True)
class Move:
    """A segment that has another tier in one plan than in the other; positions."""

    segment: int
    before: int
    after: int


@dataclass(frozen=True)
class Alternative:
    """Another tier for a segment: position, its value alone, and what it does to the plan.

    `alone` is in the unit of the goal, positive where the tier is worse for the goal by itself.
    `plan` is the same for the best plan with this tier, None where not solved or there is none;
    `possible` is then false. `others` are the other segments that move for it. `by_prices` is
    what the tier costs more at the relaxation prices. `barred` names a contract that forbids it.
    """

    tier: int
    alone: float
    by_prices: float | None
    plan: float | None = None
    possible: bool = True
    others: tuple[Move, ...] = ()
    barred: str | None = None


@dataclass(frozen=True)
class Explanation:
    """One segment: the tier it has, the alternatives (best first), the nearest flips, the hold."""

    segment: int
    tier: int
    alternatives: tuple[Alternative, ...]
    flips: tuple[Flip, ...]
    hold: Hold | None = None

    @property
    def next_best(self) -> Alternative | None:
        """The alternative that costs the plan least; None where there is no other possible one."""
        possible = [a for a in self.alternatives if a.barred is None and a.possible]
        solved = [a for a in possible if a.plan is not None]
        if solved:
            return min(solved, key=lambda a: a.plan or 0.0)
        priced = [a for a in possible if a.by_prices is not None]
        return min(priced, key=lambda a: a.by_prices or 0.0) if priced else None


class Explanations(Sequence[Explanation]):
    """Segments of a plan, explained; each is put together when it is asked for.

    `segments` are their positions. `solved` holds, by segment, the best plans with its other tiers.
    """

    def __init__(
        self,
        plan: Plan,
        segments: Sequence[int],
        at_prices: AtPrices | None,
        solved: Mapping[int, BestPlans],
    ) -> None:
        self.plan, self.segments, self.at_prices, self.solved = plan, segments, at_prices, solved

    def __len__(self) -> int:
        return len(self.segments)

    @overload
    def __getitem__(self, place: int) -> Explanation: ...

    @overload
    def __getitem__(self, place: slice) -> list[Explanation]: ...

    def __getitem__(self, place: int | slice) -> Explanation | list[Explanation]:
        if isinstance(place, slice):
            return [self.explain(segment) for segment in self.segments[place]]
        return self.explain(self.segments[place])

    def closest(self, most: int) -> list[Explanation]:
        """Segments with a choice whose next best costs least at the prices, by rising cost."""
        prices = self.at_prices
        rows = np.asarray(self.segments, dtype=np.int64)
        if prices is None:
            return [entry for entry in self[:most] if entry.next_best is not None]
        rows = rows[prices.next_best[rows] >= 0]
        dearer = prices.dearer[rows, prices.next_best[rows]]
        return [self.explain(s) for s in rows[np.argsort(dearer, kind="stable")[:most]].tolist()]

    def without_choice(self) -> list[int]:
        """Segments that have one tier only, whatever the limits are."""
        rows = np.asarray(self.segments, dtype=np.int64)
        return list(rows[self.plan.problem.admissible[rows].sum(axis=1) <= 1].tolist())

    def explain(self, segment: int) -> Explanation:
        """One segment by its position."""
        plan, prices = self.plan, self.at_prices
        problem, chosen = plan.problem, int(plan.choice[segment])
        priced = None if prices is None else prices.value[segment]
        sense = -1.0 if problem.goal.maximises else 1.0
        solved = self.solved.get(segment, {})
        alternatives = []
        for tier in range(len(problem.tiers)):
            of_others = tier >= problem.menu_size and not problem.admissible[segment, tier]
            if tier == chosen or of_others:
                continue
            alone = sense * float(problem.values[segment, tier] - problem.values[segment, chosen])
            by_prices = None if priced is None else float(priced[tier] - priced[chosen])
            option = Alternative(tier, alone, by_prices, barred=_barred_by(problem, segment, tier))
            if tier in solved:
                option = _solved(plan, segment, option, solved[tier])
            alternatives.append(option)
        alternatives.sort(
            key=lambda a: (
                a.barred is not None,
                not a.possible,
                next(value for value in (a.plan, a.by_prices, a.alone) if value is not None),
            )
        )
        flips = () if prices is None else prices.flips(segment)
        hold = None if prices is None else prices.hold(segment)
        return Explanation(segment, chosen, tuple(alternatives), flips, hold)


def explain(
    plan: Plan, options: Options, segments: Sequence[int] | None = None, anew: Anew | None = None
) -> Explanations:
    """Explain segments of a plan, all of them by default.

    Alternatives are solved for segments asked for by name, and for all where the problem is small,
    within the time limit of the options, or of `anew`; else only the prices speak.
    """
    relaxation = plan.outcome.relaxation
    # Where customers choose, no segment decides by the prices of limits.
    by_limits = relaxation is not None and plan.problem.selection is None
    at_prices = AtPrices(plan, relaxation) if relaxation and by_limits else None
    wanted = rows_with_tiers(plan.problem) if segments is None else segments
    solved: dict[int, BestPlans] = {}
    if relaxation and plan.status is Status.OPTIMAL:
        if plan.problem.is_small:
            options = replace(options, gap=0.0)
        if plan.problem.is_small or segments is not None:
            best_with = _best_with(plan, relaxation)
            gap = options.gap

            def ask(segment: int, way: Way) -> BestPlans:
                others = np.flatnonzero(plan.problem.admissible[segment]).tolist()
                others.remove(int(plan.choice[segment]))
                within = replace(way.options, gap=gap)
                return {tier: best_with(segment, tier, within) for tier in others}

            solved = (anew or Anew(Way(options))).each(say("other tiers"), wanted, ask)
    return Explanations(plan, wanted, at_prices, solved)


BestWith = Callable[[int, int, Options], Outcome]
"""(segment, tier, options) -> the best plan in which the segment has that tier."""
BestPlans = Mapping[int, Outcome]
"""By tier of a segment: the best plan in which it has that tier."""


def _best_with(plan: Plan, relaxation: Relaxation) -> BestWith:
    """By the program that was relaxed, else by the route that found the plan."""
    program, problem, outcome = relaxation.program, plan.problem, plan.outcome

    def by_program(segment: int, tier: int, options: Options) -> Outcome:
        assert program is not None
        lower = program.lower.copy()
        lower[program.column_of(segment, tier)] = 1.0
        answer = run(program.replace(lower=lower), options)
        if answer.status is Status.INTERRUPTED:
            raise KeyboardInterrupt
        found = outcome.replace(status=answer.status, choice=None, objective=None)
        if answer.values is None or answer.objective is None:
            return found
        choice = read_choice(program, answer.values, len(problem.segments))
        return found.replace(choice=choice, objective=answer.objective)

    def by_prices(segment: int, tier: int, options: Options) -> Outcome:
        barred = problem.barred.copy()
        barred[segment, np.arange(len(problem.tiers)) != tier] |= np.int8(Bar.FIXED_TIER)
        known = {row.name: relaxation.prices[row.name] for row in rows_of(problem)}
        start = Start(np.array(list(known.values())), None)
        way = Way(options, outcome.method)
        return best_plan(problem.replace(barred=barred), way, start)

    return by_prices if program is None else by_program


def _barred_by(problem: ChoiceProblem, segment: int, tier: int) -> str | None:
    """The contract that forbids a tier, None where nothing does."""
    flags = problem.barred[segment, tier]
    return next((name for bar, name in BARRED_BY.items() if flags & bar), None)


def _solved(plan: Plan, segment: int, option: Alternative, found: Outcome) -> Alternative:
    """The alternative with what the best plan with it says."""
    if found.status is Status.INFEASIBLE:
        return replace(option, possible=False)
    if found.choice is None or found.objective is None:
        return option
    program = plan.outcome.relaxation.program if plan.outcome.relaxation else None
    sense = -1.0 if plan.problem.goal.maximises else 1.0
    worse = (sense if program is None else program.sign) * (found.objective - plan.objective)
    others = tuple(m for m in moves_between(plan.choice, found.choice) if m.segment != segment)
    return replace(option, plan=max(worse, 0.0), others=others)


def moves_between(before: Choice, after: Choice) -> list[Move]:
    """Segments whose tier differs between two plans."""
    return [Move(int(s), int(before[s]), int(after[s])) for s in np.flatnonzero(before != after)]
