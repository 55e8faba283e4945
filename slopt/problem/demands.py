"""What a business demands of its plans and could give up, one value each, whatever its kind.

Limits, resources, firm rules, contract tiers, and offers that are forbidden. Soft rules are none:
they have a price. A problem with some of its demands alone is a problem again, so that one can ask
which of them contradict each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Bar, Choice, ChoiceProblem
from slopt.problem.evaluate import BARRED_BY, evaluate
from slopt.vocabulary import LIMITS

CONTRACTS = (Bar.MIN_TIER, Bar.MAX_TIER, Bar.FIXED_TIER)


class DemandKind(Enum):
    """Where a problem keeps a demand."""

    LIMIT = "limit"
    RESOURCE = "resource"
    RULE = "rule"
    CONTRACT = "contract"
    OFFERS = "offers"


class ContractsBy(Enum):
    """Whether contract tiers and forbidden offers count one by one, or all of a tier as one."""

    SEGMENT = "segment"
    TIER = "tier"


@dataclass(frozen=True)
class Demand:
    """One demand by its name.

    `place` is that of the resource or the rule. A contract is the `bar` of some `segments`; `tier`
    is the tier that it names. Forbidden offers are those of the `segments`.
    """

    name: str
    kind: DemandKind
    place: int = -1
    bar: Bar = Bar.NOT_OFFERED
    segments: tuple[int, ...] = field(default=(), hash=False)
    tier: int = -1

    @property
    def is_bar(self) -> bool:
        """True for contracts and forbidden offers, which only take tiers from segments."""
        return self.kind in (DemandKind.CONTRACT, DemandKind.OFFERS)


@dataclass(frozen=True)
class Conflict:
    """Demands that no plan keeps together. `needed` are those without which the others can be kept;
    of the rest, that was not shown in the time.
    """

    demands: tuple[Demand, ...] = ()
    needed: frozenset[Demand] = frozenset()

    @classmethod
    def proven(cls, demands: Iterable[Demand]) -> Conflict:
        """A conflict that needs every one of its demands."""
        demands = tuple(demands)
        return cls(demands, frozenset(demands))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its demands."""
        return tuple(demand.name for demand in self.demands)

    @property
    def is_smallest(self) -> bool:
        """True where each of its demands is needed."""
        return len(self.needed) == len(self.demands)


NO_CONFLICT = Conflict()


def demands_of(
    problem: ChoiceProblem, contracts: ContractsBy | None = ContractsBy.SEGMENT, offers: bool = True
) -> tuple[Demand, ...]:
    """Every demand of a problem: limits, resources, firm rules, contracts, forbidden offers.

    Without `contracts` contract tiers are no demands but facts, without `offers` forbidden offers
    are.
    """
    found = [
        Demand(name, DemandKind.LIMIT) for name in LIMITS if getattr(problem, name) is not None
    ]
    found += [Demand(name, DemandKind.RESOURCE, r) for r, name in enumerate(problem.resources)]
    found += [
        Demand(rule.name, DemandKind.RULE, place)
        for place, rule in enumerate(problem.rules)
        if not rule.is_soft
    ]
    if contracts is not None:
        found += _contracts(problem, contracts)
        if offers:
            found += _offers(problem, contracts)
    return tuple(found)


def _contracts(problem: ChoiceProblem, by: ContractsBy) -> list[Demand]:
    found = []
    for bar in CONTRACTS:
        bound = np.flatnonzero(np.any(problem.barred & bar, axis=1))
        if by is ContractsBy.SEGMENT:
            found += [bar_of(problem, segment, bar) for segment in bound.tolist()]
            continue
        named = _tier_named(problem, bar, bound)
        for tier in np.unique(named).tolist():
            segments = tuple(bound[named == tier].tolist())
            name = f"{BARRED_BY[bar]} {problem.tiers[tier]}"
            found.append(Demand(name, DemandKind.CONTRACT, -1, bar, segments, tier))
    return found


def bar_of(problem: ChoiceProblem, segment: int, bar: Bar) -> Demand:
    """The contract tier of one segment, or what may not be offered to it."""
    name = f"{BARRED_BY[bar]}[{problem.segments[segment]}]"
    if bar is Bar.NOT_OFFERED:
        return Demand(name, DemandKind.OFFERS, segments=(segment,))
    tier = int(_tier_named(problem, bar, np.array([segment]))[0])
    return Demand(name, DemandKind.CONTRACT, -1, bar, (segment,), tier)


def _tier_named(problem: ChoiceProblem, bar: Bar, segments: NDArray[np.int64]) -> NDArray[np.int64]:
    """The tier that a contract of each segment names: the lowest, highest or only one it leaves."""
    menu = problem.menu_size
    left = (problem.barred[segments, :menu] & bar) == 0
    rank = problem.rank[..., :menu].astype(np.float64)
    if bar is Bar.MAX_TIER:
        return np.asarray(np.argmax(np.where(left, rank, -np.inf), axis=1))
    return np.asarray(np.argmin(np.where(left, rank, np.inf), axis=1))


