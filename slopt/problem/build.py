"""(case, offers) -> choice problem: the one place where business tables become plain numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.choosers import choosers, outside_tier, same_services, worth_of_tiers
from slopt.case.memory import bytes_of_problem, does_not_fit
from slopt.case.rule_names import rule_names
from slopt.case.schema import ANY
from slopt.case.texts import Texts
from slopt.economics.offers import Offers, make_offers
from slopt.economics.promises.figures import paid_by_customer
from slopt.economics.reach_pieces import chords
from slopt.economics.word_of_mouth import prospects_reached
from slopt.errors import InvalidInput, Problem, UsageError
from slopt.problem.choice import LARGEST, Bar, ChoiceProblem
from slopt.problem.generated.joining import join
from slopt.problem.generated.sources import sources_of
from slopt.problem.prospect_pools import ProspectPool
from slopt.problem.rules import Rule
from slopt.problem.self_selection import SelfSelection, not_worth_it
from slopt.sayings import say
from slopt.vocabulary import LIMITS, LOSSES, RuleKind

POOL_TOLERANCE = 1e-4
"""How far the pieces of a pool of prospects may lie below its loss, as a share of the most that it
can lose: a few dozen pieces, and an error below that of any estimate of word of mouth."""
MOST_TOLD = 5
"""Segments at fault that are told."""


def require_one_period(case: PlanningCase) -> None:
    """Raise UsageError for a case over several periods."""
    if case.has_periods:
        raise UsageError(
            say(
                "This case is over {n} periods, {first} to {last}, and this answers for a case of "
                "one period only. Over periods there are slopt check, offers, solve, evaluate, "
                "report, budget, risk, compare, diagnose, monitor and explain CASE SEGMENT; for "
                "one period, keep a copy of the case without the table periods.",
                n=len(case.periods),
                first=case.periods[0],
                last=case.periods[-1],
            )
        )


def build_problem(case: PlanningCase, offers: Offers | None = None) -> ChoiceProblem:
    """The choice problem of a case. Raises InvalidInput where numbers are beyond use, UsageError
    for a case over several periods, of which the answer for one would be wrong.

    The arrays of the offers are taken over, not copied, and can no longer be written to. Levels,
    stock rooms and desks come with the first offers of their sources.
    """
    if offers is None:
        require_one_period(case)
    _require_room(case)
    sources = sources_of(case)
    offers = offers or (make_offers(case) if case.tiers else _no_offers(case))
    return join(_of_tiers(case, offers), sources) if sources else _of_tiers(case, offers)


def _of_tiers(case: PlanningCase, offers: Offers) -> ChoiceProblem:
    """The problem of tiers alone."""
    segments = case.table("segments")
    weight = segments.numbers("weight")
    orders = segments.numbers("customers") * segments.numbers("orders_per_customer")
    barred = contract_bars(case, offers.allowed)
    selection = _selection(case, offers.service_level, barred == 0)
    if selection is not None:
        barred |= np.where(not_worth_it(selection), np.int8(Bar.NOT_WORTH_IT), np.int8(0))
        _require_something_worth_it(case, selection, barred == 0)
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
        barred=barred,
        resources=tuple(case.resources),
        use=offers.use,
        pools=_pools(case, offers),
        selection=selection,
        **_limits(case),
    )


def _selection(
    case: PlanningCase, level: NDArray[np.float64], available: NDArray[np.bool_]
) -> SelfSelection | None:
    """What the tiers that are offered are worth to customers who choose; None where nobody does.

    Who is pinned to a tier by contract has it, whatever it is worth.
    """
    pinned = tier_positions(case, "fixed_tier") >= 0
    would = choosers(case)
    if not np.any(would & ~pinned):
        return None
    surplus = worth_of_tiers(case, level) - paid_by_customer(case)
    known = would[:, None] & ~np.isnan(surplus)
    return SelfSelection(
        surplus=np.where(known, surplus, 0.0),
        chooses=would & ~pinned,
        available=available & known & ~pinned[:, None],
        outside=outside_tier(case),
        same_service=tuple(same_services(case).items()),
        known=known,
    )


def _require_something_worth_it(
    case: PlanningCase, selection: SelfSelection, admissible: NDArray[np.bool_]
) -> None:
    """Raise InvalidInput that names who would rather have none of the tiers and has to have one."""
    stuck = selection.available.any(axis=1) & ~admissible.any(axis=1) & selection.chooses
    problems = []
    for segment in np.flatnonzero(stuck)[:MOST_TOLD].tolist():
        offered = np.where(selection.available[segment], selection.surplus[segment], -np.inf)
        best = int(offered.argmax())
        problems.append(
            Problem(
                say(
                    'No tier is worth its price to customers of "{segment}": of "{tier}" they '
                    "have {amount} less than they pay.",
                    segment=case.segments[segment],
                    tier=case.tiers[best],
                    amount=f"{-offered[best]:.6g}",
                ),
                say("Lower a price, or add a tier with outside = true: it stands for taking none."),
                table="segments",
                row=case.table("segments").rows[segment],
            )
        )
    if problems:
        raise InvalidInput(problems)


def _no_offers(case: PlanningCase) -> Offers:
    """Those of a case without tiers."""
    pair = (len(case.segments), 0)
    nothing = np.zeros(pair)
    return Offers(
        **{name: nothing.copy() for name in ("service_level", "service_cost", *LOSSES)},
        lost_unsplit=nothing.copy(),
        use=np.zeros((len(case.resources), *pair)),
        allowed=np.zeros(pair, dtype=np.bool_),
        messages=np.zeros((len(case.table("prospect_pools")), *pair)),
    )


def with_limits_of(problem: ChoiceProblem, case: PlanningCase) -> ChoiceProblem:
    """The problem with the goal, limits, capacities, open costs and rules of a case.

    The case may differ in nothing else from the one that the problem was built of: its offers are
    not made again. `LIMITING` names what that is.
    """
    limits = _limits(case)
    columns = len(problem.tiers) - problem.menu_size
    if columns:
        limits["open_cost"] = np.append(limits["open_cost"], np.zeros(columns))
    return problem.replace(**limits)


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
