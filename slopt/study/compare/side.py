"""One side of a comparison: a case, a tier for every segment, and what is known of that choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import numpy as np

from slopt.case.case import PlanningCase
from slopt.errors import UsageError
from slopt.plan.plan import Plan
from slopt.problem.build import build_problem
from slopt.problem.choice import EDGE, Choice, ChoiceProblem, Numbers
from slopt.problem.evaluate import Evaluation, LimitUse, evaluate
from slopt.problem.scenarios.aim import Aim
from slopt.sayings import say
from slopt.vocabulary import RiskMeasure, Status


class SideKind(StrEnum):
    """Where the tiers of a side come from."""

    SOLVED = "solved"
    RECORDED = "recorded"
    BROUGHT = "brought"
    EDITED = "edited"
    TODAY = "today"


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two plans.

    `choice` (S,) are positions of tiers. `gap` is how far the plan may be from the best one for
    its case, relative; None where nobody says that it is near. `prices` are the relaxation prices
    of limits by name, as far as they are known. `reserve` (R,) are the units that it reserves and
    `aim` is what it was chosen for over its futures, both None of a plan at own numbers.
    """

    label: str
    kind: SideKind
    case: PlanningCase
    problem: ChoiceProblem
    choice: Choice
    evaluation: Evaluation
    status: Status | None = None
    gap: float | None = None
    prices: Mapping[str, float | None] = field(default_factory=dict)
    reserve: Numbers | None = None
    aim: Aim | None = None

    def is_for_other_than(self, other: Side) -> bool:
        """True where both plans were chosen, one for its futures and the other not so, or so."""
        chosen = (SideKind.SOLVED, SideKind.RECORDED)
        return self.kind in chosen and other.kind in chosen and self.aim != other.aim

    @property
    def is_best(self) -> bool:
        """True where the plan is known to lie within a gap of the best for its case."""
        return self.gap is not None

    @property
    def tiers(self) -> list[str]:
        """The tier of every segment, in the case's order."""
        return [self.problem.offer_name(s, int(k)) for s, k in enumerate(self.choice)]

    def binds(self, use: LimitUse) -> bool:
        """True where a limit costs something; where no price is known, where it is used up."""
        price = self.prices.get(use.name)
        if price is not None:
            return price > 0
        room = use.used - use.limit if use.at_least else use.limit + use.extra - use.used
        return room <= EDGE * max(1.0, abs(use.limit), abs(use.used))


def side_of_plan(label: str, plan: Plan, kind: SideKind = SideKind.SOLVED) -> Side:
    """A plan that slopt found; one for uncertain futures is not near the best at own numbers."""
    return Side(
        label,
        kind,
        plan.case,
        plan.problem,
        plan.choice,
        plan.evaluation,
        plan.status,
        None if plan.risk is not None else plan.gap,
        {price.name: price.relaxation for price in plan.prices},
        None if plan.risk is None else plan.risk.fares.reserve,
        None if plan.risk is None else plan.risk.aim,
    )


def side_of_record(
    label: str, case: PlanningCase, choice: Choice, document: Mapping[str, Any]
) -> Side:
    """A plan that was found earlier, with the result document that was written of it.

    The gap of one for uncertain futures is that of its aim, not of the case's own numbers.
    """
    problem, risk = build_problem(case), document.get("risk")
    gap, status = document.get("gap"), document.get("status")
    if isinstance(risk, Mapping):
        gap = None
    prices = {
        str(entry["name"]): entry.get("price")
        for entry in document.get("prices") or ()
        if isinstance(entry, Mapping) and "name" in entry
    }
    return Side(
        label,
        SideKind.RECORDED,
        case,
        problem,
        choice,
        evaluate(problem, choice),
        Status(status) if status in list(Status) else None,
        float(gap) if isinstance(gap, int | float) else None,
        prices,
        _reserved(problem, risk) if isinstance(risk, Mapping) else None,
        _aim(risk) if isinstance(risk, Mapping) else None,
    )


def _aim(risk: Mapping[str, Any]) -> Aim | None:
    """What a recorded plan was chosen for; None where its record does not say it."""
    if risk.get("measure") not in list(RiskMeasure):
        return None
    return Aim(
        RiskMeasure(risk["measure"]),
        *(risk[name] for name in ("tail", "weight", "at_worst", "chance")),
    )


def _reserved(problem: ChoiceProblem, risk: Mapping[str, Any]) -> Numbers:
    """(R,) units that a recorded plan reserves of each resource."""
    units = {
        str(entry["resource"]): float(entry["units"])
        for entry in risk.get("reserve") or ()
        if isinstance(entry, Mapping) and isinstance(entry.get("units"), int | float)
    }
    return np.array([units.get(name, 0.0) for name in problem.resources])


def side_of_choice(
    label: str, case: PlanningCase, choice: Choice, problem: ChoiceProblem | None = None
) -> Side:
    """Tiers that somebody brings; nothing is said about how good they are.

    `problem` is given where it is not simply that of the case, for levels that are brought too.
    """
    problem = build_problem(case) if problem is None else problem
    return Side(label, SideKind.BROUGHT, case, problem, choice, evaluate(problem, choice))


def side_of_edited(label: str, case: PlanningCase, choice: Choice) -> Side:
    """The plan in the folder of a run, changed since: what the run says of its own plan is void."""
    return replace(side_of_choice(label, case, choice), kind=SideKind.EDITED)


def side_of_today(label: str, case: PlanningCase) -> Side:
    """Today's tiers; raises UsageError where some segment has none."""
    problem = build_problem(case)
    missing = np.flatnonzero(problem.current < 0)
    if len(missing):
        name = problem.segments[int(missing[0])]
        if missing[0] >= problem.segment_count or problem.menu_size == 0:
            raise UsageError(
                say(
                    'There is no plan of today: it is not known what "{name}" does today. Name two '
                    "plans.",
                    name=name,
                )
            )
        raise UsageError(
            say(
                'There is no plan of today: "{name}" has no current_tier. Add it to the segments '
                "table, or name two plans.",
                name=name,
            )
            if len(missing) == 1
            else say(
                'There is no plan of today: "{name}" and {more} more have no current_tier. Add it '
                "to the segments table, or name two plans.",
                name=name,
                more=f"{len(missing) - 1:,}",
            )
        )
    choice = problem.current.copy()
    return Side(label, SideKind.TODAY, case, problem, choice, evaluate(problem, choice))
