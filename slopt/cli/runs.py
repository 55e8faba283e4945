"""`slopt runs`: what was asked before, and what came out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slopt.cli.closing import written
from slopt.cli.common import JsonOption, print_json, print_lines, progress, screen_width
from slopt.cli.speaking import LangOption, spoken
from slopt.errors import UsageError
from slopt.sayings import later, say

if TYPE_CHECKING:
    from slopt.store.place import Place
    from slopt.store.run import Run, RunLine
    from slopt.store.store import Store

app = typer.Typer(
    help="Earlier runs: list, show, compare, name, export, remove.", no_args_is_help=True
)

RunArgument = Annotated[
    str,
    typer.Argument(
        metavar="RUN", help="CASE@ID, CASE@latest, CASE@TAG, an id alone, or a folder of --out."
    ),
]
CaseOption = Annotated[
    str | None,
    typer.Argument(metavar="CASE", help="A case; else the store of this folder, or your own."),
]


@app.command("list")
def list_runs(case: CaseOption = None, json: JsonOption = False, lang: LangOption = None) -> None:
    """Show the runs of a case, newest first."""
    from slopt.report.runs_screen import list_lines

    place = _place(case)
    lines = _lines(place)
    if json:
        print_json([line.as_dict() for line in lines])
    else:
        print_lines(list_lines(lines, place, screen_width(), spoken()))


@app.command()
def show(
    run: RunArgument,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Answer it again from its inputs, and compare.")
    ] = False,
    run_model: Annotated[
        bool, typer.Option("--run-model", help="With --rebuild: run the model file that was kept.")
    ] = False,
    model_text: Annotated[
        bool, typer.Option("--model-text", help="Print the model file that was kept, no more.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write the files of its answer there again."),
    ] = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Show one run: what was asked, of which inputs, and what came out."""
    from slopt.report.runs_screen import rebuilt_lines, run_lines
    from slopt.store.find import find_run

    found = find_run(run)
    if model_text:
        if found.model_text is None:
            raise UsageError(say("Run {id} had no model file of its own.", id=found.id))
        print_lines(found.model_text.splitlines())
        return
    rebuilt = None
    if rebuild:
        from slopt.engine.rebuilding import rebuild as answer_again

        with progress(later("solving again")):
            rebuilt = answer_again(found, run_model)
    if out is not None:
        names = _write(found, out)
    if json:
        again = rebuilt.as_dict() if rebuilt else None
        print_json(_document(found) | ({"rebuilt": again} if rebuilt else {}))
    else:
        print_lines(run_lines(found, screen_width(), spoken()))
        if rebuilt:
            print_lines(["", *rebuilt_lines(rebuilt, screen_width(), spoken())])
        if out is not None:
            print_lines(["", written(out, names)])
    if rebuilt and not rebuilt.is_same:
        raise typer.Exit(7)


@app.command()
def diff(
    before: RunArgument, after: RunArgument, json: JsonOption = False, lang: LangOption = None
) -> None:
    """Show what differs between two runs: the question, the inputs, the versions, the outcome."""
    from slopt.report.runs_diff_screen import diff_lines
    from slopt.store.differences import differences
    from slopt.store.find import find_run

    found = differences(find_run(before), find_run(after))
    if json:
        print_json(found.as_dict())
    else:
        print_lines(diff_lines(found, (before, after), screen_width(), spoken()))


@app.command()
def tag(
    run: RunArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name of your own, such as board.")],
    move: Annotated[
        bool, typer.Option("--move", help="Take the name from the run that has it.")
    ] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Take the name from this run.")] = False,
    lang: LangOption = None,
) -> None:
    """Give a run a name, by which it is found again."""
    from slopt.store.names import checked_tag

    wanted = name if remove else checked_tag(name)
    with _store(run) as (store, line):
        if remove:
            store.untag(line, wanted)
        else:
            store.tag(line, wanted, move)
    print_lines(
        [
            say('Run {id} is no longer "{wanted}".', id=line.id, wanted=wanted)
            if remove
            else say('Run {id} is now "{wanted}".', id=line.id, wanted=wanted)
        ]
    )


@app.command()
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A Parquet file to be written.")],
    case: CaseOption = None,
    lang: LangOption = None,
) -> None:
    """Write all runs as one Parquet table, a row a run."""
    from functools import partial

    from slopt.plan.files import write_files
    from slopt.store.export import write_runs

    if file.suffix.casefold() != ".parquet":
        raise UsageError(
            say(
                "{file}: runs are exported as Parquet. Name it {stem}.parquet.",
                file=file,
                stem=file.stem,
            )
        )
    lines = _lines(_place(case))
    write_files(file.parent, {file.name: partial(write_runs, lines)})
    _ = spoken()
    print_lines([_("wrote {file}: {n} runs", file=file, n=f"{len(lines):,}")])


@app.command()
def rm(
    runs: Annotated[
        list[str], typer.Argument(metavar="RUN...", help="CASE@ID or an id, written in full.")
    ],
    lang: LangOption = None,
) -> None:
    """Remove runs, with their tags and the inputs that no other run has."""
    for text in runs:
        with _store(text) as (store, line):
            its = text.rpartition("@")[2]
            if its != line.id:
                raise UsageError(
                    say(
                        '"{text}" is run {id}. Write its whole id, so that no other run goes.',
                        text=text,
                        id=line.id,
                    )
                )
            store.remove([line])
        print_lines([say("Run {id} is removed.", id=line.id)])


def _place(case: str | None) -> Place:
    """The store that is meant; UsageError where SLOPT_STORE says that there is none."""
    from slopt.store.place import VARIABLE, place_here, place_of

    place = place_here() if case is None else place_of(case)
    if place is None:
        raise UsageError(
            say(
                "{variable} is none, so that no runs are kept. Set it to where they are.",
                variable=VARIABLE,
            )
        )
    return place


def _lines(place: Place) -> list[RunLine]:
    """The runs of a place; none where nothing was recorded there yet."""
    from slopt.store.store import open_store

    store = open_store(place)
    if store is None:
        return []
    with store:
        return store.lines()


@contextmanager
def _store(text: str) -> Iterator[tuple[Store, RunLine]]:
    """The open store of a run, and what it says of the run."""
    from slopt.store.find import place_and_name
    from slopt.store.store import open_store

    place, name = place_and_name(text, os.environ)
    store = open_store(place)
    if store is None:
        raise UsageError(say("No runs are recorded in {shown}.", shown=place.shown))
    with store:
        yield store, store.find(name)


def _document(run: Run) -> dict[str, Any]:
    """A run as one document, its answer in it."""
    return run.line.as_dict() | {"inputs": dict(run.hashes), "document": dict(run.document)}


def _write(run: Run, out: Path) -> tuple[str, ...]:
    """The files of a plan as the command wrote them; the names of them."""
    from slopt.engine.rebuilding import files_of
    from slopt.plan.files import write_files

    files = files_of(run)
    write_files(out, files)
    return tuple(files)
