"""The last step: pairs that a better plan could still hold, whole tiers, by HiGHS over tangents."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from slopt.errors import SolverTrouble
from slopt.problem.choice import Choice
from slopt.solve.highs import Options, run
from slopt.solve.risk.exchanges import Planned, priced
from slopt.solve.risk.losses import Losses
from slopt.solve.risk.mixture import Mixture
from slopt.solve.risk.reserve import best_reserve
from slopt.solve.risk.weighing import Weighing
from slopt.vocabulary import Status

Numbers = NDArray[np.float64]

MOST_PAIRS = 3_000
"""Pairs up to which the search is tried; more is not searched to an end in minutes."""
ROUNDS = 50


@dataclass(frozen=True, eq=False)
class Finished:
    """The best choice that was found, None without a better one, and a bound on those searched."""

    choice: Choice | None
    bound: float
    interrupted: bool = False


def finished(
    losses: Losses,
    weighing: Weighing,
    plan: Planned,
    open_pairs: NDArray[np.bool_],
    options: Options,
) -> Finished:
    """Search the plans made of `open_pairs` (S, K). Every other plan is known to be no better.

    Each round solves the program of whole tiers over the tangents known so far, whose value no plan
    beats, and adds those of the plan that it finds.
    """
    begin = time.perf_counter()
    mixture = Mixture(losses, weighing, plan.choice)
    others = open_pairs.copy()
    others[np.arange(len(others)), plan.choice] = False
    segment, tier = np.nonzero(others & losses.rows.allowed)
    if not len(segment) or len(segment) > MOST_PAIRS:
        bound = plan.value if not len(segment) else -math.inf
        return Finished(None, bound)
    mixture.add_pairs(segment, tier)
    loss, need = mixture.loss_of(np.zeros(len(segment)), plan.reserve)
    every = np.argsort(weighing.shift - loss, kind="stable")
    some = every[: max(10, losses.count // 4)] if weighing.weight else every[:0]
    mixture.add_futures(some, need, plan.reserve)
    mixture.add_late(need, plan.reserve)
    best, found, bound = plan.value, None, -math.inf
    for _ in range(ROUNDS):
        left = options.time_limit_s - (time.perf_counter() - begin)
        if left <= 0:
            break
        try:
            answer = run(mixture.program(), replace(options, time_limit_s=left), confirm=False)
        except SolverTrouble:  # numbers that HiGHS does not take; what is known stays known
            break
        if answer.bound is not None:
            bound = max(bound, answer.bound)
        if answer.status is Status.INTERRUPTED:
            return Finished(found, bound, interrupted=True)
        if answer.values is None:
            break
        share, reserve = mixture.read(answer.values)
        choice = plan.choice.copy()
        moved = share > 0.5
        choice[segment[moved]] = tier[moved]
        plain, need = losses.plain(choice), losses.need(choice)
        units = best_reserve(losses, weighing, plain, need)
        one = priced(losses, weighing, choice, units)
        if one is not None and one.value < best:
            best, found = one.value, choice
        if best - bound <= options.gap * abs(best):
            break
        loss = plain + losses.late_cost(need, reserve)
        worst = np.argsort(weighing.shift - loss, kind="stable")
        counted = int(np.count_nonzero(weighing.counts(loss) > 0))
        added = mixture.add_late(need, reserve)
        if weighing.weight:
            added += mixture.add_futures(worst[:counted], need, reserve)
        if not added:
            break
    return Finished(found, bound)
