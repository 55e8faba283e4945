"""What the commands share: finding a case, reading it, progress, printing."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slopt.case.find import find_case
from slopt.cli.speaking import speak_as, spoken
from slopt.errors import UsageError
from slopt.sayings import say
from slopt.vocabulary import Method

if TYPE_CHECKING:
    from rich.text import Text

    from slopt.case.case import PlanningCase
    from slopt.engine.recording import Recorder
    from slopt.errors import Problem

CaseArgument = Annotated[
    str, typer.Argument(metavar="CASE", help="A folder, a workbook, or the name of an example.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Override a setting, limits.budget=900000, or cells of a table, "
        "segments.customers=+10%. Empty removes it.",
    ),
]
ModelOption = Annotated[
    str | None,
    typer.Option("--model", envvar="SLOPT_MODEL", help="A model file, by name or by path."),
]
RiskOption = Annotated[
    str | None,
    typer.Option(
        "--risk",
        envvar="SLOPT_RISK",
        metavar="WORD",
        help="What the plan is best at over uncertain futures: mean, cvar:5%, blend:30%:5%, "
        "regret, robust:5, none.",
    ),
]
JsonOption = Annotated[
    bool,
    typer.Option("--json", envvar="SLOPT_JSON", help="Print one JSON document instead of text."),
]


def named_folder(text: str) -> Path:
    """A folder by its name. Raises UsageError for none, which would be the current folder."""
    if not text.strip():
        raise UsageError(say("--out is empty. Name a folder, or leave --out away."))
    return Path(text)


OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        envvar="SLOPT_OUT",
        metavar="DIR",
        help="Write the files of the answer there.",
        parser=named_folder,
    ),
]


NoRecordOption = Annotated[
    bool, typer.Option("--no-record", help="Leave this run out of the store of runs.")
]
MethodOption = Annotated[
    Method, typer.Option(envvar="SLOPT_METHOD", help="The route to the plans.")
]
WorkersOption = Annotated[
    int, typer.Option(envvar="SLOPT_WORKERS", metavar="N", help="Processes that solve.")
]
PointsOnClusterOption = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        envvar="SLOPT_CLUSTER",
        metavar="ADDRESS",
        help="Solve on the workers of this Dask scheduler, tcp://HOST:8786.",
    ),
]
FreshOption = Annotated[
    bool, typer.Option("--fresh", help="Solve everything anew, also what is known.")
]


def read(
    name: str, settings: list[str] | None = None, model: str | None = None, over_time: bool = False
) -> PlanningCase:
    """The case, with overrides from flags and environment; its warnings go to standard error.

    Commands that know what to do with a case over several periods ask for it by `over_time`; to
    all others it is a UsageError.
    """
    return read_with_warnings(name, settings, model, over_time)[0]


def read_with_warnings(
    name: str, settings: list[str] | None = None, model: str | None = None, over_time: bool = False
) -> tuple[PlanningCase, tuple[Problem, ...]]:
    """The case and the warnings of reading it, which go to standard error as well."""
    from slopt.case.load import read_case
    from slopt.errors import InvalidInput

    overrides = overrides_of(settings, model)
    reading = read_case(find_case(name), overrides)
    speak_as(reading.language)
    if reading.case is None:
        raise InvalidInput(reading.problems)
    from slopt.solve.model_file import model_problem

    missing = None if "plan.model" in overrides else model_problem(reading.case.settings.plan.model)
    if missing:
        raise InvalidInput([*reading.problems, missing])
    if reading.case.has_periods and not over_time:
        from slopt.problem.build import require_one_period

        require_one_period(reading.case)
    if reading.warnings:
        from slopt.report.problem_screen import problem_lines
        from slopt.report.screen import show, width_of

        lines = problem_lines(reading.warnings, width_of(sys.stderr), language=spoken())
        show(lines, sys.stderr)
    return reading.case, reading.warnings


def with_risk(settings: list[str] | None, risk: str | None) -> list[str] | None:
    """The words of `--set` with those that `--risk WORD` stands for, which `--set` beats.

    Raises UsageError for a word that means no risk.
    """
    if risk is None or not risk.strip():
        return settings
    from slopt.case.risk_words import risk_settings

    return [*risk_settings(risk), *(settings or [])]


def means_run(named: str) -> bool:
    """True where a name is that of a run rather than of a case."""
    from slopt.errors import UsageError
    from slopt.store.find import DOCUMENTS

    path = Path(named)
    if path.is_dir():
        return any((path / name).is_file() for name in DOCUMENTS)
    try:
        find_case(named)
    except UsageError:
        return True
    return False


def overrides_of(settings: list[str] | None, model: str | None = None) -> dict[str, str]:
    """Settings given on the command line or in the environment, by key."""
    from slopt.case.settings import overrides_from

    overrides = overrides_from(settings or [], os.environ)
    if model is not None:
        overrides["plan.model"] = model
    return overrides


def tell(recorder: Recorder) -> None:
    """What could not be recorded, on standard error."""
    if recorder.warnings:
        from slopt.report.screen import show, width_of
        from slopt.report.table import sentence

        width, told = width_of(sys.stderr), map(spoken().tell, recorder.warnings)
        show([line for text in told for line in sentence(text, width)], sys.stderr)


def run_line(document: Mapping[str, Any], named: str) -> list[Text]:
    """How to come back to a run that was recorded; nothing where it was not."""
    its = document["run"]["id"]
    if not its:
        return []
    from slopt.report.table import sentence

    command = f"slopt runs show {shlex.quote(f'{named}@{its}')}"
    _ = spoken()
    return sentence(_("Run {id}: {command}", id=its, command=command), screen_width())


def print_lines(lines: Iterable[Text | str]) -> None:
    """Lines on standard output; messages among them in the language of the command."""
    from slopt.report.screen import show

    tell = spoken().tell
    show((tell(line) if isinstance(line, str) else line for line in lines), sys.stdout)


def print_json(document: Any) -> None:
    """One JSON document on standard output, in UTF-8 whatever the terminal."""
    from slopt.plan.files import LONE, json_text

    sys.stdout.flush()
    sys.stdout.buffer.write(json_text(document).encode(errors=LONE))
    sys.stdout.flush()


def screen_width() -> int:
    """Columns that the answer may take."""
    from slopt.report.screen import width_of

    return width_of(sys.stdout)


@contextmanager
def progress(message: str) -> Iterator[None]:
    """A line that says what is going on, on standard error, if that is a terminal.

    The message is a sentence of the catalogue, marked by `later`.
    """
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(spoken()(message)):
        yield


@contextmanager
def counting(message: str) -> Iterator[Callable[[str, int, int], None]]:
    """As `progress`, with a function to tell what is solved, how many are done and are to be."""
    if not sys.stderr.isatty():
        yield lambda what, done, among: None
        return
    from rich.console import Console

    _ = spoken()
    with Console(stderr=True).status(_(message)) as status:
        yield lambda what, done, among: status.update(
            _("{what}: {done} of {among} solved", what=what, done=f"{done:,}", among=f"{among:,}")
        )


def require_one_place(workers: int, cluster: str | None) -> None:
    """Refuse processes here and a cluster at once."""
    if cluster is not None and workers != 1:
        raise UsageError(
            say("--workers and --cluster are two ways to share the work; leave one out.")
        )
