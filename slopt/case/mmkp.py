"""Published knapsack instances (MMKP) -> planning cases: groups become segments, items tiers.

    n l m                       groups, items a group, resources
    R_1 ... R_m                 what there is of each resource
    1                           the number of the group
    v r_1 ... r_m               an item: its value, what it uses of each resource
    ...                         one item of every group is to be taken, value is to be largest

Files in which groups differ in size have the number of items in place of the group's number, and
may leave l out of the first line. What stands below the last group (published answers) is not read.

Source of the format: S. Khan, K. F. Li, E. G. Manning, M. M. Akbar, Solving the knapsack problem
for adaptive multimedia systems, Studia Informatica Universalis 2 (2002) 157-178.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from slopt.case.number_text import PLAIN_NUMBER
from slopt.errors import InvalidInput, Problem
from slopt.sayings import say

Numbers = NDArray[np.float64]
COUNT = re.compile(r"[0-9]{1,9}")
REMEDY = say(
    "An instance file holds the numbers of groups, items and resources; the capacities; and for "
    "every group its number and a line of value and use for each item."
)


@dataclass(frozen=True, eq=False)
class Instance:
    """An MMKP instance: `items[g]` items in group g, value (I,) and use (I, M) of all in turn."""

    name: str
    capacity: Numbers
    items: NDArray[np.int64]
    value: Numbers
    use: Numbers


def read_instance(path: Path) -> Instance:
    """The instance in a file. Raises InvalidInput that names the line at fault."""
    return _Reader(path).instance()


class _Reader:
    """The lines of a file that are not blank, as words, read from the top.

    `by_number` says that groups are headed by their number, not by how many items they have.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            text = path.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise self._wrong(
                None, say("The file cannot be read: {reason}.", reason=error.strerror)
            ) from error
        except UnicodeDecodeError as error:
            raise self._wrong(None, say("The file is not UTF-8 text.")) from error
        split = (line.split() for line in text.splitlines())
        self.lines = [(number, words) for number, words in enumerate(split, start=1) if words]
        self.at = 0
        self.by_number = False

    def instance(self) -> Instance:
        groups, width, resources = self._sizes()
        capacity = self._capacities(resources)
        items: list[int] = []
        lines: list[tuple[int, list[str]]] = []
        for group in range(1, groups + 1):
            count = self._items_of(group, width, resources, is_last=group == groups)
            items.append(count)
            lines += self.lines[self.at : self.at + count]
            self.at += count
        table = self._numbers(lines).reshape(-1, 1 + resources)
        negative = np.flatnonzero((table[:, 1:] < 0).any(axis=1))
        if len(negative):
            raise self._wrong(lines[negative[0]][0], say("An item must not use less than nothing."))
        return Instance(
            self.path.stem, capacity, np.array(items, dtype=np.int64), table[:, 0], table[:, 1:]
        )

    def _sizes(self) -> tuple[int, int | None, int]:
        place, words = self._next(say("The numbers of groups, items and resources are missing."))
        if len(words) not in (2, 3) or not all(map(COUNT.fullmatch, words)):
            raise self._wrong(
                place, say("The first line must hold the numbers of groups, items and resources.")
            )
        sizes = [int(word) for word in words]
        if 0 in sizes:
            raise self._wrong(place, say("Groups, items and resources must each be 1 or more."))
        return sizes[0], sizes[1] if len(sizes) == 3 else None, sizes[-1]

    def _capacities(self, resources: int) -> Numbers:
        """The next numbers, on one line or on several."""
        found: list[float] = []
        while len(found) < resources:
            line = self._next(
                say("The capacities of {resources} resources belong here.", resources=resources)
            )
            found += self._numbers([line]).tolist()
            if len(found) > resources or min(found) < 0:
                raise self._wrong(
                    line[0],
                    say(
                        "{resources} capacities of 0 or more belong here, one a resource.",
                        resources=resources,
                    ),
                )
        return np.array(found)

    def _items_of(self, group: int, width: int | None, resources: int, is_last: bool) -> int:
        """Read the line that begins a group; how many items follow it, checked."""
        place, words = self._next(say("Group {group} is missing.", group=group))
        if len(words) != 1 or not COUNT.fullmatch(words[0]):
            raise self._wrong(
                place,
                say("The number of group {group}, alone on its line, belongs here.", group=group),
            )
        heading, there = int(words[0]), self._items_from_here(1 + resources)
        if group == 1:
            is_of_one = there == 1 and width != 1 and self._ends_group(self.at + 1)
            self.by_number = width is not None and heading == 1 and not is_of_one
        if self.by_number and heading != group:
            raise self._wrong(
                place,
                say(
                    "Group {group} belongs here, not group {heading}.", group=group, heading=heading
                ),
            )
        wanted = width if self.by_number and width is not None else heading
        if there == wanted > 0 or (is_last and there > wanted > 0):
            return wanted
        after = self.at + min(there, wanted)
        place, words = self.lines[after] if after < len(self.lines) else (place, [])
        if there < wanted and len(words) > 1 and PLAIN_NUMBER.fullmatch(words[0]):
            raise self._wrong(
                place,
                say(
                    "An item of {resources} resources has {numbers} numbers, not these.",
                    resources=resources,
                    numbers=1 + resources,
                ),
            )
        raise self._wrong(
            place,
            say(
                "Group {group} has {there} items, not {wanted}.",
                group=group,
                there=there,
                wanted=wanted,
            ),
        )

    def _items_from_here(self, numbers: int) -> int:
        """How many of the next lines have as many words as an item has."""
        at = self.at
        while at < len(self.lines) and len(self.lines[at][1]) == numbers:
            at += 1
        return at - self.at

    def _ends_group(self, at: int) -> bool:
        """Whether a line is where a group may end: the heading of the next, or nothing."""
        return at >= len(self.lines) or len(self.lines[at][1]) == 1

    def _next(self, missing: str) -> tuple[int, list[str]]:
        """The next line, with its number."""
        if self.at == len(self.lines):
            raise self._wrong(self.lines[-1][0] if self.lines else None, missing)
        self.at += 1
        return self.lines[self.at - 1]

    def _numbers(self, lines: Sequence[tuple[int, list[str]]]) -> Numbers:
        """All words of the lines as numbers."""
        words = chain.from_iterable(words for _, words in lines)
        try:
            found = np.fromiter(map(float, words), dtype=np.float64)
        except ValueError:
            found = np.full(1, np.nan)
        if not np.isfinite(found).all():
            for place, line in lines:
                for word in line:
                    if not PLAIN_NUMBER.fullmatch(word) or np.isinf(float(word)):
                        raise self._wrong(place, say('"{word}" is not a number.', word=word))
        return found

    def _wrong(self, place: int | None, message: str) -> InvalidInput:
        return InvalidInput([Problem(message, REMEDY, file=self.path.name, row=place)])
