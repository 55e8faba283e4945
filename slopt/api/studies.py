"""Answers to studies: frontier, sweep, sensitivity, diagnosis, the accounts of customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from slopt.api.answer import WIDTH, Answer
from slopt.case.case import PlanningCase
from slopt.vocabulary import Method

if TYPE_CHECKING:
    from rich.text import Text

    from slopt.engine.diagnosing import Diagnosed
    from slopt.plan.files import Content
    from slopt.study.customers import CustomerAccounts
    from slopt.study.frontier import Frontier
    from slopt.study.sensitivity import Sensitivity
    from slopt.study.sweep.result import Sweep

OF_AN_END = ("value", "status", "total_cost", "change", "moves", "regret")
"""What a row of a tornado says of each of its ends."""


class FrontierAnswer(Answer):
    """The best plan for every value of a limit; a row a point."""

    def __init__(self, case: PlanningCase, found: Frontier) -> None:
        super().__init__(case)
        self.frontier = found

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """The rows of frontier.csv."""
        from slopt.study.frontier.files import point_row

        return [point_row(self.frontier, place) for place in range(len(self.frontier.points))]

    def document(self) -> dict[str, Any]:
        """frontier.json."""
        from slopt.study.frontier.files import frontier_document

        return frontier_document(self.frontier, self._case, self.frontier.seconds)

    def lines(self, width: int = WIDTH) -> list[Text]:
        """The screen of `slopt frontier`."""
        from slopt.report.frontier_screen import frontier_lines

        return frontier_lines(self.frontier, self._case, width)

    def files(self) -> Mapping[str, Content]:
        """frontier.csv, frontier_plans.parquet and frontier.json."""
        from slopt.plan.files import json_text
        from slopt.study.frontier.files import frontier_csv, write_plans

        return {
            "frontier.csv": frontier_csv(self.frontier),
            "frontier_plans.parquet": partial(write_plans, self.frontier),
            "frontier.json": json_text(self.document()),
        }


class SweepAnswer(Answer):
    """The best plan at every point; a row a point, with its reason where it has no plan."""

    def __init__(self, found: Sweep, method: Method) -> None:
        super().__init__(found.case)
        self.sweep, self._method = found, method

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """The rows of sweep.csv."""
        from slopt.study.sweep.files import sweep_row

        return [sweep_row(self.sweep, place) for place in range(len(self.sweep.points))]

    def document(self) -> dict[str, Any]:
        """sweep.json."""
        from slopt.study.sweep.files import sweep_document

        return sweep_document(self.sweep, self._method, self.sweep.seconds)

    def lines(self, width: int = WIDTH) -> list[Text]:
        """The screen of `slopt sweep`."""
        from slopt.report.sweep_screen import sweep_lines

        return sweep_lines(self.sweep, width)

    def files(self) -> Mapping[str, Content]:
        """sweep.csv, sweep_plans.parquet and sweep.json."""
        from slopt.plan.files import json_text
        from slopt.study.sweep.files import sweep_csv, write_plans

        return {
            "sweep.csv": sweep_csv(self.sweep),
            "sweep_plans.parquet": partial(write_plans, self.sweep),
            "sweep.json": json_text(self.document()),
        }


class SensitivityAnswer(Answer):
    """Which inputs move the best plan; a row an input, the widest bar first."""

    def __init__(self, case: PlanningCase, study: Sensitivity) -> None:
        super().__init__(case)
        self.study = study

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """A row an input of the tornado; for Morris and Sobol the rows of indices.csv."""
        document = self.document()
        if document["indices"] is not None:
            rows: list[dict[str, Any]] = document["indices"]["rows"]
            return rows
        return [
            {"input": bar["input"], "swing": bar["swing"]}
            | {f"{end}_{name}": bar[end][name] for end in ("low", "high") for name in OF_AN_END}
            for bar in document["tornado"]
        ]

    def document(self) -> dict[str, Any]:
        """sensitivity.json."""
        from slopt.study.sensitivity.files import sensitivity_document

        return sensitivity_document(self.study, self._case, 0.0)

    def lines(self, width: int = WIDTH) -> list[Text]:
        """The screen of `slopt sensitivity`."""
        from slopt.report.sensitivity_screen import sensitivity_lines

        return sensitivity_lines(self.study, self._case, width)

    def files(self) -> Mapping[str, Content]:
        """The tables that the study has, and sensitivity.json."""
        from slopt.study.sensitivity.files import sensitivity_files

        return sensitivity_files(self.study, self.document())


class DiagnosisAnswer(Answer):
    """Why there is no plan and what can give way; a row a repair, or a tight limit."""

    def __init__(self, found: Diagnosed) -> None:
        super().__init__(found.case)
        self.found = found

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """Repairs, cheapest first; of a case with a plan, its tightest limits."""
        document = self.document()
        if not document["repairs"]:
            tightest: list[dict[str, Any]] = document["tightest"]
            return tightest
        return [
            {
                "repair": place,
                "changes": "; ".join(change["words"] for change in repair["changes"]),
                "cost": repair["cost"],
                "total_cost": repair["total_cost"],
            }
            for place, repair in enumerate(document["repairs"], start=1)
        ]

    def document(self) -> dict[str, Any]:
        """diagnosis.json."""
        return self._document

    @cached_property
    def _document(self) -> dict[str, Any]:
        from slopt.study.diagnose.document import diagnosis_document

        return diagnosis_document(self.found.diagnosis, self._case, self.found.seconds)

    def lines(self, width: int = WIDTH) -> list[Text]:
        """The screen of `slopt diagnose`."""
        from slopt.report.diagnose_screen import diagnosis_lines

        return diagnosis_lines(self.found.diagnosis, self._case, width)

    def files(self) -> Mapping[str, Content]:
        """diagnosis.json; the command line writes the repaired plans too."""
        from slopt.plan.files import json_text

        return {"diagnosis.json": json_text(self.document())}


class CostsAnswer(Answer):
    """Who earns and who costs; a row a segment."""

    def __init__(self, accounts: CustomerAccounts, tiers_of: str) -> None:
        super().__init__(accounts.case)
        self.accounts, self._tiers_of = accounts, tiers_of

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """The rows of costs.csv."""
        from slopt.study.costs_files import segment_rows

        return segment_rows(self.accounts)

    def document(self) -> dict[str, Any]:
        """costs.json."""
        return self._document

    @cached_property
    def _document(self) -> dict[str, Any]:
        from slopt.study.costs_document import costs_document

        return costs_document(self.accounts, self._tiers_of, 0.0)

    def lines(self, width: int = WIDTH) -> list[Text]:
        """The screen of `slopt costs`."""
        from slopt.report.costs_screen import costs_lines

        return costs_lines(self.accounts, self._tiers_of, self.document(), width)

    def files(self) -> Mapping[str, Content]:
        """costs.csv and what else the case has accounts of."""
        from slopt.study.costs_files import costs_files

        return costs_files(self.accounts, self.document())
