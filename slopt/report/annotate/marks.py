"""Problems as marks: what is to be said at which cell of which sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from slopt.case.schema import table_name
from slopt.errors import Problem, Severity
from slopt.report.language import Language
from slopt.sayings import in_a_row

LONGEST = 2_000
"""Characters of a comment; beyond, a spreadsheet is no place to read it."""
UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


@dataclass(frozen=True)
class Mark:
    """A cell (`C7`) and what is said there; `is_error` where a plan cannot be made with it."""

    cell: str
    text: str
    is_error: bool

    @property
    def place(self) -> tuple[int, int]:
        """Row and column, counted from 1."""
        found = CELL.fullmatch(self.cell)
        assert found is not None
        column = 0
        for letter in found[1]:
            column = 26 * column + ord(letter) - 64
        return int(found[2]), column


def marks_by_sheet(
    problems: Iterable[Problem], sheets: Iterable[str], language: Language
) -> tuple[dict[str, list[Mark]], list[Problem]]:
    """The marks of each sheet by its title, and the problems that belong to no sheet there is.

    Several problems of one cell are said in one comment. One of a whole row stands at its first
    cell, one of a whole table at A1.
    """
    titles = {name: title for title in sheets if (name := table_name(title))}
    said: dict[tuple[str, str], list[Problem]] = {}
    homeless = []
    for problem in problems:
        title = titles.get(problem.table or "")
        if title is None:
            homeless.append(problem)
            continue
        cell = problem.cell or (f"A{problem.row}" if problem.row else "A1")
        said.setdefault((title, cell), []).append(problem)
    marks: dict[str, list[Mark]] = {}
    for (title, cell), its in said.items():
        text = "\n".join(language.tell(in_a_row(p.message, p.remedy)).strip() for p in its)
        is_error = any(problem.severity is Severity.ERROR for problem in its)
        plain = UNFIT.sub("\ufffd", text)
        cut = plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…"
        marks.setdefault(title, []).append(Mark(cell, cut, is_error))
    return marks, homeless
