"""The finished search of the exact core as a proof that the verifier takes.

The core drops tiers by their reduced cost and splits one segment in two, node by node; the same
steps in the same order are what a tree of the verifier says. Searches that counted equal segments
together are left out: their splits are of counts, not of segments.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from slopt.problem.choice import ChoiceProblem
from slopt.problem.sharing import obstacle, share
from slopt.solve.core import is_available, solve_core, supports
from slopt.solve.highs import Options
from slopt.solve.proof import Proof as Logged
from slopt.verify.document import Proof
from slopt.vocabulary import RuleKind, Status


def proof_of_core(problem: ChoiceProblem, options: Options) -> Proof | None:
    """A proof of the best plan to the gap of the options; None where the core has none to give.

    Raises KeyboardInterrupt on Ctrl-C, after which the core would hand over what it has.
    """
    ordered = any(rule.kind is RuleKind.NOT_BELOW for rule in problem.rules)
    if obstacle(problem) is not None or ordered or problem.has_menu or not is_available():
        return None
    sharing = share(problem, room=0.0)
    if not supports(sharing.rows):
        return None
    answer = solve_core(sharing.rows, options, log=True)
    if answer.status is Status.INTERRUPTED:
        raise KeyboardInterrupt
    logged = answer.proof
    groups = len(sharing.rows.cost)
    if logged is None or not math.isfinite(logged.bound):
        return None
    if len(np.unique(logged.class_of)) < groups:
        return None
    first = range(groups)
    if sharing.merged is not None:
        first = np.unique(sharing.merged, return_index=True)[1].tolist()
    segment_of = {
        int(part): problem.segments[s] for part, s in zip(logged.class_of, first, strict=True)
    }
    return Proof(
        [_named(sharing.rows.names, prices) for prices in logged.prices.tolist()],
        _walk(logged, segment_of, problem.tiers),
        logged.bound,
    )


def _named(names: tuple[str, ...], prices: list[float]) -> Mapping[str, float]:
    return {name: price for name, price in zip(names, prices, strict=True) if price > 0}


def _walk(logged: Logged, segment_of: dict[int, str], tiers: tuple[str, ...]) -> list[Any]:
    """The nodes in the order of a walk: drop tiers at the parent's prices and at its own, split."""
    children: list[list[int]] = [[] for _ in logged.parent]
    for node, parent in enumerate(logged.parent.tolist()[1:], start=1):
        children[parent].append(node)
    tree: list[Any] = []
    waiting = [0]
    while waiting:
        node = waiting.pop()
        if node > 0 and logged.part[node] != -1:
            tree.append([int(logged.parent[node])])
        below = children[node]
        if not below:
            tree.append(node)
            continue
        tree.append([node])
        if len(below) == 2:
            mask = int(logged.mask[below[0]])
            kept = [tier for k, tier in enumerate(tiers) if mask >> k & 1]
            tree.append([segment_of[int(logged.part[below[0]])], kept])
        waiting += reversed(below)
    return tree
