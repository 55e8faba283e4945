"""Tables and columns of a case, from the schema."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text

from slopt.case.describe import describe_rows
from slopt.case.schema import PLAN, SCHEMAS, TableSchema
from slopt.report.language import ENGLISH, Language
from slopt.report.table import GAP, Col, sentence, table


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
    """The columns of one table, or the settings of a section: unit and what a blank means, with
    the meaning below each. Units and blanks that do not fit beside each other stand there too.
    """
    _ = language
    rows = describe_rows(name)
    heads = _("column"), _("unit"), _("if empty")
    columns = [Col(head, right=False) for head in heads]
    longest = max(cell_len(text) for text in (heads[0], *(row["column"] for row in rows)))
    room = max((width - longest - 2 * GAP) // 2, cell_len(_("below")))
    cells, below = [], []
    for row in rows:
        told = [_.tell(row["unit"]), _.tell(row["blank"])]
        fits = [cell_len(text) <= room for text in told]
        cells.append(
            [row["column"], *(t if fit else _("below") for t, fit in zip(told, fits, strict=True))]
        )
        said = [_.tell(row["meaning"])]
        said += [] if fits[0] else [_("unit: {unit}", unit=told[0])]
        said += [] if fits[1] else [_("if empty: {blank}", blank=told[1])]
        below.append(said)
    head = table(columns, cells, width, language=_)
    if len(head) != 2 + len(rows):  # too narrow for columns: each row is a block of its own
        head = [Text(""), Text(""), *(Text(row["column"], style="bold") for row in rows)]
        below = [_whole(row, _) for row in rows]
    lines = [*sentence(_title(name, _), width, "bold"), Text(""), *head[:2]]
    for line, said in zip(head[2:], below, strict=True):
        lines.append(line)
        for text in said:
            lines += sentence(text, width, indent="      ", first="    ")
    return lines


def _title(name: str, _: Language) -> str:
    if name in SCHEMAS:
        return _("{table}: a row is {row}", table=name, row=_.tell(SCHEMAS[name].row_is))
    return _("Settings under [{section}] of case.toml", section=name)


def _whole(row: dict[str, str], _: Language) -> list[str]:
    """Meaning, unit and what a blank means, a line each."""
    return [
        _.tell(row["meaning"]),
        _("unit: {unit}", unit=_.tell(row["unit"])),
        _("if empty: {blank}", blank=_.tell(row["blank"])),
    ]
