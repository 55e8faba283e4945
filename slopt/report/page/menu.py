"""A first plan by tier: how many segments have each, what that costs and loses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopt.engine.reporting import Dossier
from slopt.report.language import Language
from slopt.report.numbers import Unit, percent

MOST_TIERS = 20


@dataclass(frozen=True)
class TierRow:
    """A tier of a first plan: its mean level, who has it, its money."""

    tier: str
    level: str
    segments: str
    cost: str
    lost: str
    total: str


def menu_of(
    dossier: Dossier, unit: Unit, _: Language
) -> tuple[tuple[TierRow, ...], TierRow | None]:
    """The tiers that someone has, the best first, and their sum; none where today is known, and
    where the plan has other parts.

    Costs of opening tiers, extra units and prospects that segments share are of no single tier:
    they have a line of their own, so that the sum is that of the plan.
    """
    plan, problem = dossier.plan, dossier.problem
    if plan.current is not None or len(plan.choice) == 1 or problem.generated is not None:
        return (), None
    row = np.arange(len(plan.choice))
    cost, lost = problem.service_cost[row, plan.choice], problem.lost_sales[row, plan.choice]
    level = problem.service_level[row, plan.choice]
    used = sorted(set(plan.choice.tolist()), key=lambda k: -int(problem.rank[k]))
    rows = []
    for k in used[:MOST_TIERS]:
        who = plan.choice == k
        weight = problem.mean_weight[who]
        mean = float(np.average(level[who], weights=weight if weight.sum() > 0 else None))
        rows.append(
            _row(unit, problem.tiers[k], f"{percent(mean, 1)} %", f"{int(who.sum()):,}",
                 float(cost[who].sum()), float(lost[who].sum()))
        )  # fmt: skip
    rest = np.isin(plan.choice, used[MOST_TIERS:])
    if rest.any():
        name = _.count("{n} more, together", "{n} more, together", len(used) - MOST_TIERS)
        rows.append(
            _row(unit, name, "", f"{int(rest.sum()):,}", float(cost[rest].sum()),
                 float(lost[rest].sum()))
        )  # fmt: skip
    then = plan.evaluation
    shared = then.service_cost - float(cost.sum()), then.lost_sales - float(lost.sum())
    if any(unit.signed(amount) != "0" for amount in shared):
        rows.append(_row(unit, _("open tiers, extra units, shared prospects"), "", "", *shared))
    level_of_all = f"{percent(then.service_level, 1)} %"
    count = f"{len(plan.choice):,}"
    foot = _row(unit, _("All"), level_of_all, count, then.service_cost, then.lost_sales)
    return tuple(rows), foot


def _row(unit: Unit, name: str, level: str, count: str, cost: float, lost: float) -> TierRow:
    money = (unit.plain(cost), unit.plain(lost), unit.plain(cost + lost))
    return TierRow(name, level, count, *money)
