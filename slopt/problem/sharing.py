"""Choice problem -> shared rows, where its segments are coupled by shared rows and little else.

Limits, resources and rules on sums become rows; a firm `same_tier` rule makes one of its members.
What couples segments otherwise (a menu, `not_below`) is left out here and decided by branching:
`Coupling` says what that is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import EDGE, Choice, ChoiceProblem, shares
from slopt.problem.rules import Rule
from slopt.problem.shared_rows import SharedRowProblem
from slopt.sayings import say
from slopt.vocabulary import RuleKind

Numbers = NDArray[np.float64]
COMPARISONS = (RuleKind.NOT_BELOW, RuleKind.SAME_TIER)
"""The rules that are no limit on a sum."""
ROOM = EDGE / 2
"""Relative room at firm limits, half of what the check allows, as in the programs for HiGHS."""


@dataclass(frozen=True, eq=False)
class Sharing:
    """`rows` over the merged segments, and which of them each segment of the problem became.

    `merged` is None where every segment stands for itself.
    """

    rows: SharedRowProblem
    merged: NDArray[np.int64] | None = None

    def spread(self, choice: Choice) -> Choice:
        """The tiers of the problem's segments from those of the merged ones."""
        return choice if self.merged is None else choice[self.merged]

    def gather(self, choice: Choice) -> Choice:
        """The tiers of the merged segments; one of the members speaks for all."""
        if self.merged is None:
            return choice
        gathered = np.zeros(len(self.rows.cost), dtype=np.int64)
        gathered[self.merged] = choice
        return gathered


def obstacle(problem: ChoiceProblem) -> str | None:
    """What keeps prices from answering a problem, in words; None where nothing does."""
    for rule in problem.rules:
        if rule.is_soft and rule.kind in COMPARISONS:
            return say("the soft rule {rule} compares segments", rule=rule.name)
    if problem.pools:
        return say("segments share a pool of prospects")
    if problem.selection is not None:
        return say("customers choose from the menu")
    if np.any((problem.extra_premium < 0) & (problem.extra_capacity > 0)):
        return say("extra units of a resource cost less than its normal ones")
    return None


def row_count(problem: ChoiceProblem) -> int:
    """How many shared rows a problem has, without making them."""
    limits = ("budget", "max_changes", "min_service_level", "max_lost_sales")
    given = sum(getattr(problem, name) is not None for name in limits)
    rules = sum(rule.kind not in COMPARISONS for rule in problem.rules)
    return given + len(problem.resources) + rules


def share(problem: ChoiceProblem, room: float = ROOM) -> Sharing:
    """The shared rows of a problem without its menu and its `not_below` rules.

    `room` is the relative room that firm limits are given. Raises ValueError where `obstacle` says
    why that would be another problem.
    """
    reason = obstacle(problem)
    if reason is not None:
        raise ValueError(reason)
    merged = _merged_segments(problem)
    sign = -1.0 if problem.goal.maximises else 1.0
    columns = _Columns(problem, merged)
    rows, extras = list(rows_of(problem)), _Extras()
    for place, row in enumerate(rows):
        if row.most > 0:
            extras.add(place, row, room)
    names = [row.name for row in rows]
    budget = names.index("budget") if "budget" in names else None
    firm = np.array([row.most == 0 for row in rows], dtype=np.bool_)
    limit = np.array([row.limit for row in rows])
    limit += np.where(firm, room * np.maximum(1.0, np.abs(limit)), 0.0)
    return Sharing(
        SharedRowProblem(
            cost=columns.summed(problem.values if sign > 0 else -problem.values),
            use=tuple(columns.summed(row.use) for row in rows),
            allowed=columns.allowed(),
            limit=limit,
            names=tuple(names),
            floor=np.array([row.floor for row in rows], dtype=np.bool_),
            extra_cost=np.array(extras.cost),
            extra_most=np.array(extras.most),
            extra_use=extras.use(len(rows), budget),
        ),
        merged,
    )


@dataclass(frozen=True, eq=False)
class Row:
    """One row before merging: sum of use <= limit + extra, extra <= most at a price a unit.

    `premium` is what an extra unit adds to the service cost.
    """

    name: str
    use: Numbers
    limit: float
    floor: bool = False
    most: float = 0.0
    price: float = 0.0
    premium: float = 0.0


