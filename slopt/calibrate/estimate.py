"""What calibration finds: estimates with their provenance, findings, scores and warnings."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from slopt.calibrate.history import History
from slopt.calibrate.scoring import Score
from slopt.calibrate.shares import Interval
from slopt.errors import Problem, Severity
from slopt.sayings import say
from slopt.vocabulary import SourceKind

NOT_AN_EFFECT = say(
    "Association is not effect: the two groups may differ in other ways. Service that changes for "
    "some segments alone (control group), or on one day (before and after), tells more: [change]."
)


@dataclass(frozen=True)
class Estimate:
    """A value for one cell of the case, and its row in `sources`.

    `interval` is one of 95 %, or the range that is assumed. `n` is the sample size. `point` names
    the point of a sales curve.
    """

    table: str
    column: str
    value: float | str
    kind: SourceKind
    source: str
    segment: str = "*"
    tier: str = "*"
    n: float | None = None
    interval: Interval | None = None
    point: str = ""

    @property
    def low(self) -> float | None:
        """Lower end of the interval; None where there is none."""
        return _end(self.interval and self.interval.low)

    @property
    def high(self) -> float | None:
        """Upper end of the interval; None where there is none."""
        return _end(self.interval and self.interval.high)


@dataclass(frozen=True)
class Finding:
    """Something worth telling that is no cell of the case: a name, its numbers, and words.

    `rows` are lines of a small table, each a dict with the same keys.
    """

    name: str
    words: str
    rows: tuple[dict[str, Any], ...] = ()


@dataclass
class Findings:
    """What has been found so far; each part of the calibration adds to it.

    `cells` by table, column, segment, and tier (for a point of a sales curve its name).
    """

    cells: dict[tuple[str, str, str, str], Estimate] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def add(self, estimates: Iterable[Estimate]) -> None:
        """Take estimates; a later one for the same cell replaces an earlier one."""
        for each in estimates:
            self.cells[each.table, each.column, each.segment, each.point or each.tier] = each

    def has(self, table: str, column: str) -> bool:
        """Whether anything is estimated for a column."""
        return any(cell[:2] == (table, column) for cell in self.cells)

    def warn(
        self, message: str, remedy: str, table: str, column: str, value: float | None = None
    ) -> None:
        """Say aloud what the data cannot tell, of which table and column."""
        shown = None if value is None else f"{value:.4g}"
        self.warnings.append(
            Problem(
                message, remedy, table=table, column=column, value=shown, severity=Severity.WARNING
            )
        )

    def value(self, table: str, column: str, segment: str = "*", tier: str = "*") -> float | None:
        """The number estimated for exactly this cell, if any."""
        found = self.cells.get((table, column, segment, tier))
        return found.value if found is not None and isinstance(found.value, float) else None


def _end(end: float | None) -> float | None:
    return end if end is not None and math.isfinite(end) else None


def known_value(
    history: History, findings: Findings, table: str, column: str, segment: str
) -> float | None:
    """The number that the case will have for a segment: what is assumed, else what is found."""
    assumed = history.assumed(table, column, segment)
    if assumed is not None and not isinstance(assumed.value, str):
        return float(assumed.value)
    return findings.value(table, column, segment)
