"""Tables and columns in words: for `slopt describe`, the template's read-me and the docs page."""

from __future__ import annotations

from slopt.case.columns import Column, suggest
from slopt.case.schema import SCHEMAS, SETTINGS, TableSchema
from slopt.errors import UsageError
from slopt.sayings import in_a_row, later, say


def describe_rows(table: str) -> list[dict[str, str]]:
    """One row a column: column, unit, blank (what an empty cell means), meaning, names.

    `names` are the other headings by which the column is known. In place of a table, a section of
    case.toml: `risk` are the settings under [risk]. Raises UsageError for what is neither.
    """
    section = settings_under(table)
    if table not in SCHEMAS and section:
        return [_row(column) for column in section]
    if table not in SCHEMAS:
        raise UsageError(
            in_a_row(
                say('There is no table "{table}".', table=table),
                suggest(table, list(SCHEMAS), later("Tables are: {known}.")),
            )
        )
    schema = SCHEMAS[table]
    rows = [_row(column) for column in schema.columns]
    if schema.use_columns:
        rows.insert(-1, _row(schema.column("use:RESOURCE")))
    return rows


def settings_under(section: str) -> list[Column]:
    """The settings of a section of case.toml; none for a name that is no section."""
    return [one for one in SETTINGS.columns if one.name.startswith(f"{section}.")]


def column_reference() -> str:
    """All tables in Markdown, from the schema: the page `docs/columns.md`."""
    parts = ["# Columns", "", _INTRODUCTION]
    for schema in SCHEMAS.values():
        parts += ["", f"## {schema.name}", "", _sentence(schema), ""]
        parts += ["| column | unit | if empty | meaning | also known as |", "|---|---|---|---|---|"]
        for row in describe_rows(schema.name):
            texts = (row["unit"], row["blank"], row["meaning"], row["names"])
            cells = [f"`{row['column']}`", *(_escaped(text) for text in texts)]
            parts.append("| " + " | ".join(cells) + " |")
    return "\n".join(parts) + "\n"


_INTRODUCTION = """\
Made from `slopt/case/schema.toml`; `slopt describe TABLE` prints the same. A planning case is a
folder of these tables as CSV or Parquet files with a `case.toml`, or one `.xlsx` workbook with a
sheet for each. Rates are fractions (5 % is 0.05), money is in the case's currency, and every "per
period" means the case's own period. An empty cell stands for what "if empty" says."""


def _row(column: Column) -> dict[str, str]:
    return {
        "column": column.name,
        "unit": column.unit_words,
        "blank": column.blank_means,
        "meaning": column.meaning,
        "names": ", ".join(column.names),
    }


def _sentence(schema: TableSchema) -> str:
    key = schema.key[0] if len(schema.key) == 1 else f"{', '.join(schema.key)} together"
    use = "required" if schema.required else "optional"
    names = f" Sheet or file may also be called {', '.join(schema.names)}." if schema.names else ""
    return f"A row is {schema.row_is}. The table is {use}; {key} may stand once.{names}"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*")
