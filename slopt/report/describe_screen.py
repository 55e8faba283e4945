"""Tables and columns of a case, from the schema."""

from __future__ import annotations

from rich.text import Text

from slopt.case.describe import describe_rows
from slopt.case.schema import BY_NAME, TABLES
from slopt.report.table import Col, table


def tables_lines(width: int) -> list[Text]:
    """All tables with what a row of each is."""
    rows = [
        [schema.name, "required" if schema.required else "optional", schema.row_is]
        for schema in (*TABLES, BY_NAME["settings"])
    ]
    columns = [Col("table", right=False), Col("", right=False), Col("a row is", right=False)]
    return [*table(columns, rows, width), Text(""), Text("Columns of one: slopt describe segments")]


def columns_lines(name: str, width: int) -> list[Text]:
    """The columns of one table: unit, what a blank means, meaning."""
    schema = BY_NAME[name]
    rows = [
        [row["column"], row["unit"], row["blank"], row["meaning"]] for row in describe_rows(name)
    ]
    columns = [
        Col("column", right=False),
        Col("unit", right=False),
        Col("if empty", right=False),
        Col("meaning", right=False, drop=1),
    ]
    return [
        Text(f"{name}: a row is {schema.row_is}", style="bold"),
        Text(""),
        *table(columns, rows, width),
    ]
