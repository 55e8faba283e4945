"""Segments that stand in two partitions.

Where no two partitions overlap in the order of their ids there is nothing to compare. Of those
that do, eight bytes of each id travel, and the ids themselves where these are equal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from slopt.case.few import first_few
from slopt.case.texts import Texts
from slopt.cluster.partition import Partition
from slopt.cluster.parts import Parts
from slopt.cluster.source import Source
from slopt.cluster.whole import Summary
from slopt.errors import Problem, Severity
from slopt.sayings import say

Marks = NDArray[np.uint64]
MOST = 100_000_000
"""Segments whose marks are compared in one place: 0.8 GB, and as much again to sort them."""
TOLD = 1_000
"""Ids that are looked for again once they are known to stand twice."""
LONGEST = 1 << 12
"""Letters of an id, beyond which the random numbers come again."""
BLOCK = 1 << 16
"""Ids that are marked at a time, so that it takes little memory."""
NOTHING = np.zeros(1, dtype=np.uint64)


def duplicates(
    parts: Parts, sources: Sequence[Source], summaries: Sequence[Summary]
) -> list[Problem]:
    """One problem for every segment that stands in an earlier partition too."""
    overlap = overlapping([summary.ends for summary in summaries])
    if not any(overlap):
        return []
    count = sum(its.weight.count for its, does in zip(summaries, overlap, strict=True) if does)
    if count > MOST:
        return [_not_compared(count)]
    marks = parts.each(marks_of, overlap)
    every = np.sort(np.concatenate(marks))
    twice = np.unique(every[1:][every[1:] == every[:-1]])[:TOLD]
    found = parts.each(rows_of, [twice if does else twice[:0] for does in overlap])
    return list(_repeated(sources, found))


def overlapping(ends: Sequence[tuple[str, str]]) -> list[bool]:
    """By partition: does any other one have ids between its first and its last?"""
    order = sorted(range(len(ends)), key=ends.__getitem__)
    furthest = accumulate((ends[place][1] for place in order), max)
    does = [False] * len(ends)
    for (place, after), last in zip(pairwise(order), furthest, strict=False):
        does[place] |= ends[place][1] >= ends[after][0]
        does[after] |= last >= ends[after][0]
    return does


def marks_of(partition: Partition, wanted: bool) -> Marks:
    """64 bits of each id of a partition; equal ids have equal marks."""
    return marks(partition.segments) if wanted else np.zeros(0, dtype=np.uint64)


def rows_of(partition: Partition, wanted: Marks) -> list[tuple[str, int]]:
    """(id, row) of the segments with these marks."""
    if len(wanted) == 0:
        return []
    places = np.flatnonzero(np.isin(marks(partition.segments), wanted))
    return [(partition.segments[place], partition.row(place)) for place in places.tolist()]


def marks(ids: Texts) -> Marks:
    """By row, 64 bits of its id: sum of a random number by place, times the letter there.

    That is the multilinear hash of Carter and Wegman: two ids agree by chance once in 2^56 pairs
    at the worst.
    """
    lengths, letters = ids.letters()
    text, ends = np.frombuffer(letters, dtype=np.uint8), np.cumsum(lengths, dtype=np.int64)
    weight = np.random.default_rng(1).integers(1, 2**64, LONGEST, dtype=np.uint64)
    by_word = np.empty(len(lengths), dtype=np.uint64)
    for begin in range(0, len(lengths), BLOCK):
        words = slice(begin, begin + BLOCK)
        long, first = lengths[words], int(ends[begin] - lengths[begin])
        last = ends[words] - first
        start = last - long
        place = np.arange(last[-1]) - np.repeat(start, long)
        value = text[first : first + last[-1]].astype(np.uint64) + np.uint64(1)
        sums = np.concatenate([NOTHING, np.cumsum(value * weight[place % LONGEST])])
        by_word[words] = (sums[last] - sums[start]) ^ (long.astype(np.uint64) << np.uint64(48))
    return np.asarray(by_word[ids.codes])


def _repeated(
    sources: Sequence[Source], found: Sequence[Sequence[tuple[str, int]]]
) -> Iterator[Problem]:
    first: dict[str, tuple[str, int]] = {}
    for source, its in zip(sources, found, strict=True):
        file = source.files[0]
        again = [
            Problem(
                say(
                    '"{name}" stands in row {first} of {file} too.',
                    name=name,
                    first=first[name][1],
                    file=first[name][0],
                ),
                say("Each segment may stand once."),
                table="segments",
                file=file,
                row=row,
                column="segment",
                value=name,
            )
            for name, row in its
            if name in first
        ]
        yield from first_few(range(len(again)), again.__getitem__)
        first = {name: (file, row) for name, row in its} | first


def _not_compared(count: int) -> Problem:
    return Problem(
        say(
            "Whether a segment stands in two parts was not checked: {count} ids "
            "are in parts whose ids overlap in their order.",
            count=f"{count:,}",
        ),
        say("Sort the segments by id before they are cut into parts."),
        table="segments",
        file="segments.parquet",
        severity=Severity.WARNING,
    )
