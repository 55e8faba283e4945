"""Problems between two cases: some inputs are those of B already, the others still those of A.

All of them have the segments, tiers and resources of both sides, so that one choice can be priced
in each. What a side does not have is taken out of the problem: its segments and resources are left
out, its tiers barred.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase, Settings, Table
from slopt.case.schema import BY_NAME, USE_PREFIX
from slopt.case.texts import Texts
from slopt.case.typed import absent_column
from slopt.problem.build import build_problem
from slopt.problem.choice import Bar, Choice, ChoiceProblem
from slopt.problem.rules import Rule
from slopt.study.compare.causes import IN_PARTS, Cause, cause_of, cause_of_setting, tables
from slopt.study.compare.changes import Aligned, aligned
from slopt.vocabulary import RuleKind

Taken = Collection[Cause]
"""The causes whose inputs are those of B."""


class Mixture:
    """Everything between the cases A and B.

    `segments` and `tiers` are those of both, A's first. `in_a` and `in_b` (S,) say which segments
    a side has.
    """

    def __init__(self, a: PlanningCase, b: PlanningCase) -> None:
        self.a, self.b = a, b
        self._rows = {name: aligned(name, a.table(name), b.table(name)) for name in IN_PARTS}
        its = self._rows["segments"]
        self.in_a, self.in_b = its.a >= 0, its.b >= 0
        self.case_of_a = self.case(())
        self.segments, self.tiers = self.case_of_a.segments, self.case_of_a.tiers

    def choice_of(self, side: PlanningCase, choice: Choice) -> Choice:
        """A choice of one side over the segments and tiers of both; -1 for segments it lacks."""
        rows = self._rows["segments"].a if side is self.a else self._rows["segments"].b
        tier = Texts.of(side.tiers).places_in(Texts.of(self.tiers))
        found = np.full(len(rows), -1, dtype=np.int64)
        found[rows >= 0] = tier[choice[rows[rows >= 0]]]
        return found

    def choice_in_b(self, choice: Choice) -> Choice | None:
        """A choice over both sides as one of B; None where it has a tier that B has not."""
        rows = self._rows["segments"].b
        tier = Texts.of(self.tiers).places_in(Texts.of(self.b.tiers))
        its = np.full(int(self.in_b.sum()), -1, dtype=np.int64)
        its[rows[self.in_b]] = np.where(choice >= 0, tier[choice], -1)[self.in_b]
        return None if np.any(its < 0) else its

    def row_in(self, side: PlanningCase, segment: int) -> int:
        """The row that a segment of both sides has in one of them, -1 where it has none."""
        rows = self._rows["segments"]
        return int((rows.a if side is self.a else rows.b)[segment])

    def case(self, taken: Taken) -> PlanningCase:
        """The case in which the inputs of some causes are those of B; it is not checked."""
        mixed = {name: self._table(name, taken) for name in tables()}
        return PlanningCase(
            self._settings(taken), {name: table for name, table in mixed.items() if len(table)}
        )

    def problem(self, taken: Taken) -> ChoiceProblem:
        """The problem of that case with the segments of both sides.

        What neither A nor, of what is taken over, B has is barred or left out, but for segments.
        Raises InvalidInput where such a mixture makes no sense.
        """
        problem = build_problem(self.case(taken))
        tiers, resources = (self._rows[name] for name in ("tiers", "resources"))
        absent = (tiers.b if Cause.TIERS in taken else tiers.a) < 0
        barred = problem.barred.copy()
        barred[:, absent] |= np.int8(Bar.NOT_OFFERED)
        kept = np.flatnonzero((resources.b if Cause.CAPACITY in taken else resources.a) >= 0)
        return problem.replace(
            barred=barred,
            resources=tuple(problem.resources[r] for r in kept),
            use=problem.use[kept],
            capacity=problem.capacity[kept],
            extra_capacity=problem.extra_capacity[kept],
            extra_premium=problem.extra_premium[kept],
        )

    def _settings(self, taken: Taken) -> Settings:
        new = self.b.settings
        old = asdict(self.a.settings)
        sections: dict[str, Any] = {}
        for section, values in asdict(new).items():
            kept = {
                name: old[section][name]
                for name in values
                if (cause := cause_of_setting(f"{section}.{name}")) and cause not in taken
            }
            sections[section] = replace(getattr(new, section), **kept)
        return Settings(**sections)

    def _table(self, name: str, taken: Taken) -> Table:
        a, b = self.a.table(name), self.b.table(name)
        if name not in IN_PARTS:
            return b if cause_of(name, "") in taken else a
        rows = self._rows[name]
        columns = {}
        for column in dict.fromkeys((*a, *b)):
            is_b = column not in BY_NAME[name].key and cause_of(name, column) in taken
            columns[column] = self._column(name, column, rows, is_b)
        return Table(name, columns, range(2, len(rows.a) + 2), a.file)

    def _column(self, name: str, column: str, rows: Aligned, is_b: bool) -> Any:
        """A column of one side; rows that it lacks have the other side's values, but in offers."""
        cases = (self.b, self.a) if is_b else (self.a, self.b)
        places = (rows.b, rows.a) if is_b else (rows.a, rows.b)
        ours, theirs = (_values(case, name, column) for case in cases)
        if rows.are_same:
            return ours
        lacking = places[0] < 0
        if name == "offers" and column not in BY_NAME[name].key:
            theirs = absent_column(BY_NAME[name].column(column), len(theirs))
        if isinstance(ours, Texts) and isinstance(theirs, Texts):
            texts = (ours.tolist(), theirs.tolist())
            return Texts.of(
                texts[1][j] if none else texts[0][i]
                for i, j, none in zip(*places, lacking, strict=True)
            )
        values = np.empty(len(lacking), dtype=np.asarray(ours).dtype)
        values[~lacking] = np.asarray(ours)[places[0][~lacking]]
        values[lacking] = np.asarray(theirs)[places[1][lacking]]
        return values


