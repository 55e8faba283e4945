"""What every answer of the notebook interface can do: table, document, screen, files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import dropwhile, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slopt.case.case import PlanningCase

if TYPE_CHECKING:
    import pandas as pd
    from rich.text import Text

    from slopt.plan.files import Content

WIDTH = 100
"""Columns of an answer that is printed."""


class Answer:
    """An answer about a case.

    `frame()` is its table, `document()` what the command prints with `--json`, `print(answer)`
    what it prints without, `write(folder)` what it writes with `--out`. A notebook shows the
    first rows.
    """

    def __init__(self, case: PlanningCase) -> None:
        self._case = case

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """The table as plain data, one mapping a row."""
        raise NotImplementedError

    def document(self) -> dict[str, Any]:
        """Everything, as the command line gives it with `--json`."""
        raise NotImplementedError

    def lines(self, width: int = WIDTH) -> Sequence[Text | str]:
        """The screen of the command line."""
        raise NotImplementedError

    def files(self) -> Mapping[str, Content]:
        """What the command line writes with `--out`, by name."""
        raise NotImplementedError

    def frame(self) -> pd.DataFrame:
        """The table as a DataFrame."""
        import pandas as pd

        return pd.DataFrame(list(self.rows()))

    def write(self, folder: str | Path) -> None:
        """Write the files of the answer, all or none; raises UsageError where that fails."""
        from slopt.plan.files import write_files

        write_files(Path(folder), self.files())

    def __str__(self) -> str:
        return "\n".join(map(_plain, self.lines()))

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self._case.settings.case.name}: {self._said()}>"

    def _said(self) -> str:
        """The sentences in bold that the screen begins with, or its first line."""
        lines = self.lines()
        bold = takewhile(_is_bold, dropwhile(lambda line: not _is_bold(line), lines))
        return " ".join(map(_plain, bold)) or (_plain(lines[0]) if lines else "")

    def _repr_html_(self) -> str:
        from slopt.api.html import page

        return page(self._case.settings.case.name, [self._said()], self.rows())


def _plain(line: Text | str) -> str:
    return line if isinstance(line, str) else line.plain


def _is_bold(line: Text | str) -> bool:
    return not isinstance(line, str) and line.style == "bold"
