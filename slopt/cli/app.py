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
    app_command,
    budget,
    calibrate,
    certify,
    check,
    compare,
    costs,
    describe,
    design,
    diagnose,
    evaluate,
    explain,
    export,
    frontier,
    monitor,
    new,
    offers,
    report,
    risk,
    runs,
    sensitivity,
    solve,
    sweep,
    verify,
)
from slopt.cli.speaking import spoken
from slopt.errors import InvalidInput, SloptError, UsageError
from slopt.sayings import say
from slopt.vocabulary import Status

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""What a disk says that takes no more."""
LONGEST_SHOWN = 200
"""So many characters of a path are shown; one that is too long for the system is no use in full."""
NARROWEST = 20
"""Cells of the narrowest screen that messages are broken for."""
READER_HAS_GONE = 128 + 13
"""The exit code that shells give to a program whose output nobody reads any more (SIGPIPE)."""

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
    budget,
    sweep,
    sensitivity,
    risk,
    compare,
    monitor,
    report,
    certify,
    verify,
    export,
    calibrate,
    design,
):
    app.command(name=command.__name__.rsplit(".", 1)[-1])(command.run)
app.command(name="app")(app_command.run)
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
    _open_closed_streams()
    try:
        app()
    except SloptError as error:
        sys.exit(_report(error))
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):
            sys.exit(READER_HAS_GONE)
        raise
    except KeyboardInterrupt:
        sys.exit(Status.INTERRUPTED.exit_code)
    except MemoryError:
        _print(say("The case does not fit in memory. Group segments or leave out tiers."))
        sys.exit(InvalidInput.exit_code)
    except Exception as error:
        if isinstance(error.__cause__, KeyboardInterrupt):  # libraries that were just being loaded
            sys.exit(Status.INTERRUPTED.exit_code)
        if isinstance(error, OSError) and error.errno in FULL:
            _print(say("The answer cannot be written: {reason}.", reason=error.strerror))
            sys.exit(UsageError.exit_code)
        if isinstance(error, OSError) and error.filename is not None:
            sys.exit(_report(UsageError(_refused(error))))
        if os.environ.get("SLOPT_DEBUG"):
            raise
        _print(say("slopt failed: {kind}: {reason}", kind=type(error).__name__, reason=error))
        _print(
            say(
                "This is a defect of slopt. Please report it with the case; SLOPT_DEBUG=1 shows "
                "where it happened."
            )
        )
        sys.exit(SloptError.exit_code)


def _open_closed_streams() -> None:
    """Streams that whoever started the command has closed lead to nowhere.

    Else the next file to be opened would get the number of such a stream, and what libraries print.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115


def _refused(error: OSError) -> str:
    """What the system does not let slopt do with a file, and a remedy."""
    name = os.fsdecode(error.filename)
    shown = name if len(name) <= LONGEST_SHOWN else f"{name[:LONGEST_SHOWN]}..."
    return say(
        "{shown} cannot be used: {reason}. Check the path, and whether you may open it.",
        shown=shown,
        reason=error.strerror,
    )


def _print(message: str) -> None:
    """A message on standard error, in the language of the command."""
    print(spoken().tell(message), file=sys.stderr)


def _told(message: str) -> list[str]:
    """A message in lines of the screen; as it is where it goes elsewhere."""
    from slopt.report.screen import width_of
    from slopt.report.wrapping import wrapped

    told = spoken().tell(message)
    if not sys.stderr.isatty():
        return [told]
    width = max(width_of(sys.stderr), NARROWEST)
    return [line for part in told.split("\n") for line in wrapped(part, width) or [""]]


def _report(error: SloptError) -> int:
    """The message of an error on standard error; returns the exit code."""
    from slopt.report.screen import show, width_of

    if isinstance(error, InvalidInput):
        from slopt.report.problem_screen import problem_lines

        lines = problem_lines(error.problems, width_of(sys.stderr), language=spoken())
        show(lines, sys.stderr)
    else:
        show(_told(error.message), sys.stderr)
    return error.exit_code


if __name__ == "__main__":
    main()
