"""Every table and column of a planning case, read from `schema.toml` beside this file.

The reader, the checks, the template (`slopt new`), `slopt describe` and the column reference in
the docs are all made from it, so that none of them can differ from the others.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slopt import vocabulary
from slopt.case.columns import Column, Kind, folded
from slopt.sayings import Saying, say

ANY = "*"
USE_PREFIX = "use:"
NOTE = Column(
    "note", Kind.TEXT, say("free text, not used by slopt"), unit=say("text"), names=("备注", "備註")
)


@dataclass(frozen=True)
class TableSchema:
    """One table: what a row of it is, its columns in order, and which columns are its key.

    `names` are other titles of its sheet or file. `use_columns` is true where the table also takes
    a column `use:RESOURCE` for every resource, which then means `use_meaning`, or `use_blank` where
    it is blank. `further` is true for tables that only some businesses need: a starter folder is
    without them.
    """

    name: str
    row_is: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    required: bool = False
    names: tuple[str, ...] = ()
    use_columns: bool = False
    use_meaning: str = ""
    use_blank: str = ""
    further: bool = False

    def is_title(self, title: str) -> bool:
        """True if a sheet or file of this title holds the table."""
        return title.strip().casefold() == self.name or title.strip() in self.names

    def find(self, title: str) -> Column | None:
        """The column that a heading names, in any of its names; None for an unknown heading."""
        if self.use_columns and folded(title).startswith(USE_PREFIX):
            return self._use_column(title.strip()[len(USE_PREFIX) :].strip())
        return next((column for column in self.columns if folded(title) in column.headings), None)

    def column(self, name: str) -> Column:
        """The column of that name; `use:X` is a number column wherever the table takes them."""
        if self.use_columns and name.startswith(USE_PREFIX):
            return self._use_column(name.removeprefix(USE_PREFIX))
        return next(column for column in self.columns if column.name == name)

    def _use_column(self, resource: str) -> Column:
        return Column(
            USE_PREFIX + resource,
            Kind.NUMBER,
            Saying(self.use_meaning, {"resource": resource}),
            unit=Saying("units per period", {}),
            low=0,
            default_words=Saying(self.use_blank, {}),
        )


def table_name(title: str) -> str | None:
    """The table that a sheet or file of this title holds, None for any other."""
    return next((schema.name for schema in BY_NAME.values() if schema.is_title(title)), None)


def _column(name: str, entry: Mapping[str, Any]) -> Column:
    kind = Kind[entry["kind"].upper()]
    choices = entry.get("choices", ())
    if isinstance(choices, str):
        choices = tuple(getattr(vocabulary, choices))
    default = entry.get("default")
    if kind in (Kind.NUMBER, Kind.INTEGER) and default is not None:
        default = float(default)
    return Column(
        name,
        kind,
        Saying(entry["meaning"], {}),
        unit=Saying(entry.get("unit", ""), {}),
        required=entry.get("required", False),
        default=default,
        default_words=Saying(entry.get("blank_means", ""), {}),
        low=entry.get("low"),
        high=entry.get("high"),
        choices=tuple(choices),
        refers_to=entry.get("refers_to"),
        any_row=entry.get("any_row", False),
        names=tuple(entry.get("names", ())),
        further=entry.get("further", False),
    )


def _table(name: str, entry: Mapping[str, Any]) -> TableSchema:
    columns = [_column(title, column) for title, column in entry["columns"].items()]
    return TableSchema(
        name,
        Saying(entry["row_is"], {}),
        columns=tuple(columns) if name in NO_TABLES else (*columns, NOTE),
        key=tuple(entry["key"]),
        required=entry.get("required", False),
        names=tuple(entry.get("names", ())),
        use_columns="use_meaning" in entry,
        use_meaning=entry.get("use_meaning", ""),
        use_blank=entry.get("use_blank", ""),
        further=entry.get("further", False),
    )


def _load() -> dict[str, TableSchema]:
    text = Path(__file__).with_name("schema.toml").read_text(encoding="utf-8")
    return {name: _table(name, entry) for name, entry in tomllib.loads(text).items()}


NO_TABLES = ("settings", "plan", "plan_over_time", "staff_over_time", "projects_over_time")
"""What stands in the schema beside the tables of a case: settings, and plans that one brings."""
SCHEMAS = _load()
SETTINGS = SCHEMAS["settings"]
PLAN = SCHEMAS["plan"]
TABLES = tuple(table for name, table in SCHEMAS.items() if name not in NO_TABLES)
BY_NAME = {table.name: table for table in (*TABLES, SETTINGS)}
