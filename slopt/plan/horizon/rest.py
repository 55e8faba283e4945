"""The rest of a horizon: the problem that is left once its first periods are settled.

What was decided before is in the rest as its history, the customers who are there, the staff that
is held or on its way, the projects that were started and the budget that is left over. Money keeps
the present value it has in the whole horizon, so that the value of the rest is that of the whole
less a constant that nobody decides any more.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from slopt.problem.horizon.evaluate import HorizonEvaluation
from slopt.problem.horizon.forbidden_choices import ROOM
from slopt.problem.horizon.problem import (
    LOST,
    NEVER,
    HorizonChoice,
    HorizonProblem,
    Places,
    Project,
    StaffOption,
)


def rest_of(
    problem: HorizonProblem,
    choice: HorizonChoice,
    evaluation: HorizonEvaluation,
    first: int,
    notice: Places | None = None,
) -> HorizonProblem:
    """The problem of the periods from `first` (1 or more) on.

    `choice` and its `evaluation` are of the whole horizon; only what it settles before `first`
    counts, and the tiers that it announces: with `notice` (S,) a segment keeps them in the first
    so many periods of the rest.
    """
    tier = problem.mode_tier[choice.modes]
    barred = problem.barred[:, first:].copy()
    if notice is not None:
        announced = problem.mode_tier[None, None, :] != tier[:, first:, None]
        within = np.arange(barred.shape[1])[None, :] < notice[:, None]
        barred |= announced & within[:, :, None]
    cut = {
        name: getattr(problem, name)[:, first:]
        for name in (*BY_SEGMENT_AND_PERIOD, "capacity", "extra_capacity", "extra_premium")
    }
    return problem.replace(
        periods=problem.periods[first:],
        customers=evaluation.base.customers[:, first],
        history=np.concatenate([problem.history, choice.modes[:, :first]], axis=1),
        barred=barred,
        **cut,
        use=problem.use[:, :, first:],
        fixed_use=problem.fixed_use[:, :, first:],
        **{name: getattr(problem, name)[first:] for name in BY_PERIOD},
        stayed=_stayed(problem, tier[:, :first]),
        staff=tuple(
            _option(option, choice.hired[o], choice.released[o], first)
            for o, option in enumerate(problem.staff)
        ),
        projects=tuple(
            _project(project, start, first)
            for project, start in zip(problem.projects, choice.started.tolist(), strict=True)
        ),
        carry_in=float(evaluation.carried[first - 1]),
        changes_before=problem.changes_before + evaluation.changed[:, :first].sum(axis=1),
    )


BY_SEGMENT_AND_PERIOD = (
    "margin",
    "keep",
    "join",
    "cost",
    "fixed_cost",
    *LOST,
    "leave",
    "deter",
    "service_level",
)
BY_PERIOD = ("discount", "open_cost", "budget", "carries", "min_service_level", "max_lost_sales")


def _stayed(problem: HorizonProblem, tier: Places) -> Places:
    """(S,): periods that the last of these tiers (S, first) has been held."""
    stayed, at = problem.stayed, problem.current
    for p in range(tier.shape[1]):
        stayed = np.where(tier[:, p] == at, stayed + 1, 1)
        at = tier[:, p]
    return stayed


def _option(
    option: StaffOption, hired: np.ndarray, released: np.ndarray, first: int
) -> StaffOption:
    """The option with its staff as it is when the rest begins.

    Whoever has worked up and may go is among the units that are held; the others are its past.
    """
    newest_first = [*hired[:first][::-1].tolist(), *option.past]
    settled = sum(newest_first[max(option.hold - 1, 0) :])
    units = option.units + settled - float(released[:first].sum())
    size = max(1.0, option.units + settled)
    held = units + sum(newest_first[: max(option.hold - 1, 0)])
    most = option.most_held
    if most is not None and most < held <= most + ROOM * size:
        most = held
    return replace(
        option,
        units=0.0 if -ROOM * size < units < NOISE * size else units,
        most_held=most,
        wage=option.wage[first:],
        past=tuple(newest_first[: max(option.hold - 1, 0)]),
    )


NOISE = 1e-9
"""Share of the units held that is rounding in the answer of a solver."""


def _project(project: Project, start: int, first: int) -> Project:
    """The project as it stands when the rest begins; one whose time has gone starts no more."""
    if project.started is not None or start < first:
        began = start if project.started is None else project.started
        return replace(project, started=began - first)
    latest = None if project.latest is None else max(project.latest - first, -1)
    return replace(project, earliest=max(project.earliest - first, 0), latest=latest)


def choice_of_rest(problem: HorizonProblem, choice: HorizonChoice, first: int) -> HorizonChoice:
    """What a choice over the whole horizon decides from `first` on, for its rest."""
    started = np.where(choice.started == NEVER, NEVER, choice.started - first)
    return HorizonChoice(
        choice.modes[:, first:], choice.hired[:, first:], choice.released[:, first:], started
    )


def joined(settled: HorizonChoice, rest: HorizonChoice, first: int) -> HorizonChoice:
    """The periods before `first` as they were settled, and then the choice of the rest."""
    return HorizonChoice(
        np.concatenate([settled.modes[:, :first], rest.modes], axis=1),
        np.concatenate([settled.hired[:, :first], rest.hired], axis=1),
        np.concatenate([settled.released[:, :first], rest.released], axis=1),
        np.where(rest.started == NEVER, NEVER, rest.started + first),
    )
