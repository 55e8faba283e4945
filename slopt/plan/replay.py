"""A proof of the exact core, gone over again from the raw numbers.

Nothing here knows how the search went about it. Of every node the prices are taken as given, and
what follows from them is worked out anew: a lower bound on what any choice of the node costs, and
the tiers that no choice below the claimed bound can use. A leaf must show by its prices that it
holds nothing below that bound; the children of any other node must cover it.

Bounds are floats with the error of every step taken off, so that the check is a proof. A row counts
as kept up to the room that `SharedRowProblem.value` grants, beyond what its extra relieves.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from slopt.errors import VerificationFailed
from slopt.plan.replay_domain import Domain
from slopt.problem.shared_rows import Numbers, SharedRowProblem
from slopt.sayings import say
from slopt.solve.proof import Proof

EPSILON = 2.0**-53
ROOM = 1e-12


def replay(problem: SharedRowProblem, proof: Proof) -> float:
    """What the proof proves: no choice that keeps the rows costs less than this.

    Infinite where every choice would cost less, so that none keeps the rows. Raises
    VerificationFailed, with the node at fault, where anything does not follow.
    """
    _check_shape(problem, proof)
    _check_classes(problem, proof)
    _Check(problem, proof).run()
    bound = proof.bound
    if bound > _dearest(problem):
        return math.inf
    return max(bound, _raised(problem, proof.unit, bound)) if proof.unit > 0 else bound


def _fail(what: str) -> VerificationFailed:
    return VerificationFailed(say("The proof of the bound does not hold: {what}.", what=what))


def _check_shape(problem: SharedRowProblem, proof: Proof) -> None:
    nodes = len(proof.parent)
    rows = len(problem.use)
    alike = len(proof.part) == len(proof.copies) == len(proof.mask) == nodes
    if nodes == 0 or not alike or proof.prices.shape != (nodes, rows):
        raise _fail(say("its parts differ in length"))
    if proof.parent[0] != -1 or np.any(proof.parent[1:] >= np.arange(1, nodes)):
        raise _fail(say("a node comes before its parent"))
    if np.any(proof.parent[1:] < 0):
        raise _fail(say("there is more than one first node"))
    if not (np.isfinite(proof.prices).all() and np.all(proof.prices >= 0)):
        raise _fail(say("a price is negative or not a number"))
    if not math.isfinite(proof.bound) or problem.size[1] > 63:
        raise _fail(say("the bound is not a number, or there are more than 63 tiers"))
    if not problem.allowed.any(axis=1).all():
        raise _fail(say("a segment has no tier"))


def _check_classes(problem: SharedRowProblem, proof: Proof) -> None:
    """Segments of one class have the same numbers, but for rows that have no price anywhere."""
    segments, class_of = problem.size[0], proof.class_of
    if class_of.shape != (segments,):
        raise _fail(say("not every segment has a class"))
    present, first = np.unique(class_of, return_index=True)
    if not np.array_equal(present, np.arange(len(present))):
        raise _fail(say("the classes are not numbered one by one"))
    like = first[class_of]
    same = (problem.allowed == problem.allowed[like]).all()
    priced = [problem.use[row] for row in np.flatnonzero(proof.prices.any(axis=0))]
    for values in (problem.cost, *priced):
        same = same and bool(((values == values[like]) | ~problem.allowed).all())
    if not same:
        raise _fail(say("segments of one class differ"))


def _dearest(problem: SharedRowProblem) -> float:
    """At least what any choice costs."""
    most = np.where(problem.allowed, problem.cost, -np.inf).max(axis=1).tolist()
    most += (problem.extra_cost * problem.extra_most).tolist()
    total = math.fsum([problem.offset, *most])
    return total + 4 * EPSILON * math.fsum(abs(x) for x in most) + 4 * EPSILON * abs(total)


def _raised(problem: SharedRowProblem, unit: float, bound: float) -> float:
    """The bound raised to the next multiple of the unit, less what costs are off of multiples."""
    if np.any(problem.extra_cost * problem.extra_most > 0):
        raise _fail(say("extras cost money, so that costs are no multiples of a unit"))
    cost = np.where(problem.allowed, problem.cost, 0.0)
    off = [
        max(abs(Fraction(c) - round(Fraction(c) / Fraction(unit)) * Fraction(unit)) for c in row)
        for row in cost.tolist()
    ]
    uneven = sum(off, Fraction(0))
    if uneven * 1000 > Fraction(unit):
        raise _fail(say("the costs are no multiples of the unit"))
    lower = (Fraction(bound) - Fraction(problem.offset) - uneven) / Fraction(unit)
    raised = math.ceil(lower) * Fraction(unit) - uneven + Fraction(problem.offset)
    return _round_down(raised)


def _round_down(value: Fraction) -> float:
    rounded = float(value)
    return math.nextafter(rounded, -math.inf) if Fraction(rounded) > value else rounded


class _Check:
    """The claim, and the sums of what is decided at the first node already."""

    def __init__(self, problem: SharedRowProblem, proof: Proof) -> None:
        self.problem, self.proof = problem, proof
        self.fixed_cost = Fraction(problem.offset)
        room = ROOM * np.maximum(1.0, np.abs(problem.limit))
        # Extras fill a row up to its limit: the room is beyond all that they relieve.
        extras = np.arange(len(problem.extra_cost))
        per_unit = -problem.extra_use[problem.relieved, extras]
        self.extra_most = (problem.extra_most + room[problem.relieved] / per_unit) * (1 + 1e-15)
        room[problem.relieved] = 0.0
        # Of every row: its limit less what is used by groups that are decided.
        self.left = [Fraction(float(b)) for b in problem.limit + room]
        self.relative = (len(problem.use) + 6) * 2 * EPSILON
        self.children: list[list[int]] = [[] for _ in proof.parent]
        for node, parent in enumerate(proof.parent.tolist()[1:], start=1):
            self.children[parent].append(node)

    def run(self) -> None:
        """Go over all nodes, a parent before its children.

        A node is looked at twice: at the prices of its parent, with which the search laid it out,
        and at its own.
        """
        proof = self.proof
        domain = self._thinned(Domain.whole(self.problem, proof.class_of), proof.prices[0])
        if domain is None:
            return
        domain = self._folded(domain)
        waiting = [(child, domain, proof.prices[0]) for child in self._covering(0, domain)]
        while waiting:
            node, above, inherited = waiting.pop()
            child: Domain | None = above
            part = int(proof.part[node])
            if part != -1:
                child = above.restricted(part, int(proof.copies[node]), int(proof.mask[node]))
            for prices in (inherited, proof.prices[node]):
                child = None if child is None else self._thinned(child, prices)
            if child is not None:
                below = self._covering(node, child)
                waiting += [(each, child, proof.prices[node]) for each in below]

    def _thinned(self, domain: Domain, prices: Numbers) -> Domain | None:
        """Without the alternatives that no choice below the bound can use; None if none is left."""
        value = domain.cost + prices @ domain.use
        size = np.abs(domain.cost) + prices @ np.abs(domain.use)
        low = value - self.relative * size
        total = self._fixed(prices)
        least = low
        if len(domain.part):
            least = np.minimum.reduceat(low, domain.begin[:-1])
            terms = domain.copies * least
            total += math.fsum(terms.tolist()) - 4 * EPSILON * math.fsum(np.abs(terms).tolist())
        total -= 4 * EPSILON * abs(total)
        if total >= self.proof.bound:
            return None
        if len(domain.part) == 0:
            return domain
        gain = (low - least[domain.group_of]) * (1 - 4 * EPSILON)
        return domain.only(total + gain - 4 * EPSILON * abs(total) < self.proof.bound)

    def _fixed(self, prices: Numbers) -> float:
        """At most what the bound has from decided groups, the limits and the extras."""
        total = self.fixed_cost
        for price, left in zip(prices.tolist(), self.left, strict=True):
            if price:
                total -= Fraction(price) * left
        problem = self.problem
        lower = _round_down(total)
        if len(problem.extra_cost):
            reduced = problem.extra_cost + prices @ problem.extra_use
            size = problem.extra_cost + prices @ np.abs(problem.extra_use)
            worst = np.minimum(reduced - self.relative * size, 0.0) * self.extra_most
            lower += math.fsum(worst.tolist()) * (1 + 4 * EPSILON)
            lower -= 4 * EPSILON * abs(lower)
        return lower

    def _folded(self, domain: Domain) -> Domain:
        """Groups with one tier left move to the fixed sums, exactly."""
        single = np.flatnonzero(np.diff(domain.begin) == 1)
        for g, e in zip(single.tolist(), domain.begin[single].tolist(), strict=True):
            count = int(domain.copies[g])
            self.fixed_cost += count * Fraction(float(domain.cost[e]))
            for row, use in enumerate(domain.use[:, e].tolist()):
                self.left[row] -= count * Fraction(use)
        return domain.undecided()

    def _covering(self, node: int, domain: Domain) -> list[int]:
        """The children, if every choice of the domain is in one of them.

        Of n copies, each on one side or the other, a are on the one side or b on the other as soon
        as a + b <= n + 1.
        """
        children, proof = self.children[node], self.proof
        if len(children) == 1 and proof.part[children[0]] == -1:
            return children
        if len(children) != 2 or proof.part[children[0]] != proof.part[children[1]]:
            raise _fail(
                say(
                    "node {node} is neither a leaf that reaches the bound nor split in two",
                    node=node,
                )
            )
        found = domain.of_part(int(proof.part[children[0]]))
        if found is None:
            raise _fail(say("node {node} is split on a part that it does not have", node=node))
        bits, copies = found
        masks = int(proof.mask[children[0]]) | int(proof.mask[children[1]])
        held = proof.copies[children].tolist()
        if bits & ~masks or sum(held) > copies + 1 or min(held) < 1 or max(held) > copies:
            raise _fail(say("the children of node {node} do not cover it", node=node))
        return children
