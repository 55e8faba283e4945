"""Which offers a workbook lists, and in which of its rows each segment finds its own.

A segment that chooses a tier has a row a tier. One that chooses a level, or that rooms and desks
serve, stands as planned: it has the offer of the plan, and today's where that is another.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from slopt.plan.rows import LEVEL
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.generated.columns import Part
from slopt.report.language import Language
from slopt.study.parts import part_by_row

Whole = NDArray[np.int64]


class Places:
    """Numbers of tiers and of offers, both from 1, for the n segments of a case.

    `words` are what may stand in a cell of tiers: the menu, then what stands for a level and for
    being served by others. The offer of segment s by the tier of number t is the one of number
    `before[s]` + t. `tier` and `today` (n,) are numbers of tiers, 0 for none today.
    """

    def __init__(self, problem: ChoiceProblem, choice: Choice, _: Language) -> None:
        self.problem, self.menu = problem, problem.menu_size
        n = problem.segment_count
        kinds = np.array(part_by_row(problem)[:n], dtype=object)
        self.is_free = kinds == Part.TIER
        self.is_served = kinds == Part.SERVED
        self.choice, self.current = choice[:n], problem.current[:n]
        tiers = problem.tiers[: self.menu]
        fixed = (_word(LEVEL, tiers), _word(_("by its items and calls"), tiers))
        self.words = tiers if self.is_free.all() else (*tiers, *fixed)
        held = np.where(self.is_served, self.menu + 2, self.menu + 1)
        self.tier: Whole = np.where(self.is_free, self.choice, held - 1) + 1
        self.differs = (self.current >= 0) & (self.current != self.choice)
        now = np.where(self.is_free, self.current + 1, held + self.differs)
        self.today: Whole = np.where(self.current >= 0, now, 0)
        self.rows: Whole = np.where(self.is_free, self.menu, 1 + self.differs)
        start = np.cumsum(self.rows) - self.rows
        self.before: Whole = np.where(self.is_free, start, start + 1 - held)

    @property
    def count(self) -> int:
        """How many offers are listed."""
        return int(self.rows.sum())

    def columns(self, segment: int) -> list[int]:
        """The columns of the problem that are listed for a segment, in their order."""
        if self.is_free[segment]:
            return list(range(self.menu))
        planned = int(self.choice[segment])
        return [planned, int(self.current[segment])] if self.differs[segment] else [planned]

    @cached_property
    def allowed_sets(self) -> tuple[NDArray[np.bool_], Whole]:
        """Sets of words that segments may have, (sets, words), and the set of each segment (n,)."""
        allowed = np.zeros((len(self.choice), len(self.words)), dtype=np.bool_)
        allowed[:, : self.menu] = self.problem.admissible[: len(self.choice), : self.menu]
        allowed[~self.is_free] = False
        held = np.flatnonzero(~self.is_free)
        allowed[held, self.tier[held] - 1] = True
        found, which = np.unique(allowed, axis=0, return_inverse=True)
        return found, which.reshape(-1).astype(np.int64)


def _word(wanted: str, tiers: tuple[str, ...]) -> str:
    """The word, made another where a tier has that name."""
    while wanted in tiers:
        wanted += "*"
    return wanted
