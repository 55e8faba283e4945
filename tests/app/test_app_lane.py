"""Questions to processes: the newest counts, and a slow one is ended for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from slopt.app.lane import Bench, Helper, JobFailed, Lane
from slopt.app.state import Reply, State
from slopt.case.load import load_case
from slopt.shipped import examples


class Endless:
    """A question that its process does not get done with: reading it takes an hour."""

    def __reduce__(self) -> tuple[Callable[[float], None], tuple[float]]:
        return time.sleep, (3600.0,)


class Watched(Bench):
    """A bench that remembers whom it gave away."""

    def __init__(self) -> None:
        super().__init__(load_case(examples()["tiny"]), "tiny", ready=1)
        self.taken: list[Helper] = []

    async def take(self) -> Helper:
        """One of them, noted."""
        helper = await super().take()
        self.taken.append(helper)
        return helper


def on_a_lane(talk: Callable[[Watched, Lane], Awaitable[None]]) -> None:
    """Have a talk with processes of one's own, and end them all."""

    async def run() -> None:
        bench = Watched()
        lane = Lane(bench)
        try:
            await asyncio.wait_for(talk(bench, lane), 120)
        finally:
            lane.close()
            await bench.close()

    asyncio.run(run())


def asked(lane: Lane, *arguments: object) -> asyncio.Future[Any]:
    """Ask for a plan; what comes back."""
    found: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    lane.ask("reply", *arguments, done=found.set_result)
    return found


def test_a_slow_solve_is_ended_when_an_input_changes() -> None:
    """Its process is killed, its answer never comes, and a process that stood ready answers."""

    async def talk(bench: Watched, lane: Lane) -> None:
        slow = asked(lane, Endless())
        while not bench.taken:
            await asyncio.sleep(0)
        reply = await asked(lane, State())
        assert isinstance(reply, Reply)
        first, second = bench.taken
        await first.ended()
        assert not slow.done()
        assert first is not second

    on_a_lane(talk)


def test_of_the_questions_that_wait_only_the_newest_is_asked() -> None:
    """Those in between are never answered: nobody would see them."""

    async def talk(_: Watched, lane: Lane) -> None:
        passed = [asked(lane, State()) for _step in range(3)]
        newest = asked(lane, State().with_pin(0, 0))
        reply = await newest
        assert isinstance(reply, Reply)
        assert reply.choice is not None
        assert reply.choice[0] == 0
        assert not any(question.done() for question in passed)

    on_a_lane(talk)


def test_a_process_that_dies_is_told_and_the_next_question_is_answered() -> None:
    """The page stays alive without the process, and another one takes its place."""

    async def talk(bench: Watched, lane: Lane) -> None:
        first = asked(lane, Endless())
        while not bench.taken:
            await asyncio.sleep(0)
        bench.taken[0].end()
        assert isinstance(await first, JobFailed)
        assert isinstance(await asked(lane, State()), Reply)

    on_a_lane(talk)
