"""How uncertain inputs hang together: their rank correlations, and whether these can all hold.

Inputs hang together through a Gaussian copula: the correlation of the normal scores behind a rank
correlation r is 2 sin(pi r / 6) (Kruskal 1958, Journal of the American Statistical Association 53).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.paths import path_of
from slopt.case.uncertain import UncertainCells, at_path

Numbers = NDArray[np.float64]

LEAST_EIGENVALUE = 1e-6
"""Of the correlation of scores: below it two sums of inputs are one, up to rounding."""
HALVINGS = 40


@dataclass(frozen=True)
class Correlated:
    """One row of correlations: the positions of its two inputs, first < second, and its place."""

    first: int
    second: int
    correlation: float
    row: int


def correlated(case: PlanningCase, inputs: Sequence[UncertainCells]) -> list[Correlated]:
    """The rows of correlations whose inputs are both among these.

    Raises UsageError for a path that does not exist.
    """
    table = case.table("correlations")
    found = []
    for row, (first, second, correlation) in enumerate(
        zip(table.texts("first"), table.texts("second"), table.numbers("correlation"), strict=True)
    ):
        places = [at_path(inputs, path_of(case, text)) for text in (first, second)]
        known = sorted(place for place in places if place is not None)
        if len(known) == 2 and known[0] != known[1]:
            found.append(Correlated(known[0], known[1], float(correlation), row))
    return found


def matrix_of(rows: Sequence[Correlated], members: Sequence[int]) -> Numbers:
    """(n, n): the rank correlations of these inputs, 0 where no row speaks of two."""
    at = {member: place for place, member in enumerate(members)}
    found = np.eye(len(members))
    for one in rows:
        if one.first in at and one.second in at:
            first, second = at[one.first], at[one.second]
            found[first, second] = found[second, first] = one.correlation
    return found


def of_scores(rank_correlation: Numbers) -> Numbers:
    """The correlation of the normal scores behind rank correlations."""
    found = 2 * np.sin(np.pi / 6 * rank_correlation)
    np.fill_diagonal(found, 1.0)
    return np.asarray(found)


def parts(rows: Sequence[Correlated]) -> list[list[int]]:
    """The inputs that hang together, directly or through others, part by part."""
    part: dict[int, set[int]] = {}
    for one in rows:
        joined = part.get(one.first, {one.first}) | part.get(one.second, {one.second})
        for member in joined:
            part[member] = joined
    return [list(its) for its in sorted({tuple(sorted(its)) for its in part.values()})]


@dataclass(frozen=True)
class Impossible:
    """Correlations of a part that cannot all hold.

    `eigenvalue` is the least one of their matrix (of scores, where only that is not positive
    definite), `rows` are those that it comes of. With all
    others as they are, `row` may be as much as `nearest`; None where no single change would do, and
    all of them times `factor` would.
    """

    eigenvalue: float
    rows: tuple[Correlated, ...]
    row: Correlated
    nearest: float | None
    factor: float


def impossible(rows: Sequence[Correlated]) -> Iterator[Impossible]:
    """The parts whose correlations cannot all hold."""
    for members in parts(rows):
        its = [one for one in rows if one.first in members]
        ranks = matrix_of(its, members)
        values, vectors = np.linalg.eigh(of_scores(ranks))
        if values[0] >= LEAST_EIGENVALUE:
            continue
        weight = np.abs(vectors[:, 0])
        at = {member: place for place, member in enumerate(members)}
        by_blame = sorted(its, key=lambda one: -abs(weight[at[one.first]] * weight[at[one.second]]))
        blamed = [
            one
            for one in by_blame
            if min(weight[at[one.first]], weight[at[one.second]]) > 0.1 * weight.max()
        ]
        changes = [(one, _nearest(ranks, at[one.first], at[one.second])) for one in blamed]
        possible = [(one, value) for one, value in changes if value is not None]
        row, nearest = min(
            possible, key=lambda pair: abs(pair[1] - pair[0].correlation), default=(blamed[0], None)
        )
        as_written = float(np.linalg.eigvalsh(ranks)[0])
        least = as_written if as_written < LEAST_EIGENVALUE else float(values[0])
        yield Impossible(least, tuple(blamed), row, nearest, _factor(ranks))


def _holds(ranks: Numbers) -> bool:
    return bool(np.linalg.eigvalsh(of_scores(ranks))[0] >= LEAST_EIGENVALUE)


def _nearest(ranks: Numbers, first: int, second: int) -> float | None:
    """What the correlation of two may be, all others as they are: the nearest, to two digits.

    The values that would do are an interval; one inside of it is where the two hang together
    through the others alone.
    """
    others = [place for place in range(len(ranks)) if place not in (first, second)]
    scores = of_scores(ranks)
    through = 0.0
    if others:
        rest, of_both = scores[np.ix_(others, others)], scores[np.ix_(others, [first, second])]
        if np.linalg.eigvalsh(rest)[0] < LEAST_EIGENVALUE:
            return None
        through = float(of_both[:, 0] @ np.linalg.solve(rest, of_both[:, 1]))
    if abs(through) > 1:
        return None
    now, inside = ranks[first, second], float(6 / np.pi * np.arcsin(through / 2))

    def would_do(value: float) -> bool:
        changed = ranks.copy()
        changed[first, second] = changed[second, first] = value
        return _holds(changed)

    if not would_do(inside):
        return None
    outside = float(now)
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if would_do(middle) else (inside, middle)
    step = -0.01 if now > inside else 0.01
    rounded = float(np.floor(inside * 100) if now > inside else np.ceil(inside * 100)) / 100
    return next((v for v in (rounded, rounded + step) if would_do(v)), None)


def _factor(ranks: Numbers) -> float:
    """By how much all would have to be smaller, to two digits."""
    own = np.eye(len(ranks))
    inside, outside = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        would = _holds(own + middle * (ranks - own))
        inside, outside = (middle, outside) if would else (inside, middle)
    return float(np.floor(inside * 100)) / 100
