"""`slopt new`: a starter case."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from slopt.cli.common import print_lines
from slopt.cli.speaking import LangOption, spoken


def run(
    target: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write the case.")],
    example: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="EXAMPLE",
            help="Start from an example, or from the file of a published knapsack (MMKP).",
        ),
    ] = None,
    xlsx: Annotated[
        bool, typer.Option("--xlsx", help="Write a workbook with drop-downs and notes.")
    ] = False,
    lang: LangOption = None,
) -> None:
    """Write a starter case: a folder, or a workbook with drop-downs and a units row."""
    from slopt.case.template import write_case

    written = write_case(target, example, xlsx)
    place = written[0] if xlsx else target
    _ = spoken()
    names = "  ".join(path.name for path in written)
    print_lines(
        [
            _("wrote {place}", place=place)
            if xlsx
            else _("wrote {place}: {names}", place=place, names=names),
            _("Next: slopt check {place}, then slopt solve {place}", place=place),
        ]
    )
