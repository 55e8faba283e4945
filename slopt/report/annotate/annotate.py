"""A workbook with the bad cells marked and commented."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from slopt.errors import Problem, UsageError
from slopt.report.annotate.cells import with_styles
from slopt.report.annotate.comments import add_comments
from slopt.report.annotate.marks import marks_by_sheet
from slopt.report.annotate.package import Package, Strange
from slopt.report.annotate.styles import Styles


def annotated(file: Path, problems: Sequence[Problem]) -> tuple[bytes, int, list[Problem]]:
    """The workbook with its marks, how many cells were marked, and the problems without a sheet.

    Raises UsageError where the workbook is written in a way that cannot be marked safely.
    """
    package = Package(file, {})
    parts = package.sheets()
    marks, homeless = marks_by_sheet(problems, parts)
    try:
        styles = Styles(package)
        for title, its in marks.items():
            part = parts[title]
            package.texts[part] = with_styles(package.text(part), its, styles.marked)
            add_comments(package, part, its)
        styles.write()
    except Strange as error:
        raise UsageError(
            f"This workbook cannot be marked: {error}. Open it in a spreadsheet, save it as .xlsx "
            "and check that."
        ) from error
    return package.written(), sum(len(its) for its in marks.values()), homeless
