"""How a plan fares over the futures of its case, as one value: outlook, regret, drivers, and what
knowing more would be worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice
from slopt.problem.evaluate import evaluate
from slopt.problem.scenarios.drawn import Futures
from slopt.problem.scenarios.later_fares import Choices
from slopt.problem.scenarios.many_choices import losses_of
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.solve.risk.best_of_futures import BestOfFutures
from slopt.solve.risk.losses import pair_losses
from slopt.study.risk.drivers import Driver, drivers
from slopt.study.risk.estimates import mean_of
from slopt.study.risk.following import Following, apart_of, following
from slopt.study.risk.hindsight import Hindsight, hindsight
from slopt.study.risk.knowing import (
    Group,
    Knowing,
    Known,
    differences,
    worth_by_input,
    worth_of_knowing,
)
from slopt.study.risk.outlook import PlanOutlook, outlook
from slopt.study.risk.sample import Sample
from slopt.study.risk.sample_size import TooSmall, too_small

Numbers = NDArray[np.float64]

SCENARIO = "scenario"
"""The name under which knowing the listed scenario is told."""
MOST_CANDIDATES = 40
"""Plans of futures that count as candidates: those that are the best of the most futures."""


@dataclass(frozen=True, eq=False)
class RiskStudy:
    """How one plan fares, what it regrets, what drives its bad futures, what knowing is worth.

    `hindsight` and `knowing` are None where the best plans of the futures were not asked for, or
    could not be had.
    """

    futures: Futures
    plan: PlanOutlook
    drivers: tuple[Driver, ...]
    hindsight: Hindsight | None
    knowing: Knowing | None
    too_small: tuple[TooSmall, ...]

    @property
    def sample(self) -> Sample:
        """The futures, as what figures are estimated from."""
        return self.plan.sample

    @property
    def problem(self) -> ScenarioProblem:
        """The choice in all futures."""
        return self.futures.problem


def sample_of(futures: Futures) -> Sample:
    """The sample that drawn futures are; all there are, where no input is drawn."""
    return Sample(
        futures.probability,
        futures.values,
        futures.places,
        futures.scenario,
        drawn=bool(futures.inputs),
    )


def study_plan(
    futures: Futures,
    choice: Choice,
    reserve: Numbers | None = None,
    best: BestOfFutures | None = None,
    further: Sequence[tuple[Choice, Numbers | None]] = (),
    then: Choices | None = None,
) -> RiskStudy:
    """Study a choice (S,) with `reserve` (R,) units secured beforehand.

    `best` are the best plans of the futures, without which there is no regret and no worth of
    knowing. `further` are other plans (with their reserve) that may be followed. `then` (W, S) are
    the tiers after a later change; what knowing is worth is without one.
    """
    problem, sample = futures.problem, sample_of(futures)
    risk, seed = futures.case.settings.risk, futures.case.settings.solve.seed
    plan = outlook(problem, sample, choice, risk.tail, reserve, then)
    sign = -1.0 if problem.base.goal.maximises else 1.0
    names = [one.name for one in futures.inputs]
    listed = [one.name for one in futures.listed]
    driving = drivers(sample, sign * plan.fares.value, risk.tail, names, listed, seed)
    small = too_small(sample, risk.tail, plan.limits, risk.chance)
    if best is None:
        return RiskStudy(futures, plan, driving, None, None, small)
    candidates = candidates_of(problem, best, [(choice, reserve), *further])
    its = sign * plan.fares.value + plan.own.penalties
    least = np.minimum(sign * best.values, candidates.losses.min(axis=1, initial=np.inf))
    return RiskStudy(
        futures,
        plan,
        driving,
        hindsight(problem, sample, best, its, least, risk.tail),
        _knowing(futures, sample, candidates, least, seed) if len(candidates.choices) else None,
        small,
    )


@dataclass(frozen=True, eq=False)
class Candidates:
    """C plans that keep all limits at the case's own numbers, (C, S), with reserve (C, R), and
    their losses in the futures (W, C).
    """

    choices: NDArray[np.int64]
    reserves: Numbers
    losses: Numbers


def candidates_of(
    problem: ScenarioProblem, best: BestOfFutures, plans: Sequence[tuple[Choice, Numbers | None]]
) -> Candidates:
    """These plans and the best ones of the futures, each with every reserve that a plan has."""
    nothing = np.zeros(problem.base.size[2])
    reserves = {tuple(nothing): nothing}
    for _, own in plans:
        if own is not None:
            reserves[tuple(np.asarray(own).tolist())] = np.asarray(own, dtype=np.float64)
    choices = np.concatenate([np.array([one for one, _ in plans]), common(best.choices)])
    kept = [one for one in choices if not evaluate(problem.base, one).violations]
    choices = common(np.array(kept).reshape(-1, choices.shape[1]), len(kept))
    losses = [losses_of(problem, choices, own) for own in reserves.values()]
    return Candidates(
        np.tile(choices, (len(reserves), 1)),
        np.repeat(np.array(list(reserves.values())), len(choices), axis=0),
        np.concatenate(losses, axis=1),
    )


def _knowing(
    futures: Futures, sample: Sample, candidates: Candidates, least: Numbers, seed: int
) -> Knowing:
    """What knowing is worth to who may choose among the candidates, or follow what is known."""
    groups = groups_of(futures)
    follows = _follows(futures, sample, candidates, groups, seed)
    perfect, worth = worth_of_knowing(sample, candidates.losses, least, groups, seed, follows)
    best = int(np.argmin(sample.probability @ candidates.losses))
    return Knowing(
        candidates.choices,
        best,
        mean_of(sample, candidates.losses[:, best]),
        perfect,
        tuple(sorted(worth, key=lambda one: -one.worth.value)),
    )


def _follows(
    futures: Futures, sample: Sample, candidates: Candidates, groups: Sequence[Group], seed: int
) -> Following:
    """By segment where nothing is shared, else by plans for the inputs that tell segments most."""
    problem = futures.problem
    apart = apart_of(problem)
    if apart is not None:
        return Following(apart)
    alone = [one for one in groups if len(one.inputs) <= 1]
    losses = np.where(problem.base.admissible, pair_losses(problem), np.inf)
    losses = np.broadcast_to(losses, (problem.count, *losses.shape[1:]))
    worth = worth_by_input(sample, differences(losses), seed).sum(axis=1)
    worth = np.array([worth[one.inputs[0]] if one.inputs else np.inf for one in alone])
    reserves = list(np.unique(candidates.reserves, axis=0))
    gap = futures.case.settings.solve.gap
    return following(problem, sample, [one.inputs for one in alone], worth, reserves, gap, seed)


def groups_of(futures: Futures) -> list[Group]:
    """What may be known together: each input alone, each column of several, and the scenario."""
    groups = [Group(one.name, Known.INPUT, (d,)) for d, one in enumerate(futures.inputs)]
    columns: dict[str, list[int]] = {}
    for d, one in enumerate(futures.inputs):
        columns.setdefault(one.group, []).append(d)
    groups += [
        Group(name, Known.COLUMN, tuple(inputs))
        for name, inputs in columns.items()
        if len(inputs) > 1
    ]
    if futures.listed:
        groups.append(Group(SCENARIO, Known.SCENARIO))
    return groups


def common(choices: NDArray[np.int64], most: int = MOST_CANDIDATES) -> NDArray[np.int64]:
    """(C, S): different plans, those that are the best of the most futures first."""
    different, counts = np.unique(choices, axis=0, return_counts=True)
    return np.asarray(different[np.argsort(-counts, kind="stable")[:most]])
