"""Parts of a problem that have nothing to do with each other, each a problem of its own.

Where no limit and no resource sums over all segments, only rules tie segments together. So whether
there is a plan is asked of each such part alone, which is a small question in a large problem.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.generated.columns import Generated
from slopt.problem.rules import Rule
from slopt.vocabulary import LIMITS

Places = NDArray[np.int64]


def scope(rule: Rule) -> frozenset[int]:
    """The segments that a rule speaks of."""
    return frozenset((*rule.members, *rule.others))


def parts(problem: ChoiceProblem) -> list[Places] | None:
    """Segments that firm rules tie together, (n,) each; None where something ties all of them.

    Segments that no firm rule speaks of are in none of the parts.
    """
    limited = any(getattr(problem, name) is not None for name in LIMITS)
    if limited or problem.resources or problem.pools or problem.selection is not None:
        return None
    root = np.arange(len(problem.segments))
    firm = [np.array(sorted(scope(rule))) for rule in problem.rules if not rule.is_soft]
    firm = [members for members in firm if len(members)]
    for members in firm:
        root[np.isin(root, root[members])] = root[members].min()
    bound = np.unique(np.concatenate(firm)) if firm else np.zeros(0, dtype=np.int64)
    return [bound[root[bound] == first] for first in np.unique(root[bound])]


def part_of(problem: ChoiceProblem, segments: Places) -> ChoiceProblem:
    """The problem of some segments alone, with the firm rules that speak of no others.

    Limits and resources of all segments, soft rules and pools are left out: every plan of the
    problem is a plan of the part as well.
    """
    place = {segment: here for here, segment in enumerate(segments.tolist())}
    by_segment = {
        name: getattr(problem, name)[segments]
        for name in (
            "weight",
            "current",
            "service_level",
            "service_cost",
            "lost_orders",
            "lost_customers",
            "lost_prospects",
            "lost_unsplit",
            "barred",
        )
    }
    none = np.zeros(0)
    return problem.replace(
        **by_segment,
        **dict.fromkeys(LIMITS),
        segments=tuple(problem.segments[s] for s in segments),
        open_cost=np.zeros(len(problem.tiers)),
        resources=(),
        use=np.zeros((0, len(segments), len(problem.tiers))),
        capacity=none,
        extra_capacity=none,
        extra_premium=none,
        pools=(),
        generated=None if problem.generated is None else Generated(problem.menu_size, 0),
        rules=tuple(
            replace(
                rule,
                members=tuple(place[s] for s in rule.members),
                others=tuple(place[s] for s in rule.others),
            )
            for rule in problem.rules
            if not rule.is_soft and scope(rule) <= place.keys()
        ),
    )


def joined(problem: ChoiceProblem, places: Sequence[Places], plans: Sequence[Choice]) -> Choice:
    """The plan of the whole from those of its parts, the cheapest tier for everybody else."""
    choice: Choice = np.where(problem.admissible, problem.service_cost, np.inf).argmin(axis=1)
    for segments, plan in zip(places, plans, strict=True):
        choice[segments] = plan
    return np.asarray(choice, dtype=np.int64)
