"""The plan over futures by weights and prices, in the terms of the problem."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from slopt.problem.scenarios.aim import Aim, aim_value
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.sayings import say
from slopt.solve.by_prices import priced_by
from slopt.solve.by_program import options_left
from slopt.solve.conflict import smallest_conflict
from slopt.solve.highs import Options
from slopt.solve.outcome import Outcome, Relaxation
from slopt.solve.risk.by_futures import Found, by_futures
from slopt.solve.risk.chances import within_chances
from slopt.solve.risk.losses import Losses
from slopt.solve.risk.outcome import RiskOutcome, bound_of
from slopt.solve.risk.weighing import Weighing
from slopt.vocabulary import Method, Status

Numbers = NDArray[np.float64]


def by_weights(
    problem: ScenarioProblem,
    aim: Aim,
    options: Options,
    best: Numbers | None = None,
    method: Method = Method.AUTO,
) -> RiskOutcome:
    """The plan by weights on the futures; `best` (W,) are the values of the futures, for regret."""
    begin = time.perf_counter()
    sign = -1.0 if problem.base.goal.maximises else 1.0
    weighing = Weighing.of(aim, problem.probability, None if best is None else sign * best)
    losses = Losses.of(problem)
    faults: tuple[str, ...] = ()
    if aim.chance is None:
        found = by_futures(losses, weighing, options, None, method)
    else:
        within = within_chances(problem, aim.chance, losses, weighing, options, method)
        found, faults = within.found, within.limits
    outcome = outcome_of(problem, aim, options, losses, found, best)
    if found.status is Status.INFEASIBLE and not faults:
        conflict = smallest_conflict(problem.base, options_left(options, begin))
        outcome = replace(outcome, outcome=outcome.outcome.replace(contradiction=conflict))
    spent = time.perf_counter() - begin
    return replace(outcome, outcome=outcome.outcome.replace(seconds=spent), chances=faults)


def outcome_of(
    problem: ScenarioProblem,
    aim: Aim,
    options: Options,
    losses: Losses,
    found: Found,
    best: Numbers | None,
) -> RiskOutcome:
    """What was found, in the terms of the problem, as the judge of all routes sees it."""
    outcome = Outcome(
        found.status,
        found.method,
        priced_by(found.method),
        options.seed,
        0.0,
        why=say("weights on the futures and prices on what segments share"),
    )
    reserve = np.zeros(len(problem.base.resources))
    counts, late, certified = problem.probability.copy(), None, None
    known = np.isfinite(found.bound)
    if found.plan is not None:
        choice = losses.sharing.spread(found.plan.choice)
        reserve = losses.full_reserve(found.plan.reserve)
        judged = aim_value(problem, choice, aim, best, reserve)
        bound = bound_of(judged, found.bound) if known else None
        outcome = outcome.replace(choice=choice, objective=judged.loss, bound=bound)
        if outcome.status is Status.FEASIBLE and outcome.reached(options.gap):
            outcome = outcome.replace(status=Status.OPTIMAL)
    elif known:
        outcome = outcome.replace(bound=found.bound)
    if found.proven is not None:
        counts, certified = found.proven.futures.counts, found.proven.by_prices
        late = losses.full_late(found.proven.futures.late)
        named = zip(losses.rows.names, found.proven.prices.tolist(), strict=True)
        outcome = outcome.replace(relaxation=Relaxation(dict(named)))
    return RiskOutcome(aim, outcome, reserve, counts, best, late=late, certified=certified)
