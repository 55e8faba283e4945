"""`slopt describe`: tables and columns."""

from __future__ import annotations

from typing import Annotated

import typer

from slopt.cli.common import JsonOption, print_json, print_lines, screen_width
from slopt.errors import UsageError


def run(
    table: Annotated[
        str | None, typer.Argument(metavar="[TABLE]", help="One table, or settings.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Show tables, columns, units and defaults."""
    from slopt.case.columns import suggest
    from slopt.case.describe import describe_rows
    from slopt.case.schema import BY_NAME
    from slopt.report.describe_screen import columns_lines, tables_lines

    if table is not None and table not in BY_NAME:
        raise UsageError(
            f'There is no table "{table}". {suggest(table, list(BY_NAME), "Tables are")}'
        )
    if json:
        print_json({name: describe_rows(name) for name in ([table] if table else BY_NAME)})
    elif table:
        print_lines(columns_lines(table, screen_width()))
    else:
        print_lines(tables_lines(screen_width()))
