"""What differs between two runs."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Any

from rich.text import Text

from slopt.report.language import ENGLISH, Language
from slopt.report.numbers import NONE
from slopt.report.runs_screen import asked, printable, when
from slopt.report.table import Col, sentence, table
from slopt.store.differences import Change, Differences, TableChange
from slopt.store.run import Run

DECIMALS = 5


def diff_lines(
    found: Differences, texts: tuple[str, str], width: int, language: Language = ENGLISH
) -> list[Text]:
    """Two runs side by side; `texts` is what the user called them."""
    _, before, after = language, found.before, found.after
    head = _(
        "Run {a} of {then} against run {b} of {now}",
        a=before.id or texts[0],
        then=when(before.made),
        b=after.id or texts[1],
        now=when(after.made),
    )
    lines = sentence(head, width, "bold")
    lines += [Text(""), *sentence(_inputs_words(found, _), width)]
    if found.asked:
        lines.append(Text(""))
        places = [
            {"case": printable(run.label), "asked": asked(run.line)} for run in (before, after)
        ]
        for text in (
            _("Before: {case}, {asked}", **places[0]),
            _("After: {case}, {asked}", **places[1]),
        ):
            lines += sentence(text, width, indent="    ", first="")
    if found.settings:
        lines += [Text(""), *_table(_("setting"), found.settings, width, _)]
    if found.tables:
        lines += [Text(""), *_tables_lines(found.tables, width, _)]
    if found.figures:
        lines += [Text(""), *_table(_("came out"), found.figures, width, _)]
    lines += [Text(""), *sentence(_outcome_words(found, _), width)]
    if found.versions:
        its = _("; ").join(
            _("{name} {before}, then {after}", name=c.what, before=c.before, after=c.after)
            for c in found.versions
        )
        lines += sentence(_("Made with other versions: {versions}.", versions=its), width)
    if found.moved:
        command = f"slopt compare {shlex.quote(texts[0])} {shlex.quote(texts[1])}"
        lines += [Text(""), Text(_("Who moved, and why: {command}", command=command))]
    return lines


def _inputs_words(found: Differences, _: Language) -> str:
    if found.before.case_hash == found.after.case_hash:
        return _("The same inputs.")
    if found.tables is None:
        return _("Other inputs; those of one of the runs are not at hand, so which is not known.")
    names = [change.what for change in found.settings] + [t.table for t in found.tables]
    if not names:
        return _("Other inputs: digits beyond the fifteenth.")
    return _("Other inputs: {inputs}.", inputs=_.listed(names))


def _tables_lines(tables: Sequence[TableChange], width: int, _: Language) -> list[Text]:
    rows: list[list[str | Text]] = [
        [
            change.table,
            f"{change.rows_before:,}",
            f"{change.rows_after:,}",
            _("other rows")
            if change.cells is None
            else _(", ").join(f"{name} ({count:,})" for name, count in change.cells.items()),
        ]
        for change in tables
    ]
    columns = [
        Col(_("table"), right=False),
        Col(_("rows before")),
        Col(_("after")),
        Col(_("cells that differ, by column"), right=False, wrap=True),
    ]
    return table(columns, rows, width, language=_)


def _table(title: str, changes: Sequence[Change], width: int, _: Language) -> list[Text]:
    rows: list[list[str | Text]] = [
        [_figure(change.what, _), _value(change.before, _), _value(change.after, _)]
        for change in changes
    ]
    columns = [Col(title, right=False), Col(_("before")), Col(_("after"))]
    return table(columns, rows, width, language=_)


def _figure(name: str, _: Language) -> str:
    """What a figure or a setting is called: settings by their own names."""
    known = {
        "status": _("status"),
        "objective": _("objective"),
        "bound": _("bound"),
        "gap": _("gap"),
        "service_cost": _("service cost"),
        "lost_orders": _("lost orders"),
        "lost_customers": _("lost customers"),
        "lost_prospects": _("lost prospects"),
        "lost_sales": _("lost sales"),
        "total_cost": _("total cost"),
        "service_level": _("service level"),
        "tiers_used": _("tiers used"),
        "changes": _("changes"),
    }
    return known.get(name) or name.replace("_", " ")


def _value(value: Any, _: Language) -> str:
    if value is None:
        return NONE
    if isinstance(value, bool) or not isinstance(value, int | float):
        return printable(str(value))
    return _.amount(value, DECIMALS)


def _outcome_words(found: Differences, _: Language) -> str:
    if found.moved is None:
        if any(run.plans is not None and run.choice is None for run in (found.before, found.after)):
            return _("They cannot be compared segment by segment: a study has many plans.")
        if found.before.plans is None or found.after.plans is None:
            return _("They cannot be compared segment by segment: one of them has no plan.")
        return _("They cannot be compared segment by segment: their segments are not the same.")
    if found.moved == 0:
        return _("The same plan: every segment has the same tier.")
    return _.count(
        "With another tier: {n} segment of {all}.",
        "With another tier: {n} segments of {all}.",
        found.moved,
        all=f"{_segments(found.after):,}",
    )


def _segments(run: Run) -> int:
    return 0 if run.choice is None else len(run.choice)
