"""What all tests share: seeded hypothesis, the shipped examples, each read and solved once."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import uuid
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings
from postgres_server import binaries, running_server
from running import Ran, Slopt

from slopt.case.load import load_case
from slopt.cli.app import main
from slopt.engine.solving import Solved, solve_case
from slopt.shipped import examples

settings.register_profile("slopt", derandomize=True, deadline=None, database=None)
settings.load_profile("slopt")

if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    and threading.current_thread() is threading.main_thread()
):
    # A shell that runs the tests in the background lets them, and all that they start, ignore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True, scope="session")
def _nothing_is_recorded() -> Iterator[None]:
    """Tests leave no runs on the machine; those about the store say where theirs are kept."""
    before = os.environ.get("SLOPT_STORE")
    os.environ["SLOPT_STORE"] = "none"
    yield
    os.environ.pop("SLOPT_STORE")
    if before is not None:
        os.environ["SLOPT_STORE"] = before


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a PostgreSQL server that runs as long as the tests do."""
    programs = binaries()
    if programs is None:
        assert os.environ.get("SLOPT_POSTGRESQL") != "required", "PostgreSQL is not installed"
        pytest.skip("PostgreSQL is not installed on this machine: no initdb")
    with running_server(programs) as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> str:
    """The program of a Chromium that is installed."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        assert os.environ.get("SLOPT_CHROMIUM") != "required", "Chromium is not installed"
        pytest.skip("Chromium is not installed on this machine")
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def store_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """What SLOPT_STORE may be: a file, or a schema of its own on a server. Nothing is there yet."""
    if request.param == "sqlite":
        return str(tmp_path / "team.sqlite")
    import psycopg

    url = request.getfixturevalue("server")
    schema = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(url) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
    return f"{url}&options=-csearch_path%3D{schema}"


@cache
def _solved(name: str) -> Solved:
    return solve_case(load_case(examples()[name]))


@pytest.fixture
def solved():
    """The answer to a shipped example, by name; solved once in a run."""
    return _solved


@pytest.fixture
def slopt(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Slopt:
    """Run `slopt WORDS...` at a width of 100 columns."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")

    def run(*words: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["slopt", *map(str, words)])
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return run
