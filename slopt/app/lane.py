"""Asks a session in a process of its own, so that the page stays alive while it works.

Of the questions that wait only the newest is asked. One that is being answered while a newer one
waits is left a moment, then its process is ended and another, which stood ready, goes on.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from slopt.case.case import PlanningCase
from slopt.sayings import say

GRACE_S = 0.3
"""Seconds that an answer which is no longer wanted may take, so that a moving slider shows some."""
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")

ENDED = say("The process that answers has ended. Is there enough memory?")


class Helper:
    """One process with a session. Ready once it has said so."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._is_ready = False

    @classmethod
    async def start(cls, case: PlanningCase, named: str) -> Helper:
        """A new process, which is given the case; it is not waited for."""
        paths = os.pathsep.join(path for path in sys.path if path)
        helper = cls(
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "slopt.app.worker",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env=os.environ | dict.fromkeys(THREADS, "1") | {"PYTHONPATH": paths},
            )
        )
        await helper._tell((case, named))
        return helper

    async def ask(self, job: str, *arguments: object) -> Any:
        """The answer. Raises JobFailed with words for the user, EOFError where the process died."""
        if not self._is_ready:
            await self._hear()
            self._is_ready = True
        await self._tell((job, arguments))
        is_answer, content = await self._hear()
        if not is_answer:
            raise JobFailed(content)
        return content

    def end(self) -> None:
        """End the process at once, also in the middle of a question."""
        with suppress(ProcessLookupError):
            self._process.kill()

    async def ended(self) -> None:
        """Wait until it is gone."""
        await self._process.wait()

    async def _tell(self, message: object) -> None:
        content = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
        assert self._process.stdin is not None
        self._process.stdin.write(len(content).to_bytes(8, "little") + content)
        with suppress(ConnectionError):
            await self._process.stdin.drain()

    async def _hear(self) -> Any:
        assert self._process.stdout is not None
        try:
            head = await self._process.stdout.readexactly(8)
            size = int.from_bytes(head, "little")
            return pickle.loads(await self._process.stdout.readexactly(size))
        except asyncio.IncompleteReadError:
            raise EOFError from None


class JobFailed(Exception):
    """A question that could not be answered; the words are for the user."""


class Bench:
    """Processes that stand ready for one case."""

    def __init__(self, case: PlanningCase, named: str, ready: int = 2) -> None:
        self._case, self._named, self._wanted = case, named, ready
        self._ready: deque[Helper] = deque()
        self._all: set[Helper] = set()
        self._filling: asyncio.Task[None] | None = None
        self._is_closed = False

    async def take(self) -> Helper:
        """One of them; another is started in its place."""
        helper = self._ready.popleft() if self._ready else await self._start()
        self.fill()
        return helper

    def fill(self) -> None:
        """See to it that enough stand ready, without waiting."""
        if not self._is_closed and (self._filling is None or self._filling.done()):
            self._filling = asyncio.create_task(self._fill())

    def drop(self, helper: Helper) -> None:
        """End a process that is needed no more."""
        helper.end()
        self._all.discard(helper)

    def retire(self) -> None:
        """Let none stand ready any more; whoever asks still gets one."""
        self._wanted = 0
        while self._ready:
            self.drop(self._ready.popleft())

    async def close(self) -> None:
        """End all of them."""
        self._is_closed = True
        if self._filling is not None:
            self._filling.cancel()
            with suppress(asyncio.CancelledError):
                await self._filling
        standing = tuple(self._all)  # lanes that are closed meanwhile drop theirs
        for helper in standing:
            helper.end()
        for helper in standing:
            await helper.ended()

    async def _fill(self) -> None:
        while len(self._ready) < self._wanted:
            self._ready.append(await self._start())

    async def _start(self) -> Helper:
        helper = await Helper.start(self._case, self._named)
        self._all.add(helper)
        return helper


class Lane:
    """One kind of question of one page: the newest counts."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._next: tuple[str, tuple[object, ...], Callable[[Any], None]] | None = None
        self._wake = asyncio.Event()
        self._task = asyncio.create_task(self._run())

    def ask(self, job: str, *arguments: object, done: Callable[[Any], None]) -> None:
        """Ask this next, in place of what waits; `done` gets the answer, or a JobFailed."""
        self._next = (job, arguments, done)
        self._wake.set()

    def close(self) -> None:
        """Answer nothing any more."""
        self._task.cancel()

    async def _run(self) -> None:
        helper: Helper | None = None
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                if self._next is None:
                    continue
                (job, arguments, done), self._next = self._next, None
                helper = helper or await self._bench.take()
                answer = asyncio.ensure_future(helper.ask(job, *arguments))
                if not await self._in_time(answer):
                    self._bench.drop(helper)
                    helper = None
                    answer.cancel()
                    continue
                try:
                    done(answer.result())
                except JobFailed as error:
                    done(error)
                except (EOFError, OSError):
                    self._bench.drop(helper)
                    helper = None
                    done(JobFailed(ENDED))
        finally:
            if helper is not None:
                self._bench.drop(helper)

    async def _in_time(self, answer: asyncio.Future[Any]) -> bool:
        """True once it is there; False where a newer question has waited long enough."""
        newer = asyncio.ensure_future(self._wake.wait())
        try:
            await asyncio.wait({answer, newer}, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                await asyncio.wait({answer}, timeout=GRACE_S)
            return answer.done()
        finally:
            newer.cancel()
