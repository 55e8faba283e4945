"""What differs between two runs."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Any

from rich.text import Text

from slopt.report.numbers import NONE, amount
from slopt.report.runs_screen import asked, printable, when
from slopt.report.table import Col, sentence, table
from slopt.report.words import counted, listed
from slopt.store.differences import Change, Differences, TableChange
from slopt.store.run import Run

DECIMALS = 5


def diff_lines(found: Differences, texts: tuple[str, str], width: int) -> list[Text]:
    """Two runs side by side; `texts` is what the user called them."""
    before, after = found.before, found.after
    head = (
        f"Run {before.id or texts[0]} of {when(before.made)} against run {after.id or texts[1]} of "
        f"{when(after.made)}"
    )
    lines = sentence(head, width, "bold")
    lines += [Text(""), *sentence(_inputs_words(found), width)]
    if found.asked:
        lines.append(Text(""))
        for what, run in (("Before", before), ("After", after)):
            text = f"{what}: {run.label}, {asked(run.line)}"
            lines += sentence(printable(text), width, indent="    ", first="")
    if found.settings:
        lines += [Text(""), *_table("setting", found.settings, width)]
    if found.tables:
        lines += [Text(""), *_tables_lines(found.tables, width)]
    if found.figures:
        lines += [Text(""), *_table("came out", found.figures, width)]
    lines += [Text(""), *sentence(_outcome_words(found), width)]
    if found.versions:
        its = [f"{c.what} {c.before}, then {c.after}" for c in found.versions]
        lines += sentence(f"Made with other versions: {'; '.join(its)}.", width)
    if found.moved:
        command = f"slopt compare {shlex.quote(texts[0])} {shlex.quote(texts[1])}"
        lines += [Text(""), Text(f"Who moved, and why: {command}")]
    return lines


def _inputs_words(found: Differences) -> str:
    if found.before.case_hash == found.after.case_hash:
        return "The same inputs."
    if found.tables is None:
        return "Other inputs; those of one of the runs are not at hand, so which is not known."
    names = [change.what for change in found.settings] + [t.table for t in found.tables]
    return f"Other inputs: {listed(names) or 'digits beyond the fifteenth'}."


def _tables_lines(tables: Sequence[TableChange], width: int) -> list[Text]:
    rows: list[list[str | Text]] = [
        [
            change.table,
            f"{change.rows_before:,}",
            f"{change.rows_after:,}",
            "other rows"
            if change.cells is None
            else ", ".join(f"{name} ({count:,})" for name, count in change.cells.items()),
        ]
        for change in tables
    ]
    columns = [
        Col("table", right=False),
        Col("rows before"),
        Col("after"),
        Col("cells that differ, by column", right=False, wrap=True),
    ]
    return table(columns, rows, width)


def _table(title: str, changes: Sequence[Change], width: int) -> list[Text]:
    rows: list[list[str | Text]] = [
        [change.what.replace("_", " "), _value(change.before), _value(change.after)]
        for change in changes
    ]
    return table([Col(title, right=False), Col("before"), Col("after")], rows, width)


def _value(value: Any) -> str:
    if value is None:
        return NONE
    if isinstance(value, bool) or not isinstance(value, int | float):
        return printable(str(value))
    return amount(value, DECIMALS)


def _outcome_words(found: Differences) -> str:
    if found.moved is None:
        if any(run.plans is not None and run.choice is None for run in (found.before, found.after)):
            return "They cannot be compared segment by segment: a study has many plans."
        if found.before.plans is None or found.after.plans is None:
            return "They cannot be compared segment by segment: one of them has no plan."
        return "They cannot be compared segment by segment: their segments are not the same."
    if found.moved == 0:
        return "The same plan: every segment has the same tier."
    return f"With another tier: {counted(found.moved, 'segment')} of {_segments(found.after):,}."


def _segments(run: Run) -> int:
    return 0 if run.choice is None else len(run.choice)
