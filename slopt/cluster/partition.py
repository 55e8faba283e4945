"""One partition of the segments: read, stated as shared rows, and kept where it was read.

A partition is a function of its files alone. Where one is sent to another machine, only its source
travels and it is made there anew; so it is again when the machine that had it is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase, Table
from slopt.case.load import interpret
from slopt.case.read import IN_PARTS, read
from slopt.case.schema import ANY
from slopt.case.texts import Texts
from slopt.cluster.shared_tables import words_named
from slopt.cluster.source import Source
from slopt.cluster.whole import Summary, Weight, Whole, WholeRule
from slopt.errors import InvalidInput, Problem, Severity, SolverTrouble
from slopt.problem.build import build_problem
from slopt.problem.choice import LARGEST, Choice, ChoiceProblem
from slopt.problem.shared_rows import Numbers, SharedRowProblem
from slopt.problem.sharing import share
from slopt.sayings import say
from slopt.solve.prices.oracle import LocalOracle
from slopt.vocabulary import RuleKind

NONE = Table("segments", {}, [])


class Partition:
    """The segments of one part, as offers and as rows priced for the whole. Made by `load`."""

    def __init__(
        self,
        source: Source,
        summary: Summary,
        problem: ChoiceProblem | None = None,
        table: Table = NONE,
    ) -> None:
        self.source, self.summary = source, summary
        self._problem, self._table = problem, table
        self._stated: tuple[Whole, ChoiceProblem, LocalOracle] | None = None

    def __reduce__(self) -> tuple[Callable[[Source], Partition], tuple[Source]]:
        return load, (self.source,)

    def __sizeof__(self) -> int:
        """Bytes in memory, by which a scheduler judges what it would cost to move this."""
        if self._problem is None:
            return 1000
        values = [getattr(self._problem, entry.name) for entry in fields(self._problem)]
        held = [a for a in values if isinstance(a, np.ndarray) and 0 not in a.strides]
        return sum(array.nbytes for array in held) + self._problem.service_cost.nbytes

    @property
    def problem(self) -> ChoiceProblem:
        """The offers, without any rules.

        Raises SolverTrouble where the files have problems: after these were heard it can only be
        that the files have changed, or that a worker with less memory was to take them over.
        """
        if self._problem is None:
            reasons = "; ".join(str(problem) for problem in self.summary.problems)
            raise SolverTrouble(
                say("A partition could not be loaded again. {reasons}", reasons=reasons)
            )
        return self._problem

    @property
    def segments(self) -> Texts:
        """The ids of its segments."""
        return self._table.texts("segment")

    def row(self, place: int) -> int:
        """The row of its file that a segment stands in."""
        return self._table.rows[place]

    def stated(self, whole: Whole) -> tuple[ChoiceProblem, LocalOracle]:
        """The problem with the rules of the whole, and its rows to be priced."""
        if self._stated is None or self._stated[0] != whole:
            rules = tuple(replace(its.rule, members=self._members(its)) for its in whole.rules)
            problem = self.problem.replace(rules=rules)
            oracle = LocalOracle(self._rows(whole, problem), seed=1 + self.source.place)
            self._stated = whole, problem, oracle
        return self._stated[1], self._stated[2]

    def _rows(self, whole: Whole, problem: ChoiceProblem) -> SharedRowProblem:
        """Cost and use of these segments; limits, extras and offset are left to the whole."""
        rows, scale = share(problem).rows, self.scales(whole)
        goal = scale["min_service_level"] if problem.goal.maximises else 1.0
        return SharedRowProblem(
            cost=_scaled(rows.cost, goal) if whole.costs else np.zeros_like(rows.cost),
            use=tuple(
                _scaled(use, scale.get(name, 1.0))
                for name, use in zip(rows.names, rows.use, strict=True)
            ),
            allowed=rows.allowed,
            limit=np.zeros(len(rows.use)),
            names=rows.names,
            floor=rows.floor,
        )

    def scales(self, whole: Whole) -> dict[str, float]:
        """By limit or rule on a mean: what part this partition has in the mean over all."""
        scale = {"min_service_level": self.summary.weight.share_of(whole.weight)}
        for its in whole.rules:
            if its.rule.kind is RuleKind.MIN_SERVICE_LEVEL:
                own = _weight(self.problem, self._members(its))
                scale[its.rule.name] = own.share_of(its.weight)
        return scale

    def choice_at(self, whole: Whole, prices: Numbers) -> Choice:
        """The tier that each segment prefers at the prices."""
        _, oracle = self.stated(whole)
        oracle.near_ties(prices, 0.0, 1)
        return oracle.tier.astype(np.int64)

    def _members(self, rule: WholeRule) -> tuple[int, ...]:
        if rule.whose == ANY:
            return tuple(range(len(self.segments)))
        if rule.of_segment:
            return _place(self.segments, rule.whose)
        return _of_group(self._table.texts("group"), rule.whose)


def load(source: Source) -> Partition:
    """Read and state one partition; what is wrong with its files is in its summary."""
    raw = read(Path(source.folder), source.part)
    named = sorted(words_named(raw))
    if "segments" in raw.tables:
        # Segments that the small tables name may be in any partition; none is unknown here.
        raw.tables["segments"].dropped.append(list(named))
    reading = interpret(raw, dict(source.overrides))
    problems = [problem for problem in reading.problems if problem.file in source.files]
    case, problem = reading.case, None
    if case is None and not any(problem.severity is Severity.ERROR for problem in problems):
        problems += reading.errors  # of the small tables, which all partitions read
    if case is not None:
        case = _own(case)
        try:
            problem = build_problem(case)
        except InvalidInput as error:
            problems += _placed(error.problems, source)
    if problem is not None and problem.weight.max() >= LARGEST / 2:
        problems.append(_too_heavy(source))
        problem = None
    if case is None or problem is None:
        return Partition(source, Summary(tuple(problems)))
    table = case.table("segments")
    kept = Table("segments", {n: table.column(n) for n in ("segment", "group")}, table.rows)
    return Partition(source, _summary(problems, case, problem, named), problem, kept)


def _own(case: PlanningCase) -> PlanningCase:
    """The case without rules, and without usage of segments that are in other partitions."""
    tables = {name: table for name, table in case.tables.items() if name != "rules"}
    if "usage" in tables:
        segment = tables["usage"].texts("segment")
        known = (segment.places_in(case.segments) >= 0) | segment.is_in([ANY])
        tables["usage"] = _rows_of(tables["usage"], np.flatnonzero(known).tolist())
    return case.replace(tables=tables)


def _rows_of(table: Table, kept: list[int]) -> Table:
    """Some rows of a small table."""
    if len(kept) == len(table):
        return table
    columns: dict[str, NDArray[Any] | Texts] = {}
    for name in table:
        column = table.column(name)
        if isinstance(column, Texts):
            columns[name] = Texts.of(column[row] for row in kept)
        else:
            columns[name] = column[kept]
    return Table(table.name, columns, [table.rows[row] for row in kept])


def _summary(
    problems: Iterable[Problem], case: PlanningCase, problem: ChoiceProblem, named: list[str]
) -> Summary:
    group = case.table("segments").texts("group")
    at = {name: _place(case.segments, name) for name in named}
    of_group = {name: _of_group(group, name) for name in named}
    hopeless = np.flatnonzero(~problem.admissible.any(axis=1))
    return Summary(
        tuple(problems),
        is_read=True,
        weight=_weight(problem, range(len(problem.segments))),
        ids=tuple((name, _weight(problem, its)) for name, its in at.items() if its),
        groups=tuple((name, _weight(problem, its)) for name, its in of_group.items() if its),
        ends=_ends(case.segments),
        digests=tuple(case.table(name).digest for name in IN_PARTS),
        offers=int(np.count_nonzero(problem.admissible)),
        hopeless=case.segments[int(hopeless[0])] if len(hopeless) else None,
    )


def _ends(ids: Texts) -> tuple[str, str]:
    """The first and the last id in the order of their letters."""
    if isinstance(ids.words, list):
        return min(ids.words), max(ids.words)
    import pyarrow.compute as pc

    ends = pc.min_max(ids.words).as_py()
    return ends["min"], ends["max"]


def _weight(problem: ChoiceProblem, members: Iterable[int]) -> Weight:
    places = np.fromiter(members, dtype=np.int64)
    return Weight(float(problem.weight[places].sum()), len(places))


def _place(segments: Texts, name: str) -> tuple[int, ...]:
    place = segments.place(name)
    return (place,) if place >= 0 else ()


def _of_group(group: Texts, name: str) -> tuple[int, ...]:
    return tuple(np.flatnonzero(group.is_in([name])).tolist())


def _scaled(values: Numbers, by: float) -> Numbers:
    return values if by == 1.0 else values * by


def _placed(problems: Iterable[Problem], source: Source) -> list[Problem]:
    """Problems of numbers that were computed, with the file of the segments."""
    return [replace(problem, file=problem.file or source.files[0]) for problem in problems]


def _too_heavy(source: Source) -> Problem:
    return Problem(
        say("A weight, or customers x orders, is beyond {largest}.", largest=f"{LARGEST / 2:g}"),
        say("Take smaller units: weights count against each other only."),
        table="segments",
        file=source.files[0],
        column="weight",
        severity=Severity.ERROR,
    )
