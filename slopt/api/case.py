"""A planning case in a notebook: the questions of the command line as methods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from types import EllipsisType
from typing import TYPE_CHECKING, TypeVar, overload

from slopt.case.case import PlanningCase
from slopt.engine.solving import Solved
from slopt.errors import UsageError
from slopt.vocabulary import Method, Screening

if TYPE_CHECKING:
    import pandas as pd

    from slopt.api.plans import ComparisonAnswer, ExplanationAnswer, PlanAnswer
    from slopt.api.studies import (
        CostsAnswer,
        DiagnosisAnswer,
        FrontierAnswer,
        SensitivityAnswer,
        SweepAnswer,
    )
    from slopt.case.amounts import Amount
    from slopt.case.paths import Path as CellPath
    from slopt.engine.comparing import Compared

Word = TypeVar("Word", bound=StrEnum)
Value = float | str | bool | None
"""A number, a text such as `0.9x` (a factor) or `none`, or None to take a limit away."""


def load(case: str | Path, settings: Mapping[str, object] | None = None) -> Case:
    """The case in a folder or workbook, or the shipped example of that name.

    `settings` override those of the case, `{"limits.budget": 900_000}`. Raises UsageError where
    there is none, InvalidInput with every problem of it.
    """
    from slopt.case.find import find_case
    from slopt.case.load import load_case

    overrides = {key: "" if value is None else value for key, value in (settings or {}).items()}
    return Case(load_case(find_case(str(case)), overrides), str(case))


class Case:
    """A planning case. Nothing changes it: `set` gives another one."""

    def __init__(self, case: PlanningCase, label: str = "") -> None:
        self._case = case
        self._label = label or case.settings.case.name

    @property
    def case(self) -> PlanningCase:
        """The case as the value that the rest of slopt works with."""
        return self._case

    @property
    def name(self) -> str:
        """What it is called in its settings."""
        return self._case.settings.case.name

    @property
    def segments(self) -> list[str]:
        """Segments, in the case's order."""
        return self._case.segments.tolist()

    @property
    def tiers(self) -> list[str]:
        """Tiers, in the case's order."""
        return list(self._case.tiers)

    def table(self, name: str) -> pd.DataFrame:
        """A table of the case: segments, tiers, offers ...; raises UsageError for no table."""
        import pandas as pd

        from slopt.case.columns import suggest
        from slopt.case.schema import TABLES

        known = [schema.name for schema in TABLES]
        if name not in known:
            raise UsageError(
                f'There is no table "{name}". {suggest(name, known, "Tables are: {known}.")}'
            )
        return pd.DataFrame(self._case.table(name).as_lists())

    def offers(self) -> pd.DataFrame:
        """What every tier would cost, lose and use in every segment, before anything is solved.

        Of a case over periods: in every period, those that a project lifts as well.
        """
        import pandas as pd

        if self._case.has_periods:
            from slopt.plan.horizon.offer_rows import offer_columns
            from slopt.problem.horizon.build import build_horizon

            columns = offer_columns(self._case, build_horizon(self._case))
            return pd.DataFrame({name: column.tolist() for name, column in columns.items()})
        from slopt.plan.promises import with_contracts
        from slopt.plan.rows import offer_rows
        from slopt.problem.build import build_problem

        problem = build_problem(self._case)
        return pd.DataFrame(with_contracts(self._case, problem, offer_rows(problem)))

    @overload
    def set(self, path: str, value: Value) -> Case: ...
    @overload
    def set(self, path: Mapping[str, Value]) -> Case: ...
    def set(self, path: str | Mapping[str, Value], value: Value | EllipsisType = ...) -> Case:
        """The case with another value: a setting, or cells of a table.

        `case.set("limits.budget", 900_000)`, `case.set("tiers[gold].cost_per_order", "0.9x")`;
        several at once as a mapping. Raises UsageError for a path that does not exist, naming the
        nearest, InvalidInput for values that a file could not have.
        """
        from slopt.case.changes import with_values

        changes: dict[str | CellPath, Amount | Value] = {}
        if not isinstance(path, str):
            changes.update(path.items())
        elif isinstance(value, EllipsisType):
            raise UsageError(f'What is "{path}" to be? None takes a limit away.')
        else:
            changes[path] = value
        told = ", ".join(f"{key}={changes[key]}" for key in changes)
        label = f"{self._label} with {told}" if len(changes) <= 3 else f"{self._label}, changed"
        return Case(with_values(self._case, changes), label)

    def solve(self, method: Method | str = Method.AUTO) -> PlanAnswer:
        """The best plan, proven, or why there is none."""
        from slopt.api.plans import PlanAnswer
        from slopt.engine.solving import solve_case

        return PlanAnswer(solve_case(self._case, _method(method)))

    def explain(
        self, segment: str | None = None, method: Method | str = Method.AUTO
    ) -> ExplanationAnswer:
        """Why each segment has its tier, or one of them in full."""
        from slopt.api.plans import ExplanationAnswer
        from slopt.engine.explaining import Question, explain_case

        question = Question(segment)
        return ExplanationAnswer(
            explain_case(self._case, question, _method(method)), question.is_whole
        )

    def compare(
        self, other: Case | None = None, method: Method | str = Method.AUTO
    ) -> ComparisonAnswer:
        """This case (A) and another one (B); today's tiers and the plan, where no other is named.

        Both are solved. Raises UsageError where one of them has no plan.
        """
        from slopt.engine.comparing import compare_cases, compare_with_today

        if other is None:
            return _compared(compare_with_today(self._case, self._label, _method(method)))
        labels = (self._label, other._label)
        return _compared(compare_cases(self._case, other._case, labels, _method(method)))

    def frontier(
        self, along: str = "budget", points: int | None = None, method: Method | str = Method.AUTO
    ) -> FrontierAnswer:
        """The best plan for every value of a limit."""
        from slopt.api.studies import FrontierAnswer
        from slopt.engine.frontiers import frontier_of
        from slopt.study.frontier.grid import Span

        span = None if points is None else Span(count=points)
        return FrontierAnswer(self._case, frontier_of(self._case, along, span, _method(method)))

    def sweep(
        self,
        vary: Mapping[str, str | Iterable[Value]],
        workers: int = 1,
        method: Method | str = Method.AUTO,
    ) -> SweepAnswer:
        """The best plan at every combination of values: `{"limits.budget": "0.8x:1.2x:9"}`.

        Values are a text as on the command line, or a list. Raises UsageError and InvalidInput
        for paths and values that make no sense, before anything runs.
        """
        from slopt.api.studies import SweepAnswer
        from slopt.case.amounts import amounts_of
        from slopt.case.changes import read_changes
        from slopt.case.paths import path_of
        from slopt.engine.sweeps import require_points, runner_of, sweep_of
        from slopt.study.sweep.layout import grid_points

        by_path = {}
        for text, values in vary.items():
            path = path_of(self._case, text)
            amounts: Sequence[Amount] = (
                amounts_of(path, values)
                if isinstance(values, str)
                else [read_changes(self._case, {path: value})[path] for value in values]
            )
            by_path[path] = amounts
        asked = grid_points(by_path)
        require_points(self._case, asked)
        with runner_of(self._case, _method(method), workers) as runner:
            return SweepAnswer(sweep_of(runner, asked), _method(method))

    def sensitivity(
        self,
        *vary: str,
        method: Screening | str = Screening.TORNADO,
        span: float | None = None,
        samples: int | None = None,
        workers: int = 1,
    ) -> SensitivityAnswer:
        """Which inputs move the best plan, where it changes, and how well it holds.

        Inputs as on the command line, `"tiers.service_level=0.95x:1.05x"`; where none is named,
        those that have an interval in the table sources, and the main ones. Raises UsageError
        without a plan.
        """
        from slopt.api.studies import SensitivityAnswer
        from slopt.engine.sensitivities import sensitivity_of
        from slopt.engine.sweeps import runner_of
        from slopt.study.sensitivity.choose import Wanted

        wanted = Wanted(vary) if span is None else Wanted(vary, span)
        with runner_of(self._case, workers=workers) as runner:
            found = sensitivity_of(self._case, wanted, _named(Screening, method), samples, runner)
        if isinstance(found, Solved):
            raise UsageError(f"There is no plan whose inputs could be varied: {_why(found)}")
        return SensitivityAnswer(self._case, found)

    def diagnose(self, method: Method | str = Method.AUTO) -> DiagnosisAnswer:
        """Why there is no plan, and what is the least that has to give way."""
        from slopt.api.studies import DiagnosisAnswer
        from slopt.engine.diagnosing import diagnose_case

        return DiagnosisAnswer(diagnose_case(self._case, _method(method)))

    def costs(self, best: bool = False) -> CostsAnswer:
        """The accounts of customers, at today's tiers or those of the best plan."""
        from slopt.api.studies import CostsAnswer
        from slopt.engine.accounts import costs_of

        found = costs_of(self._case, best=best)
        if found.accounts is None:
            assert found.solved is not None
            raise UsageError(f"There is no plan to account for: {_why(found.solved)}")
        return CostsAnswer(found.accounts, found.tiers_of)

    def __repr__(self) -> str:
        return f"<Case: {self.name}: {self._sizes()}>"

    def _sizes(self) -> str:
        case, words = self._case, self._case.settings.words
        from slopt.report.words import counted

        return (
            f"{counted(len(case.segments), words.segment)}, {counted(len(case.tiers), words.tier)}"
        )

    def _repr_html_(self) -> str:
        from slopt.api.html import page

        limits = self._case.settings.limits
        rows = [
            {"limit": name, "set to": value}
            for name, value in vars(limits).items()
            if value is not None
        ]
        info = self._case.settings.case
        money = f"Money in {info.currency or 'no named currency'} a {info.period}."
        return page(self.name, [f"{self._sizes()}. {money}"], rows)


def _method(method: Method | str) -> Method:
    return _named(Method, method)


def _named(words: type[Word], method: Word | str) -> Word:
    """One of the fixed words by its name; UsageError for another."""
    try:
        return words(method)
    except ValueError:
        known = ", ".join(words)
        raise UsageError(f'There is no method "{method}". Methods are {known}.') from None


def _compared(found: Compared) -> ComparisonAnswer:
    from slopt.api.plans import ComparisonAnswer

    if found.comparison is None:
        assert found.failed is not None
        raise UsageError(f"There is no plan of {found.label}: {_why(found.failed)}")
    return ComparisonAnswer(found.comparison)


def _why(solved: Solved) -> str:
    """Why a case has no plan, in a sentence."""
    conflict = ", ".join(solved.outcome.conflict)
    if conflict:
        return f"these cannot be met together: {conflict}. case.diagnose() says what can give way."
    return f"{solved.outcome.status}."
