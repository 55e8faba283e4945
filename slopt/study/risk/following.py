"""How plans may follow an input: segment by segment where nothing is shared, else by plans that are
made for the input.

The best plans of single futures are made for all inputs at once. The plan that follows one input is
best for what its number tells and the mean of all else, and need not be the best of any future. So
for a few ranges of the input the ordinary problem of the figures to be expected there is solved,
with the limits at the case's own numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.problem.evaluate import evaluate
from slopt.problem.scenarios.many_choices import losses_of
from slopt.problem.scenarios.scenario_problem import BY_PAIR, ScenarioProblem
from slopt.solve.highs import Options
from slopt.solve.risk.best_of_futures import best_of_futures
from slopt.solve.risk.future_rows import FutureRows
from slopt.study.risk.additive import Additive
from slopt.study.risk.fitting import basis_of
from slopt.study.risk.sample import Sample

Numbers = NDArray[np.float64]

RANGES = 5
"""Ranges of an input for each of which a plan is made."""
MOST_SOLVED = 100
"""Problems that are solved for all inputs and both halves of the futures, at the most."""
MOST_NUMBERS = 20_000_000
"""Numbers of all futures up to which plans are made."""
SECONDS = 10.0
"""For all of these plans."""
FIGURES = (*BY_PAIR, "use", "open_cost", "capacity", "extra_premium")
"""Of a future, as far as they are not the same in all."""
TOLD = 1e-9
"""A spread below this share of the figure is rounding."""


@dataclass(frozen=True, eq=False)
class Following:
    """What a plan may do besides the candidates that are the best of some future.

    `apart` (W, S, K) are what tiers lose by segment, where segments share nothing, else None; of a
    tier that is barred infinite. `halves` (W,) says in which half each future lies, and `plans` by
    the inputs of a group the losses (W, C) of the plans made without the first half, and without
    the second, so that no plan is judged by futures that it was made for.
    """

    apart: Numbers | None = None
    halves: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    plans: dict[tuple[int, ...], tuple[Numbers, Numbers]] = field(default_factory=dict)


def following(
    problem: ScenarioProblem,
    sample: Sample,
    groups: Sequence[tuple[int, ...]],
    worth: Numbers,
    reserves: Sequence[Numbers],
    gap: float,
    seed: int,
) -> Following:
    """What may follow each of these groups of inputs, no input standing for the listed scenario.

    `worth` (one for each group) says of which to make plans first where there are many.
    """
    if not sample.drawn or sample.count < 2 * RANGES:
        return Following()
    halves = np.random.default_rng(seed).permutation(sample.count) % 2 == 0
    arrays = {name: getattr(problem, name) for name in FIGURES}
    arrays = {name: its for name, its in arrays.items() if len(its) > 1}
    if sum(its.size for its in arrays.values()) > MOST_NUMBERS or problem.pools != ((),):
        return Following()
    order = np.argsort(-worth, kind="stable")[: MOST_SOLVED // (2 * RANGES)]
    chosen = [groups[place] for place in order.tolist() if worth[place] > 0]
    if not chosen or not arrays:
        return Following()
    flat = np.hstack([its.reshape(sample.count, -1) for its in arrays.values()])
    parts = [_expected(sample, halves == side, flat, chosen) for side in (False, True)]
    counts = [len(its) for part in parts for its in part]
    figures = np.concatenate([its for part in parts for its in part])
    made = _made(problem, arrays, figures)
    try:
        best = best_of_futures(made, Options(gap, SECONDS, seed))
    except TimeoutError:
        best = None
    if best is None:
        return Following()
    found = [
        _losses(problem, its, reserves) for its in np.split(best.choices, np.cumsum(counts)[:-1])
    ]
    # Made of the futures of the second half, and of the first.
    both = zip(found[: len(chosen)], found[len(chosen) :], strict=True)
    return Following(None, halves, dict(zip(chosen, both, strict=True)))


def apart_of(problem: ScenarioProblem) -> Numbers | None:
    """(W, S, K): what tiers lose by segment, infinite where barred; None where segments share
    something that may matter.
    """
    rows = FutureRows.of(problem)
    if rows is None or problem.base.pools or np.any(problem.can_reserve):
        return None
    losses = rows.losses
    shared, coupling = losses.rows, losses.coupling
    if not coupling.is_empty or losses.opened.any():
        return None
    can = problem.base.admissible
    if losses.sharing.merged is not None or not can.any(axis=1).all():
        return None
    for use, limit, floor in zip(shared.use, shared.limit, shared.floor, strict=True):
        least = float(np.where(can, use, np.inf).min(axis=1).sum())
        most = float(np.where(can, use, -np.inf).max(axis=1).sum())
        if least < limit if floor else most > limit:
            return None
    late = np.where(can, losses.use, -np.inf).max(axis=3).sum(axis=2) > losses.capacity
    if late.any():
        return None
    return np.where(can, losses.pair, np.inf)


def _expected(
    sample: Sample, half: NDArray[np.bool_], flat: Numbers, groups: Sequence[tuple[int, ...]]
) -> list[Numbers]:
    """By group (ranges, M): the figures to be expected in each range of it, by half the futures."""
    probability = sample.probability[half]
    its = replace(
        sample,
        probability=probability / probability.sum(),
        values=sample.values[half],
        places=sample.places[half],
        scenario=sample.scenario[half],
    )
    figures = flat[half]
    low, high = flat.min(axis=0), flat.max(axis=0)
    moves = np.flatnonzero(high - low > TOLD * np.maximum(np.abs(low), np.abs(high)))
    middle = its.probability @ figures
    added = Additive(its, figures[:, moves])
    found = []
    for group in groups:
        basis = basis_of(its, group)
        weighted = basis.T * its.probability
        room = 1e-9 * np.eye(basis.shape[1])
        fit = np.linalg.solve(weighted @ basis + room, weighted @ added.without_others(group))
        every = [basis[part].mean(axis=0) @ fit for part in _ranges(its, group)]
        told = np.tile(middle, (len(every), 1))
        told[:, moves] = np.clip(np.array(every), low[moves], high[moves])
        found.append(told)
    return found


def _ranges(sample: Sample, group: tuple[int, ...]) -> list[NDArray[np.int64]]:
    """Futures of each range of an input, or of each listed scenario."""
    if not group:
        return [np.flatnonzero(sample.scenario == one) for one in np.unique(sample.scenario)]
    order = np.argsort(sample.values[:, group[0]], kind="stable")
    return np.array_split(order, RANGES)


def _made(
    problem: ScenarioProblem, arrays: dict[str, Numbers], figures: Numbers
) -> ScenarioProblem:
    """These figures (N, M) as N futures."""
    count, first = len(figures), 0
    changes: dict[str, Any] = {}
    for name, its in arrays.items():
        size = its[0].size
        changes[name] = figures[:, first : first + size].reshape(count, *its.shape[1:]).copy()
        first += size
    held = ("weight", "extra_capacity", "budget", "min_service_level", "max_lost_sales")
    for name in held:
        its = getattr(problem, name)
        changes[name] = problem.probability @ its.reshape(len(its), -1) if len(its) > 1 else its
        changes[name] = changes[name].reshape(1, *its.shape[1:])
    return replace(problem, probability=np.full(count, 1 / count), names=(), later=None, **changes)


def _losses(
    problem: ScenarioProblem, choices: NDArray[np.int64], reserves: Sequence[Numbers]
) -> Numbers:
    """(W, C): of different plans that keep what they must, with each reserve."""
    different = np.unique(choices, axis=0)
    kept = [one for one in different if not evaluate(problem.base, one).violations]
    if not kept:
        return np.zeros((problem.count, 0))
    return np.hstack([losses_of(problem, np.array(kept), own) for own in reserves])
