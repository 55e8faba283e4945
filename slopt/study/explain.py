"""Why this tier: every other offer of a segment, what it would cost the whole plan, who pays.

Two readings of "what would it cost" are given, and kept apart:

* alone: the offer's own service cost and lost sales against the chosen one's;
* the plan: the best plan with that offer, found by solving, against the best plan.

And at which price of which limit the choice flips: with every other limit's price as it is, the
price at which another offer becomes the cheaper one for this segment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from slopt.plan.plan import Plan
from slopt.plan.rows import tidy
from slopt.problem.choice import Bar, Choice, ChoiceProblem
from slopt.problem.evaluate import BARRED_BY
from slopt.problem.sharing import rows_of
from slopt.solve.highs import Options, run
from slopt.solve.outcome import Outcome, Relaxation
from slopt.solve.solve import solve
from slopt.solve.start import Start
from slopt.solve.tie_break import read_choice
from slopt.study.at_prices import AtPrices, Flip
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
    """One segment: the tier it has, the alternatives (best first), and the nearest flips."""

    segment: int
    tier: int
    alternatives: tuple[Alternative, ...]
    flips: tuple[Flip, ...]

    @property
    def next_best(self) -> Alternative | None:
        """The alternative that costs the plan least; None where there is no other possible one."""
        possible = [a for a in self.alternatives if a.barred is None and a.possible]
        solved = [a for a in possible if a.plan is not None]
        if solved:
            return min(solved, key=lambda a: a.plan or 0.0)
        priced = [a for a in possible if a.by_prices is not None]
        return min(priced, key=lambda a: a.by_prices or 0.0) if priced else None


def explain(
    plan: Plan, options: Options, segments: Sequence[int] | None = None
) -> list[Explanation]:
    """Explain segments of a plan, all of them by default.

    Alternatives are solved for segments asked for by name, and for all where the problem is small;
    else only the prices speak.
    """
    relaxation = plan.outcome.relaxation
    at_prices = AtPrices(plan, relaxation) if relaxation else None
    best_with: BestWith | None = None
    if relaxation and plan.status is Status.OPTIMAL:
        if plan.problem.is_small:
            options = replace(options, gap=0.0)
        if plan.problem.is_small or segments is not None:
            best_with = _best_with(plan, relaxation, options)
    wanted = range(len(plan.problem.segments)) if segments is None else segments
    return [_explain_one(plan, segment, at_prices, best_with) for segment in wanted]


BestWith = Callable[[int, int], Outcome]
"""(segment, tier) -> the best plan in which the segment has that tier."""


def _best_with(plan: Plan, relaxation: Relaxation, options: Options) -> BestWith:
    """By the program that was relaxed, else by the route that found the plan."""
    program, problem, outcome = relaxation.program, plan.problem, plan.outcome

    def by_program(segment: int, tier: int) -> Outcome:
        assert program is not None
        lower = program.lower.copy()
        lower[program.column_of(segment, tier)] = 1.0
        answer = run(program.replace(lower=lower), options)
        found = outcome.replace(status=answer.status, choice=None, objective=None)
        if answer.values is None or answer.objective is None:
            return found
        choice = read_choice(program, answer.values, len(problem.segments))
        return found.replace(choice=choice, objective=answer.objective)

    def by_prices(segment: int, tier: int) -> Outcome:
        barred = problem.barred.copy()
        barred[segment, np.arange(len(problem.tiers)) != tier] |= np.int8(Bar.FIXED_TIER)
        known = {row.name: relaxation.prices[row.name] for row in rows_of(problem)}
        start = Start(np.array(list(known.values())), None)
        return solve(problem.replace(barred=barred), options, outcome.method, start=start)

    return by_prices if program is None else by_program


def _explain_one(
    plan: Plan, segment: int, at_prices: AtPrices | None, best_with: BestWith | None
) -> Explanation:
    """One segment; alternatives are solved where `best_with` is given."""
    problem, chosen = plan.problem, int(plan.choice[segment])
    priced = None if at_prices is None else at_prices.value[segment]
    sense = -1.0 if problem.goal.maximises else 1.0
    alternatives = []
    for tier in range(len(problem.tiers)):
        if tier == chosen:
            continue
        alone = sense * float(problem.values[segment, tier] - problem.values[segment, chosen])
        by_prices = None if priced is None else float(priced[tier] - priced[chosen])
        option = Alternative(tier, alone, by_prices, barred=_barred_by(problem, segment, tier))
        if option.barred is None and best_with is not None:
            option = _solved(plan, segment, option, best_with(segment, tier))
        alternatives.append(option)
    alternatives.sort(
        key=lambda a: (
            a.barred is not None,
            not a.possible,
            next(value for value in (a.plan, a.by_prices, a.alone) if value is not None),
        )
    )
    flips = () if at_prices is None else at_prices.flips(segment)
    return Explanation(segment, chosen, tuple(alternatives), flips)


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


DIGITS = 12
"""Of differences between plans, which keep two digits less than plans do."""


def _short(value: float | None) -> float | None:
    return tidy(value, DIGITS)


def explanation_rows(plan: Plan, explanations: Sequence[Explanation]) -> list[dict[str, Any]]:
    """Explanations as plain data, by segment, with names in place of positions."""
    return [_row(plan, entry) for entry in explanations]


def _row(plan: Plan, entry: Explanation) -> dict[str, Any]:
    problem = plan.problem
    now = int(problem.current[entry.segment])
    best = entry.next_best

    return {
        "segment": problem.segments[entry.segment],
        "tier": problem.tiers[entry.tier],
        "current_tier": problem.tiers[now] if now >= 0 else None,
        "next_best": problem.tiers[best.tier] if best else None,
        "next_best_costs": _short(best.plan) if best else None,
        "next_best_costs_by_prices": _short(best.by_prices) if best else None,
        "alternatives": [
            {
                "tier": problem.tiers[option.tier],
                "barred": option.barred,
                "possible": option.possible,
                "alone": _short(option.alone) if option.barred != "allowed" else None,
                "plan": _short(option.plan),
                "by_prices": _short(option.by_prices) if option.barred != "allowed" else None,
                "others": [
                    {
                        "segment": problem.segments[move.segment],
                        "from": problem.tiers[move.before],
                        "to": problem.tiers[move.after],
                    }
                    for move in option.others
                ],
            }
            for option in entry.alternatives
        ],
        "flips": [
            {
                "limit": flip.limit,
                "price": _short(flip.now),
                "flips_at": _short(flip.at),
                "to": problem.tiers[flip.tier],
            }
            for flip in entry.flips
        ],
    }
