"""`[[assume]]`: numbers that no log gives, each with its range and source."""

from __future__ import annotations

from collections.abc import Sequence

from slopt.calibrate.entries import Entries
from slopt.calibrate.history import Assumption
from slopt.case.columns import CellError, Column, Kind, suggest
from slopt.case.schema import BY_NAME
from slopt.sayings import later, say
from slopt.vocabulary import SourceKind

LEAVE_IF_DISSATISFIED = Column(
    "leave_if_dissatisfied",
    Kind.NUMBER,
    "chance that a dissatisfied customer leaves; times the share that a failure dissatisfies, "
    "which surveys tell, it is the leave_probability",
    low=0.0,
    high=1.0,
)
LISTENERS_IF_DISSATISFIED = Column(
    "listeners_if_dissatisfied",
    Kind.NUMBER,
    "people whom a dissatisfied customer tells; times the share that a failure dissatisfies, "
    "which surveys tell, they are the listeners",
    low=0.0,
)
LINKS = {
    "leave_probability": LEAVE_IF_DISSATISFIED.name,
    "listeners": LISTENERS_IF_DISSATISFIED.name,
}
"""What is assumed of the dissatisfied, by the column of `response` that it becomes a factor of."""
ASSUMABLE = ("segments", "tiers", "response", "stock_outs")
"""Tables of which something may be assumed."""
_KEYS = ("table", "column", "segment", "tier", "value", "kind", "low", "high", "source")
_IDS = ("segment", "tier")


def assumable(table: str) -> dict[str, Column]:
    """The columns of a table that may be assumed, by name."""
    columns = {column.name: column for column in BY_NAME[table].columns if column.name not in _IDS}
    columns.pop("note", None)
    if table == "response":
        for column in (LEAVE_IF_DISSATISFIED, LISTENERS_IF_DISSATISFIED):
            columns[column.name] = column
    return columns


def read_assumptions(rows: Sequence[Entries]) -> tuple[Assumption, ...]:
    """The rows that are in order; every other one is a problem."""
    read = [_assumption(row) for row in rows]
    seen: set[tuple[str, str, str, str]] = set()
    for row, assumption in zip(rows, read, strict=True):
        if assumption is None:
            continue
        key = (assumption.table, assumption.column, assumption.segment, assumption.tier)
        if key in seen:
            row.problem("column", say("This is assumed twice."), say("Take one of the two out."))
        seen.add(key)
    return tuple(assumption for assumption in read if assumption is not None)


def _assumption(row: Entries) -> Assumption | None:
    row.done(*_KEYS)
    table, column = row.values.get("table"), row.values.get("column")
    if table not in ASSUMABLE:
        hint = say("Write segments, tiers, response or stock_outs.")
        row.problem(
            "table",
            say('"{table}" is no table of which something may be assumed.', table=table),
            hint,
        )
        return None
    known = assumable(table)
    if column not in known:
        hint = suggest(
            str(column), list(known), later("Columns of {table} are: {known}."), table=table
        )
        row.problem(
            "column",
            say('"{column}" is not a column of {table}.', column=column, table=table),
            hint,
            column,
        )
        return None
    given: dict[str, float | str] = {}
    for key in ("value", "low", "high"):
        if key not in row.values:
            continue
        text = row.values[key]
        if isinstance(text, str) and known[column].kind in (Kind.NUMBER, Kind.INTEGER):
            row.problem(
                key,
                say("This is a text, and a number goes there."),
                say("Take the quotes off."),
                text,
            )
            return None
        try:
            cell = known[column].read(row.values[key])
        except CellError as error:
            row.problem(key, error.message, error.remedy, row.values[key])
            return None
        if cell is not None:
            given[key] = cell
    if "value" not in given:
        row.problem(
            "value",
            say("The value is missing."),
            say("Write value = {expected}.", expected=known[column].expected),
        )
        return None
    value = given["value"]
    return Assumption(
        table=table,
        column=column,
        value=value,
        segment=row.text("segment") or "*",
        tier=row.text("tier") or "*",
        kind=row.choice("kind", SourceKind, SourceKind.ASSUMED),
        low=_ordered(row, "low", given.get("low"), value, -1),
        high=_ordered(row, "high", given.get("high"), value, 1),
        source=row.text("source") or "",
    )


def _ordered(
    row: Entries, key: str, end: float | str | None, value: float | str, sign: int
) -> float | None:
    """An end of the interval, if it lies on the right side of the value."""
    if end is None or isinstance(end, str) or isinstance(value, str):
        return None
    if (end - value) * sign < 0:
        row.problem(
            key,
            say('"{end}" is beyond the value.', end=f"{end:g}"),
            say("Write low <= value <= high."),
            end,
        )
        return None
    return end
