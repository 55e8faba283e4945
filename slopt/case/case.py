"""The planning case as a value: settings and tables, typed, checked and frozen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.case.columns import Column
from slopt.case.digest import digest, table_digest
from slopt.case.schema import BY_NAME, USE_PREFIX
from slopt.case.texts import Texts
from slopt.case.typed import absent_column
from slopt.vocabulary import Goal, Lang, Period, RiskMeasure, Sampling

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class CaseInfo:
    """`[case]`: what the case is. `discount_rate` is per period, as every rate is."""

    name: str = ""
    currency: str = ""
    period: Period = Period.YEAR
    discount_rate: float = 0.0
    source: str = ""
    language: Lang = Lang.EN


@dataclass(frozen=True)
class PlanChoice:
    """`[plan]`: the model file, by name or path, and what the plan is to be best at."""

    model: str = "tier_plan"
    goal: Goal = Goal.MIN_TOTAL_COST


@dataclass(frozen=True)
class Limits:
    """`[limits]`: each is None where it does not apply.

    budget and max_lost_sales are money per period, min_service_level is a share (0..1).
    """

    budget: float | None = None
    max_tiers: int | None = None
    max_changes: int | None = None
    min_service_level: float | None = None
    max_lost_sales: float | None = None


@dataclass(frozen=True)
class Horizon:
    """`[horizon]`: of a plan over periods, each None where it does not apply.

    `target_from` is the period from which `min_service_level` of the limits holds;
    `max_changes_each` how often a segment changes its tier at most.
    """

    target_from: str | None = None
    max_changes_each: int | None = None


@dataclass(frozen=True)
class Words:
    """`[words]`: what this business calls things, used in every output."""

    segment: str = "segment"
    tier: str = "tier"
    resource: str = "resource"
    service_cost: str = "service cost"
    lost_sales: str = "lost sales"
    lost_orders: str = "lost orders"
    lost_customers: str = "lost customers"
    lost_prospects: str = "lost prospects"
    service_level: str = "service level"


@dataclass(frozen=True)
class SolveOptions:
    """`[solve]`: relative gap to reach, seconds for the solver, seed."""

    gap: float = 1e-4
    time_limit_s: float = 60.0
    seed: int = 1


@dataclass(frozen=True)
class Risk:
    """`[risk]`: what a plan is best at over uncertain futures, and how these are drawn.

    Shares are 0 .. 1, change_cost is money per segment. No measure: the case's own numbers alone.
    """

    measure: RiskMeasure | None = None
    tail: float = 0.1
    weight: float = 1.0
    at_worst: int = 1
    chance: float | None = None
    samples: int = 200
    sampling: Sampling = Sampling.LHS
    change_share: float = 0.0
    change_cost: float = 0.0
    later_changes: int | None = None


@dataclass(frozen=True)
class Settings:
    """Everything that case.toml holds."""

    case: CaseInfo = field(default_factory=CaseInfo)
    plan: PlanChoice = field(default_factory=PlanChoice)
    limits: Limits = field(default_factory=Limits)
    words: Words = field(default_factory=Words)
    solve: SolveOptions = field(default_factory=SolveOptions)
    horizon: Horizon = field(default_factory=Horizon)
    risk: Risk = field(default_factory=Risk)

    def of_the_question(self) -> dict[str, Any]:
        """All settings by section but the language, which says how an answer is shown.

        `horizon` and `risk` are there only where they say something, so that a case without has the
        hash that it always had.
        """
        values = asdict(self)
        del values["case"]["language"]
        if self.horizon == Horizon():
            del values["horizon"]
        if self.risk == Risk():
            del values["risk"]
        return values


class Table:
    """Columns of one table: floats (NaN where blank), texts ("" where blank) or flags.

    `rows[i]` is the row of `file` that entry i came from.
    """

    def __init__(
        self,
        name: str,
        columns: Mapping[str, NDArray[Any] | Texts],
        rows: Sequence[int],
        file: str = "",
    ) -> None:
        self.name = name
        self.file = file
        self._columns = dict(columns)
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def column(self, name: str) -> NDArray[Any] | Texts:
        """A column of any kind."""
        return self._columns[name]

    def numbers(self, column: str) -> Numbers:
        """A number column; NaN where the cell is blank and has no constant default."""
        values = self._columns[column]
        assert isinstance(values, np.ndarray)
        return values

    def texts(self, column: str) -> Texts:
        """An id, text or choice column; "" where the cell is blank."""
        texts = self._columns[column]
        assert isinstance(texts, Texts)
        return texts

    def flags(self, column: str) -> NDArray[np.bool_]:
        """A true-or-false column."""
        values: NDArray[np.bool_] = self.numbers(column).astype(np.bool_, copy=False)
        return values

    @property
    def use_columns(self) -> dict[str, Numbers]:
        """Resource -> its `use:` column, NaN where blank."""
        return {
            name.removeprefix(USE_PREFIX): self.numbers(name)
            for name in self._columns
            if name.startswith(USE_PREFIX)
        }

    def with_columns(self, columns: Mapping[str, NDArray[Any] | Texts]) -> Table:
        """A copy in which these columns, which the table has, hold other values."""
        return Table(self.name, {**self._columns, **columns}, self.rows, self.file)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what the table says."""
        known = {column.name: column for column in BY_NAME[self.name].columns}
        said = {
            name: values
            for name, values in self._columns.items()
            if not (name in known and known[name].further and _is_silent(known[name], values))
        }
        return table_digest(said)

    def as_lists(self) -> dict[str, list[Any]]:
        """Plain lists by column, None for blank numbers."""
        return {
            name: [None if value != value else value for value in values.tolist()]
            for name, values in self._columns.items()
        }


