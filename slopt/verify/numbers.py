"""The numbers of a problem as a document for the verifier; docs/certificates.md has its form.

Every limit and rule is stated from its definition as a limit on a column, and every offer says what
it adds to the columns. Numbers are the shortest decimals that read back as the same float, and
those decimals are what the verifier takes them for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Set
from decimal import Decimal, localcontext
from itertools import count, pairwise
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from slopt.errors import UsageError
from slopt.problem.choice import ChoiceProblem, shares
from slopt.problem.rules import Rule
from slopt.problem.self_selection import SelfSelection
from slopt.sayings import say
from slopt.verify.guard import NUMBERS
from slopt.verify.verifier import EXACT
from slopt.vocabulary import Goal, RuleKind

Numbers = NDArray[np.float64]
Limit = dict[str, Any]
Sparse = dict[tuple[int, int], float]
"""What offers (segment, tier) add to a column; others add nothing."""
Entry = TypeVar("Entry")
COMPARED = 50_000
"""Steps of rank between pairs of segments that a document takes."""
GOALS: dict[Goal, dict[str, int]] = {
    Goal.MIN_TOTAL_COST: {"service_cost": 1, "lost_sales": 1},
    Goal.MIN_LOST_SALES: {"lost_sales": 1},
    Goal.MIN_BUDGET: {"service_cost": 1},
    Goal.MAX_SERVICE: {"service_level": -1},
}


def numbers_text(problem: ChoiceProblem, name: str, case_hash: str) -> str:
    """The document of a problem: one line for each limit, rule and segment.

    Raises UsageError for rules that compare more pairs of segments than a document takes.
    """
    columns, units = _columns(problem), _units(problem)
    lines: dict[str, _Entries[Any]] = {
        "tiers": _Entries(),
        "limits": _Entries(_limits(problem)),
        "segments": _Entries(),
    }
    for tier, cost in zip(problem.tiers, problem.open_cost.tolist(), strict=True):
        lines["tiers"].add(tier, {"open_cost": cost})
    _add_rules(problem, lines["limits"], columns)
    for members in units:
        for s in members:
            lines["segments"].add(problem.segments[s], problem.segments[members[0]])
    with localcontext(EXACT):
        offers = [
            f"\n{json_line(problem.segments[unit[0]])}: {{{_offers(problem, columns, unit)}}}"
            for unit in units
        ]
    same = [
        {"segments": [problem.segments[s] for s in rule.members], "penalty": rule.penalty}
        for rule in problem.rules
        if rule.kind is RuleKind.SAME_TIER and rule.penalty is not None
    ]
    pools = [
        {
            "pool": pool.name,
            "of": f"messages {pool.name}",
            "prospects": pool.prospects,
            "value": pool.value,
        }
        for pool in problem.pools
    ]
    goal = {
        "name": problem.goal.value,
        "maximises": problem.goal.maximises,
        "minimise": GOALS[problem.goal],
    }
    parts = [
        f'"format": {json_line(NUMBERS)}',
        f'"case": {json_line(name)}',
        f'"case_hash": {json_line(case_hash)}',
        f'"goal": {json_line(goal)}',
        f'"max_tiers": {json_line(problem.max_tiers)}',
        *(f'"{part}": {{{_joined(entries.named)}\n}}' for part, entries in lines.items()),
        f'"units": {{{",".join(offers)}\n}}',
        f'"same_tier": {json_line(same)}',
        f'"pools": {json_line(pools)}',
    ]
    if problem.selection is not None:
        parts.append(f'"choices": {json_line(_choices(problem, problem.selection, units))}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _choices(
    problem: ChoiceProblem, selection: SelfSelection, units: list[list[int]]
) -> dict[str, Any]:
    """Which tiers units that choose would take: `as_good` of each that would be taken."""
    tiers, none = problem.tiers, selection.outside
    as_good = {
        problem.segments[unit[0]]: [
            [tiers[k], [tiers[j] for j in np.flatnonzero(good)]]
            for s in unit
            if selection.chooses[s]
            for k, good in selection.demands(s)
        ]
        for unit in units
    }
    return {
        "none": None if none is None else tiers[none],
        "one_price": [[tiers[k] for k in its] for _, its in selection.same_service],
        "as_good": {unit: wanted for unit, wanted in as_good.items() if wanted},
    }


def json_line(value: Any) -> str:
    """JSON on one line."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _joined(entries: dict[str, Any]) -> str:
    return ",".join(f"\n{json_line(name)}: {json_line(entry)}" for name, entry in entries.items())


