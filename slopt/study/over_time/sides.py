"""A plan over periods with the inputs it belongs to, and how it reads under other inputs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopt.case.case import PlanningCase
from slopt.errors import UsageError
from slopt.plan.horizon.actual import Actuals, with_actuals
from slopt.problem.evaluate import Breach
from slopt.problem.horizon.build import build_horizon
from slopt.problem.horizon.evaluate import HorizonEvaluation, evaluate_horizon
from slopt.problem.horizon.problem import NEVER, HorizonChoice, HorizonProblem, Places
from slopt.sayings import say
from slopt.vocabulary import Status


@dataclass(frozen=True, eq=False)
class SideOverTime:
    """One of two plans to compare. `problem` is that in which its `actuals` have happened; `first`
    is the first period that was planned. `status` and `gap` are of a plan that was solved here."""

    label: str
    case: PlanningCase
    actuals: Actuals
    problem: HorizonProblem
    choice: HorizonChoice
    evaluation: HorizonEvaluation
    first: int = 0
    status: Status | None = None
    gap: float | None = None

    @property
    def breaks(self) -> tuple[Breach, ...]:
        """The limits that the plan breaks in the periods that were planned."""
        return still_asked(self.evaluation.violations, self.problem, self.first)


def still_asked(
    violations: tuple[Breach, ...], problem: HorizonProblem, first: int
) -> tuple[Breach, ...]:
    """The violations without those of limits of the periods before `first`, which are settled."""
    settled = tuple(f" {period}" for period in problem.periods[:first])
    return tuple(breach for breach in violations if not breach.rule.endswith(settled))


def side_over_time(
    label: str,
    case: PlanningCase,
    choice: HorizonChoice,
    actuals: Actuals | None = None,
    first: int = 0,
    status: Status | None = None,
    gap: float | None = None,
) -> SideOverTime:
    """The side of a choice over all periods of a case."""
    problem = build_horizon(case)
    known = actuals or Actuals.none(*problem.size[:2])
    problem, choice = with_actuals(problem, choice, known)
    value = evaluate_horizon(problem, choice)
    return SideOverTime(label, case, known, problem, choice, value, first, status, gap)


def require_same_frame(a: SideOverTime, b: SideOverTime) -> None:
    """UsageError where the two do not have the same segments, tiers and periods."""
    pairs = (
        (say("segments"), list(a.problem.segments), list(b.problem.segments)),
        (say("tiers"), list(a.problem.tiers), list(b.problem.tiers)),
        (say("periods"), list(a.problem.periods), list(b.problem.periods)),
    )
    for what, first, second in pairs:
        if first != second:
            raise UsageError(
                say(
                    "{a} and {b} do not have the same {what} in the same order, so that no bridge "
                    "leads from one to the other. Plans over periods are compared for the same "
                    "ones; to plan again, keep the periods that are over in the case and use "
                    "--from.",
                    a=a.label,
                    b=b.label,
                    what=what,
                )
            )


def as_choice_of(
    choice: HorizonChoice, its: HorizonProblem, other: HorizonProblem
) -> HorizonChoice:
    """A choice in another problem of the same segments, tiers and periods.

    Staff and projects are known by their names. Those that the other does not have are left out,
    those that it alone has are not used; a tier whose lift it does not have is taken without it.
    """
    t = len(other.periods)
    hired, released = np.zeros((len(other.staff), t)), np.zeros((len(other.staff), t))
    places = {option.name: place for place, option in enumerate(its.staff)}
    for place, option in enumerate(other.staff):
        if option.name in places:
            hired[place] = choice.hired[places[option.name]]
            released[place] = choice.released[places[option.name]]
    started = np.array(
        [NEVER if one.started is None else one.started for one in other.projects], dtype=np.int64
    )
    names = {project.name: place for place, project in enumerate(its.projects)}
    for place, project in enumerate(other.projects):
        if project.name in names:
            started[place] = choice.started[names[project.name]]
    return HorizonChoice(_modes(choice.modes, its, other), hired, released, started)


def _modes(modes: Places, its: HorizonProblem, other: HorizonProblem) -> Places:
    lifted = {
        (tier, other.projects[project].name): mode
        for mode, (tier, project) in enumerate(
            zip(other.mode_tier.tolist(), other.mode_project.tolist(), strict=True)
        )
        if project >= 0
    }
    place = []
    for tier, project in zip(its.mode_tier.tolist(), its.mode_project.tolist(), strict=True):
        name = "" if project < 0 else its.projects[project].name
        place.append(tier if project < 0 else lifted.get((tier, name), tier))
    return np.asarray(np.array(place, dtype=np.int64)[modes])
