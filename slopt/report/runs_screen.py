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
from slopt.report.language import ENGLISH, Language
from slopt.report.run_risk_lines import run_risk_lines
from slopt.report.table import Col, sentence, table
from slopt.report.totals_table import level_lines, totals_lines
from slopt.store.inputs import TABLE
from slopt.store.place import Place
from slopt.store.run import Run, RunLine

MOST_ROWS = 40
USUAL = {"method": "auto", "along": "budget", "points": 21}
"""Options as they are when nothing is said."""
DIGEST = re.compile(r"[0-9a-f]{64}")
SIGNS = 12
"""Of a hash, as it is shown."""


def list_lines(
    lines: Sequence[RunLine], place: Place, width: int, language: Language = ENGLISH
) -> list[Text]:
    """A line a run, newest first."""
    _, where = language, printable(place.shown)
    if not lines and place.label is not None:
        text = _(
            "No runs of {case} are recorded in {place}.", case=printable(place.label), place=where
        )
        return sentence(text, width)
    if not lines:
        return sentence(_("No runs are recorded in {place}.", place=where), width)
    several = len({line.label for line in lines}) > 1
    people = len({line.made_by for line in lines}) > 1
    columns = [
        Col(_("run"), right=False, style="bold"),
        Col(_("when"), right=False),
        *([Col(_("person|by"), right=False, drop=3, shorten=True)] if people else []),
        *([Col(_("case"), right=False, shorten=True)] if several else []),
        Col(_("outcome"), right=False, drop=2),
        Col(_("total cost")),
        Col(_("tag"), right=False, shorten=True),
        Col(_("asked"), right=False, wrap=True),
    ]
    rows: list[list[str | Text]] = [
        [
            str(line.id),
            when(line.made),
            *([printable(line.made_by)] if people else []),
            *([printable(line.label)] if several else []),
            status_words(line.status, _),
            "" if line.total_cost is None else _.amount(line.total_cost, 5),
            printable(_(", ").join(line.tags)),
            asked(line),
        ]
        for line in lines[:MOST_ROWS]
    ]
    text = _.count(
        "{n} run in {place}, newest first",
        "{n} runs in {place}, newest first",
        len(lines),
        place=where,
    )
    shown = [*sentence(text, width), Text(""), *table(columns, rows, width, language=_)]
    if len(lines) > MOST_ROWS:
        more = f"{len(lines) - MOST_ROWS:,}"
        shown.append(Text(_("... and {n} more: --json has all.", n=more)))
    return shown


def status_words(status: str, language: Language = ENGLISH) -> str:
    """How a run ended: the code in English, which other languages say in their words."""
    _ = language
    known = {
        "optimal": _("optimal"),
        "feasible": _("feasible"),
        "infeasible": _("infeasible"),
        "unbounded": _("unbounded"),
        "no_plan": _("no_plan"),
        "interrupted": _("interrupted"),
    }
    return known.get(status) or printable(status)


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


def run_lines(run: Run, width: int, language: Language = ENGLISH) -> list[Text]:
    """One run in full: what was asked, what came out, of which inputs, by what."""
    _, line = language, run.line
    places = {"id": run.id, "asked": asked(line), "tags": printable(_(", ").join(line.tags))}
    if not run.id:
        head = _("A run that was not recorded: {asked}", asked=asked(line))
    elif line.tags:
        head = _("Run {id} ({tags}): {asked}", **places)
    else:
        head = _("Run {id}: {asked}", id=run.id, asked=asked(line))
    shown = sentence(head, width, "bold")
    shown += sentence(_origin_words(run, _), width)
    shown += [Text(""), *_answer_lines(run, width, _), Text("")]
    return shown + _inputs_lines(run, width, _)


def _origin_words(run: Run, _: Language) -> str:
    """Of which case, when, by whom, in what time, and how it ended."""
    line = run.line
    places = {
        "case": printable(run.label),
        "when": when(run.made),
        "status": status_words(run.status, _),
        "person": printable(line.made_by or ""),
        "seconds": "" if line.seconds is None else f"{line.seconds:.2f}",
    }
    if line.seconds is None:
        if line.made_by:
            return _("{case}, {when} by {person}: {status}.", **places)
        return _("{case}, {when}: {status}.", **places)
    if line.made_by:
        return _("{case}, {when} by {person}, in {seconds} s: {status}.", **places)
    return _("{case}, {when}, in {seconds} s: {status}.", **places)


