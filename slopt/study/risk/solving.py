"""The plan of a case for its uncertain futures, by what its settings under `[risk]` ask for."""

from __future__ import annotations

from dataclasses import replace

from slopt.case.case import PlanningCase
from slopt.errors import UsageError
from slopt.plan.plan import Plan
from slopt.plan.risk import make_risk_plan, with_mean_plan
from slopt.problem.choice import ChoiceProblem
from slopt.problem.generated.sources import has_sources
from slopt.problem.scenarios.aim import Aim
from slopt.problem.scenarios.build import draw_futures
from slopt.problem.scenarios.drawn import Futures
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.sayings import say
from slopt.solve.highs import Options
from slopt.solve.model_file import is_shipped
from slopt.solve.risk.by_weights import by_weights
from slopt.solve.risk.dispatch import prices_cannot, solve_for_risk
from slopt.solve.risk.outcome import RiskOutcome
from slopt.vocabulary import Method, RiskMeasure


def aim_of(case: PlanningCase, measure: RiskMeasure | None = None) -> Aim:
    """What a plan of the case is best at; `measure` stands in place of its own.

    A case that has none, and is asked for none, is best in the mean.
    """
    risk = case.settings.risk
    return Aim(
        measure or risk.measure or RiskMeasure.MEAN,
        risk.tail,
        risk.weight,
        risk.at_worst,
        risk.chance,
    )


def futures_of(case: PlanningCase, samples: int | None = None) -> Futures:
    """The futures of a case that can be planned for.

    Raises UsageError where nothing of the case is uncertain, and where it holds what plans for
    uncertain futures cannot take; InvalidInput where the numbers of a future make no case.
    """
    require_plain(case)
    futures = draw_futures(case, samples)
    require_choice(futures.problem.base)
    return futures


def require_plain(case: PlanningCase) -> None:
    """Refuse what is seen before anything is drawn."""
    if case.has_periods:
        raise UsageError(
            say(
                "A plan over periods is chosen at the case's own numbers; slopt risk shows how it "
                "fares in other futures. Leave --risk and risk.measure out."
            )
        )
    if has_sources(case):
        raise UsageError(
            say(
                "The levels, stocks or desks of this case are planned at its own numbers alone. "
                "Leave --risk and risk.measure out."
            )
            if case.settings.risk.measure is not None
            else say(
                "Futures are not drawn of a case with levels, stocks or desks. slopt sensitivity "
                "shows what its plan hangs on."
            )
        )
    if not is_shipped(case.settings.plan.model):
        raise UsageError(
            say(
                "A model file of your own answers at the case's own numbers alone. Leave --model "
                "out to plan for uncertain futures, or leave --risk and risk.measure out."
            )
        )


def require_own_numbers(case: PlanningCase, what: str) -> None:
    """Refuse what `what` says only of plans at the case's own numbers, where a case asks for one
    for uncertain futures.
    """
    if case.settings.risk.measure is not None:
        raise UsageError(
            say(
                "{what} works at the case's own numbers alone, and this case asks for a plan for "
                "uncertain futures. Add --set risk.measure= to ask it at its own numbers.",
                what=what,
            )
        )


def require_choice(problem: ChoiceProblem, measured: bool = True) -> None:
    """Refuse a problem whose segments hang together in a way that futures are not summed over.

    `measured`: the case has a measure of risk, which would have to go.
    """
    if problem.selection is not None:
        raise UsageError(
            say(
                "Where customers choose from the menu themselves a plan is made at the case's own "
                "numbers alone. Leave --risk and risk.measure out."
            )
            if measured
            else say(
                "Plans for futures are not made where customers choose from the menu themselves. "
                "slopt sensitivity shows what the plan hangs on."
            )
        )
    if problem.pools:
        raise UsageError(
            say(
                "Where segments share a pool of prospects a plan is made at the case's own numbers "
                "alone. Leave --risk and risk.measure out."
            )
            if measured
            else say(
                "Plans for futures are not made where segments share a pool of prospects. slopt "
                "sensitivity shows what the plan hangs on."
            )
        )


def solve_for_futures(
    case: PlanningCase, options: Options, method: Method, compared: bool
) -> tuple[RiskOutcome, ScenarioProblem, Plan | None]:
    """The outcome and the checked plan; `compared` adds the mean that the best mean plan has.

    Raises what `futures_of` raises, SolverTrouble or VerificationFailed.
    """
    futures, aim = futures_of(case), aim_of(case)
    found = solve_for_risk(futures.problem, aim, options, method)
    plan = make_risk_plan(futures, found, _proof(futures.problem, aim, options, found))
    if plan is not None and compared and aim.measure is not RiskMeasure.MEAN:
        plan = _beside_mean_plan(plan, futures, options, method)
    return found, futures.problem, plan


def _proof(
    problem: ScenarioProblem, aim: Aim, options: Options, found: RiskOutcome
) -> RiskOutcome | None:
    """Weights and prices that certify a plan which a program found, and which has none of its own.

    None where no prices can be put on what the segments share, or the time does not do.
    """
    has_plan = found.outcome.choice is not None
    if not has_plan or found.late is not None or aim.measure is RiskMeasure.ROBUST:
        return None
    if problem.later is not None:
        return None
    left = options.time_limit_s - found.outcome.seconds
    if prices_cannot(problem) is not None or left <= 0:
        return None
    calm = replace(aim, chance=None)
    return by_weights(problem, calm, replace(options, time_limit_s=left), found.best)


def _beside_mean_plan(plan: Plan, futures: Futures, options: Options, method: Method) -> Plan:
    """The plan with what the plan with the best mean has; as it is where that was not found."""
    if options.time_limit_s <= plan.outcome.seconds:
        return plan
    left = replace(options, time_limit_s=options.time_limit_s - plan.outcome.seconds)
    aim = aim_of(futures.case, RiskMeasure.MEAN)
    other = make_risk_plan(futures, solve_for_risk(futures.problem, aim, left, method))
    if other is None or other.risk is None:
        return plan
    return with_mean_plan(plan, other.risk.worth.loss)
