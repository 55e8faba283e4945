"""The tables of calls by desk: which pools and designs it has, and who takes which calls."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase, Table
from slopt.case.texts import Texts

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
NO_DESIGN = ""
"""The one design of a desk for which the case names none."""


class DeskRows:
    """What the tables say of the desks of a case; positions are those of rows."""

    def __init__(self, case: PlanningCase) -> None:
        self.pools = case.table("agent_pools")
        self.types = case.table("call_types")
        self.blocks = case.table("time_blocks")
        self.volumes = case.table("call_volumes")
        self.skills = case.table("pool_skills")
        self.channels = case.table("contact_channels")
        self._designs = case.table("desk_designs")

    @cached_property
    def desks(self) -> list[str]:
        """Names of the desks, in the order of their first pools."""
        return list(dict.fromkeys(self.pools.texts("desk")))

    def pools_of(self, desk: str) -> list[int]:
        """Rows of agent_pools that belong to a desk."""
        return np.flatnonzero(self.pools.texts("desk").is_in([desk])).tolist()

    def design_rows(self, desk: str) -> list[int]:
        """Rows of desk_designs that belong to a desk."""
        return np.flatnonzero(self._designs.texts("desk").is_in([desk])).tolist()

    def designs_of(self, desk: str) -> list[str]:
        """Designs of a desk: those of desk_designs, else those that its pools name, else one."""
        named = [self._designs.texts("design")[row] for row in self.design_rows(desk)]
        if not named:
            of_pools = self.pools.texts("design")
            its = dict.fromkeys(of_pools[row] for row in self.pools_of(desk))
            named = [name for name in its if name]
        return named or [NO_DESIGN]

    def pools_in(self, desk: str, design: str) -> list[int]:
        """Rows of agent_pools that work in a design of a desk."""
        of_pools = self.pools.texts("design")
        return [row for row in self.pools_of(desk) if of_pools[row] in (NO_DESIGN, design)]

    @cached_property
    def skill_pool(self) -> Places:
        """The pool of each row of pool_skills, -1 where there is no such pool."""
        return self.skills.texts("pool").places_in(self.pools.texts("pool"))

    @cached_property
    def skill_type(self) -> Places:
        """The type of calls of each row of pool_skills, -1 where there is no such type."""
        return self.skills.texts("call_type").places_in(self.types.texts("call_type"))

    def skills_of(self, pools: list[int]) -> Places:
        """Rows of pool_skills of some pools, by the order of call_types."""
        its = np.flatnonzero(np.isin(self.skill_pool, pools) & (self.skill_type >= 0))
        return its[np.argsort(self.skill_type[its], kind="stable")]

    def types_of(self, desk: str) -> Places:
        """Rows of call_types that the pools of a desk take."""
        return np.unique(self.skill_type[self.skills_of(self.pools_of(desk))])

    def channels_of(self, call_type: int, design: str | None = None) -> list[int]:
        """Rows of contact_channels of a type of calls; with a design, those open in it."""
        name = self.types.texts("call_type")[call_type]
        rows = np.flatnonzero(self.channels.texts("call_type").is_in([name])).tolist()
        opened = self.channels.texts("design")
        return [row for row in rows if design is None or opened[row] in (NO_DESIGN, design)]

    @cached_property
    def calls(self) -> Numbers:
        """Calls per period of each type in each block, (types, blocks)."""
        found = np.zeros((len(self.types), len(self.blocks)))
        of_type = self.volumes.texts("call_type").places_in(self.types.texts("call_type"))
        block = self.volumes.texts("block").places_in(self.blocks.texts("block"))
        hours, times = self.blocks.numbers("hours"), self.blocks.numbers("times")
        known = (of_type >= 0) & (block >= 0)
        each = self.volumes.numbers("calls")
        hourly = self.volumes.numbers("calls_per_hour") * hours[block]
        come = np.where(np.isnan(each), hourly, each) * times[block]
        found[of_type[known], block[known]] = np.nan_to_num(come[known])
        return found

    def groups(self) -> Iterator[tuple[str, str, list[int]]]:
        """Desk, design and the pools at work in it, for every design of every desk."""
        for desk in self.desks:
            for design in self.designs_of(desk):
                yield desk, design, self.pools_in(desk, design)


def names(table: Table, key: str) -> Texts:
    """What to show for each row: its name, else its id."""
    shown, ids = table.texts("name"), table.texts(key)
    return Texts.of(name or own for name, own in zip(shown, ids, strict=True))
