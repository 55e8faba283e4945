"""Several plans of a case side by side over the same futures, and how the recommended one fares.

answer = risk_plans_of(load_case("cases/parts-2027"))
print([(plan.kind, plan.mean, plan.tail_mean) for plan in answer.beside.plans])
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt import __version__
from slopt.case.case import PlanningCase
from slopt.engine.solving import options_of
from slopt.errors import Problem, SloptError
from slopt.plan.plan import Plan
from slopt.plan.provenance import assumed_inputs
from slopt.plan.risk import make_risk_plan
from slopt.problem.choice import Choice
from slopt.problem.evaluate import evaluate
from slopt.problem.scenarios.aim import Aim
from slopt.problem.scenarios.build import draw_futures
from slopt.problem.scenarios.drawn import Futures
from slopt.problem.scenarios.inputs import UncertainInput
from slopt.sayings import later, say
from slopt.solve.by_program import options_left
from slopt.solve.highs import Options
from slopt.solve.outcome import Outcome
from slopt.solve.risk.best_of_futures import BestOfFutures, best_of_futures
from slopt.solve.risk.dispatch import prices_cannot, solve_for_risk
from slopt.solve.risk.later_tiers import LaterTiers
from slopt.solve.risk.outcome import RiskOutcome
from slopt.solve.solve import solve
from slopt.study.risk.beside_files import beside_document
from slopt.study.risk.bettering import bettered
from slopt.study.risk.files import risk_document
from slopt.study.risk.knowing import worth_by_input
from slopt.study.risk.side_by_side import Found, Kind, Missing, SideBySide, side_by_side
from slopt.study.risk.solving import aim_of, require_choice, require_plain
from slopt.study.risk.study import RiskStudy, sample_of, study_plan
from slopt.vocabulary import Method, RiskMeasure, Status

Numbers = NDArray[np.float64]
Progress = Callable[[str, int, int], None]
"""Told what is being done, how many steps are done and how many there are."""
MEASURES = {
    Kind.MEAN: RiskMeasure.MEAN,
    Kind.CVAR: RiskMeasure.CVAR,
    Kind.ROBUST: RiskMeasure.ROBUST,
    Kind.REGRET: RiskMeasure.REGRET,
}
STEPS = len(MEASURES) + 3
MOMENT = 0.1
"""Seconds that a step has at the least."""


@dataclass(frozen=True, eq=False)
class RiskPlans:
    """The answer to `slopt risk`.

    `study` is how the `recommended` plan fares: the one that was brought, else the one that the
    case asks for; None where there is no plan at all. `outcome` is that of the plan at the case's
    own numbers, which says why where there is none.
    """

    case: PlanningCase
    futures: Futures
    beside: SideBySide
    recommended: Kind
    study: RiskStudy | None
    outcome: Outcome

    @property
    def status(self) -> Status:
        """How the search for the recommended plan ended; OPTIMAL for one that was brought."""
        plan = self.beside.plan(self.recommended)
        if plan is not None:
            return plan.found.status or Status.OPTIMAL
        gone = (one.status for one in self.beside.missing if one.kind is self.recommended)
        return next(gone, self.outcome.status)


def risk_plans_of(
    case: PlanningCase,
    brought: Choice | None = None,
    inputs: Sequence[UncertainInput] | None = None,
    method: Method = Method.AUTO,
    progress: Progress = lambda what, done, among: None,
    in_hindsight: bool = True,
    known: Plan | None = None,
    by_prices: bool = False,
) -> RiskPlans:
    """Put today, the plans that slopt chooses and a `brought` one (S,) side by side.

    `inputs` stand in place of the uncertain inputs of the case. `in_hindsight`: also find the best
    plan of every future, for regret and for what knowing is worth. `known` is the plan that the
    case asks for, which is not looked for again then. `by_prices`: look for plans by prices alone
    where these can, also for those of small cases, to the gap of the case. Raises UsageError where
    nothing is uncertain or the case cannot be planned for risk, InvalidInput where a future makes
    no case. The time limit of the case is for all solving together.
    """
    require_plain(case)
    futures = draw_futures(case, inputs=inputs)
    require_choice(futures.problem.base, case.settings.risk.measure is not None)
    begin = time.perf_counter()
    asking = _Asking(case, futures, method, progress, in_hindsight, known, by_prices, begin)
    return asking.answer(brought)


def risk_plans_document(found: RiskPlans, seconds: float) -> dict[str, Any]:
    """risk.json of an answer that has a study: the recommended plan, then all side by side."""
    study = found.study
    assert study is not None
    return {
        "status": found.status.value,
        "recommended": found.recommended.value,
        "fares": risk_document(study),
        **beside_document(found.beside, found.futures, study.sample),
        "case_hash": found.case.hash,
        "slopt_version": __version__,
        "assumed": assumed_inputs(found.case),
        "total_seconds": round(seconds, 6),
    }


@dataclass(frozen=True, eq=False)
class _Asking:
    """One question: the case, its futures, the route, and whom to tell how far it is.

    The rest is as in `risk_plans_of`.
    """

    case: PlanningCase
    futures: Futures
    method: Method
    progress: Progress
    in_hindsight: bool
    known: Plan | None
    by_prices: bool
    begin: float

    def _options(self, steps: int) -> Options:
        """The solve settings for one of so many steps to come: its part of the time that is left.

        The time limit is one for the whole answer, with a moment for each step at the least.
        """
        left = options_left(options_of(self.case), self.begin)
        return replace(left, time_limit_s=max(MOMENT, left.time_limit_s / steps))

    @property
    def _last(self) -> int:
        """Steps that come after the plans are found: later changes, where a plan has some."""
        return 0 if self.futures.problem.later is None else 1

    def answer(self, brought: Choice | None) -> RiskPlans:
        """All plans, then the study of the recommended one."""
        case, futures, problem = self.case, self.futures, self.futures.problem
        self.progress(later("the plan at the case's own numbers"), 0, STEPS)
        own = self._own()
        missing: list[Missing] = []
        plans = list(self._given(own, brought))
        best = None
        if own.choice is not None:
            if self.in_hindsight:
                self.progress(later("the best plan of every future"), 1, STEPS)
                best = self._best(missing)
            plans += self._for_risk((own.choice, None), best, missing)
        plans = [self._with_later(plan, len(plans) - place) for place, plan in enumerate(plans)]
        order = [*Kind]
        plans.sort(key=lambda one: order.index(one.kind))
        recommended = self._recommended(brought)
        self.progress(later("what knowing more is worth"), STEPS - 1, STEPS)
        sample = sample_of(futures)
        beside = side_by_side(
            problem,
            aim_of(case),
            plans,
            None if best is None else best.values,
            lambda losses: worth_by_input(sample, losses, case.settings.solve.seed),
            missing,
        )
        at = beside.plan(recommended)
        study = None
        if at is not None:
            further = [(one.choice, one.found.reserve) for one in beside.chosen if one is not at]
            its = at.found
            study = study_plan(futures, its.choice, its.reserve, best, further, its.then)
        return RiskPlans(case, futures, beside, recommended, study, own)

    def _own(self) -> Outcome:
        """The plan at the case's own numbers."""
        if self.known is not None and self.known.risk is None:
            return self.known.outcome
        base, model = self.futures.problem.base, self.case.settings.plan.model
        return solve(base, self._options(2), self.method, model)  # nothing goes on without it

    def _known_for_risk(self) -> Found | None:
        """The plan that is known, where it is one for uncertain futures."""
        plan, problem = self.known, self.futures.problem
        if plan is None or plan.risk is None:
            return None
        its = plan.risk.found
        return Found(
            next(kind for kind, measure in MEASURES.items() if measure is its.aim.measure),
            plan.choice,
            plan.evaluation,
            its.reserve if problem.can_reserve.any() else None,
            plan.status,
            plan.gap,
            plan.risk.value,
            its.then if its.then is not None and len(its.then) == problem.count else None,
        )

    def _given(self, own: Outcome, brought: Choice | None) -> Iterator[Found]:
        """Today's tiers where every segment has one, the plan at own numbers, the brought one."""
        base = self.futures.problem.base
        if len(base.current) and np.all(base.current >= 0):
            yield Found(Kind.TODAY, base.current, evaluate(base, base.current))
        if own.choice is not None:
            its = evaluate(base, own.choice)
            yield Found(Kind.OWN, own.choice, its, None, own.status, own.gap)
        if brought is not None:
            yield Found(Kind.BROUGHT, brought, evaluate(base, brought))

    def _for_risk(
        self, own: tuple[Choice, None], best: BestOfFutures | None, missing: list[Missing]
    ) -> Iterator[Found]:
        """The plans that are best over the futures; why one is missing is added to `missing`."""
        outcomes: dict[Kind, RiskOutcome] = {}
        known = self._known_for_risk()
        if known is not None:
            yield known
        for step, (kind, measure) in enumerate(MEASURES.items()):
            self.progress(later("plans for these futures"), step + 2, STEPS)
            is_known = known is not None and kind is known.kind
            if is_known or (kind is Kind.REGRET and best is None):
                continue
            try:
                aim = aim_of(self.case, measure)
                options = self._options(len(MEASURES) - step + self._last)
                outcomes[kind] = self._solved(aim, best, options)
            except SloptError as error:
                missing.append(Missing(kind, Problem(error.message, "")))
            else:
                if outcomes[kind].outcome.status is Status.INTERRUPTED:
                    raise KeyboardInterrupt
        problem = self.futures.problem
        others = [own, *((one.outcome.choice, one.reserve) for one in outcomes.values())]
        others += [] if known is None else [(known.choice, known.reserve)]
        for kind, outcome in outcomes.items():
            found = bettered(problem, outcome, others)
            plan = make_risk_plan(self.futures, found)
            if plan is None or plan.risk is None:
                missing.append(Missing(kind, _why_none(found), found.outcome.status))
                continue
            reserve = found.reserve if problem.can_reserve.any() else None
            its = plan.evaluation
            yield Found(
                kind, plan.choice, its, reserve, plan.status, plan.gap, plan.risk.value, found.then
            )

    def _with_later(self, plan: Found, steps: int) -> Found:
        """The plan with its best later changes, where the case allows one and it has none yet."""
        problem = self.futures.problem
        if problem.later is None or plan.then is not None or prices_cannot(problem) is not None:
            return plan
        found = LaterTiers(problem).best(plan.choice, plan.reserve, self._options(steps))
        return replace(plan, then=found.then)

    def _solved(self, aim: Aim, best: BestOfFutures | None, options: Options) -> RiskOutcome:
        problem, method = self.futures.problem, self.method
        if self.by_prices and prices_cannot(problem) is None:
            method = Method.CORE
        its_best = best if aim.measure is RiskMeasure.REGRET else None
        return solve_for_risk(problem, aim, options, method, its_best)

    def _best(self, missing: list[Missing]) -> BestOfFutures | None:
        """The best plan of every future; None where the time did not do, which is said."""
        try:
            options = self._options(len(MEASURES) + 1 + self._last)
            found = best_of_futures(self.futures.problem, options)
        except TimeoutError:
            found = None
        if found is not None and found.interrupted:
            raise KeyboardInterrupt
        if found is None:
            message = say("The best plan of every future was not found in the time.")
            remedy = say("Give it more with --set solve.time_limit_s=SECONDS.")
            missing.append(Missing(Kind.REGRET, Problem(message, remedy)))
        return found

    def _recommended(self, brought: Choice | None) -> Kind:
        """The plan that was brought, else the one that `slopt solve` gives."""
        if brought is not None:
            return Kind.BROUGHT
        measure = self.case.settings.risk.measure
        return next((kind for kind, its in MEASURES.items() if its is measure), Kind.OWN)


def _why_none(found: RiskOutcome) -> Problem:
    """Why there is no such plan, in a sentence."""
    if found.chances:
        names = ", ".join(found.chances)
        return Problem(
            say("No plan keeps these limits often enough over the futures: {names}.", names=names),
            say("Allow more with --set risk.chance=SHARE."),
        )
    if found.outcome.status is Status.INFEASIBLE:
        return Problem(say("No plan keeps every limit."), say("Ask slopt diagnose why."))
    return Problem(
        say("No plan was found in the time."),
        say("Give it more with --set solve.time_limit_s=SECONDS."),
    )
