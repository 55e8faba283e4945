"""All partitions as one thing to ask: here in one process, elsewhere on a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

from slopt.cluster.partition import Partition, load
from slopt.cluster.source import Source

Ask = TypeVar("Ask")
Told = TypeVar("Told")
Task = Callable[[Partition, Ask], Told]
"""What a partition is asked: it runs where the partition lies, and what it returns travels."""


class Parts(Protocol):
    """The partitions of a case, in the order of their names, wherever they lie."""

    @property
    def workers(self) -> int:
        """How many processes hold them."""

    def __len__(self) -> int:
        """How many partitions there are."""

    def each(self, task: Task[Ask, Told], asks: Sequence[Ask]) -> list[Told]:
        """What each partition says, in their order; `asks` has one for each of them."""


class PartsHere:
    """Partitions in this process."""

    workers = 1

    def __init__(self, sources: Iterable[Source]) -> None:
        self._partitions = [load(source) for source in sources]

    def __len__(self) -> int:
        return len(self._partitions)

    def each(self, task: Task[Ask, Told], asks: Sequence[Ask]) -> list[Told]:
        """What each partition says, in their order."""
        return [task(its, ask) for its, ask in zip(self._partitions, asks, strict=True)]
