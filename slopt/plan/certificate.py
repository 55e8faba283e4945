"""The certificate: what can be proven of a plan without trusting the solver.

Floats are binary fractions, so sums and products of them have exact values. Here they are taken
exactly: the plan's objective and every limit as rational numbers, and a bound on the best possible
plan by weak duality. For any prices y on the rows of `min c'x, L <= Ax <= U, l <= x <= u`

    bound(y) = sum_i (y_i L_i if y_i > 0 else y_i U_i)
             + sum_j min over [l_j, u_j] of (c - A'y)_j x_j

holds for every feasible x, whether or not y is optimal; the solver's prices only make it tight.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from slopt.plan.price_certificate import priced_bound
from slopt.plan.rows import tidy
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.program import LinearProgram
from slopt.solve.outcome import Relaxation, relative_gap

Numbers = NDArray[np.float64]
Exact = list[int]
MANY = 20_000
"""Segments from which sums are rounded once (math.fsum), to 2^-53 of their size."""


@dataclass(frozen=True)
class Certificate:
    """`bound` in the goal's unit and sense, rounded to the safe side; `gap` relative.

    `largest_breach` is the largest exact excess over any of the case's own sums, relative to the
    limit; up to 2e-9 the limit counts as kept.
    """

    bound: float
    gap: float
    largest_breach: float


def certify(
    problem: ChoiceProblem, choice: Choice, objective: float, relaxation: Relaxation
) -> Certificate | None:
    """Certificate of a plan; None where the prices give no finite bound.

    Prices count with the digits that are written, so that the bound can be had again from a file.
    What offers that are not listed could gain is taken as the sources of them have proven it.
    """
    if relaxation.program is None or relaxation.row_duals is None:
        written = {name: tidy(price) or 0.0 for name, price in relaxation.prices.items()}
        bound = priced_bound(problem, written)
    else:
        program = relaxation.program
        duals = relaxation.row_duals.copy()
        for row in program.shared.values():
            duals[row] = tidy(float(duals[row])) or 0.0
        exact = exact_bound(program, duals)
        if exact is None:
            return None
        value = Fraction(program.sign) * (exact + Fraction(program.offset))
        bound = _round_outwards(value, up=program.sign < 0)
    if relaxation.unlisted:
        up = problem.goal.maximises
        gain = Fraction(relaxation.unlisted)
        bound = _round_outwards(Fraction(bound) + (gain if up else -gain), up)
    gap = relative_gap(objective, bound)
    return Certificate(bound, gap or 0.0, largest_breach(problem, choice))


def exact_bound(program: LinearProgram, row_duals: Numbers) -> Fraction | None:
    """Lower bound on cost'x over the program (offset left out), as an exact number.

    Prices of the wrong sign for a one-sided row count as 0. None where a column without a bound
    has a reduced cost that would carry it to infinity.
    """
    duals = np.where((row_duals > 0) & np.isinf(program.row_lower), 0.0, row_duals)
    duals = np.where((duals < 0) & np.isinf(program.row_upper), 0.0, duals)
    price, price_exponent = _integers(duals)
    value, value_exponent = _integers(program.value)
    exponent = price_exponent + value_exponent
    cost, cost_exponent = _integers(program.cost)
    # Everything as whole multiples of 2^unit.
    unit = min(exponent, cost_exponent)
    reduced = [entry << (cost_exponent - unit) for entry in cost]
    shift = exponent - unit
    for row, column, entry in zip(
        program.row_of.tolist(), program.index.tolist(), value, strict=True
    ):
        if price[row]:
            reduced[column] -= (price[row] * entry) << shift
    total = Fraction(0)
    for row in np.flatnonzero(duals).tolist():
        side = program.row_lower[row] if duals[row] > 0 else program.row_upper[row]
        total += Fraction(float(duals[row])) * Fraction(float(side))
    total += _best_assignments(program, reduced, unit)
    for column, entry in enumerate(reduced):
        if entry == 0:
            continue
        side = program.lower[column] if entry > 0 else program.upper[column]
        if math.isinf(side):
            return None
        if side:
            total += Fraction(float(side)) * entry * Fraction(2) ** unit
    return total


def _best_assignments(program: LinearProgram, reduced: Exact, unit: int) -> Fraction:
    """Move the price of every `sum of x = 1` row to its best value; `reduced` is changed.

    The best price of such a row is the least reduced cost among its columns: that is the segment
    deciding alone, at the prices of the shared rows.
    """
    total = 0
    for row in _assignment_rows(program):
        columns = program.index[program.start[row] : program.start[row + 1]].tolist()
        least = min(reduced[column] for column in columns)
        for column in columns:
            reduced[column] -= least
        total += least
    return Fraction(total) * Fraction(2) ** unit


def _assignment_rows(program: LinearProgram) -> list[int]:
    """Rows that say: exactly one of these columns, each of which is between 0 and 1."""
    row = program.row_of
    fits = (program.value == 1) & (program.lower[program.index] == 0)
    fits &= program.upper[program.index] == 1
    count = np.diff(program.start)
    good = np.bincount(row, weights=fits, minlength=len(count)) == count
    good &= (program.row_lower == 1) & (program.row_upper == 1) & (count > 0)
    return [int(i) for i in np.flatnonzero(good)]


def _integers(values: Numbers) -> tuple[Exact, int]:
    """Finite floats as whole multiples of one power of two: (integers, exponent)."""
    mantissa, exponents = np.frexp(values)
    digits = np.ldexp(mantissa, 53).astype(np.int64)
    present = digits != 0
    if not present.any():
        return [0] * len(values), 0
    least = int(exponents[present].min()) - 53
    shifts = np.where(present, exponents - 53 - least, 0)
    return [d << s for d, s in zip(digits.tolist(), shifts.tolist(), strict=True)], least


def _round_outwards(value: Fraction, up: bool) -> float:
    """The nearest float that is not inside: at most the value, or at least it if `up`."""
    rounded = float(value)
    if up and Fraction(rounded) < value:
        return math.nextafter(rounded, math.inf)
    if not up and Fraction(rounded) > value:
        return math.nextafter(rounded, -math.inf)
    return rounded


def _exact_product(first: Numbers, second: Numbers) -> Fraction:
    pairs = zip(first.tolist(), second.tolist(), strict=True)
    return sum((Fraction(a) * Fraction(b) for a, b in pairs), Fraction(0))


@dataclass(frozen=True)
class ExactSums:
    """The sums that the case's own limits are about; 0 where there is no such limit.

    `used` are units by resource. `service_cost` has open costs but no extra units.
    """

    used: tuple[Fraction, ...]
    service_cost: Fraction = Fraction(0)
    lost_sales: Fraction = Fraction(0)
    service_level: Fraction = Fraction(0)

    def __add__(self, other: ExactSums) -> ExactSums:
        """The sums over two sets of segments."""
        return ExactSums(
            tuple(a + b for a, b in zip(self.used, other.used, strict=True)),
            self.service_cost + other.service_cost,
            self.lost_sales + other.lost_sales,
            self.service_level + other.service_level,
        )


def largest_breach(problem: ChoiceProblem, choice: Choice) -> float:
    """Largest relative excess over budget, capacities and caps, from exact sums."""
    return breach_of(problem, exact_sums(problem, choice))


def exact_sums(problem: ChoiceProblem, choice: Choice) -> ExactSums:
    """What a choice adds up to under each limit that there is."""
    row = np.arange(len(choice))

    def total(values: Numbers) -> Fraction:
        if len(values) > MANY:
            return Fraction(math.fsum(values))
        return sum((Fraction(float(v)) for v in values), Fraction(0))

    cost = lost = level = Fraction(0)
    if problem.budget is not None:
        cost = total(problem.service_cost[row, choice])
        cost += total(problem.open_cost[np.unique(choice)])
    if problem.max_lost_sales is not None:
        lost = total(problem.lost_sales[row, choice])
        lost += sum(Fraction(pool.loss(pool.told(choice))) for pool in problem.pools)
    if problem.min_service_level is not None:
        weight, levels = problem.mean_weight, problem.service_level[row, choice]
        level = total(weight * levels) if len(row) > MANY else _exact_product(weight, levels)
    used = tuple(total(use[row, choice]) for use in problem.use)
    return ExactSums(used, cost, lost, level)


def breach_of(problem: ChoiceProblem, sums: ExactSums) -> float:
    """Largest relative excess of the sums over the limits of a problem."""
    excess: list[tuple[Fraction, float]] = []
    extra_cost = Fraction(0)
    for r, used in enumerate(sums.used):
        beyond = used - Fraction(float(problem.capacity[r]))
        room = Fraction(float(problem.extra_capacity[r]))
        extra_cost += max(beyond, Fraction(0)) * Fraction(float(problem.extra_premium[r]))
        excess.append((beyond - room, float(problem.capacity[r])))
    if problem.budget is not None:
        cost = sums.service_cost + extra_cost
        excess.append((cost - Fraction(problem.budget), problem.budget))
    if problem.max_lost_sales is not None:
        beyond = sums.lost_sales - Fraction(problem.max_lost_sales)
        excess.append((beyond, problem.max_lost_sales))
    if problem.min_service_level is not None:
        excess.append((Fraction(problem.min_service_level) - sums.service_level, 1.0))
    return max((float(by) / max(1.0, abs(limit)) for by, limit in excess if by > 0), default=0.0)
