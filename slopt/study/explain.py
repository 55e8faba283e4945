"""Why this tier: every other offer of a segment, what it would cost the whole plan, who pays.

Two readings of "what would it cost" are given, and kept apart:

* alone: the offer's own service cost and lost sales against the chosen one's;
* the plan: the best plan with that offer, found by solving, against the best plan.

And at which price of which limit the choice flips: with every other limit's price as it is, the
price at which another offer becomes the cheaper one for this segment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from slopt.plan.plan import Plan
from slopt.plan.rows import tidy
from slopt.problem.choice import Bar, Choice, ChoiceProblem
from slopt.problem.evaluate import BARRED_BY
from slopt.problem.program import LinearProgram
from slopt.solve.highs import Options, run
from slopt.solve.tie_break import read_choice
from slopt.vocabulary import Status

EXACT_PAIRS = 150
"""Up to this many pairs every segment's runner-up is found by solving; beyond, by prices, except
for a segment that is asked for by name."""
TIE = 1e-9
"""Relative to the priced value of a segment: closer ones are equal but for rounding."""


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
class Flip:
    """The price of a limit at which the choice would change to `tier`, and its price now."""

    limit: str
    now: float
    at: float
    tier: int


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

    Alternatives are solved for segments asked for by name, and for all where the problem is small.
    """
    wanted = range(len(plan.problem.segments)) if segments is None else segments
    program = plan.outcome.relaxation.program if plan.outcome.relaxation else None
    small = program is not None and len(program.choose) <= EXACT_PAIRS
    if small:
        options = replace(options, gap=0.0)
    solved = program if plan.status is Status.OPTIMAL and (segments is not None or small) else None
    return [_explain_one(plan, segment, solved, options) for segment in wanted]


def _explain_one(
    plan: Plan, segment: int, program: LinearProgram | None, options: Options
) -> Explanation:
    problem, chosen = plan.problem, int(plan.choice[segment])
    priced = _priced_values(plan, segment)
    sense = -1.0 if problem.goal.maximises else 1.0
    alternatives = []
    for tier in range(len(problem.tiers)):
        if tier == chosen:
            continue
        alone = sense * float(problem.values[segment, tier] - problem.values[segment, chosen])
        by_prices = None if priced is None else float(priced[tier] - priced[chosen])
        option = Alternative(tier, alone, by_prices, barred=_barred_by(problem, segment, tier))
        if option.barred is None and program is not None:
            option = _solved(plan, program, segment, option, options)
        alternatives.append(option)
    alternatives.sort(
        key=lambda a: (
            a.barred is not None,
            not a.possible,
            next(value for value in (a.plan, a.by_prices, a.alone) if value is not None),
        )
    )
    return Explanation(segment, chosen, tuple(alternatives), _flips(plan, segment))


def _barred_by(problem: ChoiceProblem, segment: int, tier: int) -> str | None:
    if problem.admissible[segment, tier]:
        return None
    reasons = [name for bar, name in BARRED_BY.items() if problem.barred[segment, tier] & Bar(bar)]
    return reasons[0] if reasons else "rule"


def _solved(
    plan: Plan, program: LinearProgram, segment: int, option: Alternative, options: Options
) -> Alternative:
    """The best plan in which the segment has this tier."""
    column = int(np.flatnonzero((program.choose == (segment, option.tier)).all(axis=1))[0])
    lower = program.lower.copy()
    lower[column] = 1.0
    answer = run(program.replace(lower=lower), options)
    if answer.status is Status.INFEASIBLE:
        return replace(option, possible=False)
    if answer.values is None or answer.objective is None:
        return option
    choice = read_choice(program, answer.values, len(plan.problem.segments))
    worse = program.sign * (answer.objective - plan.objective)
    others = tuple(m for m in moves_between(plan.choice, choice) if m.segment != segment)
    return replace(option, plan=max(worse, 0.0), others=others)


def moves_between(before: Choice, after: Choice) -> list[Move]:
    """Segments whose tier differs between two plans."""
    return [Move(int(s), int(before[s]), int(after[s])) for s in np.flatnonzero(before != after)]


