"""Why not this tier: the best plan in which a wish is granted, and who pays for it.

A wish against a contract of its own segment is granted all the same, and the contract is named as
set aside. One that the limits leave no plan for comes back with the limits that stand against it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from slopt.case.columns import suggest
from slopt.errors import UsageError
from slopt.plan.plan import Plan
from slopt.problem.choice import Bar, Choice, ChoiceProblem
from slopt.problem.evaluate import BARRED_BY, CHOICE, Evaluation, evaluate
from slopt.problem.generated.joining import with_offers
from slopt.problem.generated.merging import chained
from slopt.sayings import in_a_row, later, say
from slopt.solve.outcome import Outcome
from slopt.solve.refining.own_routes import Refined
from slopt.solve.refining.refine import refine
from slopt.solve.solve import solve
from slopt.study.explain import Move, moves_between
from slopt.study.explain_rules import Known, sign_of, start_from
from slopt.study.frontier.least import Way
from slopt.study.parts import rows_with_tiers
from slopt.vocabulary import LOSSES, Status

SAME = 1e-7
"""Offers whose figures differ by less, relative, are one."""


@dataclass(frozen=True)
class Wish:
    """A tier for a segment; positions."""

    segment: int
    tier: int


@dataclass(frozen=True, eq=False)
class Granted:
    """The best plan with the wishes, or why there is none.

    `set_aside` are contracts that were not kept for it, `against` the limits and rules that no plan
    with the wishes keeps. `costs` is what the plan is worse for the goal, below 0 where a contract
    that was set aside had cost more. `moves` are all segments that differ from the best plan.
    `problem` has the offers of both plans, where some were made for the wish; else it is None.
    """

    wishes: tuple[Wish, ...]
    set_aside: tuple[str, ...]
    outcome: Outcome
    evaluation: Evaluation | None = None
    costs: float | None = None
    moves: tuple[Move, ...] = ()
    against: tuple[str, ...] = ()
    problem: ChoiceProblem | None = None

    def beside(self, plan: Plan) -> Plan:
        """The plan that the wish was asked of, in a problem that has the offers of both."""
        return plan if self.problem is None else replace(plan, problem=self.problem)

    def others(self) -> list[Move]:
        """The segments that move for it and were not wished for."""
        wished = {wish.segment for wish in self.wishes}
        return [move for move in self.moves if move.segment not in wished]


def wishes_of(problem: ChoiceProblem, texts: Sequence[str]) -> tuple[Wish, ...]:
    """`SEGMENT=TIER` -> wishes. Raises UsageError for what is not known, or wished for twice."""
    segments, tiers = list(problem.segments), list(problem.tiers[: problem.menu_size])
    tiered = set(rows_with_tiers(problem))
    wishes: dict[int, Wish] = {}
    for text in texts:
        parts = list(_splits(text))
        found = [(s, k) for s, k in parts if s in segments and k in tiers]
        bare = [s for s, _tier in parts if s in segments and segments.index(s) not in tiered]
        if not found and bare:
            raise UsageError(_without_tiers(text, bare[0]))
        if not found:
            raise UsageError(_unknown(text, parts, segments, tiers))
        segment, tier = found[0]
        if segments.index(segment) not in tiered:
            raise UsageError(_without_tiers(text, segment))
        wish = Wish(segments.index(segment), tiers.index(tier))
        if wishes.setdefault(wish.segment, wish) != wish:
            raise UsageError(
                say(
                    '--why-not {text}: another tier is wished for "{segment}" as well.',
                    text=text,
                    segment=segment,
                )
            )
    return tuple(wishes.values())


def _without_tiers(text: str, name: str) -> str:
    return say(
        '--why-not {text}: "{name}" chooses no tier, so that none can be wished for. Bound what it '
        "chooses in the case, with --set, and compare the two plans with slopt compare.",
        text=text,
        name=name,
    )


def _splits(text: str) -> Iterator[tuple[str, str]]:
    """Every way to read `SEGMENT=TIER`: names may have the sign in them."""
    for place, sign in enumerate(text):
        if sign == "=":
            yield text[:place].strip(), text[place + 1 :].strip()


def _unknown(
    text: str, parts: Sequence[tuple[str, str]], segments: list[str], tiers: list[str]
) -> str:
    known = [part for part in parts if part[0] in segments]
    if known:
        return in_a_row(
            say('--why-not {text}: there is no tier "{tier}".', text=text, tier=known[0][1]),
            suggest(known[0][1], tiers, later("Tiers are: {known}.")),
        )
    if not parts:
        return say("--why-not {text}: write SEGMENT=TIER.", text=text)
    return in_a_row(
        say('--why-not {text}: there is no segment "{segment}".', text=text, segment=parts[0][0]),
        suggest(parts[0][0], segments, later("Known are: {known}.")),
    )


def grant(plan: Plan, wishes: Sequence[Wish], way: Way, known: Known | None = None) -> Granted:
    """Solve for the best plan with the wishes, from the plan at hand.

    `known` (S, K) says of which forbidden offers the figures are known: those can be granted.
    Raises KeyboardInterrupt on Ctrl-C.
    """
    problem, barred, aside = plan.problem, plan.problem.barred.copy(), []
    for wish in wishes:
        flags = int(barred[wish.segment, wish.tier])
        unknown = flags & Bar.NOT_OFFERED and not (
            known is not None and known[wish.segment, wish.tier]
        )
        for bar, name in BARRED_BY.items():
            if bar is Bar.NOT_WORTH_IT:
                continue
            if flags & bar and not (unknown and bar is Bar.NOT_OFFERED):
                aside.append(f"{name}[{problem.segments[wish.segment]}]")
        barred[wish.segment, wish.tier] = flags & Bar.NOT_WORTH_IT or (
            Bar.NOT_OFFERED if unknown else 0
        )
        others = np.arange(len(problem.tiers)) != wish.tier
        barred[wish.segment, others] |= np.int8(Bar.FIXED_TIER)
    wished = problem.replace(barred=barred)
    joint = None
    if wished.has_sources:
        refined = refine(wished, way.options, way.method, way.model)
        outcome = refined.outcome
        if outcome.choice is not None:
            joint, choice = _with_offers_of_both(plan, refined)
            outcome, wished = outcome.replace(choice=choice), joint
    else:
        start = None if aside else start_from(plan, wished)
        outcome = solve(wished, way.options, way.method, way.model, start)
    if outcome.status is Status.INTERRUPTED:
        raise KeyboardInterrupt
    pins = {f"fixed_tier[{problem.segments[wish.segment]}]" for wish in wishes}
    if outcome.choice is None or outcome.objective is None:
        against = tuple(name for name in _conflict(wished, wishes, outcome) if name not in pins)
        return Granted(tuple(wishes), tuple(aside), outcome, against=against)
    costs = sign_of(plan) * (outcome.objective - plan.objective)
    if abs(costs) <= 1e-9 * max(1.0, abs(plan.objective)):
        costs = 0.0
    return Granted(
        tuple(wishes),
        tuple(aside),
        outcome,
        evaluate(wished, outcome.choice),
        costs if aside else max(costs, 0.0),
        tuple(moves_between(plan.choice, outcome.choice)),
        problem=joint,
    )


def _with_offers_of_both(plan: Plan, found: Refined) -> tuple[ChoiceProblem, Choice]:
    """The problem found with the offers of the plan before its own, and what it chose there.

    Offers that come to the same are one, so that who keeps what it has does not move.
    """
    before, after = plan.problem.generated, found.problem.generated
    assert before is not None
    assert after is not None
    assert found.outcome.choice is not None
    both = [
        chained(mine.offers, [its.offers])
        for mine, its in zip(before.made, after.made, strict=True)
    ]
    problem, choice = with_offers(found.problem, both), found.outcome.choice.copy()
    for made in before.made:
        rows, kept = made.rows, plan.choice[made.rows]
        choice[rows] += made.offers.service_level.shape[1]
        figures = [problem.service_level, problem.service_cost, problem.lost_sales, *problem.use]
        same = np.all(
            [np.isclose(its[rows, choice[rows]], its[rows, kept], rtol=SAME) for its in figures],
            axis=0,
        )
        choice[rows] = np.where(same, kept, choice[rows])
    return problem, choice


def _conflict(problem: ChoiceProblem, wishes: Sequence[Wish], outcome: Outcome) -> tuple[str, ...]:
    """The names in conflict; that an offer has no figures, or is not worth its price, comes before
    all others.
    """
    bare = [w for w in wishes if problem.barred[w.segment, w.tier] & Bar.NOT_OFFERED]
    if bare:
        return tuple(f"allowed[{problem.segments[wish.segment]}]" for wish in bare)
    worthless = [w for w in wishes if problem.barred[w.segment, w.tier] & Bar.NOT_WORTH_IT]
    if worthless:
        return tuple(f"worth[{problem.segments[wish.segment]}]" for wish in worthless)
    if problem.selection is not None and not outcome.conflict:
        return (CHOICE,)
    return outcome.conflict


PARTS = ("service_cost", *LOSSES, "lost_unsplit", "penalties")
"""Of the money that a plan comes to: they add up to its total cost and penalties."""


def parts(before: Evaluation, after: Evaluation) -> dict[str, float]:
    """By part, what one plan costs more than the other; money per period."""
    return {name: getattr(after, name) - getattr(before, name) for name in PARTS}


@dataclass(frozen=True)
class PriceChange:
    """The price of a limit before and after, where both are known."""

    limit: str
    before: float
    after: float


def dearer_limits(plan: Plan, outcome: Outcome) -> list[PriceChange]:
    """Limits whose price differs, those that become dearer first."""
    first, second = plan.outcome.relaxation, outcome.relaxation
    if first is None or second is None:
        return []
    changes = [
        PriceChange(price.name, first.prices[price.name], second.prices[price.name])
        for price in plan.prices
        if price.name in first.prices and price.name in second.prices
    ]
    noise = 1e-9
    return sorted(
        (c for c in changes if abs(c.after - c.before) > noise * max(1.0, c.before, c.after)),
        key=lambda c: c.before - c.after,
    )
