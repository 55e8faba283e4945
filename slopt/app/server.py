"""Listens on this machine alone, shows the page, and ends with Ctrl-C."""

from __future__ import annotations

import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from nicegui import ui

from slopt.app.disk import stamp_of
from slopt.app.guard import Guard
from slopt.app.knobs import knobs_of
from slopt.app.lane import Bench
from slopt.app.page import show
from slopt.app.session import messages_of
from slopt.app.site import Site
from slopt.app.view import View
from slopt.case.case import PlanningCase
from slopt.errors import SloptError, UsageError
from slopt.problem.build import build_problem
from slopt.report.language import Language
from slopt.sayings import say
from slopt.vocabulary import Lang

HOST = "127.0.0.1"
CLOSING_S = 1
MOST_TOLD = 3
"""Problems of a case that cannot be read; slopt check tells all of them."""


@dataclass(frozen=True)
class Opened:
    """A case: where it is, what the command line calls it, and how it is read."""

    place: Path
    named: str
    read: Callable[[], PlanningCase]


class Front:
    """The case as it stands on disk, for whoever opens the page."""

    def __init__(self, opened: Opened, lang: Lang | None) -> None:
        self._opened = opened
        self._lang = lang
        self._benches: list[Bench] = []
        self._site = self._read()

    def fill(self) -> None:
        """Have processes stand ready."""
        self._site.bench.fill()

    def stamp(self) -> str:
        """What is on disk now."""
        return stamp_of(self._opened.place)

    def site(self) -> Site:
        """The case, read again where it has changed; as it was, where it cannot be read."""
        stamp = self.stamp()
        if stamp != self._site.stamp:
            try:
                before, self._site = self._site, self._read()
            except SloptError as error:
                language = Language(self._site.lang)
                trouble = language(
                    "The case cannot be read as it is now, and is shown as it was. {reason}",
                    reason=language.sentences(messages_of(error)[:MOST_TOLD]),
                )
                self._site = replace(self._site, stamp=stamp, trouble=trouble)
            else:
                before.bench.retire()
                self.fill()
        return self._site

    async def close(self) -> None:
        """End all processes."""
        for bench in self._benches:
            await bench.close()

    def _read(self) -> Site:
        stamp, case = self.stamp(), self._opened.read()
        problem = build_problem(case)
        knobs = knobs_of(case, problem)
        lang = self._lang or case.settings.case.language
        view = View(case, Language(lang), knobs, problem.admissible)
        bench = Bench(case, self._opened.named)
        self._benches.append(bench)
        return Site(case, self._opened.named, lang, knobs, bench, view, stamp)


def serve(opened: Opened, port: int, lang: Lang | None, started: Callable[[str], None]) -> None:
    """Serve the page of a case until Ctrl-C; `started` gets its address, token and all.

    Port 0 takes any that is free. Raises UsageError where the port cannot be had, InvalidInput
    for a case that cannot be planned.
    """
    front = Front(opened, lang)
    listening = _listen(port)
    port = listening.getsockname()[1]
    token = secrets.token_urlsafe(32)
    address = f"http://{HOST}:{port}/?token={token}"

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        front.fill()
        started(address)
        yield
        await front.close()

    application = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)

    application.add_api_route("/alive", front.stamp, response_class=PlainTextResponse)

    def page() -> None:
        site = front.site()
        ui.page_title(site.case.settings.case.name or site.named)
        show(site)

    ui.run_with(
        application,
        root=page,
        dark=None,
        tailwind=False,
        show_welcome_message=False,
        reconnect_timeout=10.0,
    )
    config = uvicorn.Config(
        Guard(application, port, token),
        log_level="error",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=CLOSING_S,
        lifespan="on",
    )
    try:
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:
        pass
    finally:
        listening.close()


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except (OSError, OverflowError) as error:
        listening.close()
        raise UsageError(
            say(
                "--port {port}: {reason}. Leave --port out to take any that is free.",
                port=port,
                reason=error,
            )
        ) from error
    return listening
