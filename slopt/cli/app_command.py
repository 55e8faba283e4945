"""`slopt app`: the what-if page on the user's own machine."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from slopt.case.find import find_case
from slopt.cli.common import CaseArgument, ModelOption, SetOption, read
from slopt.cli.speaking import LangOption, spoken
from slopt.sayings import say

if TYPE_CHECKING:
    from slopt.case.case import PlanningCase


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
    lang: LangOption = None,
) -> None:
    """Try budgets, limits and assumptions on a page in the browser."""
    try:
        from slopt.app.server import Opened, serve
        from slopt.problem.generated.sources import require_listed
    except ModuleNotFoundError as error:
        from slopt.errors import UsageError

        if error.name is None or error.name.startswith("slopt"):
            raise
        raise UsageError(
            say('slopt app needs {module}. Install it: pip install "slopt[app]"', module=error.name)
        ) from error

    def started(address: str) -> None:
        print(
            spoken()("The page is at {address}\nStop it with Ctrl-C.", address=address),
            file=sys.stderr,
            flush=True,
        )
        if not no_browser:
            import webbrowser

            webbrowser.open(address)

    def listed() -> PlanningCase:
        found = read(case, settings, model)
        require_listed(found, "slopt app")
        return found

    opened = Opened(find_case(case), case, listed)
    serve(opened, port, lang, started)
    print(spoken()("Stopped."), file=sys.stderr)
