"""Names for the columns and rows of a program that every solver's file reader takes.

    choose__SEGMENT__TIER   open__TIER   bought__RESOURCE          columns
    one_tier__SEGMENT       limit__NAME                            rows
    column__17              row__17                                what has no name of its own

Ids are cut down to letters, digits and single underscores, so that two underscores always part an
id from what stands beside it. An id that would then be empty, or the same as another, ends in a dot
and its position, which no cut-down id can hold. The first letters are never a number, nor an `e`,
which some readers take for one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from slopt.problem.choice import ChoiceProblem
from slopt.problem.program import LinearProgram

LONGEST = 40
"""Letters that are kept of an id; a name of two ids stays below what old readers allow."""
NOT_PLAIN = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True)
class ProgramNames:
    """A name for every column and row; `legend` says what a name part means, where it differs.

    The legend goes from the kind of thing (segment, tier, limit) to (part, id) pairs.
    """

    columns: Sequence[str]
    rows: Sequence[str]
    legend: Mapping[str, Sequence[tuple[str, str]]]


def program_names(
    problem: ChoiceProblem, program: LinearProgram, assembled: bool = True
) -> ProgramNames:
    """Names for the program of a choice problem; all columns and all rows differ.

    `assembled` says that matrix.py stated it. Of any other program only the columns of `choose` and
    the shared rows have names of their own.
    """
    segments, tiers = plain_parts(problem.segments), plain_parts(problem.tiers)
    resources, limits = plain_parts(problem.resources), plain_parts(list(program.shared))
    columns = [f"choose__{segments[s]}__{tiers[k]}" for s, k in program.choose.tolist()]
    rows = [f"row__{row}" for row in range(len(program.row_lower))]
    if assembled:
        if problem.has_menu:
            columns += [f"open__{tier}" for tier in tiers[: problem.menu_size]]
        columns += [f"bought__{resources[r]}" for r in np.flatnonzero(problem.extra_capacity > 0)]
        rows[: len(segments)] = [f"one_tier__{segment}" for segment in segments]
    columns += [f"column__{column}" for column in range(len(columns), len(program.cost))]
    for part, row in zip(limits, program.shared.values(), strict=True):
        rows[row] = f"limit__{part}"
    legend = {
        "segment": _differing(segments, problem.segments),
        "tier": _differing(tiers, problem.tiers),
        "resource": _differing(resources, problem.resources),
        "limit": _differing(limits, list(program.shared)),
    }
    return ProgramNames(columns, rows, legend)


def plain_parts(ids: Sequence[str]) -> list[str]:
    """Every id as letters, digits and single underscores; all differ."""
    plain = [NOT_PLAIN.sub("_", name).strip("_")[:LONGEST].strip("_") for name in ids]
    count = Counter(plain)
    return [
        part if part and count[part] == 1 else f"{part}.{place}" for place, part in enumerate(plain)
    ]


def _differing(parts: Sequence[str], ids: Sequence[str]) -> list[tuple[str, str]]:
    return [(part, name) for part, name in zip(parts, ids, strict=True) if part != name]
