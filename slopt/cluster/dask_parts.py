"""Partitions on the workers of a Dask cluster. The one file that knows Dask.

Each partition is loaded once and stays in the memory of a worker. The scheduler knows how it came
about: when a worker is lost, the partitions it had are loaded again elsewhere, and what was asked
of them is asked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from slopt.cluster.partition import load
from slopt.cluster.parts import Ask, Task, Told
from slopt.cluster.source import Source
from slopt.errors import SolverTrouble, UsageError
from slopt.sayings import say

if TYPE_CHECKING:
    from distributed import Client

PATIENCE_S = 15
"""Seconds to wait for a scheduler, and for its first worker."""


def connect(address: str) -> Client:
    """A client of the scheduler at an address that has workers.

    Raises UsageError where there is none, or where Dask is not installed.
    """
    try:
        from distributed import Client
    except ImportError:
        raise UsageError(
            say("--cluster needs Dask, which is not installed: pip install slopt[cluster].")
        ) from None
    _require_address(address)
    try:
        client = Client(address, timeout=PATIENCE_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(
            say(
                "There is no Dask scheduler at {address}: {reason}. Start one with "
                "dask scheduler, and name it as tcp://HOST:8786.",
                address=address,
                reason=error,
            )
        ) from error
    try:
        client.wait_for_workers(1, timeout=PATIENCE_S)
    except TimeoutError:
        client.close()
        raise UsageError(
            say(
                "The scheduler at {address} has no workers. Start some: dask worker {address}.",
                address=address,
            )
        ) from None
    return client


def _require_address(address: str) -> None:
    """Refuse what can be no address: Dask would wait half a minute before it says so."""
    from distributed.comm.registry import backends

    if not address.strip():
        raise UsageError(say("--cluster has no address. Name the scheduler as tcp://HOST:8786."))
    kind, sign, place = address.rpartition("://")
    if sign and kind not in backends:
        raise UsageError(
            say(
                "--cluster {address}: Dask knows no {kind}://. Write tcp://HOST:8786.",
                address=address,
                kind=kind,
            )
        )
    host, _, port = place.rpartition(":")
    is_port = port.isascii() and port.isdigit() and 0 < int(port) < 1 << 16
    if (not sign or kind in ("tcp", "tls")) and not (host and is_port):
        raise UsageError(
            say(
                "--cluster {address} is no address of a scheduler. Write "
                "tcp://HOST:8786, with the port that dask scheduler shows.",
                address=address,
            )
        )


class DaskParts:
    """Partitions in the memory of workers, each with as many as it was given."""

    def __init__(self, client: Client, sources: Iterable[Source]) -> None:
        self._client = client
        # Files may change from run to run: no run is to be given the partitions of another.
        run = uuid4().hex[:12]
        self._partitions = [
            client.submit(load, source, key=f"slopt-{run}-{source.part}") for source in sources
        ]

    @property
    def workers(self) -> int:
        """How many workers there are now."""
        return len(self._client.nthreads())

    def __len__(self) -> int:
        return len(self._partitions)

    def each(self, task: Task[Ask, Told], asks: Sequence[Ask]) -> list[Told]:
        """What each partition says, in their order.

        Raises SolverTrouble where workers die of a partition again and again, or the scheduler is
        gone.
        """
        from distributed import KilledWorker
        from distributed.comm import CommClosedError

        asked = [
            self._client.submit(task, partition, ask, pure=False)
            for partition, ask in zip(self._partitions, asks, strict=True)
        ]
        try:
            told: list[Any] = self._client.gather(asked)
        except ModuleNotFoundError as error:
            raise UsageError(
                say(
                    "A worker cannot import {module}. Install slopt on every worker.",
                    module=error.name,
                )
            ) from error
        except KilledWorker as error:
            raise SolverTrouble(
                say(
                    "Workers died of one partition again and again: {reason}. Give them "
                    "more memory, or make the parts smaller.",
                    reason=error,
                )
            ) from error
        except CommClosedError as error:
            raise SolverTrouble(
                say("The scheduler is gone: {reason}. Start it and try again.", reason=error)
            ) from error
        return told
