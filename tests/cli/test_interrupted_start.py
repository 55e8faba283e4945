"""Ctrl-C while slopt is still being loaded."""

from __future__ import annotations

import subprocess
import sys

INTERRUPTED_WHILE_LOADING = """
import os, signal, sys

class Interrupter:
    def find_spec(self, name, path=None, target=None):
        if name == "slopt.cli.verify":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupter())
from slopt.__main__ import main
sys.argv = ["slopt", "--version"]
main()
"""


def test_ctrl_c_while_the_commands_are_loaded_ends_in_silence() -> None:
    """Nothing was begun: code 130, no traceback, nothing printed."""
    ran = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_WHILE_LOADING], capture_output=True, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, b"", b"")
