"""Look at a plan over periods and at what happened: `slopt monitor`.

found = monitor("plans/january", Path("actuals.csv"))
found.alarms, found.drifts.drifting, found.advice
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from slopt.engine.horizon_runs import named_horizon_plan
from slopt.engine.horizons import model_of
from slopt.engine.solving import options_of
from slopt.errors import UsageError
from slopt.plan.horizon.actual import with_actuals
from slopt.plan.horizon.plan import HorizonPlan, Settled, make_horizon_plan
from slopt.plan.horizon.rest import choice_of_rest, rest_of
from slopt.problem.horizon.evaluate import evaluate_horizon
from slopt.sayings import say
from slopt.solve.horizon.solve import solve_horizon
from slopt.solve.model_file import is_shipped
from slopt.study.monitor.advice import NoWorth, Replanned, with_factors
from slopt.study.monitor.drift import Drifts, drifts
from slopt.study.monitor.drivers import Compared
from slopt.study.monitor.happened import Happened, happened_by_case, happened_by_file
from slopt.study.monitor.monitored import Monitored
from slopt.study.monitor.noise import Noise, signals
from slopt.study.monitor.split import split
from slopt.vocabulary import Method


def monitor(
    run: str,
    actuals: Path | None = None,
    case: str | None = None,
    noise: Noise | None = None,
    method: Method = Method.AUTO,
    replan: bool = True,
) -> Monitored:
    """The plan of a run, a folder or CASE@ID, against what happened.

    The file of `actuals` counts before the case's own table. Raises UsageError where there is no
    such run or nothing to compare, InvalidInput for actuals that are not of its case.
    """
    plan = named_horizon_plan(run, case)
    return monitor_plan(plan, run, happened_to(plan, actuals), noise or Noise(), method, replan)


def happened_to(plan: HorizonPlan, actuals: Path | None) -> Happened:
    """What a file and the case's table say; raises UsageError where neither says anything."""
    known = happened_by_case(plan.case)
    if actuals is not None:
        known = happened_by_file(plan.case, actuals).over(known)
    if not known.known.any():
        raise UsageError(
            say(
                "There are no actuals to compare with. Name a file, --actuals FILE, with the "
                "columns of the table actuals: period, segment, customers, orders and so on."
            )
        )
    return known


def monitor_plan(
    plan: HorizonPlan,
    run: str,
    known: Happened,
    noise: Noise,
    method: Method = Method.AUTO,
    replan: bool = True,
) -> Monitored:
    """A plan against what happened; raises UsageError where it was made with all of that."""
    compared = Compared(plan, known)
    if not (known.known & known.over_by_period).any():
        raise UsageError(
            say(
                "These actuals know only the customers that a period begins with: no period is "
                "over that could be compared. Add the orders, the cost or who left."
            )
        )
    if not compared.covered.any():
        raise UsageError(
            say(
                "This plan was made with these actuals, so that there is nothing to compare. Name "
                "the run with the plan that was made before."
            )
        )
    found = split(compared)
    measured = drifts(compared, found, noise.false_alarms)
    return Monitored(
        run,
        compared,
        found,
        noise,
        tuple(signals(compared, found, noise)),
        measured,
        _replanned(plan, compared, known, measured, method) if replan else NoWorth.NOT_ASKED,
    )


def _replanned(
    plan: HorizonPlan, compared: Compared, known: Happened, measured: Drifts, method: Method
) -> Replanned | NoWorth:
    """The open periods planned again, begun with what happened, under what was measured."""
    case, first = plan.case, max(max(compared.periods) + 1, plan.first)
    if first >= len(plan.problem.periods):
        return NoWorth.ALL_OVER
    happened = known.completed().as_actuals()
    if plan.settled is not None:
        happened = happened.over(plan.settled.actuals)
    actuals = happened.until(first)
    problem, choice = with_actuals(with_factors(compared.problem, measured), plan.choice, actuals)
    kept = evaluate_horizon(problem, choice)
    settled = Settled(first, problem, choice, actuals, kept)
    notice = case.table("segments").numbers("notice_periods").astype(np.int64)
    rest = rest_of(problem, choice, kept, first, notice)
    model = model_of(case)
    kept_to = choice_of_rest(problem, choice, first)
    outcome = solve_horizon(rest, options_of(case), method, model, kept_to)
    again = make_horizon_plan(case, rest, outcome, settled, None, is_shipped(model))
    if again is None:
        return NoWorth.NO_PLAN
    of_rest = evaluate_horizon(rest, kept_to)
    better = -1.0 if problem.goal.maximises else 1.0
    moved = (again.tiers != problem.mode_tier[choice.modes]).any(axis=1)
    return Replanned(
        first,
        kept,
        tuple(breach.rule for breach in of_rest.violations),
        again,
        better * (kept.objective - again.evaluation.objective),
        options_of(case).gap * abs(again.objective),
        int(moved.sum()),
    )
