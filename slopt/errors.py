"""Everything that can go wrong, as one tree.

    SloptError                 exit code 1
    ├── UsageError             exit code 2   a command called with words it does not take
    ├── InvalidInput           exit code 3   carries every Problem of a case, not the first one
    ├── SolverTrouble          exit code 7   the solver refused, or answered what cannot be
    └── VerificationFailed     exit code 7   a plan that the independent check would not pass

A `Problem` is one thing that is wrong, or looks wrong, in what the user handed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Whether a problem stops the run."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Problem:
    """One problem of the input, with its place, what stands there and what to write instead.

    `row` counts as a spreadsheet does: the header is row 1. `cell` is the address in a workbook
    (`C7`), else None. `value` is the text that stands there, as it stands there.
    """

    message: str
    remedy: str
    table: str | None = None
    file: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    severity: Severity = Severity.ERROR
    cell: str | None = None

    @property
    def cell_place(self) -> tuple[str | None, int | None, str | None] | None:
        """File, row and column of the cell at fault; None where it is no single cell."""
        if self.row is None or self.column is None:
            return None
        return self.file, self.row, self.column

    def as_dict(self) -> dict[str, object]:
        """The fields in the order of the contract; `cell` comes last."""
        return {
            "severity": self.severity.value,
            "table": self.table,
            "file": self.file,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "message": self.message,
            "remedy": self.remedy,
            "cell": self.cell,
        }

    def __str__(self) -> str:
        row = f"row {self.row}" if self.row else None
        place = " ".join(part for part in (self.file, row, self.column) if part)
        return f"{place}: {self.message} {self.remedy}".lstrip(": ").rstrip()


class SloptError(Exception):
    """Base of all errors that slopt raises on purpose. The message says what to do."""

    exit_code = 1

    @property
    def message(self) -> str:
        """What was said, which may be a Saying; `str(error)` is the same in English."""
        return str(self) if not self.args or not isinstance(self.args[0], str) else self.args[0]


class UsageError(SloptError):
    """A command or function was called with something it does not take."""

    exit_code = 2


class InvalidInput(SloptError):
    """The input cannot be used. `problems` lists all that is wrong with it, warnings included."""

    exit_code = 3

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class SolverTrouble(SloptError):
    """The solver refused the program or returned a status that makes no sense for it."""

    exit_code = 7


class VerificationFailed(SloptError):
    """A plan did not pass the check that is made without the solver; it is never shown."""

    exit_code = 7
