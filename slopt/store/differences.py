"""What differs between two runs: what was asked, of which inputs, by what, and what came out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from slopt.case.case import PlanningCase, Table
from slopt.case.texts import Texts
from slopt.errors import UsageError
from slopt.store.run import Run

FIGURES = ("objective", "service_cost", "lost_sales", "total_cost", "service_level", "changes")


@dataclass(frozen=True)
class Change:
    """Something that is not the same: its name, and what it was and is; None where it is not."""

    what: str
    before: Any
    after: Any


@dataclass(frozen=True)
class TableChange:
    """A table that is not the same. `cells` are the changed ones by column, None where the rows are
    others, so that no cell answers to another.
    """

    table: str
    rows_before: int
    rows_after: int
    cells: Mapping[str, int] | None


@dataclass(frozen=True)
class Differences:
    """All that differs from the run `before` to the run `after`.

    `tables` is None where the inputs of one of them are not at hand. `moved` counts the segments
    that have another tier; None where the plans cannot be told apart segment by segment.
    """

    before: Run
    after: Run
    asked: tuple[Change, ...]
    settings: tuple[Change, ...]
    tables: tuple[TableChange, ...] | None
    versions: tuple[Change, ...]
    figures: tuple[Change, ...]
    moved: int | None

    def as_dict(self) -> dict[str, Any]:
        """As a document."""

        def entries(changes: tuple[Change, ...]) -> list[dict[str, Any]]:
            return [{"what": c.what, "before": c.before, "after": c.after} for c in changes]

        return {
            "before": self.before.line.as_dict(),
            "after": self.after.line.as_dict(),
            "same_case": self.before.case_hash == self.after.case_hash,
            "asked": entries(self.asked),
            "settings": entries(self.settings),
            "tables": None
            if self.tables is None
            else [
                {
                    "table": t.table,
                    "rows_before": t.rows_before,
                    "rows_after": t.rows_after,
                    "cells": None if t.cells is None else dict(t.cells),
                }
                for t in self.tables
            ],
            "versions": entries(self.versions),
            "figures": entries(self.figures),
            "moved": self.moved,
        }


def differences(before: Run, after: Run) -> Differences:
    """Everything that differs between two runs."""
    cases = _case(before), _case(after)
    settings: tuple[Change, ...] = ()
    tables: tuple[TableChange, ...] | None = None
    if cases[0] is not None and cases[1] is not None:
        settings = _changes(_flat(cases[0]), _flat(cases[1]))
        tables = _tables(cases[0], cases[1])
    elif before.case_hash == after.case_hash:
        tables = ()
    asked = _changes(
        {"command": before.command, **before.options}, {"command": after.command, **after.options}
    )
    if before.line.label != after.line.label:
        asked = (Change("case", before.line.label, after.line.label), *asked)
    outcome = [{"status": run.status, **_figures(run)} for run in (before, after)]
    return Differences(
        before,
        after,
        asked,
        settings,
        tables,
        _changes(before.versions, after.versions),
        _changes(*outcome),
        _moved(before, after, cases),
    )


def _case(run: Run) -> PlanningCase | None:
    try:
        return run.case
    except UsageError:
        return None


def _flat(case: PlanningCase) -> dict[str, Any]:
    """Settings by dotted key."""
    sections = {name: vars(getattr(case.settings, name)) for name in vars(case.settings)}
    return {
        f"{section}.{key}": value
        for section, values in sections.items()
        for key, value in values.items()
    }


def _figures(run: Run) -> dict[str, Any]:
    return {name: run.document[name] for name in FIGURES if name in run.document}


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    names = dict.fromkeys((*before, *after))
    return tuple(
        Change(name, before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    )


def _tables(before: PlanningCase, after: PlanningCase) -> tuple[TableChange, ...]:
    found = []
    for name in dict.fromkeys((*before.tables, *after.tables)):
        one, two = before.table(name), after.table(name)
        if one.digest == two.digest:
            continue
        cells = _cells(one, two) if len(one) == len(two) else None
        if cells != {}:
            found.append(TableChange(name, len(one), len(two), cells))
    return tuple(found)


def _cells(one: Table, two: Table) -> dict[str, int]:
    """Cells that differ, by column, of two tables with as many rows."""
    found = {}
    for column in dict.fromkeys((*one, *two)):
        if column not in set(one) or column not in set(two):
            found[column] = len(one)
            continue
        a, b = one.column(column), two.column(column)
        if isinstance(a, Texts) and isinstance(b, Texts):
            differs = np.array([x != y for x, y in zip(a, b, strict=True)], dtype=np.bool_)
        else:
            x, y = np.asarray(a), np.asarray(b)
            differs = (x != y) & ~((x != x) & (y != y))
        if differs.any():
            found[column] = int(differs.sum())
    return found


def _moved(
    before: Run, after: Run, cases: tuple[PlanningCase | None, PlanningCase | None]
) -> int | None:
    if before.choice is None or after.choice is None:
        return None
    if len(before.choice) != len(after.choice):
        return None
    if None not in cases and cases[0].segments != cases[1].segments:  # type: ignore[union-attr]
        return None
    names = {tier: place for place, tier in enumerate(after.tiers)}
    other = np.array([names.get(tier, -1) for tier in before.tiers])
    return int((other[before.choice] != after.choice).sum())
