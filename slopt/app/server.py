"""Listens on this machine alone, shows the page, and ends with Ctrl-C."""

from __future__ import annotations

import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI
from nicegui import ui

from slopt.app.guard import Guard
from slopt.app.knobs import knobs_of
from slopt.app.lane import Bench
from slopt.app.page import Site, show
from slopt.app.view import View
from slopt.case.case import PlanningCase
from slopt.errors import UsageError
from slopt.problem.build import build_problem
from slopt.report.language import Language
from slopt.vocabulary import Lang

HOST = "127.0.0.1"
CLOSING_S = 1


def serve(
    case: PlanningCase, named: str, port: int, lang: Lang, started: Callable[[str], None]
) -> None:
    """Serve the page of a case until Ctrl-C; `started` gets its address, token and all.

    Port 0 takes any that is free. Raises UsageError where the port cannot be had, InvalidInput
    for a case that cannot be planned.
    """
    problem = build_problem(case)
    listening = _listen(port)
    port = listening.getsockname()[1]
    knobs = knobs_of(case, problem)
    bench = Bench(case, named)
    view = View(case, Language(lang), knobs, problem.admissible)
    site = Site(case, named, lang, knobs, bench, view)
    token = secrets.token_urlsafe(32)
    address = f"http://{HOST}:{port}/?token={token}"

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        bench.fill()
        started(address)
        yield
        await bench.close()

    application = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)

    def page() -> None:
        show(site)

    ui.run_with(
        application,
        root=page,
        title=case.settings.case.name or named,
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
            f"--port {port}: {error}. Leave --port out to take any that is free."
        ) from error
    return listening
