"""The best plan of a case, why it is so, and two plans side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from slopt.api.answer import WIDTH, Answer
from slopt.case.columns import suggest
from slopt.engine.solving import Solved
from slopt.errors import UsageError
from slopt.plan.plan import Plan
from slopt.vocabulary import Status

if TYPE_CHECKING:
    import pandas as pd
    from rich.text import Text

    from slopt.engine.explaining import Explained
    from slopt.plan.files import Content
    from slopt.study.compare.comparison import Comparison


class PlanAnswer(Answer):
    """The answer to a case: the checked plan, or why there is none. Amounts: money per period."""

    def __init__(self, solved: Solved) -> None:
        super().__init__(solved.case)
        self._solved = solved

    @property
    def status(self) -> Status:
        """How the solve ended."""
        return self._solved.outcome.status

    @property
    def plan(self) -> Plan | None:
        """The plan as a value, None where there is none."""
        return self._solved.plan

    @property
    def service_cost(self) -> float | None:
        """Booked cost of service."""
        return self.document()["service_cost"]  # type: ignore[no-any-return]

    @property
    def lost_sales(self) -> float | None:
        """Expected lost sales."""
        return self.document()["lost_sales"]  # type: ignore[no-any-return]

    @property
    def total_cost(self) -> float | None:
        """Service cost and expected lost sales."""
        return self.document()["total_cost"]  # type: ignore[no-any-return]

    @property
    def service_level(self) -> float | None:
        """The weighted mean, 0..1."""
        return self.document()["service_level"]  # type: ignore[no-any-return]

    @property
    def gap(self) -> float | None:
        """How far the plan may be from the best possible, relative; by the solver."""
        return self.document()["gap"]  # type: ignore[no-any-return]

    @property
    def certified_gap(self) -> float | None:
        """The same, proven without trusting the solver; None where there are no prices."""
        return self.document()["certified_gap"]  # type: ignore[no-any-return]

    def tier(self, segment: str) -> str:
        """The tier of a segment. Raises UsageError where there is no such segment, or no plan."""
        if self.plan is None:
            raise UsageError(f"There is no plan: {self.status}.")
        place = self._case.segments.place(segment)
        if place < 0:
            hint = suggest(segment, self._case.segments, "Known are: {known}.")
            raise UsageError(f'There is no segment "{segment}" in this case. {hint}')
        return self.plan.tiers[place]

    def limits(self) -> pd.DataFrame:
        """One row a limit: used, limit, its prices, and what relief of it really buys."""
        import pandas as pd

        return pd.DataFrame(self.document()["prices"])

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """The rows of plan.csv; none where there is no plan."""
        from slopt.plan.rows import plan_rows

        return [] if self.plan is None else plan_rows(self.plan.problem, self.plan.choice)

    def document(self) -> dict[str, Any]:
        """result.json."""
        return self._document

    @cached_property
    def _document(self) -> dict[str, Any]:
        from slopt.plan.result import no_plan_result, plan_result

        solved = self._solved
        if solved.plan is None:
            return no_plan_result(solved.case, solved.outcome, solved.seconds)
        return plan_result(solved.plan, solved.seconds)

    def lines(self, width: int = WIDTH) -> list[Text]:
        """The screen of `slopt solve`, without the close calls, which are solved for."""
        from slopt.plan.provenance import Provenance
        from slopt.report.no_plan_screen import no_plan_lines
        from slopt.report.plan_screen import plan_lines

        solved = self._solved
        if solved.plan is None:
            return no_plan_lines(solved.case, solved.problem, solved.outcome, width)
        return plan_lines(solved.plan, width, provenance=Provenance(solved.case))

    def files(self) -> Mapping[str, Content]:
        """plan.csv, resources.csv and result.json; the last alone where there is no plan."""
        from slopt.plan.files import json_text, plan_files

        plan = self.plan
        if plan is None:
            return {"result.json": json_text(self.document())}
        its = plan.problem, plan.choice, plan.evaluation, plan.prices, self.document()
        return plan_files(*its, parquet=plan.case.is_parquet, case=plan.case)


class ExplanationAnswer(Answer):
    """Why the plan is as it is; a row a segment."""

    def __init__(self, found: Explained, is_whole: bool) -> None:
        super().__init__(found.solved.case)
        self._found, self._is_whole = found, is_whole

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """The figures of each segment that was asked for; the curve of what chooses from one."""
        from slopt.study.explain_segments import SEGMENT_COLUMNS

        if self._found.standings and not self._is_whole:
            return list(self.document()["curves"][0]["curve"])
        entries = self.document().get("segments") or ()
        return [{name: entry[name] for name in SEGMENT_COLUMNS} for entry in entries]

    def document(self) -> dict[str, Any]:
        """explanation.json; result.json where there is no plan."""
        return self._document

    @cached_property
    def _document(self) -> dict[str, Any]:
        from slopt.plan.result import no_plan_result
        from slopt.report.explain_words import in_words

        found, solved = self._found, self._found.solved
        if solved.plan is None:
            return no_plan_result(solved.case, solved.outcome, solved.seconds)
        return found.document(partial(in_words, found.plan))

    def lines(self, width: int = WIDTH) -> list[Text]:
        """The screen of `slopt explain`."""
        from slopt.plan.provenance import Provenance
        from slopt.report.curve_screen import curve_lines, curves_lines
        from slopt.report.explain_screen import overview_lines
        from slopt.report.explain_segment_screen import segment_lines

        found = self._found
        if found.solved.plan is None:
            return PlanAnswer(found.solved).lines(width)
        if found.standings and not self._is_whole:
            return curve_lines(found.standings[0], width)
        assert found.segments is not None
        if self._is_whole:
            curves = curves_lines(found.plan, found.standings, width) if found.standings else []
            return [*overview_lines(found.plan, found.segments, width), *curves]
        return segment_lines(found.plan, found.segments, width, Provenance(self._case))

    def files(self) -> Mapping[str, Content]:
        """explanation.json and the tables of what was asked."""
        from slopt.plan.files import json_text
        from slopt.study.explain_document import explanation_tables

        document = self.document()
        if self._found.solved.plan is None:
            return {"result.json": json_text(document)}
        return {"explanation.json": json_text(document), **explanation_tables(document)}


class ComparisonAnswer(Answer):
    """Two plans side by side; a row a segment that is not the same."""

    def __init__(self, found: Comparison) -> None:
        super().__init__(found.b.case)
        self._found = found

    @property
    def comparison(self) -> Comparison:
        """The comparison as a value."""
        return self._found

    def bridge(self) -> pd.DataFrame:
        """The money from A to B, a row a step; amounts add up exactly."""
        import pandas as pd

        from slopt.study.compare.files import BRIDGE_COLUMNS, bridge_rows

        return pd.DataFrame(bridge_rows(self._found), columns=list(BRIDGE_COLUMNS))

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """The rows of moves.csv."""
        from slopt.study.compare.files import move_rows

        return move_rows(self._found)

    def document(self) -> dict[str, Any]:
        """compare.json."""
        from slopt.study.compare.files import comparison_document

        return comparison_document(self._found, 0.0)

    def lines(self, width: int = WIDTH) -> list[Text]:
        """The screen of `slopt compare`."""
        from slopt.report.compare_screen import compare_lines

        return compare_lines(self._found, width)

    def files(self) -> Mapping[str, Content]:
        """compare.json, moves.csv and bridge.csv."""
        from slopt.study.compare.files import comparison_files

        return comparison_files(self._found, self.document())
