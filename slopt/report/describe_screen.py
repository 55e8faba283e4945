"""Tables and columns of a case, from the schema."""

from __future__ import annotations

from rich.text import Text

from slopt.case.describe import describe_rows
from slopt.case.schema import PLAN, SCHEMAS, TableSchema
from slopt.report.language import ENGLISH, Language
from slopt.report.table import Col, sentence, table


def tables_lines(width: int, language: Language = ENGLISH) -> list[Text]:
    """All tables with what a row of each is."""
    _ = language
    rows = [[schema.name, _need(schema, _), _.tell(schema.row_is)] for schema in SCHEMAS.values()]
    columns = [
        Col(_("table"), right=False),
        Col("", right=False),
        Col(_("a row is"), right=False, wrap=True),
    ]
    hint = _("Columns of one: slopt describe segments")
    return [*table(columns, rows, width, language=_), Text(""), Text(hint)]


def _need(schema: TableSchema, language: Language) -> str:
    if schema is PLAN:
        return language("brought")
    return language("required") if schema.required else language("optional")


def columns_lines(name: str, width: int, language: Language = ENGLISH) -> list[Text]:
    """The columns of one table: unit and what a blank means, with the meaning below each."""
    _ = language
    rows = describe_rows(name)
    columns = [
        Col(_("column"), right=False),
        Col(_("unit"), right=False, shorten=True),
        Col(_("if empty"), right=False),
    ]
    cells = [[row["column"], _.tell(row["unit"]), _.tell(row["blank"])] for row in rows]
    head = table(columns, cells, width, language=_)
    title = _("{table}: a row is {row}", table=name, row=SCHEMAS[name].row_is)
    lines = [*sentence(title, width, "bold"), Text(""), *head[:2]]
    for line, row in zip(head[2:], rows, strict=False):
        lines += [line, *sentence(_.tell(row["meaning"]), width, indent="    ")]
    return lines
