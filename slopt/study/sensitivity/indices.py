"""Morris and Sobol of the money and of the decision, over the ranges of all inputs at once."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from slopt.study.sensitivity import salib
from slopt.study.sensitivity.futures import Futures
from slopt.study.sensitivity.move import Place
from slopt.study.sensitivity.salib import Measure
from slopt.study.sensitivity.shares import Share
from slopt.study.sensitivity.stability import place_of
from slopt.vocabulary import Screening

Numbers = NDArray[np.float64]
Tiers = NDArray[np.int64]


class Result(StrEnum):
    """What an index is of: the goal's value, the segments that move, the cost of not moving."""

    GOAL = "goal"
    MOVED = "moved"
    REGRET = "regret"


@dataclass(frozen=True, eq=False)
class Indices:
    """Measures by result (none where the result never changes), and how often tiers change.

    changed: for each input, steps in which it alone moves and the best tier of any segment is
    another one after it; changed_segments: the same by segment, (D, S) counts of `steps`.
    groups: paths or base samples, of which `left_out` have a place without a plan and do not
    count. Regret has no measures where the recommendation breaks a limit at some place: `breaks`
    are those places of `places`.
    """

    method: Screening
    groups: int
    left_out: int
    places: int
    breaks: int
    unproven: int
    measures: dict[Result, list[Measure]]
    changed: tuple[Share, ...]
    changed_segments: NDArray[np.int64]

    @property
    def steps(self) -> int:
        """Steps of one input."""
        return self.groups - self.left_out


def indices(futures: Futures, method: Screening, samples: int, seed: int) -> Indices:
    """Solve the places that the method asks for and measure what comes of them.

    `samples`: paths of Morris, each one place more than there are inputs; base samples of Sobol,
    rounded up to a power of two, each two places more. Raises UsageError without SALib.
    """
    count = len(futures.inputs)
    if method is Screening.MORRIS:
        shares = salib.morris_places(count, samples, seed)
    else:
        shares = salib.sobol_places(count, 1 << max(samples - 1, 0).bit_length(), seed)
    groups, rows, _ = shares.shape
    places = [place_of(futures.inputs, share) for share in shares.reshape(-1, count)]
    answers = futures.best(places)
    has_plan = np.array([np.isfinite(futures.least(place)) for place in places])
    kept = has_plan.reshape(groups, rows).all(axis=1)
    good = [place for place, keep in zip(places, np.repeat(kept, rows), strict=True) if keep]
    shape = (int(kept.sum()), rows)
    results = _results(futures, good, shape)
    breaks = int(np.isinf(results[Result.REGRET]).sum())
    measures: dict[Result, list[Measure]] = {}
    for name, values in results.items():
        if not np.isfinite(values).all():
            measures[name] = []
        elif method is Screening.MORRIS:
            measures[name] = salib.morris_measures(shares[kept], values, seed)
        else:
            measures[name] = salib.sobol_measures(values, seed)
    tiers = _best_tiers(futures, good).reshape(*shape, -1)
    if method is Screening.MORRIS:
        changed = _changed_on_paths(shares[kept], tiers)
    else:
        changed = tiers[:, 1:-1] != tiers[:, :1]
    hits = changed.any(axis=2).sum(axis=0).tolist()
    return Indices(
        method,
        groups,
        groups - shape[0],
        len(good),
        breaks,
        sum(not best.is_proven for best in answers),
        measures,
        tuple(Share(hit, shape[0]) for hit in hits) if shape[0] else (),
        changed.sum(axis=0),
    )


def _results(
    futures: Futures, places: list[Place], shape: tuple[int, int]
) -> dict[Result, Numbers]:
    """The three results at these places, each of this shape."""
    found = {
        Result.GOAL: [futures.sense * futures.least(place) for place in places],
        Result.MOVED: [float(len(futures.moved(place) or ())) for place in places],
        Result.REGRET: [futures.regret(place) for place in places],
    }
    return {name: np.array(values).reshape(shape) for name, values in found.items()}


def _best_tiers(futures: Futures, places: list[Place]) -> Tiers:
    """The best tier of every segment at each place, (P, S); the planned ones where as good."""
    tiers = np.empty((len(places), len(futures.plan)), dtype=np.int64)
    for row, place in enumerate(places):
        best = futures.best([place])[0].choice
        tiers[row] = best if best is not None and futures.moved(place) else futures.plan
    return tiers


def _changed_on_paths(shares: Numbers, tiers: Tiers) -> NDArray[np.bool_]:
    """(paths, D, S): does the best tier change in the step in which input d moves?"""
    moves = np.argmax(np.diff(shares, axis=1) != 0, axis=2)
    changed = np.zeros((len(shares), shares.shape[2], tiers.shape[2]), dtype=np.bool_)
    steps = tiers[:, 1:] != tiers[:, :-1]
    np.put_along_axis(changed, moves[:, :, None], steps, axis=1)
    return changed
