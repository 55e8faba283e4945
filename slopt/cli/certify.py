"""`slopt certify`: what proves a plan, as a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slopt.cli.common import JsonOption, SetOption, print_lines, progress, read, screen_width
from slopt.cli.speaking import LangOption, spoken
from slopt.errors import UsageError
from slopt.sayings import later, say

if TYPE_CHECKING:
    from slopt.engine.certifying import Subject


def run(
    found: Annotated[
        str,
        typer.Argument(
            metavar="RUN", help="A folder of --out, CASE@ID or CASE@latest; or a case, solved now."
        ),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the certificate there.")
    ] = None,
    numbers: Annotated[
        Path | None,
        typer.Option(
            "--numbers", metavar="FILE", help="Write the numbers there, to verify without slopt."
        ),
    ] = None,
    case: Annotated[
        str | None,
        typer.Option("--case", metavar="CASE", help="The case, where the run has no copy of it."),
    ] = None,
    settings: SetOption = None,
    gap: Annotated[
        float | None,
        typer.Option(
            "--gap", min=0.0, help="The relative gap to prove; by default what the run claims."
        ),
    ] = None,
    time_limit: Annotated[
        float,
        typer.Option("--time-limit", min=0.0, metavar="SECONDS", help="For finding the proof."),
    ] = 30.0,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Write a certificate of a plan that anyone can verify, with nothing of a solver in it."""
    from slopt.engine.certifying import certify
    from slopt.plan.files import write_files
    from slopt.report.certificate_screen import certified_lines

    subject = _subject(found, case, settings)
    with progress(later("proving")):
        certified = certify(subject, gap, time_limit)
    for file, text in ((numbers, certified.numbers), (out, certified.certificate)):
        if file is not None:
            write_files(file.absolute().parent, {file.name: text})
    if json:
        sys.stdout.flush()
        sys.stdout.buffer.write(certified.certificate.encode())
        sys.stdout.flush()
        return
    print_lines(certified_lines(certified, screen_width(), spoken()))
    _, names = spoken(), "  ".join(str(file) for file in (out, numbers) if file is not None)
    print_lines(["", _("wrote {files}", files=names) if names else _("File: add --out FILE")])


def _subject(named: str, case: str | None, settings: list[str] | None) -> Subject:
    """The run of that name, or the case of that name, which is solved."""
    from slopt.case.find import find_case
    from slopt.engine.certifying import Subject
    from slopt.store.find import DOCUMENTS, find_run

    path = Path(named)
    is_run = "@" in named or any((path / name).is_file() for name in DOCUMENTS)
    if not is_run:
        try:
            find_case(named)
        except UsageError:
            is_run = True
    if not is_run:
        with progress(later("solving")):
            return Subject.of_case(read(named, settings))
    if settings:
        raise UsageError(say("--set is for a case that is solved now; a run has its own settings."))
    return Subject.of_run(find_run(named, case))
