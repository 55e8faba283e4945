"""Tables and columns of a case, from the schema."""

from __future__ import annotations

from rich.text import Text

from slopt.case.describe import describe_rows
from slopt.case.schema import PLAN, SCHEMAS, TableSchema
from slopt.report.table import Col, sentence, table


def tables_lines(width: int) -> list[Text]:
    """All tables with what a row of each is."""
    rows = [[schema.name, _need(schema), schema.row_is] for schema in SCHEMAS.values()]
    columns = [
        Col("table", right=False),
        Col("", right=False),
        Col("a row is", right=False, wrap=True),
    ]
    hint = "Columns of one: slopt describe segments"
    return [*table(columns, rows, width), Text(""), Text(hint)]


def _need(schema: TableSchema) -> str:
    if schema is PLAN:
        return "brought"
    return "required" if schema.required else "optional"


def columns_lines(name: str, width: int) -> list[Text]:
    """The columns of one table: unit and what a blank means, with the meaning below each."""
    rows = describe_rows(name)
    columns = [
        Col("column", right=False),
        Col("unit", right=False, shorten=True),
        Col("if empty", right=False),
    ]
    head = table(columns, [[row["column"], row["unit"], row["blank"]] for row in rows], width)
    lines = [
        *sentence(f"{name}: a row is {SCHEMAS[name].row_is}", width, "bold"),
        Text(""),
        *head[:2],
    ]
    for line, row in zip(head[2:], rows, strict=False):
        lines += [line, *sentence(row["meaning"], width, indent="    ")]
    return lines