@dataclass(frozen=True)
class PlanningCase:
    """What the business is: settings and tables. Made by `load_case`, changed by `replace`."""

    settings: Settings
    tables: Mapping[str, Table]

    def table(self, name: str) -> Table:
        """One of the tables of the schema; an empty one where the case does not have it."""
        return self.tables.get(name) or empty_table(name)

    @cached_property
    def segments(self) -> Texts:
        """Segment ids in the case's order."""
        return self.table("segments").texts("segment")

    @cached_property
    def tiers(self) -> list[str]:
        """Tier ids in the case's order."""
        return self.table("tiers").texts("tier").tolist()

    @cached_property
    def resources(self) -> list[str]:
        """Resource ids in the case's order."""
        return self.table("resources").texts("resource").tolist()

    @cached_property
    def ranks(self) -> NDArray[np.int64]:
        """Rank of each tier; a blank rank is the number of its row."""
        rank = self.table("tiers").numbers("rank")
        return np.where(np.isnan(rank), np.arange(1, len(rank) + 1), rank).astype(np.int64)

    def replace(self, **changes: Any) -> PlanningCase:
        """A copy with other settings or tables."""
        return replace(self, **changes)

    def with_limits(self, **limits: float | None) -> PlanningCase:
        """A copy with other limits; None takes a limit away."""
        new = replace(self.settings.limits, **limits)  # type: ignore[arg-type]
        return self.replace(settings=replace(self.settings, limits=new))

    @property
    def has_periods(self) -> bool:
        """True for a case over several periods: its table `periods` has rows."""
        return "periods" in self.tables

    @cached_property
    def periods(self) -> list[str]:
        """Period ids in the case's order; none for a case of one period."""
        return self.table("periods").texts("period").tolist()

    @property
    def is_parquet(self) -> bool:
        """True where the segments came as Parquet, so that their plan is wanted so too."""
        return self.table("segments").file.casefold().endswith(".parquet")

    @cached_property
    def hash(self) -> str:
        """SHA-256 over settings and tables, the same whatever kind of file they came from.

        Numbers count to 15 digits, which is what workbooks keep of them.
        """
        tables = {name: table.digest for name, table in self.tables.items()}
        return digest(self.settings.of_the_question(), tables)


def _is_silent(column: Column, values: NDArray[Any] | Texts) -> bool:
    """True where no cell differs from a blank one."""
    if isinstance(values, Texts):
        return not (values.is_filled & ~values.is_in([str(column.default or "")])).any()
    blank = np.nan if column.default is None else column.default
    return bool(np.array_equal(values, np.broadcast_to(blank, values.shape), equal_nan=True))


@cache
def empty_table(name: str) -> Table:
    """A table of the schema without rows."""
    columns = {column.name: absent_column(column, 0) for column in BY_NAME[name].columns}
    return Table(name, columns, [])
