"""Checks of improvement projects: who they lift, what they wait for, what they exclude."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from slopt.case.case import PlanningCase, Table
from slopt.case.columns import suggest
from slopt.case.cost_checks import at
from slopt.case.few import flagged
from slopt.case.raw import RawCase
from slopt.case.schema import ANY
from slopt.case.texts import Texts
from slopt.errors import Problem, Severity
from slopt.sayings import later, listed, say

LISTS = ("after", "excludes")


def named(text: str) -> tuple[str, ...]:
    """The ids of a cell that names several, with ; between them."""
    words = (word.strip() for word in text.replace("；", ";").split(";"))
    return tuple(dict.fromkeys(word for word in words if word))


def check_projects(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Every problem of the projects of a plan over periods."""
    if not case.has_periods or "projects" not in case.tables:
        return
    for check in (_named, _waits, _windows, _lifts, _effects):
        yield from check(case, raw)


def _named(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Projects that there are not, or that are the row's own."""
    table, source = case.table("projects"), raw.tables["projects"]
    ids = table.texts("project").tolist()
    for column in LISTS:
        for row, text in enumerate(table.texts(column)):
            for word in named(text):
                if word not in ids:
                    yield source.problem(
                        say('"{word}" is not in projects.', word=word),
                        suggest(word, ids, later("Known in projects: {known}.")),
                        table.rows[row],
                        column,
                        text,
                    )
                elif word == ids[row]:
                    yield source.problem(
                        say("The project names itself."),
                        say("Take it out."),
                        table.rows[row],
                        column,
                        text,
                    )
    both = [set(named(a)) & set(named(b)) for a, b in _pairs(table)]
    for row, common in enumerate(both):
        if common:
            yield source.problem(
                say(
                    "It waits for {projects} and excludes it, so that it can never start.",
                    projects=listed(sorted(common)),
                ),
                say("Take it out of after, or out of excludes."),
                table.rows[row],
                "excludes",
                table.texts("excludes")[row],
            )


def _pairs(table: Table) -> Iterator[tuple[str, str]]:
    return zip(table.texts("after"), table.texts("excludes"), strict=True)


def _waits(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Projects that wait for each other in a circle, and those whose turn never comes."""
    table, source = case.table("projects"), raw.tables["projects"]
    ids = table.texts("project").tolist()
    waits = [[ids.index(w) for w in named(text) if w in ids] for text in table.texts("after")]
    waits = [[other for other in others if other != row] for row, others in enumerate(waits)]
    told: set[int] = set()
    for row in range(len(table)):
        circle = _circle(waits, row)
        if circle and not told & set(circle):
            told |= set(circle)
            yield source.problem(
                say(
                    "These projects wait for each other in a circle: {projects}.",
                    projects=listed([ids[place] for place in circle]),
                ),
                say("Take one of them out of after."),
                table.rows[row],
                "after",
                table.texts("after")[row],
            )
    if told:
        return
    ready = _earliest_effect(case, waits)
    for row, others in enumerate(waits):
        late = [ids[other] for other in others if ready[other] > _window(case, row)[1]]
        if late:
            yield source.problem(
                say(
                    "It can never start: {projects} cannot be in effect by its latest period.",
                    projects=listed(late),
                ),
                say("Let it start later, or what it waits for earlier."),
                table.rows[row],
                "after",
                table.texts("after")[row],
                Severity.WARNING,
            )


def _circle(waits: Sequence[Sequence[int]], start: int) -> list[int]:
    """The places along a way from a project back to itself; empty where there is none."""
    trail, seen = [(start, [start])], set()
    while trail:
        here, way = trail.pop()
        for other in waits[here]:
            if other == start:
                return way
            if other not in seen:
                seen.add(other)
                trail.append((other, [*way, other]))
    return []


def _window(case: PlanningCase, row: int) -> tuple[int, int]:
    """First and last period in which a project may start."""
    table, periods = case.table("projects"), Texts.of(case.periods)
    first, last = (table.texts(name).places_in(periods)[row] for name in ("earliest", "latest"))
    return max(int(first), 0), int(last) if last >= 0 else len(periods) - 1


def _earliest_effect(case: PlanningCase, waits: Sequence[Sequence[int]]) -> list[int]:
    """By project: the first period in which it can be in effect. `waits` has no circle."""
    takes = case.table("projects").numbers("takes")
    ready: dict[int, int] = {}

    def of(row: int) -> int:
        if row not in ready:
            start = max([_window(case, row)[0], *(of(other) for other in waits[row])])
            ready[row] = start + int(np.nan_to_num(takes[row]))
        return ready[row]

    return [of(row) for row in range(len(waits))]


def _windows(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    table, source = case.table("projects"), raw.tables["projects"]
    windows = np.array([_window(case, row) for row in range(len(table))])
    yield from flagged(
        windows[:, 0] > windows[:, 1],
        at(
            source,
            table,
            "latest",
            say("It may start at the latest before it may start at the earliest."),
            say("Exchange earliest and latest, or clear one."),
        ),
    )
    yield from flagged(
        windows[:, 0] + np.nan_to_num(table.numbers("takes")) >= len(case.periods),
        at(
            source,
            table,
            "takes",
            say("It cannot be in effect before the last period is over."),
            say("Let it start earlier, or take less time; or leave it out."),
            Severity.WARNING,
        ),
    )


def _lifts(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    table, source = case.table("projects"), raw.tables["projects"]
    texts = table.texts("lift_segment")
    group = case.table("segments").texts("group")
    unknown = texts.is_filled & ~texts.is_in([ANY])
    unknown &= (texts.places_in(case.segments) < 0) & (texts.places_in(group) < 0)
    for row in np.flatnonzero(unknown).tolist():
        known = [*case.segments[:20], *dict.fromkeys(name for name in group.tolist() if name)]
        yield source.problem(
            say('"{text}" is neither a segment nor a group.', text=texts[row]),
            suggest(texts[row], known, later("Known are: {known}.")),
            table.rows[row],
            "lift_segment",
            texts[row],
        )


def _effects(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    table, source = case.table("projects"), raw.tables["projects"]
    adds, resource = table.numbers("adds") > 0, table.texts("resource").is_filled
    yield from flagged(
        adds & ~resource,
        at(
            source,
            table,
            "adds",
            say("It adds units, and no resource is named."),
            say("Name the resource whose capacity it adds to."),
        ),
    )
    yield from flagged(
        resource & ~adds,
        at(
            source,
            table,
            "resource",
            say("It names a resource and adds nothing to it."),
            say("Write the units in adds, or clear resource."),
            Severity.WARNING,
        ),
    )
    wanted = {word for text in table.texts("after") for word in named(text)}
    idle = ~table.texts("project").is_in(wanted) & ~adds
    idle &= ~(table.numbers("saves") > 0) & ~(table.numbers("lift") > 0)
    yield from flagged(
        idle,
        at(
            source,
            table,
            "project",
            say("It saves nothing, lifts nothing and adds nothing, so that it will never start."),
            say("Write what it brings in saves, lift or adds."),
            Severity.WARNING,
        ),
    )
