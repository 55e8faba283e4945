"""A proven bound on what any plan is worth over the futures, from prices alone.

For weights q on the futures, prices y on the units that are late in each, and prices p on the
limits at the case's own numbers, no plan with any reserve is worth less by its aim than

    sum_s min_k ( sum_w q_w v_w[s, k] + sum_wr y_wr use_wr[s, k] + p'use[s, k] )
    - sum_wr y_wr capacity_wr - p'limit - q'shift

where 0 <= y_wr <= q_w premium_wr, sum_w y_wr <= the cost of reserving a unit, and q is one of the
weights that the aim is the largest value over (for cvar those of the tail, for regret any that add
up to 1, with `shift` the best values of the futures). That the weights are such is checked here,
and the sums are computed from the futures anew, with their rounding taken off: whoever found the
weights need not be trusted. Limits on chances are left out, which makes the bound lower and a
bound all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from slopt.plan.certificate import largest_breach
from slopt.plan.price_certificate import ULP, bound_of_rows, rounded_down
from slopt.plan.rows import tidy
from slopt.problem.choice import Choice
from slopt.problem.scenarios.aim import Aim
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.problem.sharing import Sharing, obstacle, share
from slopt.solve.outcome import relative_gap
from slopt.vocabulary import Goal, RiskMeasure

Numbers = NDArray[np.float64]
EDGE = 1e-9
"""Relative: weights that leave their bounds by no more were rounded, and are put back."""


@dataclass(frozen=True)
class RiskCertificate:
    """`bound` as a loss, rounded down; `gap` relative; the largest exact breach at own numbers."""

    bound: float
    gap: float
    largest_breach: float


@dataclass(frozen=True, eq=False)
class RiskPrices:
    """What proves a bound: counts (W,), late (W, R), prices of limits and rules by name."""

    counts: Numbers
    late: Numbers
    prices: dict[str, float]


def certify_risk(
    problem: ScenarioProblem,
    aim: Aim,
    its: RiskPrices,
    choice: Choice,
    loss: float,
    best: Numbers | None = None,
) -> RiskCertificate | None:
    """The certificate of a plan (S,) worth `loss`; None where the prices prove nothing."""
    bound = proven_loss(problem, aim, its, best)
    if bound is None:
        return None
    # Sums of the plan itself are rounded too: a bound beyond it by that little is the plan's value.
    bound = min(bound, loss)
    gap = relative_gap(loss, bound)
    return RiskCertificate(bound, gap or 0.0, largest_breach(problem.base, choice))


def proven_loss(
    problem: ScenarioProblem, aim: Aim, its: RiskPrices, best: Numbers | None = None
) -> float | None:
    """What no plan is worth less than by the aim, rounded down; None where that cannot be said.

    `best` (W,) are the values that regret is measured against, in the goal's sense.
    """
    if obstacle(problem.base) is not None or aim.measure is RiskMeasure.ROBUST:
        return None
    if problem.base.counts_service_cost and np.any(problem.extra_premium < 0):
        return None  # late units would be worth something
    counts = _allowed_counts(problem, aim, its.counts)
    if counts is None:
        return None
    if aim.measure is RiskMeasure.REGRET and best is None:
        return None
    late = _allowed_late(problem, counts, its.late)
    # Of lost sales extra units are no part, so that the rows have what the budget pays for them
    # and not what the goal does: that is paid in the futures.
    base = problem.base.replace(goal=Goal.MIN_LOST_SALES)
    sharing = share(base, room=0.0)
    cost = _lowest_costs(problem, counts, late)
    rows = sharing.rows.replace(cost=_merged(sharing, cost))
    opening = [Fraction(value) for value in _opening(problem, counts).tolist()]
    written = {name: tidy(price) or 0.0 for name, price in its.prices.items()}
    total = bound_of_rows(base, Sharing(rows, sharing.merged), written, opening)
    total -= _capacities(problem, late)
    if aim.measure is RiskMeasure.REGRET:
        assert best is not None
        total -= _shift(problem, counts, best)
    total -= _missing(problem, counts)
    return rounded_down(total)


def _allowed_counts(problem: ScenarioProblem, aim: Aim, counts: Numbers) -> Numbers | None:
    """The weights within what the aim allows; None where they are others."""
    p = problem.probability
    match aim.measure:
        case RiskMeasure.MEAN:
            least, most = p, p
        case RiskMeasure.CVAR:
            least = (1 - aim.weight) * p
            most = least + aim.weight * p / aim.tail
        case _:
            least, most = np.zeros_like(p), np.ones_like(p)
    if counts.shape != p.shape or not np.all(np.isfinite(counts)):
        return None
    room = EDGE * (most + p)
    if np.any(counts < least - room) or np.any(counts > most + room):
        return None
    if abs(counts.sum() - 1) > EDGE:
        return None
    return np.clip(counts, least, most)


def _allowed_late(problem: ScenarioProblem, counts: Numbers, late: Numbers) -> Numbers:
    """The prices of late units, lowered to what they may be: any lower price proves a bound too."""
    shape = (problem.count, len(problem.base.resources))
    if not problem.base.counts_service_cost or late.shape != shape:
        return np.zeros(shape)
    premium = np.broadcast_to(np.maximum(problem.extra_premium, 0.0), shape)
    allowed = np.clip(late, 0.0, counts[:, None] * premium * (1 - 4 * ULP))
    for r in np.flatnonzero(problem.can_reserve).tolist():
        total = float(sum(map(Fraction, allowed[:, r].tolist()), Fraction(0)))
        most = float(problem.reserve_cost[r])
        if total > most:
            allowed[:, r] *= max(most, 0.0) / total * (1 - 1e-12)
    return np.asarray(allowed)


def _values(problem: ScenarioProblem) -> tuple[Numbers, ...]:
    """Arrays (W or 1, S, K) whose sum is what a pair loses in a future."""
    match problem.base.goal:
        case Goal.MIN_TOTAL_COST:
            return (problem.service_cost, problem.lost_sales)
        case Goal.MIN_LOST_SALES:
            return (problem.lost_sales,)
        case Goal.MIN_BUDGET:
            return (problem.service_cost,)
        case Goal.MAX_SERVICE:
            total = problem.weight.sum(axis=1, keepdims=True)
            even = 1 / max(problem.weight.shape[1], 1)
            share_of = np.where(total > 0, problem.weight / np.where(total > 0, total, 1.0), even)
            return (-share_of[:, :, None] * problem.service_level,)


def _lowest_costs(problem: ScenarioProblem, counts: Numbers, late: Numbers) -> Numbers:
    """(S, K): the averages of the formula, less all that they may be off by.

    A sum of n products is off by at most (n + 1) 2^-53 times the sum of their sizes, and each value
    is itself a sum of a few numbers.
    """
    terms = [(values, counts) for values in _values(problem)]
    terms += [(problem.use[:, r], late[:, r]) for r in range(late.shape[1]) if late[:, r].any()]
    cost = np.zeros(problem.base.barred.shape)
    size = np.zeros_like(cost)
    for values, weights in terms:
        if len(values) == 1:
            weights = weights.sum(keepdims=True)
        used = np.flatnonzero(weights)
        cost += np.tensordot(weights[used], values[used], axes=1)
        size += np.tensordot(weights[used], np.abs(values[used]), axes=1)
    return np.asarray(cost - 2 * (len(terms) * (len(counts) + 8)) * ULP * size)


def _merged(sharing: Sharing, values: Numbers) -> Numbers:
    if sharing.merged is None:
        return values
    sums = np.zeros_like(sharing.rows.cost)
    np.add.at(sums, sharing.merged, values)
    return sums


def _opening(problem: ScenarioProblem, counts: Numbers) -> Numbers:
    """(K,): what opening each tier adds in the mean, rounded down."""
    base = problem.base
    if not base.counts_service_cost:
        return np.zeros(len(base.tiers))
    weights = counts.sum(keepdims=True) if len(problem.open_cost) == 1 else counts
    cost = weights @ np.where(base.on_menu, problem.open_cost, 0.0)
    return np.maximum(cost * (1 - 2 * (len(counts) + 8) * ULP), 0.0)


def _capacities(problem: ScenarioProblem, late: Numbers) -> Fraction:
    """The prices of late units times what there is without them, exactly."""
    total = Fraction(0)
    capacity = np.broadcast_to(problem.capacity, late.shape)
    for w, r in zip(*np.nonzero(late), strict=True):
        total += Fraction(float(late[w, r])) * Fraction(float(capacity[w, r]))
    return total


def _shift(problem: ScenarioProblem, counts: Numbers, best: Numbers) -> Fraction:
    """What regret takes off: the best values as losses, by the weights, exactly."""
    sign = -1 if problem.base.goal.maximises else 1
    pairs = zip(counts.tolist(), best.tolist(), strict=True)
    return sign * sum((Fraction(q) * Fraction(z) for q, z in pairs), Fraction(0))


def _missing(problem: ScenarioProblem, counts: Numbers) -> Fraction:
    """What weights that do not add up to 1 to the last bit may be off by, at the most."""
    off = abs(1 - sum(map(Fraction, counts.tolist()), Fraction(0)))
    largest = sum(
        float(np.abs(values).max(axis=2).sum(axis=1).max()) for values in _values(problem)
    )
    needs = problem.use.max(axis=2).sum(axis=2) if problem.use.size else np.zeros((1, 0))
    premium = float(np.abs(problem.extra_premium).max(initial=0.0))
    largest += premium * float(
        np.abs(needs).max(initial=0.0) + np.abs(problem.capacity).max(initial=0.0)
    )
    largest += float(np.abs(problem.open_cost).sum(axis=1).max(initial=0.0))
    return off * Fraction(largest) * 2
