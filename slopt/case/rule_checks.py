"""Checks of the rules table: who it speaks of, and what a rule of each kind needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from slopt.case.case import PlanningCase
from slopt.case.columns import is_blank, plainly, suggest
from slopt.case.few import first_few
from slopt.case.known import Known, known_ids
from slopt.case.raw import RawCase, RawTable
from slopt.case.schema import ANY, BY_NAME
from slopt.case.texts import Texts, places
from slopt.errors import Problem, Severity
from slopt.sayings import later, say
from slopt.vocabulary import RuleKind

RULE_COLUMNS: dict[RuleKind, tuple[str, ...]] = {
    RuleKind.NOT_BELOW: ("segment", "other"),
    RuleKind.SAME_TIER: ("segment",),
    RuleKind.MIN_SERVICE_LEVEL: ("segment", "value"),
    RuleKind.MAX_SERVICE_COST: ("segment", "value"),
    RuleKind.MAX_LOST_SALES: ("segment", "value"),
    RuleKind.MIN_IN_TIER: ("tier", "value"),
    RuleKind.MAX_IN_TIER: ("tier", "value"),
}
"""The columns that a rule of each kind cannot do without."""
MAY_HAVE: dict[RuleKind, tuple[str, ...]] = {
    RuleKind.SAME_TIER: ("other",),
    RuleKind.MIN_IN_TIER: ("segment",),
    RuleKind.MAX_IN_TIER: ("segment",),
}
"""The columns that a rule of each kind uses where they are given."""


def check_rules(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Rules that name unknown segments, lack what their kind needs or have what it ignores."""
    segments = known_ids(case, raw, "segments")
    if "rules" not in case.tables or segments is None:
        return
    table, source = case.table("rules"), raw.tables["rules"]
    group = case.table("segments").texts("group")
    for column in ("segment", "other"):
        texts = table.texts(column)
        unknown = segments.lacks(texts) & ~texts.is_in([ANY])
        unknown &= texts.places_in(group) < 0
        for place in np.flatnonzero(unknown).tolist():
            yield source.problem(
                say('"{text}" is neither a segment nor a group.', text=texts[place]),
                _suggest(texts[place], segments, group),
                table.rows[place],
                column,
                texts[place],
            )
    words = {name: table.texts(name) for name in ("kind", "segment", "other", "tier")}
    for index, kind in enumerate(words["kind"]):
        if kind in tuple(RuleKind):
            given = {name: words[name][index] for name in ("segment", "other", "tier")}
            value = float(table.numbers("value")[index])
            yield from _rule_columns(source, index, RuleKind(kind), given, value)
            yield from _pointless(source, table.rows[index], RuleKind(kind), given, value)
    yield from _groups_named_as_segments(case, raw.tables["segments"])


def _suggest(text: str, segments: Known, group: Texts) -> str:
    groups = sorted(word for word in group.resembling(text) if word)
    ids = segments.ids.resembling(text) if isinstance(segments.ids, Texts) else segments.ids
    return suggest(text, [*ids, *groups], later("Known are: {known}."))


def _pointless(
    raw: RawTable, row: int, kind: RuleKind, given: Mapping[str, str], value: float
) -> Iterator[Problem]:
    """Rules that can be read but hardly mean what they say."""
    if kind is RuleKind.NOT_BELOW and given["segment"] and given["segment"] == given["other"]:
        yield raw.problem(
            say('"{other}" is compared with itself.', other=given["other"]),
            say("Name another segment or group."),
            row,
            "other",
            given["other"],
            Severity.WARNING,
        )
    counts = kind in (RuleKind.MIN_IN_TIER, RuleKind.MAX_IN_TIER)
    if counts and not np.isnan(value) and value != np.floor(value):
        yield raw.problem(
            say('"{value}" is no whole number of segments.', value=plainly(value)),
            say("Write a whole number."),
            row,
            "value",
            value,
            Severity.WARNING,
        )


def _rule_columns(
    raw: RawTable, index: int, kind: RuleKind, texts: Mapping[str, str], value: float
) -> Iterator[Problem]:
    """What a rule of its kind lacks, and what it has but does not use."""
    row = raw.rows[index]
    given = {**texts, "value": "" if np.isnan(value) else plainly(value)}
    for column in RULE_COLUMNS[kind]:
        if not given[column] and not _is_filled(raw, index, column):
            yield raw.problem(
                say("A rule of kind {kind} needs this.", kind=kind),
                say("Write {meaning}.", meaning=BY_NAME["rules"].column(column).meaning),
                row,
                column,
            )
    for column, text in given.items():
        if text and column not in (*RULE_COLUMNS[kind], *MAY_HAVE.get(kind, ())):
            yield raw.problem(
                say(
                    '"{text}" has no effect: a rule of kind {kind} does not use {column}.',
                    text=text,
                    kind=kind,
                    column=column,
                ),
                say("Clear it, or choose another kind."),
                row,
                column,
                text,
                Severity.WARNING,
            )
    if kind is RuleKind.MIN_SERVICE_LEVEL and value > 1:
        remedy = say("Write a fraction from 0 to 1.")
        if value >= 2:
            remedy = say(
                "For {number} % write {fraction}.",
                number=plainly(value),
                fraction=plainly(value / 100),
            )
        yield raw.problem(
            say('"{value}" is above 1.', value=plainly(value)), remedy, row, "value", value
        )


def _is_filled(raw: RawTable, index: int, column: str) -> bool:
    """True where something stands in the cell; if it was refused, that is a problem already."""
    place = raw.places.get(column)
    return place is not None and not is_blank(raw.columns[place][index])


def _groups_named_as_segments(case: PlanningCase, raw: RawTable) -> Iterator[Problem]:
    """One warning a name, unless the segment is the whole group."""
    table = case.table("segments")
    group = table.texts("group")
    segment = np.append(case.segments.first_rows, -1)[places(group.words, case.segments.words)]
    size = np.bincount(group.codes, minlength=len(group.words))
    alone = (size == 1) & (group.first_rows == segment)
    named = (segment >= 0) & ~alone & (places(group.words, [""]) < 0)
    rows = group.first_rows[np.flatnonzero(named)[np.argsort(segment[named])]]

    def describe(row: int) -> Problem:
        return raw.problem(
            say(
                '"{group}" is both a segment and a group; rules mean the segment.', group=group[row]
            ),
            say("Rename the group if rules should mean it."),
            table.rows[row],
            "group",
            group[row],
            Severity.WARNING,
        )

    yield from first_few(rows, describe)
