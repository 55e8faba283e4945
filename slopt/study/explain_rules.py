"""What each rule costs the plan: the best plan without it, solved, against the best plan with it.

A rule here is whatever a planner could give up: a limit, a resource's capacity, a row of the rules
table, the contract of one segment (floor, ceiling, pin), an offer that is forbidden. Where there
are very many contracts, the prices of the limits tell most of them apart first: an offer that is
not cheaper at the prices than those allowed is proven to gain no more than the gap at the prices.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.case.given_offers import GivenOffers
from slopt.plan.plan import Plan
from slopt.problem.choice import Bar, ChoiceProblem
from slopt.problem.choosers import choosing_anew, nobody_choosing
from slopt.problem.evaluate import BARRED_BY, CHOICE
from slopt.problem.sharing import obstacle, rows_of
from slopt.sayings import say
from slopt.solve.outcome import Outcome
from slopt.solve.start import Start
from slopt.study.anew import Anew, best_plan
from slopt.study.at_prices import AtPrices
from slopt.study.exchange_curve import curve_rows
from slopt.study.explain import Move, moves_between
from slopt.study.frontier.least import Way
from slopt.vocabulary import LIMITS

BARS = {name: bar for bar, name in BARRED_BY.items() if bar is not Bar.NOT_WORTH_IT}
ALL = "*"
"""In place of a segment: the contracts of all segments that have one, given up together."""
CONTRACT = re.compile(r"(allowed|min_tier|max_tier|fixed_tier)\[(.*)\]", re.S)

Known = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class RuleCost:
    """One rule, and what the plan would gain without it, in the unit of the goal.

    `cost` is that of the plans found; between `least` and `most` it is proven to lie. All three are
    None where that was not solved; `most` may be known from the prices alone. `penalty` is the part
    that a soft rule counts against the goal as it is. `moves` are the segments that would move.
    """

    name: str
    cost: float | None = None
    least: float | None = None
    most: float | None = None
    penalty: float = 0.0
    moves: tuple[Move, ...] = ()
    outcome: Outcome | None = None

    @property
    def costs_something(self) -> bool:
        """True where a better plan without the rule was found, by more than the plan's own gap."""
        return bool(self.cost) and self.least != 0


def rule_names(problem: ChoiceProblem) -> list[str]:
    """The rows of the rules table, firm and soft, and that customers choose where they do."""
    names = [rule.name for rule in problem.rules]
    if problem.selection is not None and CHOICE not in names:
        names.append(CHOICE)
    return names


def contract_names(problem: ChoiceProblem, known: Known | None = None) -> list[str]:
    """Contracts that keep a segment from an offer, as `pin[segment]`; together ones as `pin[*]`.

    `known` (S, K) says of which forbidden offers the figures are known; None of none.
    """
    names = []
    for name, bar in BARS.items():
        segments = np.flatnonzero(_freed(problem, bar, known).any(axis=1)).tolist()
        names += [f"{name}[{problem.segments[segment]}]" for segment in segments]
        if len(segments) > 1:
            names.append(f"{name}[{ALL}]")
    return names


def figures_known(plan: Plan) -> Known | None:
    """(S, K): forbidden offers that the case gives figures for, or whose tier it prices by rates.

    An offer that is only said to be forbidden, in a case whose other offers bring their own costs,
    has no cost at all, and would look like a gift.
    """
    if plan.case is None:
        return None
    given = GivenOffers(plan.case)
    own = np.full(given.shape, np.nan)
    given.put(given.column("service_cost"), own)
    by_rates = np.isnan(own) & ~np.any(~np.isnan(own), axis=0)
    problem, known = plan.problem, np.zeros(plan.problem.barred.shape, dtype=np.bool_)
    tiers = (slice(problem.segment_count), slice(problem.menu_size))
    known[tiers] = ~np.isnan(own) | (by_rates & (problem.service_cost[tiers] > 0))
    known[curve_rows(problem)] = False  # these have no tiers that could be offered
    return known


def _freed(problem: ChoiceProblem, bar: Bar, known: Known | None) -> NDArray[np.bool_]:
    """(S, K): pairs that nothing but this contract forbids."""
    freed = problem.barred == bar
    if bar is Bar.NOT_OFFERED:
        freed = freed & (np.zeros_like(freed) if known is None else known)
    return np.asarray(freed)


PLENTY = 10.0
"""Of a resource that is taken away: so many times what all can use of it."""