def rows_of(problem: ChoiceProblem) -> Iterator[Row]:
    """Budget, resources, the other limits, then the rules on sums, in the problem's order."""
    if problem.budget is not None:
        yield Row("budget", problem.service_cost, problem.budget)
    counted = 1.0 if problem.counts_service_cost else 0.0
    for r, name in enumerate(problem.resources):
        premium = float(problem.extra_premium[r])
        yield Row(
            name,
            problem.use[r],
            float(problem.capacity[r]),
            most=float(problem.extra_capacity[r]),
            price=counted * premium,
            premium=premium,
        )
    if problem.max_changes is not None:
        yield Row("max_changes", problem.changed.astype(np.float64), float(problem.max_changes))
    if problem.min_service_level is not None:
        levels = -problem.mean_weight[:, None] * problem.service_level
        yield Row("min_service_level", levels, -problem.min_service_level, floor=True)
    if problem.max_lost_sales is not None:
        yield Row("max_lost_sales", problem.lost_sales, problem.max_lost_sales)
    for rule in problem.rules:
        if rule.kind not in COMPARISONS:
            yield _rule_row(problem, rule)


def _rule_row(problem: ChoiceProblem, rule: Rule) -> Row:
    """A limit on a sum over members; the breach of a soft one is an extra at its penalty."""
    members = np.array(rule.members, dtype=np.int64)
    terms = np.zeros(problem.admissible.shape)
    if rule.kind is RuleKind.MIN_SERVICE_LEVEL:
        weight = shares(problem.weight[members])[:, None]
        terms[members] = weight * problem.service_level[members]
    elif rule.kind is RuleKind.MAX_SERVICE_COST:
        terms[members] = problem.service_cost[members]
    elif rule.kind is RuleKind.MAX_LOST_SALES:
        terms[members] = problem.lost_sales[members]
    else:
        terms[members, rule.tier] = 1.0
    most = 0.0
    if rule.is_soft:
        most = float(np.abs(terms).max(axis=1, initial=0.0).sum()) + abs(rule.value)
    sign = -1.0 if rule.kind.is_floor else 1.0
    return Row(
        rule.name,
        sign * terms,
        sign * rule.value,
        floor=rule.kind.is_floor,
        most=most,
        price=float(rule.penalty or 0.0),
    )


class _Extras:
    """Columns that relieve one row each, as they are met."""

    def __init__(self) -> None:
        self.relieved: list[int] = []
        self.cost: list[float] = []
        self.most: list[float] = []
        self.premium: list[float] = []

    def add(self, place: int, row: Row, room: float) -> None:
        self.relieved.append(place)
        self.cost.append(row.price)
        self.most.append(row.most + room * max(1.0, abs(row.limit) + row.most))
        self.premium.append(row.premium)

    def use(self, rows: int, budget: int | None) -> Numbers:
        """(M, J): one unit of relief each, and the premium in the budget."""
        use = np.zeros((rows, len(self.cost)))
        if budget is not None:
            use[budget] = self.premium
        use[self.relieved, np.arange(len(self.cost))] = -1.0
        return use


class _Columns:
    """Arrays over segments as arrays over merged segments."""

    def __init__(self, problem: ChoiceProblem, merged: NDArray[np.int64] | None) -> None:
        self.problem, self.merged = problem, merged
        self.count = len(problem.segments) if merged is None else int(merged.max(initial=-1)) + 1

    def summed(self, values: Numbers) -> Numbers:
        """Sums over the members of each merged segment, contiguous."""
        if self.merged is None:
            return np.ascontiguousarray(values)
        sums = np.zeros((self.count, values.shape[1]))
        np.add.at(sums, self.merged, values)
        return sums

    def allowed(self) -> NDArray[np.bool_]:
        """Tiers that every member may have."""
        admissible = self.problem.admissible
        if self.merged is None:
            return np.ascontiguousarray(admissible)
        allowed = np.ones((self.count, admissible.shape[1]), dtype=np.bool_)
        np.logical_and.at(allowed, self.merged, admissible)
        return allowed


def _merged_segments(problem: ChoiceProblem) -> NDArray[np.int64] | None:
    """Which merged segment each segment belongs to, None where no rule asks for equal tiers."""
    groups = [r.members for r in problem.rules if r.kind is RuleKind.SAME_TIER]
    if not groups:
        return None
    leader = np.arange(len(problem.segments))
    for members in groups:
        own = np.unique(leader[list(members)])
        leader[np.isin(leader, own)] = own[0]
    return np.asarray(np.unique(leader, return_inverse=True)[1].reshape(-1))