class _Entries(Generic[Entry]):
    """Entries by name, in their order. What is there is never overwritten."""

    def __init__(self, entries: Iterable[tuple[str, Entry]] = ()) -> None:
        self.named: dict[str, Entry] = {}
        for name, entry in entries:
            self.add(name, entry)

    def add(self, name: str, entry: Entry) -> None:
        """Raises UsageError for a name that is there already."""
        if name in self.named:
            raise UsageError(
                say(
                    'The name "{name}" stands for two things of the case, so that a '
                    "certificate could not tell them apart. Give one of them another name.",
                    name=name,
                )
            )
        self.named[name] = entry


def _columns(problem: ChoiceProblem) -> _Entries[Any]:
    """What offers add to the columns that limits of the case and the goal are about, (S, K).

    Columns that are named after something begin with a word and a space that say what it is.
    """
    columns: _Entries[Any] = _Entries({
        "service_cost": problem.service_cost,
        "lost_sales": problem.lost_sales,
        "service_level": problem.mean_weight[:, None] * problem.service_level,
        "changed": problem.changed.astype(np.float64),
    }.items())  # fmt: skip
    for name, use in zip(problem.resources, problem.use, strict=True):
        columns.add(f"use {name}", use)
    for pool in problem.pools:
        columns.add(f"messages {pool.name}", pool.messages)
    return columns


def _units(problem: ChoiceProblem) -> list[list[int]]:
    """The segments that firm `same_tier` rules tie together; most are alone."""
    unit_of = list(range(len(problem.segments)))
    for rule in problem.rules:
        if rule.kind is RuleKind.SAME_TIER and rule.penalty is None:
            joined = {unit_of[s] for s in rule.members}
            unit_of = [min(joined) if unit in joined else unit for unit in unit_of]
    units: dict[int, list[int]] = {}
    for s, unit in enumerate(unit_of):
        units.setdefault(unit, []).append(s)
    return list(units.values())


def _offers(problem: ChoiceProblem, columns: _Entries[Any], members: list[int]) -> str:
    """What a unit adds to the columns in each tier that all of its segments may have."""
    tiers = np.flatnonzero(problem.admissible[members].all(axis=0)).tolist()
    offers = (f"{json_line(problem.tiers[k])}: {_offer(columns, members, k)}" for k in tiers)
    return ", ".join(offers)


def _offer(columns: _Entries[Any], members: list[int], k: int) -> str:
    """One offer: sums of decimals are exact, zeros are left out."""
    amounts = []
    for name, values in columns.named.items():
        is_sparse = isinstance(values, dict)
        adds = [float(values.get((s, k), 0.0) if is_sparse else values[s, k]) for s in members]
        total = adds[0] if len(adds) == 1 else sum(Decimal(repr(amount)) for amount in adds)
        if total:
            shown = int(total) if total == int(total) else total
            amounts.append(f"{json_line(name)}: {shown}")
    return f"{{{', '.join(amounts)}}}"


def _limits(problem: ChoiceProblem) -> Iterator[tuple[str, Limit]]:
    """The case's own limits on its own columns."""
    if problem.budget is not None:
        yield "budget", {"of": "service_cost", "at_most": problem.budget}
    for r, name in enumerate(problem.resources):
        limit: Limit = {"of": f"use {name}", "at_most": float(problem.capacity[r])}
        if problem.extra_capacity[r] > 0:
            limit["extra"] = float(problem.extra_capacity[r])
            limit["extra_cost"] = float(problem.extra_premium[r])
        yield name, limit
    if problem.max_changes is not None:
        yield "max_changes", {"of": "changed", "at_most": problem.max_changes}
    if problem.min_service_level is not None:
        yield "min_service_level", {"of": "service_level", "at_least": problem.min_service_level}
    if problem.max_lost_sales is not None:
        yield "max_lost_sales", {"of": "lost_sales", "at_most": problem.max_lost_sales}


