"""Prices of the limits of a problem with the offers it lists, and the mixture they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import ChoiceProblem
from slopt.problem.matrix import assemble
from slopt.problem.program import LinearProgram
from slopt.problem.sharing import obstacle, share
from slopt.solve.highs import Options, run
from slopt.solve.price_proof import price_proof
from slopt.vocabulary import Status

Numbers = NDArray[np.float64]
LINEAR = 20_000
"""Pairs up to which the relaxation is solved as a linear program, which says what is mixed too."""


@dataclass(frozen=True, eq=False)
class Priced:
    """`bound` is in the minimised sense: what the listed offers cannot beat at the prices.

    `mixture` (S, K) are the shares of each row's offers, None where only prices were found. Of a
    problem without any mixture the prices prove that (`is_ray`).
    """

    prices: Mapping[str, float]
    bound: float
    mixture: Numbers | None = None
    is_ray: bool = False


def priced(
    problem: ChoiceProblem, options: Options, known: Mapping[str, float] | None = None
) -> Priced | None:
    """Prices of the relaxation; None where time did not suffice or nothing proves anything."""
    if not problem.admissible.any(axis=1).all():
        return None
    if np.count_nonzero(problem.admissible) <= LINEAR or obstacle(problem) is not None:
        return _by_program(problem, options)
    return _by_prices(problem, options, known)


def _by_program(problem: ChoiceProblem, options: Options) -> Priced | None:
    program = assemble(problem)
    answer = run(program.relaxed(), options)
    if answer.status is Status.INFEASIBLE:
        return _ray(problem, options) or _least_breach(program, options)
    if answer.status is not Status.OPTIMAL or answer.values is None or answer.row_duals is None:
        return None
    prices = {name: abs(float(answer.row_duals[row])) for name, row in program.shared.items()}
    mixture = np.zeros(problem.admissible.shape)
    segment, tier = program.choose.T
    mixture[segment, tier] = np.clip(answer.values[: len(segment)], 0.0, 1.0)
    return Priced(prices, program.sign * float(answer.objective or 0.0), mixture)


def _by_prices(
    problem: ChoiceProblem, options: Options, known: Mapping[str, float] | None
) -> Priced | None:
    from slopt.solve.prices.coordinator import local_prices
    from slopt.solve.prices.oracle import LocalOracle

    rows = share(problem).rows
    start = None if known is None else np.array([known.get(name, 0.0) for name in rows.names])
    found = local_prices(LocalOracle(rows, options.seed), options, start)
    if not np.isfinite(found.bound):
        return None
    if found.at_end:
        return _ray(problem, options)
    prices = dict(zip(rows.names, found.prices.tolist(), strict=True))
    return Priced(prices, rows.dual(found.prices)[0])


def _least_breach(program: LinearProgram, options: Options) -> Priced | None:
    """Prices at which limits are broken the least, each in shares of itself; None without any.

    They prove that no mixture keeps the limits, where what is left out of shared rows counts too.
    """
    rows = np.array(sorted(program.shared.values()), dtype=np.int64)
    columns = len(program.cost)
    floor = np.isinf(program.row_upper[rows])
    limit = np.where(floor, program.row_lower[rows], program.row_upper[rows])
    own = columns + np.arange(len(rows))
    after = program.start[rows + 1]
    start = program.start.copy()
    for row in rows.tolist():
        start[row + 1 :] += 1
    elastic = program.replace(
        cost=np.append(np.zeros(columns), 1.0 / np.maximum(1.0, np.abs(limit))),
        lower=np.append(program.lower, np.zeros(len(rows))),
        upper=np.append(program.upper, np.full(len(rows), np.inf)),
        integral=np.zeros(columns + len(rows), dtype=np.bool_),
        start=start,
        index=np.insert(program.index, after, own),
        value=np.insert(program.value, after, np.where(floor, 1.0, -1.0)),
        offset=0.0,
    )
    answer = run(elastic, options)
    if answer.status is not Status.OPTIMAL or answer.row_duals is None:
        return None
    duals = answer.row_duals
    prices = {name: abs(float(duals[row])) for name, row in program.shared.items()}
    return Priced(prices, 0.0, is_ray=True)


def _ray(problem: ChoiceProblem, options: Options) -> Priced | None:
    prices = price_proof(problem, options)
    if prices is None:
        return None
    return Priced(prices, 0.0, is_ray=True)
