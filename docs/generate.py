"""Write the generated parts of the documentation: the column reference, and every answer shown.

A fenced block that starts with `$ slopt ...` shows a command and what it prints. `make docs` runs
the commands again; a test compares.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from slopt.case.describe import column_reference

DOCS = Path(__file__).resolve().parent
WITH_ANSWERS = (DOCS.parent / "README.md", DOCS / "gallery.md", DOCS / "languages.md")
BLOCK = re.compile(r"```console\n\$ (slopt [^\n]*)\n.*?```", re.S)
WIDTH = "100"


def answer(command: str) -> str:
    """What a command prints on standard output, 100 columns wide."""
    words = shlex.split(command)[1:]
    environment = {**os.environ, "COLUMNS": WIDTH, "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}
    environment |= {"SLOPT_STORE": "none"}
    done = subprocess.run(
        [sys.executable, "-m", "slopt", *words],
        capture_output=True,
        encoding="utf-8",
        env=environment,
        check=False,
    )
    return done.stdout


def with_answers(text: str) -> str:
    """The page with the answer of every command in it."""
    return BLOCK.sub(lambda block: f"```console\n$ {block[1]}\n{answer(block[1])}```", text)


def main() -> None:
    """Write everything that is generated."""
    (DOCS / "columns.md").write_text(column_reference(), encoding="utf-8")
    for page in WITH_ANSWERS:
        page.write_text(with_answers(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
