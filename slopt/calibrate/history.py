"""A history: which logs there are, what their columns mean, and what is assumed. Frozen values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from slopt.case.case import Settings
from slopt.vocabulary import Period, SourceKind

DAYS_A_YEAR = 365.25
YES_WORDS = ("yes", "true", "y", "t", "1", "1.0", "是")
NO_WORDS = ("no", "false", "n", "f", "0", "0.0", "否")


class LateUnit(StrEnum):
    """What lateness is counted in: whole calendar days, or hours to the minute."""

    DAYS = "days"
    HOURS = "hours"


class Undelivered(StrEnum):
    """What an order without a delivery date counts as."""

    LEFT_OUT = "left_out"
    FAILED = "failed"


class Grouping(StrEnum):
    """How customers become segments."""

    KEY = "key"
    RECENCY_FREQUENCY_VALUE = "recency_frequency_value"
    PROFIT = "profit"


class Unseen(StrEnum):
    """What becomes of a pair of segment and tier that the log does not hold."""

    OFFERED = "offered"
    NOT_OFFERED = "not_offered"


class Design(StrEnum):
    """How an effect is told from an association."""

    BEFORE_AFTER = "before_after"
    CONTROL_GROUP = "control_group"


@dataclass(frozen=True)
class Log:
    """One log: its file, the columns of each role, and how its cells are read.

    `columns` gives each role its columns: texts of more than one are joined, numbers multiplied.
    `scale` holds the worst and the best score; `reactions` the texts of each reaction.
    """

    name: str
    file: Path
    columns: Mapping[str, tuple[str, ...]]
    date_format: str | None = None
    decimal_comma: bool = False
    missing: tuple[str, ...] = ()
    yes: tuple[str, ...] = YES_WORDS
    no: tuple[str, ...] = NO_WORDS
    keep: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    since: dt.date | None = None
    until: dt.date | None = None
    late_in: LateUnit = LateUnit.DAYS
    grace: float = 0.0
    undelivered: Undelivered = Undelivered.LEFT_OUT
    dissatisfied_at_most: float | None = None
    scale: tuple[float, float] | None = None
    periods: float = 1.0
    reactions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def has(self, *roles: str) -> bool:
        """Whether all these roles are mapped."""
        return all(role in self.columns for role in roles)


def tells_outcome(orders: Log) -> bool:
    """Whether an order log tells in any way how orders were served."""
    return any(
        orders.has(*roles)
        for roles in (
            ("failed",),
            ("late",),
            ("promised", "delivered"),
            ("quantity_ordered", "quantity_delivered"),
        )
    )


@dataclass(frozen=True)
class Segmentation:
    """`[segments]`: by key, or by quantiles of what customers did; `groups` quantiles each."""

    by: Grouping = Grouping.KEY
    groups: int = 3


@dataclass(frozen=True)
class Menu:
    """`[tiers]`: rank by `order` from the lowest up, else by level; pairs hardly seen."""

    order: tuple[str, ...] = ()
    unseen: Unseen = Unseen.OFFERED
    seen_at_least: float = 1.0


@dataclass(frozen=True)
class Change:
    """`[change]`: service changed on a day, for some segments; the others are the control group."""

    design: Design
    on: dt.date
    treated: tuple[str, ...]


class HoldsFor(StrEnum):
    """Whom the result of a trial holds for: the segments in it, or all."""

    SEGMENTS = "segments"
    ALL = "all"


class Drawn(StrEnum):
    """What lots were drawn of: customers within segments, or whole segments."""

    CUSTOMERS = "customers"
    SEGMENTS = "segments"


@dataclass(frozen=True)
class TrialKeys:
    """What `[trial]` says besides the file: the words of arms and phases, and what was drawn.

    `treated`, `control`, `before` and `after` are words in lower case. `case` names the case whose
    numbers the trial replaces, where there are no other logs; `alone` where what was known of them
    before does not count.
    """

    treated: tuple[str, ...] = ("treated",)
    control: tuple[str, ...] = ("control",)
    before: tuple[str, ...] = ("before",)
    after: tuple[str, ...] = ("after",)
    holds_for: HoldsFor = HoldsFor.SEGMENTS
    drawn: Drawn = Drawn.CUSTOMERS
    case: str | None = None
    alone: bool = False


@dataclass(frozen=True)
class Assumption:
    """`[[assume]]`: a number that no log gives, as a row of the `sources` table with its value."""

    table: str
    column: str
    value: float | str
    segment: str = "*"
    tier: str = "*"
    kind: SourceKind = SourceKind.ASSUMED
    low: float | None = None
    high: float | None = None
    source: str = ""


@dataclass(frozen=True)
class History:
    """A whole history file. `settings` are the sections it shares with case.toml, as they stand;
    `case_settings` the same, checked.
    """

    path: Path
    name: str
    period: Period
    settings: Mapping[str, Mapping[str, Any]]
    logs: Mapping[str, Log]
    segmentation: Segmentation = Segmentation()
    menu: Menu = Menu()
    assumptions: tuple[Assumption, ...] = ()
    change: Change | None = None
    case_settings: Settings = field(default_factory=Settings)
    trial: TrialKeys | None = None

    @property
    def seed(self) -> int:
        """What random splits of the data start from."""
        return self.case_settings.solve.seed

    @property
    def period_days(self) -> float:
        """Length of the case's period in days."""
        return DAYS_A_YEAR / self.period.per_year

    @property
    def period_months(self) -> int:
        """Length of the case's period in months."""
        return 12 // self.period.per_year

    def mapped(self, role: str, *logs: str) -> bool:
        """Whether one of these logs (all by default) has the role."""
        return any(self.logs[log].has(role) for log in logs or self.logs if log in self.logs)

    def assumed(self, table: str, column: str, segment: str, tier: str = "*") -> Assumption | None:
        """What is assumed for a cell: the most specific row, else None."""
        fitting = [
            row
            for row in self.assumptions
            if (row.table, row.column) == (table, column)
            and row.segment in ("*", segment)
            and row.tier in ("*", tier)
        ]
        return max(fitting, key=lambda row: (row.segment != "*") + (row.tier != "*"), default=None)
