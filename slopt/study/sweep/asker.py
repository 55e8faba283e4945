"""Answers points of one case, one after the other, doing again only what differs.

The answer of a point is a function of the case and the point alone: not of the points before it,
of who answers it, or of how many do. So every point begins from the same prices, those of the case
as it stands, and nothing is carried over from point to point but what is computed anyway: the
problem, where two points differ in limits alone.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from slopt.case.case import PlanningCase
from slopt.case.paths import Path
from slopt.errors import InvalidInput, SloptError
from slopt.plan.check import check
from slopt.plan.price_certificate import priced_bound, prove_infeasible
from slopt.plan.result import totals
from slopt.plan.rows import tidy
from slopt.problem.build import LIMITING, build_problem, with_limits_of
from slopt.problem.choice import Choice, ChoiceProblem, Numbers
from slopt.problem.evaluate import evaluate
from slopt.problem.sharing import obstacle, rows_of
from slopt.sayings import listed, say
from slopt.solve.conflict import find_conflict
from slopt.solve.highs import Options
from slopt.solve.model_file import is_shipped
from slopt.solve.outcome import Outcome, relative_gap
from slopt.solve.refining.refine import refine
from slopt.solve.solve import answer
from slopt.solve.start import Start
from slopt.study.sweep.point import Answer, Changer, Point, failed
from slopt.vocabulary import LIMITS, Method, Status


@dataclass(frozen=True, eq=False)
class Setup:
    """All that an asker needs, as a value that travels: `prices` are those of the case by name."""

    case: PlanningCase
    method: Method = Method.AUTO
    prices: Mapping[str, float] | None = None


class Asker:
    """Answers points of a case; keeps the last problem that it had to build."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self._changer = Changer(setup.case)
        self._built: tuple[Point, ChoiceProblem] | None = None

    def answer(self, point: Point) -> Answer:
        """The best plan at a point. What fails is an answer too; Ctrl-C is not caught."""
        begin = time.perf_counter()
        try:
            found = self._answer(point)
        except InvalidInput as error:
            return failed(str(error.problems[0]))
        except SloptError as error:
            return failed(error.message)
        except MemoryError:
            return failed(say("The case does not fit in memory."))
        except Exception as error:
            return failed(
                say("slopt failed: {kind}: {reason}", kind=type(error).__name__, reason=error)
            )
        return replace(found, seconds=round(time.perf_counter() - begin, 6))

    def problem(self, point: Point, case: PlanningCase) -> ChoiceProblem:
        """The problem of `case`, which is the case at the point."""
        family = Point(
            tuple(
                (text, amount)
                for text, amount in point.overrides
                if not is_limiting(self._changer.path(text))
            )
        )
        if self._built is None or self._built[0] != family:
            self._built = family, build_problem(case)
        return with_limits_of(self._built[1], case)

    def _answer(self, point: Point) -> Answer:
        case = self._changer.at(point)
        solving = case.settings.solve
        options = Options(solving.gap, solving.time_limit_s, solving.seed)
        if case.settings.risk.measure is not None:
            from slopt.study.sweep.risk_answer import risk_answer

            return risk_answer(case, options, self.setup.method)
        problem = self.problem(point, case)
        model = case.settings.plan.model
        if problem.generated is not None:
            refined = refine(problem, options, self.setup.method, model)
            problem, outcome = refined.problem, refined.outcome
        else:
            outcome = answer(problem, options, self.setup.method, model, self._start(problem))
        if outcome.choice is None:
            return _without_plan(problem, outcome, options, is_shipped(model))
        return _with_plan(problem, outcome, is_shipped(model))

    def _start(self, problem: ChoiceProblem) -> Start | None:
        """The prices of the case as it stands, for the rows that this problem has."""
        known = self.setup.prices
        if known is None or problem.is_small or obstacle(problem) is not None:
            return None
        return Start(np.array([known.get(row.name, 0.0) for row in rows_of(problem)]))


def is_limiting(path: Path) -> bool:
    """True where a path changes no offer: the problem need not be built anew."""
    return path.column.name in LIMITING.get(path.table, ()) or path.text.startswith("solve.")


def _with_plan(problem: ChoiceProblem, outcome: Outcome, own_objective: bool) -> Answer:
    """The checked plan. Raises VerificationFailed where it breaks a firm rule."""
    assert outcome.choice is not None
    evaluation = evaluate(problem, outcome.choice)
    check(problem, outcome, evaluation, own_objective)
    objective = evaluation.objective if own_objective else outcome.objective
    bound, certified, prices = outcome.bound, None, {}
    if outcome.relaxation is not None:
        prices = {name: float(price) for name, price in outcome.relaxation.prices.items()}
        if own_objective and obstacle(problem) is None:
            certified = priced_bound(problem, prices)
            certified -= (-1.0 if problem.goal.maximises else 1.0) * outcome.relaxation.unlisted
    if objective is not None:
        cap = max if problem.goal.maximises else min
        bound = None if bound is None else cap(bound, objective)
        certified = None if certified is None else cap(certified, objective)
    figures = totals(evaluation) | {
        "objective": tidy(objective),
        "bound": tidy(bound),
        "gap": tidy(relative_gap(objective, bound)),
        "certified_bound": certified,
        "certified_gap": tidy(relative_gap(objective, certified)),
    }
    choice, levels = tiers_and_levels(problem, outcome.choice)
    return Answer(outcome.status, "", figures, prices, choice, outcome.method.value, levels=levels)


def tiers_and_levels(problem: ChoiceProblem, choice: Choice) -> tuple[Choice, Numbers | None]:
    """The tier of each segment of the case, one past the last where it has none; and its level.

    Levels are None where all have tiers. Offers that were made for one point say nothing at others.
    """
    if problem.generated is None:
        return choice, None
    its = choice[: problem.segment_count]
    row = np.arange(len(its))
    return np.minimum(its, problem.menu_size), np.asarray(problem.service_level[row, its])


def _without_plan(
    problem: ChoiceProblem, outcome: Outcome, options: Options, shipped: bool
) -> Answer:
    """Why there is no plan: the limits whose prices prove it, else those found by solving."""
    prices = {}
    names: tuple[str, ...] = ()
    if outcome.status is Status.INFEASIBLE and shipped:
        proof = outcome.relaxation
        proven = proof is not None and prove_infeasible(problem, proof.prices, proof.unlisted)
        if proof is not None and proven and not problem.is_small:
            prices = {name: float(price) for name, price in proof.prices.items() if price > 0}
            names = tuple(prices)
        names = names or find_conflict(problem, options, proof)
    reason = {
        Status.INFEASIBLE: say("No plan keeps every limit."),
        Status.UNBOUNDED: say("The program is unbounded."),
        Status.INTERRUPTED: say("Interrupted."),
    }.get(outcome.status, say("No plan was found; that none exists is not proven."))
    called = [say(name) if name in LIMITS else name for name in names]
    if len(called) == 1:
        reason = say("No plan keeps this limit: {name}.", name=called[0])
    elif called:
        reason = say("No plan keeps these limits together: {names}.", names=listed(called))
    return Answer(outcome.status, reason, prices=prices, method=outcome.method.value)