def is_close_call(plan: Plan, segment: int, share: float, options: Options) -> bool:
    """True where the best plan without this segment's tier is worse by less than `share`.

    The relaxation answers most of these questions in milliseconds: where even a mixture without
    the tier is worse by more than that, every plan is.
    """
    relaxation = plan.outcome.relaxation
    if relaxation is None:
        return False
    program, tier = relaxation.program, int(plan.choice[segment])
    column = int(np.flatnonzero((program.choose == (segment, tier)).all(axis=1))[0])
    upper = program.upper.copy()
    upper[column] = 0.0
    without = program.replace(upper=upper)
    room = share * abs(plan.objective)
    for question in (without.relaxed(), without):
        answer = run(question, options, confirm=False)
        if answer.objective is None:
            return False
        if program.sign * (answer.objective - plan.objective) >= room:
            return False
    return True


def _shared_terms(plan: Plan, segment: int) -> dict[str, np.ndarray]:
    """What each tier of a segment adds to each shared row, as (K,) with 0 for absent pairs."""
    relaxation = plan.outcome.relaxation
    if relaxation is None:
        return {}
    program = relaxation.program
    mine = np.flatnonzero(program.choose[:, 0] == segment)
    terms = {}
    for name, row in program.shared.items():
        here = slice(program.start[row], program.start[row + 1])
        amounts = np.zeros(len(program.cost))
        amounts[program.index[here]] = program.value[here]
        per_tier = np.zeros(len(plan.problem.tiers))
        per_tier[program.choose[mine, 1]] = amounts[mine]
        at_least = np.isinf(program.row_upper[row])
        terms[name] = -per_tier if at_least else per_tier
    return terms


def _priced_values(plan: Plan, segment: int) -> np.ndarray | None:
    """Minimised value of each tier plus what it uses at the prices of the shared rows, (K,)."""
    relaxation = plan.outcome.relaxation
    if relaxation is None:
        return None
    sense = -1.0 if plan.problem.goal.maximises else 1.0
    priced = sense * plan.problem.values[segment]
    for name, terms in _shared_terms(plan, segment).items():
        priced = priced + relaxation.prices[name] * terms
    return np.asarray(priced)


def _flips(plan: Plan, segment: int) -> tuple[Flip, ...]:
    """For each limit the nearest price at which another tier becomes the cheapest.

    None where the chosen tier is not the cheapest at the prices of now: then whole tiers, or a
    rule between segments, hold it where it is, and no price says when it goes.
    """
    priced, relaxation = _priced_values(plan, segment), plan.outcome.relaxation
    if priced is None or relaxation is None:
        return ()
    chosen = int(plan.choice[segment])
    others = np.flatnonzero(plan.problem.admissible[segment])
    others = others[others != chosen]
    dearer = priced[others] - priced[chosen]
    tie = TIE * max(1.0, abs(float(priced[chosen])))
    if np.any(dearer < -tie):
        return ()
    dearer[dearer < tie] = 0.0
    flips = []
    for name, terms in _shared_terms(plan, segment).items():
        now, saved = relaxation.prices[name], terms[chosen] - terms[others]
        touched = saved != 0
        at = now + dearer[touched] / saved[touched]
        reached = (saved[touched] > 0) | (at > 0)
        if reached.any():
            nearest = np.where(reached, np.abs(at - now), np.inf).argmin()
            flips.append(Flip(name, now, float(at[nearest]), int(others[touched][nearest])))
    return tuple(sorted(flips, key=lambda f: abs(f.at - f.now) / max(f.now, f.at, 1e-12)))


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
        "next_best_costs": tidy(best.plan) if best else None,
        "next_best_costs_by_prices": tidy(best.by_prices) if best else None,
        "alternatives": [
            {
                "tier": problem.tiers[option.tier],
                "barred": option.barred,
                "possible": option.possible,
                "alone": tidy(option.alone) if option.barred != "allowed" else None,
                "plan": tidy(option.plan),
                "by_prices": tidy(option.by_prices) if option.barred != "allowed" else None,
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
                "price": tidy(flip.now),
                "flips_at": tidy(flip.at),
                "to": problem.tiers[flip.tier],
            }
            for flip in entry.flips
        ],
    }
