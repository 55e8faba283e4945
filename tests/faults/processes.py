"""slopt in a process of its own, for what happens to processes: signals, closed ends, rights."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SLOPT = [sys.executable, "-m", "slopt"]
PR_CAPBSET_DROP, READS_AND_WRITES_ANYTHING = 24, (1, 2)
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: what makes the permissions of files nothing to root."""


def run(*words: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """A command, waited for; its two streams as text."""
    settings = {"capture_output": True, "text": True, "timeout": 120, "check": False} | options
    return subprocess.run([*SLOPT, *map(str, words)], **settings)


def start(*words: object, **options: Any) -> subprocess.Popen[str]:
    """A command, started in a process group of its own."""
    settings = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | options
    return subprocess.Popen([*SLOPT, *map(str, words)], start_new_session=True, **settings)


def with_environment(**values: str | None) -> dict[str, str]:
    """The environment with some variables set, and those that are None taken away."""
    left = {name: value for name, value in os.environ.items() if name not in values}
    return left | {name: value for name, value in values.items() if value is not None}


def as_ordinary_user() -> None:
    """To be called in the child: root keeps its files and loses its power over permissions."""
    if os.geteuid() == 0:
        library = ctypes.CDLL(None)
        for capability in READS_AND_WRITES_ANYTHING:
            library.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file under a folder and what it holds; names that begin with a dot included."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def is_told(text: str, words: Iterable[str]) -> bool:
    """Whether a message says all that, and is neither a traceback nor taken for a defect."""
    bad = ("Traceback", "defect", "Exception ignored")
    return all(word in text for word in words) and not any(word in text for word in bad)