def _add_rules(problem: ChoiceProblem, limits: _Entries[Limit], columns: _Entries[Any]) -> None:
    """Rules as limits on columns of their own, each named after its limit.

    The limits of rules on sums have the names of their rules, and those of rules that compare
    segments names that nothing else has. `same_tier` makes no limits.
    """
    for rule in problem.rules:
        if rule.kind not in (RuleKind.SAME_TIER, RuleKind.NOT_BELOW):
            amounts, limit = _sum(problem, rule)
            _add_limit(rule.name, limit, amounts, limits, columns)
    taken = {*limits.named, *(rule.name for rule in problem.rules)}
    for rule in problem.rules:
        if rule.kind is RuleKind.NOT_BELOW:
            for words, limit, amounts in _steps(problem, rule):
                name = _free(words, taken)
                taken.add(name)
                _add_limit(name, limit, amounts, limits, columns)


def _free(name: str, taken: Set[str]) -> str:
    """The name, with a number behind it where something else is called so."""
    if name not in taken:
        return name
    return next(other for n in count(2) if (other := f"{name} ({n})") not in taken)


def _add_limit(
    name: str, limit: Limit, amounts: Sparse, limits: _Entries[Limit], columns: _Entries[Any]
) -> None:
    columns.add(f"rule {name}", amounts)
    limits.add(name, {"of": f"rule {name}"} | limit)


def _sum(problem: ChoiceProblem, rule: Rule) -> tuple[Sparse, Limit]:
    """What offers add to the sum of a rule, and the limit on it."""
    members, tiers = list(rule.members), len(problem.tiers)
    if rule.kind is RuleKind.MIN_SERVICE_LEVEL:
        amounts = shares(problem.weight[members])[:, None] * problem.service_level[members]
    elif rule.kind is RuleKind.MAX_SERVICE_COST:
        amounts = problem.service_cost[members]
    elif rule.kind is RuleKind.MAX_LOST_SALES:
        amounts = problem.lost_sales[members]
    else:
        amounts = np.tile(np.arange(tiers) == rule.tier, (len(members), 1)).astype(np.float64)
    by_pair = {(s, k): float(amounts[i, k]) for i, s in enumerate(members) for k in range(tiers)}
    limit: Limit = {"at_least" if rule.kind.is_floor else "at_most": rule.value}
    return by_pair, limit if rule.penalty is None else limit | {"penalty": rule.penalty}


def _steps(problem: ChoiceProblem, rule: Rule) -> Iterator[tuple[str, Limit, Sparse]]:
    """`not_below` says of every rank: an other segment that reaches it is not alone with that."""
    ranks = np.unique(problem.rank).tolist()
    if len(rule.pairs) * len(ranks) > COMPARED:
        raise UsageError(
            say(
                "The rule {rule} compares {pairs} pairs of segments. A certificate "
                "takes up to {compared}.",
                rule=rule.name,
                pairs=f"{len(rule.pairs):,}",
                compared=f"{COMPARED // len(ranks):,}",
            )
        )
    for a, b in rule.pairs:
        for below, step in pairwise(ranks):
            name = f"{rule.name}: {problem.segments[a]} / {problem.segments[b]} / rank {step}"
            reached = np.flatnonzero(problem.rank >= step).tolist()
            amounts = {(b, k): 1.0 for k in reached} | {(a, k): -1.0 for k in reached}
            limit: Limit = {"at_most": 0}
            if rule.penalty is not None:
                limit["penalty"] = rule.penalty * (step - below)
            yield name, limit, amounts