def _values(case: PlanningCase, name: str, column: str) -> NDArray[Any] | Texts:
    """A column of a case; ranks as they count where blank, use of a resource blank if not there."""
    table = case.table(name)
    if (name, column) == ("tiers", "rank"):
        return case.ranks.astype(np.float64)
    if column.startswith(USE_PREFIX) and column not in table:
        return absent_column(BY_NAME[name].column(column), len(table))
    return table.column(column)


def with_segments(problem: ChoiceProblem, kept: NDArray[np.bool_]) -> ChoiceProblem:
    """The problem of some of the segments alone, (S,); rules that bind none of them go."""
    if kept.all():
        return problem
    rows = np.flatnonzero(kept)
    place = np.full(len(kept), -1)
    place[rows] = np.arange(len(rows))
    at: Mapping[int, int] = dict(enumerate(place.tolist()))
    rules = []
    for rule in problem.rules:
        members = tuple(at[s] for s in rule.members if at[s] >= 0)
        others = tuple(at[s] for s in rule.others if at[s] >= 0)
        if members and (others or rule.kind is not RuleKind.NOT_BELOW):
            rules.append(
                Rule(rule.name, rule.kind, members, others, rule.tier, rule.value, rule.penalty)
            )
    arrays = ("weight", "current", "service_level", "service_cost", "barred")
    losses = ("lost_orders", "lost_customers", "lost_prospects", "lost_unsplit")
    return problem.replace(
        segments=tuple(problem.segments[s] for s in rows.tolist()),
        use=problem.use[:, rows],
        rules=tuple(rules),
        pools=tuple(replace(pool, messages=pool.messages[rows]) for pool in problem.pools),
        selection=None if problem.selection is None else problem.selection.of_segments(rows),
        **{name: getattr(problem, name)[rows] for name in (*arrays, *losses)},
    )
