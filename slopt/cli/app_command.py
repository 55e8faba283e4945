"""`slopt app`: the what-if page on the user's own machine."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from slopt.cli.common import CaseArgument, ModelOption, SetOption, read
from slopt.vocabulary import Lang


def run(
    case: CaseArgument,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Where to listen; 0 takes any that is free.")
    ] = 0,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print the address and open no browser.")
    ] = False,
    settings: SetOption = None,
    model: ModelOption = None,
    lang: Annotated[
        Lang | None, typer.Option(envvar="SLOPT_LANG", help="The language of the page.")
    ] = None,
) -> None:
    """Try budgets, limits and assumptions on a page in the browser."""
    planning_case = read(case, settings, model)
    try:
        from slopt.app.server import serve
    except ModuleNotFoundError as error:
        from slopt.errors import UsageError

        if error.name is None or error.name.startswith("slopt"):
            raise
        raise UsageError(
            f'slopt app needs {error.name}. Install it: pip install "slopt[app]"'
        ) from error

    def started(address: str) -> None:
        print(f"The page is at {address}\nStop it with Ctrl-C.", file=sys.stderr, flush=True)
        if not no_browser:
            import webbrowser

            webbrowser.open(address)

    serve(planning_case, case, port, lang or planning_case.settings.case.language, started)
    print("Stopped.", file=sys.stderr)
