"""What a program for uncertain numbers is built from: the futures, and what to be best at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import ChoiceProblem
from slopt.problem.scenarios.aim import Aim
from slopt.problem.scenarios.scenario_problem import LaterChange, ScenarioProblem
from slopt.vocabulary import RiskMeasure, RuleKind

Numbers = NDArray[np.float64]

SUM_RULES = (RuleKind.MIN_SERVICE_LEVEL, RuleKind.MAX_SERVICE_COST, RuleKind.MAX_LOST_SALES)
"""Rules on sums that turn out otherwise in another future; the rest compare or count tiers."""


@dataclass(frozen=True, eq=False)
class RiskQuestion:
    """The futures and the aim. `best` (W,) are the best values of the futures, in the goal's sense;
    only regret asks for them. `limits` are those whose chance of being broken counts, by name; None
    for all of them.
    """

    problem: ScenarioProblem
    aim: Aim
    best: Numbers | None = None
    limits: frozenset[str] | None = None

    @cached_property
    def futures(self) -> tuple[ChoiceProblem, ...]:
        """The choice problem of each future."""
        return tuple(self.problem.problem(future) for future in range(self.problem.count))

    @property
    def later(self) -> LaterChange | None:
        """The option to change tiers later, where what futures bring counts in the aim."""
        return None if self.aim.measure is RiskMeasure.ROBUST else self.problem.later

    @property
    def limits_with_a_chance(self) -> tuple[str, ...]:
        """Limits that a future can break: budget, resources, level, lost sales, firm sum rules.

        Only those whose chance counts; none where the aim limits no chance.
        """
        if self.aim.chance is None:
            return ()
        problem = self.problem
        own = [
            name
            for name in ("budget", "min_service_level", "max_lost_sales")
            if not np.isnan(getattr(problem, name)).all()
        ]
        firm = [
            rule.name for rule in problem.base.rules if rule.kind in SUM_RULES and not rule.is_soft
        ]
        names = (*own, *problem.base.resources, *firm)
        return tuple(n for n in names if self.limits is None or n in self.limits)

    def only(self, limits: frozenset[str]) -> RiskQuestion:
        """The same question where the chance of these limits alone counts."""
        return replace(self, limits=limits)
