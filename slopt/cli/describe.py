"""`slopt describe`: tables and columns."""

from __future__ import annotations

from typing import Annotated

import typer

from slopt.cli.common import JsonOption, print_json, print_lines, screen_width
from slopt.cli.speaking import LangOption, spoken


def run(
    table: Annotated[
        str | None, typer.Argument(metavar="TABLE", help="A table, settings, or risk, limits ...")
    ] = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Show tables, columns, units and defaults."""
    from slopt.case.describe import describe_rows
    from slopt.case.schema import SCHEMAS
    from slopt.report.describe_screen import columns_lines, tables_lines

    described = {name: describe_rows(name) for name in ([table] if table else SCHEMAS)}
    if json:
        print_json(described)
    elif table:
        print_lines(columns_lines(table, screen_width(), spoken()))
    else:
        print_lines(tables_lines(screen_width(), spoken()))
