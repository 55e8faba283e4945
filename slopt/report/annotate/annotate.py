"""A workbook with the bad cells marked and commented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from slopt.errors import Problem, UsageError
from slopt.report.annotate.cells import with_styles
from slopt.report.annotate.comments import add_comments
from slopt.report.annotate.marks import marks_by_sheet
from slopt.report.annotate.package import Package, Strange
from slopt.report.annotate.styles import Styles
from slopt.report.language import ENGLISH, Language
from slopt.sayings import say


@dataclass(frozen=True)
class Annotated:
    """A marked workbook: how many cells are marked, the sheets among theirs that spreadsheets do
    not show, and the problems that belong to no sheet there is.
    """

    content: bytes
    marked: int
    hidden: tuple[str, ...]
    homeless: tuple[Problem, ...]


def annotated(file: Path, problems: Sequence[Problem], language: Language = ENGLISH) -> Annotated:
    """The workbook with its marks.

    Raises UsageError where the workbook is written in a way that cannot be marked safely.
    """
    package = Package(file, {})
    parts = package.sheets()
    marks, homeless = marks_by_sheet(problems, parts, language)
    try:
        styles = Styles(package)
        for title, its in marks.items():
            part = parts[title]
            package.texts[part] = with_styles(package.text(part), its, styles.marked)
            add_comments(package, part, its)
        styles.write()
    except Strange as error:
        raise UsageError(
            say(
                "This workbook cannot be marked: {reason}. Open it in a spreadsheet, save it as "
                ".xlsx and check that.",
                reason=error,
            )
        ) from error
    return Annotated(
        package.written(),
        sum(len(its) for its in marks.values()),
        tuple(title for title in marks if title in package.hidden()),
        tuple(homeless),
    )
