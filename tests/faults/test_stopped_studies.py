"""Studies that are told to end or killed leave nothing broken, and can be run again."""

from __future__ import annotations

import random
import signal
import sys
from pathlib import Path

import pytest
from processes import contents
from stopping import LONG, faults_of_stopping, remains, seconds_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")


@pytest.mark.parametrize(
    ("name", "sign"),
    [("explain", signal.SIGTERM), ("alternatives", signal.SIGINT), ("sweep", signal.SIGKILL)],
)
def test_a_study_that_is_stopped_leaves_nothing_broken(
    tmp_path: Path, name: str, sign: signal.Signals
) -> None:
    """At a moment drawn by lot: no half of a file, a sound store, an ending with its code."""
    after = random.Random(name).uniform(0.4, 2.0)
    assert faults_of_stopping(name, sign, after, tmp_path) == []


def test_a_study_comes_to_the_same_end_after_it_was_killed(tmp_path: Path) -> None:
    """Killed, then run in the same folder with the same store: the tables of a run in peace."""
    for after in (1.0, 1.6):
        assert faults_of_stopping("sweep", signal.SIGKILL, after, tmp_path / "killed") == []
    for folder in ("killed", "peace"):
        (tmp_path / folder).mkdir(exist_ok=True)
        seconds_of("sweep", tmp_path / folder)
        assert remains(tmp_path / folder / "out") == []
    killed, peace = (contents(tmp_path / folder / "out") for folder in ("killed", "peace"))
    tables = [name for name in peace if not name.endswith(".json")]  # those say how long it took
    assert len(tables) > 1
    assert all(killed[name] == peace[name] for name in tables)


def test_every_long_command_is_known() -> None:
    """The words of the commands that the nightly run stops begin with their names."""
    assert all(words.split()[0] == name for name, words in LONG.items())
