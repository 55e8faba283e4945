"""Points of a sweep on the workers of a Dask cluster.

The case travels once to each worker; the scheduler knows how it came there, so that a worker that
is lost costs no more than asking its points again elsewhere.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from slopt import __version__
from slopt.cluster.dask_parts import connect
from slopt.errors import SolverTrouble, UsageError
from slopt.sayings import say
from slopt.study.sweep.asker import Asker, Setup
from slopt.study.sweep.point import Answer, Point, failed

if TYPE_CHECKING:
    from distributed import Client, Future

_ASKERS = threading.local()
"""By thread of a worker: the asker of the last sweep, which keeps the problem that it built."""


class DaskPoints:
    """The workers of the scheduler at an address, as many as there are at any time.

    Raises UsageError where there is no scheduler, no worker, or another slopt on one of them.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        logging.getLogger("distributed.client").addFilter(_is_news)
        self._client: Client = connect(address)
        self._setup: Future | None = None
        self._name = ""

    def begin(self, setup: Setup) -> None:
        """Give the case to the cluster."""
        # Cases may change from run to run: no run is to be given that of another.
        self._name = f"slopt-sweep-{uuid4().hex[:12]}"
        self._setup = self._client.submit(_received, setup, __version__, key=self._name)

    def each(self, points: Sequence[Point]) -> Iterator[tuple[int, Answer]]:
        """(place of the point, its answer) as they come, each once.

        Raises SolverTrouble where the scheduler is gone; what came before is not lost.
        """
        from concurrent.futures import CancelledError

        from distributed import KilledWorker, as_completed
        from distributed.client import FutureCancelledError
        from distributed.comm import CommClosedError

        futures = {
            self._client.submit(_answer, self._setup, self._name, point, pure=False): place
            for place, point in enumerate(points)
        }
        try:
            for future in as_completed(futures, loop=self._client.loop):
                try:
                    answer = future.result()
                except KilledWorker as error:
                    answer = failed(
                        say("Workers died of this point again and again: {reason}", reason=error)
                    )
                except ModuleNotFoundError as error:
                    raise UsageError(
                        say(
                            "A worker cannot import {module}. Install slopt on every worker.",
                            module=error.name,
                        )
                    ) from error
                yield futures[future], answer
                if self._client.status != "running":
                    raise self._gone()
        except (OSError, CancelledError, FutureCancelledError, CommClosedError) as error:
            raise self._gone() from error

    def close(self) -> None:
        """Leave the cluster; what it still does for this sweep is cancelled."""
        self._client.close()

    def _gone(self) -> SolverTrouble:
        return SolverTrouble(
            say(
                "The Dask scheduler at {address} does not answer any more. What was "
                "answered by then is not lost: start the scheduler and run the same "
                "command again, or leave out --cluster.",
                address=self._address,
            )
        )


def _is_news(record: logging.LogRecord) -> bool:
    """False for Dask's traceback of looking for a lost scheduler, which leaving the cluster ends.

    What there is to say of it, SolverTrouble says.
    """
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


def _received(setup: Setup, version: str) -> Setup:
    """What every worker gets; another slopt might answer otherwise in the last digits."""
    if version != __version__:
        raise UsageError(
            say(
                "A worker has slopt {version}, and this is {here}. Install the same on both.",
                version=__version__,
                here=version,
            )
        )
    return setup


def _answer(setup: Setup, name: str, point: Point) -> Answer:
    """One point, on a worker."""
    known: tuple[str, Asker] | None = getattr(_ASKERS, "known", None)
    if known is None or known[0] != name:
        known = _ASKERS.known = (name, Asker(setup))
    found: Any = known[1].answer(point)
    assert isinstance(found, Answer)
    return found
