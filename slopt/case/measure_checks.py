"""Checks of what is measured: figures of service measures, and answers of surveys."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase, Table
from slopt.case.cost_checks import at
from slopt.case.few import flagged
from slopt.case.raw import RawCase, RawTable
from slopt.case.schema import ANY
from slopt.errors import Problem
from slopt.sayings import say
from slopt.vocabulary import Satisfaction

Flags = NDArray[np.bool_]

NEEDED = {
    "answer": (Satisfaction.INDEX, Satisfaction.GAP),
    "expected": (Satisfaction.GAP,),
    "promoters": (Satisfaction.RECOMMENDATION,),
    "detractors": (Satisfaction.RECOMMENDATION,),
}
"""The cells that a kind of survey rests on."""


def check_measures(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Every problem of the figures and of the surveys."""
    if "figures" in case.tables:
        yield from _figures(case.table("figures"), raw.tables["figures"])
    if "satisfaction" in case.tables:
        table, source = case.table("satisfaction"), raw.tables["satisfaction"]
        yield from _needed(table, source)
        yield from _scales(table, source)
        yield from _one_of_each_survey(table, source)


def _figures(table: Table, source: RawTable) -> Iterator[Problem]:
    """A figure of all together and of single segments would count twice."""
    figure, for_all = table.texts("figure"), table.texts("segment").is_in([ANY])
    whole = {figure[int(row)] for row in np.flatnonzero(for_all)}
    yield from flagged(
        ~for_all & figure.is_in(sorted(whole)),
        at(
            source,
            table,
            "segment",
            say("The figure is given for all together too, so it would count twice."),
            say("Keep the row of all, or those of the segments."),
        ),
    )


def _needed(table: Table, source: RawTable) -> Iterator[Problem]:
    kind = table.texts("kind")
    for column, kinds in NEEDED.items():
        wants = kind.is_in([its.value for its in kinds])
        blank = np.isnan(table.numbers(column))
        remedy = say("Write {column}: slopt describe satisfaction.", column=column)
        yield from flagged(
            wants & blank,
            at(
                source, table, column, say("The survey needs {column} here.", column=column), remedy
            ),
        )
        yield from flagged(
            ~wants & kind.is_filled & ~blank,
            at(
                source,
                table,
                column,
                say("{column} is nothing that a survey of this kind has.", column=column),
                say("Clear it, or change kind."),
            ),
        )
    shares = table.numbers("promoters") + table.numbers("detractors")
    yield from flagged(
        shares > 1,
        at(
            source,
            table,
            "detractors",
            say("Promoters and detractors are more than 100 % together."),
            say("Write shares of all answers: 0.4 for 40 %."),
        ),
    )


def _scales(table: Table, source: RawTable) -> Iterator[Problem]:
    worst, best = table.numbers("worst"), table.numbers("best")
    upside_down = worst >= best
    yield from flagged(
        upside_down,
        at(
            source,
            table,
            "best",
            say("The best mark is not above the worst."),
            say("Write the marks so that more is better, and turn the answers round with them."),
        ),
    )
    for column in ("answer", "expected"):
        mark = table.numbers(column)
        yield from flagged(
            ~upside_down & ((mark < worst) | (mark > best)),
            at(
                source,
                table,
                column,
                say("{column} is outside of the scale of the survey.", column=column),
                say("Write a mark from worst to best, or correct these."),
            ),
        )


def _one_of_each_survey(table: Table, source: RawTable) -> Iterator[Problem]:
    """The rows of a survey have one kind, weights above 0 in sum; a gap has one scale."""
    survey, segment, kind = (table.texts(name) for name in ("survey", "segment", "kind"))
    worst, best, weight = (table.numbers(name) for name in ("worst", "best", "weight"))
    for word in dict.fromkeys(survey.tolist()):
        rows = np.flatnonzero(survey.is_in([word]))
        first = int(rows[0])
        other = np.zeros(len(table), dtype=np.bool_)
        other[rows] = [kind[row] != kind[first] for row in rows.tolist()]
        yield from flagged(
            other,
            at(
                source,
                table,
                "kind",
                say(
                    'The survey is "{kind}" in row {row}.', kind=kind[first], row=table.rows[first]
                ),
                say("Give it one kind, or another name."),
            ),
        )
        scale = np.zeros(len(table), dtype=np.bool_)
        scale[rows] = (worst[rows] != worst[first]) | (best[rows] != best[first])
        yield from flagged(
            scale & kind.is_in([Satisfaction.GAP]),
            at(
                source,
                table,
                "best",
                say("The questions of a gap have different scales."),
                say("Bring all questions of the survey to one scale."),
            ),
        )
        for asked in dict.fromkeys(segment[int(row)] for row in rows):
            own = rows[segment.is_in([asked])[rows]]
            if not np.nan_to_num(weight[own]).sum() > 0:
                yield at(
                    source,
                    table,
                    "weight",
                    say("No question of the survey has a weight."),
                    say("Give one of them a weight above 0."),
                )(int(own[-1]))
