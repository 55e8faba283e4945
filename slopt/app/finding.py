"""Segments by what people call them."""

from __future__ import annotations

from collections import Counter
from functools import cached_property

from slopt.case.case import PlanningCase
from slopt.case.columns import nearest
from slopt.report.page.names import middle_cut

MOST_FOUND = 8
"""Segments of a part of a name that are shown; of more, one is asked for more of it."""


class Names:
    """What the segments of a case are called, and which of them a text means."""

    def __init__(self, case: PlanningCase) -> None:
        self._segments = case.segments
        self._given = case.table("segments").texts("name")

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """By segment: its name to show, cut where it is long; its id where others look the same."""
        given = [middle_cut(str(name)) for name in self._given]
        often = Counter(given)
        return tuple(
            name if name and often[name] == 1 else middle_cut(str(id_))
            for id_, name in zip(self._segments, given, strict=True)
        )

    @cached_property
    def full(self) -> tuple[str, ...]:
        """By segment: its name and its id."""
        return tuple(
            str(id_) if name in ("", id_) else f"{name} ({id_})"
            for id_, name in zip(self._segments, map(str, self._given), strict=True)
        )

    def meant(self, text: str) -> tuple[int, ...]:
        """The segments of an id, of a name, or with the text in one of both, in their order."""
        place = self._segments.place(text)
        if place >= 0:
            return (place,)
        wanted = text.casefold()
        if not wanted:
            return ()
        both = [
            (str(id_).casefold(), str(name).casefold())
            for id_, name in zip(self._segments, self._given, strict=True)
        ]
        whole = tuple(at for at, its in enumerate(both) if wanted in its)
        return whole or tuple(
            at for at, its in enumerate(both) if any(wanted in each for each in its)
        )

    def near(self, text: str) -> str | None:
        """The id or the name that is most like a text; None where none is much like it."""
        return nearest(text, [*self._segments, *(str(name) for name in self._given if name)])
