"""(case, offers) -> choice problem: the one place where business tables become plain numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.memory import bytes_of_problem, does_not_fit
from slopt.case.rule_names import rule_names
from slopt.case.schema import ANY
from slopt.case.texts import Texts
from slopt.economics.offers import Offers, make_offers
from slopt.economics.reach_pieces import chords
from slopt.economics.word_of_mouth import prospects_reached
from slopt.errors import InvalidInput, UsageError
from slopt.problem.choice import LARGEST, Bar, ChoiceProblem
from slopt.problem.prospect_pools import ProspectPool
from slopt.problem.rules import Rule
from slopt.sayings import say
from slopt.vocabulary import LIMITS, RuleKind

POOL_TOLERANCE = 1e-4
"""How far the pieces of a pool of prospects may lie below its loss, as a share of the most that it
can lose: a few dozen pieces, and an error below that of any estimate of word of mouth."""


def require_one_period(case: PlanningCase) -> None:
    """Raise UsageError for a case over several periods."""
    if case.has_periods:
        raise UsageError(
            say(
                "This case is over {n} periods, {first} to {last}, and this answers for a case of "
                "one period only. Over periods there are slopt check, offers, solve, evaluate, "
                "report, budget, compare, diagnose, monitor and explain CASE SEGMENT; for one "
                "period, keep a copy of the case without the table periods.",
                n=len(case.periods),
                first=case.periods[0],
                last=case.periods[-1],
            )
        )


def build_problem(case: PlanningCase, offers: Offers | None = None) -> ChoiceProblem:
    """The choice problem of a case. Raises InvalidInput where numbers are beyond use, UsageError
    for a case over several periods, of which the answer for one would be wrong.

    The arrays of the offers are taken over, not copied, and can no longer be written to.
    """
    if offers is None:
        require_one_period(case)
    _require_room(case)
    offers = offers or make_offers(case)
    segments = case.table("segments")
    weight = segments.numbers("weight")
    orders = segments.numbers("customers") * segments.numbers("orders_per_customer")
    return ChoiceProblem(
        segments=case.segments,
        tiers=tuple(case.tiers),
        rank=case.ranks,
        weight=within_reach(np.where(np.isnan(weight), orders, weight)),
        current=tier_positions(case, "current_tier"),
        service_level=offers.service_level,
        service_cost=offers.service_cost,
        lost_orders=offers.lost_orders,
        lost_customers=offers.lost_customers,
        lost_prospects=offers.lost_prospects,
        lost_unsplit=offers.lost_unsplit,
        barred=contract_bars(case, offers.allowed),
        resources=tuple(case.resources),
        use=offers.use,
        pools=_pools(case, offers),
        **_limits(case),
    )


def with_limits_of(problem: ChoiceProblem, case: PlanningCase) -> ChoiceProblem:
    """The problem with the goal, limits, capacities, open costs and rules of a case.

    The case may differ in nothing else from the one that the problem was built of: its offers are
    not made again. `LIMITING` names what that is.
    """
    return problem.replace(**_limits(case))


LIMITING = {
    "settings": ("plan.goal", *(f"limits.{name}" for name in LIMITS)),
    "tiers": ("open_cost",),
    "resources": ("capacity", "extra_capacity", "extra_unit_cost"),
    "rules": ("value", "penalty"),
}
"""Columns by table, and settings, that limit or price what is shared and change no offer."""


def _limits(case: PlanningCase) -> dict[str, Any]:
    """The fields of a problem that are in no offer."""
    tiers, resources, limits = case.table("tiers"), case.table("resources"), case.settings.limits
    unit_cost, extra_cost = resources.numbers("unit_cost"), resources.numbers("extra_unit_cost")
    return {
        "open_cost": tiers.numbers("open_cost").copy(),
        "capacity": resources.numbers("capacity").copy(),
        "extra_capacity": resources.numbers("extra_capacity").copy(),
        "extra_premium": np.where(np.isnan(extra_cost), 0.0, extra_cost - unit_cost),
        "goal": case.settings.plan.goal,
        "budget": limits.budget,
        "max_tiers": limits.max_tiers,
        "max_changes": limits.max_changes,
        "min_service_level": limits.min_service_level,
        "max_lost_sales": limits.max_lost_sales,
        "rules": rules_of(case),
    }


def _pools(case: PlanningCase, offers: Offers) -> tuple[ProspectPool, ...]:
    """Pools that anybody talks to, with the pieces of what they lose."""
    table, pools = case.table("prospect_pools"), []
    for name, prospects, deterrence, worth, messages in zip(
        table.texts("pool"),
        *(table.numbers(column) for column in ("prospects", "deterrence", "prospect_value")),
        offers.messages,
        strict=True,
    ):
        most, value = float(messages.max(axis=1).sum()), float(deterrence * worth)
        if most > 0 and value > 0:
            reached = float(prospects_reached(prospects, most))
            pieces = chords(prospects, most, POOL_TOLERANCE * reached)
            pools.append(
                ProspectPool(
                    name,
                    float(prospects),
                    value,
                    messages,
                    at=pieces.messages,
                    lost=value * pieces.reached,
                    error=value * pieces.largest_error,
                )
            )
    return tuple(pools)


def within_reach(weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights count against each other only, so those beyond use are all made smaller alike."""
    largest = float(weight.max(initial=0.0))
    return weight if largest <= LARGEST else np.asarray(weight * (0.5 * LARGEST / largest))


