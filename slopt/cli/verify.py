"""`slopt verify`: is a certificate true?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from slopt.cli.common import (
    JsonOption,
    ModelOption,
    SetOption,
    print_json,
    print_lines,
    read,
    screen_width,
)
from slopt.cli.speaking import LangOption, spoken


def run(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The certificate.")],
    case: Annotated[
        str, typer.Argument(metavar="CASE", help="The case, or a numbers file (.json).")
    ],
    settings: SetOption = None,
    model: ModelOption = None,
    numbers: Annotated[
        Path | None,
        typer.Option(
            "--numbers",
            metavar="FILE",
            help="The numbers that came with the certificate, if made on another machine.",
        ),
    ] = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Check a certificate in exact arithmetic, with nothing of a solver in it."""
    from slopt.engine.certifying import read_certificate, verify_case, verify_numbers
    from slopt.report.certificate_screen import verified_lines

    sealed = read_certificate(file)
    path = Path(case)
    if path.is_file() and path.suffix.casefold() == ".json":
        verified = verify_numbers(sealed, path)
    else:
        verified = verify_case(sealed, read(case, settings, model), numbers)
    if json:
        verdict = verified.verdict
        print_json({
            "verified": True,
            "claim": verified.document["claim"],
            "case_hash": verified.document["case_hash"],
            **{
                name: None if number is None else float(number)
                for name, number in verdict._asdict().items()
            },
        })  # fmt: skip
        return
    print_lines(verified_lines(verified, screen_width(), spoken()))
