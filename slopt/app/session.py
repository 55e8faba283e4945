"""State -> the plan and what is around it. No page and no network here.

session = Session(load_case("parts-2027"))
reply = session.reply(State({"limits.budget": Amount(900_000.0)}, pins={3: 1}))
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from slopt.app.knobs import row_path
from slopt.app.risk_choice import can_choose, has_no_bands
from slopt.app.state import Curves, Mark, Refusal, Reply, State
from slopt.case.amounts import Amount
from slopt.case.case import PlanningCase
from slopt.case.changes import read_changes, with_values
from slopt.case.paths import Path
from slopt.engine.curves import by_budget, by_level, has_trade_off
from slopt.engine.solving import solve_case
from slopt.errors import InvalidInput, SloptError
from slopt.plan.plan import evaluate_current
from slopt.problem.build import build_problem
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.evaluate import evaluate
from slopt.sayings import in_a_row, say
from slopt.study.sweep.asker import Asker, Setup
from slopt.study.sweep.point import Point
from slopt.vocabulary import Lang, Method

if TYPE_CHECKING:
    from slopt.engine.reporting import Dossier

CURVE_S = 3.0
"""Seconds for each of the two curves, at most."""
BANDED = ("service_cost", "lost_sales", "total_cost", "service_level")
"""Figures of the page that have bands."""
PLAN_S = 10.0
"""Seconds for a plan, at most: what is best by then is shown with its gap."""


class Session:
    """Answers one state after the other; keeps what two of them have in common."""

    def __init__(self, case: PlanningCase, named: str = "") -> None:
        solving = case.settings.solve
        quick = replace(solving, time_limit_s=min(solving.time_limit_s, PLAN_S))
        self.case = case
        self.named = named
        self._base = case.replace(settings=replace(case.settings, solve=quick))
        own = Asker(Setup(self._base)).answer(Point())
        self.own_choice: Choice | None = own.choice
        self._drawn: tuple[State, Curves] | None = None
        self._asker = Asker(Setup(self._base, prices=own.prices or None))

    def reply(self, state: State) -> Reply | Refusal:
        """The plan at a state. Never raises for what a user may ask."""
        begin = time.perf_counter()
        try:
            point = Point.of(read_changes(self.case, self._amounts(state)))
            case = self.case_at(state)
        except (InvalidInput, SloptError) as error:
            return Refusal(messages_of(error))
        try:
            problem = self._asker.problem(point, case)
            found = self._asker.answer(point)
        except (InvalidInput, SloptError) as error:
            return Refusal(messages_of(error))
        if found.status is None:
            return Refusal((found.reason,))
        saved = self.own_choice if state.saved is None else np.array(state.saved, dtype=np.int64)
        return Reply(
            status=found.status,
            reason=found.reason,
            choice=found.choice,
            plan=None if found.choice is None else evaluate(problem, found.choice),
            today=evaluate_current(problem),
            saved_choice=saved,
            saved=None if saved is None else evaluate(problem, saved),
            gap=found.figures.get("gap") if found.risk is None else found.risk.gap,
            certified_gap=found.figures.get("certified_gap"),
            prices=dict(found.prices),
            service_cost=problem.service_cost,
            lost_sales=problem.lost_sales,
            service_level=problem.service_level,
            admissible=problem.admissible,
            seconds=time.perf_counter() - begin,
            risk=found.risk,
        )

    def curves(self, state: State) -> Curves | Refusal:
        """What other budgets and levels would do, and what relief of each limit is worth.

        Neither curve asks what the budget is, so that another one leaves them as they are.
        """
        try:
            case = self.case_at(state)
            problem = build_problem(case)
        except (InvalidInput, SloptError) as error:
            return Refusal(messages_of(error))
        free = state.without_budget
        if self._drawn is None or self._drawn[0] != free:
            self._drawn = free, _curves(case, problem)
        bands = self._bands(case, state)
        return replace(self._drawn[1], relief=_relief(case, problem), bands=bands)

    def _bands(self, case: PlanningCase, state: State) -> dict[str, tuple[float, float]]:
        """Between what and what the figures of the plan lie over the futures of the case."""
        if not can_choose(case) or has_no_bands(case):
            return {}
        from slopt.problem.scenarios.build import draw_futures
        from slopt.study.risk.bands import bands

        try:
            found = self._asker.answer(Point.of(read_changes(self.case, self._amounts(state))))
            if found.choice is None:
                return {}
            reserve = None if found.risk is None else np.array(found.risk.reserve)
            totals = bands(draw_futures(case).problem, found.choice, reserve).totals
        except (InvalidInput, SloptError):
            return {}
        return {name: (totals[name].low, totals[name].high) for name in BANDED}

    def case_at(self, state: State) -> PlanningCase:
        """The case with everything that was moved and pinned, checked as a file would be."""
        return with_values(self._base, self._amounts(state))

    def save(self, state: State) -> tuple[str | None, tuple[str, ...]]:
        """Record the plan of a state as a run of its own: its id, and what kept it from that."""
        from slopt.engine.recording import Asked, Recorder
        from slopt.plan.result import plan_result

        begin = time.perf_counter()
        case = self.case_at(state)
        solved = solve_case(case)
        if solved.plan is None:
            return None, (say("There is no plan to save."),)
        document = plan_result(solved.plan, time.perf_counter() - begin)
        asked = Asked("solve", case, self.named, {}, {"method": Method.AUTO.value})
        with Recorder.of(self.named) as recorder:
            entry = recorder.record(asked, document, solved.plan.choice)
            return entry["run"]["id"], tuple(recorder.warnings)

    def page(self, state: State, lang: Lang) -> bytes:
        """The report page of a state. Raises ImportError without the extra `report`."""
        from slopt.report.language import Language
        from slopt.report.page.render import page_html

        return page_html(self._dossier(state), Language(lang)).encode()

    def workbook(self, state: State, lang: Lang) -> bytes:
        """The workbook of a state."""
        from slopt.report.language import Language
        from slopt.report.workbook.build import workbook_bytes

        return workbook_bytes(self._dossier(state), Language(lang))

    def _dossier(self, state: State) -> Dossier:
        from slopt.engine.reporting import Dossier, dossier_of
        from slopt.errors import UsageError

        found = dossier_of(self.case_at(state), datetime.now(UTC).astimezone())
        if not isinstance(found, Dossier):
            raise UsageError(say("There is no plan to report."))
        return found

    def _amounts(self, state: State) -> dict[str | Path, Amount | float | str | bool | None]:
        """The amounts of a state and its pins, as values of the case."""
        tiers = self.case.tiers
        pins = {
            row_path(self.case, "segments", self.case.segments[segment], "fixed_tier"): Amount(
                tiers[tier]
            )
            for segment, tier in state.pins.items()
        }
        found: dict[str | Path, Amount | float | str | bool | None] = {}
        found.update(state.amounts)
        found.update(pins)
        return found


def messages_of(error: Exception) -> tuple[str, ...]:
    """What an error says to the user, a message for each problem."""
    if isinstance(error, InvalidInput):
        return tuple(in_a_row(problem.message, problem.remedy) for problem in error.problems)
    return (error.message if isinstance(error, SloptError) else str(error),)


def _curves(case: PlanningCase, problem: ChoiceProblem) -> Curves:
    """Both curves, whatever the budget of the problem."""
    found = by_budget(case, problem.replace(budget=None), CURVE_S)
    points = () if found is None else found.points
    plans = [point.evaluation for point in points if point.evaluation is not None]
    marks = tuple(dict.fromkeys(Mark.of(plan) for plan in plans))
    knee = None
    if found is not None and found.knee is not None:
        knee = points[found.knee].evaluation
    return Curves(
        marks if len(marks) > 1 else (),
        None if knee is None else Mark.of(knee),
        tuple(Mark.of(plan) for plan in by_level(case, problem, CURVE_S)),
        is_weighed=has_trade_off(case, problem),
    )


def _relief(case: PlanningCase, problem: ChoiceProblem) -> dict[str, tuple[float, float]]:
    """(least relief that helps, its gain) by limit; nothing for a case too large to solve so."""
    if not problem.is_small or case.settings.risk.measure is not None:
        return {}
    try:
        plan = solve_case(case).plan
    except SloptError:
        return {}
    steps: dict[str, tuple[float, float]] = {}
    for price in () if plan is None else plan.prices:
        if price.next_step is not None and price.next_gain is not None:
            steps[price.name] = (price.next_step, price.next_gain)
    return steps


JOBS: Mapping[str, Any] = {
    "reply": Session.reply,
    "curves": Session.curves,
    "save": Session.save,
    "page": Session.page,
    "workbook": Session.workbook,
}
"""What may be asked of a session, by name."""
