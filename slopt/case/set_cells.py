"""What `--set` says of cells of tables, applied to a case that has been read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slopt.case.case import PlanningCase
from slopt.case.changes import changed_case, cross_problems, read_changes
from slopt.case.columns import is_blank
from slopt.case.paths import Path
from slopt.errors import Problem


def with_cells(case: PlanningCase, values: Mapping[str, Any]) -> tuple[PlanningCase, list[Problem]]:
    """The case with these values by path, and the problems that a file with them would have.

    Values are as `slopt sweep --vary` takes one: an amount, a factor, a text, `none`; an empty one
    empties the cell as well. Raises UsageError for a path or an amount that makes no sense. Where
    there are problems the case is not to be used.
    """
    if not values:
        return case, []
    given: dict[str | Path, Any] = {
        path: None if is_blank(value) else value for path, value in values.items()
    }
    changes = read_changes(case, given)
    changed, problems = changed_case(case, changes)
    return changed, problems or cross_problems(case, changed, changes)