def tier_positions(case: PlanningCase, column: str) -> NDArray[np.int64]:
    """(S,): the tier in a column of segments, by position, -1 where it is blank."""
    return case.table("segments").texts(column).places_in(Texts.of(case.tiers))


def contract_bars(case: PlanningCase, allowed: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Why each pair may not be chosen, (S, K), as `Bar` flags; `allowed` (S, K) is by offers."""
    barred = np.where(allowed, np.int8(0), np.int8(Bar.NOT_OFFERED))
    rank, position = case.ranks, np.arange(len(case.tiers))
    # By the tier that a contract names: which tiers that bars.
    bars = {
        "fixed_tier": (Bar.FIXED_TIER, position != position[:, None]),
        "max_tier": (Bar.MAX_TIER, rank > rank[:, None]),
        "min_tier": (Bar.MIN_TIER, rank < rank[:, None]),
    }
    for column, (reason, barred_by) in bars.items():
        named = tier_positions(case, column)
        segments = np.flatnonzero(named >= 0)
        if len(segments):
            flags = np.where(barred_by, np.int8(reason), np.int8(0))
            barred[segments] |= flags[named[segments]]
    return barred


def rules_of(case: PlanningCase) -> tuple[Rule, ...]:
    """The rules of a case, whose segments and tiers are positions."""
    table = case.table("rules")
    tier_at = {tier: index for index, tier in enumerate(case.tiers)}
    columns = (table.texts(name) for name in ("rule", "kind", "segment", "other", "tier"))
    numbers = (table.numbers(name) for name in ("value", "penalty"))
    names = rule_names(table.texts("rule"), case.resources)
    rules = []
    for name, kind, segment, other, tier, value, penalty in zip(*columns, *numbers, strict=True):
        rules.append(
            Rule(
                names[name],
                RuleKind(kind),
                members=members_of(case, segment or ANY),
                others=members_of(case, other) if other else (),
                tier=tier_at.get(tier),
                value=0.0 if np.isnan(value) else float(value),
                penalty=None if np.isnan(penalty) else float(penalty),
            )
        )
    return tuple(_same_tier_pairs(rules))


def _same_tier_pairs(rules: list[Rule]) -> list[Rule]:
    """`same_tier` with an `other` binds both together: the others join the members."""
    return [
        Rule(
            rule.name,
            rule.kind,
            tuple(dict.fromkeys((*rule.members, *rule.others))),
            value=rule.value,
            penalty=rule.penalty,
        )
        if rule.kind is RuleKind.SAME_TIER
        else rule
        for rule in rules
    ]


def members_of(case: PlanningCase, name: str) -> tuple[int, ...]:
    """Positions of a segment, else of a group's segments, else (`*`) of all."""
    place = case.segments.place(name)
    if place >= 0:
        return (place,)
    if name == ANY:
        return tuple(range(len(case.segments)))
    return tuple(np.flatnonzero(case.table("segments").texts("group").is_in([name])).tolist())


def _require_room(case: PlanningCase) -> None:
    size = len(case.segments), len(case.tiers), len(case.resources)
    problem = does_not_fit(bytes_of_problem(*size), *size)
    if problem:
        raise InvalidInput([problem])