def _answer_lines(run: Run, width: int, _: Language) -> list[Text]:
    if run.choice is None:
        return _figures_lines(run.document, width, _)
    try:
        case = run.case
    except SloptError as error:
        return [*_figures_lines(run.document, width, _), *sentence(_.tell(error.message), width)]
    problem = build_problem(case)
    then, now = evaluate(problem, run.choice), evaluate_current(problem)
    lines = run_risk_lines(run, case, problem.segment_count, width, _)
    lines += totals_lines(case, then, now, width, language=_)
    return lines + level_lines(case, then, now, width, language=_)


def _figures_lines(document: Mapping[str, Any], width: int, _: Language) -> list[Text]:
    """What a document says in single numbers, and how many points it has."""
    lines: list[Text] = []
    points = document.get("points")
    if isinstance(points, list):
        text = _.count(
            "{n} point; --json has all of them.", "{n} points; --json has all of them.", len(points)
        )
        lines += sentence(text, width)
    conflict = document.get("conflict")
    if isinstance(conflict, list) and conflict:
        limits = _.listed([printable(str(name)) for name in conflict])
        lines += sentence(_("In conflict: {limits}.", limits=limits), width)
    names = {
        "objective": _("objective"),
        "service_cost": _("service cost"),
        "lost_sales": _("lost sales"),
        "total_cost": _("total cost"),
    }
    rows: list[list[str | Text]] = [
        [label, _.amount(document[name], 5)]
        for name, label in names.items()
        if isinstance(document.get(name), int | float)
    ]
    if rows:
        lines += table([Col("", right=False), Col("")], rows, width)
    return lines


def _inputs_lines(run: Run, width: int, _: Language) -> list[Text]:
    """Which inputs, whether they are kept, and the versions."""
    lines = sentence(_inputs_words(run, _), width)
    if run.line.model:
        places = {"model": printable(run.line.model), "seed": run.seed}
        text = _("Model {model}, seed {seed}.", **places)
        if run.model_text is not None:
            text = _("Model {model} of your own, its text is kept, seed {seed}.", **places)
        lines += sentence(text, width)
    if run.versions:
        its = [_version(name, version, _) for name, version in run.versions.items()]
        lines += sentence(_("Made with {versions}.", versions=_.listed(its)), width)
    return lines


def _version(name: str, version: str, _: Language) -> str:
    """What a run was made with: a library, the parts in C++, the machine."""
    if name == "compiled":
        return _("compiled parts") if version == "yes" else _("no compiled parts")
    return printable(str(version) if name == "machine" else f"{name} {version}")


def _inputs_words(run: Run, _: Language) -> str:
    tables = [role.removeprefix(TABLE) for role in run.hashes if role.startswith(TABLE)]
    digest = run.case_hash[:SIGNS]
    if tables:
        names = _.listed(sorted(tables))
        return _(
            "Inputs {hash}: settings and the tables {tables} are kept.", hash=digest, tables=names
        )
    if run.id:
        return _("Inputs {hash}: too large to be kept, their hash alone is.", hash=digest)
    return _("Inputs {hash}: they are not kept with it.", hash=digest)


def rebuilt_lines(rebuilt: Rebuilt, width: int, language: Language = ENGLISH) -> list[Text]:
    """What came of answering it again."""
    _ = language
    lines = sentence(_verdict(rebuilt, _), width, "bold")
    if not rebuilt.same_inputs:
        text = _(
            "The inputs have another hash now: this slopt reads more, or other, columns than the "
            "one that kept them."
        )
        lines += sentence(text, width)
    if rebuilt.versions:
        its = _("; ").join(
            _("{name} {then}, now {now}", name=name, then=then, now=now)
            for name, (then, now) in rebuilt.versions.items()
        )
        lines += sentence(_("Other versions than then: {versions}.", versions=its), width)
    elif rebuilt.is_same:
        lines += sentence(_("All versions are those of then."), width)
    was_solved = rebuilt.run.command != "evaluate"
    if was_solved and rebuilt.run.status in ("feasible", "no_plan", "interrupted"):
        text = _("It had run into its limit of time, and where that falls differs from run to run.")
        lines += sentence(text, width)
    return lines


def _verdict(rebuilt: Rebuilt, _: Language) -> str:
    if rebuilt.is_same:
        return _("Rebuilt from the inputs that were kept: the same, bit for bit.")
    its = _.listed(rebuilt.changed)
    if rebuilt.same_plan and rebuilt.run.plans is not None:
        return _(
            "Rebuilt: the same plan, segment by segment. Other figures: {figures}.",
            figures=its or _("none"),
        )
    return _("Rebuilt: not the same. What differs: {what}.", what=its or _("the plan"))


def printable(text: str) -> str:
    """Text of a name, with what a terminal would take for a command written out."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)
