"""Which ids other tables may refer to, as far as they could be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.columns import show
from slopt.case.raw import RawCase
from slopt.case.schema import BY_NAME
from slopt.case.texts import Texts
from slopt.errors import Severity


@dataclass(frozen=True)
class Known:
    """The ids of a table to choose from, and other words that may have been meant as one."""

    ids: Sequence[str]
    others: frozenset[str] = frozenset()

    def lacks(self, texts: Texts) -> NDArray[np.bool_]:
        """By row: does something stand there that is not known?"""
        ids = self.ids if isinstance(self.ids, Texts) else Texts.of(self.ids)
        unknown = (ids.codes_of(texts.words) < 0)[texts.codes]
        if unknown.any():
            unknown &= ~texts.is_in(["", *self.others])
        return unknown

    def __contains__(self, word: str) -> bool:
        return word in self.ids or word in self.others


def known_ids(case: PlanningCase, raw: RawCase, name: str) -> Known | None:
    """What may refer to a table.

    None where the table or its ids could not be read: what refers to them is not at fault.
    """
    schema, source = BY_NAME[name], raw.tables.get(name)
    if source is None:
        unread = {problem.table for problem in raw.problems if problem.severity is Severity.ERROR}
        return None if schema.required or name in unread else Known([])
    ids = case.table(name).texts(schema.key[0])
    if schema.key[0] not in source.places or (schema.required and not ids.is_filled.any()):
        return None
    dropped = {show(cell).strip() for row in source.dropped for cell in row}
    return Known(ids, frozenset(dropped))
