"""Runs that were recorded: the list of them, and one in full."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.text import Text

from slopt.engine.rebuilding import Rebuilt
from slopt.errors import SloptError
from slopt.plan.plan import evaluate_current
from slopt.problem.build import build_problem
from slopt.problem.evaluate import evaluate
from slopt.report.numbers import amount
from slopt.report.table import Col, sentence, table
from slopt.report.totals_table import level_lines, totals_lines
from slopt.report.words import counted, listed
from slopt.store.inputs import TABLE
from slopt.store.place import Place
from slopt.store.run import Run, RunLine

MOST_ROWS = 40
USUAL = {"method": "auto", "along": "budget", "points": 21}
"""Options as they are when nothing is said."""
DIGEST = re.compile(r"[0-9a-f]{64}")
SIGNS = 12
"""Of a hash, as it is shown."""


def list_lines(lines: Sequence[RunLine], place: Place, width: int) -> list[Text]:
    """A line a run, newest first."""
    where = printable(place.shown)
    if not lines and place.label is not None:
        return sentence(f"No runs of {printable(place.label)} are recorded in {where}.", width)
    if not lines:
        return sentence(f"No runs are recorded in {where}.", width)
    several = len({line.label for line in lines}) > 1
    people = len({line.made_by for line in lines}) > 1
    columns = [
        Col("run", right=False, style="bold"),
        Col("when", right=False),
        *([Col("by", right=False, drop=3, shorten=True)] if people else []),
        *([Col("case", right=False, shorten=True)] if several else []),
        Col("outcome", right=False, drop=2),
        Col("total cost"),
        Col("tag", right=False, shorten=True),
        Col("asked", right=False, wrap=True),
    ]
    rows: list[list[str | Text]] = [
        [
            str(line.id),
            when(line.made),
            *([printable(line.made_by)] if people else []),
            *([printable(line.label)] if several else []),
            printable(line.status),
            "" if line.total_cost is None else amount(line.total_cost, 5),
            printable(", ".join(line.tags)),
            asked(line),
        ]
        for line in lines[:MOST_ROWS]
    ]
    head = sentence(f"{counted(len(lines), 'run')} in {where}, newest first", width)
    shown = [*head, Text(""), *table(columns, rows, width)]
    if len(lines) > MOST_ROWS:
        shown.append(Text(f"... and {len(lines) - MOST_ROWS:,} more: --json has all."))
    return shown


def asked(line: RunLine) -> str:
    """The question in the words of the command line, the case apart."""
    return " ".join(
        [printable(line.command), *_settings_words(line.overrides), *_option_words(line)]
    )


def _settings_words(overrides: Mapping[str, str]) -> list[str]:
    return [printable(f"{key}={value}") for key, value in overrides.items()]


def _option_words(line: RunLine) -> list[str]:
    """Options that are not what they are when nothing is said; digests are left out."""
    words = []
    for name, value in line.options.items():
        several = value if isinstance(value, list) else [value]
        if value is True:
            words.append(f"--{name}")
        elif value and value != USUAL.get(name) and not DIGEST.fullmatch(str(value)):
            words += [printable(f"--{name} {one}") for one in several]
    return words


def when(moment: datetime) -> str:
    """A moment in the time of this machine."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")


def run_lines(run: Run, width: int) -> list[Text]:
    """One run in full: what was asked, what came out, of which inputs, by what."""
    line = run.line
    name = f"Run {run.id}" if run.id else "A run that was not recorded"
    tags = f" ({printable(', '.join(line.tags))})" if line.tags else ""
    by = f" by {printable(line.made_by)}" if line.made_by else ""
    took = "" if line.seconds is None else f", in {line.seconds:.2f} s"
    shown = sentence(f"{name}{tags}: {asked(line)}", width, "bold")
    shown += sentence(
        f"{printable(run.label)}, {when(run.made)}{by}{took}: {printable(run.status)}.", width
    )
    shown += [Text(""), *_answer_lines(run, width), Text("")]
    return shown + _inputs_lines(run, width)


def _answer_lines(run: Run, width: int) -> list[Text]:
    if run.choice is None:
        return _figures_lines(run.document, width)
    try:
        case = run.case
    except SloptError as error:
        return [*_figures_lines(run.document, width), *sentence(str(error), width)]
    problem = build_problem(case)
    then, now = evaluate(problem, run.choice), evaluate_current(problem)
    lines = totals_lines(case, then, now, width)
    return lines + level_lines(case, then, now, width)


def _figures_lines(document: Mapping[str, Any], width: int) -> list[Text]:
    """What a document says in single numbers, and how many points it has."""
    lines: list[Text] = []
    points = document.get("points")
    if isinstance(points, list):
        lines += sentence(f"{counted(len(points), 'point')}; --json has all of them.", width)
    conflict = document.get("conflict")
    if isinstance(conflict, list) and conflict:
        lines += sentence(printable(f"In conflict: {listed([str(c) for c in conflict])}."), width)
    rows: list[list[str | Text]] = [
        [name.replace("_", " "), amount(document[name], 5)]
        for name in ("objective", "service_cost", "lost_sales", "total_cost")
        if isinstance(document.get(name), int | float)
    ]
    if rows:
        lines += table([Col("", right=False), Col("")], rows, width)
    return lines


def _inputs_lines(run: Run, width: int) -> list[Text]:
    """Which inputs, whether they are kept, and the versions."""
    lines = sentence(f"Inputs {run.case_hash[:SIGNS]}: {_inputs_words(run)}", width)
    if run.line.model:
        own = " of your own, its text is kept" if run.model_text is not None else ""
        lines += sentence(f"Model {printable(run.line.model)}{own}, seed {run.seed}.", width)
    if run.versions:
        its = [printable(f"{name} {version}") for name, version in run.versions.items()]
        lines += sentence(f"Made with {listed(its)}.", width)
    return lines


def _inputs_words(run: Run) -> str:
    tables = [role.removeprefix(TABLE) for role in run.hashes if role.startswith(TABLE)]
    if tables:
        return f"settings and the tables {listed(sorted(tables))} are kept."
    if run.id:
        return "too large to be kept, their hash alone is."
    return "they are not kept with it."


def rebuilt_lines(rebuilt: Rebuilt, width: int) -> list[Text]:
    """What came of answering it again."""
    lines = sentence(_verdict(rebuilt), width, "bold")
    if not rebuilt.same_inputs:
        text = (
            "The inputs have another hash now: this slopt reads more, or other, columns than the "
            "one that kept them."
        )
        lines += sentence(text, width)
    if rebuilt.versions:
        its = [f"{name} {then}, now {now}" for name, (then, now) in rebuilt.versions.items()]
        lines += sentence(f"Other versions than then: {'; '.join(its)}.", width)
    elif rebuilt.is_same:
        lines += sentence("All versions are those of then.", width)
    if rebuilt.run.status in ("feasible", "no_plan", "interrupted"):
        text = "It had run into its limit of time, and where that falls differs from run to run."
        lines += sentence(text, width)
    return lines


def _verdict(rebuilt: Rebuilt) -> str:
    if rebuilt.is_same:
        return "Rebuilt from the inputs that were kept: the same, bit for bit."
    if rebuilt.same_plan and rebuilt.run.plans is not None:
        its = listed(rebuilt.changed)
        return f"Rebuilt: the same plan, segment by segment. Other figures: {its or 'none'}."
    return f"Rebuilt: not the same. What differs: {listed(rebuilt.changed) or 'the plan'}."


def printable(text: str) -> str:
    """Text of a name, with what a terminal would take for a command written out."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)
