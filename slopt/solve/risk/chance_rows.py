"""The limits of each future as shared rows, which a plan keeps where a future is not let off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import shares
from slopt.problem.rules import Rule
from slopt.problem.scenarios.scenario_problem import ScenarioProblem, at
from slopt.solve.risk.losses import FurtherRow, Losses, summed
from slopt.vocabulary import RuleKind

Numbers = NDArray[np.float64]
ON_FIGURES = (RuleKind.MIN_SERVICE_LEVEL, RuleKind.MAX_SERVICE_COST, RuleKind.MAX_LOST_SALES)
"""Rules whose sums are otherwise in each future."""


@dataclass(frozen=True, eq=False)
class ChanceRows:
    """Rows of the limits of a problem over the merged segments of its losses."""

    problem: ScenarioProblem
    losses: Losses

    def row(self, name: str, future: int, late: NDArray[np.bool_]) -> FurtherRow:
        """The row of a limit in a future; `late` (R,) says whose units beyond capacity are paid.

        The budget's row is a tangent: no plan that keeps the budget breaks it, whatever is late or
        reserved.
        """
        problem, base = self.problem, self.problem.base
        opened = np.zeros(len(base.tiers))
        label = f"{name} #{future + 1}"
        if name in base.resources:
            r = base.resources.index(name)
            limit = float(at(problem.capacity, future)[r] + at(problem.extra_capacity, future)[r])
            return self._row(label, at(problem.use, future)[r], opened, limit)
        match name:
            case "budget":
                paid = np.where(late, self._premium(future), 0.0)
                use = at(problem.service_cost, future) + np.tensordot(
                    paid, at(problem.use, future), axes=1
                )
                limit = float(at(problem.budget, future) + paid @ at(problem.capacity, future))
                opened = np.where(base.on_menu, at(problem.open_cost, future), 0.0)
                return self._row(label, use, opened, limit)
            case "min_service_level":
                weight = shares(at(problem.weight, future))
                use = -weight[:, None] * at(problem.service_level, future)
                return self._row(label, use, opened, -float(at(problem.min_service_level, future)))
            case "max_lost_sales":
                limit = float(at(problem.max_lost_sales, future))
                return self._row(label, at(problem.lost_sales, future), opened, limit)
        rule = next(r for r in base.rules if r.name == name and r.kind in ON_FIGURES)
        return self._row(label, *self._rule(rule, future, opened))

    def _rule(self, rule: Rule, future: int, opened: Numbers) -> tuple[Numbers, Numbers, float]:
        problem = self.problem
        members = np.array(rule.members, dtype=np.int64)
        use = np.zeros(problem.base.barred.shape)
        if rule.kind is RuleKind.MIN_SERVICE_LEVEL:
            weight = shares(at(problem.weight, future)[members])[:, None]
            use[members] = -weight * at(problem.service_level, future)[members]
            return use, opened, -rule.value
        of_cost = rule.kind is RuleKind.MAX_SERVICE_COST
        figures = problem.service_cost if of_cost else problem.lost_sales
        use[members] = at(figures, future)[members]
        return use, opened, rule.value

    def _premium(self, future: int) -> Numbers:
        """(R,): the least that a unit beyond capacity costs, bought late or reserved."""
        premium, reserve = at(self.problem.extra_premium, future), self.problem.reserve_cost
        return np.where(np.isnan(reserve), premium, np.minimum(premium, reserve))

    def _row(self, name: str, use: Numbers, opened: Numbers, limit: float) -> FurtherRow:
        return FurtherRow(name, summed(self.losses.sharing, use), opened, limit)
