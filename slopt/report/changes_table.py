"""The inputs that differ between two sides of a comparison, as a table."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from slopt.report.compare_words import change_cells
from slopt.report.language import Language
from slopt.report.table import Col, sentence, table
from slopt.study.compare.changes import Change

MOST_ROWS = 12


def changes_lines(
    changes: Sequence[Change], width: int, _: Language, is_for_other: bool = False
) -> list[Text]:
    """What differs between the inputs; `is_for_other` where plans were chosen for other things."""
    if not changes and is_for_other:
        text = _(
            "The inputs of A and B are the same: what differs is what the plans were chosen for."
        )
        return sentence(text, width)
    if not changes:
        text = _("The inputs of A and B are the same: what differs is another choice.")
        return sentence(text, width)
    rows = [list(change_cells(change, _)) for change in changes[:MOST_ROWS]]
    columns = [
        Col(_("inputs that differ"), right=False, shorten=True),
        Col(_("rows"), drop=1),
        Col("A"),
        Col("B"),
    ]
    return table(columns, rows, width, language=_) + more_lines(len(changes), width, _)


def more_lines(count: int, width: int, _: Language) -> list[Text]:
    """How many rows of a table are left out."""
    if count <= MOST_ROWS:
        return []
    return sentence(_("{n} more: --json has all.", n=f"{count - MOST_ROWS:,}"), width)
