"""`slopt calibrate`: a case from history."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from slopt.cli.closing import written
from slopt.cli.common import JsonOption, print_json, print_lines, progress, screen_width
from slopt.cli.speaking import LangOption, spoken
from slopt.sayings import later


def run(
    history: Annotated[
        str,
        typer.Argument(
            metavar="HISTORY", help="A TOML file that maps the logs, or the name of an example."
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="CASE_DIR", help="Write the case there; else only show."),
    ] = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Make a case from logs: service levels, costs and responses, each with interval and source."""
    from slopt.calibrate.calibrate import calibrate
    from slopt.calibrate.write import find_history, refuse_foreign, write_calibration
    from slopt.errors import InvalidInput
    from slopt.report.calibrate_screen import calibration_lines, missing_lines

    path = find_history(history)
    if out:
        refuse_foreign(out)
    with progress(later("reading the logs")):
        calibration = calibrate(path)
    names = write_calibration(calibration, out) if out and not calibration.missing else []
    if json:
        print_json(calibration.document())
    else:
        print_lines(calibration_lines(calibration, screen_width(), spoken()))
    if out and calibration.missing:
        raise InvalidInput(calibration.missing)
    if json:
        return
    if out:
        _ = spoken()
        check, solve = f"slopt check {out}", f"slopt solve {out}"
        next_ = _("Next: {check}, then {solve}", check=check, solve=solve)
        print_lines(["", written(out, names), next_])
        return
    _ = spoken()
    print_lines(missing_lines(calibration, screen_width(), _))
    print_lines(["", _("Nothing is written. To write the case: --out CASE_DIR")])