def _offers(problem: ChoiceProblem, by: ContractsBy) -> list[Demand]:
    """Offers that are forbidden although it is known what they would cost."""
    segments = np.flatnonzero(forbidden(problem).any(axis=1)).tolist()
    if by is ContractsBy.SEGMENT:
        return [bar_of(problem, segment, Bar.NOT_OFFERED) for segment in segments]
    return [Demand("allowed", DemandKind.OFFERS, segments=tuple(segments))] if segments else []


def forbidden(problem: ChoiceProblem) -> NDArray[np.bool_]:
    """Forbidden pairs (S, K) that could be offered.

    One without a service cost could not: nobody has worked out what it would take.
    """
    barred = (problem.barred & Bar.NOT_OFFERED) != 0
    return np.asarray(barred & (problem.service_cost != 0))


def alike(demands: Iterable[Demand]) -> tuple[str, ...]:
    """What sets of demands have in common that differ in whose contracts they hold only."""
    return tuple(
        sorted(f"{d.kind.value} {d.bar.value} {d.tier}" if d.is_bar else d.name for d in demands)
    )


def split(demands: Iterable[Demand], singles: Iterable[Demand]) -> tuple[Demand, ...]:
    """The demands with some contracts of one segment each apart from the others of their tier."""
    singles = tuple(dict.fromkeys(singles))
    found: list[Demand] = []
    for demand in demands:
        apart = {
            single.segments[0]
            for single in singles
            if demand.is_bar and single.kind is demand.kind and single.bar == demand.bar
        }
        left = tuple(segment for segment in demand.segments if segment not in apart)
        if len(left) == len(demand.segments):
            found.append(demand)
        elif left:
            found.append(replace(demand, segments=left))
    return (*found, *(single for single in singles if single not in found))


def with_only(
    problem: ChoiceProblem, kept: Iterable[Demand], of: Iterable[Demand]
) -> ChoiceProblem:
    """The problem with some of its demands alone; what is not among `of` stays as it is."""
    kept = set(kept)
    return without(problem, [demand for demand in of if demand not in kept])


def without(problem: ChoiceProblem, dropped: Iterable[Demand]) -> ChoiceProblem:
    """The problem without some demands: every plan that it had, it still has."""
    dropped = list(dropped)
    changes: dict[str, object] = {d.name: None for d in dropped if d.kind is DemandKind.LIMIT}
    rules = {d.place for d in dropped if d.kind is DemandKind.RULE}
    if rules:
        changes["rules"] = tuple(r for i, r in enumerate(problem.rules) if i not in rules)
    resources = [d.place for d in dropped if d.kind is DemandKind.RESOURCE]
    if resources:
        changes |= _without_resources(problem, resources)
    bars = [d for d in dropped if d.is_bar]
    if bars:
        changes["barred"] = _lifted(problem, bars)
    return problem.replace(**changes)


def _without_resources(problem: ChoiceProblem, dropped: list[int]) -> dict[str, object]:
    kept = np.ones(len(problem.resources), dtype=np.bool_)
    kept[dropped] = False
    # Where extra units are the cheaper ones, plans without the resource would cost more: there it
    # stays, with as many of them as anybody may want.
    saving = ~kept & (problem.extra_capacity > 0) & (problem.extra_premium < 0)
    extra = problem.extra_capacity.copy()
    for r in np.flatnonzero(saving).tolist():
        extra[r] = max(extra[r], float(np.abs(problem.use[r]).max(axis=1, initial=0.0).sum()))
    kept |= saving
    return {
        "resources": tuple(n for n, k in zip(problem.resources, kept, strict=True) if k),
        "use": problem.use[kept],
        "capacity": problem.capacity[kept],
        "extra_capacity": extra[kept],
        "extra_premium": problem.extra_premium[kept],
    }


def _lifted(problem: ChoiceProblem, bars: list[Demand]) -> NDArray[np.int8]:
    barred = problem.barred.copy()
    known = forbidden(problem) if any(d.kind is DemandKind.OFFERS for d in bars) else None
    for demand in bars:
        here = np.array(demand.segments, dtype=np.int64)
        flags = barred[here]
        if demand.kind is DemandKind.CONTRACT:
            flags &= ~np.int8(demand.bar)
        elif known is not None:
            flags &= np.where(known[here], ~np.int8(Bar.NOT_OFFERED), np.int8(-1))
        barred[here] = flags
    return barred


def broken_by(
    problem: ChoiceProblem, demands: Iterable[Demand], choice: Choice
) -> frozenset[Demand]:
    """The demands that a choice does not keep, by the independent evaluation.

    A resource that it does not keep sells it no extra units, which would count for the budget.
    """
    demands = tuple(demands)
    broken = {breach.rule for breach in evaluate(problem, choice).violations}
    gone = [d for d in demands if d.kind is DemandKind.RESOURCE and d.name in broken]
    if gone:
        rest = evaluate(without(problem, gone), choice).violations
        broken = {*(demand.name for demand in gone), *(breach.rule for breach in rest)}
    reasons = problem.barred[np.arange(len(choice)), choice]
    found = []
    for demand in demands:
        if demand.is_bar:
            if np.any(reasons[list(demand.segments)] & demand.bar):
                found.append(demand)
        elif demand.name in broken:
            found.append(demand)
    return frozenset(found)
