"""The plan of very many segments: how many go from which tier to which, what that does, and who."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopt.engine.reporting import Dossier
from slopt.report.language import Language
from slopt.report.numbers import Unit

MOST_IN_FULL = 1_000
"""Segments up to which each has a row with its money; a page of more would be too large to send."""
MOST_NAMED = 10_000
"""Segments up to which all are named."""
MOST_GROUPS = 60
"""Groups above which it is not told apart where segments come from."""


@dataclass(frozen=True)
class Group:
    """Segments with the same tier, and the same one today; `before` is "" where that is not told.

    `change` is that of the total against today, "" without one.
    """

    tier: str
    before: str
    moved: bool
    segments: str
    cost: str
    lost: str
    change: str
    names: tuple[str, ...]


def groups_of(dossier: Dossier, _: Language) -> tuple[Unit, tuple[Group, ...]]:
    """The groups of a plan, in the order of its tiers; none where each segment has its own row."""
    plan, problem = dossier.plan, dossier.problem
    row = np.arange(len(plan.choice))
    cost, lost = problem.service_cost[row, plan.choice], problem.lost_sales[row, plan.choice]
    if len(row) <= MOST_IN_FULL:
        return Unit(1.0, "", 0), ()
    change = np.zeros(len(row))
    before = np.full(len(row), -1)
    if plan.current is not None:
        before = problem.current
        change = cost + lost - problem.service_cost[row, before] - problem.lost_sales[row, before]
    menu = problem.menu_size
    pairs = np.minimum(np.stack([plan.choice, before], axis=1), menu)
    names = [*problem.tiers[:menu], _("by level, stock or staff"), ""]
    if len(np.unique(pairs, axis=0)) > MOST_GROUPS:
        pairs[:, 1] = -1
    kinds, member = np.unique(pairs, axis=0, return_inverse=True)
    groups = [np.flatnonzero(member.ravel() == place) for place in range(len(kinds))]
    unit = _.totals_unit([float(each[who].sum()) for who in groups for each in (cost, lost)])
    return unit, tuple(
        Group(
            names[tier],
            names[was],
            bool(0 <= was != tier),
            f"{len(who):,}",
            unit.plain(float(cost[who].sum())),
            unit.plain(float(lost[who].sum())),
            unit.signed(float(change[who].sum())) if plan.current is not None else "",
            tuple(dossier.names[s] for s in who.tolist()) if len(row) <= MOST_NAMED else (),
        )
        for (tier, was), who in zip(kinds.tolist(), groups, strict=True)
    )