def without(problem: ChoiceProblem, name: str, known: Known | None = None) -> ChoiceProblem:
    """The problem without one rule, limit, resource or contract."""
    contract = CONTRACT.fullmatch(name)
    if name in LIMITS:
        return problem.replace(**{name: None})
    if name in problem.resources and problem.has_sources:
        # Who makes offers knows the resources of the case, so that this one stays, with plenty.
        place = problem.resources.index(name)
        capacity = problem.capacity.copy()
        capacity[place] += PLENTY * float(np.abs(problem.use[place]).max(axis=1).sum())
        return problem.replace(capacity=capacity)
    if name in problem.resources:
        kept = np.array([other != name for other in problem.resources])
        return problem.replace(
            resources=tuple(other for other in problem.resources if other != name),
            use=problem.use[kept],
            capacity=problem.capacity[kept],
            extra_capacity=problem.extra_capacity[kept],
            extra_premium=problem.extra_premium[kept],
        )
    if any(rule.name == name for rule in problem.rules):
        return problem.replace(rules=tuple(r for r in problem.rules if r.name != name))
    if name == CHOICE and problem.selection is not None:
        return nobody_choosing(problem)
    if contract is None:
        raise ValueError(f"there is no rule {name}")
    bar, segment = BARS[contract[1]], contract[2]
    freed = _freed(problem, bar, known)
    if segment != ALL or segment in problem.segments:
        freed[np.arange(len(freed)) != list(problem.segments).index(segment)] = False
    return choosing_anew(problem.replace(barred=np.where(freed, np.int8(0), problem.barred)))


def rule_costs(
    plan: Plan, names: Sequence[str], anew: Anew, known: Known | None = None
) -> list[RuleCost]:
    """What each of the named rules costs, in their order; those that time left out are not solved.

    Of a problem that is not small, contracts that the prices say nothing for are not solved.
    """
    bounds = {} if plan.problem.is_small else _by_prices(plan, names, known)
    asked = [name for name in names if name not in bounds or bounds[name] > 0]
    asked.sort(key=lambda name: -bounds.get(name, np.inf))

    def ask(name: str, way: Way) -> RuleCost:
        problem = without(plan.problem, name, known)
        outcome = best_plan(problem, way, start_from(plan, problem))
        return _cost(plan, name, outcome)

    found = anew.each(say("rules"), asked, ask)
    return [found.get(name) or _unsolved(plan, name, bounds.get(name)) for name in names]


def _by_prices(plan: Plan, names: Sequence[str], known: Known | None) -> dict[str, float]:
    """Of contracts: what the best freed offer is cheaper at the prices than the best allowed one.

    That, and the distance from the bound at these prices, is the most that a contract can cost.
    """
    relaxation = plan.outcome.relaxation
    if relaxation is None or relaxation.program is not None:
        return {}
    problem, at = plan.problem, AtPrices(plan, relaxation)
    best = np.where(problem.admissible, at.value, np.inf).min(axis=1)
    place = {segment: s for s, segment in enumerate(problem.segments)}
    gains, found = {}, {}
    for name, bar in BARS.items():
        freed = np.where(_freed(problem, bar, known), at.value, np.inf).min(axis=1)
        gains[name] = np.maximum(best - freed, 0.0)
    for name in names:
        contract = CONTRACT.fullmatch(name)
        if contract is not None:
            own = gains[contract[1]]
            s = place.get(contract[2])
            found[name] = float(own.sum() if s is None else own[s])
    return found


def _unsolved(plan: Plan, name: str, gain: float | None) -> RuleCost:
    """What the prices prove of a rule that was not solved."""
    certificate = plan.certificate
    if gain is None or certificate is None:
        return RuleCost(name)
    return RuleCost(name, most=gain + abs(plan.objective - certificate.bound))


def _cost(plan: Plan, name: str, outcome: Outcome) -> RuleCost:
    penalty = sum(breach.cost for breach in plan.evaluation.broken if breach.rule == name)
    gained = gain_of(plan, outcome)
    moves = () if outcome.choice is None else tuple(moves_between(plan.choice, outcome.choice))
    if gained.found == 0:
        moves = ()
    return RuleCost(name, gained.found, gained.least, gained.most, penalty, moves, outcome)


@dataclass(frozen=True)
class Gain:
    """What a plan of a looser problem gains over a plan, and between what that is proven to lie."""

    found: float | None
    least: float | None
    most: float | None


def gain_of(plan: Plan, looser: Outcome) -> Gain:
    """What the best plan of a looser problem gains; the plan itself is one of its plans.

    Differences that rounding alone makes are none.
    """
    sign = sign_of(plan)
    rounding = 1e-9 * max(1.0, abs(plan.objective))

    def gained(before: float | None, after: float | None) -> float | None:
        if before is None or after is None:
            return None
        gain = sign * (before - after)
        return gain if gain > rounding else 0.0

    found = gained(plan.objective, looser.objective)
    most = gained(plan.objective, looser.bound)
    least = gained(plan.bound, looser.objective)
    if found is not None and most is not None:
        most = max(most, found)
    return Gain(found, least, most)


def sign_of(plan: Plan) -> float:
    """1 where the objective is kept small, -1 where it is maximised."""
    program = plan.outcome.relaxation.program if plan.outcome.relaxation else None
    if program is not None:
        return program.sign
    return -1.0 if plan.problem.goal.maximises else 1.0


def start_from(plan: Plan, problem: ChoiceProblem) -> Start | None:
    """What is known of a problem much like the plan's: its prices and its choice."""
    relaxation = plan.outcome.relaxation
    if relaxation is None or obstacle(problem) is not None:
        return None
    prices = [relaxation.prices.get(row.name, 0.0) for row in rows_of(problem)]
    return Start(np.array(prices), plan.choice)
