"""From today to the plan, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from slopt.engine.reporting import Dossier
from slopt.problem.evaluate import Evaluation
from slopt.report.language import Language
from slopt.report.numbers import Unit
from slopt.vocabulary import LOSSES

NOTHING = 1e-9
"""Of the total: what is left over below that is rounding."""


@dataclass(frozen=True)
class Step:
    """A bar of the bridge: from `begin` to `end`, in money; `kind` is booked or expected.

    The two ends have both kinds, stacked; then `booked` and `expected` hold their amounts.
    """

    name: str
    begin: float
    end: float
    kind: str
    label: str
    booked: float = 0.0
    expected: float = 0.0


def steps_of(dossier: Dossier, unit: Unit, _: Language) -> tuple[Step, ...]:
    """Today, dearer and cheaper moves apart, the losses apart, the plan."""
    plan = dossier.plan
    words = _.words(dossier.case.settings.words)
    then, now = plan.evaluation, plan.current
    if now is None or not plan.moves:
        return ()
    moves = np.array(plan.moves)
    cost = plan.problem.service_cost
    change = cost[moves, plan.choice[moves]] - cost[moves, plan.problem.current[moves]]
    dearer, cheaper = change[change > 0], change[change < 0]
    shared = (then.service_cost - now.service_cost) - float(change.sum())
    parts: list[tuple[str, float, str]] = []
    named = {"cost": words.service_cost, "tier": words.tier, "tiers": _.plural(words.tier)}
    if len(dearer):
        name = _.count(
            "{cost}: {n} dearer {tier}", "{cost}: {n} dearer {tiers}", len(dearer), **named
        )
        parts.append((name, float(dearer.sum()), "booked"))
    if len(cheaper):
        name = _.count(
            "{cost}: {n} cheaper {tier}", "{cost}: {n} cheaper {tiers}", len(cheaper), **named
        )
        parts.append((name, float(cheaper.sum()), "booked"))
    if abs(shared) > NOTHING * max(abs(now.total_cost), abs(then.total_cost)):
        parts.append((_("open tiers, extra units"), shared, "booked"))
    kinds: Sequence[str] = (*LOSSES, "lost_unsplit") if then.knows_kinds else ("lost_sales",)
    for name in kinds:
        part = getattr(then, name) - getattr(now, name)
        if part or getattr(now, name):
            label = _("not told apart") if name == "lost_unsplit" else getattr(words, name)
            parts.append((label, part, "expected"))
    steps = [_end(_("Today"), now, unit)]
    level = now.total_cost
    for name, amount, kind in parts:
        steps.append(Step(_.capital(name), level, level + amount, kind, unit.signed(amount)))
        level += amount
    return (*steps, _end(_("Plan"), then, unit))


def _end(name: str, of: Evaluation, unit: Unit) -> Step:
    return Step(
        name, 0.0, of.total_cost, "total", unit.plain(of.total_cost), of.service_cost, of.lost_sales
    )
