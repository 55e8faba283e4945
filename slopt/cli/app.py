"""`slopt`: the commands, and the one place where errors become messages and exit codes."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from typing import Annotated

import typer

from slopt import __version__
from slopt.cli import (
    alternatives,
    calibrate,
    certify,
    check,
    compare,
    costs,
    describe,
    diagnose,
    evaluate,
    explain,
    export,
    frontier,
    new,
    offers,
    runs,
    sensitivity,
    solve,
    sweep,
    verify,
)
from slopt.errors import InvalidInput, SloptError, UsageError
from slopt.vocabulary import Status

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""What a disk says that takes no more."""

app = typer.Typer(
    name="slopt",
    help="Service-level planning: proven plans that weigh service cost against lost sales.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    new,
    check,
    describe,
    offers,
    solve,
    evaluate,
    explain,
    alternatives,
    diagnose,
    costs,
    frontier,
    sweep,
    sensitivity,
    compare,
    certify,
    verify,
    export,
    calibrate,
):
    app.command(name=command.__name__.rsplit(".", 1)[-1])(command.run)
app.add_typer(runs.app, name="runs")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"slopt {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Service-level planning: proven plans that weigh service cost against lost sales."""


def main() -> None:
    """Run the command line; every failure ends with a message, never with a traceback.

    Whoever is told to end (SIGTERM) does what Ctrl-C does: keep the best plan, exit with 130.
    """
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        app()
    except SloptError as error:
        sys.exit(_report(error))
    except KeyboardInterrupt:
        sys.exit(Status.INTERRUPTED.exit_code)
    except MemoryError:
        print(
            "The case does not fit in memory. Group segments or leave out tiers.", file=sys.stderr
        )
        sys.exit(InvalidInput.exit_code)
    except Exception as error:
        if isinstance(error, OSError) and error.errno in FULL:
            print(f"The answer cannot be written: {error.strerror}.", file=sys.stderr)
            sys.exit(UsageError.exit_code)
        if os.environ.get("SLOPT_DEBUG"):
            raise
        print(
            f"slopt failed: {type(error).__name__}: {error}\nThis is a defect of slopt. Please "
            "report it with the case; SLOPT_DEBUG=1 shows where it happened.",
            file=sys.stderr,
        )
        sys.exit(SloptError.exit_code)


def _report(error: SloptError) -> int:
    """The message of an error on standard error; returns the exit code."""
    from slopt.report.screen import show, width_of

    if isinstance(error, InvalidInput):
        from slopt.report.problem_screen import problem_lines

        show(problem_lines(error.problems, width_of(sys.stderr)), sys.stderr)
    else:
        show([str(error)], sys.stderr)
    return error.exit_code


if __name__ == "__main__":
    main()
