"""Points answered by processes of this machine, each with a solver on one thread.

Every process is a new Python that imports what solving needs and nothing of the caller, gets the
case once, and then a point after the other. It ends by itself when the caller is gone. When one
dies, its points are given to others and a new one takes its place.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import IO, Any

from slopt.errors import SolverTrouble, UsageError
from slopt.sayings import say
from slopt.study.sweep.asker import Setup
from slopt.study.sweep.point import Answer, Point, failed

IN_FLIGHT = 2
"""Points that a process has at a time, so that it need not wait for the next one."""
READY = "ready"
LIVES = 3
"""Processes that may die of one point; and of starting, one after the other."""
MOST_WORKERS = 1024
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


class _Worker:
    """One process, and a thread that puts what it says on the shared queue."""

    def __init__(self, said: SimpleQueue[tuple[_Worker, Any]]) -> None:
        paths = os.pathsep.join(path for path in sys.path if path)
        own = dict.fromkeys(THREADS, "1") | {"PYTHONPATH": paths}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "slopt.study.sweep.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | own,
        )
        self.flight: deque[int] = deque()
        self.is_ready = False
        self._said = said
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def tell(self, message: object) -> None:
        """Send a message; a process that is gone is noticed where it is listened to."""
        assert self.process.stdin is not None
        with suppress(OSError):
            write(self.process.stdin, message)

    def close(self) -> None:
        """End the process, also in the middle of a point."""
        self.process.kill()
        self.process.wait()
        self._reader.join()
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            with suppress(OSError):
                stream.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        while True:
            try:
                message = read(self.process.stdout)
            except (EOFError, OSError, pickle.UnpicklingError):
                self._said.put((self, None))
                return
            self._said.put((self, message))


class Processes:
    """So many processes. They start at once, and import while the case is still being read."""

    def __init__(self, workers: int) -> None:
        if not 1 <= workers <= MOST_WORKERS:
            raise UsageError(
                say(
                    "--workers {workers}: write a number from 1 to {most_workers}.",
                    workers=workers,
                    most_workers=MOST_WORKERS,
                )
            )
        self._said: SimpleQueue[tuple[_Worker, Any]] = SimpleQueue()
        self._workers: list[_Worker] = []
        self._setup: Setup | None = None
        self._failed_starts = 0
        self._next_ticket = 0
        try:
            for _ in range(workers):
                self._workers.append(_Worker(self._said))
        except OSError as error:
            self.close()
            raise SolverTrouble(
                say("No process can be started: {reason}. Use --workers 1.", reason=error)
            ) from error

    def begin(self, setup: Setup) -> None:
        """Give the case to every process."""
        self._setup = setup
        for worker in self._workers:
            worker.tell(setup)

    def each(self, points: Sequence[Point]) -> Iterator[tuple[int, Answer]]:
        """(place of the point, its answer) as they come, each once.

        Raises SolverTrouble where processes die before they can do anything. What is still on its
        way for points of an earlier call, which nobody waited for, is passed over.
        """
        batch = _Batch(points, self._next_ticket)
        self._next_ticket += len(points)
        for _ in range(IN_FLIGHT):
            for worker in self._workers:
                batch.give(worker)
        while batch.is_open:
            worker, message = self._said.get()
            if worker not in self._workers:
                continue
            if message is None:
                lost = self._replace(worker, batch)
                for other in self._workers:
                    while len(other.flight) < IN_FLIGHT and batch.give(other):
                        pass
                if lost is not None:
                    yield (
                        batch.done(lost),
                        failed(say("{lives} processes died of this point.", lives=LIVES)),
                    )
            elif message == READY:
                worker.is_ready, self._failed_starts = True, 0
            else:
                ticket, answer = message
                worker.flight.remove(ticket)
                batch.give(worker)
                if batch.has(ticket):
                    yield batch.done(ticket), answer

    def close(self) -> None:
        """End all processes."""
        for worker in self._workers:
            worker.close()
        self._workers.clear()

    def _replace(self, worker: _Worker, batch: _Batch) -> int | None:
        """A new process for one that died; the ticket of a point given up, None where none is."""
        self._workers.remove(worker)
        worker.close()
        if not worker.is_ready:
            self._failed_starts += 1
            if self._failed_starts >= LIVES:
                raise SolverTrouble(
                    say(
                        "Processes end as soon as they start, with code {returncode}. Is there "
                        "enough memory? Use --workers 1.",
                        returncode=worker.process.returncode,
                    )
                )
        lost = batch.take_back(worker)
        self._workers.append(new := _Worker(self._said))
        new.tell(self._setup)
        return lost


class _Batch:
    """The points of one call by their tickets, which no two points of all calls share."""

    def __init__(self, points: Sequence[Point], first: int) -> None:
        self._points, self._first = points, first
        self._waiting = deque(range(first, first + len(points)))
        self._left = len(points)
        self._deaths: Counter[int] = Counter()

    @property
    def is_open(self) -> bool:
        """True until every point has its answer."""
        return self._left > 0

    def has(self, ticket: int) -> bool:
        """True for a point of this call."""
        return ticket >= self._first

    def give(self, worker: _Worker) -> bool:
        """Give a worker the next point; False where none waits."""
        if not self._waiting:
            return False
        ticket = self._waiting.popleft()
        worker.flight.append(ticket)
        worker.tell((ticket, self._points[ticket - self._first]))
        return True

    def done(self, ticket: int) -> int:
        """Count a point as answered; its place."""
        self._left -= 1
        return ticket - self._first

    def take_back(self, worker: _Worker) -> int | None:
        """Let the points of a dead worker wait again; the one it died of not for ever."""
        own = [ticket for ticket in worker.flight if self.has(ticket)]
        lost = None
        if worker.is_ready and own:
            self._deaths[own[0]] += 1
            if self._deaths[own[0]] >= LIVES:
                lost = own.pop(0)
        self._waiting.extendleft(reversed(own))
        return lost


def write(stream: IO[bytes], message: object) -> None:
    """A message, its length before it."""
    content = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(len(content).to_bytes(8, "little") + content)
    stream.flush()


def read(stream: IO[bytes]) -> Any:
    """The next message. Raises EOFError at the end, also in the middle of one."""
    head = _exactly(stream, 8)
    return pickle.loads(_exactly(stream, int.from_bytes(head, "little")))


def _exactly(stream: IO[bytes], count: int) -> bytes:
    content = stream.read(count)
    if len(content) < count:
        raise EOFError
    return content
