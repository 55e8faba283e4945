"""The proof of a plan as prices, and as a tree of them where prices alone leave a gap.

Branch and bound whose only aim is a short proof: the best plan is known, and what counts of a node
is the bound that the verifier gives it, in exact arithmetic. Not fast; small and middling cases are
proven to the end, of others as much as the time allows.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count
from typing import Any

from slopt.problem.choice import ChoiceProblem
from slopt.solve.highs import Options
from slopt.study.proof_of_core import proof_of_core
from slopt.study.proof_program import ProofProgram, Relaxed
from slopt.verify.document import Proof, bound_of, exact
from slopt.verify.guard import exactly
from slopt.verify.verifier import MOST_WORK, NEVER, ROOM, Case, RefusedError

ENOUGH = Decimal("1e-9")
"""Of the value: bounds nearer than that are left, as the prices themselves are rounded so far."""
FRACTIONAL = 1e-7
MOST_OF_CORE = 10 * MOST_WORK
"""Steps x offers of a search of the core that is taken over; its offers are dropped soon."""


Domain = dict[str, set[str]]
"""The tiers that are left to each unit."""


@dataclass
class _Node:
    """A domain, the prices that bound it best, and its two sides once it is split."""

    domain: Domain
    bound: Decimal
    place: int
    is_relaxed: bool = False
    relaxed: Relaxed | None = None
    split: tuple[str, list[str]] | None = None
    sides: list[_Node] = field(default_factory=list)


def prove_plan(
    case: Case,
    value: Decimal,
    known: Mapping[str, float],
    gap: float,
    options: Options,
    problem: ChoiceProblem | None = None,
) -> Proof:
    """A proof that no plan costs much less than `value`, to a relative gap if time allows.

    `known` are prices to begin with. `value` and bounds are in the sense that is minimised. The
    exact core is asked for its proof where it can take the `problem`.
    """
    wanted = Decimal(repr(max(gap, 0.0))) * abs(value)
    slack = max(wanted, ENOUGH * abs(value))
    search = _Search(case, value, options)
    root = search.start(known, value - wanted)
    taken, reached = None, -NEVER
    if root.bound < value - slack and problem is not None:
        taken = proof_of_core(problem, replace(options, gap=gap))
        reached = _reached(case, taken)
        if taken is not None and reached >= value - slack:
            return taken
    search.grow(root, slack)
    own = search.proof(root)
    return own if taken is None or bound_of(case, own) >= reached else taken


def _reached(case: Case, proof: Proof | None) -> Decimal:
    """What the verifier takes a proof for; -NEVER where it does not take it."""
    if proof is None or len(proof.tree) * _work(case) > MOST_OF_CORE:
        return -NEVER
    try:
        return bound_of(case, proof)
    except RefusedError:
        return -NEVER


def _work(case: Case) -> int:
    """Offers that are priced for a bound of the whole problem."""
    return sum(map(len, case.offers.values())) + len(case.menus) * len(case.offers)


def prove_no_plan(case: Case, known: Mapping[str, float], options: Options) -> Proof | None:
    """A proof that a case (read with `feasibility`) has no plan; None where none was found."""
    search = _Search(case, Decimal(1), options)
    root = search.start(known, Decimal(1))
    search.grow(root, Decimal(0))
    proof = search.proof(root)
    return proof if bound_of(case, proof) > 0 else None


class _Search:
    """The prices so far; `target` is what every leaf should reach."""

    def __init__(self, case: Case, target: Decimal, options: Options) -> None:
        self.case, self.target, self.options = case, target, options
        self.end = time.perf_counter() + options.time_limit_s
        self.prices: list[Mapping[str, float]] = []
        self.program: ProofProgram | None = None
        self.elastic: ProofProgram | None = None
        self.leaves = 1

    def start(self, known: Mapping[str, float], enough: Decimal) -> _Node:
        """The whole problem at the known prices, and at better ones if those are not enough."""
        domain = {unit: set(offers) for unit, offers in self.case.offers.items()}
        self.prices.append({name: p for name, p in known.items() if name in self.case.limits})
        root = _Node(domain, self._bound(0, domain), 0)
        if root.bound < enough:
            self._relax(root)
        return root

    def grow(self, root: _Node, slack: Decimal) -> None:
        """Split the leaf with the lowest bound until all reach the target less the slack."""
        number = count()
        heap = [(root.bound, next(number), root)]
        most = MOST_WORK // (4 * _work(self.case))
        while heap and self.leaves < most and time.perf_counter() < self.end:
            bound, _, node = heapq.heappop(heap)
            if bound >= self.target - slack:
                return
            if all(len(tiers) == 1 for tiers in node.domain.values()):
                self.target = min(self.target, bound)
                continue
            if not node.is_relaxed:
                self._relax(node)
                heapq.heappush(heap, (node.bound, next(number), node))
                continue
            self._split(node)
            for side in node.sides:
                heapq.heappush(heap, (side.bound, next(number), side))

    def _split(self, node: _Node) -> None:
        unit, kept = _where_to_split(self.case, node)
        node.split = (unit, kept)
        self.leaves += 1
        for left in (node.domain[unit] & {*kept}, node.domain[unit] - {*kept}):
            domain = node.domain | {unit: left}
            node.sides.append(_Node(domain, self._bound(node.place, domain), node.place))

    def _relax(self, node: _Node) -> None:
        """Prices of the node's own, if they are better."""
        node.is_relaxed = True
        options = replace(
            self.options, time_limit_s=max(0.1, self.end - time.perf_counter()), gap=0.0
        )
        elastic = not self.case.weights
        if not elastic:
            self.program = self.program or ProofProgram(self.case, elastic=False)
            node.relaxed = self.program.solve(node.domain, options)
            if node.relaxed is not None:
                self._take(node, node.relaxed.prices)
                self._know(node.relaxed)
                return
        self.elastic = self.elastic or ProofProgram(self.case, elastic=True)
        node.relaxed = ray = self.elastic.solve(node.domain, options)
        if ray is None or ray.objective <= 0:
            return
        if elastic:
            self._take(node, ray.prices)
            return
        missing = float(self.target - node.bound) + 1e-6 * abs(float(self.target)) + 1e-9
        before = self.prices[node.place]
        times = 2 * missing / ray.objective
        names = {**before, **ray.prices}
        self._take(node, {n: before.get(n, 0.0) + times * ray.prices.get(n, 0.0) for n in names})

    def _know(self, relaxed: Relaxed) -> None:
        """An answer in whole tiers may be a better plan than the one at hand: nothing beats it."""
        chosen = {}
        for unit, shares in relaxed.shares.items():
            chosen[unit] = max(shares, key=lambda tier: shares[tier], default="")
            if shares.get(chosen[unit], 0) < 1 - FRACTIONAL:
                return
        with exactly():
            value, over = self.case.judge({s: chosen[u] for s, u in self.case.unit_of.items()})
        if all(share <= ROOM for _, share in over):
            self.target = min(self.target, value)

    def _take(self, node: _Node, prices: Mapping[str, float]) -> None:
        self.prices.append(prices)
        bound = self._bound(len(self.prices) - 1, node.domain)
        if bound > node.bound:
            node.bound, node.place = bound, len(self.prices) - 1
        else:
            self.prices.pop()

    def _bound(self, place: int, domain: Domain) -> Decimal:
        with exactly():
            return Decimal(self.case.at(exact(self.prices[place]), domain, NEVER)[0])

    def proof(self, root: _Node) -> Proof:
        """The tree in the order of a walk, with the prices that it uses."""
        places: dict[int, int] = {}
        tree: list[Any] = []
        waiting = [root]
        while waiting:
            node = waiting.pop()
            if node.split is None:
                tree.append(places.setdefault(node.place, len(places)))
            else:
                tree.append([*node.split])
                waiting += [node.sides[1], node.sides[0]]
        return Proof([self.prices[place] for place in places], tree)


def _where_to_split(case: Case, node: _Node) -> tuple[str, list[str]]:
    """The unit that is torn most between tiers, and its tiers on the cheaper side."""
    torn: tuple[float, str, list[str]] | None = None
    place = {tier: k for k, tier in enumerate(case.open_cost)}
    left = {unit: sorted(tiers, key=place.__getitem__) for unit, tiers in node.domain.items()}
    shares = {} if node.relaxed is None else node.relaxed.shares
    for unit, taken in shares.items():
        spread = 1 - max(taken.values(), default=1.0)
        if len(left[unit]) > 1 and spread > FRACTIONAL and (torn is None or spread > torn[0]):
            middle = sum(place[tier] * share for tier, share in taken.items())
            kept = [tier for tier in left[unit] if place[tier] <= middle]
            if kept and len(kept) < len(left[unit]):
                torn = (spread, unit, kept)
    if torn is not None:
        return torn[1], torn[2]
    widest = max(left, key=lambda unit: len(left[unit]))
    return widest, left[widest][: len(left[widest]) // 2]
