"""The plan as a value: what was chosen, what it is worth, how sure that is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from slopt.case.case import PlanningCase
from slopt.plan.certificate import Certificate, certify
from slopt.plan.check import check, check_no_plan
from slopt.plan.rows import plan_rows
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.evaluate import Evaluation, LimitUse, evaluate
from slopt.solve.outcome import Outcome, relative_gap
from slopt.vocabulary import Status

if TYPE_CHECKING:
    import pandas as pd

    from slopt.plan.risk import PlanRisk

NOISE = 1e-12
"""A bound nearer to the plan than this share of the largest offer is the plan's own value."""


@dataclass(frozen=True)
class Price:
    """One limit and its three prices, in the unit of the goal per unit of the limit.

    relaxation: what one unit more would gain if tiers could be mixed; None if not computed.
    fixed_choice: what one unit more would gain with every tier as it is; None where nothing but
        tiers is left to decide.
    next_step, next_gain: the least relief that makes a better plan possible, and what that plan
        really gains, both found by solving; None if not asked, next_step infinite where no relief
        of this limit helps.
    """

    use: LimitUse
    relaxation: float | None = None
    fixed_choice: float | None = None
    next_step: float | None = None
    next_gain: float | None = None

    @property
    def name(self) -> str:
        """The name of the limit."""
        return self.use.name

    @property
    def binds(self) -> bool:
        """True where the limit costs something, in the relaxation or in the next real step."""
        return (self.relaxation or 0.0) > 0 or (self.next_gain or 0.0) > 0


@dataclass(frozen=True, eq=False)
class Plan:
    """A checked plan. `choice` holds the position of each segment's tier.

    `current` is the value of today's tiers, None where a segment has none. `objective`, `bound`
    and `gap` are those of the solver; `certificate` is proven without it. Of a plan for uncertain
    futures `risk` says what it is best at and how near; of its objective there is no bound then.
    """

    case: PlanningCase
    problem: ChoiceProblem
    outcome: Outcome
    choice: Choice
    evaluation: Evaluation
    current: Evaluation | None
    objective: float
    bound: float | None
    certificate: Certificate | None
    prices: tuple[Price, ...] = field(default=())
    risk: PlanRisk | None = None

    @property
    def gap(self) -> float | None:
        """The solver's relative gap, of what the plan is best at."""
        if self.risk is not None:
            return self.risk.gap
        return relative_gap(self.objective, self.bound)

    @property
    def status(self) -> Status:
        """How the solve ended."""
        return self.outcome.status

    @property
    def tiers(self) -> list[str]:
        """The tier of each segment, in the case's order; "level" where that is what it chooses."""
        segments = self.choice[: self.problem.segment_count].tolist()
        return [self.problem.offer_name(s, k) for s, k in enumerate(segments)]

    @property
    def moves(self) -> list[int]:
        """Positions of the segments whose tier differs from today's."""
        row = np.arange(len(self.choice))
        return [int(s) for s in np.flatnonzero(self.problem.changed[row, self.choice])]

    def with_prices(self, prices: tuple[Price, ...]) -> Plan:
        """The same plan with more known about its prices."""
        return replace(self, prices=prices)

    def frame(self) -> pd.DataFrame:
        """The rows of plan.csv as a DataFrame."""
        import pandas as pd

        return pd.DataFrame(plan_rows(self.problem, self.choice))


@dataclass(frozen=True, eq=False)
class Evaluated:
    """A plan that the user brought, priced: nothing is optimised and nothing refused."""

    case: PlanningCase
    problem: ChoiceProblem
    choice: Choice
    evaluation: Evaluation
    current: Evaluation | None


def make_plan(
    case: PlanningCase, problem: ChoiceProblem, outcome: Outcome, own_objective: bool = True
) -> Plan | None:
    """The checked plan of an outcome, None where there is none; raises VerificationFailed."""
    if outcome.choice is None:
        if outcome.status is Status.INFEASIBLE and own_objective:
            check_no_plan(problem)
        return None
    evaluation = evaluate(problem, outcome.choice)
    check(problem, outcome, evaluation, own_objective)
    objective = evaluation.objective if own_objective else float(outcome.objective or 0.0)
    bound = outcome.bound
    if bound is not None:
        bound = max(bound, objective) if problem.goal.maximises else min(bound, objective)
        if abs(bound - objective) <= NOISE * float(abs(problem.values).max(initial=0.0)):
            bound = objective
    relaxation = outcome.relaxation
    certificate = None
    if relaxation is not None:
        certificate = certify(problem, outcome.choice, objective, relaxation)
    # A limit that a shipped program has no row for cannot bind; of a user's own model, who knows.
    # The number of tiers is no shared row: where prices were found without a program it has none.
    whole = relaxation is not None and relaxation.program is not None
    without_row = 0.0 if own_objective and whole else None
    known = {} if relaxation is None else relaxation.prices
    prices = tuple(Price(use, known.get(use.name, without_row)) for use in evaluation.limits)
    return Plan(
        case,
        problem,
        outcome,
        outcome.choice,
        evaluation,
        evaluate_current(problem),
        objective,
        bound,
        certificate,
        prices,
    )


def evaluate_current(problem: ChoiceProblem) -> Evaluation | None:
    """The value of today's tiers, None where a segment has none."""
    if len(problem.current) == 0 or np.any(problem.current < 0):
        return None
    return evaluate(problem, problem.current)
